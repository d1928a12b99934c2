/** Children of a shell: jobs in the background, and waiting for processes. */
import { MAX_JOBS } from "../lib/container-limits.ts";
import type { Context } from "./context.ts";
import type { Job } from "./shell-state.ts";

export function addJob(context: Context, pids: number[], command: string): Job {
  const { shell, process, machine } = context;
  if (shell.jobs.length >= MAX_JOBS) {
    const isEnded = ({ pids: all }: Job) => all.every((pid) => machine.processes[pid] === undefined);
    // The statuses of its processes go with it.
    forgetJob(context, shell.jobs.find(isEnded) ?? shell.jobs[0]!);
  }
  const number = Math.max(0, ...shell.jobs.map((job) => job.number)) + 1;
  const group = machine.processes[pids[0]!]?.group ?? process.group;
  const job: Job = { number, pids, group, command, state: "running" };
  shell.jobs.push(job);
  return job;
}

/** Lets the shell wait for its foreground children. True if all have ended. */
export function waitForChildren({ machine, process }: Context, pids: readonly number[]): boolean {
  const running = pids.find((pid) => machine.processes[pid] !== undefined);
  if (running === undefined) return true;
  process.waits = [{ type: "child", pid: running }];
  process.holdsSignals = true;
  return false;
}

/** Brings the states of the jobs up to date. */
export function updateJobs({ machine, process, shell }: Context): void {
  for (const job of shell.jobs) {
    if (job.state === "done") continue;
    const alive = job.pids.filter((pid) => machine.processes[pid] !== undefined);
    if (alive.length === 0) {
      job.state = "done";
      job.status = process.exits[job.pids.at(-1)!]?.status ?? 0;
    } else job.state = alive.some((pid) => !machine.processes[pid]!.isStopped) ? "running" : "stopped";
  }
}

/** The job of `%1`, `%+`, `%name`, or of a pid. */
export function findJob({ shell }: Context, text: string): Job | undefined {
  if (!text.startsWith("%")) return shell.jobs.findLast((job) => job.pids.includes(Number(text)));
  const name = text.slice(1);
  if (name === "" || name === "%" || name === "+") return shell.jobs.at(-1);
  if (name === "-") return shell.jobs.at(-2) ?? shell.jobs.at(-1);
  if (/^\d+$/.test(name)) return shell.jobs.find((job) => job.number === Number(name));
  return shell.jobs.findLast((job) =>
    name.startsWith("?") ? job.command.includes(name.slice(1)) : job.command.startsWith(name),
  );
}

export function forgetJob({ shell, process }: Context, job: Job): void {
  shell.jobs = shell.jobs.filter((each) => each !== job);
  for (const pid of job.pids) delete process.exits[pid];
}

/** As `jobs` lists it. */
export function describeJob({ shell }: Context, job: Job): string {
  const mark = job === shell.jobs.at(-1) ? "+" : job === shell.jobs.at(-2) ? "-" : " ";
  const state =
    job.state === "running"
      ? "Running"
      : job.state === "stopped"
        ? "Stopped"
        : job.status
          ? shell.flavour === "bash"
            ? `Exit ${job.status}`
            : `Done(${job.status})`
          : "Done";
  const suffix = job.state === "running" && shell.flavour === "bash" ? " &" : "";
  const gap = shell.flavour === "dash" ? " " : "";
  return `[${job.number}]${gap}${mark}${shell.flavour === "dash" ? " " : "  "}${state.padEnd(shell.flavour === "bash" ? 24 : 27)}${shell.flavour === "bash" ? job.command : ""}${suffix}`;
}
