/** What the server alone decides of an object's metadata. */
import type { KindDefinition } from "../kinds/kind.ts";
import { equalJson } from "../lib/json.ts";
import type { KubernetesObject, ObjectMeta } from "../schema/index.ts";

/** The order in which Kubernetes writes metadata. */
const FIELD_ORDER = [
  "name",
  "generateName",
  "namespace",
  "selfLink",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "labels",
  "annotations",
  "ownerReferences",
  "finalizers",
  "managedFields",
] as const satisfies readonly (keyof ObjectMeta)[];

/** The object with its fields in the order in which Kubernetes writes them; bodies begin with kind and apiVersion. */
export function inOrder<T extends KubernetesObject>(object: T): T {
  const { kind, apiVersion, metadata, ...rest } = object;
  const ordered: Record<string, unknown> = {};
  for (const field of FIELD_ORDER) {
    const value = metadata[field];
    // A new object's version follows with its revision; its place is kept.
    if ((value !== undefined && value !== null) || field === "resourceVersion") ordered[field] = value ?? undefined;
  }
  return { kind, apiVersion, metadata: ordered, ...rest } as unknown as T;
}

/** Metadata of a new object: identity and generation are the server's, whatever the client sent. */
export function stampNew(kind: KindDefinition, metadata: ObjectMeta, identity: { uid: string; time: string }): void {
  metadata.uid = identity.uid;
  metadata.creationTimestamp = identity.time;
  delete metadata.resourceVersion;
  delete metadata.selfLink;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.generation;
  if (kind.hasGeneration) metadata.generation = 1;
}

/** An update cannot change what the server decides. */
export function keepSystemFields(metadata: ObjectMeta, old: ObjectMeta): void {
  metadata.name = old.name;
  if (old.namespace !== undefined) metadata.namespace = old.namespace;
  metadata.uid = old.uid;
  metadata.creationTimestamp = old.creationTimestamp;
  keep(metadata, old, "resourceVersion");
  keep(metadata, old, "generation");
  keep(metadata, old, "deletionTimestamp");
  keep(metadata, old, "deletionGracePeriodSeconds");
  delete metadata.selfLink;
}

/** Did anything but metadata and status change? Then the generation rises. */
export function desiredStateChanged(next: KubernetesObject, old: KubernetesObject): boolean {
  const fields = new Set([...Object.keys(next), ...Object.keys(old)]);
  for (const field of fields) {
    if (field === "metadata" || field === "status" || field === "kind" || field === "apiVersion") continue;
    if (!equalJson(next[field], old[field])) return true;
  }
  return false;
}

/** Are two states the same to a client, leaving managedFields' times aside? */
export function sameState(next: KubernetesObject, old: KubernetesObject): boolean {
  return equalJson(withoutManagedTimes(next), withoutManagedTimes(old));
}

function withoutManagedTimes(object: KubernetesObject): KubernetesObject {
  const { managedFields } = object.metadata;
  if (!managedFields) return object;
  const timeless = managedFields.map((entry) => ({ ...entry, time: undefined }));
  return { ...object, metadata: { ...object.metadata, managedFields: timeless } };
}

function keep<K extends keyof ObjectMeta>(metadata: ObjectMeta, old: ObjectMeta, field: K): void {
  if (old[field] === undefined) delete metadata[field];
  else metadata[field] = old[field];
}
