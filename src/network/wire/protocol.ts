/**
 * Connections from outside as bytes: `port-forward` hands a client's bytes to a process that answers whole requests. A
 * protocol cuts the bytes into requests and writes the answers. Connections are values: the client's bytes may be
 * answered again from the same state when a commit conflicts.
 */
import type { ForwardedConnection } from "../../cluster/container-access.ts";
import type { Bytes } from "../../files/entry.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ServedAnswer, ServedRequest } from "../../shell/question.ts";

type WithoutArrival<R> = R extends ServedRequest ? Omit<R, "port" | "from"> : never;

/** A request without the port and the address of the client. */
export type WireRequest = WithoutArrival<ServedRequest>;

export interface WireProtocol {
  name: string;
  /** Whether the first bytes of a client belong to this protocol. Undefined: more bytes decide. */
  speaks(first: Bytes): boolean | undefined;
  /** The next step for the bytes that wait. */
  next(connection: ForwardedConnection): WireStep;
}

export type WireStep =
  /** More bytes are needed. */
  | { type: "wait" }
  /** An answer without the process. `rest`: the bytes that wait afterwards. */
  | ({ type: "reply"; rest: Bytes } & Reply)
  | { type: "ask"; request: WireRequest; rest: Bytes; answer(answer: ServedAnswer): Reply };

export interface Reply {
  data: Bytes;
  /** The server closes the connection. */
  isOver?: true;
  /** Replaces what the protocol remembers of the connection. */
  memory?: JsonObject;
}

/** The connection ends without an answer. */
export const CLOSED: Reply = { data: "", isOver: true };
