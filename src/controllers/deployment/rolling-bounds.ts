/** How many pods a rollout may have too many and too few. */
import type { Deployment } from "../../schema/index.ts";
import { scaledValue } from "../lib/int-or-percent.ts";

const UNLIMITED = 2_147_483_647;

export function replicasOf(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

export function isRollingUpdate(deployment: Deployment): boolean {
  return deployment.spec.strategy?.type !== "Recreate";
}

/** Surge rounds up and unavailability down; should both come out as none, one pod may be missing, or nothing could move. */
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

/** Old ReplicaSets to keep; undefined: all. */
export function revisionHistoryLimitOf(deployment: Deployment): number | undefined {
  const limit = deployment.spec.revisionHistoryLimit;
  return limit === UNLIMITED ? undefined : limit;
}
