/** Connections of clients to processes of a container: commands that they started, or process 1. */
import type { Bytes } from "../../files/entry.ts";
import type { OutputOrder } from "../../lib/session-pieces.ts";
import type { Machine } from "../../shell/machine-state.ts";

/** The session of process 1 in a machine. */
export const CONTAINER_SESSION = 0;

/** JSON, part of the container's run. */
export interface OpenSession {
  /** Unique in the run. */
  id: number;
  /** The session of the machine. Several clients may be attached to process 1. */
  session: number;
  /** Output that the client has not taken. */
  stdout: Bytes;
  stderr: Bytes;
  /** The order in which both were written. */
  order?: OutputOrder;
  /** When the client was last heard of, ms. */
  usedAtMs: number;
  /** The process has ended. */
  exitCode?: number;
}

export interface SessionPosition {
  start: number;
  id: number;
}

/** Output of a command that waits for its client before more is taken from its processes. */
const MAX_UNTAKEN_BYTES = 256 * 1024;
/** Output of one session that waits for its client; the oldest is dropped. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

export function newSession(others: readonly OpenSession[], session: number, nowMs: number): OpenSession {
  const id = Math.max(0, ...others.map((other) => other.id), session) + 1;
  return { id, session, stdout: "", stderr: "", usedAtMs: nowMs };
}

export function addToSession(opened: OpenSession, stream: "stdout" | "stderr", data: Bytes): void {
  opened[stream] += data;
  opened.order ??= [];
  const last = opened.order.at(-1);
  if (last?.[0] === stream) last[1] += data.length;
  else if (data !== "") opened.order.push([stream, data.length]);
  // A command writes no more until its client has taken the rest, but process 1 goes on.
  if (opened.session !== CONTAINER_SESSION || opened[stream].length <= MAX_WAITING_BYTES) return;
  opened[stream] = opened[stream].slice(-MAX_WAITING_BYTES);
  opened.order = [
    ["stdout", opened.stdout.length],
    ["stderr", opened.stderr.length],
  ];
}

/** The client has something to take: output, or the end of the process. */
export function hasNews({ session, stdout, stderr, exitCode }: OpenSession, machine: Machine): boolean {
  return stdout !== "" || stderr !== "" || exitCode !== undefined || machine.sessions[session]?.end !== undefined;
}

/** False once the client must take output before more is added. */
export function hasRoomFor({ stdout, stderr }: OpenSession): boolean {
  return stdout.length + stderr.length < MAX_UNTAKEN_BYTES;
}

export function takeSession(opened: OpenSession): { stdout: Bytes; stderr: Bytes; order?: OutputOrder } {
  const { stdout, stderr, order } = opened;
  opened.stdout = opened.stderr = "";
  opened.order = undefined;
  return { stdout, stderr, order };
}

export function sessionId(start: number, id: number): string {
  return `${start}.${id}`;
}

export function sessionPosition(text: string): SessionPosition {
  const [start = 0, id = 0] = text.split(".").map(Number);
  return { start, id };
}
