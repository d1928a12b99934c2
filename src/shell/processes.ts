/** The life of processes: start, fork, execution of another program, signals, end. */
import type { RegularFile } from "../files/entry.ts";
import { FileError } from "../files/errors.ts";
import { MAX_INHERITED_JOBS, MAX_PROCESSES } from "../lib/container-limits.ts";
import type { ProcessEnd, ShellFlavour, System } from "./contract.ts";
import { hold, release } from "./descriptors.ts";
import { type Executable, findExecutable, shebangOf } from "./executables.ts";
import { setLoad } from "./load.ts";
import { FIRST_PID, firstPidOf, type Machine, type Process } from "./machine-state.ts";
import { absolutePath } from "./paths.ts";
import type { Program, SignalName } from "./program.ts";
import { type Job, newShell } from "./shell-state.ts";
import { defaultAction, SIGNAL_NUMBERS } from "./signals.ts";
import { lookUp, type Table } from "./table.ts";

/** A program whose evaluator is the shell's. `default` is the shell behind `sh`. */
export interface ShellProgram extends Program {
  readonly shell: ShellFlavour | "default";
}

function isShellProgram(program: Program): program is ShellProgram {
  return "shell" in program;
}

/** Interpreters of scripts may be scripts, up to this depth. */
const MAX_INTERPRETERS = 4;

/** Steps that the start of a process counts. */
const STEPS_PER_FORK = 10;

/** Throws FileError EAGAIN if the container has too many processes. */
export function addProcess(
  machine: Machine,
  from: Pick<Process, "parentPid" | "session" | "cwd" | "umask" | "credentials" | "fds" | "env" | "argv" | "ignored"> &
    Partial<Process>,
): Process {
  if (Object.keys(machine.processes).length >= MAX_PROCESSES) throw new FileError("EAGAIN", "fork");
  machine.steps += STEPS_PER_FORK;
  const pid = machine.nextPid++;
  const process: Process = {
    group: pid,
    startedAtMs: machine.nowMs,
    cpuMs: 0,
    program: "",
    state: {},
    streak: { atMs: machine.nowMs, steps: 0 },
    pending: [],
    exits: {},
    ...from,
    pid,
    fds: { ...from.fds },
  };
  machine.processes[pid] = process;
  for (const file of Object.values(process.fds)) hold(machine, file);
  return process;
}

/** A child that has everything of its parent but the frames of its shell. */
export function forkProcess(machine: Machine, parent: Process, fds = parent.fds): Process {
  const { pid: _pid, shell, program, state, credentials } = parent;
  const child = addProcess(machine, {
    parentPid: parent.pid,
    group: parent.group,
    session: parent.session,
    cwd: parent.cwd,
    umask: parent.umask,
    credentials,
    fds,
    env: parent.env,
    argv: parent.argv,
    ignored: [...parent.ignored],
    program,
    state,
  });
  if (shell) {
    const { frames: _frames, ...rest } = shell;
    child.shell = { ...structuredClone({ ...rest, jobs: inheritedJobs(machine, rest.jobs) }), frames: [] };
    // A subshell of dash forgets the jobs of its parent.
    if (shell.flavour === "dash") child.shell.jobs = [];
    for (const job of child.shell.jobs) job.isInherited = true;
    child.shell.level++;
    // A subshell has no prompt and no job control.
    delete child.shell.options["monitor"];
    if (child.shell.isInteractive) child.shell.isPartOfInteractive = true;
    child.shell.isInteractive = undefined;
    if (child.shell.flavour === "bash") child.shell.parentTraps = parent.shell?.parentTraps ?? { ...shell.traps };
    for (const [name, action] of Object.entries(child.shell.traps)) if (action !== "") delete child.shell.traps[name];
  }
  return child;
}

/** The running jobs and the last ended jobs, which a subshell knows. A script may have started a thousand. */
function inheritedJobs(machine: Machine, jobs: readonly Job[]): Job[] {
  const firstRecent = jobs.length - MAX_INHERITED_JOBS;
  return jobs.filter(({ pids }, index) => index >= firstRecent || pids.some((pid) => machine.processes[pid]));
}

export type LoadFailure = Exclude<Executable, { type: "found" }> | { type: "badFormat"; path: string };

/** Puts another program into a process (execve). A failure changes nothing. */
export function loadProgram(
  machine: Machine,
  process: Process,
  system: System,
  argv: readonly string[],
  env: Table<string>,
): LoadFailure | undefined {
  const files = system.filesFor(process.credentials, process.pid);
  let words = argv;
  let found = findExecutable(words[0] ?? "", env, process.cwd, files);
  if (system.standInFor && isOfMainProcess(machine, process)) {
    const hasFile = (path: string) =>
      findExecutable(absolutePath(process.cwd, path), env, "/", files).type !== "missing";
    const standIn = system.standInFor(words, { isMissing: found.type === "missing", hasFile });
    if (standIn !== undefined) found = findExecutable(standIn, env, process.cwd, files);
  }
  for (let depth = 0; found.type === "found"; depth++) {
    const loaded = programOf(found.entry, system);
    if (loaded) {
      install(machine, process, system, { name: loaded.name, program: loaded.program, argv: words, env });
      return undefined;
    }
    // A binary that this version cannot run is no script, although it has no content.
    if (found.entry.program !== undefined) return { type: "notExecutable", path: found.path };
    const content = files.read(found.path);
    const shebang = shebangOf(content);
    if (!shebang) return { type: "badFormat", path: found.path };
    if (depth >= MAX_INTERPRETERS) return { type: "missing" };
    const argument = shebang.argument === undefined ? [] : [shebang.argument];
    words = [
      shebang.interpreter,
      ...argument,
      depth === 0 ? shownPath(argv[0]!, found.path) : words[0]!,
      ...words.slice(1),
    ];
    found = findExecutable(shebang.interpreter, env, process.cwd, files);
  }
  return found;
}

/** Whether process 1 has begun it, directly or not, and no `exec`. */
function isOfMainProcess(machine: Machine, process: Process): boolean {
  return machine.sessions[process.session]?.leader === firstPidOf(machine);
}

/** The kernel hands over the path that was executed: of a name that was found in PATH it is the whole path. */
function shownPath(name: string, path: string): string {
  return name.includes("/") ? name : path;
}

function programOf(entry: RegularFile, system: System): { name: string; program: Program } | undefined {
  const program = entry.program === undefined ? undefined : system.findProgram(entry.program);
  return program && { name: entry.program!, program };
}

function install(
  machine: Machine,
  process: Process,
  system: System,
  start: { name: string; program: Program; argv: readonly string[]; env: Table<string> },
): void {
  if (process.shell) for (const frame of process.shell.frames) releaseSaved(machine, frame);
  process.argv = [...start.argv];
  process.env = { ...start.env };
  process.program = start.name;
  process.state = {};
  delete process.counters;
  process.pending = [];
  process.waits = undefined;
  process.shell = isShellProgram(start.program)
    ? newShell({
        flavour: start.program.shell === "default" ? system.shell : start.program.shell,
        name: process.argv[0] ?? "sh",
        pid: process.pid,
        env: process.env,
        nowMs: machine.nowMs,
      })
    : undefined;
}

function releaseSaved(machine: Machine, frame: { saved?: Record<number, number | null> }): void {
  for (const file of Object.values(frame.saved ?? {})) if (file !== null) release(machine, file);
  frame.saved = undefined;
}

/** Ends a process: its descriptors are closed, its children belong to process 1, its parent can take the status. */
export function endProcess(machine: Machine, process: Process, end: Omit<ProcessEnd, "atMs">): void {
  setLoad(machine, process, 0);
  delete machine.processes[process.pid];
  for (const file of Object.values(process.fds)) release(machine, file);
  for (const frame of process.shell?.frames ?? []) releaseSaved(machine, frame);
  machine.listeners = machine.listeners.filter((each) => each.pid !== process.pid);
  const ended: ProcessEnd = { ...end, atMs: machine.nowMs };
  const session = machine.sessions[process.session];
  if (session?.leader === process.pid) session.end = ended;
  for (const each of Object.values(machine.processes)) {
    if (each.parentPid !== process.pid) continue;
    each.parentPid = FIRST_PID;
    each.isOrphan = true;
  }
  const parent = machine.processes[process.parentPid];
  if (parent && !process.isOrphan) {
    parent.exits[process.pid] = { status: end.status, signal: end.signal };
    if (handles(parent, "CHLD")) parent.pending.push("CHLD");
  }
  if (process.pid === firstPidOf(machine)) endAll(machine, ended);
}

/** The end of process 1 is the end of its namespace; the runtime ends what else ran in the container. */
function endAll(machine: Machine, end: ProcessEnd): void {
  machine.exit = end;
  for (const session of Object.values(machine.sessions)) {
    session.end ??= { status: 137, signal: "KILL", atMs: machine.nowMs };
  }
  machine.processes = {};
  machine.files = {};
  machine.pipes = {};
  machine.namedPipes = {};
  machine.listeners = [];
}

/** Whether the process takes the signal itself. */
function handles(process: Process, name: SignalName, program?: Program): boolean {
  if (process.shell) {
    const action = lookUp(process.shell.traps, name);
    if (action !== undefined) return action !== "";
    if (process.shell.isInteractive) return name === "INT";
    // Bash runs its EXIT trap before a signal ends it.
    const runsExitTrap = process.shell.flavour === "bash" && lookUp(process.shell.traps, "EXIT") !== undefined;
    return runsExitTrap && (name === "TERM" || name === "INT" || name === "HUP");
  }
  return program?.handles?.includes(name) === true;
}

/** Signals of which an interactive shell protects itself. */
const IGNORED_BY_INTERACTIVE: readonly SignalName[] = ["TERM", "QUIT", "TSTP", "TTIN", "TTOU"];

export function sendSignal(machine: Machine, process: Process, name: SignalName, system: System): void {
  if (name === "KILL") {
    endProcess(machine, process, { status: 137, signal: "KILL" });
    return;
  }
  if (name === "CONT") process.isStopped = undefined;
  if (name === "STOP") {
    process.isStopped = true;
    return;
  }
  if (process.ignored.includes(name)) return;
  if (handles(process, name, system.findProgram(process.program))) {
    process.pending.push(name);
    return;
  }
  if (process.shell?.isInteractive && IGNORED_BY_INTERACTIVE.includes(name)) return;
  const action = defaultAction(name);
  if (action === "ignore" || process.pid === FIRST_PID) return;
  if (action === "stop") process.isStopped = true;
  else endProcess(machine, process, { status: 128 + SIGNAL_NUMBERS[name], signal: name });
}

/** A signal of a process of the same namespace: process 1 is protected even from KILL and STOP. */
export function sendSignalInside(machine: Machine, process: Process, name: SignalName, system: System): void {
  if (process.pid === FIRST_PID && (name === "KILL" || name === "STOP")) return;
  sendSignal(machine, process, name, system);
}

/** Signals all processes of a group. False if it has none. */
export function signalGroup(machine: Machine, group: number, name: SignalName, system: System): boolean {
  const members = Object.values(machine.processes).filter((process) => process.group === group);
  for (const process of members) if (machine.processes[process.pid]) sendSignal(machine, process, name, system);
  return members.length > 0;
}
