/**
 * Computes how far back the change log reaches. An isolate records the current revision at intervals; revisions that
 * were current longer ago than the retention may be compacted. An isolate that has just loaded a cluster knows that
 * everything in it is as old as the last commit, so rarely used clusters are compacted too.
 */
import { LOG_RETENTION_MS, MAX_RETAINED_REVISIONS } from "../lib/limits.ts";

interface Mark {
  /** Real time at which `revision` was the newest one. */
  atMs: number;
  revision: number;
}

const MARK_INTERVAL_MS = LOG_RETENTION_MS / 10;

export class Retention {
  #marks: Mark[] = [];

  /** Records that at real time `atMs` the cluster was at `revision`. */
  observe(atMs: number, revision: number): void {
    const last = this.#marks.at(-1);
    if (last && (atMs - last.atMs < MARK_INTERVAL_MS || revision <= last.revision)) return;
    this.#marks.push({ atMs, revision });
  }

  /** The newest revision known to exist at that real time; 0 when no revision is known. */
  revisionAt(atMs: number): number {
    return this.#marks.findLast((mark) => mark.atMs <= atMs)?.revision ?? 0;
  }

  /**
   * The revision up to which the log may be compacted at real time `nowMs`, given the compacted and the newest
   * revision.
   */
  compactedRevision(nowMs: number, compacted: number, newest: number): number {
    const old = this.#marks.filter((mark) => mark.atMs <= nowMs - LOG_RETENTION_MS);
    // Only the newest of the old marks counts; earlier ones are never needed again.
    if (old.length > 1) this.#marks = this.#marks.slice(old.length - 1);
    return Math.max(compacted, old.at(-1)?.revision ?? 0, newest - MAX_RETAINED_REVISIONS);
  }
}
