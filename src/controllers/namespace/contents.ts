/** What is left in a namespace that is being deleted, and how long it may take to go. */
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import type { KindDefinition } from "../../kinds/kind.ts";
import type { KubernetesObject, Pod } from "../../schema/index.ts";
import { isPodFinished } from "../lib/pods.ts";

/** Seconds until something with a finalizer may be gone. */
const FINALIZER_ESTIMATE_SECONDS = 15;

export interface Remaining {
  /** Longest time, in seconds, that what is left may need; 0 when nothing is left. */
  estimateSeconds: number;
  /** `<resource>.<group>` → how many. */
  resources: Map<string, number>;
  /** Finalizer → how many objects it holds. */
  finalizers: Map<string, number>;
}

/** Deletes all of a namespace's pods and says what is left of them. */
export function deletePods(tx: Transaction, namespace: string): Remaining {
  return deleteAll(tx, namespace, [podKind as unknown as KindDefinition]);
}

/** Deletes everything but the pods. */
export function deleteOthers(tx: Transaction, namespace: string): Remaining {
  const others = tx.kinds.stored.filter(
    (kind) =>
      kind.namespaced && kind.kind !== podKind.kind && kind.verbs.includes("delete") && kind.verbs.includes("list"),
  );
  return deleteAll(tx, namespace, others);
}

function deleteAll(tx: Transaction, namespace: string, all: readonly KindDefinition[]): Remaining {
  const remaining: Remaining = { estimateSeconds: 0, resources: new Map(), finalizers: new Map() };
  for (const kind of all) {
    const present = tx.list(kind, namespace);
    if (present.length === 0) continue;
    const graceSeconds = Math.max(0, ...present.map(graceOf));
    for (const object of present) tx.delete(kind, object);
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

/** Seconds that an object may take to stop by itself. */
function graceOf(object: KubernetesObject): number {
  if (object.kind !== podKind.kind) return 0;
  const pod = object as Pod;
  return isPodFinished(pod) ? 0 : (pod.spec.terminationGracePeriodSeconds ?? 0);
}
