/**
 * Who owns the number of replicas, as a Scale shows it and as its workload keeps it. The field has another name and version on
 * either side, so managedFields are translated on the way in and out, as apimachinery's ScaleHandler does: an updater whose entry
 * was shown through a Scale gets an entry of its own for the number, without a time.
 */
import { difference, EMPTY_SET, type FieldSet, hasElement, isEmptySet, LEAF } from "../../schema/field-set.ts";
import { identityOf, type ManagerEntry, readManagers, writeManagers } from "../../schema/managers.ts";
import type { ManagedFieldsEntry, ObjectMeta } from "../../schema/types.ts";

/** The one version in which Scales are shown, whichever their workload's is. */
export const SCALE_VERSION = "autoscaling/v1";
const REPLICAS_OF_SCALE = ["f:spec", "f:replicas"];

/** Where a kind keeps the number, as elements of managedFields, and the version in which it is written. */
export interface ScaledField {
  apiVersion: string;
  path: readonly string[];
}

/** The entries of a workload that own its replicas, as those of its Scale. */
export function managersOfScale(metadata: ObjectMeta, { path }: ScaledField): ManagedFieldsEntry[] {
  const owners = readManagers(metadata).filter(({ fieldsV1 }) => owns(fieldsV1, path));
  return writeManagers(
    owners.map((entry) => ({ ...entry, apiVersion: SCALE_VERSION, fieldsV1: setOf(REPLICAS_OF_SCALE) })),
  );
}

/** The workload's entries after its Scale was written with these. */
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

/** Takes an owner that is the same on both sides off the list. */
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
