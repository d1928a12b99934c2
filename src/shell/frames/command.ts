/** Simple commands: expansion of their words, redirections, assignments, and the call of what the name means. */
import type { Assignment, Command, CommandArgument, Redirection, Word } from "unbash";
import { MAX_SHELL_DEPTH } from "../../lib/container-limits.ts";
import { isSpecialBuiltin } from "../builtins/names.ts";
import { findBuiltin } from "../builtins/registry.ts";
import { type Context, complain, failure, hasOption, ShellError, writeOut } from "../context.ts";
import {
  baseLine,
  checkFailure,
  finishCommand,
  isInTrap,
  keepDescriptors,
  popFrame,
  pushNode,
  pushTrap,
  restoreDescriptors,
} from "../control.ts";
import { endsByInterrupt, stopForeground, takeForeground } from "../foreground.ts";
import type { AssignmentValue, CallFrame, CommandFrame } from "../frame.ts";
import { waitForChildren } from "../jobs.ts";
import type { SignalName } from "../program.ts";
import { describeSignal } from "../signals.ts";
import { lineAt, nodeOf, scriptOf } from "../syntax/source.ts";
import { lookUp } from "../table.ts";
import { assign, saveVariable } from "../variables.ts";
import { expandAlias } from "./alias.ts";
import { expandAssignment } from "./assignments.ts";
import { expanding } from "./expanding.ts";
import { startProgram } from "./external.ts";
import { redirect } from "./redirections.ts";
import { quoteTraced, trace } from "./trace.ts";

export function stepCommand(context: Context, frame: CommandFrame): void {
  const node = nodeOf(context.machine, frame) as Command;
  switch (frame.phase) {
    case "words":
      stepWords(context, frame, node);
      return;
    case "assignments":
      stepAssignments(context, frame, node);
      return;
    case "redirections":
      stepRedirections(context, frame, node);
      return;
    case "execution":
      execute(context, frame);
      return;
    case "function":
      popFrame(context);
      checkFailure(context);
      return;
    case "child":
      takeChild(context, frame);
      return;
  }
}

function stepWords(context: Context, frame: CommandFrame, node: Command): void {
  const { shell, machine } = context;
  if (frame.at === 0 && frame.substitution === undefined) {
    shell.line = lineAt(scriptOf(machine, frame.source).text, node.pos) + baseLine(context);
    if (node.name && expandAlias(context, frame, node)) return;
  }
  const words: CommandArgument[] = node.name ? [node.name, ...node.suffix.filter(isArgument)] : [];
  while (frame.at < words.length) {
    const word = words[frame.at]!;
    const found = word.type === "Word" ? expandWord(context, frame, word) : expandDeclared(context, frame, word);
    if (!found) return;
    frame.words.push(...found);
    frame.at++;
  }
  frame.at = 0;
  frame.phase = "assignments";
}

function isArgument(node: CommandArgument | Redirection): node is CommandArgument {
  return node.type === "Word" || node.type === "Assignment";
}

/** Arguments of `export` and its relatives that look like assignments are not split, as in bash and dash. */
const DECLARATIONS: readonly string[] = ["export", "readonly", "local", "declare", "typeset"];

function expandWord(context: Context, frame: CommandFrame, word: Word): string[] | undefined {
  const isDeclared = DECLARATIONS.includes(frame.words[0] ?? "") && /^[A-Za-z_]\w*\+?=/.test(word.text);
  const found = expanding(context, frame, (x) => (isDeclared ? [x.assigned(word)] : x.fields(word)));
  return found?.value;
}

function expandDeclared(context: Context, frame: CommandFrame, node: Assignment): string[] | undefined {
  const isAssociative = frame.words.slice(1).some((word) => /^-\w*A/.test(word));
  const found = expanding(context, frame, (x) => expandAssignment(x, node, isAssociative));
  if (!found) return undefined;
  frame.declared ??= {};
  frame.declared[frame.words.length] = found.value;
  const { name, key, appends, value } = found.value;
  return [`${name}${key === undefined ? "" : `[${key}]`}${appends ? "+" : ""}=${value ?? ""}`];
}

function stepAssignments(context: Context, frame: CommandFrame, node: Command): void {
  const assignments = node.prefix.filter((each): each is Assignment => each.type === "Assignment");
  if (context.shell.flavour !== "bash" && assignments.some((each) => each.append || each.index)) {
    // `x+=1` is the name of a command there.
    frame.words = [...assignments.map((each) => each.text), ...frame.words];
    frame.phase = "redirections";
    return;
  }
  while (frame.at < assignments.length) {
    const found = expanding(context, frame, (x) => expandAssignment(x, assignments[frame.at]!));
    if (!found) return;
    frame.at++;
    frame.assignments.push(found.value);
    // Later values may use earlier ones.
    if (frame.words.length === 0) makeAssignment(context, found.value);
    else makeTemporary(context, frame, found.value);
  }
  frame.at = 0;
  frame.phase = "redirections";
  if (hasOption(context.shell, "xtrace")) traceCommand(context, frame, node);
}

function makeAssignment(context: Context, value: AssignmentValue): void {
  assign(context, value);
}

/** An assignment before a command lasts as long as the command; before a special builtin of POSIX it stays. */
function makeTemporary(context: Context, frame: CommandFrame, value: AssignmentValue): void {
  const { shell } = context;
  const stays = shell.flavour !== "bash" && isSpecialBuiltin(frame.words[0] ?? "");
  if (!stays) {
    frame.temporary ??= {};
    saveVariable(context, frame.temporary, value.name);
  }
  assign(context, value);
  const variable = lookUp(shell.variables, value.name);
  if (variable && !variable.flags.includes("x") && !stays) variable.flags += "x";
}

function traceCommand(context: Context, frame: CommandFrame, node: Command): void {
  const { assignments, words } = frame;
  for (const [i, { name, key, appends, value }] of assignments.entries()) {
    const written = node.prefix.filter((each): each is Assignment => each.type === "Assignment")[i];
    const isArray = written?.value.type === "ArrayValue";
    const start = `${name}${key === undefined ? "" : `[${key}]`}${appends ? "+" : ""}=`;
    const shown = value === "" || value === undefined ? "" : quoteTraced(context, value);
    trace(context, isArray ? written.text : start + shown);
  }
  if (words.length > 0) trace(context, words.map((word, i) => traceWord(context, frame, word, i)).join(" "));
}

function traceWord(context: Context, frame: CommandFrame, word: string, i: number): string {
  const declared = frame.declared?.[i];
  if (!declared?.items) return quoteTraced(context, word);
  return `${declared.name}=(${declared.items.map((item) => quoteTraced(context, item.value)).join(" ")})`;
}

function stepRedirections(context: Context, frame: CommandFrame, node: Command): void {
  const isDone = redirect(context, frame, node.redirects);
  if (isDone === undefined) return;
  const { shell } = context;
  if (isDone) {
    frame.at = 0;
    frame.phase = "execution";
    return;
  }
  const isFatal = shell.flavour !== "bash" && isSpecialBuiltin(frame.words[0] ?? "");
  const status = shell.flavour === "dash" ? 2 : 1;
  popFrame(context);
  if (isFatal) throw new ShellError("", { reach: "exit", status });
  finishCommand(context, status);
}

function execute(context: Context, frame: CommandFrame): void {
  const { shell } = context;
  const [name] = frame.words;
  if (name === undefined) {
    popFrame(context);
    finishCommand(context, frame.substitutionStatus ?? 0);
    return;
  }
  if (runDebugTrap(context, frame)) return;
  const body = frame.skipsFunctions ? undefined : lookUp(shell.functions, name);
  if (body && !(shell.flavour !== "bash" && isSpecialBuiltin(name))) {
    callFunction(context, frame, name);
    return;
  }
  const builtin = frame.skipsBuiltins ? undefined : findBuiltin(shell.flavour, name);
  if (builtin) {
    const result = builtin({ context, frame, name, args: frame.words.slice(1) });
    if (typeof result === "number") finishBuiltin(context, frame, name, result);
    return;
  }
  startProgram(context, frame);
}

function runDebugTrap(context: Context, frame: CommandFrame): boolean {
  const action = context.shell.flavour === "bash" ? lookUp(context.shell.traps, "DEBUG") : undefined;
  if (!action || frame.at === 1 || isInTrap(context, "DEBUG") || frame.builtin) return false;
  frame.at = 1;
  pushTrap(context, "DEBUG", action);
  return true;
}

function finishBuiltin(context: Context, frame: CommandFrame, name: string, status: number): void {
  const { shell } = context;
  shell.lastArgument = frame.words.at(-1) ?? "";
  if (context.shell.frames.at(-1) !== frame) return;
  // `exec >file` without a command keeps its redirections.
  if (name === "exec") keepDescriptors(context, frame);
  popFrame(context);
  finishCommand(context, status);
}

function callFunction(context: Context, frame: CommandFrame, name: string): void {
  const { shell } = context;
  const depth = shell.frames.filter((each) => each.type === "call").length;
  if (depth >= MAX_SHELL_DEPTH) {
    throw failure(context, `${name}: maximum function nesting level exceeded (${MAX_SHELL_DEPTH})`);
  }
  const body = lookUp(shell.functions, name)!;
  const call: CallFrame = {
    ...body,
    type: "call",
    at: 0,
    name,
    parameters: shell.parameters,
    line: shell.line,
    locals: {},
  };
  frame.phase = "function";
  shell.parameters = frame.words.slice(1);
  shell.frames.push(call);
  pushNode(context, body.source, nodeOf(context.machine, body));
}

/** The child of the command has ended or was stopped. */
function takeChild(context: Context, frame: CommandFrame): void {
  const { process } = context;
  const pid = frame.pid!;
  if (stopForeground(context, frame, [pid], frame.words.join(" "))) return;
  if (!waitForChildren(context, [pid])) return;
  const end = process.exits[pid];
  delete process.exits[pid];
  restoreDescriptors(context, frame);
  popFrame(context);
  takeForeground(context);
  if (end?.signal === "INT" && endsByInterrupt(context)) return;
  reportSignal(context, frame, end?.signal, pid);
  finishCommand(context, end?.status ?? 0);
}

/** Bash and dash say how a foreground child was killed. */
function reportSignal(context: Context, frame: CommandFrame, signal: SignalName | undefined, pid: number): void {
  if (signal === undefined || signal === "INT" || signal === "PIPE") return;
  const { shell } = context;
  const text = describeSignal(signal);
  if (shell.flavour === "bash") {
    const command = scriptOf(context.machine, frame.source).text.slice(
      nodeOf(context.machine, frame).pos,
      nodeOf(context.machine, frame).end,
    );
    if (shell.isInteractive || signal === "TERM") writeOut(context, 2, `${text}\n`);
    else complain(context, `${String(pid).padStart(5)} ${text.padEnd(23)} ${command}`);
  } else writeOut(context, 2, `${text}\n`);
}
