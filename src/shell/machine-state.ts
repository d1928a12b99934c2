/** The state of a machine of processes. All of it is JSON: it is stored between requests and copied by a fork. */
import type { Bytes, Credentials } from "../files/entry.ts";
import type { JsonObject } from "../lib/json.ts";
import type { OutputChunk, ProcessEnd } from "./contract.ts";
import type { Counters } from "./counters.ts";
import type { SignalName, Wait } from "./program.ts";
import type { Answer, Question } from "./question.ts";
import type { Shell } from "./shell-state.ts";
import type { Table } from "./table.ts";
import type { TerminalState } from "./terminal.ts";

export interface Machine {
  nowMs: number;
  startedAtMs: number;
  /** Seed and position of the container's random numbers. */
  seed: string;
  draws: number;
  /** Steps since the start, for the budget and for figures. */
  steps: number;
  /** CPU time of all processes since the start, also of ended ones, without present loads, ms. */
  usedCpuMs?: number;
  /** Memory of all processes when one of them last began to wait, in whole steps; absent: less than one. */
  memoryBytes?: number;
  /** Time under a CPU limit, without present loads; absent: the container has had no limit. */
  quota?: QuotaTime;
  nextPid: number;
  /** The process whose end is the machine's end. Absent: process 1. Containers that share a namespace have others. */
  firstPid?: number;
  nextFile: number;
  nextPipe: number;
  nextSession: number;
  nextSource: number;
  /** The process that runs, the steps until another one has its turn, and what this step read of endless devices. */
  turn: { pid: number; left: number; deviceBytes?: number };
  processes: Record<number, Process>;
  files: Record<number, OpenFile>;
  pipes: Record<number, Pipe>;
  /** Pipes of open named pipes, by path. */
  namedPipes: Table<number>;
  sessions: Record<number, Session>;
  /** Texts of scripts. Frames name their nodes by the key in this table and the number of the node. */
  sources: Record<number, string>;
  /** The number of sources at which unused ones are removed. */
  sweepAt: number;
  listeners: Listener[];
  output: OutputChunk[];
  exit?: ProcessEnd;
}

/** Time in which processes wanted CPU under a limit, ms. Linux: kernel/sched/fair.c (`cpu.stat`) */
export interface QuotaTime {
  activeMs: number;
  /** The part of it in which they wanted more than the limit. */
  throttledMs: number;
  /** CPU time that they wanted and did not get. */
  lostMs: number;
}

export interface Process {
  pid: number;
  parentPid: number;
  group: number;
  session: number;
  argv: readonly string[];
  env: Table<string>;
  cwd: string;
  umask: number;
  credentials: Credentials;
  startedAtMs: number;
  cpuMs: number;
  /** Open files by descriptor. */
  fds: Record<number, number>;
  /** Name in the registry of programs; "" before the first step. */
  program: string;
  /** State of a built-in program. */
  state: JsonObject;
  /** By the names that its program gives them. */
  counters?: Counters;
  /** State of a shell, if the process is one. */
  shell?: Shell;
  waits?: WaitState[];
  /** Resources whose objects were written while the process did not wait for them. */
  missedObjects?: string[];
  /** Handled signals do not end the wait: a shell waits for its foreground child first. */
  holdsSignals?: true;
  /**
   * CPUs that the process keeps busy since an instant; their time is not in `cpuMs`. Under a CPU limit `lostCpus` is what
   * it wants above it.
   */
  load?: { cpus: number; sinceMs: number; isLimited?: true; lostCpus?: number };
  /** CPU time that the process has spent but that has not passed, ms. */
  busyUntilMs?: number;
  /** Steps at the instant `atMs`: endless loops are charged by it. */
  streak: { atMs: number; steps: number };
  isStopped?: true;
  /** Its parent has ended: process 1 adopted it and does not ask for its status. */
  isOrphan?: true;
  /** Handled signals that the process has not taken. */
  pending: SignalName[];
  ignored: SignalName[];
  /** Statuses of ended children that were not taken. */
  exits: Record<number, ChildEnd>;
  question?: Question;
  answer?: { value: Answer; atMs: number };
  /** Resources of answers that the process reads and that go on. */
  streams?: string[];
}

export interface ChildEnd {
  status: number;
  signal?: SignalName;
}

/** A wait, with the state of the file that it compares with. */
export type WaitState =
  | Exclude<Wait, { type: "file" | "objects" }>
  | { type: "file"; path: string; seen: string }
  | { type: "objects"; resources: readonly string[]; isOver?: true };

interface Shared {
  /** Descriptors that refer to this open file. */
  references: number;
}

export type OpenFile = Shared &
  (
    | { type: "null" | "zero" | "full" | "random" }
    | { type: "file"; path: string; position: number; appends: boolean; canRead: boolean; canWrite: boolean }
    | { type: "text"; content: Bytes; position: number }
    | { type: "pipeReader" | "pipeWriter"; pipe: number; path?: string }
    | { type: "input"; session: number }
    | { type: "output"; session: number; stream: "stdout" | "stderr" }
    | { type: "terminal"; session: number }
  );

export interface Pipe {
  data: Bytes;
  readers: number;
  writers: number;
  /** A named pipe waits for its first reader and writer. */
  hadReader: boolean;
  hadWriter: boolean;
}

export interface Session {
  leader: number;
  input: Bytes;
  inputEnded: boolean;
  /** Without a client: output is dropped. */
  isClosed?: true;
  terminal?: TerminalState;
  end?: ProcessEnd;
}

export interface Listener {
  port: number;
  protocol: "tcp" | "udp";
  pid: number;
}

/** Process 1. Without a handler it ignores all signals but KILL and STOP. */
export const FIRST_PID = 1;

export function firstPidOf(machine: Machine): number {
  return machine.firstPid ?? FIRST_PID;
}
