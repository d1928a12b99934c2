/** Logs that programs in containers follow. Each piece has the output since the piece before it. */
import type { LogPlan } from "../apiserver/streams.ts";
import type { HttpReply } from "../cluster/calls.ts";
import type { RequestTransaction } from "../cluster/transaction.ts";
import { logEventsOf } from "../kubelet/object-watches.ts";
import { MIN_FOLLOW_GAP_MS } from "../lib/container-limits.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";

/** The position of a program in a log. */
interface Cursor {
  log: string;
  /** Bytes that may follow; absent: no limit. */
  leftBytes?: number;
}

/** A piece of a log. `resumes` is null for the first one; undefined if the program cannot read more than one. */
export function logReply(tx: RequestTransaction, plan: LogPlan, resumes: JsonValue | undefined): HttpReply {
  const before = isLogCursor(resumes) ? (resumes as unknown as Cursor) : undefined;
  const page = before ? plan.next(tx, before.log) : plan.first;
  const limitBytes = before ? before.leftBytes : plan.limitBytes;
  const body = limitBytes === undefined ? page.text : page.text.slice(0, limitBytes);
  const reply = { status: 200, headers: { "content-type": plan.contentType }, body };
  const leftBytes = limitBytes === undefined ? undefined : limitBytes - body.length;
  if (resumes === undefined || page.isOver || leftBytes === 0) return reply;
  const cursor = { log: page.cursor, ...(leftBytes !== undefined && { leftBytes }) };
  const { wakeAtMs } = page;
  const next = wakeAtMs === undefined ? {} : { nextAtMs: Math.max(wakeAtMs, tx.nowMs + MIN_FOLLOW_GAP_MS) };
  return { ...reply, open: { cursor, resources: [logEventsOf(plan.pod)], ...next } };
}

/** True for the cursor of a log's piece. */
export function isLogCursor(resumes: JsonValue | undefined): resumes is JsonObject {
  return isJsonObject(resumes) && "log" in resumes;
}

/** The end of a log whose pod has gone, or which can be read no more. */
export const LOG_END: HttpReply = { status: 200, headers: { "content-type": "text/plain" }, body: "" };
