/** The metadata fields that only the server sets. */
import type { KindDefinition } from "../kinds/kind.ts";
import { equalJson } from "../lib/json.ts";
import type { KubernetesObject, ObjectMeta } from "../schema/index.ts";

/** Sets the system metadata of a new object: identity and generation, without regard to the client's values. */
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

/** Restores the system metadata, which an update cannot change. */
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

/** True if anything but metadata and status changed: the generation then rises. */
export function desiredStateChanged(next: KubernetesObject, old: KubernetesObject): boolean {
  const fields = new Set([...Object.keys(next), ...Object.keys(old)]);
  for (const field of fields) {
    if (field === "metadata" || field === "status" || field === "kind" || field === "apiVersion") continue;
    if (!equalJson(next[field], old[field])) return true;
  }
  return false;
}

/** True if two states are the same to a client, except for the times in managedFields. */
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
