/**
 * Status of Deployments: counts, availability and progress.
 * Kubernetes: pkg/controller/deployment/progress.go, pkg/controller/deployment/sync.go (calculateStatus)
 */
import { cloneJson, equalJson } from "../../lib/json.ts";
import { parseTime } from "../../lib/time.ts";
import type { Deployment, DeploymentStatus, ReplicaSet } from "../../schema/index.ts";
import { conditionOf, newCondition, withCondition, withoutCondition } from "./conditions.ts";
import { type DeploymentRun, totalSize, writeStatus } from "./context.ts";
import { findNew } from "./replica-sets.ts";
import { hasProgressDeadline, maxUnavailableOf, replicasOf } from "./rolling-bounds.ts";

const AVAILABLE_REASON = "NewReplicaSetAvailable";
const TIMED_OUT_REASON = "ProgressDeadlineExceeded";

/** Writes counts and availability without progress: while scaling, paused or being deleted. */
export function syncStatus(run: DeploymentRun): undefined {
  writeIfChanged(run, currentStatus(run));
  return undefined;
}

/** Writes the status of a rollout. Returns when the progress deadline must be checked, ms. */
export function syncRolloutStatus(run: DeploymentRun): number | undefined {
  let status = currentStatus(run);
  status = hasProgressDeadline(run.deployment) ? withProgress(run, status) : withoutCondition(status, "Progressing");
  status = withReplicaFailure(run, status);
  writeIfChanged(run, status);
  return progressDueAtMs(run.deployment, status);
}

/** True if all pods have the current template and are available, and no other pod is left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const replicas = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function currentStatus(run: DeploymentRun): DeploymentStatus {
  const { deployment, replicaSets, nowMs } = run;
  const sum = (count: (status: ReplicaSet["status"]) => number | undefined) =>
    replicaSets.reduce((total, { status }) => total + (count(status) ?? 0), 0);
  const available = sum((status) => status.availableReplicas);
  const { collisionCount, conditions } = deployment.status;
  const status: DeploymentStatus = {
    ...nonZero("observedGeneration", deployment.metadata.generation),
    ...nonZero(
      "replicas",
      sum((status) => status.replicas),
    ),
    ...nonZero("updatedReplicas", findNew(run)?.status.replicas),
    ...nonZero(
      "readyReplicas",
      sum((status) => status.readyReplicas),
    ),
    ...nonZero("availableReplicas", available),
    ...nonZero("unavailableReplicas", Math.max(0, totalSize(replicaSets) - available)),
    terminatingReplicas: sum((status) => status.terminatingReplicas),
    ...(conditions && { conditions: cloneJson(conditions) }),
    ...(collisionCount !== undefined && { collisionCount }),
  };
  const enough = available >= replicasOf(deployment) - maxUnavailableOf(deployment);
  const condition = enough
    ? newCondition(nowMs, "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    : newCondition(
        nowMs,
        "Available",
        "False",
        "MinimumReplicasUnavailable",
        "Deployment does not have minimum availability.",
      );
  return withCondition(status, condition);
}

/** A count; the API omits it when it is zero. */
function nonZero<K extends keyof DeploymentStatus>(field: K, value: number | undefined): DeploymentStatus {
  return value ? { [field]: value } : {};
}

function withProgress(run: DeploymentRun, status: DeploymentStatus): DeploymentStatus {
  const { deployment, nowMs } = run;
  const current = conditionOf(deployment.status, "Progressing");
  const isDone = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === AVAILABLE_REASON;
  if (isDone) return status;
  const newest = findNew(run);
  const subject = newest ? `ReplicaSet "${newest.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(status, newCondition(nowMs, "Progressing", "True", AVAILABLE_REASON, message));
  }
  if (hasProgressed(deployment.status, status)) {
    const message = `${subject} is progressing.`;
    const condition = newCondition(nowMs, "Progressing", "True", "ReplicaSetUpdated", message);
    if (current?.status === "True") condition.lastTransitionTime = current.lastTransitionTime;
    // The condition is removed first, so that lastUpdateTime moves even for an equal reason: the deadline starts there.
    return withCondition(withoutCondition(status, "Progressing"), condition);
  }
  if (hasTimedOut(deployment, status, nowMs)) {
    const message = `${subject} has timed out progressing.`;
    return withCondition(status, newCondition(nowMs, "Progressing", "False", TIMED_OUT_REASON, message));
  }
  return status;
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  const grows = (field: "updatedReplicas" | "readyReplicas" | "availableReplicas") =>
    (after[field] ?? 0) > (before[field] ?? 0);
  return grows("updatedReplicas") || old(after) < old(before) || grows("readyReplicas") || grows("availableReplicas");
}

function hasTimedOut(deployment: Deployment, status: DeploymentStatus, nowMs: number): boolean {
  const condition = conditionOf(status, "Progressing");
  if (!condition || condition.reason === AVAILABLE_REASON) return false;
  return condition.reason === TIMED_OUT_REASON || deadlineMs(deployment, condition.lastUpdateTime) <= nowMs;
}

/** When a rollout without further progress fails, ms; undefined if it is complete or has failed. */
function progressDueAtMs(deployment: Deployment, status: DeploymentStatus): number | undefined {
  const condition = conditionOf(status, "Progressing");
  if (!hasProgressDeadline(deployment) || !condition) return undefined;
  if (isComplete(deployment, status) || condition.reason === TIMED_OUT_REASON) return undefined;
  // A finished rollout that loses a pod cannot time out.
  if (condition.reason === AVAILABLE_REASON) return undefined;
  return deadlineMs(deployment, condition.lastUpdateTime);
}

/** One millisecond after the deadline: Kubernetes compares strictly, and conditions have whole seconds. */
function deadlineMs(deployment: Deployment, lastUpdateTime: string | null | undefined): number {
  return parseTime(lastUpdateTime ?? "") + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 + 1;
}

/** Copies the ReplicaFailure condition of a ReplicaSet to the Deployment; the new ReplicaSet comes first. */
function withReplicaFailure(run: DeploymentRun, status: DeploymentStatus): DeploymentStatus {
  const newest = findNew(run);
  const candidates = newest ? [newest, ...run.replicaSets] : run.replicaSets;
  for (const { status: replicaStatus } of candidates) {
    const failure = replicaStatus.conditions?.find((condition) => condition.type === "ReplicaFailure");
    if (!failure) continue;
    const { lastTransitionTime, reason, message } = failure;
    const type = "ReplicaFailure";
    const condition = { type, status: failure.status, lastUpdateTime: lastTransitionTime, lastTransitionTime };
    return withCondition(status, { ...condition, reason, message });
  }
  return withoutCondition(status, "ReplicaFailure");
}

function writeIfChanged(run: DeploymentRun, status: DeploymentStatus): void {
  if (run.hasWrittenStatus || equalJson(status, run.deployment.status)) return;
  writeStatus(run, (draft) => {
    draft.status = status;
  });
}
