/**
 * Statuses that a client wrote over what the owner of the status had written. In Kubernetes the owner finds out when it next
 * compares, and writes its own status again. What it needs for that is private state of the object: no client sees it.
 */
import type { ObjectKey, PrivateReader } from "./kind.ts";

/** The last write to a status, where a client made it. */
export interface ForeignStatus {
  /** User name of the client. */
  by: string;
  /** Cluster time of the last such write, ms. */
  atMs: number;
  /** For kinds with a `statusManager`: what that manager had written before; null: nothing. */
  kept?: unknown;
}

/** Owner of the private state. */
export const FOREIGN_STATUS = "foreign-status";

export function foreignStatusOf(reader: PrivateReader, key: ObjectKey): ForeignStatus | undefined {
  return reader.privateState<ForeignStatus>(key, FOREIGN_STATUS);
}

/** The object with the status that its manager wrote, whatever a client wrote over it. */
export function withKeptStatus<T extends { status?: unknown }>(reader: PrivateReader, key: ObjectKey, object: T): T {
  const foreign = foreignStatusOf(reader, key);
  return foreign?.kept === undefined ? object : { ...object, status: foreign.kept ?? {} };
}
