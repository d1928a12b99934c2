/** Taints and tolerations. */
import type { Pod, Taint, Toleration } from "../schema/index.ts";

export const UNSCHEDULABLE_TAINT = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  const value = taint.value ?? "";
  switch (toleration.operator ?? "Equal") {
    case "Exists":
      return true;
    case "Lt":
      return Number(value) < Number(toleration.value);
    case "Gt":
      return Number(value) > Number(toleration.value);
    default:
      return (toleration.key ?? "") === taint.key && (toleration.value ?? "") === value;
  }
}

export function isTolerated(pod: Pod, taint: Taint): boolean {
  return pod.spec.tolerations?.some((toleration) => tolerates(toleration, taint)) ?? false;
}
