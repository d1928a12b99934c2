/**
 * Values computed from all objects of some resources, kept within a transaction until one of them is written. For readers
 * that look at a whole resource once per reconcile, where thousands of reconciles may come between two writes.
 */
import { type ObjectKey, parseKey, type ResourceId } from "../kinds/kind.ts";

interface Derived {
  value: unknown;
  /** How many writes each resource had seen. */
  writes: readonly number[];
}

export class DerivedValues {
  readonly #writes = new Map<ResourceId, number>();
  readonly #values = new Map<string, Derived>();

  /** Call for every write of an object. */
  touch(key: ObjectKey): void {
    const { resource } = parseKey(key);
    this.#writes.set(resource, (this.#writes.get(resource) ?? 0) + 1);
  }

  /** `name` says which value: one name, one `compute`, one list of resources. */
  get<V>(name: string, resources: readonly ResourceId[], compute: () => V): V {
    const writes = resources.map((resource) => this.#writes.get(resource) ?? 0);
    const known = this.#values.get(name);
    if (known?.writes.every((count, i) => count === writes[i])) return known.value as V;
    const value = compute();
    this.#values.set(name, { value, writes });
    return value;
  }

  /** After writes were undone. */
  clear(): void {
    this.#values.clear();
  }
}
