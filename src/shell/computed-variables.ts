/** Variables whose value the shell computes when they are read: RANDOM, SECONDS, LINENO and so on. */
import type { Context } from "./context.ts";
import type { CallFrame, Variable } from "./frame.ts";
import { draw } from "./random.ts";
import { lookUp } from "./table.ts";

type Compute = (context: Context) => string | string[];

const COMMON: Record<string, Compute> = {
  PPID: ({ process, machine, shell }) => String(machine.processes[shell.rootPid]?.parentPid ?? process.parentPid),
};

const RANDOM: Record<string, Compute> = {
  RANDOM: (context) => String(nextRandom(context)),
};

const LINENO: Compute = ({ shell }) => String(shell.line);

const BASH: Record<string, Compute> = {
  ...RANDOM,
  LINENO,
  SRANDOM: ({ machine }) => String(draw(machine)),
  SECONDS: ({ machine, shell }) => String(Math.floor((machine.nowMs - shell.startedAtMs) / 1000)),
  EPOCHSECONDS: ({ machine }) => String(Math.floor(machine.nowMs / 1000)),
  EPOCHREALTIME: ({ machine }) =>
    `${Math.floor(machine.nowMs / 1000)}.${String(machine.nowMs % 1000).padStart(3, "0")}000`,
  BASHPID: ({ process }) => String(process.pid),
  BASH_SUBSHELL: ({ shell }) => String(shell.level),
  UID: ({ process }) => String(process.credentials.uid),
  EUID: ({ process }) => String(process.credentials.uid),
  GROUPS: ({ process }) => [String(process.credentials.gid), ...process.credentials.groups.map(String)],
  HOSTNAME: ({ system }) => system.host.hostname,
  BASH: () => "/usr/bin/bash",
  BASH_VERSION: () => "5.2.15(1)-release",
  BASH_VERSINFO: ({ system }) => ["5", "2", "15", "1", "release", `${system.host.architecture}-pc-linux-gnu`],
  OSTYPE: () => "linux-gnu",
  HOSTTYPE: ({ system }) => system.host.architecture,
  MACHTYPE: ({ system }) => `${system.host.architecture}-pc-linux-gnu`,
  PIPESTATUS: ({ shell }) => shell.pipeStatus.map(String),
  FUNCNAME: (context) => {
    const names = callsOf(context).map((frame) => frame.name);
    return names.length === 0 || !context.shell.runsFile ? names : [...names, "main"];
  },
  BASH_SOURCE: (context) => {
    const file = context.shell.runsFile ? context.shell.name : "environment";
    return [...callsOf(context).map(() => file), ...(context.shell.runsFile ? [file] : [])];
  },
  BASH_LINENO: (context) => [...callsOf(context).map((frame) => String(frame.line)), "0"],
  DIRSTACK: ({ process, shell }) => [process.cwd, ...shell.directories],
  COLUMNS: ({ machine, process }) => String(machine.sessions[process.session]?.terminal?.columns ?? 80),
  LINES: ({ machine, process }) => String(machine.sessions[process.session]?.terminal?.rows ?? 24),
  _: ({ shell }) => shell.lastArgument,
};

const BY_FLAVOUR = {
  bash: { ...COMMON, ...BASH },
  dash: COMMON,
  busybox: { ...COMMON, ...RANDOM, LINENO, HOSTNAME: BASH["HOSTNAME"]!, _: BASH["_"]! },
} as const;

export function computedVariable(context: Context, name: string): Variable | undefined {
  const compute = lookUp<Compute>(BY_FLAVOUR[context.shell.flavour], name);
  if (!compute || context.shell.uncomputed?.includes(name)) return undefined;
  const value = compute(context);
  if (typeof value === "string") return { value, flags: "" };
  return value.length === 0 ? undefined : { items: Object.fromEntries(value.map((each, i) => [i, each])), flags: "a" };
}

/** Assignments that change the computation. True if the variable takes no other value. */
export function setComputedVariable(context: Context, name: string, value: string | undefined): boolean {
  const { shell, machine } = context;
  if (!lookUp<Compute>(BY_FLAVOUR[shell.flavour], name) || shell.uncomputed?.includes(name)) return false;
  switch (name) {
    case "RANDOM":
      shell.randomSeed = Number.parseInt(value ?? "0", 10) || 0;
      return true;
    case "SECONDS":
      shell.startedAtMs = machine.nowMs - (Number.parseInt(value ?? "0", 10) || 0) * 1000;
      return true;
    case "FUNCNAME":
    case "BASH_LINENO":
    case "BASH_SOURCE":
    case "GROUPS":
    case "_":
    case "PIPESTATUS":
    case "BASHPID":
    case "EPOCHSECONDS":
    case "EPOCHREALTIME":
    case "SRANDOM":
      return true;
    default:
      return false;
  }
}

function callsOf({ shell }: Context): CallFrame[] {
  return shell.frames.filter((frame): frame is CallFrame => frame.type === "call").reverse();
}

/** After an assignment to RANDOM the sequence is that of bash: a Park-Miller generator. */
function nextRandom({ machine, shell }: Context): number {
  if (shell.randomSeed === undefined) return draw(machine) & 0x7fff;
  const seed = shell.randomSeed === 0 ? 123459876 : shell.randomSeed;
  const high = Math.trunc(seed / 127773);
  let next = 16807 * (seed - high * 127773) - 2836 * high;
  if (next < 0) next += 0x7fffffff;
  shell.randomSeed = next;
  return ((next >>> 16) ^ (next & 0xffff)) & 0x7fff;
}
