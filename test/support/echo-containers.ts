/**
 * Containers that do a few simple things, for tests of logs and sessions without a shell. The log has one line for each
 * second since the pod began. The first word of a command says what the process does.
 */
import type {
  ContainerAccess,
  ContainerTarget,
  LogOptions,
  LogPage,
  SessionOptions,
} from "../../src/cluster/container-access.ts";
import type { Transaction } from "../../src/cluster/transaction.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { objectKey } from "../../src/kinds/kind.ts";
import { ApiError } from "../../src/lib/api-error.ts";
import { SESSION_LEASE_MS } from "../../src/lib/container-limits.ts";
import type { SessionInput, SessionOutput } from "../../src/lib/session-pieces.ts";
import { formatTime, parseTime } from "../../src/lib/time.ts";

const OWNER = "echo";
const LINE_MS = 1000;

interface Process {
  command: readonly string[];
  tty: boolean;
  startedAtMs: number;
  seenAtMs: number;
  /** Bytes of input so far. */
  inputBytes: number;
  /** Bytes of output so far. */
  outputBytes: number;
  /** Input that the process keeps: `line`. */
  text: string;
}

type Processes = Record<string, Process>;

/** The answer of a process to an exchange. `exitCode` ends it. */
type Behaviour = (process: Process, input: SessionInput, nowMs: number) => Partial<SessionOutput>;

const BEHAVIOURS: Record<string, Behaviour> = {
  /** Repeats its input. */
  cat: (process, { stdin = "", endOfStdin }) => {
    process.inputBytes += stdin.length;
    return { stdout: stdin, ...(endOfStdin && { exitCode: 0 }) };
  },
  /** Counts its input. */
  wc: (process, { stdin = "", endOfStdin }) => {
    process.inputBytes += stdin.length;
    return endOfStdin ? { stdout: `${process.inputBytes}\n`, exitCode: 0 } : {};
  },
  /** Reads a kilobyte each second. */
  slow: (process, { stdin = "", endOfStdin }, nowMs) => {
    const isDue = nowMs - process.startedAtMs >= Math.floor(process.inputBytes / 1024) * 1000;
    const stdinTakenBytes = isDue ? Math.min(stdin.length, 1024) : 0;
    process.inputBytes += stdinTakenBytes;
    const isEnd = endOfStdin && stdinTakenBytes === stdin.length;
    const wakeAtMs = process.startedAtMs + Math.floor(process.inputBytes / 1024) * 1000;
    return { stdinTakenBytes, wakeAtMs, ...(isEnd && { stdout: `${process.inputBytes}\n`, exitCode: 0 }) };
  },
  /** `exit 3`, with a word on each stream. */
  exit: ({ command }) => ({ stdout: "out\n", stderr: "err\n", exitCode: Number(command[1]) }),
  /** `ticks 3`: a line each second. */
  ticks: (process, _input, nowMs) => {
    const count = Number(process.command[1]);
    const seconds = Math.min(count, Math.floor((nowMs - process.startedAtMs) / 1000));
    let stdout = "";
    while (process.outputBytes < seconds) stdout += `tick ${++process.outputBytes}\n`;
    if (seconds === count) return { stdout, exitCode: 0 };
    return { stdout, wakeAtMs: process.startedAtMs + (seconds + 1) * 1000 };
  },
  /** `send 5000000`: so many bytes, as fast as they are taken. */
  send: (process, _input, nowMs) => {
    const piece = Math.min(Number(process.command[1]) - process.outputBytes, 64 * 1024);
    process.outputBytes += piece;
    return { stdout: "x".repeat(piece), ...(piece === 0 ? { exitCode: 0 } : { wakeAtMs: nowMs }) };
  },
  /** A prompt: repeats keys, tells sizes, ends at Ctrl-D, and at Ctrl-C with 130. */
  line: (process, { stdin = "", resize }) => {
    let stdout = process.outputBytes++ === 0 ? "$ " : "";
    if (resize) stdout += `[${resize.columns}x${resize.rows}]`;
    for (const key of stdin) {
      if (key === "\x04") return { stdout: `${stdout}\r\n`, exitCode: 0 };
      if (key === "\x03") return { stdout: `${stdout}^C\r\n`, exitCode: 130 };
      stdout += key === "\r" ? "\r\n$ " : key;
    }
    return { stdout };
  },
};

export const echoContainers: ContainerAccess = {
  readLog,
  exec(tx, target, options) {
    refuseUnlessRunning(target);
    const [name = ""] = options.command;
    if (!Object.hasOwn(BEHAVIOURS, name)) {
      const why = `exec: ${JSON.stringify(name)}: executable file not found in $PATH: unknown`;
      const what = "failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed";
      const message = `error executing command in container: ${what}: unable to start container process: ${why}`;
      throw new ApiError("InternalError", `Internal error occurred: ${message}`);
    }
    return start(tx, target, options.command, options);
  },
  attach(tx, target, options) {
    refuseUnlessRunning(target);
    return start(tx, target, ["line"], options);
  },
  exchange(tx, target, session, input) {
    const processes = processesOf(tx, target);
    const process = processes[session];
    if (!process) throw new ApiError("NotFound", `no session ${session}`);
    const output = BEHAVIOURS[process.command[0]!]!(process, input, tx.nowMs);
    process.seenAtMs = tx.nowMs;
    if (output.exitCode !== undefined) delete processes[session];
    save(tx, target, processes);
    return { stdout: "", stderr: "", ...output };
  },
  closeSession(tx, target, session) {
    const processes = processesOf(tx, target);
    delete processes[session];
    save(tx, target, processes);
  },
  /** Only port 80 is served: each line comes back, and `bye` ends the connection. */
  portProblem: (_tx, { metadata }, port) =>
    port === 80 ? undefined : `error forwarding port ${port} to pod ${metadata.name}: connection refused`,
  forward(_tx, _pod, _port, connection, { data = "", isEnd = false }) {
    const input = connection.input + data;
    const end = input.lastIndexOf("\n") + 1;
    const isOver = isEnd || input.includes("bye\n");
    const left = { ...connection, input: input.slice(end) };
    return { connection: left, data: input.slice(0, end), afterMs: 0, ...(isOver && { isOver: true as const }) };
  },
};

/** The commands of a pod's open sessions, as another isolate sees them. */
export function openSessions(tx: Pick<Transaction, "privateState">, namespace: string, name: string): string[] {
  const state = tx.privateState<Processes>(objectKey(podKind, namespace, name), OWNER) ?? {};
  return Object.values(state).map(({ command }) => command.join(" "));
}

function refuseUnlessRunning({ pod, container }: ContainerTarget): void {
  const status = pod.status.containerStatuses?.find(({ name }) => name === container);
  if (!status?.state?.running) throw new ApiError("NotFound", `container not found (${JSON.stringify(container)})`);
}

function start(tx: Transaction, target: ContainerTarget, command: readonly string[], { tty }: SessionOptions): string {
  const processes = processesOf(tx, target);
  let number = 1;
  while (processes[`s${number}`]) number++;
  const times = { startedAtMs: tx.nowMs, seenAtMs: tx.nowMs };
  processes[`s${number}`] = { command, tty, ...times, inputBytes: 0, outputBytes: 0, text: "" };
  save(tx, target, processes);
  return `s${number}`;
}

/** A copy, without sessions whose client has gone. */
function processesOf(tx: Transaction, { pod }: ContainerTarget): Processes {
  const state = tx.privateState<Processes>(keyOf(pod.metadata), OWNER) ?? {};
  const alive = Object.entries(state).filter(([, { seenAtMs }]) => tx.nowMs - seenAtMs < SESSION_LEASE_MS);
  return structuredClone(Object.fromEntries(alive));
}

function save(tx: Transaction, { pod }: ContainerTarget, processes: Processes): void {
  tx.setPrivateState(keyOf(pod.metadata), OWNER, Object.keys(processes).length > 0 ? processes : undefined);
}

function keyOf({ namespace = "", name = "" }: { namespace?: string; name?: string }) {
  return objectKey(podKind, namespace, name);
}

function readLog(tx: Transaction, { pod, container }: ContainerTarget, options: LogOptions): LogPage {
  const status = pod.status.containerStatuses?.find(({ name }) => name === container);
  if (options.previous) {
    const message = `previous terminated container ${JSON.stringify(container)} in pod ${JSON.stringify(pod.metadata.name)} not found`;
    throw new ApiError("BadRequest", message);
  }
  if (!status?.state?.running) {
    const message = `container ${JSON.stringify(container)} in pod ${JSON.stringify(pod.metadata.name)} is waiting to start: ContainerCreating`;
    throw new ApiError("BadRequest", message);
  }
  const beganAtMs = parseTime(status.state.running.startedAt ?? "");
  const count = Math.floor((tx.nowMs - beganAtMs) / LINE_MS);
  const { tailLines, sinceMs = 0, cursor, limitBytes, offsetMs = 0 } = options;
  const from = cursor === undefined ? Math.max(1, count - (tailLines ?? count) + 1) : Number(cursor) + 1;
  let text = "";
  for (let n = from; n <= count; n++) {
    const atMs = beganAtMs + n * LINE_MS;
    if (cursor === undefined && atMs < sinceMs) continue;
    text += `${options.timestamps ? `${formatTime(atMs - offsetMs)} ` : ""}line ${n}\n`;
  }
  const isOver = pod.metadata.deletionTimestamp !== undefined;
  return {
    text: text.slice(0, limitBytes),
    cursor: String(count),
    isOver,
    wakeAtMs: beganAtMs + (count + 1) * LINE_MS,
  };
}
