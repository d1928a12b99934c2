/** Views: kinds in another version or group over objects of a stored kind (`events.k8s.io/v1` over core Events). */
import type { KubernetesObject } from "../schema/types.ts";
import type { KindDefinition } from "./kind.ts";

/** The definition of a view. Properties that it does not set are the stored kind's. */
export function viewOf<T extends KubernetesObject, S extends KubernetesObject>(
  of: KindDefinition<S>,
  own: Pick<KindDefinition, "group" | "version" | "schema"> & Pick<KindDefinition<S>, "selectableFields">,
  conversions: { fromStored(object: KubernetesObject): KubernetesObject; toStored(object: T): S },
): KindDefinition<T> {
  const stored = of as unknown as KindDefinition;
  const { fromStored } = conversions;
  const toStored = conversions.toStored as unknown as (object: KubernetesObject) => KubernetesObject;
  return {
    ...stored,
    ...own,
    view: { of: stored, fromStored, toStored },
    // A row's conditions are the same in both kinds.
    columns: stored.columns?.map((column) => ({
      ...column,
      value: (object: KubernetesObject, nowMs: number) => column.value(toStored(object), nowMs),
    })),
    presentAtRead: fromStored,
  } as unknown as KindDefinition<T>;
}

/** Converts a stored object to the form of a kind, which may be a view or another version. */
export function inFormOf(kind: KindDefinition, stored: KubernetesObject): KubernetesObject {
  return (kind.view ?? kind.codec)?.fromStored(stored) ?? stored;
}
