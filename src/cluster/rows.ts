/** Rows as the pure core sees them; structurally those of `storage/store.ts`, which `cluster/` must not import. */
import type { ObjectKey } from "../kinds/kind.ts";

export interface ClusterMeta {
  id: string;
  version: number;
  revision: number;
  compactedRevision: number;
  timeMs: number;
  offsetMs: number;
  nextDueAtMs: number | null;
  baseId: string;
  seed: string;
  createdAtMs: number;
  counters: string;
  settings: string;
}

export interface StoredRow {
  key: string;
  uid: string;
  revision: number;
  changedVersion: number;
  deleted: boolean;
  due: string | null;
  privateState: string | null;
  body: string | null;
}

export interface StoredChange {
  revision: number;
  key: string;
  type: "ADDED" | "MODIFIED" | "DELETED";
  timeMs: number;
  realTimeMs: number;
  previousRevision: number;
  body: string;
}

export interface StoredUpdate {
  cluster: ClusterMeta;
  rows: StoredRow[];
  log: StoredChange[];
  removedKeys: string[];
  reset: boolean;
}

/** What one transaction wants written: all or nothing, at the version it started from. */
export interface Difference {
  expectedVersion: number;
  cluster: Pick<ClusterMeta, "revision" | "compactedRevision" | "timeMs" | "offsetMs" | "nextDueAtMs" | "counters">;
  rows: {
    key: ObjectKey;
    uid: string;
    revision: number;
    deleted: boolean;
    due: string | null;
    privateState: string | null;
  }[];
  removedKeys: ObjectKey[];
  log: Omit<StoredChange, "realTimeMs">[];
}
