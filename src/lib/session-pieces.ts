/**
 * What a client and a process of a container exchange on one connection: `exec`, `attach`, forwarded ports. Clients
 * outside of the cluster keep a WebSocket open; a process in a container sends a request for each piece, because its
 * connection carries one answer.
 */
import type { JsonObject } from "./json.ts";

/** A byte string: one character (code 0 to 255) for each byte. */
type Bytes = string;

export interface SessionInput {
  stdin?: Bytes;
  /** After `stdin`. It does not count when a part of `stdin` was not taken: the caller hands it again with the rest. */
  endOfStdin?: boolean;
  resize?: { columns: number; rows: number };
}

/** Pieces of output in the order in which they were written: stream and length in bytes. */
export type OutputOrder = ["stdout" | "stderr", number][];

export interface SessionOutput {
  stdout: Bytes;
  stderr: Bytes;
  /** Absent: all of `stdout` comes first. */
  order?: OutputOrder;
  /** The bytes of `stdin` that fitted into the process's pipe; the caller hands the rest again. Absent: all of them. */
  stdinTakenBytes?: number;
  /** Present when the process has ended and all its output was taken. */
  exitCode?: number;
  /** When the process goes on by itself (cluster time, ms); absent: it waits for input or for other processes. */
  wakeAtMs?: number;
}

/** A piece of a connection that goes on, from the client. */
export interface SessionPiece {
  /** The session that the first answer named; absent: the connection begins. */
  session?: string;
  input: SessionInput;
}

/** The answer to a piece. */
export type SessionReply =
  | {
      type: "output";
      session: string;
      output: SessionOutput;
      /** The resource that a client waits for (`Wait` of the type `objects`) until there may be more output. */
      awaits: string;
    }
  /** The connection was accepted, and then ended with this Status. */
  | { type: "failed"; status: JsonObject };
