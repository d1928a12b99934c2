/** The summary of a cluster right after its creation, before any commit. */
import type { ClusterSummary, NewCluster } from "./store.ts";

export function summaryOfNew(cluster: NewCluster): ClusterSummary {
  const { id, name, labels, createdAtMs, settings, revision } = cluster;
  return { id, name, labels, createdAtMs, settings, revision, version: 1, timeMs: createdAtMs, offsetMs: 0 };
}
