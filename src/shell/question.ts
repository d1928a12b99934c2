/** Questions of a process to the world outside its container, and their answers. JSON. */
import type { Bytes } from "../files/entry.ts";
import type { RecordType } from "../lib/dns.ts";
import type { JsonValue } from "../lib/json.ts";
import type { OpenAnswer } from "../lib/open-answer.ts";
import type { SessionPiece, SessionReply } from "../lib/session-pieces.ts";
import type { CertificateFlaw } from "../lib/signing/verification.ts";

export type Question = NetworkQuestion | LoadQuestion;

/** One exchange with the network. */
export type NetworkQuestion = ResolveQuestion | ConnectQuestion | HttpQuestion | MessageQuestion;

/** A look-up in DNS, with the container's search domains unless the name ends with a dot. */
export interface ResolveQuestion {
  type: "resolve";
  name: string;
  record: RecordType;
  /** The name server; absent: the container's. */
  server?: string;
}

/** Whether a process listens there (nc -z), or a raw exchange: sends `data` and receives the reply. */
export interface ConnectQuestion {
  type: "connect";
  protocol: "tcp" | "udp" | "icmp";
  host: string;
  port: number;
  data?: Bytes;
  timeoutMs?: number;
}

export interface HttpQuestion {
  type: "http";
  scheme: "http" | "https";
  host: string;
  port: number;
  method: string;
  /** Path and query. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Bytes;
  timeoutMs?: number;
  /** The certificate authorities that the client trusts (PEM); absent: it does not verify. */
  trusts?: string;
  /** The name that the server's certificate must have; absent: the host. */
  serverName?: string;
  /** The client compares the common name of a certificate without alternative names, as OpenSSL does. */
  comparesCommonName?: true;
  /**
   * The client can read an answer that goes on: null for its beginning, then the cursor of the last piece. Absent: it
   * gets what there is at the beginning as a whole answer.
   */
  resumes?: JsonValue;
  /** A piece of a session in a container (exec, attach). Servers without sessions ignore it. */
  piece?: SessionPiece;
}

/** One exchange of a protocol between known programs: redis, postgres, mysql, grpc-health, … */
export interface MessageQuestion {
  type: "message";
  host: string;
  port: number;
  protocol: string;
  body: JsonValue;
  timeoutMs?: number;
}

/**
 * Equal requests of many clients, each of which waits for its answer before it sends again. They are not run one by one:
 * their rate loads the servers, as that of a flow does, and the answer comes when the time is over or all were answered.
 */
export interface LoadQuestion {
  type: "load";
  /** The process that asks. It has one load at a time. */
  pid: number;
  request: HttpQuestion;
  /** 0: the process ends its load. */
  clients: number;
  /** At most so many requests in a second by all clients; absent: no limit. */
  perSecond?: number;
  durationMs: number;
  /** Ends before the time is over. */
  maxRequests?: number;
}

/** What became of the requests of a load. */
export interface LoadCounts {
  requests: number;
  /** By status, or by the error that the client saw. */
  outcomes: Readonly<Record<string, number>>;
  /** Answered requests by their latency in ms. */
  latencies: Readonly<Record<string, number>>;
}

interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: Bytes;
  /** The body goes on. Absent: it is whole. */
  open?: OpenAnswer;
  /** The answer to a piece of a session, with the status 101. */
  piece?: SessionReply;
}

/** How long it took is virtual time of the asking process. */
export type Answer = { afterMs: number } & (
  | {
      type: "addresses";
      /** The full name that was found. */
      name: string;
      server: string;
      records: readonly { name: string; record: string; value: string; ttlSeconds: number }[];
    }
  | { type: "connected"; address: string; data: Bytes }
  | ({ type: "http"; address: string } & HttpAnswer)
  | { type: "message"; address: string; body: JsonValue }
  | ({ type: "load" } & LoadCounts)
  /**
   * `problem`: why a certificate is `untrusted`, in Go's words. `flaw`: as one of few kinds.
   * `isRefused`: the name server's port is closed.
   */
  | {
      type: "failed";
      why: NetworkFailure;
      address?: string;
      server?: string;
      problem?: string;
      flaw?: CertificateFlaw;
      isRefused?: true;
    }
);

/**
 * `unknownName` is NXDOMAIN, `noRecord` a name without such a record, `dnsTimeout` a name server that does not answer,
 * `serverFailure` one that answers that it cannot (SERVFAIL),
 * `untrusted` a certificate that the client does not trust, `reset` a connection that ended before an answer.
 */
export type NetworkFailure =
  | "unknownName"
  | "noRecord"
  | "dnsTimeout"
  | "serverFailure"
  | "refused"
  | "timeout"
  | "unreachable"
  | "reset"
  | "untrusted";

/** A request that arrives at a port on which a process listens. */
export type ServedRequest =
  | (Omit<HttpQuestion, "port" | "timeoutMs"> & Arrival)
  | (Pick<MessageQuestion, "type" | "protocol" | "body"> & Arrival)
  | (Pick<ConnectQuestion, "type" | "protocol" | "data"> & Arrival);

interface Arrival {
  port: number;
  /** Address of the client. */
  from: string;
}

/** `afterMs` is the time that the server took. Undefined data: the connection is closed without an answer. */
export type ServedAnswer = { afterMs: number } & (
  | ({ type: "http" } & HttpAnswer)
  | { type: "message"; body: JsonValue }
  | { type: "connected"; data: Bytes }
  /** `untrusted`: the client does not trust the certificate that the server shows. */
  | { type: "failed"; why: "refused" | "reset" | "timeout" | "untrusted"; problem?: string; flaw?: CertificateFlaw }
);
