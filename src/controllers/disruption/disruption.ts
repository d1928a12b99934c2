/**
 * Counts for every PodDisruptionBudget how many of its pods are healthy and how many may be evicted.
 *
 *     disruptionsAllowed = max(0, currentHealthy - desiredHealthy)
 *
 * Example: a Deployment of 10 replicas, maxUnavailable 25 %: 25 % of 10 rounded up is 3, so desiredHealthy is 7. With 9
 * healthy pods 9 - 7 = 2 may be evicted. When an eviction is granted, its pod counts as unhealthy for up to two
 * minutes, even if it is not deleted yet: 8 - 7 = 1.
 * Kubernetes: pkg/controller/disruption/disruption.go
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { disruptionAllowedCondition } from "../../kinds/policy/disruption-status.ts";
import { podDisruptionBudgetKind } from "../../kinds/policy/pod-disruption-budget.ts";
import { equalJson } from "../../lib/json.ts";
import { formatLabelSelector, matchesLabelSelector } from "../../lib/selectors.ts";
import { formatTime, parseTime } from "../../lib/time.ts";
import type { Condition, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from "../../schema/index.ts";
import { type Controller, self, type Watch } from "../controller.ts";
import { isPodReady } from "../lib/pods.ts";
import { expectationOf } from "./expectation.ts";

const COMPONENT = "controllermanager";
/** Short: a budget that is applied together with a Deployment is counted before the pods exist and reports NoPods. */
const LATENCY_MS = 1;
/** How long a granted eviction counts while its pod is not deleted yet (DeletionTimeout). */
const DELETION_TIMEOUT_MS = 2 * 60_000;

export const disruptionController: Controller = {
  name: "disruption-controller",
  manager: "kube-controller-manager",
  component: COMPONENT,
  latencyMs: LATENCY_MS,
  watches: [self(podDisruptionBudgetKind), selectedPods()],

  reconcile(tx, key, nowMs) {
    const { namespace, name } = parseKey(key);
    const budget = tx.get(podDisruptionBudgetKind, namespace, name);
    if (!budget || budget.metadata.deletionTimestamp) return undefined;
    const pods = tx.list(podKind, namespace).filter((pod) => selects(budget, pod));
    if (pods.length === 0) recordBudgetEvent(tx, budget, "Normal", "NoPods", "No matching pods found");
    const expectation = expectationOf(tx, budget, pods);
    if ("problem" in expectation) return failSafe(tx, budget, expectation.problem);
    if (expectation.unmanaged.length > 0) warnOfUnmanaged(tx, budget);
    const disrupted = stillDisrupted(budget, pods, nowMs);
    const isCounted = (pod: Pod) =>
      isPodReady(pod) && !pod.metadata.deletionTimestamp && !Object.hasOwn(disrupted, pod.metadata.name ?? "");
    const currentHealthy = pods.filter(isCounted).length;
    const { expectedPods, desiredHealthy } = expectation;
    const disruptionsAllowed = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
    const counts = { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods };
    writeStatus(tx, budget, { ...counts, ...(Object.keys(disrupted).length > 0 && { disruptedPods: disrupted }) });
    const ends = Object.values(disrupted).map((time) => parseTime(time) + DELETION_TIMEOUT_MS);
    return ends.length > 0 ? Math.min(...ends) : undefined;
  },
};

/** Granted evictions whose pods are not being deleted yet. */
function stillDisrupted({ status }: PodDisruptionBudget, pods: readonly Pod[], nowMs: number): Record<string, string> {
  const disrupted: Record<string, string> = {};
  for (const { metadata } of pods) {
    const name = metadata.name ?? "";
    const since = status.disruptedPods?.[name];
    if (since === undefined || metadata.deletionTimestamp) continue;
    if (parseTime(since) + DELETION_TIMEOUT_MS > nowMs) disrupted[name] = since;
  }
  return disrupted;
}

function writeStatus(
  tx: Transaction,
  budget: PodDisruptionBudget,
  counts: Omit<PodDisruptionBudgetStatus, "conditions" | "observedGeneration">,
): void {
  const condition = disruptionAllowedCondition(budget, counts.disruptionsAllowed ?? 0, tx.nowMs);
  const status: PodDisruptionBudgetStatus = {
    observedGeneration: budget.metadata.generation ?? 0,
    ...counts,
    conditions: [condition],
  };
  if (equalJson(status, budget.status)) return;
  tx.updateStatus(podDisruptionBudgetKind, budget, (draft) => {
    draft.status = status;
  });
}

/** A budget that cannot be counted allows no disruption. */
function failSafe(tx: Transaction, budget: PodDisruptionBudget, problem: string): undefined {
  const message = `Failed to calculate the number of expected pods: ${problem}`;
  recordBudgetEvent(tx, budget, "Warning", "CalculateExpectedPodCountFailed", message);
  const before = budget.status.conditions?.find(({ type }) => type === "DisruptionAllowed");
  const condition: Condition = {
    type: "DisruptionAllowed",
    status: "False",
    observedGeneration: budget.metadata.generation ?? 0,
    lastTransitionTime: before?.status === "False" ? before.lastTransitionTime : formatTime(tx.nowMs),
    reason: "SyncFailed",
    message: problem,
  };
  tx.updateStatus(podDisruptionBudgetKind, budget, (draft) => {
    draft.status.disruptionsAllowed = 0;
    draft.status.observedGeneration = budget.metadata.generation ?? 0;
    draft.status.conditions = [condition];
  });
  return undefined;
}

function warnOfUnmanaged(tx: Transaction, budget: PodDisruptionBudget): void {
  const message =
    `Pods selected by this PodDisruptionBudget (selector: ${formatLabelSelector(budget.spec.selector)}) were found ` +
    "to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined " +
    'behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.';
  recordBudgetEvent(tx, budget, "Warning", "UnmanagedPods", message);
}

function recordBudgetEvent(
  tx: Transaction,
  object: PodDisruptionBudget,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): void {
  recordEvent(tx, { object, type, reason, message, component: COMPONENT });
}

function selects({ spec }: PodDisruptionBudget, { metadata }: Pod): boolean {
  return spec.selector !== undefined && matchesLabelSelector(spec.selector, metadata.labels);
}

function selectedPods(): Watch {
  return {
    resource: resourceId(podKind),
    map({ key, before, after }, tx) {
      const keys = new Set<ObjectKey>();
      for (const budget of tx.list(podDisruptionBudgetKind, parseKey(key).namespace)) {
        const isConcerned = [before, after].some((pod) => pod && selects(budget, pod as Pod));
        if (!isConcerned) continue;
        keys.add(objectKey(podDisruptionBudgetKind, budget.metadata.namespace ?? "", budget.metadata.name ?? ""));
      }
      return keys;
    },
  };
}
