/** Which keys exist in a transaction where that differs from the world below it, and the lists that follow from it. */
import { type ObjectKey, parseKey, type ResourceId } from "../kinds/kind.ts";
import { compareKeys } from "./key-index.ts";
import type { Snapshot } from "./snapshot.ts";

export class Membership {
  readonly #snapshot: Snapshot;
  /** By resource: keys whose existence differs from the world's. */
  #differing = new Map<ResourceId, Map<ObjectKey, boolean>>();
  /** Lists made from world and difference, until a key of their scope comes or goes. */
  readonly #lists = new Map<string, readonly ObjectKey[]>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** Keys in order. `merged`: how many had to be put in order for this call. */
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

  /** A key comes or goes. */
  change(key: ObjectKey, { exists }: { exists: boolean }): void {
    const { resource, namespace } = parseKey(key);
    const keys = this.#differing.get(resource) ?? new Map<ObjectKey, boolean>();
    if ((this.#snapshot.entry(key)?.exists ?? false) === exists) keys.delete(key);
    else keys.set(key, exists);
    this.#differing.set(resource, keys);
    this.#lists.delete(resource);
    this.#lists.delete(`${resource}/${namespace}`);
  }

  /** Gives what puts everything back as it is now. */
  save(): () => void {
    const differing = new Map([...this.#differing].map(([resource, keys]) => [resource, new Map(keys)]));
    return () => {
      this.#differing = differing;
      this.#lists.clear();
    };
  }
}
