/**
 * The changes of resources that programs in pods watch. The change log itself is not in the state of a cluster, so the
 * changes are kept beside it, only while a pod has an open watch of their resource, and bounded.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/storage/cacher/watch_cache.go
 */
import { LoggedChange } from "../cluster/recent-log.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { type ObjectKey, parseKey } from "../kinds/kind.ts";
import { MAX_WATCH_LOG_CHANGES, MAX_WATCH_LOG_LENGTH } from "../lib/container-limits.ts";

interface WatchLog {
  /** It holds every change after this revision. */
  afterRevision: number;
  changes: readonly StoredChange[];
}

interface StoredChange {
  revision: number;
  key: string;
  type: LoggedChange["type"];
  body: string;
  before?: string;
}

const LOG = "watch-log";

function keyOf(resource: string): ObjectKey {
  return `sandbar/watch-logs//${resource.replace("/", ".")}`;
}

/** Keeps the changes of a resource after this revision, unless its log is kept already. */
export function keepLog(tx: Transaction, resource: string, afterRevision: number): void {
  const key = keyOf(resource);
  if (tx.privateState<WatchLog>(key, LOG)) return;
  tx.setPrivateState(key, LOG, { afterRevision, changes: [] } satisfies WatchLog);
}

export function dropLog(tx: Transaction, resource: string): void {
  tx.setPrivateState(keyOf(resource), LOG, undefined);
}

/** Adds the change, if the log of its resource is kept. */
export function logChange(tx: Transaction, { revision, key, type, body, beforeBody }: LoggedChange): void {
  const logKey = keyOf(parseKey(key).resource);
  const log = tx.privateState<WatchLog>(logKey, LOG);
  if (!log) return;
  const change: StoredChange = { revision, key, type, body, ...(beforeBody !== null && { before: beforeBody }) };
  tx.setPrivateState(logKey, LOG, bounded({ ...log, changes: [...log.changes, change] }));
}

function bounded({ afterRevision, changes }: WatchLog): WatchLog {
  let length = 0;
  let first = changes.length;
  while (first > 0 && changes.length - first < MAX_WATCH_LOG_CHANGES) {
    const { body, before = "" } = changes[first - 1]!;
    length += body.length + before.length;
    if (length > MAX_WATCH_LOG_LENGTH && first < changes.length) break;
    first--;
  }
  if (first === 0) return { afterRevision, changes };
  return { afterRevision: changes[first - 1]!.revision, changes: changes.slice(first) };
}

/** The changes after a revision, in order. Undefined if the log does not hold all of them. */
export function loggedSince(tx: Transaction, resource: string, revision: number): readonly LoggedChange[] | undefined {
  const log = tx.privateState<WatchLog>(keyOf(resource), LOG);
  if (!log || revision < log.afterRevision) return undefined;
  return log.changes
    .filter((change) => change.revision > revision)
    .map((change) => new LoggedChange(change, change.before ?? null));
}
