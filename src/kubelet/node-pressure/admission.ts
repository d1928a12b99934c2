/**
 * Pods that a node under pressure does not admit.
 * Kubernetes: pkg/kubelet/eviction/eviction_manager.go (`Admit`)
 */
import { qosClassOf } from "../../kinds/core/pod-qos.ts";
import { tolerates } from "../../lib/tolerations.ts";
import type { Node, Pod, Taint } from "../../schema/index.ts";
import { isCritical } from "./ranking.ts";

const TAINT: Taint = { key: "node.kubernetes.io/memory-pressure", effect: "NoSchedule" };

/** Undefined: the node admits the pod. Pods with requests, critical pods and pods that tolerate it may run. */
export function pressureRejection(pod: Pod, node: Node): { reason: string; message: string } | undefined {
  const isPressed = node.status.conditions?.some(({ type, status }) => type === "MemoryPressure" && status === "True");
  if (!isPressed || isCritical(pod) || qosClassOf(pod.spec) !== "BestEffort") return undefined;
  if (pod.spec.tolerations?.some((toleration) => tolerates(toleration, TAINT))) return undefined;
  return { reason: "Evicted", message: "The node had condition: [MemoryPressure]. " };
}
