/**
 * Pods that a node under pressure does not admit.
 * Kubernetes: pkg/kubelet/eviction/eviction_manager.go (`Admit`)
 */
import { qosClassOf } from "../../kinds/core/pod-qos.ts";
import { tolerates } from "../../lib/tolerations.ts";
import type { Node, Pod, Taint } from "../../schema/index.ts";
import { diskSignal } from "./disk-signal.ts";
import { memorySignal } from "./memory-signal.ts";
import { isCritical } from "./ranking.ts";

const TAINT: Taint = { key: "node.kubernetes.io/memory-pressure", effect: "NoSchedule" };

/**
 * Undefined: the node admits the pod. Critical pods always run; under pressure on memory alone, so do pods with requests
 * and pods that tolerate it.
 */
export function pressureRejection(pod: Pod, node: Node): { reason: string; message: string } | undefined {
  const pressed = [diskSignal, memorySignal]
    .map(({ condition }) => condition)
    .filter((condition) => node.status.conditions?.some(({ type, status }) => type === condition && status === "True"));
  if (pressed.length === 0 || isCritical(pod)) return undefined;
  const isMemoryOnly = pressed.every((condition) => condition === memorySignal.condition);
  if (isMemoryOnly && mayRunWithoutMemory(pod)) return undefined;
  return { reason: "Evicted", message: `The node had condition: [${pressed.join(" ")}]. ` };
}

function mayRunWithoutMemory({ spec }: Pod): boolean {
  if (qosClassOf(spec) !== "BestEffort") return true;
  return spec.tolerations?.some((toleration) => tolerates(toleration, TAINT)) === true;
}
