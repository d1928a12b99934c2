/** Compaction of a log in memory: see `Commit.compactMaxRows`. */
import type { MemoryCluster } from "./state.ts";

/**
 * Removes up to `maxRows` rows that a newer row of their key supersedes at or below the compacted revision; returns
 * the count.
 */
export function compact(cluster: MemoryCluster, maxRows: number): number {
  const unneeded = unneededRows(cluster, maxRows);
  for (const revision of unneeded) remove(cluster, revision);
  return unneeded.length;
}

/** True when compaction has no row left to remove. */
export function isCompacted(cluster: MemoryCluster): boolean {
  return unneededRows(cluster, 1).length === 0;
}

function unneededRows(cluster: MemoryCluster, maxRows: number): number[] {
  const { compactedRevision } = cluster.row;
  const found: number[] = [];
  for (const [revision, row] of cluster.log) {
    if (found.length >= maxRows || revision > compactedRevision) break;
    const revisions = cluster.revisionsByKey.get(row.key)!;
    const next = revisions[revisions.indexOf(revision) + 1];
    const superseded = next !== undefined && next <= compactedRevision;
    const forgotten = row.type === "DELETED" && !cluster.index.has(row.key);
    if (superseded || forgotten) found.push(revision);
  }
  return found;
}

function remove(cluster: MemoryCluster, revision: number): void {
  const { key } = cluster.log.get(revision)!;
  const revisions = cluster.revisionsByKey.get(key)!;
  cluster.log.delete(revision);
  revisions.splice(revisions.indexOf(revision), 1);
  if (revisions.length === 0) cluster.revisionsByKey.delete(key);
}
