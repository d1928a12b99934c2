/**
 * A built-in program: a small machine whose state is JSON. It runs in pieces. Each call goes as far as it can and
 * returns what it waits for; its own position is in `process.state`.
 */
import type { Bytes, Credentials } from "../files/entry.ts";
import type { FileSystem } from "../files/file-system.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Counters } from "./counters.ts";
import type { Answer, Question, ServedAnswer, ServedRequest } from "./question.ts";

export interface Program {
  /** Runs until the process waits or ends. It is called again after each wait. */
  run(process: ProcessView): Step;
  /**
   * Signals that the program takes with `process.takeSignal()`. All others have their default action. Process 1 of a
   * container has no default actions: it ignores what it does not handle, except KILL and STOP.
   */
  readonly handles?: readonly SignalName[];
  /** Answers a request to a port on which this process listens. It may change `process.state`, files and output. */
  serve?(process: ProcessView, request: ServedRequest): ServedAnswer;
  /** Memory that the process takes now, bytes; absent: a small constant. Above the limit it is OOM-killed. */
  memoryBytes?(process: ProcessView): number;
  /** Shown by `ps` for a server that names itself and its workers. Absent: its arguments. */
  shows?(process: ProcessView): ShownProcess | undefined;
}

/** Workers are not processes of the machine: they have no state, and their server replaces one that is killed. */
export interface ShownProcess {
  title: string;
  workers?: readonly { pid: number; uid: number; title: string }[];
}

export type Step =
  | { type: "exit"; status: number }
  /** Runs again as soon as one of these is true. */
  | { type: "wait"; for: readonly Wait[] }
  /** Another program takes the place of this one in the same process. */
  | {
      type: "exec";
      argv: readonly string[];
      env?: Readonly<Record<string, string>>;
      /** The user that the process becomes first (gosu, su-exec). Only for programs that run as root. */
      credentials?: Credentials;
    };

export type Wait =
  | { type: "time"; atMs: number }
  | { type: "readable"; fd: number }
  | { type: "writable"; fd: number }
  /** This child, or any child if absent, has ended. */
  | { type: "child"; pid?: number }
  /** The answer to the question that was asked with `ask`. */
  | { type: "answer" }
  /** A file's content, size or existence differs from now (tail -f, inotifywait). */
  | { type: "file"; path: string }
  /** An object of one of these resources (`core/secrets`) is written from now on: a controller's watches. */
  | { type: "objects"; resources: readonly string[] }
  /** Never over by itself: while the process waits, it holds the Lease (`namespace/name`) and renews it. */
  | ({ type: "lease" } & HeldLease)
  /** A signal that the program handles. Other waits end by such a signal too. */
  | { type: "signal" };

/** A Lease that a process holds: a leader election that it has won. */
export interface HeldLease {
  /** `namespace/name` */
  lease: string;
  /** Its `holderIdentity`. */
  identity: string;
  periodMs: number;
}

export type SignalName =
  | "HUP"
  | "INT"
  | "QUIT"
  | "ILL"
  | "TRAP"
  | "ABRT"
  | "BUS"
  | "FPE"
  | "KILL"
  | "USR1"
  | "SEGV"
  | "USR2"
  | "PIPE"
  | "ALRM"
  | "TERM"
  | "CHLD"
  | "CONT"
  | "STOP"
  | "TSTP"
  | "TTIN"
  | "TTOU"
  | "URG"
  | "WINCH";

/**
 * A process as its program sees it. All strings, also paths and arguments, are UTF-8 byte strings, as in Linux: they
 * can be written without a conversion.
 */
export interface ProcessView {
  readonly pid: number;
  readonly parentPid: number;
  /** argv[0] is the name under which it was called. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly credentials: Credentials;
  /** Cluster time, ms. */
  readonly nowMs: number;
  readonly files: FileSystem;
  readonly host: HostFacts;
  /** JSON of the program's own, `{}` at the start. It survives between calls. */
  readonly state: JsonObject;
  /** The counters by their keys at the beginning of this call, with the instants at which they changed. */
  readonly counters: Counters;
  /** Adds to a counter of the process: figures that its page of metrics shows. Flows of requests add to it as well. */
  count(key: string, by: number): void;
  /** A draw of the container's seeded generator: 32 bits. */
  random(): number;
  /**
   * Up to `maxBytes` bytes, "" at the end of the input, undefined if the process would block: wait for `readable`.
   * `upTo` ends the piece after the first such character, if it is there (lines).
   */
  read(fd: number, options?: { maxBytes?: number; upTo?: string }): Bytes | undefined;
  /**
   * Writes all. False: the pipe is full now, or much was written in this turn: wait for `writable` before the next write. Throws FileError (full
   * volume) and DescriptorError (closed descriptor). A pipe without readers ends the process by SIGPIPE.
   */
  write(fd: number, data: Bytes): boolean;
  /** Whether the next write would not wait. */
  canWrite(fd: number): boolean;
  /** Opens a file; the descriptor is closed at the end of the process. Throws FileError. */
  open(path: string, how: "read" | "write" | "append"): number;
  close(fd: number): void;
  isTerminal(fd: number): boolean;
  /** The terminal behind a descriptor. Its fields may be set, as stty does. */
  terminal(fd: number): Terminal | undefined;
  /**
   * Starts a child. `fds` maps its descriptors to those of this process; absent: it inherits 0, 1 and 2. Throws
   * FileError: ENOENT, EACCES or ENOEXEC if it cannot be executed, EAGAIN if the container has too many processes.
   */
  spawn(options: SpawnOptions): number;
  /** A pipe between children: [read end, write end]. */
  pipe(): [number, number];
  /** The status of a child that has ended (128 + signal if it was killed); undefined while it runs. Taken once. */
  takeExit(pid: number): number | undefined;
  /** False if there is no such process. A negative pid signals the group. Throws FileError EPERM. */
  kill(pid: number, signal: SignalName): boolean;
  processes(): readonly ProcessFacts[];
  /** Takes `count` pids, the first one not below `from`, for workers that `shows` lists. Returns the first one. */
  takePids(count: number, from: number): number;
  takeSignal(): SignalName | undefined;
  /** False if another process has this port. */
  listen(port: number, protocol: "tcp" | "udp"): boolean;
  stopListening(port: number): void;
  /** Ports on which processes of this network namespace listen. */
  listeners(): readonly { port: number; protocol: "tcp" | "udp"; pid: number; program: string }[];
  /**
   * Asks the world outside. Undefined until it has answered: wait for `answer`, call again with the same question.
   * One question at a time.
   */
  ask(question: Question): Answer | undefined;
  /** Charges CPU time: the process does not run before it has passed. */
  useCpu(ms: number): void;
  /**
   * Keeps so many CPUs busy from now on, within the container's limit, until the next call or the end of the process. It
   * takes no steps.
   */
  setLoad(cpus: number): void;
  /**
   * Counts work of the present call beyond what it reads and writes, in steps of a few microseconds each. What takes a
   * host's time must be counted: requests are bounded by steps.
   */
  charge(steps: number): void;
  /**
   * Only while the process answers a request: runs a command as a child with an empty input, and gathers its output and
   * its errors. Undefined: it has not ended within `withinMs`, or exceeds a limit; it goes on. Throws FileError as
   * `spawn` does.
   */
  readonly runCommand?: (argv: readonly string[], withinMs: number) => CommandResult | undefined;
}

/** How a command ended that a server ran for an answer. */
export interface CommandResult {
  /** Standard output and standard error in their order. */
  output: Bytes;
  /** 128 + signal if a signal ended it. */
  status: number;
  signal?: SignalName;
  /** Time that passed for the command: the answer comes so much later. */
  tookMs: number;
}

export interface SpawnOptions {
  argv: readonly string[];
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  credentials?: Credentials;
  fds?: Readonly<Record<number, number>>;
  /** In a process group of its own (timeout, setsid). */
  newGroup?: boolean;
}

export interface Terminal {
  columns: number;
  rows: number;
  /** False: each byte is delivered at once (vi, line editors). */
  isCooked: boolean;
  echoes: boolean;
  /** Keys such as ^C send signals. */
  sendsSignals: boolean;
}

export interface ProcessFacts {
  pid: number;
  parentPid: number;
  uid: number;
  argv: readonly string[];
  startedAtMs: number;
  cpuMs: number;
  state: "R" | "S" | "T" | "Z";
  memoryBytes: number;
  terminal?: string;
  credentials?: Credentials;
  /** Its environment when its program began. */
  env?: Readonly<Record<string, string>>;
  cwd?: string;
}

/** The machine as a container sees it. */
/** The kernel that processes see. */
export interface KernelFacts {
  /** `6.8.0-…`, as `uname -r` prints it. */
  kernelRelease: string;
  /** `#1 SMP …`, as `uname -v` prints it. */
  kernelVersion: string;
  /** The kernel's log, if processes may read it: a sandbox has a kernel of its own. Absent: the log is the node's. */
  kernelLog?: string;
}

export interface HostFacts extends KernelFacts {
  hostname: string;
  architecture: "x86_64" | "aarch64";
  cpus: number;
  memoryBytes: number;
  /** Package managers reach a mirror of their distribution. Absent: they reach nothing. */
  hasPackageMirror?: boolean;
  /** Limits of the container's control group; absent: no limit. */
  cpuLimit?: number;
  memoryLimitBytes?: number;
  /** CPUs that the container requests; absent: none. */
  cpuRequest?: number;
  /** From -1000 to 1000; 0 if absent. */
  oomScoreAdjustment?: number;
  bootedAtMs: number;
  podAddresses: readonly string[];
  nodeName: string;
  /** The first id on the node of the pod's user namespace; absent: it has that of the node. */
  firstUserId?: number;
  /** Ports that the container declares, and those of its probes. Absent: none. */
  declaredPorts?: readonly number[];
  /** The container belongs to a Job or must end before others begin, and the image's program is not known. */
  mustEnd?: true;
}
