/**
 * Deletes objects without owners, and finishes foreground deletions and deletions that orphan dependents. The API only
 * adds the finalizer `foregroundDeletion` or `orphan`; the work follows here, object by object.
 * Kubernetes: pkg/controller/garbagecollector/garbagecollector.go (attemptToDeleteItem, attemptToOrphanWorker)
 */
import { recordEvent } from "../../cluster/events.ts";
import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import type { KindDefinition, ObjectKey } from "../../kinds/kind.ts";
import type { Parts } from "../../lib/work.ts";
import type { KubernetesObject } from "../../schema/index.ts";
import type { Controller, Requeue } from "../controller.ts";
import {
  blocks,
  FOREGROUND,
  hasFinalizer,
  isWaiting,
  keyIfServed,
  ORPHAN,
  ownerKeyOf,
  type ReferenceState,
  stateOf,
} from "./references.ts";

export const garbageCollector: Controller = {
  name: "garbage-collector",
  manager: "kube-controller-manager",
  component: "garbage-collector-controller",
  watches: [{ resource: "*", map: affectedBy }],

  *reconcile(tx, key): Parts<Requeue> {
    const object = tx.getByKey(key);
    const kind = tx.kindOf(key);
    if (!object || !kind) return;
    if (!object.metadata.deletionTimestamp) collect(tx, kind, object);
    else if (hasFinalizer(object, ORPHAN)) yield* orphanDependents(tx, kind, object);
    else if (hasFinalizer(object, FOREGROUND)) yield* deleteDependents(tx, kind, object);
  },
};

/** The objects that must be collected or finished after a change. Ordinary writes wake nothing. */
function* affectedBy(change: ObjectChange, tx: Transaction): Iterable<ObjectKey> {
  const { key, before, after } = change;
  if (!after) {
    if (before?.metadata.uid) yield* keysOf(tx, tx.ownedBy(before.metadata.uid));
    if (before) yield* waitingOwners(tx, before);
    return;
  }
  const isHeld = hasFinalizer(after, ORPHAN) || hasFinalizer(after, FOREGROUND);
  if (after.metadata.deletionTimestamp && isHeld) {
    yield key;
  }
  if (before) yield* waitingOwners(tx, before);
  const references = after.metadata.ownerReferences ?? [];
  if (references.some((reference) => stateOf(tx, after, reference) !== "solid")) yield key;
}

/** The owners in foreground deletion that may have waited for this dependent. */
function* waitingOwners(tx: Transaction, dependent: KubernetesObject): Iterable<ObjectKey> {
  for (const reference of dependent.metadata.ownerReferences ?? []) {
    const key = ownerKeyOf(tx, dependent, reference);
    if (key === undefined || key === "unreachable") continue;
    const owner = tx.getByKey(key);
    if (owner && owner.metadata.uid === reference.uid && isWaiting(owner)) yield key;
  }
}

function* keysOf(tx: Transaction, objects: readonly KubernetesObject[]): Iterable<ObjectKey> {
  for (const object of objects) {
    const key = keyIfServed(tx, object);
    if (key) yield key;
  }
}

/** Deletes an object without a solid owner. If it has one, only references to other owners are removed. */
function collect(tx: Transaction, kind: KindDefinition, object: KubernetesObject): void {
  const references = object.metadata.ownerReferences ?? [];
  if (references.length === 0) return;
  const states = references.map((reference) => stateOf(tx, object, reference));
  const has = (state: ReferenceState) => states.includes(state);
  if (has("unreachable")) reportUnreachable(tx, object, states);
  if (!has("dangling") && !has("waiting")) return;
  if (has("solid") || has("unreachable")) {
    const gone = new Set(
      references.filter((_, i) => states[i] === "dangling" || states[i] === "waiting").map(({ uid }) => uid),
    );
    removeReferences(tx, kind, object, gone);
    return;
  }
  const { uid } = object.metadata;
  const dependents = uid ? tx.ownedBy(uid) : [];
  // An owner waits for this object, which has dependents: it is deleted in the foreground, too.
  if (has("waiting") && dependents.length > 0) {
    if (dependents.some(isWaiting)) unblockOwners(tx, kind, object);
    remove(tx, kind, object, "Foreground");
  } else {
    const kept = hasFinalizer(object, ORPHAN)
      ? "Orphan"
      : hasFinalizer(object, FOREGROUND)
        ? "Foreground"
        : "Background";
    remove(tx, kind, object, kept);
  }
}

function remove(
  tx: Transaction,
  kind: KindDefinition,
  object: KubernetesObject,
  propagation: "Background" | "Foreground" | "Orphan",
): void {
  const { uid } = object.metadata;
  tx.delete(kind, object, { propagation, ...(uid && { preconditions: { uid } }) });
}

/**
 * Collects all dependents, including dependents that do not block: without the finalizer their owner would count as
 * solid. Removes the finalizer when no dependent blocks any more; each removed dependent wakes the owner again.
 */
function* deleteDependents(tx: Transaction, kind: KindDefinition, object: KubernetesObject): Parts<void> {
  const { uid } = object.metadata;
  for (const dependent of tx.ownedBy(uid ?? "")) {
    const dependentKind = tx.kindOf(dependent);
    if (dependentKind && !dependent.metadata.deletionTimestamp) collect(tx, dependentKind, dependent);
    yield;
  }
  const isBlocked = tx.ownedBy(uid ?? "").some((dependent) => blocks(dependent, uid));
  if (!isBlocked) removeFinalizer(tx, kind, object, FOREGROUND);
}

function* orphanDependents(tx: Transaction, kind: KindDefinition, object: KubernetesObject): Parts<void> {
  const { uid } = object.metadata;
  for (const dependent of tx.ownedBy(uid ?? "")) {
    const dependentKind = tx.kindOf(dependent);
    if (dependentKind) removeReferences(tx, dependentKind, dependent, new Set([uid ?? ""]));
    yield;
  }
  removeFinalizer(tx, kind, object, ORPHAN);
}

/** Breaks a circle of owners that wait for each other: clears `blockOwnerDeletion`. */
function unblockOwners(tx: Transaction, kind: KindDefinition, object: KubernetesObject): void {
  tx.update(kind, object, (draft) => {
    for (const reference of draft.metadata.ownerReferences ?? []) {
      if (reference.blockOwnerDeletion) reference.blockOwnerDeletion = false;
    }
  });
}

function removeReferences(tx: Transaction, kind: KindDefinition, object: KubernetesObject, uids: ReadonlySet<string>) {
  tx.update(kind, object, (draft) => {
    const others = (draft.metadata.ownerReferences ?? []).filter(({ uid }) => !uids.has(uid));
    if (others.length > 0) draft.metadata.ownerReferences = others;
    else delete draft.metadata.ownerReferences;
  });
}

function removeFinalizer(tx: Transaction, kind: KindDefinition, object: KubernetesObject, finalizer: string): void {
  tx.update(kind, object, (draft) => {
    const others = (draft.metadata.finalizers ?? []).filter((other) => other !== finalizer);
    if (others.length > 0) draft.metadata.finalizers = others;
    else delete draft.metadata.finalizers;
  });
}

function reportUnreachable(tx: Transaction, object: KubernetesObject, states: readonly ReferenceState[]): void {
  const reference = object.metadata.ownerReferences?.[states.indexOf("unreachable")];
  if (!reference) return;
  const { apiVersion, kind, name, uid } = reference;
  const text = `[${apiVersion}/${kind}, namespace: ${object.metadata.namespace ?? ""}, name: ${name}, uid: ${uid}]`;
  recordEvent(tx, {
    object,
    type: "Warning",
    reason: "OwnerRefInvalidNamespace",
    message: `ownerRef ${text} does not exist in namespace "${object.metadata.namespace ?? ""}"`,
    component: "garbage-collector-controller",
  });
}
