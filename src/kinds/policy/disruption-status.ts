/**
 * The `DisruptionAllowed` condition of PodDisruptionBudgets. The controller and the eviction subresource write it.
 *
 * Kubernetes: pkg/controller/disruption/disruption.go
 *   pkg/registry/core/pod/storage/eviction.go
 */
import { formatTime } from "../../lib/time.ts";
import type { Condition, PodDisruptionBudget } from "../../schema/types.ts";

export function disruptionAllowedCondition(
  { metadata, status }: PodDisruptionBudget,
  disruptionsAllowed: number,
  nowMs: number,
): Condition {
  const value = disruptionsAllowed > 0 ? "True" : "False";
  const before = status.conditions?.find(({ type }) => type === "DisruptionAllowed");
  return {
    type: "DisruptionAllowed",
    status: value,
    observedGeneration: metadata.generation ?? 0,
    lastTransitionTime: before?.status === value ? before.lastTransitionTime : formatTime(nowMs),
    reason: disruptionsAllowed > 0 ? "SufficientPods" : "InsufficientPods",
    message: "",
  };
}
