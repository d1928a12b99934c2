/** The entries of metadata.managedFields, one per manager: fields, owner and time. */
import { MAX_UPDATE_MANAGERS } from "../lib/limits.ts";
import type { Comparison } from "./compare-fields.ts";
import {
  difference,
  EMPTY_SET,
  type FieldSet,
  intersection,
  isEmptySet,
  isFieldSet,
  recursiveDifference,
  union,
} from "./field-set.ts";
import type { ManagedFieldsEntry, ObjectMeta } from "./types.ts";

/** An entry with parsed fields. `fieldsV1` is never changed in place. */
export type ManagerEntry = Omit<ManagedFieldsEntry, "fieldsV1"> & { fieldsV1: FieldSet };

/** Manager and kind of request. An entry belongs to one identity. */
export interface ManagerIdentity {
  manager: string;
  operation: "Update" | "Apply";
  apiVersion: string;
  subresource?: string;
}

/** The entries; an empty list if one of them is invalid, as in the API server. Stored entries are valid. */
export function readManagers(metadata: ObjectMeta | undefined, { isFromClient = false } = {}): ManagerEntry[] {
  const entries = metadata?.managedFields ?? [];
  const isSound = entries.every(
    (entry) => isOperation(entry.operation) && entry.apiVersion && entry.fieldsType === "FieldsV1",
  );
  if (!isSound || (isFromClient && !entries.every(({ fieldsV1 = {} }) => isFieldSet(fieldsV1)))) return [];
  const byIdentity = new Map<string, ManagerEntry>();
  for (const entry of entries) {
    // Of two entries of one manager the later one counts.
    const read = { ...entry, fieldsV1: (entry.fieldsV1 ?? EMPTY_SET) as FieldSet };
    byIdentity.set(identityOf(read), read);
  }
  return [...byIdentity.values()];
}

/** The identity of an entry. An applier has one identity in all versions. */
export function identityOf({ manager, operation, apiVersion, subresource }: ManagerEntry): string {
  return JSON.stringify([manager, operation, operation === "Apply" ? "" : apiVersion, subresource ?? ""]);
}

function isOperation(operation: string | undefined): boolean {
  return operation === "Update" || operation === "Apply";
}

/** Whether a request drops all managers: an empty list, or one empty entry. */
export function isReset(metadata: ObjectMeta | undefined): boolean {
  const entries = metadata?.managedFields;
  if (!entries) return false;
  return entries.length === 0 || (entries.length === 1 && Object.keys(entries[0]!).length === 0);
}

/** An applier keeps its entry when it applies with another version. An updater has one entry per version. */
export function isEntryOf(entry: ManagerEntry, identity: ManagerIdentity): boolean {
  return (
    entry.manager === identity.manager &&
    entry.operation === identity.operation &&
    (entry.subresource ?? "") === (identity.subresource ?? "") &&
    (identity.operation === "Apply" || entry.apiVersion === identity.apiVersion)
  );
}

export function newEntry(identity: ManagerIdentity, fieldsV1: FieldSet, time: string | undefined): ManagerEntry {
  const { manager, operation, apiVersion, subresource } = identity;
  const entry: ManagerEntry = { manager: manager || "unknown", operation, apiVersion, fieldsV1 };
  if (time !== undefined) entry.time = time;
  if (subresource) entry.subresource = subresource;
  return entry;
}

/** Removes the removed and changed fields from the other managers' entries. */
export function withoutFields(entries: readonly ManagerEntry[], { changed, removed }: Comparison): ManagerEntry[] {
  const result: ManagerEntry[] = [];
  for (const entry of entries) {
    const conflicting = intersection(entry.fieldsV1, changed);
    let fieldsV1 = isEmptySet(conflicting) ? entry.fieldsV1 : difference(entry.fieldsV1, conflicting);
    if (!isEmptySet(removed)) fieldsV1 = difference(fieldsV1, removed);
    if (!isEmptySet(fieldsV1)) result.push(fieldsV1 === entry.fieldsV1 ? entry : { ...entry, fieldsV1 });
  }
  return result;
}

const STRIPPED: FieldSet = {
  "f:apiVersion": {},
  "f:kind": {},
  "f:metadata": {
    ".": {},
    "f:creationTimestamp": {},
    "f:generation": {},
    "f:managedFields": {},
    "f:name": {},
    "f:namespace": {},
    "f:resourceVersion": {},
    "f:selfLink": {},
    "f:uid": {},
  },
};

/** Fields that identify an object or belong to the server have no manager. */
export function withoutServerFields(set: FieldSet): FieldSet {
  return difference(set, STRIPPED);
}

const IGNORED_BY_MAIN: FieldSet = { "f:status": {} };
const IGNORED_BY_STATUS: FieldSet = { "f:spec": {} };

/** Without the fields that a request cannot set: the status outside of `/status`, the spec there. */
export function withoutIgnoredFields(set: FieldSet, subresource: string | undefined): FieldSet {
  if (!subresource) return recursiveDifference(set, IGNORED_BY_MAIN);
  return subresource === "status" ? recursiveDifference(set, IGNORED_BY_STATUS) : set;
}

export function filterComparison(comparison: Comparison, subresource: string | undefined): Comparison {
  return {
    changed: withoutIgnoredFields(comparison.changed, subresource),
    removed: withoutIgnoredFields(comparison.removed, subresource),
  };
}

/** The entries as written: appliers first, then by time, name, version and subresource; fields in Go's order. */
export function writeManagers(entries: readonly ManagerEntry[]): ManagedFieldsEntry[] {
  const sorted = [...entries].sort(
    (a, b) =>
      compareText(a.operation, b.operation) ||
      compareText(a.time ?? "", b.time ?? "") ||
      compareText(a.manager, b.manager) ||
      compareText(a.apiVersion, b.apiVersion) ||
      compareText(a.subresource, b.subresource),
  );
  return sorted.map(writeEntry);
}

function writeEntry(entry: ManagerEntry): ManagedFieldsEntry {
  const written: ManagedFieldsEntry = {
    manager: entry.manager,
    operation: entry.operation,
    apiVersion: entry.apiVersion,
  };
  if (entry.time) written.time = entry.time;
  written.fieldsType = "FieldsV1";
  written.fieldsV1 = entry.fieldsV1;
  if (entry.subresource) written.subresource = entry.subresource;
  return written;
}

function compareText(a = "", b = ""): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

const ANCIENT = "ancient-changes";

/** Merges the oldest updaters of a version into one entry until the limit holds. */
export function capUpdaters(entries: ManagerEntry[]): ManagerEntry[] {
  const updaters = entries.filter((entry) => entry.operation === "Update");
  let surplus = updaters.length - MAX_UPDATE_MANAGERS;
  if (surplus <= 0) return entries;
  const oldestFirst = updaters.sort((a, b) => compareText(a.time, b.time) || compareText(a.manager, b.manager));
  const kept = new Set(entries);
  const buckets = new Map<string, ManagerEntry[]>();
  for (const entry of oldestFirst) {
    if (surplus <= 0) break;
    const bucket = buckets.get(entry.apiVersion!);
    if (bucket) {
      bucket.push(entry);
      surplus--;
    } else {
      buckets.set(entry.apiVersion!, [entry]);
    }
  }
  for (const [version, bucket] of buckets) {
    if (bucket.length === 1) continue;
    for (const entry of bucket) kept.delete(entry);
    const identity: ManagerIdentity = { manager: ANCIENT, operation: "Update", apiVersion: version };
    const fields = unionOfAll(bucket.map(({ fieldsV1 }) => fieldsV1));
    kept.add(newEntry(identity, fields, bucket.at(-1)!.time));
  }
  return [...kept];
}

/** By halves: a client may send thousands of entries, and a union costs as much as both of its sides. */
function unionOfAll(sets: readonly FieldSet[]): FieldSet {
  if (sets.length <= 1) return sets[0] ?? EMPTY_SET;
  const half = sets.length >> 1;
  return union(unionOfAll(sets.slice(0, half)), unionOfAll(sets.slice(half)));
}
