/** The stack of frames: pushing, the state that the end of a frame brings back, and the end of a shell. */
import type { CommandNode, ParsedScript, PipelineNode, Statement, SyntaxNode } from "unbash";
import { MAX_SHELL_DEPTH } from "../lib/container-limits.ts";
import { type Context, complain, failure, hasOption, ShellError } from "./context.ts";
import { release, setDescriptor } from "./descriptors.ts";
import type { CallFrame, CommandFrame, Frame, InputFrame, ListFrame, SourcedFrame, TrapFrame } from "./frame.ts";
import { endProcess } from "./processes.ts";
import { findSignal } from "./signals.ts";
import { describeProblem, type SyntaxProblem } from "./syntax/problem.ts";
import { addSource, lineAt, nodeOf, problemOf, referTo, type Script, scriptOf } from "./syntax/source.ts";
import { lookUp } from "./table.ts";
import { restoreVariables } from "./variables.ts";

/** Frames of a shell: each level of functions, `eval` and sourced files takes a few. */
const MAX_FRAMES = 10 * MAX_SHELL_DEPTH;

export function topFrame(context: Context): Frame | undefined {
  return context.shell.frames.at(-1);
}

export function pushFrame(context: Context, frame: Frame): void {
  if (context.shell.frames.length >= MAX_FRAMES) throw failure(context, "maximum nesting level exceeded");
  context.shell.frames.push(frame);
}

/** Ends the innermost frame and brings back what it had changed. */
export function popFrame(context: Context): Frame | undefined {
  const frame = context.shell.frames.pop();
  if (!frame) return undefined;
  restoreDescriptors(context, frame);
  closeSubstitutions(context, frame);
  const { temporary } = frame as CommandFrame;
  if (temporary) restoreVariables(context, temporary);
  if (frame.type === "call") leaveCall(context, frame as CallFrame);
  if (frame.type === "sourced" && (frame as SourcedFrame).parameters) {
    context.shell.parameters = (frame as SourcedFrame).parameters!;
  }
  return frame;
}

function leaveCall(context: Context, frame: CallFrame): void {
  restoreVariables(context, frame.locals);
  context.shell.parameters = frame.parameters;
  if (frame.options) context.shell.options = frame.options;
}

/** Brings back the descriptors that the redirections of a frame have changed. */
export function restoreDescriptors(context: Context, frame: Frame): void {
  const { machine, process } = context;
  for (const [fd, file] of Object.entries(frame.saved ?? {})) {
    setDescriptor(machine, process, Number(fd), file ?? undefined);
    if (file !== null) release(machine, file);
  }
  frame.saved = undefined;
}

/** The redirections of a frame stay after its end (`exec >file`). */
export function keepDescriptors({ machine }: Context, frame: Frame): void {
  for (const file of Object.values(frame.saved ?? {})) if (file !== null) release(machine, file);
  frame.saved = undefined;
}

function closeSubstitutions({ machine, process }: Context, frame: Frame): void {
  if (frame.substitution) setDescriptor(machine, process, frame.substitution.fd, undefined);
  for (const fd of frame.substituted ?? []) setDescriptor(machine, process, fd, undefined);
  frame.substitution = undefined;
  frame.substituted = undefined;
}

const COMPOUND_FRAMES: Partial<Record<SyntaxNode["type"], string>> = {
  AndOr: "andOr",
  Pipeline: "pipeline",
  Redirected: "redirected",
  If: "if",
  While: "while",
  For: "for",
  ArithmeticFor: "arithmeticFor",
  Select: "select",
  Case: "case",
  Subshell: "subshell",
  TestCommand: "test",
  ArithmeticCommand: "arithmetic",
  Coproc: "coproc",
  Function: "function",
  Script: "list",
  CompoundList: "list",
};

/** Pushes the frame of a command. */
export function pushNode(context: Context, source: number, node: PipelineNode | CommandNode | SyntaxNode): void {
  const reference = referTo(context.machine, source, node);
  if (node.type === "Command") {
    const frame: CommandFrame = { ...reference, type: "command", at: 0, phase: "words", words: [], assignments: [] };
    pushFrame(context, frame);
    return;
  }
  if (node.type === "BraceGroup") {
    pushFrame(context, { ...referTo(context.machine, source, node.body), type: "list", at: 0 });
    return;
  }
  const type = node.type === "Statement" ? undefined : COMPOUND_FRAMES[node.type];
  if (type === undefined) throw new ShellError(`${node.type}: not a command`, { reach: "exit", status: 2 });
  pushFrame(context, { ...reference, type, at: 0 });
}

export function pushList(context: Context, source: number, node: SyntaxNode, isGuarded = false): void {
  const frame: ListFrame = { ...referTo(context.machine, source, node), type: "list", at: 0 };
  if (isGuarded) frame.isGuarded = true;
  pushFrame(context, frame);
}

/** Pushes the commands of a text. Its syntax errors are reported when they are reached. */
export function pushScript(context: Context, text: string): void {
  const source = addSource(context.machine, text);
  pushList(context, source, scriptOf(context.machine, source).root);
}

/** The statement of a list that comes next. A syntax error before its end stops the shell there. */
export function nextStatement(context: Context, frame: Frame): Statement | undefined {
  const node = nodeOf(context.machine, frame) as ParsedScript;
  const script = scriptOf(context.machine, frame.source);
  const statement = node.commands[frame.at];
  if (node !== script.root) return statement;
  const problem = problemOf(script, context.shell.flavour);
  if (problem && isSpoiled(script, problem, node, frame.at)) throw syntaxError(context, script, problem);
  return statement;
}

function isSpoiled({ text }: Script, problem: SyntaxProblem, root: ParsedScript, at: number): boolean {
  const statement = root.commands[at];
  if (!statement) return true;
  if (problem.isIncomplete && problem.unclosed === undefined && at === root.commands.length - 1) return true;
  return lineAt(text, Math.max(statement.pos, statement.end - 1)) >= lineAt(text, problem.position);
}

/** The error that the parser found, ready to be printed. */
export class ScriptError extends Error {
  override name = "ScriptError";
}

function syntaxError(context: Context, script: Script, problem: SyntaxProblem): ScriptError {
  const { shell } = context;
  const line = lineAt(script.text, problem.position);
  const base = baseLine(context);
  const described = describeProblem(problem, shell.flavour, {
    text: script.text.split("\n")[line - 1] ?? "",
    line,
    lastLine: script.text.split("\n").length - (shell.flavour === "bash" && script.text.endsWith("\n") ? 1 : 0),
  });
  shell.line = described.line + base;
  const isEval = shell.frames.some((frame) => frame.type === "sourced");
  for (const message of described.messages) {
    if (shell.flavour !== "bash") complain(context, message, isEval ? "eval" : undefined);
    else complainAboutScript(context, message, isEval);
  }
  return new ScriptError("syntax error");
}

function complainAboutScript(context: Context, message: string, isEval: boolean): void {
  const { shell } = context;
  if (isEval) complain({ ...context, shell: { ...shell, name: `${shell.name}: eval` } }, message);
  else if (shell.runsArgument) complain({ ...context, shell: { ...shell, name: `${shell.name}: -c` } }, message);
  else complain(context, message);
}

/** Lines before the innermost script, for commands that come line by line. */
export function baseLine({ shell }: Context): number {
  const input = shell.frames.findLast((frame): frame is InputFrame => frame.type === "input");
  return input ? input.line : 0;
}

/** Errors of a command that is part of a condition have no effect on the shell. */
export function isGuarded({ shell }: Context): boolean {
  return shell.isGuarded === true || shell.frames.some((frame) => frame.isGuarded);
}

/** Sets the status of a command. A failure runs the ERR trap and, with errexit, ends the shell. */
export function finishCommand(context: Context, status: number): void {
  const { shell } = context;
  shell.status = status;
  shell.pipeStatus = [status];
  checkFailure(context);
}

export function checkFailure(context: Context): void {
  const { shell } = context;
  if (shell.status === 0 || isGuarded(context)) return;
  const isInCall = shell.frames.some((frame) => frame.type === "call");
  const action = shell.flavour === "bash" ? lookUp(shell.traps, "ERR") : undefined;
  const runsTrap = action && !isInTrap(context, "ERR") && (!isInCall || hasOption(shell, "errtrace"));
  if (hasOption(shell, "errexit")) {
    const { status } = shell;
    if (runsTrap) pushTrap(context, "ERR", action, true);
    else leaveShell(context, status);
  } else if (runsTrap) pushTrap(context, "ERR", action);
}

export function isInTrap({ shell }: Context, name: string): boolean {
  return shell.frames.some((frame) => frame.type === "trap" && (frame as TrapFrame).name === name);
}

/** Runs the action of a trap; the status comes back afterwards. */
export function pushTrap(context: Context, name: string, action: string, leavesAfter = false): void {
  const { shell } = context;
  const source = addSource(context.machine, action);
  const script = scriptOf(context.machine, source);
  const frame: TrapFrame = {
    ...referTo(context.machine, source, script.root),
    type: "trap",
    at: leavesAfter ? 1 : 0,
    name,
    status: shell.status,
    pipeStatus: shell.pipeStatus,
    line: shell.line,
  };
  pushFrame(context, frame);
  pushList(context, source, script.root);
}

/** Ends the shell after its EXIT trap. */
export function leaveShell(context: Context, status: number): void {
  const { shell, process, machine } = context;
  shell.status = status & 0xff;
  const action = lookUp(shell.traps, "EXIT");
  for (const frame of shell.frames.toReversed()) {
    restoreDescriptors(context, frame);
    closeSubstitutions(context, frame);
  }
  shell.frames = [];
  if (action && !shell.isLeaving) {
    shell.isLeaving = true;
    pushTrap(context, "EXIT", action);
    return;
  }
  const signal = shell.killedBy === undefined ? undefined : findSignal(shell.killedBy);
  endProcess(machine, process, { status: shell.status, signal });
}

const LOOPS: readonly string[] = ["while", "for", "arithmeticFor", "select"];

/** `break` and `continue`. False outside a loop. */
export function leaveLoops(context: Context, count: number, goesOn: boolean): boolean {
  const { frames } = context.shell;
  const isLoop = (frame: Frame) => LOOPS.includes(frame.type);
  const callAt = frames.findLastIndex((frame) => frame.type === "call");
  const loops = frames.slice(callAt + 1).filter(isLoop).length;
  if (loops === 0) return false;
  let left = Math.min(count, loops);
  for (;;) {
    const frame = topFrame(context)!;
    if (isLoop(frame) && --left === 0) break;
    popFrame(context);
  }
  if (!goesOn) popFrame(context);
  return true;
}

/** Ends the innermost function or sourced script. False outside of both. */
export function leaveFunction(context: Context): boolean {
  const { frames } = context.shell;
  const isEnd = (frame: Frame) => frame.type === "call" || (frame.type === "sourced" && frame.at === 1);
  if (!frames.some(isEnd)) return false;
  while (!isEnd(topFrame(context)!)) popFrame(context);
  return true;
}
