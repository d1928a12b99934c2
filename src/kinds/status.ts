/** Who may write `status`: not the client of the main resource, neither on creation nor on update. */
import type { KubernetesObject } from "../schema/index.ts";

/** A new object starts with the given status, whatever the client sent. */
export function resetStatus<T extends KubernetesObject & { status: unknown }>(object: T, status: T["status"]): void {
  object.status = status;
}

/** An update of the main resource leaves the status as it was. */
export function keepStatus<T extends KubernetesObject & { status: unknown }>(object: T, old: T): void {
  object.status = old.status;
}

/** Ends a status write for kinds whose status writers may touch nothing else of the object but annotations and finalizers. */
export function keepAllButStatus<T extends KubernetesObject>(object: T, old: T): void {
  for (const field of new Set([...Object.keys(object), ...Object.keys(old)]) as Set<keyof T & string>) {
    if (field === "status" || field === "metadata") continue;
    if (old[field] === undefined) delete object[field];
    else object[field] = old[field];
  }
}
