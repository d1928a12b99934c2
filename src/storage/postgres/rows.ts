/**
 * Converts between the store's types and the arguments and answers of the database's functions. An answer is rows of
 * (part, meta, body). `meta` is a JSON object in the row that heads an answer. In index and log rows, of which there
 * can be thousands, it is a JSON array in the order fixed here and in `migrations/functions`. `body` is verbatim.
 */

import { assert, unreachable } from "../../lib/assert.ts";
import type { ImageDocument, OwnImage } from "../../lib/image-document.ts";
import { BODY_SEPARATOR } from "../check.ts";
import type { Caller, ClusterAccess, ClusterRow, ClusterUpdate, Commit, LoadedRow, LogRow } from "../store.ts";
import type { TextRow } from "./client.ts";

interface Identity {
  /** Of the credential. */
  id: string;
  user: string;
  groups: string[];
  kind: "user" | "issuer";
}

type RowMeta = [
  key: string,
  uid: string,
  revision: number,
  changedVersion: number,
  deleted: boolean,
  due: string | null,
  privateState: string | null,
];

type LogMeta = [
  revision: number,
  key: string,
  type: LogRow["type"],
  timeMs: number,
  realTimeMs: number,
  previousRevision: number,
];

/**
 * Reads the answer of `sandbar_sync`, or of `sandbar_commit` after a conflict. Null for an empty answer: not
 * authorized. `identity` is the argument of `readCaller`.
 */
export function readUpdate(answer: readonly TextRow[]): { identity: string | null; update: ClusterUpdate } | null {
  const [head, ...rest] = answer;
  if (!head) return null;
  assert(head[0] === "cluster", "an update begins with the cluster");
  const [, row, identity] = head;
  const update: ClusterUpdate = {
    cluster: JSON.parse(row!) as ClusterRow,
    ...{ rows: [], log: [], removedKeys: [], nextPage: null, reset: false },
  };
  for (const [part, meta, body] of rest) {
    switch (part) {
      case "row":
        update.rows.push(readRow(meta!, body!));
        break;
      case "log":
        update.log.push(readLog(meta!, body!));
        break;
      case "removed":
        update.removedKeys.push(meta!);
        break;
      case "next":
        update.nextPage = meta!;
        break;
      case "reset":
        update.reset = true;
        break;
    }
  }
  return { identity: identity ?? null, update };
}

/** Reads the answer of `sandbar_commit` to a commit that was applied; null for every other answer. */
export function readApplied([head]: readonly TextRow[]): { version: number; compactedRevision: number } | null {
  if (head?.[0] !== "applied") return null;
  return JSON.parse(head[1]!) as { version: number; compactedRevision: number };
}

/** Reads the answer of `sandbar_sync_clusters`: the updates in sequence, then how many clusters were processed. */
export function readUpdates(answer: readonly TextRow[]): { updates: Map<string, ClusterUpdate>; read: number } | null {
  const end = answer.at(-1);
  if (!end) return null;
  assert(end[0] === "read", "updates end with their number");
  const updates = new Map<string, ClusterUpdate>();
  for (let start = 0; start < answer.length - 1; ) {
    let next = start + 1;
    while (next < answer.length - 1 && answer[next]![0] !== "cluster") next++;
    const { update } = readUpdate(answer.slice(start, next))!;
    updates.set(update.cluster.id, update);
    start = next;
  }
  return { updates, read: Number(end[1]) };
}

export function readPage(
  answer: readonly TextRow[],
): { rows: LoadedRow[]; nextPage: string | null; version: number } | null {
  const [head, ...rest] = answer;
  if (!head) return null;
  const rows = rest.filter(([part]) => part === "row").map(([, meta, body]) => readRow(meta!, body!));
  return { rows, nextPage: rest.find(([part]) => part === "next")?.[1] ?? null, version: Number(head[1]) };
}

export function readHistory(
  answer: readonly TextRow[],
): { log: LogRow[]; more: boolean; compactedRevision: number } | null {
  const [head, ...rest] = answer;
  if (!head) return null;
  const log = rest.filter(([part]) => part === "log").map(([, meta, body]) => readLog(meta!, body!));
  return { log, more: rest.at(-1)?.[0] === "more", compactedRevision: Number(head[1]) };
}

/** Reads the answer of `sandbar_find_images`. */
export function readImages(answer: string | null): OwnImage[] | null {
  if (answer === null) return null;
  const images = JSON.parse(answer) as (Omit<OwnImage, "document"> & { document: string })[];
  return images.map((image) => ({ ...image, document: JSON.parse(image.document) as ImageDocument }));
}

/** The caller that the database authenticated. Throws when the answer does not fit the access: no caller is assumed. */
export function readCaller(access: ClusterAccess, identity: string | null): Caller {
  switch (access.via) {
    case "apiKey":
      assert(identity === null, "an API key has no identity in a cluster");
      return { type: "platform" };
    case "credential": {
      assert(identity !== null, "a credential that opens a cluster has an identity");
      const { id, user, groups, kind } = JSON.parse(identity) as Identity;
      switch (kind) {
        case "user":
          return { type: "user", user, groups, credentialId: id };
        case "issuer":
          return { type: "issuer", issuerId: id };
        default:
          return unreachable(kind, "a credential's kind");
      }
    }
    default:
      return unreachable(access, "an access");
  }
}

function readRow(meta: string, body: string | null): LoadedRow {
  const [key, uid, revision, changedVersion, deleted, due, privateState] = JSON.parse(meta) as RowMeta;
  return { key, uid, revision, changedVersion, deleted, due, privateState, body };
}

function readLog(meta: string, body: string): LogRow {
  const [revision, key, type, timeMs, realTimeMs, previousRevision] = JSON.parse(meta) as LogMeta;
  return { revision, key, type, timeMs, realTimeMs, previousRevision, body };
}

/** Arguments of `sandbar_commit`; null for an empty list. */
export function writeCommit({
  rows,
  removedKeys,
  log,
}: Commit): Record<"rows" | "removedKeys" | "log" | "bodies", string | null> {
  const indexRows = rows.map((row) => ({
    k: row.key,
    u: row.uid,
    r: row.revision,
    d: row.deleted,
    w: row.due,
    p: row.privateState,
  }));
  const logRows = log.map((row) => ({
    r: row.revision,
    k: row.key,
    y: row.type,
    t: row.timeMs,
    a: row.realTimeMs,
    v: row.previousRevision,
  }));
  return {
    rows: rows.length > 0 ? JSON.stringify(indexRows) : null,
    removedKeys: removedKeys.length > 0 ? JSON.stringify(removedKeys) : null,
    log: log.length > 0 ? JSON.stringify(logRows) : null,
    bodies: log.length > 0 ? log.map((row) => row.body).join(BODY_SEPARATOR) : null,
  };
}
