/** Job control of an interactive shell: which group of processes has the terminal, and what ^C and ^Z do to it. */
import { type Context, hasOption, writeOut } from "./context.ts";
import { popFrame } from "./control.ts";
import type { Frame } from "./frame.ts";
import type { Job } from "./shell-state.ts";

/** The child becomes a group of its own, which gets the keys of the terminal. */
export function giveForeground({ machine, process }: Context, pid: number): void {
  const child = machine.processes[pid];
  const terminal = machine.sessions[process.session]?.terminal;
  if (child) child.group = pid;
  if (terminal) terminal.foreground = pid;
}

/** The shell has the terminal again. */
export function takeForeground({ machine, process, shell }: Context): void {
  const terminal = machine.sessions[process.session]?.terminal;
  if (terminal && hasOption(shell, "monitor")) terminal.foreground = process.group;
}

/** ^Z has stopped the foreground processes: they become a job, and a new prompt follows. */
export function stopForeground(context: Context, frame: Frame, pids: readonly number[], command: string): boolean {
  const { machine, shell } = context;
  if (!shell.isInteractive || !pids.some((pid) => machine.processes[pid]?.isStopped)) return false;
  const job: Job = {
    number: Math.max(0, ...shell.jobs.map((each) => each.number)) + 1,
    pids: [...pids],
    group: machine.processes[pids.find((pid) => machine.processes[pid])!]!.group,
    command,
    state: "stopped",
  };
  shell.jobs.push(job);
  while (shell.frames.includes(frame)) popFrame(context);
  writeOut(context, 2, `\n[${job.number}]+  Stopped                 ${command}\n`);
  shell.status = 148;
  takeForeground(context);
  return true;
}

/**
 * A foreground child was ended by ^C. An interactive shell gives up the rest of the line; one that got the signal,
 * too, ends by it.
 */
export function endsByInterrupt(context: Context): boolean {
  const { shell } = context;
  if (!shell.isInteractive || shell.level > 0) return false;
  while (shell.frames.length > 1) popFrame(context);
  writeOut(context, 2, "\n");
  shell.status = 130;
  return true;
}
