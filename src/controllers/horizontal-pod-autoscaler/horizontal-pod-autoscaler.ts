/**
 * Keeps a workload's replicas within an autoscaler's bounds, and reports that no metrics are available. It runs fifteen
 * seconds after a change. Kubernetes runs every fifteen seconds and repeats its warnings; here they stop after a few,
 * because work that repeats without changes is never due.
 *
 * Within the bounds Kubernetes computes the following. No cluster has a metrics API, so it is not computed here:
 *
 *     ratio           = currentMetric / targetMetric
 *     desiredReplicas = |ratio - 1| <= tolerance (0.1) ? currentReplicas : ceil(currentReplicas * ratio)
 *
 * Example: 4 replicas, target 50 % CPU. At 80 % the ratio is 1.6: ceil(4 * 1.6) = 7. At 54 % it is 1.08, within the
 * tolerance: 4 stay. At 20 % it is 0.4: ceil(1.6) = 2, but the default behaviour applies the highest recommendation of
 * the last 300 s. Its scale-up policies allow 4 more pods or 100 % more in 15 s, the larger of both: 4 → 8 at most.
 * Kubernetes: pkg/controller/podautoscaler/horizontal.go, pkg/controller/podautoscaler/replica_calculator.go
 */
import { recordEvent } from "../../cluster/events.ts";
import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { deploymentKind } from "../../kinds/apps/deployment.ts";
import { replicaSetKind } from "../../kinds/apps/replica-set.ts";
import { statefulSetKind } from "../../kinds/apps/stateful-set.ts";
import { horizontalPodAutoscalerKind } from "../../kinds/autoscaling/horizontal-pod-autoscaler.ts";
import { replicationControllerKind } from "../../kinds/core/replication-controller.ts";
import { type KindDefinition, type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import { cloneJson, equalJson } from "../../lib/json.ts";
import { MAX_REPEATED_WARNINGS } from "../../lib/limits.ts";
import { formatTime } from "../../lib/time.ts";
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus } from "../../schema/index.ts";
import { type Controller, self, type Watch } from "../controller.ts";
import { metricFailureOf } from "./metrics.ts";
import { sharesTarget, type Target, targetOf } from "./target.ts";

const NAME = "horizontal-pod-autoscaler";
const SYNC_PERIOD_MS = 15_000;

/** One run for an autoscaler: its new status, and the warnings of this run. */
interface Sync {
  tx: Transaction;
  autoscaler: HorizontalPodAutoscaler;
  status: HorizontalPodAutoscalerStatus;
  warnings: string[];
}

/** The warnings of the last run, and how many runs in a row had them. */
interface Repetition {
  warnings: string;
  times: number;
}

export const horizontalPodAutoscalerController: Controller = {
  name: NAME,
  manager: "kube-controller-manager",
  latencyMs: SYNC_PERIOD_MS,
  watches: [
    self(horizontalPodAutoscalerKind),
    scaledBy(deploymentKind),
    scaledBy(replicaSetKind),
    scaledBy(statefulSetKind),
    scaledBy(replicationControllerKind),
  ],

  reconcile(tx, key, nowMs) {
    const { namespace, name } = parseKey(key);
    const autoscaler = tx.get(horizontalPodAutoscalerKind, namespace, name);
    if (!autoscaler) return;
    const sync: Sync = { tx, autoscaler, status: cloneJson(autoscaler.status), warnings: [] };
    synchronize(sync);
    if (!equalJson(sync.status, autoscaler.status)) {
      tx.updateStatus(horizontalPodAutoscalerKind, autoscaler, (draft) => {
        draft.status = sync.status;
      });
    }
    return repetition(tx, key, sync.warnings.join("\n"), nowMs);
  },
};

function synchronize(sync: Sync): void {
  const { tx, autoscaler } = sync;
  const { minReplicas = 1, maxReplicas } = autoscaler.spec;
  const target = targetOf(tx, autoscaler);
  if (typeof target === "string") {
    warn(sync, "FailedGetScale", target);
    const message = `the HPA controller was unable to get the target's current scale: ${target}`;
    setCondition(sync, "AbleToScale", "False", "FailedGetScale", message);
    return;
  }
  const able = "the HPA controller was able to get the target's current scale";
  setCondition(sync, "AbleToScale", "True", "SucceededGetScale", able);
  const current = target.scale.specReplicas(target.object) ?? 0;
  if (current === 0 && minReplicas !== 0) {
    const message = "scaling is disabled since the replica count of the target is zero";
    setCondition(sync, "ScalingActive", "False", "ScalingDisabled", message);
    setReplicas(sync, current, current);
  } else if (current > maxReplicas) {
    rescale(sync, target, current, maxReplicas, "Current number of replicas above Spec.MaxReplicas");
  } else if (current < minReplicas) {
    rescale(sync, target, current, minReplicas, "Current number of replicas below Spec.MinReplicas");
  } else {
    measure(sync, target, current);
  }
}

function rescale(sync: Sync, target: Target, current: number, wanted: number, reason: string): void {
  const { tx, autoscaler } = sync;
  try {
    tx.updateSubresource(target.kind, "scale", target.object, (draft) => target.scale.setSpecReplicas(draft, wanted));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    warn(sync, "FailedRescale", `New size: ${wanted}; reason: ${reason}; error: ${error.message}`);
    const message = `the HPA controller was unable to update the target scale: ${error.message}`;
    setCondition(sync, "AbleToScale", "False", "FailedUpdateScale", message);
    sync.status.currentReplicas = current;
    return;
  }
  const message = `the HPA controller was able to update the target scale to ${wanted}`;
  setCondition(sync, "AbleToScale", "True", "SucceededRescale", message);
  const said = `New size: ${wanted}; reason: ${reason}`;
  recordEvent(tx, {
    object: autoscaler,
    type: "Normal",
    reason: "SuccessfulRescale",
    message: said,
    component: NAME,
  });
  setReplicas(sync, current, wanted);
  sync.status.lastScaleTime = formatTime(tx.nowMs);
}

/** Within the bounds the metrics decide: reports why they cannot be read. */
function measure(sync: Sync, target: Target, current: number): void {
  const { autoscaler } = sync;
  const metrics = autoscaler.spec.metrics ?? [];
  sync.status.currentReplicas = current;
  sync.status.currentMetrics = metrics.map(() => ({ type: "" }));
  const refusal = selectorProblem(sync, target);
  if (refusal) {
    warn(sync, refusal.event, refusal.said);
    setCondition(sync, "ScalingActive", "False", refusal.reason, refusal.message);
    warn(sync, "FailedComputeMetricsReplicas", refusal.said);
    return;
  }
  const failures = metrics.map((metric) => metricFailureOf(metric, autoscaler.metadata.namespace ?? ""));
  const [first] = failures;
  if (!first) return;
  for (const { reason, message } of failures) warn(sync, reason, message);
  const unable = `the HPA was unable to compute the replica count: ${first.message}`;
  setCondition(sync, "ScalingActive", "False", first.reason, unable);
  const counts = `${failures.length} invalid out of ${metrics.length}`;
  warn(sync, "FailedComputeMetricsReplicas", `invalid metrics (${counts}), first error is: ${first.detail}`);
}

/** The target's scale must have a selector, and only one autoscaler may scale it. */
function selectorProblem({ tx, autoscaler }: Sync, target: Target) {
  const selector = target.scale.selector(target.object);
  if (selector === "") {
    const message = "the HPA target's scale is missing a selector";
    return { event: "SelectorRequired", said: "selector is required", reason: "InvalidSelector", message };
  }
  const { namespace = "" } = autoscaler.metadata;
  const rivals = tx.list(horizontalPodAutoscalerKind, namespace).filter((other) => sharesTarget(other, autoscaler));
  if (rivals.length < 2) return undefined;
  const names = rivals.map(({ metadata }) => `${namespace}/${metadata.name}`).join(" ");
  const message = `pods by selector ${selector} are controlled by multiple HPAs: [${names}]`;
  return { event: "AmbiguousSelector", said: message, reason: "AmbiguousSelector", message };
}

function setReplicas({ status }: Sync, current: number, desired: number): void {
  status.currentReplicas = current;
  status.desiredReplicas = desired;
  status.currentMetrics = null;
}

function setCondition({ tx, status }: Sync, type: string, value: string, reason: string, message: string): void {
  const conditions = status.conditions ?? [];
  const present = conditions.find((condition) => condition.type === type);
  if (present) {
    if (present.status !== value) present.lastTransitionTime = formatTime(tx.nowMs);
    Object.assign(present, { status: value, reason, message });
    return;
  }
  const lastTransitionTime = formatTime(tx.nowMs);
  status.conditions = [...conditions, { type, status: value, lastTransitionTime, reason, message }];
}

function warn({ tx, autoscaler, warnings }: Sync, reason: string, message: string): void {
  warnings.push(`${reason} ${message}`);
  recordEvent(tx, { object: autoscaler, type: "Warning", reason, message, component: NAME });
}

/** When to repeat equal warnings, ms: a few times, then not until a change. */
function repetition(tx: Transaction, key: ObjectKey, warnings: string, nowMs: number): number | undefined {
  if (warnings === "") {
    tx.setPrivateState(key, NAME, undefined);
    return undefined;
  }
  const before = tx.privateState<Repetition>(key, NAME);
  const times = before?.warnings === warnings ? before.times + 1 : 1;
  tx.setPrivateState(key, NAME, { warnings, times } satisfies Repetition);
  return times < MAX_REPEATED_WARNINGS ? nowMs + SYNC_PERIOD_MS : undefined;
}

/** Wakes the autoscalers of a target that is created or removed, or whose `spec.replicas` changes. */
function scaledBy(kind: KindDefinition<never>): Watch {
  return {
    resource: resourceId(kind),
    *map({ key, before, after }: ObjectChange, tx) {
      const { namespace, name } = parseKey(key);
      const { scale } = kind as unknown as KindDefinition;
      if (before && after && scale?.specReplicas(before) === scale?.specReplicas(after)) return;
      for (const { metadata, spec } of tx.list(horizontalPodAutoscalerKind, namespace)) {
        const { kind: kindName, name: targetName } = spec.scaleTargetRef;
        if (kindName !== kind.kind || targetName !== name) continue;
        yield objectKey(horizontalPodAutoscalerKind, namespace, metadata.name ?? "");
      }
    },
  };
}
