/** Keeps metadata.managedFields through creates, updates, patches and status writes. Server-side apply is in apply.ts. */
import type { JsonObject } from "../lib/json.ts";
import { type Comparison, compareFields } from "./compare-fields.ts";
import { type FieldSet, isEmptySet, union } from "./field-set.ts";
import {
  capUpdaters,
  filterComparison,
  isEntryOf,
  isReset,
  type ManagerEntry,
  type ManagerIdentity,
  newEntry,
  readManagers,
  withoutFields,
  withoutServerFields,
  writeManagers,
} from "./managers.ts";
import { resolveStruct } from "./table.ts";
import type { KubernetesObject, ManagedFieldsEntry, TypeReference } from "./types.ts";

export interface TrackedWrite extends ManagerIdentity {
  /** Undefined: the object is new. */
  before: KubernetesObject | undefined;
  /**
   * The object with its defaults, before admission and the strategy have touched it: what they set is owned by nobody. Its
   * managedFields count if they are sound; if they are reset, all managers are forgotten.
   */
  after: KubernetesObject;
  /** metav1.Time of the write. */
  time: string;
}

/** Subresources whose writes leave no trace. */
const UNTRACKED_SUBRESOURCES = new Set(["binding"]);

/**
 * The managedFields of an object after a write that is no apply. The writer gets what changed, the others lose it; the time of its
 * entry moves only then. Gives the previous entries themselves if nothing changed.
 */
export function trackUpdate(type: TypeReference, write: TrackedWrite): ManagedFieldsEntry[] {
  const { before, after, subresource } = write;
  const previous = before?.metadata.managedFields ?? [];
  if (subresource && UNTRACKED_SUBRESOURCES.has(subresource)) return previous;
  const isReplaced = !subresource && after.metadata.managedFields !== before?.metadata.managedFields;
  if (isReplaced && isReset(after.metadata)) return [];
  const managers = managersOf(write, isReplaced);
  // An object whose managers were cleared stays untracked until somebody applies.
  if (managers.length === 0 && before !== undefined) return [];
  const struct = resolveStruct(type);
  const comparison = filterComparison(
    compareFields(struct, before as JsonObject | undefined, after as unknown as JsonObject),
    subresource,
  );
  if (isEmptySet(comparison.changed) && isEmptySet(comparison.removed) && !isReplaced) return previous;
  return writeManagers(capUpdaters(withWrite(managers, write, comparison, write.time)));
}

function managersOf({ before, after }: TrackedWrite, isReplaced: boolean): ManagerEntry[] {
  const own = isReplaced ? readManagers(after.metadata, { isFromClient: true }) : [];
  return own.length > 0 ? own : readManagers(before?.metadata);
}

/** The managers once somebody has written what a comparison says. */
export function withWrite(
  managers: ManagerEntry[],
  identity: ManagerIdentity,
  comparison: Comparison,
  time: string,
): ManagerEntry[] {
  const remaining = withoutFields(managers, comparison);
  const written = withoutServerFields(comparison.changed);
  if (isEmptySet(written)) return remaining;
  const index = remaining.findIndex((entry) => isEntryOf(entry, identity));
  const owned: FieldSet = index < 0 ? written : union(written, remaining[index]!.fieldsV1);
  const entry = newEntry(identity, owned, time);
  if (index < 0) remaining.push(entry);
  else remaining[index] = entry;
  return remaining;
}
