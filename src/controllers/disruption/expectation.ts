/**
 * How many pods a budget expects, and how many of them must stay healthy.
 * Kubernetes: pkg/controller/disruption/disruption.go (getExpectedPodCount)
 */
import { qualifiedResource } from "../../cluster/refusals.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { type KindDefinition, objectKey } from "../../kinds/kind.ts";
import type { KubernetesObject, Pod, PodDisruptionBudget } from "../../schema/index.ts";
import { controllerOf } from "../controller.ts";
import { scaledValue } from "../lib/int-or-percent.ts";

export type Expectation =
  | { expectedPods: number; desiredHealthy: number; unmanaged: readonly Pod[] }
  | { problem: string };

export function expectationOf(tx: Transaction, { spec }: PodDisruptionBudget, pods: readonly Pod[]): Expectation {
  const { minAvailable, maxUnavailable } = spec;
  if (typeof minAvailable === "number") {
    return { expectedPods: pods.length, desiredHealthy: minAvailable, unmanaged: [] };
  }
  if (minAvailable === undefined && maxUnavailable === undefined) {
    return { expectedPods: 0, desiredHealthy: 0, unmanaged: [] };
  }
  const scale = totalScale(tx, pods);
  if ("problem" in scale) return scale;
  const { expectedPods, unmanaged } = scale;
  const desiredHealthy =
    minAvailable === undefined
      ? Math.max(0, expectedPods - scaledValue(maxUnavailable, expectedPods, "up"))
      : scaledValue(minAvailable, expectedPods, "up");
  return { expectedPods, desiredHealthy, unmanaged };
}

/** The sum of the replicas of the pods' owners; each owner counts once. */
function totalScale(
  tx: Transaction,
  pods: readonly Pod[],
): { expectedPods: number; unmanaged: Pod[] } | { problem: string } {
  const replicas = new Map<string, number>();
  const unmanaged: Pod[] = [];
  for (const pod of pods) {
    if (!controllerOf(pod)) {
      unmanaged.push(pod);
      continue;
    }
    const owner = scaledOwner(tx, pod);
    if (!owner) continue;
    if (!owner.kind.scale) {
      return { problem: `${qualifiedResource(owner.kind)} does not implement the scale subresource` };
    }
    replicas.set(owner.object.metadata.uid ?? "", owner.kind.scale.specReplicas(owner.object) ?? 0);
  }
  let expectedPods = 0;
  for (const count of replicas.values()) expectedPods += count;
  return { expectedPods, unmanaged };
}

/** The topmost controller of the pod: the Deployment for a pod of its ReplicaSet. */
function scaledOwner(
  tx: Transaction,
  object: KubernetesObject,
): { kind: KindDefinition; object: KubernetesObject } | undefined {
  const reference = controllerOf(object);
  const kind = reference && tx.kindOf({ apiVersion: reference.apiVersion, kind: reference.kind, metadata: {} });
  if (!reference || !kind) return undefined;
  const namespace = kind.namespaced ? (object.metadata.namespace ?? "") : "";
  const owner = tx.getByKey(objectKey(kind, namespace, reference.name));
  if (owner?.metadata.uid !== reference.uid) return undefined;
  return scaledOwner(tx, owner) ?? { kind, object: owner };
}
