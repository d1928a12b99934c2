/**
 * Tolerations of pods that are being scheduled.
 * Kubernetes: staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go (TolerationsTolerateTaint)
 */
import { tolerates } from "../lib/tolerations.ts";
import type { Pod, Taint } from "../schema/index.ts";

export const UNSCHEDULABLE_TAINT = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

export function isTolerated(pod: Pod, taint: Taint): boolean {
  return pod.spec.tolerations?.some((toleration) => tolerates(toleration, taint)) ?? false;
}
