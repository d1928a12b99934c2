/**
 * The interfaces of the transaction, which cluster-transaction.ts implements: `Transaction` for controllers, and
 * `RequestTransaction` for the verbs of the API server.
 */
import type { KindDefinition, ObjectKey, Reader, ResourceId, Stored } from "../kinds/kind.ts";
import type { Random } from "../lib/prng.ts";
import type { Parts } from "../lib/work.ts";
import type { KubernetesObject, ManagedFieldsEntry } from "../schema/types.ts";
import type { ControlPlaneCalls } from "./calls.ts";
import type { Follow } from "./derived.ts";
import type { OwnImages } from "./own-images.ts";
import type { ClusterSettings } from "./settings.ts";
import type { User } from "./user.ts";

/** The options of a deletion. */
export interface DeleteOptions {
  /** Absent: the kind's default. 0: at once. */
  gracePeriodSeconds?: number;
  propagation?: "Background" | "Foreground" | "Orphan";
  preconditions?: { uid?: string; resourceVersion?: string };
}

/** The writer of an object and the way in which it writes. */
export interface WriteOptions {
  /** Field manager. */
  manager: string;
  /** The written part: undefined is the main resource; `status`, `scale`, … use their own hooks. */
  subresource?: string;
  /** The operation that managedFields record. */
  operation?: "Update" | "Apply";
  /** Replaces the computed managedFields: server-side apply passes its own. */
  managedFields?: ManagedFieldsEntry[];
  /** The requesting user, for admission; undefined for controllers. */
  user?: User;
  dryRun?: boolean;
  /** Receives warnings of the strategy and of admission. */
  warn?: (message: string) => void;
  /** Length of the request's body, which prices the write. */
  bodyCharacters?: number;
}

/** The options of a deletion by a request. */
export type RequestDeleteOptions = DeleteOptions & Pick<WriteOptions, "user" | "dryRun" | "warn">;

/**
 * All reads and writes of one step: a write set over an immutable snapshot, discarded unless it is committed.
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
  /** Images of the organization. A question about one makes the commit depend on them. */
  readonly images: OwnImages;
  /** Octets that the cluster stores: objects, and private states as of the beginning. */
  readonly storedBytes: number;
  /** The field manager of writes. */
  readonly manager: string;
  /** Equal for all views of one transaction (`as`), and for no other transaction. */
  readonly identity: object;
  /** Calls between the API server and containers. */
  readonly calls: ControlPlaneCalls;
  /** The same transaction under another field manager. */
  as(manager: string): Transaction;

  /**
   * The result of `compute` over all objects of these kinds, cached until one of them is written. `name` identifies the
   * computation. The value must not be changed. `follow` may update it after a write where that is cheaper.
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
  /**
   * Replaces the object (or its subresource's part). A resourceVersion in `next` must match the current one (Conflict);
   * none means unconditional. A uid must match too. Throws ApiError.
   */
  replaceObject(kind: KindDefinition, next: KubernetesObject, options: WriteOptions): KubernetesObject;
  /** Deletes as the API does: grace period, finalizers, propagation. Does nothing for a missing object. */
  delete(kind: KindDefinition<never>, object: Named, options?: DeleteOptions): void;

  /** The private state of `owner` (a controller's name, `kubelet`, …) for a key: immutable JSON. */
  privateState<S>(key: ObjectKey, owner: string): S | undefined;
  /** `undefined` removes the state. A removed object's private state is removed with it (by uid). */
  setPrivateState(key: ObjectKey, owner: string, state: unknown): void;
  /**
   * Schedules a reconcile of `key` by `controller` at `atMs` or earlier. Returning a time from reconcile does the same.
   */
  requeue(controller: string, key: ObjectKey, atMs: number): void;
  /** Counts work that neither a read nor a write counts, in units of lib/work.ts. */
  spend(work: number): void;
}

/** The part of an object that identifies it within its kind. */
export interface Named {
  metadata: { name?: string; namespace?: string };
}

/** The transaction of the API server's verbs: adds writes for users, dry runs, and access to revisions and bodies. */
export interface RequestTransaction extends Transaction {
  /** The newest revision (resourceVersion) of the cluster, pending writes of a flushed instant included. */
  readonly revision: number;
  readonly compactedRevision: number;

  /**
   * Creates the object, given in the form of `kind`, which may be a view; returns the stored form. Runs strategy,
   * admission and validation; throws ApiError. `flush` sets the resourceVersion.
   */
  createInParts(kind: KindDefinition, object: KubernetesObject, options: WriteOptions): Parts<KubernetesObject>;
  /** See `replaceObject`. */
  replaceInParts(kind: KindDefinition, next: KubernetesObject, options: WriteOptions): Parts<KubernetesObject>;
  /**
   * Deletes; `object` is its last (or now terminating) state, `removed` whether it is gone. Throws NotFound, Conflict.
   */
  deleteObject(
    kind: KindDefinition,
    key: ObjectKey,
    options: RequestDeleteOptions,
  ): { object: KubernetesObject; removed: boolean };

  /** Runs `work` and undoes everything it wrote, its random draws included: dry runs. */
  attempt<R>(work: () => R): R;
  attemptInParts<R>(work: Parts<R>): Parts<R>;
  /** True when the commit should hold no more: a request leaves its remaining work to the next commit. */
  readonly isLarge: boolean;
  /** Ends the instant's folding: gives every pending change its revision. Objects read afterwards carry it. */
  flush(): void;
  flushInParts(): Parts<void>;
  /** Canonical JSON of the current object, as stored (flushed). */
  bodyOf(key: ObjectKey): string | undefined;
  /** Keys of a resource in order of (namespace, name), without parsing bodies. */
  keys(resource: ResourceId, namespace?: string): readonly ObjectKey[];
}
