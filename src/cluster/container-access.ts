/**
 * The kubelet's side of logs, exec and attach, as the API server calls it. The control plane injects the implementation,
 * because `apiserver` may not import `kubelet`.
 * Kubernetes: pkg/kubelet/server/server.go
 */
import type { JsonObject } from "../lib/json.ts";
import type { SessionInput, SessionOutput } from "../lib/session-pieces.ts";
import type { Pod } from "../schema/index.ts";
import type { Transaction } from "./transaction.ts";

/** A byte string: one character (code 0 to 255) for each byte. */
type Bytes = string;

export interface ContainerTarget {
  pod: Pod;
  /** A container, init container or ephemeral container of the pod. */
  container: string;
}

/** All methods first bring the pod's processes to the transaction's time. They throw ApiError in Kubernetes' words. */
export interface ContainerAccess {
  readLog(tx: Transaction, target: ContainerTarget, options: LogOptions): LogPage;
  /**
   * Starts a process in a running container. The session ends with `closeSession`, with its container, or when nothing
   * was exchanged for `SESSION_LEASE_MS`: then its client or its isolate has gone. A refusal with the reason
   * InternalError is one of the running stream (the program is missing); others precede it (no such container runs).
   */
  exec(tx: Transaction, target: ContainerTarget, options: ExecOptions): SessionId;
  /** Connects to the streams of the container's first process. */
  attach(tx: Transaction, target: ContainerTarget, options: SessionOptions): SessionId;
  /** Hands input to a session and takes its output since the last exchange. */
  exchange(tx: Transaction, target: ContainerTarget, session: SessionId, input: SessionInput): SessionOutput;
  closeSession(tx: Transaction, target: ContainerTarget, session: SessionId): void;
  /** The error of a connection to a port of the pod's loopback device; undefined if a process listens there. */
  portProblem(tx: Transaction, pod: Pod, port: number): string | undefined;
  /** Hands bytes of a forwarded connection to the process that listens on the port. */
  forward(tx: Transaction, pod: Pod, port: number, connection: ForwardedConnection, input: ForwardInput): ForwardOutput;
}

/** Unique in its pod. */
export type SessionId = string;

export interface LogOptions {
  previous: boolean;
  timestamps: boolean;
  /** The newest lines, after the other filters. */
  tailLines?: number;
  /** Only lines at or after this instant (cluster time, ms). */
  sinceMs?: number;
  limitBytes?: number;
  stream?: "All" | "Stdout" | "Stderr";
  /** Cluster time minus this is the time that `timestamps` shows (ms); 0 if absent. */
  offsetMs?: number;
  /** Goes on after the page that had this cursor, in the run that it belongs to. `tailLines` and `sinceMs` are ignored. */
  cursor?: string;
}

export interface LogPage {
  text: Bytes;
  cursor: string;
  /** The container has ended, so no line follows. */
  isOver: boolean;
  /** When the container may write next (cluster time, ms); absent: only after an event from outside. */
  wakeAtMs?: number;
}

export interface SessionOptions {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
  terminal?: { columns: number; rows: number };
}

export interface ExecOptions extends SessionOptions {
  command: readonly string[];
}

/** A forwarded connection between two exchanges. It belongs to its client, so it is no state of the cluster. */
export interface ForwardedConnection {
  /** Unique among all connections: servers remember sessions by it. */
  readonly id: string;
  /** The name of the protocol, once the client's first bytes have shown it. */
  readonly protocol?: string;
  /** The client's bytes that are no whole request yet. */
  readonly input: Bytes;
  /** The client sends no more. */
  readonly hasEnded: boolean;
  /** Facts that the protocol remembers: the chosen database, a password. */
  readonly memory: JsonObject;
}

/** A connection without any bytes yet. */
export function newConnection(id: string): ForwardedConnection {
  return { id, input: "", hasEnded: false, memory: {} };
}

export interface ForwardInput {
  data?: Bytes;
  /** After `data`. */
  isEnd?: boolean;
}

export interface ForwardOutput {
  connection: ForwardedConnection;
  /** For the client, `afterMs` after the exchange. */
  data: Bytes;
  afterMs: number;
  /** The connection ends after `data`. */
  isOver?: true;
}
