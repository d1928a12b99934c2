/**
 * Rows between the store's types and what the database's functions take and give. Their answers are rows of
 * (part, meta, body): `meta` is a JSON array in the order fixed here and in `migrations/`, `body` is verbatim.
 */

import { assert, unreachable } from "../../lib/assert.ts";
import { BODY_SEPARATOR } from "../check.ts";
import type { Caller, ClusterAccess, ClusterRow, ClusterUpdate, Commit, LoadedRow, LogRow } from "../store.ts";
import type { TextRow } from "./client.ts";

type ClusterMeta = [
  id: string,
  organizationId: string,
  version: number,
  revision: number,
  compactedRevision: number,
  timeMs: number,
  offsetMs: number,
  nextDueAtMs: number | null,
  baseId: string,
  seed: string,
  createdAtMs: number,
  counters: string,
  settings: string,
];

type IdentityMeta = [credentialId: string, user: string, groups: string[], kind: "user" | "issuer"];

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
 * The answer of `sandbar_sync`, or of `sandbar_commit` in conflict; null when there was none: not authorized. `identity`
 * is the text that `readCaller` reads.
 */
export function readSnapshot(answer: readonly TextRow[]): { identity: string | null; update: ClusterUpdate } | null {
  const [head, ...rest] = answer;
  if (!head) return null;
  assert(head[0] === "cluster", "a snapshot begins with the cluster");
  const [, row, identity] = head;
  const update: ClusterUpdate = {
    cluster: readCluster(row!),
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

/** The answer of `sandbar_sync_clusters`: snapshots one after the other, then how many clusters were read. */
export function readSnapshots(
  answer: readonly TextRow[],
): { updates: Map<string, ClusterUpdate>; read: number } | null {
  const end = answer.at(-1);
  if (!end) return null;
  assert(end[0] === "read", "snapshots end with their number");
  const updates = new Map<string, ClusterUpdate>();
  for (let start = 0; start < answer.length - 1; ) {
    let next = start + 1;
    while (next < answer.length - 1 && answer[next]![0] !== "cluster") next++;
    const { update } = readSnapshot(answer.slice(start, next))!;
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

function readCluster(meta: string): ClusterRow {
  const fields = JSON.parse(meta) as ClusterMeta;
  const [id, organizationId, version, revision, compactedRevision, timeMs, offsetMs, nextDueAtMs, ...more] = fields;
  const [baseId, seed, createdAtMs, counters, settings] = more;
  return {
    ...{ id, organizationId, version, revision, compactedRevision, timeMs, offsetMs, nextDueAtMs },
    ...{ baseId, seed, createdAtMs, counters, settings },
  };
}

/** The caller that the database proved. Throws where the answer does not fit the access: no caller is assumed. */
export function readCaller(access: ClusterAccess, identity: string | null): Caller {
  switch (access.via) {
    case "apiKey":
      assert(identity === null, "an API key has no identity in a cluster");
      return { type: "platform" };
    case "credential": {
      assert(identity !== null, "a credential that opens a cluster has an identity");
      const [id, user, groups, kind] = JSON.parse(identity) as IdentityMeta;
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

/** `p_rows`, `p_removed_keys`, `p_log` and `p_bodies` of `sandbar_commit`; null for what is empty. */
export function writeCommit({ rows, removedKeys, log }: Commit): (string | null)[] {
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
  return [
    rows.length > 0 ? JSON.stringify(indexRows) : null,
    removedKeys.length > 0 ? JSON.stringify(removedKeys) : null,
    log.length > 0 ? JSON.stringify(logRows) : null,
    log.length > 0 ? log.map((row) => row.body).join(BODY_SEPARATOR) : null,
  ];
}
