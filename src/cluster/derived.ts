/**
 * Caches values computed from all objects of some resources, within a transaction and until such an object is written.
 * For readers that need a whole resource in every reconcile: thousands of reconciles may run between two such writes.
 */
import { parseKey, type ResourceId } from "../kinds/kind.ts";
import type { ObjectChange } from "./object-change.ts";

/** The value after a write; it may be the same value, changed in place. Undefined: compute it again. */
export type Follow<V> = (value: V, change: ObjectChange) => V | undefined;

interface Derived {
  value: unknown;
  resources: readonly ResourceId[];
  follow: Follow<unknown>;
}

export class DerivedValues {
  readonly #values = new Map<string, Derived>();

  /** Call for every write of an object. */
  touch(change: ObjectChange): void {
    if (this.#values.size === 0) return;
    const { resource } = parseKey(change.key);
    for (const [name, derived] of this.#values) {
      if (!derived.resources.includes(resource)) continue;
      const value = derived.follow(derived.value, change);
      if (value === undefined) this.#values.delete(name);
      else derived.value = value;
    }
  }

  /** `name` identifies the value: each name has one `compute`, one list of resources and one `follow`. */
  get<V>(name: string, resources: readonly ResourceId[], compute: () => V, follow?: Follow<V>): V {
    const known = this.#values.get(name);
    if (known) return known.value as V;
    const value = compute();
    this.#values.set(name, { value, resources, follow: (follow ?? forget) as Follow<unknown> });
    return value;
  }

  /** Drops all values; to be called after writes were undone. */
  clear(): void {
    this.#values.clear();
  }
}

function forget(): undefined {
  return undefined;
}
