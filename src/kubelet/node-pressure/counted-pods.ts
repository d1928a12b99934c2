/**
 * Pods that a node counts when it measures its resources.
 * Kubernetes: pkg/kubelet/eviction/eviction_manager.go (`synchronize`)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { objectKey } from "../../kinds/kind.ts";
import type { Pod } from "../../schema/index.ts";
import { KUBELET, type PodState } from "../state.ts";

export const NODE_PRESSURE = "kubelet-node-pressure";
/** The eviction manager measures in this interval. */
export const INTERVAL_MS = 10_000;

export interface CountedPod {
  pod: Pod;
  state: PodState;
}

/** The pods of a node that hold memory or have large files. */
export function countedPods(tx: Transaction, node: string): CountedPod[] {
  return tx.list(podKind).flatMap((pod): CountedPod[] => {
    if (pod.spec.nodeName !== node) return [];
    const key = objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
    const state = tx.privateState<PodState>(key, KUBELET);
    return state?.memoryBytes || state?.diskBytes ? [{ pod, state }] : [];
  });
}
