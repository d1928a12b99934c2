/**
 * Calls between the API server and programs in containers, in both directions. The control plane injects them: the
 * kubelet may not import the API server, and the API server may not import the kubelet.
 */
import type { JsonValue } from "../lib/json.ts";
import type { OpenAnswer } from "../lib/open-answer.ts";
import type { SessionPiece, SessionReply } from "../lib/session-pieces.ts";
import type { Pod } from "../schema/index.ts";

/** A byte string: one character (code 0 to 255) for each byte. */
type Bytes = string;

export interface HttpCall {
  method: string;
  /** Path and query. */
  path: string;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  body: Bytes;
  /** The caller can read a reply that goes on: null for its beginning, then the cursor of the last piece. */
  resumes?: JsonValue;
  /** A piece of a connection that goes on. */
  piece?: SessionPiece;
}

export interface HttpReply {
  status: number;
  headers: Record<string, string>;
  body: Bytes;
  /** The body goes on. Absent: it is whole. */
  open?: OpenAnswer;
  /** The answer to the piece, with the status 101. */
  piece?: SessionReply;
}

/** A call of the API server to a program in the cluster. */
export interface OutgoingCall extends HttpCall {
  scheme: "http" | "https";
  /** The address that is called. */
  address: string;
  /** The name that the server is called by, for its certificate and the header `host`. */
  host: string;
  port: number;
  timeoutMs: number;
  /** The authorities that the API server trusts for this call (PEM); absent: it does not verify. */
  trusts?: string;
}

/** `problem`: why a certificate is `untrusted`, in Go's words. */
export type OutgoingAnswer =
  | ({ type: "reply"; afterMs: number } & HttpReply)
  | { type: "failed"; why: CallFailure; problem?: string };

/** `reset`: the connection ended before an answer. `untrusted`: the certificate is not signed by a trusted authority. */
export type CallFailure = "refused" | "timeout" | "unreachable" | "reset" | "untrusted";

/** CPU, memory and disk of a container. */
export interface ContainerUsage {
  name: string;
  startedAtMs: number;
  /** Mean of the window, cores. */
  cpuCores: number;
  /** CPU time since its start, ms. */
  cpuTimeMs: number;
  memoryBytes: number;
  processes: number;
  /** Octets of its own files on the node's disk. */
  diskBytes: number;
}

export interface PodUsage {
  /** The instant of the measurement, ms. */
  atMs: number;
  windowMs: number;
  /** Containers that run and were measured. */
  containers: readonly ContainerUsage[];
  /** Octets of its emptyDirs on the node's disk. */
  volumeBytes: number;
  /** Processes go on without an event from outside, so the next measurement may differ. */
  changesByItself: boolean;
}

/** Equal requests of a program, by clients that wait for their answers. */
export interface LoadCall {
  pod: Pod;
  container: string;
  pid: number;
  request: {
    scheme: "http" | "https";
    host: string;
    port: number;
    method: string;
    path: string;
    headers: Record<string, string>;
    body: Bytes;
    timeoutMs?: number;
  };
  /** 0 ends the load. */
  clients: number;
  /** At most so many requests in a second; absent: no limit. */
  perSecond?: number;
  durationMs: number;
  maxRequests?: number;
}

export interface LoadReply {
  /** Time until the last answer, ms. */
  afterMs: number;
  requests: number;
  /** By status, or by the error that clients saw. */
  outcomes: Record<string, number>;
  /** Answered requests by their latency in ms. */
  latencies: Record<string, number>;
}

export interface Right {
  verb: string;
  group: string;
  resource: string;
  namespace: string;
}

/** The calls of one transaction. */
export interface ControlPlaneCalls {
  /**
   * Answers a request of a program in a container, as for any client with the request's bearer token: authentication,
   * authorization, admission. Changes are part of the transaction.
   */
  apiServer(call: HttpCall): HttpReply;
  /** Calls a program in a container: webhooks, aggregated API servers, proxies. */
  network(call: OutgoingCall): OutgoingAnswer;
  /** Answers a request to the kubelet of a node: authentication, and authorization of a subresource of the node. */
  kubelet(node: string, call: HttpCall): HttpReply;
  /** Whether a ServiceAccount has a right, by RBAC. An empty namespace stands for all of them. */
  allows(account: { namespace: string; name: string }, right: Right): boolean;
  /** Usage of a pod as its kubelet measures it; undefined if no container was measured yet. */
  usage(pod: Pod): PodUsage | undefined;
  /** Begins, replaces or ends the load of a process, and tells what becomes of its requests. */
  load(call: LoadCall): LoadReply;
}

/** A control plane without a network: tests of its parts. */
export const NO_CALLS: ControlPlaneCalls = {
  apiServer: () => ({ status: 503, headers: { "content-type": "text/plain" }, body: "service unavailable\n" }),
  network: () => ({ type: "failed", why: "refused" }),
  kubelet: () => ({ status: 503, headers: { "content-type": "text/plain" }, body: "service unavailable\n" }),
  allows: () => true,
  usage: () => undefined,
  load: ({ durationMs }) => ({ afterMs: durationMs, requests: 0, outcomes: {}, latencies: {} }),
};
