/** A process as its built-in program sees it. */
import type { Charge } from "../files/charge.ts";
import type { Bytes } from "../files/entry.ts";
import { FileError, OutputError } from "../files/errors.ts";
import type { FileSystem } from "../files/file-system.ts";
import { PIPE_BUFFER_BYTES } from "../lib/container-limits.ts";
import { equalJson } from "../lib/json.ts";
import type { NeighbourSignal, SignalOutcome, System } from "./contract.ts";
import { addToCounter } from "./counters.ts";
import {
  addPipe,
  isWritable,
  lowestFreeDescriptor,
  openFileOf,
  readDescriptor,
  setDescriptor,
  writeDescriptor,
} from "./descriptors.ts";
import { signalWith } from "./kill.ts";
import { countQuota, loadMs, setLoad } from "./load.ts";
import type { Machine, Process } from "./machine-state.ts";
import { heldBytes } from "./memory.ts";
import { type OpenMode, openPath } from "./open.ts";
import { addProcess, endProcess, loadProgram } from "./processes.ts";
import type { ProcessFacts, ProcessView, SignalName, SpawnOptions, Terminal } from "./program.ts";
import type { Answer, Question } from "./question.ts";
import { draw } from "./random.ts";
import { umaskedFiles } from "./umasked-files.ts";

/** Bytes read or written that count as one step. */
const BYTES_PER_STEP = 4096;
/** A draw of the generator for the host. */
const STEPS_PER_DRAW = 1 / 8;
/** Memory of a process whose program does not say, without what its state holds, bytes. */
const SMALL_PROCESS_BYTES = 1024 * 1024;

/** `charge` counts the steps of what the program does. By default they are steps of the process. */
export function viewOf(
  machine: Machine,
  process: Process,
  system: System,
  charge: Charge = stepsOf(machine, process),
): ProcessView {
  const files = umaskedFiles(system.filesFor(process.credentials, process.pid, charge), process.umask);
  let written = 0;
  return {
    pid: process.pid,
    parentPid: process.parentPid,
    argv: process.argv,
    env: process.env,
    cwd: process.cwd,
    credentials: process.credentials,
    nowMs: machine.nowMs,
    files,
    host: system.host,
    state: process.state,
    counters: process.counters ?? {},
    count: (key, by) => addToCounter(process, key, by, machine.nowMs),
    random: () => {
      charge(STEPS_PER_DRAW);
      return draw(machine);
    },
    read(fd, options) {
      const data = readDescriptor(machine, process, fd, files, options);
      charge((data?.length ?? 0) / BYTES_PER_STEP);
      return data;
    },
    write(fd, data: Bytes) {
      charge(data.length / BYTES_PER_STEP);
      written += data.length;
      // A program without an end gives up its turn, also if nothing makes it wait.
      return writeOut(machine, process, fd, data, files) && written < PIPE_BUFFER_BYTES;
    },
    canWrite: (fd) => isWritable(machine, process, fd),
    open(path, how) {
      const modes = { read: "read", write: "truncate", append: "append" } as const satisfies Record<string, OpenMode>;
      const fd = lowestFreeDescriptor(process);
      setDescriptor(machine, process, fd, openPath(machine, process, path, modes[how], files));
      return fd;
    },
    close: (fd) => setDescriptor(machine, process, fd, undefined),
    isTerminal: (fd) => openFileOf(machine, process, fd)?.type === "terminal",
    terminal: (fd) => terminalOf(machine, process, fd),
    spawn: (options) => spawn(machine, process, system, options),
    pipe() {
      const [reader, writer] = addPipe(machine);
      const readFd = lowestFreeDescriptor(process);
      setDescriptor(machine, process, readFd, reader);
      const writeFd = lowestFreeDescriptor(process);
      setDescriptor(machine, process, writeFd, writer);
      return [readFd, writeFd];
    },
    takeExit(pid) {
      const end = process.exits[pid];
      delete process.exits[pid];
      return end?.status;
    },
    kill: (pid, signal) => kill(machine, process, system, pid, signal),
    processes: () => visibleProcesses(machine, system),
    takePids(count, from) {
      const first = Math.max(machine.nextPid, from);
      machine.nextPid = first + count;
      return first;
    },
    takeSignal: () => process.pending.shift(),
    listen(port, protocol) {
      if (machine.listeners.some((each) => each.port === port && each.protocol === protocol)) return false;
      if (system.isPortTaken?.(port, protocol)) return false;
      machine.listeners.push({ port, protocol, pid: process.pid });
      return true;
    },
    stopListening(port) {
      machine.listeners = machine.listeners.filter((each) => each.pid !== process.pid || each.port !== port);
    },
    listeners: () => machine.listeners.map((each) => ({ ...each, program: programName(machine, each.pid) })),
    ask: (question) => ask(machine, process, question),
    useCpu: (ms) => useCpu(machine, process, system, ms),
    setLoad: (cpus) => setLoad(machine, process, cpus, system.host),
    charge,
  };
}

function stepsOf(machine: Machine, process: Process): Charge {
  let owed = 0;
  return (steps) => {
    owed += steps;
    const whole = Math.floor(owed);
    owed -= whole;
    machine.steps += whole;
    process.streak.steps += whole;
  };
}

/** For looks at a process, which must not change it. */
const FREE: Charge = () => {};

/** Throws OutputError where the file system refuses. */
function writeOut(machine: Machine, process: Process, fd: number, data: Bytes, files: FileSystem): boolean {
  try {
    return writeDescriptor(machine, process, fd, data, files);
  } catch (error) {
    throw error instanceof FileError ? new OutputError(error.code, error.path) : error;
  }
}

function programName(machine: Machine, pid: number): string {
  return machine.processes[pid]?.program ?? "";
}

/** A terminal whose fields can be set: it is the state of the line discipline itself. */
function terminalOf(machine: Machine, process: Process, fd: number): Terminal | undefined {
  const file = openFileOf(machine, process, fd);
  return file?.type === "terminal" ? machine.sessions[file.session]?.terminal : undefined;
}

/** Throws FileError: ENOENT, EACCES or ENOEXEC if the program cannot be executed, EAGAIN if there are too many. */
function spawn(machine: Machine, parent: Process, system: System, options: SpawnOptions): number {
  const fds: Record<number, number> = {};
  for (const [fd, from] of Object.entries(options.fds ?? { 0: 0, 1: 1, 2: 2 })) {
    const file = parent.fds[from];
    if (file !== undefined) fds[Number(fd)] = file;
  }
  const child = addProcess(machine, {
    parentPid: parent.pid,
    ...(options.newGroup ? {} : { group: parent.group }),
    session: parent.session,
    cwd: options.cwd ?? parent.cwd,
    umask: parent.umask,
    credentials: options.credentials ?? parent.credentials,
    fds,
    env: parent.env,
    argv: options.argv,
    ignored: [...parent.ignored],
  });
  const failure = loadProgram(machine, child, system, options.argv, { ...(options.env ?? parent.env) });
  if (!failure) return child.pid;
  endProcess(machine, child, { status: 127 });
  delete parent.exits[child.pid];
  const name = options.argv[0] ?? "";
  if (failure.type === "missing") throw new FileError("ENOENT", name);
  throw new FileError(failure.type === "badFormat" ? "ENOEXEC" : "EACCES", name);
}

function kill(machine: Machine, process: Process, system: System, pid: number, name: SignalName): boolean {
  const target = pid === 0 ? -process.group : pid;
  const outcome = signalFrom(machine, system, { target, name, sender: process.credentials, senderPid: process.pid });
  if (outcome === "denied") throw new FileError("EPERM", String(pid));
  return outcome === "sent";
}

/** Sends a signal to processes of the machine and of its neighbours. */
export function signalFrom(machine: Machine, system: System, signal: NeighbourSignal): SignalOutcome {
  return signalWith(machine, system, signal, () => processFacts(machine, system));
}

/** All processes of the namespace in the order of their pids. */
export function visibleProcesses(machine: Machine, system: System): ProcessFacts[] {
  const own = processFacts(machine, system);
  const others = system.neighbours?.facts() ?? [];
  return others.length === 0 ? own : [...own, ...others].sort((a, b) => a.pid - b.pid);
}

/** All processes of the machine, as `ps` shows them. */
export function processFacts(machine: Machine, system: System): ProcessFacts[] {
  return Object.values(machine.processes).flatMap((process) => factsOf(machine, process, system));
}

function factsOf(machine: Machine, process: Process, system: System): ProcessFacts[] {
  const program = system.findProgram(process.program);
  const shown = program?.shows?.(viewOf(machine, process, system, FREE));
  const facts = {
    pid: process.pid,
    parentPid: process.parentPid,
    uid: process.credentials.uid,
    argv: shown ? [shown.title] : process.argv,
    startedAtMs: process.startedAtMs,
    cpuMs: process.cpuMs + loadMs(process, machine.nowMs),
    state: process.isStopped ? "T" : process.waits ? "S" : "R",
    // Computed when it is read: it takes a walk through the state of the process.
    get memoryBytes() {
      return memoryOf(machine, process, system, program);
    },
    terminal: machine.sessions[process.session]?.terminal ? `pts/${process.session}` : undefined,
    credentials: process.credentials,
    env: process.env,
    cwd: process.cwd,
  } satisfies ProcessFacts;
  if (!shown?.workers) return [facts];
  const workers = shown.workers.map(({ pid, uid, title }) => ({
    ...facts,
    ...{ pid, uid, argv: [title], parentPid: process.pid, memoryBytes: 0, cpuMs: 0 },
  }));
  return [facts, ...workers];
}

function memoryOf(
  machine: Machine,
  process: Process,
  system: System,
  program: { memoryBytes?(view: ProcessView): number } | undefined,
): number {
  const told = program?.memoryBytes?.(viewOf(machine, process, system, FREE)) ?? SMALL_PROCESS_BYTES;
  return told + heldBytes(process);
}

function ask(machine: Machine, process: Process, question: Question): Answer | undefined {
  const isSame = process.question !== undefined && equalJson(process.question, question);
  if (!isSame) {
    process.question = question;
    process.answer = undefined;
    return undefined;
  }
  if (!process.answer || machine.nowMs < process.answer.atMs) return undefined;
  const { value } = process.answer;
  process.question = undefined;
  process.answer = undefined;
  return value;
}

/** Below one CPU the same work takes longer. */
export function useCpu(machine: Machine, process: Process, system: System, ms: number): void {
  process.cpuMs += ms;
  machine.usedCpuMs = (machine.usedCpuMs ?? 0) + ms;
  const { cpuLimit = 1 } = system.host;
  const from = Math.max(machine.nowMs, process.busyUntilMs ?? 0);
  process.busyUntilMs = Math.ceil(from + ms / Math.min(1, cpuLimit));
  if (system.host.cpuLimit !== undefined) countQuota(machine, ms, process.busyUntilMs - from);
}

/** Memory of all processes, bytes, what of it is in their state, and the process that takes most. */
export function memoryUse(
  machine: Machine,
  system: System,
): { totalBytes: number; stateBytes: number; largest?: Process } {
  let totalBytes = 0;
  let stateBytes = 0;
  let largest: Process | undefined;
  let largestBytes = -1;
  for (const process of Object.values(machine.processes)) {
    const bytes = memoryOf(machine, process, system, system.findProgram(process.program));
    totalBytes += bytes;
    stateBytes += heldBytes(process);
    if (bytes > largestBytes) {
      largest = process;
      largestBytes = bytes;
    }
  }
  return { totalBytes, stateBytes, largest };
}
