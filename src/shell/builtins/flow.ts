/** break, continue, return, exit, eval, source, exec, command and builtin. */
import { FileError } from "../../files/errors.ts";
import { MAX_SCRIPT_LENGTH } from "../../lib/container-limits.ts";
import { type Context, complain, failure, hasShopt, ShellError, writeOut } from "../context.ts";
import { keepDescriptors, leaveFunction, leaveLoops, leaveShell, pushFrame, pushScript } from "../control.ts";
import type { SourcedFrame } from "../frame.ts";
import { reportFailure, runsAsScript } from "../frames/external.ts";
import { absolutePath } from "../paths.ts";
import { loadProgram } from "../processes.ts";
import { exportedVariables } from "../variables.ts";
import { abort, type Builtin, type BuiltinCall, refuse } from "./builtin.ts";
import { describeCommand } from "./describe.ts";

function loopControl(goesOn: boolean): Builtin {
  return (call) => {
    const { context, args } = call;
    const count = Number(args[0] ?? "1");
    const { flavour } = context.shell;
    if (!Number.isInteger(count)) {
      if (flavour === "bash") return refuse(call, `${args[0]}: numeric argument required`, 128);
      throw failure(context, `Illegal number: ${args[0]}`, { builtin: call.name });
    }
    if (count < 1) return refuse(call, `${args[0]}: loop count out of range`);
    context.shell.status = 0;
    if (leaveLoops(context, count, goesOn)) return "moved";
    if (flavour === "bash") complain(context, "only meaningful in a `for', `while', or `until' loop", call.name);
    return 0;
  };
}

export const breakLoop = loopControl(false);
export const continueLoop = loopControl(true);

function statusOf(call: BuiltinCall): number {
  const { context, args } = call;
  const text = args[0] === "--" ? args[1] : args[0];
  if (text === undefined) return context.shell.status;
  if (/^\s*[-+]?\d+\s*$/.test(text)) {
    const number = BigInt(text.trim().replace(/^\+/, ""));
    return Number(call.name === "return" && context.shell.flavour === "dash" ? number : number & 0xffn);
  }
  if (context.shell.flavour !== "bash") throw failure(context, `Illegal number: ${text}`, { builtin: call.name });
  complain(context, `${text}: numeric argument required`, call.name);
  return 2;
}

export const returnFrom: Builtin = (call) => {
  const { context } = call;
  const { shell } = context;
  const status = statusOf(call);
  if (!leaveFunction(context)) {
    if (shell.flavour === "bash") return refuse(call, "can only `return' from a function or sourced script", 2);
    shell.status = status;
    leaveShell(context, status);
    return "moved";
  }
  shell.status = status;
  return "moved";
};

export const exit: Builtin = (call) => {
  const status = statusOf(call);
  const { isInteractive, level, flavour } = call.context.shell;
  if (isInteractive && level === 0 && flavour === "bash") writeOut(call.context, 2, "exit\n");
  leaveShell(call.context, status);
  return "moved";
};

export const evaluateText: Builtin = (call) => {
  const { context, args } = call;
  const text = (args[0] === "--" ? args.slice(1) : args).join(" ");
  if (text.length > MAX_SCRIPT_LENGTH) throw failure(context, "cannot allocate memory");
  const { shell } = context;
  moveAssignments(call);
  if (text.trim() === "") shell.status = 0;
  const frame: SourcedFrame = {
    type: "sourced",
    source: call.frame.source,
    node: call.frame.node,
    at: 0,
    name: "eval",
    line: shell.line,
  };
  pushFrame(context, frame);
  pushScript(context, text);
  return "moved";
};

/** The command ends when the pushed script has ended: its frame stays below and is popped then. */
function moveAssignments({ frame }: BuiltinCall): void {
  frame.phase = "function";
}

export const source: Builtin = (call) => {
  const { context, args } = call;
  const [path, ...parameters] = args[0] === "--" ? args.slice(1) : args;
  const { shell, files } = context;
  if (path === undefined) {
    if (shell.flavour === "bash") {
      complain(context, "filename argument required", call.name);
      writeOut(context, 2, `${call.name}: usage: ${call.name} filename [arguments]\n`);
      return 2;
    }
    return shell.flavour === "dash" ? 2 : abort(call, "filename argument required", 2);
  }
  let content: string;
  try {
    content = files.read(locate(context, path));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return cannotRead(call, path, error);
  }
  if (content.length > MAX_SCRIPT_LENGTH) return refuse(call, `${path}: file is too large`);
  const frame: SourcedFrame = {
    type: "sourced",
    source: call.frame.source,
    node: call.frame.node,
    at: 1,
    name: path,
    line: shell.line,
  };
  if (parameters.length > 0 && shell.flavour !== "dash") {
    frame.parameters = shell.parameters;
    shell.parameters = parameters;
  }
  moveAssignments(call);
  if (content.trim() === "") shell.status = 0;
  pushFrame(context, frame);
  pushScript(context, content);
  return "moved";
};

/** A name without a slash is looked up in PATH; bash then tries the working directory. */
function locate(context: Context, path: string): string {
  const { files, process, shell } = context;
  if (path.includes("/")) return absolutePath(process.cwd, path);
  const env = exportedVariables(context);
  for (const folder of (env["PATH"] ?? "").split(":")) {
    const candidate = absolutePath(process.cwd, `${folder || "."}/${path}`);
    if (files.find(candidate)?.type === "file") return candidate;
  }
  if (shell.flavour === "bash") return absolutePath(process.cwd, path);
  throw new FileError("ENOENT", path);
}

function cannotRead(call: BuiltinCall, path: string, error: FileError): number {
  const { context } = call;
  switch (context.shell.flavour) {
    case "bash":
      complain(context, `${path}: ${error.message}`);
      return 1;
    case "dash":
      throw failure(
        context,
        path.includes("/")
          ? `cannot open ${path}: ${error.code === "ENOENT" ? "No such file" : error.message}`
          : `${path}: not found`,
        { builtin: "." },
      );
    case "busybox":
      throw failure(context, `can't open '${path}': ${error.message}`, { builtin: call.name });
  }
}

export const exec: Builtin = (call) => {
  const { context, frame } = call;
  const { shell, machine, process, system } = context;
  const args = [...call.args];
  let argv0: string | undefined;
  let isClean = false;
  while (args[0]?.startsWith("-") && args[0] !== "-") {
    const word = args.shift()!;
    if (word === "--") break;
    if (word.includes("c")) isClean = true;
    if (word.includes("a")) argv0 = args.shift();
    if (word.includes("l")) argv0 ??= `-${args[0] ?? ""}`;
  }
  if (args.length === 0) return 0;
  const env = isClean ? {} : exportedVariables(context);
  const failure = loadProgram(machine, process, system, args, env);
  const name = args[0]!;
  if (!failure) {
    if (argv0 !== undefined) process.argv = [argv0, ...args.slice(1)];
    return "moved";
  }
  if (failure.type === "badFormat") {
    frame.words = args;
    if (runsAsScript(context, process, frame, failure)) return "moved";
  }
  const status = failure.type === "missing" ? 127 : 126;
  reportFailure(context, name, failure, "exec");
  keepDescriptors(context, frame);
  if (shell.isInteractive || (shell.flavour === "bash" && hasShopt(shell, "execfail"))) return status;
  throw new ShellError("", { reach: "exit", status });
};

/** `command name`: not a function. `-v` and `-V` tell what the name is. */
export const command: Builtin = (call) => {
  const { context, frame } = call;
  let words = frame.words.slice(1);
  let flags = "";
  while (/^-[pvV]+$/.test(words[0] ?? "")) flags += words.shift()!.slice(1);
  if (words[0] === "--") words = words.slice(1);
  if (words.length === 0) return 0;
  if (/[vV]/.test(flags)) {
    const names = context.shell.flavour === "bash" ? words : words.slice(0, 1);
    let status = context.shell.flavour === "bash" ? 1 : 0;
    for (const name of names) {
      const isKnown = describeCommand(call, name, flags.includes("V") ? "long" : "short");
      if (isKnown) status = 0;
      else if (context.shell.flavour !== "bash") status = 127;
    }
    return status;
  }
  return runAgain(call, words);
};

export const builtin: Builtin = (call) => {
  const words = call.args[0] === "--" ? call.args.slice(1) : [...call.args];
  if (words.length === 0) return 0;
  return runAgain(call, words);
};

/** Lets the frame execute other words. */
function runAgain(call: BuiltinCall, words: string[]): "moved" {
  const { frame } = call;
  const shift = frame.words.length - words.length;
  if (frame.declared) {
    frame.declared = Object.fromEntries(Object.entries(frame.declared).map(([i, value]) => [Number(i) - shift, value]));
  }
  frame.words = words;
  frame.skipsFunctions = true;
  return "moved";
}
