/**
 * managedFields of a Scale and of its workload. The number of replicas has another path and version on either side, so
 * entries are translated in both directions. An updater whose entry was shown through a Scale gets a separate entry for
 * the number, without a time.
 *
 * Kubernetes: staging/src/k8s.io/apimachinery/pkg/util/managedfields/scalehandler.go.
 */
import { difference, EMPTY_SET, type FieldSet, hasElement, isEmptySet, LEAF } from "../../schema/field-set.ts";
import { identityOf, type ManagerEntry, readManagers, writeManagers } from "../../schema/managers.ts";
import type { ManagedFieldsEntry, ObjectMeta } from "../../schema/types.ts";

/** The version of all Scales, independent of their workload's version. */
export const SCALE_VERSION = "autoscaling/v1";
const REPLICAS_OF_SCALE = ["f:spec", "f:replicas"];

/** The path of a kind's number of replicas in managedFields, and the version in which it is written. */
export interface ScaledField {
  apiVersion: string;
  path: readonly string[];
}

/** The managedFields of a Scale: the workload's entries that own the replicas. */
export function managersOfScale(metadata: ObjectMeta, { path }: ScaledField): ManagedFieldsEntry[] {
  const owners = readManagers(metadata).filter(({ fieldsV1 }) => owns(fieldsV1, path));
  return writeManagers(
    owners.map((entry) => ({ ...entry, apiVersion: SCALE_VERSION, fieldsV1: setOf(REPLICAS_OF_SCALE) })),
  );
}

/** The workload's managedFields after its Scale was written with these entries. */
export function managersAfterScale(
  metadata: ObjectMeta,
  scale: readonly ManagedFieldsEntry[],
  { apiVersion, path }: ScaledField,
): ManagedFieldsEntry[] {
  const owners = new Map(readManagers({ managedFields: [...scale] }).map((entry) => [identityOf(entry), entry]));
  const entries: ManagerEntry[] = [];
  for (const entry of readManagers(metadata)) {
    const remaining = owns(entry.fieldsV1, path) ? ownedStill(entry, owners, path) : entry.fieldsV1;
    if (!isEmptySet(remaining)) entries.push({ ...entry, fieldsV1: remaining });
  }
  for (const entry of owners.values()) {
    if (!owns(entry.fieldsV1, REPLICAS_OF_SCALE)) continue;
    const { time: _, ...identity } = entry;
    entries.push({ ...identity, apiVersion, fieldsV1: setOf(path) });
  }
  return writeManagers(entries);
}

/** The entry's fields, without the number unless its manager is in `owners`. Removes the manager from `owners`. */
function ownedStill(entry: ManagerEntry, owners: Map<string, ManagerEntry>, path: readonly string[]): FieldSet {
  return owners.delete(identityOf(entry)) ? entry.fieldsV1 : difference(entry.fieldsV1, setOf(path));
}

function owns(fields: FieldSet, path: readonly string[]): boolean {
  let node: FieldSet | undefined = fields;
  for (const element of path.slice(0, -1)) node = node?.[element];
  return hasElement(node, path.at(-1)!);
}

function setOf(path: readonly string[]): FieldSet {
  if (path.length === 0) return EMPTY_SET;
  return path.reduceRight<FieldSet>((below, element) => ({ [element]: below }), LEAF);
}
