/**
 * What the API server's verbs may do beyond a controller: whole-object writes with their own manager, and body access.
 */
import type { KindDefinition, ObjectKey, ResourceId } from "../kinds/kind.ts";
import type { KubernetesObject, ManagedFieldsEntry } from "../schema/types.ts";
import type { DeleteOptions, Transaction } from "./transaction.ts";
import type { User } from "./user.ts";

export interface WriteOptions {
  /** Field manager. */
  manager: string;
  /** Which part of the object is written: undefined is the main resource; `status`, `scale`, … use their own hooks. */
  subresource?: string;
  /** What managedFields records; server-side apply passes the entries it computed itself. */
  operation?: "Update" | "Apply";
  managedFields?: ManagedFieldsEntry[];
  /** The view that the writer sees the object through; managedFields name its fields. */
  through?: KindDefinition;
  /** The requesting user, for admission; undefined for controllers. */
  user?: User;
  dryRun?: boolean;
  /** Receives warnings of the strategy and of admission. */
  warn?: (message: string) => void;
}

export interface RequestTransaction extends Transaction {
  /** The newest revision (resourceVersion) of the cluster, pending writes of a flushed instant included. */
  readonly revision: number;
  readonly compactedRevision: number;

  /**
   * Takes the object in the form of `kind`, which may be a view, and gives it as it is stored. Runs strategy,
   * admission, validation; throws ApiError. The result's resourceVersion is set by `flush`.
   */
  createObject(kind: KindDefinition, object: KubernetesObject, options: WriteOptions): KubernetesObject;
  /**
   * Replaces the object (or its subresource's part). A resourceVersion in `next` must match the current one (Conflict);
   * none means unconditional. A uid must match too. Throws ApiError.
   */
  replaceObject(kind: KindDefinition, next: KubernetesObject, options: WriteOptions): KubernetesObject;
  /**
   * Deletes; `object` is its last (or now terminating) state, `removed` whether it is gone. Throws NotFound, Conflict.
   */
  deleteObject(
    kind: KindDefinition,
    key: ObjectKey,
    options: DeleteOptions & Pick<WriteOptions, "user" | "dryRun" | "warn">,
  ): { object: KubernetesObject; removed: boolean };

  /** Runs `work` and undoes everything it wrote, its random draws included: dry runs. */
  attempt<R>(work: () => R): R;
  /** True when the commit is full: the request's remaining work is left to the next one. */
  readonly isLarge: boolean;
  /** Ends the instant's folding: gives every pending change its revision. Objects read afterwards carry it. */
  flush(): void;
  /** Canonical JSON of the current object, as stored (flushed). */
  bodyOf(key: ObjectKey): string | undefined;
  /** Keys of a resource in order of (namespace, name), without parsing bodies. */
  keys(resource: ResourceId, namespace?: string): readonly ObjectKey[];
}
