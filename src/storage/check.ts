/** Checks of a commit that every store makes first. A violation is a bug of the caller. */

import { assert } from "../lib/assert.ts";
import { MAX_SENT_COMMIT_BYTES } from "../lib/limits.ts";
import { octetsAsString, textSize } from "../lib/text-size.ts";
import { type Commit, StoreSizeError } from "./store.ts";

/** Separates bodies in a statement. JSON text cannot contain it. */
export const BODY_SEPARATOR = "\u001e";

export function checkCommit(commit: Commit): void {
  const { cluster } = commit;
  const counts = [
    commit.expectedVersion,
    cluster.revision,
    cluster.compactedRevision,
    cluster.timeMs,
    cluster.offsetMs,
  ];
  assert(counts.every(Number.isSafeInteger), "versions, revisions and times are whole numbers");

  const keys = new Set(commit.removedKeys);
  for (const row of commit.rows) keys.add(row.key);
  assert(keys.size === commit.rows.length + commit.removedKeys.length, "a commit names each key once");

  let last = 0;
  for (const row of commit.log) {
    assert(row.revision > last && row.revision <= cluster.revision, "log rows ascend up to the commit's revision");
    assert(!row.body.includes(BODY_SEPARATOR), "a body is JSON text");
    last = row.revision;
  }
}

/**
 * The largest growth of a text in a statement: a character of three bytes, or a quotation mark that is escaped twice.
 */
const MAX_GROWTH = 4;
/** Bytes of a row as sent, without its texts. */
const ROW_BYTES = 160;

/** Throws `StoreSizeError` for a commit that is too large to be sent. */
export function refuseLargeCommit(commit: Commit): void {
  const atMost = sizeOf(commit, (text) => MAX_GROWTH * text.length);
  if (atMost <= MAX_SENT_COMMIT_BYTES) return;
  const bytes = sizeOf(commit, (text, depth) => octetsAsString(textSize(text), depth));
  if (bytes > MAX_SENT_COMMIT_BYTES) {
    throw new StoreSizeError(`a commit has ${bytes} bytes; its limit is ${MAX_SENT_COMMIT_BYTES}`);
  }
}

function sizeOf({ rows, removedKeys, log }: Commit, measure: (text: string, depth: number) => number): number {
  let bytes = 0;
  for (const { body, key } of log) bytes += measure(body, 1) + key.length + ROW_BYTES;
  for (const { key, due, privateState } of rows) {
    bytes += measure(due ?? "", 2) + measure(privateState ?? "", 2) + key.length + ROW_BYTES;
  }
  for (const key of removedKeys) bytes += key.length;
  return bytes;
}
