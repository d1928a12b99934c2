/**
 * Which pod is evicted first, and the message that it gets.
 * Kubernetes: pkg/kubelet/eviction/helpers.go (`rankMemoryPressure`, `rankDiskPressureFunc`, `evictionMessage`),
 * pkg/kubelet/types/pod_update.go (`IsCriticalPod`)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { quantityValue } from "../../lib/quantity.ts";
import type { Container, Pod } from "../../schema/index.ts";
import { isMirror } from "../mirror.ts";
import type { CountedPod } from "./counted-pods.ts";
import type { Signal } from "./signal.ts";

/** The first priority of critical pods, which stay. */
const CRITICAL_PRIORITY = 2_000_000_000;

/** Pods above their requests first, then those of the lowest priority, then those furthest above their requests. */
export function rankedForEviction(pods: readonly CountedPod[], { resource, takenBytes }: Signal): CountedPod[] {
  const overBytes = ({ pod, state }: CountedPod) => takenBytes(state) - requestedBytes(pod, resource);
  return pods
    .filter(({ pod, state }) => takenBytes(state) > 0 && !isCritical(pod) && !state.stop && !state.isFinished)
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

function requestedBytes({ spec }: Pod, resource: string): number {
  return spec.containers.reduce((sum, container) => sum + quantityValue(requestOf(container, resource)), 0);
}

function requestOf({ resources }: Container, resource: string): string {
  return resources?.requests?.[resource] ?? "0";
}

export function evictionMessage(
  tx: Transaction,
  pod: Pod,
  { resource, containerBytes }: Signal,
  { availableBytes, threshold }: { availableBytes: number; threshold: string },
): string {
  const available = shown(Math.max(0, availableBytes));
  const head = `The node was low on resource: ${resource}. Threshold quantity: ${threshold}, available: ${available}. `;
  const parts = pod.spec.containers.flatMap((container) => {
    const usedBytes = containerBytes(tx, pod, container.name);
    const request = requestOf(container, resource);
    if (usedBytes <= quantityValue(request)) return [];
    const what = `was using ${shown(usedBytes)}, request is ${request}, has larger consumption of ${resource}. `;
    return [`Container ${container.name} ${what}`];
  });
  return head + parts.join("");
}

function shown(bytes: number): string {
  return `${Math.floor(bytes / 1024)}Ki`;
}
