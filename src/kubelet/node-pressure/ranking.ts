/**
 * Which pod is evicted first, and the message that it gets.
 * Kubernetes: pkg/kubelet/eviction/helpers.go (`rankMemoryPressure`, `evictionMessage`), pkg/kubelet/types/pod_update.go
 * (`IsCriticalPod`)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { quantityValue } from "../../lib/quantity.ts";
import type { Container, Pod } from "../../schema/index.ts";
import { isMirror } from "../mirror.ts";
import { type CountedPod, containerMemory } from "./pod-memory.ts";

/** The first priority of critical pods, which stay. */
const CRITICAL_PRIORITY = 2_000_000_000;

/** Pods above their requests first, then those of the lowest priority, then those furthest above their requests. */
export function rankedForEviction(pods: readonly CountedPod[]): CountedPod[] {
  const overBytes = ({ pod, memoryBytes }: CountedPod) => memoryBytes - requestedBytes(pod);
  return pods
    .filter(({ pod, state }) => !isCritical(pod) && !state.stop && !state.isFinished)
    .sort(
      (a, b) =>
        Number(overBytes(b) > 0) - Number(overBytes(a) > 0) ||
        (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0) ||
        overBytes(b) - overBytes(a),
    );
}

/** Static pods, and those of the highest priorities. */
export function isCritical(pod: Pod): boolean {
  return isMirror(pod) || (pod.spec.priority ?? 0) >= CRITICAL_PRIORITY;
}

function requestedBytes({ spec }: Pod): number {
  return spec.containers.reduce((sum, container) => sum + requestOf(container), 0);
}

function requestOf({ resources }: Container): number {
  return quantityValue(resources?.requests?.["memory"] ?? "0");
}

const KIBI = 1024;

export function evictionMessage(tx: Transaction, { pod }: CountedPod, available: number, threshold: string): string {
  const head = `The node was low on resource: memory. Threshold quantity: ${threshold}, available: ${Math.max(0, Math.floor(available / KIBI))}Ki. `;
  const parts = pod.spec.containers.flatMap((container) => {
    const usedBytes = containerMemory(tx, pod, container.name);
    if (usedBytes <= requestOf(container)) return [];
    const request = container.resources?.requests?.["memory"] ?? "0";
    const used = `${Math.floor(usedBytes / KIBI)}Ki`;
    return [`Container ${container.name} was using ${used}, request is ${request}, has larger consumption of memory. `];
  });
  return head + parts.join("");
}
