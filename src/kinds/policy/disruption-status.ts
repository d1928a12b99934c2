/** The condition of a PodDisruptionBudget that tells whether evictions are allowed; controller and eviction both write it. */
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
