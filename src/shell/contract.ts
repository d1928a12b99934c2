/** Types that the kubelet and a machine of processes exchange. The machine itself is in `machine.ts`. */
import type { Charge } from "../files/charge.ts";
import type { Bytes, Credentials } from "../files/entry.ts";
import type { FileSystem } from "../files/file-system.ts";
import type { HostFacts, ProcessFacts, Program, SignalName } from "./program.ts";
import type { Answer, Question } from "./question.ts";

/** How a container or a session (exec) begins. Its texts are Unicode. */
export interface ProcessStart {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  credentials: Credentials;
  /** Standard input: none reads the end of the input at once. */
  stdin: "none" | "open";
  terminal?: { columns: number; rows: number };
}

/** What surrounds a machine. Its functions are pure; none of it is part of the checkpoint. */
export interface System {
  /** The files of the container with the rights of a process. `pid` decides what `/proc/self` is, `charge` counts steps. */
  filesFor(credentials: Credentials, pid?: number, charge?: Charge): FileSystem;
  findProgram(name: string): Program | undefined;
  /**
   * The path of a program that stands for a command whose program or script is missing, but which an unknown image may
   * hold; undefined: there is none. Commands of `exec` have no stand-in.
   */
  standInFor?(
    words: readonly string[],
    facts: { isMissing: boolean; hasFile: (path: string) => boolean },
  ): string | undefined;
  /** Whether another container of the pod listens on the port: they share one network. */
  isPortTaken?(port: number, protocol: "tcp" | "udp"): boolean;
  /** Answers a question that a server asks while it answers a request: proxies ask on. Absent: such questions fail. */
  answerNow?(question: Question): Answer;
  /** Processes of other machines in the same process namespace. Absent: the machine has one of its own. */
  readonly neighbours?: Neighbours;
  readonly host: HostFacts;
  /** Shell that stands behind `sh`: decides about echo, builtins and texts of errors. */
  readonly shell: ShellFlavour;
}

export interface Neighbours {
  facts(): readonly ProcessFacts[];
  /** Sends a signal to processes of the neighbours, as kill(2) does. They react after this machine has run. */
  signal(signal: NeighbourSignal): SignalOutcome;
}

/** `sent`: at least one process got the signal. `denied`: the sender may signal none of the targets. */
export type SignalOutcome = "sent" | "denied" | "missing";

export interface NeighbourSignal {
  /** A pid, a negative process group, or -1 for all processes but process 1. */
  target: number;
  name: SignalName;
  sender: Credentials;
  senderPid: number;
}

export type ShellFlavour = "bash" | "dash" | "busybox";

export interface RunResult {
  /** The budget of steps was spent before all processes waited. */
  isSpent: boolean;
  /** Questions without an answer, in the order in which they were asked. */
  questions: readonly { pid: number; question: Question }[];
  /** The next instant at which a process goes on by itself, ms. */
  wakeAtMs?: number;
  /** Process 1 has ended, and all others with it. */
  exit?: ProcessEnd;
}

export interface ProcessEnd {
  /** 0 to 255; 128 + signal if a signal ended it. */
  status: number;
  signal?: SignalName;
  wasOomKilled?: boolean;
  atMs: number;
}

/** Output of the container (session 0) or of a session, with its instant. Taken by the caller of `run`. */
export interface OutputChunk {
  session: number;
  stream: "stdout" | "stderr";
  atMs: number;
  data: Bytes;
}
