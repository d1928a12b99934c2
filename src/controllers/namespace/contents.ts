/**
 * Deletes the contents of a namespace, and estimates how long the remaining objects need.
 * Kubernetes: pkg/controller/namespace/deletion/namespaced_resources_deleter.go (deleteAllContent)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import type { KindDefinition } from "../../kinds/kind.ts";
import type { Parts } from "../../lib/work.ts";
import type { KubernetesObject, Pod } from "../../schema/index.ts";
import { isPodFinished } from "../lib/pods.ts";

/** Estimate for objects with finalizers (finalizerEstimateSeconds). */
const FINALIZER_ESTIMATE_SECONDS = 15;

export interface Remaining {
  /** The longest time that a remaining object may need, in seconds; 0 if no object remains. */
  estimateSeconds: number;
  /** `<resource>.<group>` → how many. */
  resources: Map<string, number>;
  /** Finalizer → how many objects it holds. */
  finalizers: Map<string, number>;
}

/** Deletes all pods of a namespace. Returns the remaining ones. */
export function deletePods(tx: Transaction, namespace: string): Parts<Remaining> {
  return deleteAll(tx, namespace, [podKind as unknown as KindDefinition]);
}

/** Deletes all objects except pods. Returns the remaining ones. */
export function deleteOthers(tx: Transaction, namespace: string): Parts<Remaining> {
  const others = tx.kinds.stored.filter(
    (kind) =>
      kind.namespaced && kind.kind !== podKind.kind && kind.verbs.includes("delete") && kind.verbs.includes("list"),
  );
  return deleteAll(tx, namespace, others);
}

function* deleteAll(tx: Transaction, namespace: string, all: readonly KindDefinition[]): Parts<Remaining> {
  const remaining: Remaining = { estimateSeconds: 0, resources: new Map(), finalizers: new Map() };
  for (const kind of all) {
    const present = tx.list(kind, namespace);
    if (present.length === 0) continue;
    const graceSeconds = Math.max(0, ...present.map(graceOf));
    for (const object of present) {
      tx.delete(kind, object);
      yield;
    }
    count(remaining, kind, tx.list(kind, namespace), graceSeconds);
  }
  return remaining;
}

function count(
  remaining: Remaining,
  kind: KindDefinition,
  left: readonly KubernetesObject[],
  graceSeconds: number,
): void {
  if (left.length === 0) return;
  remaining.resources.set(`${kind.plural}.${kind.group}`, left.length);
  for (const object of left) {
    for (const finalizer of object.metadata.finalizers ?? []) {
      remaining.finalizers.set(finalizer, (remaining.finalizers.get(finalizer) ?? 0) + 1);
    }
  }
  const estimate = graceSeconds > 0 ? graceSeconds : FINALIZER_ESTIMATE_SECONDS;
  remaining.estimateSeconds = Math.max(remaining.estimateSeconds, estimate);
}

/** The grace period of an object, in seconds. */
function graceOf(object: KubernetesObject): number {
  if (object.kind !== podKind.kind) return 0;
  const pod = object as Pod;
  return isPodFinished(pod) ? 0 : (pod.spec.terminationGracePeriodSeconds ?? 0);
}
