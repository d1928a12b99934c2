/** Cleaning in memory: see `Stores.clean`. */
import type { Cleaned, CleaningLimits } from "../store.ts";
import { compact, isCompacted } from "./compaction.ts";
import type { MemoryCluster, MemoryState } from "./state.ts";

export function clean(state: MemoryState, limits: CleaningLimits, nowMs: number): Cleaned {
  return {
    credentials: cleanCredentials(state, limits, nowMs),
    idempotencyKeys: cleanIdempotencyKeys(state, limits, nowMs),
    ...cleanLogs(state, limits, nowMs),
  };
}

function cleanCredentials(state: MemoryState, { maxRows }: CleaningLimits, nowMs: number): number {
  const expired = [...state.clusters.values()].flatMap(({ credentials }) =>
    [...credentials.values()]
      .filter(({ expiresAtMs }) => expiresAtMs !== null && expiresAtMs <= nowMs)
      .map(({ id, expiresAtMs }) => ({ id, credentials, expiresAtMs: expiresAtMs! })),
  );
  const oldest = expired.sort((a, b) => a.expiresAtMs - b.expiresAtMs).slice(0, maxRows);
  for (const { id, credentials } of oldest) credentials.delete(id);
  return oldest.length;
}

function cleanIdempotencyKeys(state: MemoryState, limits: CleaningLimits, nowMs: number): number {
  const all = [state.adminIdempotency, ...[...state.organizations.values()].map(({ idempotency }) => idempotency)];
  const old = all.flatMap((records) =>
    [...records]
      .filter(([, { createdAtMs }]) => createdAtMs <= nowMs - limits.idempotencyTtlMs)
      .map(([key, { createdAtMs }]) => ({ key, records, createdAtMs })),
  );
  const oldest = old.sort((a, b) => a.createdAtMs - b.createdAtMs).slice(0, limits.maxRows);
  for (const { key, records } of oldest) records.delete(key);
  return oldest.length;
}

function cleanLogs(
  state: MemoryState,
  { logRetentionMs, maxRows, maxClusters }: CleaningLimits,
  nowMs: number,
): Pick<Cleaned, "clusters" | "logRows"> {
  const ids = [...state.clusters.keys()].sort().filter((id) => id > state.cleanedUpTo);
  let clusters = 0;
  let logRows = 0;
  for (const id of ids.slice(0, maxClusters)) {
    const cluster = state.clusters.get(id)!;
    clusters++;
    if (isIdle(cluster, nowMs - logRetentionMs)) {
      cluster.row = { ...cluster.row, compactedRevision: cluster.row.revision };
    }
    logRows += compact(cluster, maxRows - logRows);
    if (!isCompacted(cluster)) return { clusters, logRows };
    state.cleanedUpTo = id;
  }
  if (ids.length <= maxClusters) state.cleanedUpTo = "";
  return { clusters, logRows };
}

function isIdle({ row }: MemoryCluster, sinceMs: number): boolean {
  return row.timeMs - row.offsetMs <= sinceMs;
}
