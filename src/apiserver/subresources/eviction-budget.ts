/**
 * Checks the pod's disruption budget, and records the eviction in it.
 *
 * Kubernetes: pkg/registry/core/pod/storage/eviction.go.
 */
import type { RequestTransaction } from "../../cluster/transaction.ts";
import { disruptionAllowedCondition } from "../../kinds/policy/disruption-status.ts";
import { podDisruptionBudgetKind } from "../../kinds/policy/pod-disruption-budget.ts";
import { ApiError } from "../../lib/api-error.ts";
import { MAX_DISRUPTED_PODS } from "../../lib/limits.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import { formatTime } from "../../lib/time.ts";
import type { Pod, PodDisruptionBudget } from "../../schema/index.ts";

const REFUSAL = "Cannot evict pod as it would violate the pod's disruption budget.";
/** The wait that a client is told while the controller has not counted the budget yet. */
const RETRY_AFTER_SECONDS = 10;

/** Throws TooManyRequests if the budget is used up. */
export function spendBudget(tx: RequestTransaction, pod: Pod): void {
  if (needsNoBudget(pod)) return;
  const budgets = tx
    .list(podDisruptionBudgetKind, pod.metadata.namespace)
    .filter(({ spec }) => spec.selector && matchesLabelSelector(spec.selector, pod.metadata.labels));
  if (budgets.length > 1) {
    const message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
    throw new ApiError("Unknown", message);
  }
  const [budget] = budgets;
  if (!budget || (!isReady(pod) && letsUnhealthyGo(budget))) return;
  refuseIfSpent(budget);
  const { nowMs } = tx;
  tx.updateStatus(podDisruptionBudgetKind, budget, ({ status }) => {
    status.disruptionsAllowed = (status.disruptionsAllowed ?? 0) - 1;
    if (status.disruptionsAllowed === 0) status.conditions = [disruptionAllowedCondition(budget, 0, nowMs)];
    status.disruptedPods = { ...status.disruptedPods, [pod.metadata.name ?? ""]: formatTime(nowMs) };
  });
}

/** True for a pod that is pending, finished or already terminating. */
function needsNoBudget({ status, metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined || ["Succeeded", "Failed", "Pending"].includes(status.phase ?? "");
}

function isReady({ status }: Pod): boolean {
  return status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
}

function letsUnhealthyGo({ spec, status }: PodDisruptionBudget): boolean {
  if (spec.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

function refuseIfSpent({ metadata, status }: PodDisruptionBudget): void {
  const { name } = metadata;
  const { observedGeneration = 0, disruptionsAllowed = 0, desiredHealthy = 0, currentHealthy = 0 } = status;
  if (observedGeneration < (metadata.generation ?? 0)) {
    const message = `The disruption budget ${name} is still being processed by the server.`;
    const causes = [{ reason: "DisruptionBudget", message }];
    throw new ApiError("TooManyRequests", REFUSAL, { causes, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
  if (Object.keys(status.disruptedPods ?? {}).length > MAX_DISRUPTED_PODS) {
    const why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller";
    const message = `poddisruptionbudgets.policy "${name}" is forbidden: ${why}`;
    throw new ApiError("Forbidden", message, { name, group: "policy", kind: "poddisruptionbudgets" });
  }
  if (disruptionsAllowed > 0) return;
  const message = `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  throw new ApiError("TooManyRequests", REFUSAL, { causes: [{ reason: "DisruptionBudget", message }] });
}
