/** What must hold of a commit before any store sees it. A violation is a bug of the caller. */

import { assert } from "../lib/assert.ts";
import type { Commit } from "./store.ts";

/** Stands between bodies on their way to the database. JSON text cannot contain it. */
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
