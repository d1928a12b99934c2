/** Lists of commands, `&&` and `||`, pipelines, subshells, and commands in the background. */
import type { AndOr, Pipeline, Redirected, Statement, Subshell } from "unbash";
import { type Context, hasOption, writeOut } from "../context.ts";
import { checkFailure, finishCommand, nextStatement, popFrame, pushList, pushNode } from "../control.ts";
import { addFile, addPipe } from "../descriptors.ts";
import { endsByInterrupt, giveForeground, stopForeground, takeForeground } from "../foreground.ts";
import type { ConditionalFrame, Frame, PipelineFrame, SubshellFrame } from "../frame.ts";
import { addJob, waitForChildren } from "../jobs.ts";
import { nodeOf, scriptOf } from "../syntax/source.ts";
import { forkShell } from "./expanding.ts";
import { redirect } from "./redirections.ts";

export function stepList(context: Context, frame: Frame): void {
  const statement = nextStatement(context, frame);
  if (!statement) {
    popFrame(context);
    return;
  }
  frame.at++;
  if (hasOption(context.shell, "noexec") && !context.shell.isInteractive) return;
  if (statement.background) startBackground(context, frame, statement);
  else pushNode(context, frame.source, statement.command);
}

function startBackground(context: Context, frame: Frame, statement: Statement): void {
  const { machine, process, shell } = context;
  const fds = { ...process.fds };
  if (!hasOption(shell, "monitor")) fds[0] = addFile(machine, { type: "null" });
  const child = forkShell(context, fds);
  child.shell!.isGuarded = undefined;
  const inChild = { ...context, process: child, shell: child.shell! };
  // The process of `( … ) &` is the subshell itself: signals to `$!` reach its traps.
  const subshell = soleSubshell(statement.command);
  if (subshell) pushList(inChild, frame.source, subshell.body);
  else pushNode(inChild, frame.source, statement.command);
  if (hasOption(shell, "monitor")) child.group = child.pid;
  else if (shell.flavour !== "busybox" || !shell.isInteractive)
    child.ignored = [...new Set([...child.ignored, "INT" as const, "QUIT" as const])];
  shell.lastBackground = child.pid;
  const text = scriptOf(machine, frame.source).text.slice(statement.command.pos, statement.command.end);
  const job = addJob(context, [child.pid], text);
  if (shell.isInteractive) writeOut(context, 2, shell.flavour === "bash" ? `[${job.number}] ${child.pid}\n` : "");
  shell.status = 0;
}

function soleSubshell(command: Statement["command"]): Subshell | undefined {
  if (command.type === "Subshell") return command;
  if (command.type !== "Pipeline" || command.commands.length !== 1 || command.prefixes.length > 0) return undefined;
  return soleSubshell(command.commands[0]!);
}

export function stepAndOr(context: Context, frame: ConditionalFrame): void {
  const { commands, operators } = nodeOf(context.machine, frame) as AndOr;
  const { status } = context.shell;
  let next = frame.at;
  while (next > 0 && next < commands.length && (operators[next - 1] === "&&") !== (status === 0)) next++;
  if (next >= commands.length) {
    popFrame(context);
    return;
  }
  frame.at = next + 1;
  frame.isGuarded = next < commands.length - 1 ? true : undefined;
  pushNode(context, frame.source, commands[next]!);
}

export function stepPipeline(context: Context, frame: PipelineFrame): void {
  const node = nodeOf(context.machine, frame) as Pipeline;
  const isNegated = node.prefixes.filter((prefix) => prefix.type === "Negation").length % 2 === 1;
  if (frame.at === 0) {
    frame.at = 1;
    frame.startedAtMs = context.machine.nowMs;
    if (node.prefixes.some((prefix) => prefix.type === "Negation")) frame.isGuarded = true;
    if (node.commands.length === 0) context.shell.status = 0;
    else if (node.commands.length === 1) pushNode(context, frame.source, node.commands[0]!);
    else startPipeline(context, frame, node);
    return;
  }
  if (frame.pids && !takeStatuses(context, frame)) return;
  const { shell } = context;
  popFrame(context);
  const time = node.prefixes.find((prefix) => prefix.type === "Time");
  if (time?.type === "Time") printTime(context, frame, time.posix !== undefined);
  if (node.prefixes.some((prefix) => prefix.type === "Negation")) {
    if (isNegated) shell.status = shell.status === 0 ? 1 : 0;
  } else if (frame.pids) checkFailure(context);
}

function startPipeline(context: Context, frame: PipelineFrame, node: Pipeline): void {
  const { machine, process, shell } = context;
  let input = process.fds[0];
  const pids: number[] = [];
  frame.pids = pids;
  const group = hasOption(shell, "monitor") ? 0 : process.group;
  // All pipes exist before the first command runs.
  for (const [i, command] of node.commands.entries()) {
    const isLast = i === node.commands.length - 1;
    const fds: Record<number, number> = { ...process.fds };
    if (input !== undefined) fds[0] = input;
    let reader: number | undefined;
    if (!isLast) {
      const [readEnd, writeEnd] = addPipe(machine);
      reader = readEnd;
      fds[1] = writeEnd;
      if (node.operators[i] === "|&") fds[2] = writeEnd;
    }
    const child = forkShell(context, fds);
    pids.push(child.pid);
    child.group = group === 0 ? pids[0]! : group;
    pushNode({ ...context, process: child, shell: child.shell! }, frame.source, command);
    input = reader;
  }
  const terminal = machine.sessions[process.session]?.terminal;
  if (group === 0 && terminal) terminal.foreground = pids[0]!;
  waitForChildren(context, pids);
}

function takeStatuses(context: Context, frame: PipelineFrame): boolean {
  const { process, shell } = context;
  const pids = frame.pids ?? [];
  if (stopForeground(context, frame, pids, textOf(context, frame))) return false;
  if (!waitForChildren(context, pids)) return false;
  takeForeground(context);
  const wasInterrupted = process.exits[pids.at(-1)!]?.signal === "INT";
  const statuses = pids.map((pid) => process.exits[pid]?.status ?? 0);
  for (const pid of pids) delete process.exits[pid];
  if (wasInterrupted && endsByInterrupt(context)) return false;
  shell.pipeStatus = statuses;
  const failed = hasOption(shell, "pipefail") ? statuses.findLast((status) => status !== 0) : undefined;
  shell.status = failed ?? statuses.at(-1) ?? 0;
  return true;
}

function printTime(context: Context, frame: PipelineFrame, isPosix: boolean): void {
  const seconds = (context.machine.nowMs - (frame.startedAtMs ?? context.machine.nowMs)) / 1000;
  const inMinutes = (value: number) => `${Math.floor(value / 60)}m${(value % 60).toFixed(3)}s`;
  const text = isPosix
    ? `real ${seconds.toFixed(2)}\nuser 0.00\nsys 0.00\n`
    : `\nreal\t${inMinutes(seconds)}\nuser\t0m0.000s\nsys\t0m0.000s\n`;
  writeOut(context, 2, text);
}

export function stepSubshell(context: Context, frame: SubshellFrame): void {
  const { machine, process, shell } = context;
  if (frame.pid === undefined) {
    const child = forkShell(context, process.fds);
    frame.pid = child.pid;
    const body = (nodeOf(machine, frame) as Subshell).body;
    pushList({ ...context, process: child, shell: child.shell! }, frame.source, body);
    if (hasOption(shell, "monitor")) giveForeground(context, child.pid);
    waitForChildren(context, [child.pid]);
    return;
  }
  if (stopForeground(context, frame, [frame.pid], textOf(context, frame))) return;
  if (!waitForChildren(context, [frame.pid])) return;
  const end = process.exits[frame.pid];
  const status = end?.status ?? 0;
  delete process.exits[frame.pid];
  popFrame(context);
  takeForeground(context);
  if (end?.signal === "INT" && endsByInterrupt(context)) return;
  finishCommand(context, status);
}

function textOf({ machine }: Context, frame: Frame): string {
  const node = nodeOf(machine, frame);
  return scriptOf(machine, frame.source).text.slice(node.pos, node.end);
}

export function stepRedirected(context: Context, frame: Frame & { isInside?: true }): void {
  const node = nodeOf(context.machine, frame) as Redirected;
  if (frame.isInside) {
    popFrame(context);
    return;
  }
  const isDone = redirect(context, frame, node.redirects);
  if (isDone === undefined) return;
  if (!isDone) {
    popFrame(context);
    finishCommand(context, context.shell.flavour === "dash" ? 2 : 1);
    return;
  }
  frame.isInside = true;
  pushNode(context, frame.source, node.command);
}
