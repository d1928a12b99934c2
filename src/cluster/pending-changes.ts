/**
 * The changes of the present instant. Changes of one object fold into one, which gets its revision when the instant
 * ends.
 */
import type { ObjectKey } from "../kinds/kind.ts";
import type { TextSize } from "../lib/text-size.ts";
import type { KubernetesObject } from "../schema/types.ts";
import type { CommitSize, PendingSize } from "./commit-size.ts";

/** The folded change of one object within one instant. */
export interface PendingChange {
  key: ObjectKey;
  before: KubernetesObject | undefined;
  beforeBody: string | null;
  after: KubernetesObject | undefined;
  /** For removals: the last state, which watchers see. */
  last: KubernetesObject | undefined;
  size: PendingSize;
}

/** The state that a first change of an instant replaces. */
export interface StateBefore {
  object: KubernetesObject | undefined;
  body: string | null;
  /** The octets that the cluster stores for the body; zero for objects of the base. */
  storedOctets: number;
}

export class PendingChanges {
  readonly #size: CommitSize;
  #changes: (PendingChange | null)[] = [];
  #positions = new Map<ObjectKey, number>();

  constructor(size: CommitSize) {
    this.#size = size;
  }

  get isEmpty(): boolean {
    return this.#changes.every((change) => change === null);
  }

  get count(): number {
    return this.#positions.size;
  }

  has(key: ObjectKey): boolean {
    return this.#positions.has(key);
  }

  /** `before` is called if this is the object's first change. */
  put(key: ObjectKey, object: KubernetesObject, body: TextSize, before: () => StateBefore): void {
    const pending = this.#find(key);
    if (pending?.after && pending.after.metadata.uid === object.metadata.uid) {
      pending.after = object;
      this.#resize(pending, body, body.octets - pending.size.body.octets);
    } else {
      this.#add({ key, after: object, last: undefined }, body, before());
    }
  }

  remove(key: ObjectKey, last: KubernetesObject, body: TextSize, before: () => StateBefore): void {
    const pending = this.#find(key);
    if (pending?.after && pending.before) {
      this.#resize(pending, body, -pending.size.body.octets);
      Object.assign(pending, { after: undefined, last });
    } else if (pending?.after) {
      this.#size.removePending(pending.size);
      this.#changes[this.#positions.get(key)!] = null;
      this.#positions.delete(key);
    } else {
      this.#add({ key, after: undefined, last }, body, before());
    }
  }

  /** Takes all changes out, also ones that are added meanwhile, in order of first touch. Sizes stay until recorded. */
  *taken(): Generator<PendingChange, void, void> {
    while (!this.isEmpty) {
      const changes = this.#changes.filter((change) => change !== null);
      this.#changes = [];
      this.#positions.clear();
      yield* changes;
    }
  }

  /** Records the present changes; the returned function restores them. */
  save(): () => void {
    const changes = this.#changes.map((change) => change && { ...change });
    const positions = new Map(this.#positions);
    return () => {
      this.#changes = changes;
      this.#positions = positions;
    };
  }

  #find(key: ObjectKey): PendingChange | null | undefined {
    const position = this.#positions.get(key);
    return position === undefined ? undefined : this.#changes[position];
  }

  #add(change: Pick<PendingChange, "key" | "after" | "last">, body: TextSize, before: StateBefore): void {
    const growth = (change.after ? body.octets : 0) - before.storedOctets;
    const size = { key: change.key, body, growth };
    this.#size.addPending(size);
    const pending = { ...change, before: before.object, beforeBody: before.body, size };
    this.#positions.set(change.key, this.#changes.push(pending) - 1);
  }

  #resize(pending: PendingChange, body: TextSize, furtherGrowth: number): void {
    this.#size.removePending(pending.size);
    pending.size = { key: pending.key, body, growth: pending.size.growth + furtherGrowth };
    this.#size.addPending(pending.size);
  }
}
