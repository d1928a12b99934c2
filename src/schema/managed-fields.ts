/**
 * Maintains metadata.managedFields for creates, updates, patches and status writes. Server-side apply is in apply.ts.
 * Kubernetes: staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/structuredmerge.go
 */
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
   * The object with its defaults, before admission and the strategy. Fields that they set later have no manager. Valid
   * managedFields of the object count; a reset drops all managers.
   */
  after: KubernetesObject;
  /** metav1.Time of the write. */
  time: string;
}

/** Subresources whose writes are not tracked. */
const UNTRACKED_SUBRESOURCES = new Set(["binding"]);

/**
 * The managedFields after a write that is not an apply. The writer gains the changed fields and the other managers lose
 * them. The time of the writer's entry moves only then. Without a change the result is the previous array itself.
 */
export function trackUpdate(type: TypeReference, write: TrackedWrite): ManagedFieldsEntry[] {
  const { before, after, subresource } = write;
  const previous = before?.metadata.managedFields ?? [];
  if (subresource && UNTRACKED_SUBRESOURCES.has(subresource)) return previous;
  const isReplaced = !subresource && after.metadata.managedFields !== before?.metadata.managedFields;
  if (isReplaced && isReset(after.metadata)) return [];
  const managers = managersOf(write, isReplaced);
  // An object with cleared managers stays untracked until the next apply.
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

/** The managers after a write with the given differences. */
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
