/**
 * The limits of a rollout: how many pods may exist beyond the replicas, and how many may be unavailable.
 * Kubernetes: pkg/controller/deployment/util/deployment_util.go (ResolveFenceposts)
 */
import type { Deployment } from "../../schema/index.ts";
import { scaledValue } from "../lib/int-or-percent.ts";

const UNLIMITED = 2_147_483_647;

export function replicasOf(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

export function isRollingUpdate(deployment: Deployment): boolean {
  return deployment.spec.strategy?.type !== "Recreate";
}

/**
 * maxSurge rounds up and maxUnavailable rounds down. If both are 0, one pod may be unavailable, because a rollout could
 * not take a step otherwise. Example: both 25 % of 10 replicas give surge 3 and unavailable 2.
 */
function resolveLimits(deployment: Deployment): { surge: number; unavailable: number } {
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {};
  const replicas = replicasOf(deployment);
  const surge = scaledValue(maxSurge ?? 0, replicas, "up");
  const unavailable = scaledValue(maxUnavailable ?? 0, replicas, "down");
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export function maxSurgeOf(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? resolveLimits(deployment).surge : 0;
}

export function maxUnavailableOf(deployment: Deployment): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment) || replicas === 0) return 0;
  return Math.min(resolveLimits(deployment).unavailable, replicas);
}

export function hasProgressDeadline(deployment: Deployment): boolean {
  const seconds = deployment.spec.progressDeadlineSeconds;
  return seconds !== undefined && seconds !== UNLIMITED;
}

/** How many old ReplicaSets are kept; undefined: all. */
export function revisionHistoryLimitOf(deployment: Deployment): number | undefined {
  const limit = deployment.spec.revisionHistoryLimit;
  return limit === UNLIMITED ? undefined : limit;
}
