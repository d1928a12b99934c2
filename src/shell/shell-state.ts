/** The state of one shell process. JSON. */
import type { ShellFlavour } from "./contract.ts";
import type { Frame, NodeReference, Variable } from "./frame.ts";
import type { Table } from "./table.ts";

export interface Shell {
  /** The arguments of the process were read. */
  hasStarted?: true;
  flavour: ShellFlavour;
  /** `$0`. */
  name: string;
  /** `$1` and following. */
  parameters: string[];
  variables: Table<Variable>;
  functions: Table<NodeReference>;
  aliases: Table<string>;
  /** Options of `set`, by long name: `errexit`. */
  options: Table<true>;
  /** Options of `shopt` that differ from the default. */
  shopts: Table<boolean>;
  /** Actions of traps by signal, `EXIT`, `ERR`, `DEBUG` and `RETURN`. "" ignores the signal. */
  traps: Table<string>;
  /** Traps of the parent, which a subshell of bash shows until it sets its own. */
  parentTraps?: Table<string>;
  /** The innermost frame is the last. */
  frames: Frame[];
  status: number;
  pipeStatus: number[];
  /** `$!`. */
  lastBackground?: number;
  /** `$_`. */
  lastArgument: string;
  /** `$$`: the same in subshells. */
  rootPid: number;
  level: number;
  /** Depth of command substitutions and evals, for the prefix of xtrace. */
  traceLevel?: number;
  line: number;
  /** The subshell is part of a condition: errexit does not apply. */
  isGuarded?: true;
  isInteractive?: true;
  /** A subshell of an interactive shell: its errors have no line. */
  isPartOfInteractive?: true;
  /** The script is a file, not -c or the standard input. */
  runsFile?: true;
  /** The script comes through the standard input. */
  readsInput?: true;
  /** The script is an argument of -c. */
  runsArgument?: true;
  jobs: Job[];
  startedAtMs: number;
  /** Position of getopts within a word of options. */
  optionOffset: number;
  directories: string[];
  history: string[];
  /** The signal that ends the shell after its EXIT trap. */
  killedBy?: string;
  /** The EXIT trap runs, or the process ends after it. */
  isLeaving?: true;
  /** Seed of RANDOM after an assignment to it. */
  randomSeed?: number;
  /** Computed variables that were unset and are ordinary now. */
  uncomputed?: string[];
  /** Paths that `hash` shows. */
  hashed: Table<string>;
}

export interface Job {
  number: number;
  /** Processes of the job; the last one gives its status. */
  pids: number[];
  group: number;
  command: string;
  state: "running" | "stopped" | "done";
  status?: number;
  isNotified?: true;
  /** A job of the parent shell: a subshell shows it and cannot wait for it. */
  isInherited?: true;
}

export function newShell(options: {
  flavour: ShellFlavour;
  name: string;
  pid: number;
  env: Table<string>;
  nowMs: number;
}): Shell {
  const variables: Table<Variable> = {};
  for (const [name, value] of Object.entries(options.env)) {
    if (/^[A-Za-z_]\w*$/.test(name)) Object.defineProperty(variables, name, field({ value, flags: "x" }));
  }
  return {
    flavour: options.flavour,
    name: options.name,
    parameters: [],
    variables,
    functions: {},
    aliases: {},
    options: {},
    shopts: {},
    traps: {},
    frames: [],
    status: 0,
    pipeStatus: [0],
    lastArgument: "",
    rootPid: options.pid,
    level: 0,
    line: 1,
    jobs: [],
    startedAtMs: options.nowMs,
    optionOffset: 0,
    directories: [],
    history: [],
    hashed: {},
  };
}

function field(value: Variable) {
  return { value, configurable: true, enumerable: true, writable: true };
}
