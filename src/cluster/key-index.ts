/** The keys that hold objects, in etcd's order, and the keys by owner. */
import { type ObjectKey, parseKey, type ResourceId } from "../kinds/kind.ts";
import type { KubernetesObject } from "../schema/types.ts";
import { type Entry, mayHaveOwners } from "./entry.ts";

const NO_KEYS: readonly ObjectKey[] = [];

/**
 * Sets of keys by scope (`<resource>` or `<resource>/<namespace>`). Each set's order is cached until its membership
 * changes. An index may stand on another one and shares its sets until they differ: clusters of one base hold only
 * their own keys.
 */
export class KeyIndex {
  readonly #under: KeyIndex | null;
  readonly #members = new Map<string, Set<ObjectKey>>();
  readonly #sorted = new Map<string, readonly ObjectKey[]>();

  /** `under` must not change any more. */
  constructor(under: KeyIndex | null = null) {
    this.#under = under;
  }

  add(key: ObjectKey): void {
    for (const scope of scopesOf(key)) {
      if (this.#membersOf(scope)?.has(key)) continue;
      this.#ownMembers(scope).add(key);
      this.#sorted.delete(scope);
    }
  }

  remove(key: ObjectKey): void {
    for (const scope of scopesOf(key)) {
      if (!this.#membersOf(scope)?.has(key)) continue;
      this.#ownMembers(scope).delete(key);
      this.#sorted.delete(scope);
    }
  }

  keys(resource: ResourceId, namespace?: string): readonly ObjectKey[] {
    const scope = namespace === undefined ? resource : `${resource}/${namespace}`;
    const members = this.#members.get(scope);
    if (!members) return this.#under?.keys(resource, namespace) ?? NO_KEYS;
    let sorted = this.#sorted.get(scope);
    if (!sorted) {
      sorted = [...members].sort(compareKeys);
      this.#sorted.set(scope, sorted);
    }
    return sorted;
  }

  /** Scopes that have ever held a key; for whole-namespace work. */
  resources(): ResourceId[] {
    const own = [...this.#members.keys()].filter((scope) => scope.split("/").length === 2) as ResourceId[];
    return [...new Set([...(this.#under?.resources() ?? []), ...own])];
  }

  #membersOf(scope: string): ReadonlySet<ObjectKey> | undefined {
    return this.#members.get(scope) ?? (this.#under ? this.#under.#membersOf(scope) : undefined);
  }

  /** The scope's set, copied from the lower index if it is still shared. */
  #ownMembers(scope: string): Set<ObjectKey> {
    let members = this.#members.get(scope);
    if (!members) {
      members = new Set(this.#membersOf(scope));
      this.#members.set(scope, members);
    }
    return members;
  }
}

/** Keys by the uid of their owners. Filled on the first query, because most requests never need it. */
export class OwnerIndex {
  readonly #owned = new Map<string, Set<ObjectKey>>();

  add(entry: Entry): void {
    const body = entry.body;
    if (body !== null && mayHaveOwners(body)) this.addObject(entry.key, entry.object);
  }

  addObject(key: ObjectKey, object: KubernetesObject | undefined): void {
    for (const owner of object?.metadata.ownerReferences ?? []) {
      const keys = this.#owned.get(owner.uid) ?? new Set();
      this.#owned.set(owner.uid, keys.add(key));
    }
  }

  remove(entry: Entry): void {
    const body = entry.body;
    if (body === null || !mayHaveOwners(body)) return;
    for (const owner of entry.object?.metadata.ownerReferences ?? []) {
      const keys = this.#owned.get(owner.uid);
      keys?.delete(entry.key);
      if (keys?.size === 0) this.#owned.delete(owner.uid);
    }
  }

  get(uid: string): ReadonlySet<ObjectKey> | undefined {
    return this.#owned.get(uid);
  }
}

export function compareKeys(a: ObjectKey, b: ObjectKey): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function scopesOf(key: ObjectKey): [string, string] {
  const { resource, namespace } = parseKey(key);
  return [resource, `${resource}/${namespace}`];
}
