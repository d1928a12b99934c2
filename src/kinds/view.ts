/** Kinds that are another version or group over objects which are stored once: `events.k8s.io/v1` over core Events. */
import type { KubernetesObject } from "../schema/types.ts";
import type { KindDefinition } from "./kind.ts";

/** The definition of a view: what it says itself, and everything else as the stored kind has it. */
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
    // Rows show the same whichever way one asks.
    columns: stored.columns?.map((column) => ({
      ...column,
      value: (object: KubernetesObject, nowMs: number) => column.value(toStored(object), nowMs),
    })),
    presentAtRead: fromStored,
  } as unknown as KindDefinition<T>;
}

/** A stored object in the form of a kind that may be a view of it, or another version. */
export function inFormOf(kind: KindDefinition, stored: KubernetesObject): KubernetesObject {
  return (kind.view ?? kind.unstructured)?.fromStored(stored) ?? stored;
}
