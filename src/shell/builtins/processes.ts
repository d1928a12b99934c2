/** trap, kill, wait, jobs, fg, bg, disown and suspend. */
import { type Context, complain, failure, hasOption, writeOut } from "../context.ts";
import type { CallFrame } from "../frame.ts";
import { describeJob, findJob, forgetJob, updateJobs, waitForChildren } from "../jobs.ts";
import { sendSignal } from "../processes.ts";
import type { SignalName } from "../program.ts";
import type { Job } from "../shell-state.ts";
import { describeSignal, findSignal, SIGNAL_NUMBERS, signalOfNumber } from "../signals.ts";
import { lookUp, put, remove } from "../table.ts";
import { assign } from "../variables.ts";
import { signalFrom, visibleProcesses } from "../view.ts";
import { quoteSingle } from "../words/quote.ts";
import { type Builtin, type BuiltinCall, print, readOptions, refuse } from "./builtin.ts";

const PSEUDO_SIGNALS: readonly string[] = ["EXIT", "ERR", "DEBUG", "RETURN"];

function findTrap({ shell }: Context, word: string): string | undefined {
  if (word === "0") return "EXIT";
  const name = word.toUpperCase().replace(/^SIG/, "");
  if (name === "EXIT" || (shell.flavour === "bash" && PSEUDO_SIGNALS.includes(name))) return name;
  return findSignal(word);
}

export const trap: Builtin = (call) => {
  const { context } = call;
  const { shell } = context;
  let args = [...call.args];
  if (args[0] === "-l") return listSignals(call);
  if (args[0] === "--") args = args.slice(1);
  if (args.length === 0 || args[0] === "-p") return showTraps(call, args.slice(1));
  const isReset = args.length === 1 || /^\d+$/.test(args[0]!);
  const action = isReset ? "-" : args[0]!;
  let status = 0;
  for (const word of isReset ? args : args.slice(1)) {
    const name = findTrap(context, word);
    if (name === undefined) {
      if (shell.flavour === "dash") writeOut(context, 2, `trap: ${word}: bad trap\n`);
      else complain(context, `${word}: invalid signal specification`, "trap");
      status = 1;
    } else setTrap(context, name, action);
  }
  return status;
};

function setTrap({ shell, process }: Context, name: string, action: string): void {
  const signal = PSEUDO_SIGNALS.includes(name) ? undefined : (name as SignalName);
  // A signal that was ignored when the shell began stays ignored.
  const wasIgnored = signal && process.ignored.includes(signal) && lookUp(shell.traps, name) === undefined;
  if (wasIgnored && !shell.isInteractive) return;
  shell.parentTraps = undefined;
  if (name === "RETURN" && action !== "-") {
    const call = shell.frames.findLast((frame): frame is CallFrame => frame.type === "call");
    if (call) call.hasReturnTrap = true;
  }
  if (action === "-") remove(shell.traps, name);
  else put(shell.traps, name, action);
  if (!signal) return;
  process.ignored = process.ignored.filter((each) => each !== signal);
  if (action === "") process.ignored.push(signal);
}

function showTraps(call: BuiltinCall, names: readonly string[]): number {
  const { context } = call;
  const { flavour } = context.shell;
  const traps = context.shell.parentTraps ?? context.shell.traps;
  const order = (name: string) => (name === "EXIT" ? 0 : (SIGNAL_NUMBERS[name as SignalName] ?? 100));
  const chosen = names.length > 0 ? names.map((name) => findTrap(context, name) ?? "") : Object.keys(traps);
  const shownName = (name: string) => (flavour === "bash" && !PSEUDO_SIGNALS.includes(name) ? `SIG${name}` : name);
  const lines = chosen
    .filter((name) => lookUp(traps, name) !== undefined)
    .sort((a, b) => order(a) - order(b))
    .map((name) => `trap -- ${quoteSingle(traps[name]!)} ${shownName(name)}\n`);
  return print(call, lines.join(""));
}

function listSignals(call: BuiltinCall): number {
  const names = Object.entries(SIGNAL_NUMBERS);
  let text = "";
  for (const [i, [name, number]] of names.entries()) {
    const isLast = i % 5 === 4 || i === names.length - 1;
    text += `${String(number).padStart(2)}) SIG${name}${isLast ? "\n" : "\t"}`;
  }
  return print(call, text);
}

export const kill: Builtin = (call) => {
  let args = [...call.args];
  let name: SignalName = "TERM";
  if (args[0] === "-l" || args[0] === "-L") return nameSignals(call, args.slice(1));
  if (args[0] === "-s" || args[0] === "-n") {
    const found = findSignal(args[1] ?? "");
    if (!found) return refuse(call, `${args[1] ?? ""}: invalid signal specification`);
    name = found;
    args = args.slice(2);
  } else if (args[0] !== undefined && /^-[A-Z0-9a-z]+$/.test(args[0]) && args[0] !== "--") {
    if (args[0] === "-0") return probe(call, args.slice(1));
    const found = findSignal(args[0].slice(1));
    if (!found) return badSignal(call, args[0].slice(1));
    name = found;
    args = args.slice(1);
  }
  if (args[0] === "--") args = args.slice(1);
  if (args.length === 0) return usage(call);
  let status = 0;
  for (const target of args) status = killOne(call, target, name) || status;
  return status;
};

function usage(call: BuiltinCall): number {
  if (call.context.shell.flavour === "bash") {
    writeOut(
      call.context,
      2,
      "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n",
    );
    return 2;
  }
  return refuse(call, "Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]", 2);
}

function badSignal(call: BuiltinCall, text: string): number {
  const { context } = call;
  if (context.shell.flavour === "bash") return refuse(call, `${text}: invalid signal specification`);
  if (context.shell.flavour === "dash") return refuse(call, `Illegal option -${text[0]}`, 2);
  return refuse(call, `invalid signal '${text}'`);
}

function nameSignals(call: BuiltinCall, words: readonly string[]): number {
  if (words.length === 0) return listSignals(call);
  let text = "";
  for (const word of words) {
    const number = Number(word);
    if (!Number.isInteger(number) && call.context.shell.flavour === "dash") {
      throw failure(call.context, `Illegal number: ${word}`, { builtin: "kill" });
    }
    if (Number.isInteger(number)) text += `${signalOfNumber(number > 128 ? number - 128 : number) ?? ""}\n`;
    else text += `${SIGNAL_NUMBERS[findSignal(word) ?? "HUP"]}\n`;
  }
  return print(call, text);
}

function targetsOf(context: Context, target: string): { pid: number; isGroup: boolean } | undefined {
  if (target.startsWith("%")) {
    const job = findJob(context, target);
    return (
      job && {
        pid: hasOption(context.shell, "monitor") ? job.group : job.pids.at(-1)!,
        isGroup: hasOption(context.shell, "monitor"),
      }
    );
  }
  if (!/^-?\d+$/.test(target)) return undefined;
  const pid = Number(target);
  if (pid === 0) return { pid: context.process.group, isGroup: true };
  return { pid: Math.abs(pid), isGroup: pid < 0 };
}

function probe(call: BuiltinCall, targets: readonly string[]): number {
  const { machine, system } = call.context;
  let status = 0;
  for (const target of targets) {
    const found = targetsOf(call.context, target);
    if (found && visibleProcesses(machine, system).some(({ pid }) => pid === found.pid)) continue;
    status = noProcess(call, target);
  }
  return status;
}

function noProcess(call: BuiltinCall, target: string): number {
  switch (call.context.shell.flavour) {
    case "bash":
      return refuse(call, `(${target}) - No such process`);
    case "dash":
      return refuse(call, "No such process\n");
    case "busybox":
      complain(call.context, `can't kill pid ${target}: No such process`);
      return 1;
  }
}

function killOne(call: BuiltinCall, target: string, name: SignalName): number {
  const { context } = call;
  const { machine, system } = context;
  const found = targetsOf(context, target);
  if (!found) {
    const isJob = target.startsWith("%");
    return refuse(
      call,
      isJob
        ? `${target}: no such job`
        : context.shell.flavour === "bash"
          ? `${target}: arguments must be process or job IDs`
          : `Illegal number: ${target}`,
    );
  }
  const outcome = signalFrom(machine, system, {
    ...{ target: found.isGroup ? -found.pid : found.pid, name },
    ...{ sender: context.process.credentials, senderPid: context.process.pid },
  });
  if (outcome === "missing") return noProcess(call, target);
  return outcome === "denied" ? refuse(call, `(${target}) - Operation not permitted`) : 0;
}

export const wait: Builtin = (call) => {
  const { context, frame } = call;
  const { process, shell } = context;
  const interrupting = process.pending.find((name) => lookUp(shell.traps, name));
  if (frame.builtin && interrupting) return 128 + SIGNAL_NUMBERS[interrupting];
  const options =
    shell.flavour === "bash" ? readOptions(call, "fnp:") : { flags: "", values: {}, rest: [...call.args] };
  if (typeof options === "number") return options;
  frame.builtin = {};
  if (options.flags.includes("n")) return waitForAny(call, options.rest, options.values["p"]);
  if (options.rest.length === 0) {
    const running = shell.jobs.filter((job) => !job.isInherited).flatMap((job) => job.pids);
    if (!waitUntilEnd(context, running)) return "wait";
    for (const job of [...shell.jobs]) {
      if (job.state !== "done") reportSignal(context, job, process.exits[job.pids.at(-1)!]?.signal);
      forgetJob(context, job);
    }
    return 0;
  }
  let status = 0;
  for (const target of options.rest) {
    const found = findJob(context, target);
    const job = found?.isInherited ? undefined : found;
    const pid = job ? job.pids.at(-1)! : Number(target);
    if (!job && process.exits[pid] === undefined) {
      status = notAChild(call, target);
      continue;
    }
    if (!waitUntilEnd(context, job?.pids ?? [pid])) return "wait";
    status = process.exits[pid]?.status ?? job?.status ?? 0;
    if (job && job.state !== "done") reportSignal(context, job, process.exits[pid]?.signal);
    if (job) keepStatus(context, job, status);
  }
  return status;
};

/** A script is told that a job was killed. */
function reportSignal(context: Context, job: Job, signal: SignalName | undefined): void {
  const { flavour, isInteractive } = context.shell;
  if (signal === undefined || signal === "INT" || signal === "PIPE" || isInteractive) return;
  const text = describeSignal(signal);
  if (flavour === "bash" && signal !== "TERM") {
    complain(context, `${String(job.pids[0]).padStart(5)} ${text.padEnd(23)} ${job.command}`);
  } else if (flavour !== "bash" && signal === "TERM") writeOut(context, 2, `${text}\n`);
}

/** A waited job is forgotten; bash remembers the status for another `wait`. */
function keepStatus(context: Context, job: Job, status: number): void {
  job.status = status;
  job.state = "done";
  if (context.shell.flavour !== "bash") forgetJob(context, job);
  else job.isNotified = true;
}

function waitUntilEnd(context: Context, pids: readonly number[]): boolean {
  if (waitForChildren(context, pids)) return true;
  context.process.holdsSignals = undefined;
  return false;
}

function notAChild(call: BuiltinCall, target: string): number {
  const { context } = call;
  if (context.shell.flavour === "bash") {
    if (target.startsWith("%")) return refuse(call, `${target}: no such job`, 127);
    if (!/^\d+$/.test(target)) return refuse(call, `\`${target}': not a pid or valid job spec`);
    return refuse(call, `pid ${target} is not a child of this shell`, 127);
  }
  if (target.startsWith("%")) throw failure(context, `No such job: ${target}`, { builtin: "wait" });
  if (!/^\d+$/.test(target)) throw failure(context, `Illegal number: ${target}`, { builtin: "wait" });
  return 127;
}

function waitForAny(call: BuiltinCall, targets: readonly string[], variable: string | undefined): number | "wait" {
  const { context } = call;
  const { machine, process, shell } = context;
  const jobs =
    targets.length > 0
      ? targets.flatMap((target) => findJob(context, target) ?? [])
      : shell.jobs.filter((job) => !job.isNotified && !job.isInherited);
  if (jobs.length === 0) return 127;
  const ended = jobs.find((job) => job.pids.every((pid) => machine.processes[pid] === undefined));
  if (!ended) {
    process.waits = [...new Set(jobs.flatMap((job) => job.pids))]
      .filter((pid) => machine.processes[pid])
      .map((pid) => ({ type: "child" as const, pid }));
    return "wait";
  }
  const pid = ended.pids.at(-1)!;
  const status = process.exits[pid]?.status ?? ended.status ?? 0;
  forgetJob(context, ended);
  if (variable !== undefined) assign(context, { name: variable, appends: false, value: String(pid) });
  return status;
}

export const jobs: Builtin = (call) => {
  const { context } = call;
  const { shell } = context;
  updateJobs(context);
  const flags = call.args.filter((arg) => arg.startsWith("-")).join("");
  const chosen = shell.jobs.filter((job) => {
    if (job.isNotified && job.state === "done") return false;
    return !(flags.includes("r") && job.state !== "running") && !(flags.includes("s") && job.state !== "stopped");
  });
  const text = chosen
    .map((job) =>
      flags.includes("p")
        ? `${job.pids[0]}\n`
        : `${flags.includes("l") ? withPid(context, job) : describeJob(context, job)}\n`,
    )
    .join("");
  for (const job of shell.jobs.filter((each) => each.state === "done")) forgetJob(context, job);
  return print(call, text);
};

function withPid(context: Context, job: Job): string {
  return describeJob(context, job).replace(/^(\[\d+\]) ?(.) */, `$1$2 ${String(job.pids[0]).padStart(5)} `);
}

function resume(call: BuiltinCall, inForeground: boolean): number | "moved" {
  const { context, frame } = call;
  const { shell, machine, process, system } = context;
  const { flavour } = shell;
  if (!hasOption(shell, "monitor")) {
    if (flavour === "bash") return refuse(call, "no job control");
    return refuse(call, "No current job", 2);
  }
  updateJobs(context);
  const job = call.args[0] === undefined ? shell.jobs.at(-1) : findJob(context, call.args[0]);
  if (!job || job.state === "done") return refuse(call, `${call.args[0] ?? "current"}: no such job`);
  writeOut(context, 1, inForeground ? `${job.command}\n` : `[${job.number}]+ ${job.command} &\n`);
  job.state = "running";
  for (const each of Object.values(machine.processes))
    if (each.group === job.group) sendSignal(machine, each, "CONT", system);
  if (!inForeground) return 0;
  const terminal = machine.sessions[process.session]?.terminal;
  if (terminal) terminal.foreground = job.group;
  shell.jobs = shell.jobs.filter((each) => each !== job);
  frame.pid = job.pids.at(-1)!;
  frame.words = [job.command];
  frame.phase = "child";
  waitForChildren(context, job.pids);
  return "moved";
}

export const fg: Builtin = (call) => resume(call, true);
export const bg: Builtin = (call) => resume(call, false);

export const disown: Builtin = (call) => {
  const { context } = call;
  const names = call.args.filter((arg) => !arg.startsWith("-"));
  if (call.args.some((arg) => arg.includes("a") && arg.startsWith("-"))) {
    context.shell.jobs = [];
    return 0;
  }
  let status = 0;
  for (const name of names.length > 0 ? names : ["%+"]) {
    const job = findJob(context, name);
    if (!job) status = refuse(call, `${name === "%+" ? "current" : name}: no such job`);
    else context.shell.jobs = context.shell.jobs.filter((each) => each !== job);
  }
  return status;
};
