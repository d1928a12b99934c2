/** Keeps `status` from writes to the main resource, on creation and on update. */
import type { KubernetesObject } from "../schema/index.ts";

/** Replaces a new object's status by the given one. */
export function resetStatus<T extends KubernetesObject & { status: unknown }>(object: T, status: T["status"]): void {
  object.status = status;
}

/** Restores the old status on an update of the main resource. */
export function keepStatus<T extends KubernetesObject & { status: unknown }>(object: T, old: T): void {
  object.status = old.status;
}

/** Restores all fields but status, annotations and finalizers, for kinds whose status writes may change only these. */
export function keepAllButStatus<T extends KubernetesObject>(object: T, old: T): void {
  for (const field of new Set([...Object.keys(object), ...Object.keys(old)]) as Set<keyof T & string>) {
    if (field === "status" || field === "metadata") continue;
    if (old[field] === undefined) delete object[field];
    else object[field] = old[field];
  }
}
