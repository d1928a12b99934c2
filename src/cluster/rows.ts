/** The rows of a cluster, as the store keeps them and the pure core reads and writes them. Times are ms since the epoch. */
import type { ObjectKey } from "../kinds/kind.ts";

/** The one row of a cluster, as far as the pure core reads it. Cluster time = real time + offset. */
export interface ClusterMeta {
  id: string;
  /** Rises with every commit: the compare-and-swap token and the cursor of cached clusters. */
  version: number;
  /** Kubernetes' resourceVersion: rises only with changes that clients can see. */
  revision: number;
  /** Watches and lists from before this revision get 410 Expired. */
  compactedRevision: number;
  /** The instant simulated up to, in cluster time; never goes back. */
  timeMs: number;
  offsetMs: number;
  /** Cluster time of the next due work; null when no work is due at any time. */
  nextDueAtMs: number | null;
  baseId: string;
  seed: string;
  createdAtMs: number;
  /** Engine counters (random stream position, allocators) as canonical JSON. */
  counters: string;
  /** Cluster settings as canonical JSON, opaque to the store. */
  settings: string;
  /** A summary of the organization's own images, see own-images.ts; absent or null if it has none. */
  images?: string | null;
}

/** The part of a cluster's row that a commit sets. */
export type ClusterProgress = Pick<
  ClusterMeta,
  "revision" | "compactedRevision" | "timeMs" | "offsetMs" | "nextDueAtMs" | "counters"
>;

export function progressOf(meta: ClusterMeta): ClusterProgress {
  const { revision, compactedRevision, timeMs, offsetMs, nextDueAtMs, counters } = meta;
  return { revision, compactedRevision, timeMs, offsetMs, nextDueAtMs, counters };
}

/** One entry of the object index: the current object of a key, and the simulation's private state for it. */
export interface IndexRow {
  /** `<group>/<plural>/<namespace>/<name>`, with an empty namespace for cluster-scoped resources. */
  key: string;
  /** Empty when no object has this key: due work or private state may outlive the object. */
  uid: string;
  /** The log row that holds the current body; 0 without one. */
  revision: number;
  /** The `version` of the commit that last wrote this row. */
  changedVersion: number;
  /** True when the object is gone: the row hides a base object or carries work that is still due. */
  deleted: boolean;
  /** Due times by controller (cluster time, ms) as canonical JSON; null when no work is due. */
  due: string | null;
  /** Private state by owner (controller, kubelet, …) as canonical JSON; null without private state. */
  privateState: string | null;
}

/** An index row with the body of its current object (null when deleted), to fill a snapshot. */
export interface LoadedRow extends IndexRow {
  body: string | null;
}

/** One row of the change log, the only place of bodies. */
export interface LogRow {
  revision: number;
  key: string;
  type: "ADDED" | "MODIFIED" | "DELETED";
  /** Cluster time of the change. */
  timeMs: number;
  /** Real time of the commit's request. */
  realTimeMs: number;
  /** The key's log row before this one; 0 when the object is new or was a base object. */
  previousRevision: number;
  /** Canonical JSON of the object, resourceVersion included; for DELETED its last state. */
  body: string;
}

/** The changes since a known version, or the rows of the whole cluster. */
export interface SnapshotUpdate {
  cluster: ClusterMeta;
  /** Rows whose `changedVersion` is newer than the known version. Bodies of rows that `log` holds may be null. */
  rows: LoadedRow[];
  /**
   * Log rows after the known revision, ascending; empty on a cold load. Rows at or below `cluster.compactedRevision` may
   * be missing: a watch that still needs them has expired.
   */
  log: LogRow[];
  /** Keys whose index rows were removed for good since the known version. */
  removedKeys: string[];
  /** True when the store no longer knows the changes since the known version: `rows` then replaces the old snapshot. */
  reset: boolean;
}

/** The rows that one transaction writes: all or nothing, at the version it started from. */
export interface Difference {
  expectedVersion: number;
  /** The summary of images that the writes depend on; absent if they depend on none. */
  expectedImages?: string;
  cluster: ClusterProgress;
  /** The store sets `changedVersion`. */
  rows: (Omit<IndexRow, "changedVersion"> & { key: ObjectKey })[];
  removedKeys: ObjectKey[];
  /** The runtime adds the real time. */
  log: Omit<LogRow, "realTimeMs">[];
}
