/** Programs: a child process that executes a file. */
import { FileError } from "../../files/errors.ts";
import { type Context, complain, hasOption } from "../context.ts";
import { finishCommand, popFrame } from "../control.ts";
import { giveForeground } from "../foreground.ts";
import type { CommandFrame, Frame } from "../frame.ts";
import { waitForChildren } from "../jobs.ts";
import type { Process } from "../machine-state.ts";
import { addProcess, endProcess, type LoadFailure, loadProgram } from "../processes.ts";
import { newShell } from "../shell-state.ts";
import { addSource, nodeOf, scriptOf } from "../syntax/source.ts";
import { exportedVariables } from "../variables.ts";
import { forkFailure, PRIVATE_DESCRIPTORS } from "./expanding.ts";

/** Starts the program of a command; the command waits for it. */
export function startProgram(context: Context, frame: CommandFrame): void {
  const { machine, process, shell, system } = context;
  shell.lastArgument = frame.words.at(-1) ?? "";
  if (canReplaceShell(context, frame)) {
    replaceShell(context, frame);
    return;
  }
  const child = addChild(context);
  const failure = loadProgram(machine, child, system, frame.words, exportedVariables(context));
  if (failure && !runsAsScript(context, child, frame, failure)) {
    endProcess(machine, child, { status: 0 });
    delete process.exits[child.pid];
    reportFailure(context, frame.words[0]!, failure);
    popFrame(context);
    finishCommand(context, failure.type === "missing" ? 127 : 126);
    return;
  }
  frame.pid = child.pid;
  frame.phase = "child";
  if (hasOption(shell, "monitor")) giveForeground(context, child.pid);
  waitForChildren(context, [child.pid]);
}

function addChild(context: Context): Process {
  const { machine, process } = context;
  const fds = Object.fromEntries(Object.entries(process.fds).filter(([fd]) => Number(fd) < PRIVATE_DESCRIPTORS));
  try {
    return addProcess(machine, {
      parentPid: process.pid,
      group: process.group,
      session: process.session,
      cwd: process.cwd,
      umask: process.umask,
      credentials: process.credentials,
      fds,
      env: {},
      argv: [],
      ignored: [...process.ignored],
    });
  } catch (error) {
    if (error instanceof FileError) throw forkFailure(context);
    throw error;
  }
}

/**
 * The last command of a subshell, or the only one of `sh -c`, takes the place of the shell without a fork. `$!` is the
 * program itself then.
 */
function canReplaceShell(context: Context, frame: CommandFrame): boolean {
  const { shell, process } = context;
  if (shell.isInteractive || process.pending.length > 0) return false;
  if (Object.values(shell.traps).some((action) => action !== "")) return false;
  if (shell.level > 0) return shell.frames.every((each) => each === frame || isAtEnd(context, each));
  const [list] = shell.frames;
  if (!shell.runsArgument || shell.frames.length !== 2 || !list || shell.jobs.length > 0) return false;
  const isOnly = scriptOf(context.machine, list.source).root.commands.length === 1;
  return list.type === "list" && isAtEnd(context, list) && (isOnly || shell.flavour !== "busybox");
}

/** Nothing follows in this frame. */
function isAtEnd({ machine }: Context, frame: Frame): boolean {
  if (frame.type === "redirected") return true;
  if (frame.type !== "list") return false;
  const node = nodeOf(machine, frame);
  return (node.type === "Script" || node.type === "CompoundList") && frame.at >= node.commands.length;
}

function replaceShell(context: Context, frame: CommandFrame): void {
  const { machine, process, system } = context;
  const env = exportedVariables(context);
  const failure = loadProgram(machine, process, system, frame.words, env);
  if (!failure || runsAsScript(context, process, frame, failure)) return;
  reportFailure(context, frame.words[0]!, failure);
  popFrame(context);
  finishCommand(context, failure.type === "missing" ? 127 : 126);
}

/** A file without `#!` is a script of this shell. False if it is no text. */
export function runsAsScript(context: Context, process: Process, frame: CommandFrame, failure: LoadFailure): boolean {
  if (failure.type !== "badFormat") return false;
  const { machine, shell, files } = context;
  const content = files.read(failure.path);
  if (content.slice(0, 256).includes("\0")) return false;
  const env = exportedVariables(context);
  process.env = env;
  process.argv = [shell.name, ...frame.words];
  process.program = context.process.program;
  process.shell = newShell({
    flavour: shell.flavour,
    name: frame.words[0]!,
    pid: process.pid,
    env,
    nowMs: machine.nowMs,
  });
  process.shell.parameters = frame.words.slice(1);
  process.shell.hasStarted = true;
  process.shell.runsFile = true;
  const source = addSource(machine, content);
  process.shell.frames = [{ type: "list", source, node: 0, at: 0 }];
  return true;
}

/** Why a program was not executed, in the words of the shell. */
export function reportFailure(context: Context, name: string, failure: LoadFailure, builtin?: string): void {
  const { shell } = context;
  if (shell.flavour === "bash") {
    const isPath = name.includes("/");
    const text = {
      missing: isPath ? "No such file or directory" : builtin ? "not found" : "command not found",
      notExecutable: "Permission denied",
      isDirectory: "Is a directory",
      badFormat: "cannot execute binary file: Exec format error",
    }[failure.type];
    complain(context, `${name}: ${text}`, builtin);
    return;
  }
  const text =
    failure.type === "missing" && name !== ""
      ? "not found"
      : failure.type === "badFormat"
        ? "Exec format error"
        : "Permission denied";
  complain(context, `${name}: ${text}`, builtin);
}
