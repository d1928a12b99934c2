/** The keys whose existence differs between a transaction and its snapshot, and the lists of keys that result. */
import { type ObjectKey, parseKey, type ResourceId } from "../kinds/kind.ts";
import { compareKeys } from "./key-index.ts";
import type { Snapshot } from "./snapshot.ts";

export class Membership {
  readonly #snapshot: Snapshot;
  /** By resource: keys whose existence differs from the snapshot's. */
  #differing = new Map<ResourceId, Map<ObjectKey, boolean>>();
  /** Lists merged from snapshot and difference, valid until a key of their scope is added or removed. */
  readonly #lists = new Map<string, readonly ObjectKey[]>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** Keys in order. `merged`: the number of keys that this call had to merge. */
  keys(resource: ResourceId, namespace?: string): { keys: readonly ObjectKey[]; merged: number } {
    const worlds = this.#snapshot.index.keys(resource, namespace);
    const differing = this.#differing.get(resource);
    if (!differing) return { keys: worlds, merged: 0 };
    const scope = namespace === undefined ? resource : `${resource}/${namespace}`;
    const known = this.#lists.get(scope);
    if (known) return { keys: known, merged: 0 };
    const keys = worlds.filter((key) => differing.get(key) !== false);
    const present = keys.length;
    for (const [key, exists] of differing) {
      if (exists && (namespace === undefined || parseKey(key).namespace === namespace)) keys.push(key);
    }
    if (keys.length > present) keys.sort(compareKeys);
    this.#lists.set(scope, keys);
    return { keys, merged: keys.length };
  }

  /** Records that a key was added or removed. */
  change(key: ObjectKey, { exists }: { exists: boolean }): void {
    const { resource, namespace } = parseKey(key);
    const keys = this.#differing.get(resource) ?? new Map<ObjectKey, boolean>();
    if ((this.#snapshot.entry(key)?.exists ?? false) === exists) keys.delete(key);
    else keys.set(key, exists);
    this.#differing.set(resource, keys);
    this.#lists.delete(resource);
    this.#lists.delete(`${resource}/${namespace}`);
  }

  /** Returns a function that restores the present state. */
  save(): () => void {
    const differing = new Map([...this.#differing].map(([resource, keys]) => [resource, new Map(keys)]));
    return () => {
      this.#differing = differing;
      this.#lists.clear();
    };
  }
}
