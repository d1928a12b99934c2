/**
 * Answers that go on: the log of a container that is followed, sessions in a
 * container, and forwarded ports. The runtime drives them.
 */
import type {
  ForwardedConnection,
  ForwardInput,
  ForwardOutput,
  LogPage,
  SessionId,
  SessionOptions,
} from "../cluster/container-access.ts";
import type { RequestTransaction } from "../cluster/transaction.ts";
import type { ObjectKey } from "../kinds/kind.ts";
import { ApiError } from "../lib/api-error.ts";
import type { SessionInput, SessionOutput } from "../lib/session-pieces.ts";

/** A log that is followed. */
export interface LogPlan {
  pod: ObjectKey;
  contentType: string;
  /** The output up to now. */
  first: LogPage;
  /** The output after the page with this cursor. Throws ApiError when the pod has gone. May be called repeatedly. */
  next(tx: RequestTransaction, cursor: string): LogPage;
  /** Bytes of the whole answer; absent: no limit. */
  limitBytes?: number;
}

/** A session in a container, before its process is started. All methods throw ApiError when the pod has gone. */
export interface SessionPlan {
  pod: ObjectKey;
  streams: Pick<SessionOptions, "stdin" | "stdout" | "stderr" | "tty">;
  /** The command line, for messages; empty when the session attaches to a process. */
  command: readonly string[];
  open(tx: RequestTransaction): SessionId;
  exchange(tx: RequestTransaction, session: SessionId, input: SessionInput): SessionOutput;
  close(tx: RequestTransaction, session: SessionId): void;
}

/** Connections to ports of a pod. All methods throw ApiError when the pod has gone, or its node does not answer. */
export interface ForwardPlan {
  pod: ObjectKey;
  /** The ports that the request names. Clients of SPDY name them later, with each connection. */
  ports: readonly number[];
  /** The error of a connection that is refused; undefined if it is accepted. */
  connect(tx: RequestTransaction, port: number): string | undefined;
  exchange(tx: RequestTransaction, port: number, connection: ForwardedConnection, input: ForwardInput): ForwardOutput;
}

/** Reasons of errors that the API server does not wrap: they are its own, and not the kubelet's. */
const OWN_REASONS = new Set(["Unauthorized", "Forbidden", "TooManyRequests", "ServiceUnavailable", "Timeout"]);

/** The API server's translator reports an error of the kubelet's stream as an internal error of its own. */
export function translated(error: ApiError): ApiError {
  if (OWN_REASONS.has(error.reason)) return error;
  const isOfStream = error.reason === "InternalError" || error.reason === "Unknown";
  const message = isOfStream ? error.message : `unable to upgrade connection: ${error.message}`;
  return new ApiError("InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });
}
