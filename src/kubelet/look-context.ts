/**
 * A pod as its kubelet knows it, for looks from outside between two syncs.
 * Kubernetes: pkg/kubelet/kubelet_pods.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { podKind } from "../kinds/core/pod.ts";
import { objectKey } from "../kinds/kind.ts";
import { cloneJson } from "../lib/json.ts";
import type { Pod } from "../schema/index.ts";
import type { PodContext } from "./context.ts";
import { adoptedState, KUBELET, type PodState } from "./state.ts";

/** Undefined if no kubelet has accepted the pod. */
export function lookContext(tx: Transaction, pod: Pod): PodContext | undefined {
  const node = tx.get(nodeKind, "", pod.spec.nodeName ?? "");
  const key = objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
  const stored = tx.privateState<PodState>(key, KUBELET);
  if (!node || (!stored && !pod.status.containerStatuses?.length)) return undefined;
  const state = stored ? cloneJson(stored) : adoptedState(pod, tx.nowMs);
  return { tx, pod, node, state, nowMs: tx.nowMs };
}
