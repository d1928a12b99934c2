/** One step of a shell process: of its innermost frame, of a trap, or of its start and end. */
import { FileError } from "../files/errors.ts";
import { type Context, complain, hasOption, ShellError } from "./context.ts";
import type { System } from "./contract.ts";
import {
  checkFailure,
  finishCommand,
  isInTrap,
  leaveShell,
  popFrame,
  pushTrap,
  ScriptError,
  topFrame,
} from "./control.ts";
import { DescriptorError, openFileOf } from "./descriptors.ts";
import type {
  CallFrame,
  CaseFrame,
  CommandFrame,
  ConditionalFrame,
  ForFrame,
  Frame,
  InputFrame,
  PipelineFrame,
  SubshellFrame,
  TrapFrame,
} from "./frame.ts";
import { stepCommand } from "./frames/command.ts";
import {
  stepArithmetic,
  stepArithmeticFor,
  stepCase,
  stepCoproc,
  stepFor,
  stepFunction,
  stepIf,
  stepSelect,
  stepTest,
  stepWhile,
} from "./frames/compound.ts";
import { finishInput, stepInput } from "./frames/input.ts";
import { stepAndOr, stepList, stepPipeline, stepRedirected, stepSubshell } from "./frames/lists.ts";
import { interruptLine, stepInteractive } from "./interactive/reading.ts";
import type { Machine, Process } from "./machine-state.ts";
import { SIGNAL_NUMBERS } from "./signals.ts";
import { startShell } from "./start.ts";
import { lineAt, type Script, scriptOf } from "./syntax/source.ts";
import { lookUp } from "./table.ts";

type Step = (context: Context, frame: Frame) => void;

const STEPS: Readonly<Record<string, Step>> = {
  list: stepList,
  andOr: (context, frame) => stepAndOr(context, frame as ConditionalFrame),
  pipeline: (context, frame) => stepPipeline(context, frame as PipelineFrame),
  redirected: stepRedirected,
  subshell: (context, frame) => stepSubshell(context, frame as SubshellFrame),
  if: (context, frame) => stepIf(context, frame as ConditionalFrame),
  while: (context, frame) => stepWhile(context, frame as ConditionalFrame),
  for: (context, frame) => stepFor(context, frame as ForFrame),
  arithmeticFor: stepArithmeticFor,
  select: (context, frame) => stepSelect(context, frame as ForFrame),
  case: (context, frame) => stepCase(context, frame as CaseFrame),
  function: stepFunction,
  arithmetic: stepArithmetic,
  test: stepTest,
  coproc: stepCoproc,
  command: (context, frame) => stepCommand(context, frame as CommandFrame),
  call: (context, frame) => stepCall(context, frame as CallFrame),
  sourced: (context) => void popFrame(context),
  trap: (context, frame) => stepTrap(context, frame as TrapFrame),
  input: (context, frame) => stepInputFrame(context, frame as InputFrame),
};

export function stepShell(machine: Machine, process: Process, system: System): void {
  const shell = process.shell!;
  const context: Context = {
    machine,
    process,
    shell,
    system,
    files: system.filesFor(process.credentials, process.pid),
  };
  if (!shell.hasStarted && shell.frames.length === 0) {
    startShell(context);
    return;
  }
  try {
    if (takeSignal(context)) return;
    const frame = topFrame(context);
    if (!frame) leaveShell(context, shell.status);
    else STEPS[frame.type]!(context, frame);
  } catch (error) {
    handleError(context, error);
  }
}

function isOnTerminal({ machine, process }: Context): boolean {
  return openFileOf(machine, process, 0)?.type === "terminal";
}

function stepInputFrame(context: Context, frame: InputFrame): void {
  if (context.shell.isInteractive && isOnTerminal(context)) {
    stepInteractive(context, frame);
    return;
  }
  if (frame.at === 1) finishInput(frame);
  stepInput(context, frame);
}

/** A function ends, after its RETURN trap. */
function stepCall(context: Context, frame: CallFrame): void {
  const { shell } = context;
  const action = lookUp(shell.traps, "RETURN");
  const runsTrap = action && frame.at === 0 && (frame.hasReturnTrap || hasOption(shell, "functrace"));
  if (!runsTrap || isInTrap(context, "RETURN")) {
    popFrame(context);
    return;
  }
  frame.at = 1;
  pushTrap(context, "RETURN", action);
}

/** The action of a trap has ended. */
function stepTrap(context: Context, frame: TrapFrame): void {
  const { shell } = context;
  popFrame(context);
  if (frame.name === "EXIT") {
    leaveShell(context, frame.status);
    return;
  }
  shell.status = frame.status;
  shell.pipeStatus = frame.pipeStatus;
  shell.line = frame.line;
  if (frame.at === 1) leaveShell(context, frame.status);
}

/** Runs the trap of a signal that has arrived. Without a trap the signal ends the shell. */
function takeSignal(context: Context): boolean {
  const { process, shell } = context;
  const name = process.pending[0];
  if (name === undefined) return false;
  const frame = topFrame(context);
  // `wait` ends by the signal; its trap follows.
  if (frame?.type === "command" && (frame as CommandFrame).words[0] === "wait" && (frame as CommandFrame).builtin)
    return false;
  process.pending.shift();
  const action = lookUp(shell.traps, name);
  if (action) pushTrap(context, name, action);
  else if (shell.isInteractive) interruptLine(context);
  else if (action === undefined) {
    shell.killedBy = name;
    leaveShell(context, 128 + SIGNAL_NUMBERS[name]);
  }
  return true;
}

function handleError(context: Context, error: unknown): void {
  const { shell } = context;
  if (error instanceof ScriptError) {
    failScript(context);
    return;
  }
  if (error instanceof FileError || error instanceof DescriptorError) {
    complain(context, error.message);
    discard(context, 1);
    return;
  }
  if (!(error instanceof ShellError)) throw error;
  if (error.message !== "") complain(context, error.message, error.builtin);
  if (error.delayMs > 0) context.process.busyUntilMs = context.machine.nowMs + error.delayMs;
  const frame = topFrame(context) as CommandFrame | undefined;
  if (frame?.type === "command" && frame.skipsFunctions && error.builtin !== undefined) {
    // `command` takes the special meaning from a special builtin.
    popFrame(context);
    finishCommand(context, error.status);
  } else if (error.delayMs > 0 && !shell.isInteractive) {
    // It leaves with the next step, after the delay.
    while (popFrame(context));
    shell.status = error.status;
  } else if (error.reach === "exit" && !shell.isInteractive) leaveShell(context, error.status);
  else discard(context, error.status);
}

/** A syntax error: in `eval` bash goes on behind it, everything else ends. */
function failScript(context: Context): void {
  const { shell } = context;
  const sourcedAt = shell.frames.findLastIndex((frame) => frame.type === "sourced");
  const input = shell.frames[0]?.type === "input" && shell.isInteractive;
  if (sourcedAt !== -1 && shell.flavour === "bash") {
    while (shell.frames.length > sourcedAt) popFrame(context);
    shell.status = 2;
    checkFailure(context);
  } else if (input) discard(context, 2);
  else leaveShell(context, 2);
}

/** Ends the commands of the current line, as bash reads them: up to the end of a line. */
function discard(context: Context, status: number): void {
  const { shell, machine } = context;
  shell.status = status;
  const isAtTop = shell.level === 0 && (shell.runsFile || shell.readsInput || shell.runsArgument);
  if (!isAtTop) {
    leaveShell(context, status);
    return;
  }
  while (shell.frames.length > 1) popFrame(context);
  const frame = shell.frames[0];
  if (frame?.type === "list") skipLine(frame, scriptOf(machine, frame.source));
}

function skipLine(frame: Frame, { root, text }: Script): void {
  while (frame.at < root.commands.length && frame.at > 0) {
    const previous = root.commands[frame.at - 1]!;
    if (lineAt(text, root.commands[frame.at]!.pos) !== lineAt(text, previous.end - 1)) return;
    frame.at++;
  }
}
