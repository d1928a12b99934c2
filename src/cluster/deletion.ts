/**
 * Deletion with grace periods, finalizers and propagation. Controllers do the rest at later instants (collecting
 * dependents, stopping containers).
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go (Delete),
 * staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go (BeforeDelete).
 */
import { type KindDefinition, type ObjectKey, parseKey } from "../kinds/kind.ts";
import { cloneJson } from "../lib/json.ts";
import { formatTime, parseTime } from "../lib/time.ts";
import type { KubernetesObject } from "../schema/types.ts";
import { conflict, notFound, refuseFullCommit } from "./refusals.ts";
import type { DeleteOptions } from "./transaction.ts";
import { admissionContextOf, strategyContextOf, type Write } from "./write.ts";

const FOREGROUND = "foregroundDeletion";
const ORPHAN = "orphan";

export interface DeletionResult {
  /** The object's last state, or the terminating one. */
  object: KubernetesObject;
  removed: boolean;
}

/** Deletes the object, or marks it as terminating. Throws NotFound, Conflict, and refusals of admission. */
export function deleteObject(write: Write, key: ObjectKey, options: DeleteOptions): DeletionResult {
  const { writeSet, policy, kind } = write;
  const old = writeSet.object(key);
  if (!old) throw notFound(kind, parseKey(key).name);
  refuseFullCommit(writeSet);
  refusePreconditions(kind, old, options);
  const context = admissionContextOf(write, old, { operation: "DELETE", old });
  policy.admit(context);
  policy.validateAdmission(context);

  const graceSeconds = graceOf(kind, old, options);
  const draft = cloneJson(old);
  const wasTerminating = old.metadata.deletionTimestamp !== undefined;
  if (!wasTerminating) kind.strategy?.beforeDelete?.(draft, strategyContextOf(write));
  const finalizers = finalizersFor(kind, draft, options);
  setFinalizers(draft, finalizers);
  if (finalizers.length === 0 && graceSeconds === 0 && !kind.strategy?.holdsDeletion?.(draft)) {
    return remove(write, key, { old, draft });
  }
  const changed = terminate(write, draft, graceSeconds) || finalizersDiffer(old, finalizers);
  if (changed) writeSet.put(key, draft);
  return { object: changed ? draft : old, removed: false };
}

/**
 * Removes an object without finalizers and grace. Watchers of a kind with grace periods first see the object with a
 * grace period of zero, because the API server writes it before it deletes the key from etcd.
 */
function remove(
  write: Write,
  key: ObjectKey,
  { old, draft }: { old: KubernetesObject; draft: KubernetesObject },
): DeletionResult {
  const { writeSet, kind } = write;
  const { deletionGracePeriodSeconds: grace } = old.metadata;
  if (kind.strategy?.gracePeriodSeconds && grace !== 0) {
    terminate(write, draft, 0);
    writeSet.put(key, draft);
    writeSet.flush();
  }
  const last = writeSet.object(key) ?? draft;
  writeSet.remove(key, last);
  return { object: last, removed: true };
}

/**
 * Marks the object as terminating, or shortens its grace period. False when it is terminating with no longer a grace.
 */
function terminate({ writeSet, kind }: Write, draft: KubernetesObject, graceSeconds: number): boolean {
  const { metadata } = draft;
  const present = metadata.deletionGracePeriodSeconds ?? 0;
  if (metadata.deletionTimestamp) {
    if (graceSeconds >= present) return false;
    const endsAtMs = parseTime(metadata.deletionTimestamp) + (graceSeconds - present) * 1000;
    const isOver = endsAtMs < writeSet.nowMs;
    metadata.deletionTimestamp = formatTime(isOver ? writeSet.nowMs : endsAtMs);
    // A request with a grace period above zero never removes the object itself: the kubelet does.
    metadata.deletionGracePeriodSeconds = isOver && graceSeconds > 0 ? 1 : graceSeconds;
    return true;
  }
  metadata.deletionTimestamp = formatTime(writeSet.nowMs + graceSeconds * 1000);
  // Namespaces are emptied first and carry no grace period.
  if (!kind.strategy?.holdsDeletion) metadata.deletionGracePeriodSeconds = graceSeconds;
  if (kind.hasGeneration || metadata.generation !== undefined) metadata.generation = (metadata.generation ?? 0) + 1;
  return true;
}

function graceOf(kind: KindDefinition, object: KubernetesObject, options: DeleteOptions): number {
  const given = options.gracePeriodSeconds;
  // A negative grace period counts as one second.
  const wanted = given !== undefined && given < 0 ? 1 : given;
  const asked = kind.strategy?.gracePeriodSeconds?.(object, wanted) ?? 0;
  const present = object.metadata.deletionGracePeriodSeconds;
  return object.metadata.deletionTimestamp && present !== undefined ? Math.min(asked, present) : asked;
}

function finalizersFor(kind: KindDefinition, object: KubernetesObject, options: DeleteOptions): string[] {
  const present = object.metadata.finalizers ?? [];
  const others = present.filter((finalizer) => finalizer !== FOREGROUND && finalizer !== ORPHAN);
  const isTerminating = object.metadata.deletionTimestamp !== undefined;
  if (options.propagation === undefined && isTerminating) return [...present];
  if (options.propagation === undefined && present.length > others.length) return [...present];
  const propagation = options.propagation ?? kind.strategy?.defaultPropagation ?? "Background";
  if (propagation === "Foreground") return [...others, FOREGROUND];
  if (propagation === "Orphan") return [...others, ORPHAN];
  return others;
}

function setFinalizers(object: KubernetesObject, finalizers: string[]): void {
  if (finalizers.length > 0) object.metadata.finalizers = finalizers;
  else delete object.metadata.finalizers;
}

function finalizersDiffer(object: KubernetesObject, finalizers: readonly string[]): boolean {
  const present = object.metadata.finalizers ?? [];
  return present.length !== finalizers.length || present.some((finalizer, i) => finalizer !== finalizers[i]);
}

function refusePreconditions(kind: KindDefinition, object: KubernetesObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { name = "", uid: presentUid, resourceVersion: presentVersion } = object.metadata;
  // In this message alone, Kubernetes names the kind and not the resource.
  const named = { group: kind.group, plural: kind.kind };
  if (uid !== undefined && uid !== presentUid) {
    const records = `the UID in the precondition (${uid}) does not match the UID in record (${presentUid})`;
    throw conflict(named, name, `${records}. The object might have been deleted and then recreated`);
  }
  if (resourceVersion !== undefined && resourceVersion !== presentVersion) {
    const records =
      `the ResourceVersion in the precondition (${resourceVersion}) does not match ` +
      `the ResourceVersion in record (${presentVersion})`;
    throw conflict(named, name, `${records}. The object might have been modified`);
  }
}
