/**
 * Keeps a workload's replicas within an autoscaler's bounds, and follows its metrics. Kubernetes runs every fifteen
 * seconds. Here an autoscaler runs so often while its measurements move, and then not until a change: work that repeats
 * without changes is never due.
 *
 *     ratio           = currentMetric / targetMetric
 *     desiredReplicas = |ratio - 1| <= tolerance (0.1) ? currentReplicas : ceil(currentReplicas * ratio)
 *
 * Example: 4 replicas, target 50 % CPU. At 80 % the ratio is 1.6: ceil(4 * 1.6) = 7. At 54 % it is 1.08, within the
 * tolerance: 4 stay. At 20 % it is 0.4: ceil(1.6) = 2, but the highest recommendation of the last 300 s applies.
 * Kubernetes: pkg/controller/podautoscaler/horizontal.go, pkg/controller/podautoscaler/replica_calculator.go
 */
import { recordEvent } from "../../cluster/events.ts";
import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { apiServiceKind } from "../../kinds/apiregistration/api-service.ts";
import { deploymentKind } from "../../kinds/apps/deployment.ts";
import { replicaSetKind } from "../../kinds/apps/replica-set.ts";
import { statefulSetKind } from "../../kinds/apps/stateful-set.ts";
import { horizontalPodAutoscalerKind } from "../../kinds/autoscaling/horizontal-pod-autoscaler.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { replicationControllerKind } from "../../kinds/core/replication-controller.ts";
import { type KindDefinition, type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import { cloneJson, equalJson } from "../../lib/json.ts";
import { MAX_REPEATED_WARNINGS } from "../../lib/limits.ts";
import { quantityMilliValue } from "../../lib/quantity.ts";
import { matchesRequirements, parseLabelSelector } from "../../lib/selectors.ts";
import { earliest, formatTime } from "../../lib/time.ts";
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus, Pod } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { type Controller, self, type Watch } from "../controller.ts";
import { type History, limit, tolerancesOf } from "./behavior.ts";
import { evaluate } from "./evaluate.ts";
import { API as METRICS_API } from "./readings.ts";
import { sharesTarget, type Target, targetOf } from "./target.ts";

export const NAME = "horizontal-pod-autoscaler";
const SYNC_PERIOD_MS = 15_000;

/** One run for an autoscaler: its new status, and the warnings of this run. */
interface Sync {
  tx: Transaction;
  autoscaler: HorizontalPodAutoscaler;
  status: HorizontalPodAutoscalerStatus;
  warnings: string[];
  memory: Memory;
  /** The next measurement may differ although no object changes. */
  mayChange: boolean;
  /** When a limit that applied ends, ms. */
  endsAtMs?: number | undefined;
}

/** Private state of the controller. */
interface Memory {
  /** Warnings and measurements of the last run, and how many runs in a row had them. */
  seen?: string;
  times?: number;
  /** When the next run is due. An earlier one was woken by a change. Absent: only a change wakes it. */
  dueAtMs?: number;
  recommendations?: History["recommendations"];
  changes?: History["changes"];
}

/** Equal measurements after which only a change wakes the autoscaler. */
const SETTLED_SYNCS = 3;
/** The longest pause between measurements of processes that go on by themselves, in periods. */
const MAX_PERIODS = 16;
/** Runs that wait for the first measurement of a pod. */
const MAX_UNMEASURED_SYNCS = 20;

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
    { resource: resourceId(podKind), map: podChanged },
    { resource: resourceId(apiServiceKind), map: metricsApiChanged },
    { resource: "*", map: ownerChanged },
  ],

  reconcile(tx, key) {
    const { namespace, name } = parseKey(key);
    const autoscaler = tx.get(horizontalPodAutoscalerKind, namespace, name);
    if (!autoscaler) return;
    const memory = { ...tx.privateState<Memory>(key, NAME) };
    const sync: Sync = { tx, autoscaler, status: cloneJson(autoscaler.status), warnings: [], memory, mayChange: false };
    synchronize(sync);
    if (!equalJson(sync.status, autoscaler.status)) {
      tx.updateStatus(horizontalPodAutoscalerKind, autoscaler, (draft) => {
        draft.status = sync.status;
      });
    }
    return nextRun(sync, key);
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

/** Within the bounds the metrics decide. */
function measure(sync: Sync, target: Target, current: number): void {
  const { tx, autoscaler } = sync;
  const { namespace = "" } = autoscaler.metadata;
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
  const selector = target.scale.selector(target.object);
  const requirements = parseLabelSelector(selector);
  const pods = tx.list(podKind, namespace).filter(({ metadata }) => matchesRequirements(requirements, metadata.labels));
  const tolerances = tolerancesOf(autoscaler, quantityMilliValue);
  const statusReplicas = target.scale.statusReplicas(target.object);
  const question = { tx, namespace, pods, selector, current, statusReplicas, tolerances };
  const proposals = metrics.map((metric) => evaluate(metric, question));
  sync.mayChange = proposals.some(({ mayChange }) => mayChange);
  sync.status.currentMetrics = proposals.map((each) => (each.type === "proposal" ? each.status : { type: "" }));
  const failures = proposals.flatMap((each) => (each.type === "failure" ? [each.failure] : []));
  const valid = proposals.flatMap((each) => (each.type === "proposal" ? [each] : []));
  for (const { reason, message } of failures) warn(sync, reason, message);
  const [first] = failures;
  const best = valid.reduce<(typeof valid)[number] | undefined>(
    (highest, each) => (!highest || each.replicas > highest.replicas ? each : highest),
    undefined,
  );
  // A metric that cannot be read might ask for more, so the others do not scale down.
  if (first && (!best || best.replicas < current)) {
    const unable = `the HPA was unable to compute the replica count: ${first.message}`;
    setCondition(sync, "ScalingActive", "False", first.reason, unable);
    const counts = `${failures.length} invalid out of ${metrics.length}`;
    warn(sync, "FailedComputeMetricsReplicas", `invalid metrics (${counts}), first error is: ${first.detail}`);
    return;
  }
  if (best) decide(sync, target, current, best);
}

function decide(sync: Sync, target: Target, current: number, best: { replicas: number; name: string }): void {
  const { tx, autoscaler, memory } = sync;
  const found = `the HPA was able to successfully calculate a replica count from ${best.name}`;
  setCondition(sync, "ScalingActive", "True", "ValidMetricFound", found);
  const { recommendations = [], changes = [] } = memory;
  const history = { recommendations, changes };
  const limited = limit(autoscaler, { current, wanted: best.replicas, history, nowMs: tx.nowMs });
  const { able, limited: bounds, replicas } = limited;
  setCondition(sync, "AbleToScale", able.status, able.reason, able.message);
  setCondition(sync, "ScalingLimited", bounds.status, bounds.reason, bounds.message);
  Object.assign(memory, limited.history);
  sync.endsAtMs = limited.endsAtMs;
  const shownMetrics = sync.status.currentMetrics ?? null;
  if (replicas === current) {
    if (bounds.reason.endsWith("Limit")) sync.mayChange = true;
    setReplicas(sync, current, current);
  } else {
    const reason = best.replicas > current ? `${best.name} above target` : "All metrics below target";
    rescale(sync, target, current, replicas, reason);
    memory.changes = [...(memory.changes ?? []), { atMs: tx.nowMs, by: replicas - current }];
    sync.mayChange = true;
  }
  sync.status.currentMetrics = shownMetrics;
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

/**
 * The next run, ms. Equal warnings repeat a few times. A measurement that equals the one before is not taken again until
 * a change, unless processes go on by themselves: then less and less often.
 */
function nextRun({ tx, memory, status, warnings, mayChange, endsAtMs }: Sync, key: ObjectKey): number | undefined {
  const seen = `${warnings.join("\n")} ${JSON.stringify(status.currentMetrics)} ${status.desiredReplicas}`;
  // A pod that has just come may bring load: after a change it is measured every period again.
  const isWoken = tx.nowMs < (memory.dueAtMs ?? Number.POSITIVE_INFINITY);
  const times = memory.seen === seen && !isWoken ? (memory.times ?? 0) + 1 : 1;
  const isMeasured = warnings.length === 0 && (status.currentMetrics?.length ?? 0) > 0;
  const isEmpty = warnings.length === 0 && !isMeasured && !memory.recommendations;
  const dueAtMs = dueAfter({ nowMs: tx.nowMs, times, isMeasured, mayChange, endsAtMs, warns: warnings.length > 0 });
  const { dueAtMs: _before, ...kept } = memory;
  const next: Memory = { ...kept, seen, times, ...(dueAtMs !== undefined && { dueAtMs }) };
  tx.setPrivateState(key, NAME, isEmpty ? undefined : next);
  return dueAtMs;
}

interface Pace {
  nowMs: number;
  /** Equal runs in a row. */
  times: number;
  isMeasured: boolean;
  mayChange: boolean;
  warns: boolean;
  endsAtMs: number | undefined;
}

function dueAfter({ nowMs, times, isMeasured, mayChange, warns, endsAtMs }: Pace): number | undefined {
  if (warns) {
    const isPatient = mayChange && times < MAX_UNMEASURED_SYNCS;
    return times < MAX_REPEATED_WARNINGS || isPatient ? nowMs + SYNC_PERIOD_MS : undefined;
  }
  if (!isMeasured) return undefined;
  const soonMs = nowMs + SYNC_PERIOD_MS * Math.min(2 ** Math.max(0, times - SETTLED_SYNCS), MAX_PERIODS);
  return times < SETTLED_SYNCS || mayChange ? earliest(soonMs, endsAtMs) : endsAtMs;
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

/** Wakes the autoscalers of a namespace when one of its pods comes, goes, or becomes ready or not. */
function* podChanged({ key, before, after }: ObjectChange, tx: Transaction): Iterable<ObjectKey> {
  const { namespace } = parseKey(key);
  const autoscalers = tx.list(horizontalPodAutoscalerKind, namespace);
  if (autoscalers.length === 0 || readinessOf(before) === readinessOf(after)) return;
  for (const { metadata, status } of autoscalers) {
    // Without a metrics API the pods do not matter.
    const isMeasured = status.conditions?.some(
      ({ type, status: value }) => type === "ScalingActive" && value === "True",
    );
    if (isMeasured) yield objectKey(horizontalPodAutoscalerKind, namespace, metadata.name ?? "");
  }
}

/** Wakes the autoscalers that a changed object owns: its controller says so that their metrics have changed. */
function* ownerChanged({ key, after }: ObjectChange, tx: Transaction): Iterable<ObjectKey> {
  const { namespace } = parseKey(key);
  if (!after) return;
  for (const { metadata } of tx.list(horizontalPodAutoscalerKind, namespace)) {
    const owners = metadata.ownerReferences ?? [];
    if (!owners.some(({ uid }) => uid === after.metadata.uid)) continue;
    yield objectKey(horizontalPodAutoscalerKind, namespace, metadata.name ?? "");
  }
}

function readinessOf(object: KubernetesObject | undefined): string | undefined {
  const pod = object as Pod | undefined;
  return pod && `${pod.status.phase} ${pod.status.conditions?.find(({ type }) => type === "Ready")?.status}`;
}

function metricsApiChanged({ key }: ObjectChange, tx: Transaction): ObjectKey[] {
  const { name } = parseKey(key);
  if (name !== METRICS_API && !/\.(custom|external)\.metrics\.k8s\.io$/.test(name)) return [];
  return tx
    .list(horizontalPodAutoscalerKind)
    .map(({ metadata }) => objectKey(horizontalPodAutoscalerKind, metadata.namespace ?? "", metadata.name ?? ""));
}
