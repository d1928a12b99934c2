/**
 * Values computed from all objects of some resources, kept within a transaction while they hold. For readers that look at a
 * whole resource once per reconcile, where thousands of reconciles may come between two writes that matter to them.
 */
import { parseKey, type ResourceId } from "../kinds/kind.ts";
import type { ObjectChange } from "./object-change.ts";

/** The value after a write, which may be the same one, changed; undefined: it has to be computed anew. */
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

  /** `name` says which value: one name, one `compute`, one list of resources, one `follow`. */
  get<V>(name: string, resources: readonly ResourceId[], compute: () => V, follow?: Follow<V>): V {
    const known = this.#values.get(name);
    if (known) return known.value as V;
    const value = compute();
    this.#values.set(name, { value, resources, follow: (follow ?? forget) as Follow<unknown> });
    return value;
  }

  /** After writes were undone. */
  clear(): void {
    this.#values.clear();
  }
}

function forget(): undefined {
  return undefined;
}
