/**
 * The state of owner references: whether the owner exists, is being deleted or waits for its dependents.
 * Kubernetes: pkg/controller/garbagecollector/garbagecollector.go (classifyReferences)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { type ObjectKey, objectKey } from "../../kinds/kind.ts";
import type { KubernetesObject, OwnerReference } from "../../schema/index.ts";

export const FOREGROUND = "foregroundDeletion";
export const ORPHAN = "orphan";

/**
 * `solid`: the owner exists, or cannot be judged. `dangling`: it does not exist. `waiting`: it is being deleted and
 * waits for its dependents. `unreachable`: a namespaced owner of a cluster-scoped object, which cannot exist; such an
 * object is never collected.
 */
export type ReferenceState = "solid" | "dangling" | "waiting" | "unreachable";

export function hasFinalizer(object: KubernetesObject, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

/** True during a foreground deletion of the object. */
export function isWaiting(object: KubernetesObject): boolean {
  return object.metadata.deletionTimestamp !== undefined && hasFinalizer(object, FOREGROUND);
}

/** The key of the owner: in the dependent's namespace, or cluster-scoped. Undefined for kinds that are not served. */
export function ownerKeyOf(
  tx: Transaction,
  dependent: KubernetesObject,
  reference: OwnerReference,
): ObjectKey | "unreachable" | undefined {
  const { apiVersion, kind: kindName, name } = reference;
  const kind = tx.kindOf({ apiVersion, kind: kindName, metadata: {} });
  if (!kind) return undefined;
  const { namespace } = dependent.metadata;
  if (kind.namespaced && !namespace) return "unreachable";
  return objectKey(kind, kind.namespaced ? (namespace ?? "") : "", name);
}

export function stateOf(tx: Transaction, dependent: KubernetesObject, reference: OwnerReference): ReferenceState {
  const key = ownerKeyOf(tx, dependent, reference);
  if (key === undefined) return "solid";
  if (key === "unreachable") return "unreachable";
  const owner = tx.getByKey(key);
  if (owner?.metadata.uid !== reference.uid) return "dangling";
  return isWaiting(owner) ? "waiting" : "solid";
}

/** True if an owner in foreground deletion waits for the dependent. */
export function blocks(dependent: KubernetesObject, ownerUid: string | undefined): boolean {
  return (dependent.metadata.ownerReferences ?? []).some(
    (reference) => reference.uid === ownerUid && reference.blockOwnerDeletion === true,
  );
}

export function keyIfServed(tx: Transaction, object: KubernetesObject): ObjectKey | undefined {
  const kind = tx.kindOf(object);
  return kind && objectKey(kind, object.metadata.namespace ?? "", object.metadata.name ?? "");
}
