/** Interfaces of the transaction; cluster-transaction.ts implements them. */
import type { KindDefinition, ObjectKey, Reader, Stored } from "../kinds/kind.ts";
import type { Random } from "../lib/prng.ts";
import type { KubernetesObject } from "../schema/types.ts";
import type { Follow } from "./derived.ts";
import type { ClusterSettings } from "./settings.ts";

export interface DeleteOptions {
  /** Absent: the kind's default. 0: at once. */
  gracePeriodSeconds?: number;
  propagation?: "Background" | "Foreground" | "Orphan";
  preconditions?: { uid?: string; resourceVersion?: string };
}

/**
 * All reads and writes of one step: an write set over an immutable world, discarded unless it is committed.
 *
 * Objects that reads return are immutable: change them only through `update`. Writes run the kind's strategy,
 * admission, validation and managedFields (under `manager`), and throw `ApiError` when refused. A write that changes
 * nothing takes no revision. Changes of one object within one instant fold into one revision.
 */
export interface Transaction extends Reader {
  /** Cluster time of the present instant, ms. */
  readonly nowMs: number;
  readonly random: Random;
  readonly settings: ClusterSettings;
  /** Who writes: the field manager. */
  readonly manager: string;
  /** The same transaction under another field manager. */
  as(manager: string): Transaction;

  /**
   * What `compute` makes of the objects of these kinds, kept until one of them is written: for what every reconcile
   * would else gather from all of them anew. `name` stands for the computation; the value must not be changed. With
   * `follow` it is brought along with a write where that is cheaper.
   */
  derived<V>(name: string, kinds: readonly Stored[], compute: () => V, follow?: Follow<V>): V;
  /** Objects with an owner reference to this uid, in key order. */
  ownedBy(uid: string): readonly KubernetesObject[];
  /** The definition for an object or key; undefined for kinds that are not served. */
  kindOf(keyOrObject: ObjectKey | KubernetesObject): KindDefinition | undefined;

  /** Creates; honours generateName. Throws AlreadyExists, Invalid, Forbidden (admission, terminating namespace). */
  create<T extends KubernetesObject>(kind: KindDefinition<T>, object: T): T;
  /**
   * Changes spec and metadata through a draft (status changes in it are ignored where the kind has a status
   * subresource). Throws NotFound.
   */
  update<T extends KubernetesObject>(kind: KindDefinition<T>, object: Named, change: (draft: T) => void): T;
  /** Changes what a subresource of the kind may change: `binding` sets a pod's node. Throws NotFound. */
  updateSubresource<T extends KubernetesObject>(
    kind: KindDefinition<T>,
    subresource: string,
    object: Named,
    change: (draft: T) => void,
  ): T;
  /** Changes the status through a draft (and what the kind's strategy lets status writers touch). Throws NotFound. */
  updateStatus<T extends KubernetesObject>(kind: KindDefinition<T>, object: Named, change: (draft: T) => void): T;
  /** Deletes as the API does: grace period, finalizers, propagation. Deleting what is not there does nothing. */
  delete(kind: KindDefinition<never>, object: Named, options?: DeleteOptions): void;

  /** What `owner` (a controller's name, `kubelet`, …) remembers about a key beyond the object. Immutable JSON. */
  privateState<S>(key: ObjectKey, owner: string): S | undefined;
  /** `undefined` forgets. Private state of a removed object is forgotten with it (by uid). */
  setPrivateState(key: ObjectKey, owner: string, state: unknown): void;
  /**
   * Asks for a reconcile of `key` by `controller` at `atMs` or earlier. Returning a time from reconcile does the same.
   */
  requeue(controller: string, key: ObjectKey, atMs: number): void;
}

/** Enough of an object to find it. */
export interface Named {
  metadata: { name?: string; namespace?: string };
}
