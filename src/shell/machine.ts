/**
 * A machine of processes: all of a container between two instants, as JSON. `run` makes small steps until all
 * processes wait. The functions here change the machine that they are given; they keep nothing else.
 */
import type { Bytes } from "../files/entry.ts";
import { FileError } from "../files/errors.ts";
import { bytesOfText } from "../lib/bytes.ts";
import { BUSY_MS, BUSY_STEPS, MAX_STATE_BYTES, PIPE_BUFFER_BYTES, STEPS_PER_TURN } from "../lib/container-limits.ts";
import { type Command, runCommand } from "./commands.ts";
import type { OutputChunk, ProcessEnd, ProcessStart, RunResult, System } from "./contract.ts";
import { endOfCrash } from "./crashes.ts";
import { addFile, addOutput, DescriptorError } from "./descriptors.ts";
import { stepShell } from "./evaluator.ts";
import { asHttpAnswer } from "./http-answer.ts";
import { FIRST_PID, firstPidOf, type Machine, type Process } from "./machine-state.ts";
import { CONTAINER_SESSION } from "./open.ts";
import { addProcess, endProcess, loadProgram, sendSignal, signalGroup } from "./processes.ts";
import type { ProcessView, SignalName } from "./program.ts";
import type { Answer, Question, ServedAnswer, ServedRequest } from "./question.ts";
import { newTerminal, type TypedInput, typeInto } from "./terminal.ts";
import { memoryUse, useCpu, viewOf } from "./view.ts";
import { isRunnable, nextInstant, noteStream, startWaiting } from "./waits.ts";

export { counterIncrements, setCounterRates } from "./counters.ts";
export type { Machine } from "./machine-state.ts";
export { firstPidOf } from "./machine-state.ts";
export { memoryUse, processFacts, signalFrom } from "./view.ts";
export { awaitedObjects, heldLeases, nextInstant, noteObjects, streamedObjects } from "./waits.ts";

/** Steps between two looks at the memory of processes that do not wait. */
const STEPS_PER_CHECK = 500;

/**
 * A machine whose first process begins at `nowMs`. The texts of `start` are Unicode; processes see them as UTF-8 byte
 * strings. `seed` decides about all random numbers. The executable must have been looked up before
 * (`findExecutable`): a process that cannot begin ends with status 127.
 */
export function newMachine(start: ProcessStart, options: { nowMs: number; seed: string; firstPid?: number }): Machine {
  const machine: Machine = {
    nowMs: options.nowMs,
    startedAtMs: options.nowMs,
    seed: options.seed,
    draws: 0,
    steps: 0,
    nextPid: options.firstPid ?? FIRST_PID,
    ...(options.firstPid !== undefined && { firstPid: options.firstPid }),
    nextFile: 1,
    nextPipe: 1,
    nextSession: CONTAINER_SESSION,
    nextSource: 1,
    turn: { pid: 0, left: 0 },
    processes: {},
    files: {},
    pipes: {},
    namedPipes: {},
    sessions: {},
    sources: {},
    sweepAt: 32,
    listeners: [],
    output: [],
  };
  startSession(machine, start);
  return machine;
}

/** Begins another process beside the first one, as `kubectl exec` does. Returns the number of its session. */
export function startSession(machine: Machine, start: ProcessStart): number {
  const id = machine.nextSession++;
  const file = (type: "stdout" | "stderr") => addFile(machine, { type: "output", session: id, stream: type });
  const input = start.stdin === "open" ? { type: "input" as const, session: id } : { type: "null" as const };
  const terminal = start.terminal ? addFile(machine, { type: "terminal", session: id }) : undefined;
  const fds =
    terminal === undefined
      ? { 0: addFile(machine, input), 1: file("stdout"), 2: file("stderr") }
      : { 0: terminal, 1: terminal, 2: terminal };
  const process = addProcess(machine, {
    parentPid: 0,
    session: id,
    cwd: bytesOfText(start.cwd),
    umask: 0o022,
    credentials: start.credentials,
    fds,
    env: Object.fromEntries(Object.entries(start.env).map(([name, value]) => [bytesOfText(name), bytesOfText(value)])),
    argv: start.argv.map(bytesOfText),
    ignored: [],
  });
  machine.sessions[id] = {
    leader: process.pid,
    input: "",
    inputEnded: start.stdin === "none",
    terminal: start.terminal && newTerminal(start.terminal, process.group),
  };
  if (machine.sessions[id].terminal && start.stdin === "none") machine.sessions[id].terminal.ends = 1;
  return id;
}

/** Moves the clock. Never backwards. */
export function setNow(machine: Machine, nowMs: number): void {
  machine.nowMs = Math.max(machine.nowMs, nowMs);
}

/** Makes steps until all processes wait, or until `maxSteps` steps are made. */
export function run(machine: Machine, system: System, maxSteps: number): RunResult {
  const end = machine.steps + maxSteps;
  let isSpent = false;
  while (!machine.exit) {
    const process = nextProcess(machine, system);
    if (!process) break;
    if (machine.steps >= end) {
      isSpent = true;
      break;
    }
    const before = machine.steps++;
    machine.turn.left--;
    if (machine.turn.deviceBytes) machine.turn.deviceBytes = 0;
    stepProcess(machine, process, system);
    // By the count of steps, so that it does not matter where a run ends.
    if (Math.floor(before / STEPS_PER_CHECK) !== Math.floor(machine.steps / STEPS_PER_CHECK))
      endIfOutOfMemory(machine, system);
  }
  return { isSpent, questions: openQuestions(machine), wakeAtMs: nextInstant(machine), exit: machine.exit };
}

/** A process would make a step now. */
export function canGoOn(machine: Machine, system: System): boolean {
  return Object.values(machine.processes).some((process) => isRunnable(machine, process, system));
}

/** The process whose turn it is: the same one for some steps, then the next one in the order of pids. */
function nextProcess(machine: Machine, system: System): Process | undefined {
  const current = machine.processes[machine.turn.pid];
  if (current && machine.turn.left > 0 && isRunnable(machine, current, system)) return current;
  const pids = Object.keys(machine.processes).map(Number);
  const from = pids.findIndex((pid) => pid > machine.turn.pid);
  const order = from <= 0 ? pids : [...pids.slice(from), ...pids.slice(0, from)];
  const pid = order.find((each) => isRunnable(machine, machine.processes[each]!, system));
  if (pid === undefined) return undefined;
  machine.turn = { pid, left: STEPS_PER_TURN };
  return machine.processes[pid];
}

function stepProcess(machine: Machine, process: Process, system: System): void {
  if (process.streak.atMs !== machine.nowMs) process.streak = { atMs: machine.nowMs, steps: 0 };
  process.streak.steps++;
  try {
    if (process.program === "") begin(machine, process, system);
    else if (process.shell) stepShell(machine, process, system);
    else stepProgram(machine, process, system);
  } catch (error) {
    const end = endOfCrash(machine, process, system, error);
    if (machine.processes[process.pid]) endProcess(machine, process, end);
  }
  if (!machine.processes[process.pid]) return;
  if (process.streak.steps >= BUSY_STEPS) {
    process.streak.steps = 0;
    useCpu(machine, process, system, BUSY_MS);
  }
}

function begin(machine: Machine, process: Process, system: System): void {
  const failure = loadProgram(machine, process, system, process.argv, process.env);
  if (failure) endProcess(machine, process, { status: failure.type === "missing" ? 127 : 126 });
}

function stepProgram(machine: Machine, process: Process, system: System): void {
  const program = system.findProgram(process.program);
  if (!program) {
    endProcess(machine, process, { status: 126 });
    return;
  }
  const view = viewOf(machine, process, system);
  const step = program.run(view);
  if (!machine.processes[process.pid]) return;
  switch (step.type) {
    case "exit":
      endProcess(machine, process, { status: step.status & 0xff });
      return;
    case "wait":
      startWaiting(process, step.for, view.files);
      endIfOutOfMemory(machine, system);
      return;
    case "exec": {
      if (step.credentials) process.credentials = step.credentials;
      const failure = loadProgram(machine, process, system, step.argv, { ...(step.env ?? process.env) });
      if (failure) endProcess(machine, process, { status: failure.type === "missing" ? 127 : 126 });
    }
  }
}

/**
 * The kernel ends the process that takes most if the limit is exceeded. A container without a limit may hold as much
 * as can be stored of it: beyond that its node has no memory left.
 */
function endIfOutOfMemory(machine: Machine, system: System): void {
  if (machine.exit) return;
  const limit = system.host.memoryLimitBytes ?? Number.POSITIVE_INFINITY;
  const { totalBytes, stateBytes, largest } = memoryUse(machine, system);
  noteMemory(machine, totalBytes);
  if (largest && (totalBytes > limit || stateBytes > MAX_STATE_BYTES)) {
    endProcess(machine, largest, { status: 137, signal: "KILL", wasOomKilled: true });
  }
}

/** A node notices memory in these steps. */
const MEMORY_STEP_BYTES = 64 * 1024 * 1024;

function noteMemory(machine: Machine, totalBytes: number): void {
  const steps = Math.floor(totalBytes / MEMORY_STEP_BYTES);
  if (steps > 0) machine.memoryBytes = steps * MEMORY_STEP_BYTES;
  else delete machine.memoryBytes;
}

function openQuestions(machine: Machine): RunResult["questions"] {
  return Object.values(machine.processes).flatMap(({ pid, question, answer: known, waits }) =>
    question && !known && waits?.some((wait) => wait.type === "answer") ? [{ pid, question }] : [],
  );
}

/** Answers the question of a process. It goes on after the time that the answer took. */
export function answer(machine: Machine, pid: number, value: Answer): void {
  const process = machine.processes[pid];
  if (!process?.question) return;
  process.answer = { value, atMs: machine.nowMs + value.afterMs };
  noteStream(process, process.question, value);
}

/** False if there is no such process. */
export function signal(machine: Machine, pid: number, name: SignalName, system: System): boolean {
  const process = machine.processes[pid];
  if (process) sendSignal(machine, process, name, system);
  return process !== undefined;
}

/** Ends the first process and all others, because the container exceeded its limit of memory or was killed. */
export function killMachine(machine: Machine, end: { wasOomKilled?: boolean } = {}): void {
  const process = machine.processes[firstPidOf(machine)];
  if (process) endProcess(machine, process, { status: 137, signal: "KILL", ...end });
}

/** Input of a session. A terminal shows it, edits the line and sends the signals of its keys. */
export function input(machine: Machine, session: number, data: Bytes, system: System): void {
  const state = machine.sessions[session];
  if (!state) return;
  if (!state.terminal) {
    if (!state.inputEnded) state.input += data;
    return;
  }
  // Each signal may change the terminal's mode or the foreground group, so the rest is typed afterwards.
  for (const key of data) show(machine, session, typeInto(state.terminal, key), system);
}

function show(machine: Machine, session: number, typed: TypedInput, system: System): void {
  addOutput(machine, session, "stdout", typed.echo);
  const terminal = machine.sessions[session]?.terminal;
  if (terminal) for (const name of typed.signals) signalGroup(machine, terminal.foreground, name, system);
}

/** The client has closed its side of the input. */
export function endInput(machine: Machine, session: number): void {
  const state = machine.sessions[session];
  if (!state) return;
  state.inputEnded = true;
  if (state.terminal) state.terminal.isHungUp = true;
}

/** The client's window has another size. A window without a size, as of a script, leaves the terminal as it is. */
export function resize(
  machine: Machine,
  session: number,
  size: { columns: number; rows: number },
  system: System,
): void {
  const terminal = machine.sessions[session]?.terminal;
  if (!terminal || size.columns <= 0 || size.rows <= 0) return;
  terminal.columns = size.columns;
  terminal.rows = size.rows;
  signalGroup(machine, terminal.foreground, "WINCH", system);
}

/**
 * Output since the last call, in its order. Output of other sessions stays, and their processes wait once much of it has
 * gathered.
 */
export function takeOutput(machine: Machine, isTaken: (session: number) => boolean = () => true): OutputChunk[] {
  const { output } = machine;
  machine.output = output.filter(({ session }) => !isTaken(session));
  return output.filter(({ session }) => isTaken(session));
}

/** True if output of the session waits to be taken. */
export function hasOutput(machine: Machine, session: number): boolean {
  return machine.output.some((chunk) => chunk.session === session);
}

/** The bytes of input that the session takes now. A terminal takes all: it drops what does not fit into its line. */
export function inputRoom(machine: Machine, session: number): number {
  const state = machine.sessions[session];
  if (!state || state.terminal || state.inputEnded) return Number.POSITIVE_INFINITY;
  return Math.max(0, PIPE_BUFFER_BYTES - state.input.length);
}

/** How the first process of a session ended; undefined while it runs. */
export function sessionEnd(machine: Machine, session: number): ProcessEnd | undefined {
  return machine.sessions[session]?.end;
}

/**
 * Forgets a session whose client has gone. Its processes go on without input, and their next output is a broken pipe; a
 * terminal hangs up.
 */
export function closeSession(machine: Machine, session: number, system: System): void {
  const state = machine.sessions[session];
  if (!state) return;
  state.isClosed = true;
  endInput(machine, session);
  if (!state.end && state.terminal) {
    signalGroup(machine, state.terminal.foreground, "HUP", system);
    signal(machine, state.leader, "HUP", system);
  }
  machine.output = machine.output.filter((chunk) => chunk.session !== session);
  if (!Object.values(machine.processes).some((process) => process.session === session))
    delete machine.sessions[session];
}

/** Lets the process that listens on a port answer a request. Undefined: no process listens there. */
export function serve(
  machine: Machine,
  system: System,
  port: number,
  request: ServedRequest,
): ServedAnswer | undefined {
  const protocol = request.type === "connect" && request.protocol === "udp" ? "udp" : "tcp";
  return serveWith(machine, system, port, protocol, request);
}

function serveWith(
  machine: Machine,
  system: System,
  port: number,
  protocol: "tcp" | "udp",
  request: ServedRequest,
): ServedAnswer | undefined {
  const listener = machine.listeners.find((each) => each.port === port && each.protocol === protocol);
  const process = listener && machine.processes[listener.pid];
  if (!process) return undefined;
  // A stopped process accepts connections and never answers.
  if (process.isStopped) return { afterMs: 0, type: "failed", why: "timeout" };
  const program = system.findProgram(process.program);
  try {
    const ask = (question: Question): Answer =>
      system.answerNow?.(question) ?? { type: "failed", why: "timeout", afterMs: 0 };
    const view = viewOf(machine, process, system);
    const runCommand = commandsOf(machine, system, { process, view, ask });
    const answer = program?.serve?.({ ...view, ask, runCommand }, request);
    if (!machine.processes[process.pid]) return { afterMs: 0, type: "failed", why: "reset" };
    return answer && request.type === "http" ? asHttpAnswer(answer) : answer;
  } catch (error) {
    if (error instanceof FileError || error instanceof DescriptorError)
      return { afterMs: 0, type: "failed", why: "reset" };
    endProcess(machine, process, endOfCrash(machine, process, system, error));
    return { afterMs: 0, type: "failed", why: "reset" };
  }
}

function commandsOf(
  machine: Machine,
  system: System,
  server: { process: Process; view: ProcessView; ask: (question: Question) => Answer },
): ProcessView["runCommand"] {
  const command: Command = {
    machine,
    system,
    step: (process) => stepProcess(machine, process, system),
    answer: ({ pid }) => {
      const open = openQuestions(machine).find((each) => each.pid === pid);
      if (open) answer(machine, pid, server.ask(open.question));
      return open !== undefined;
    },
  };
  return (argv, withinMs) => runCommand(command, server, argv, withinMs);
}
