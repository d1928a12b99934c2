/**
 * Statuses that a client wrote over the owner's status. In Kubernetes the owner notices at its next
 * comparison, and writes its own status again. The data for that comparison is private state of the object.
 */
import type { ObjectKey, PrivateReader } from "./kind.ts";

/** The last write to a status, where a client made it. */
export interface ForeignStatus {
  /** User name of the client. */
  by: string;
  /** Cluster time of the last such write, ms. */
  atMs: number;
  /** For kinds with a `statusManager`: that manager's last status; null if it wrote none. */
  kept?: unknown;
}

/** Owner of the private state. */
export const FOREIGN_STATUS = "foreign-status";

export function foreignStatusOf(reader: PrivateReader, key: ObjectKey): ForeignStatus | undefined {
  return reader.privateState<ForeignStatus>(key, FOREIGN_STATUS);
}

/** The object with its manager's status instead of the client's. */
export function withKeptStatus<T extends { status?: unknown }>(reader: PrivateReader, key: ObjectKey, object: T): T {
  const foreign = foreignStatusOf(reader, key);
  return foreign?.kept === undefined ? object : { ...object, status: foreign.kept ?? {} };
}
