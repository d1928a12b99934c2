/**
 * The two strategies: RollingUpdate replaces pods step by step, Recreate all at once.
 * Kubernetes: pkg/controller/deployment/rolling.go, pkg/controller/deployment/recreate.go
 */
import type { Pod, ReplicaSet } from "../../schema/index.ts";
import { isPodFinished } from "../lib/pods.ts";
import { byCreation, type DeploymentRun, replicasOfSet, scaleReplicaSet, totalSize } from "./context.ts";
import { ensureNew, findNew, findOld, newSize, syncNew } from "./replica-sets.ts";
import { maxUnavailableOf, replicasOf } from "./rolling-bounds.ts";

/** One step: the new ReplicaSet grows if it may, else the old ones shrink if they may. True if no step is possible. */
export function rollingUpdate(run: DeploymentRun): boolean {
  const newest = ensureNew(run);
  if (!newest) return false;
  if (growNew(run, newest)) return false;
  return !shrinkOld(run);
}

/** Scales all old ReplicaSets to 0; after the last old pod has stopped, the new one is scaled up. True after that. */
export function recreate(run: DeploymentRun, podsOf: (replicaSet: ReplicaSet) => readonly Pod[]): boolean {
  syncNew(run);
  const old = findOld(run);
  let scaled = false;
  for (const replicaSet of old) {
    if (replicasOfSet(replicaSet) > 0) scaled = scaleReplicaSet(run, replicaSet, 0) || scaled;
  }
  if (scaled) return false;
  const isRunning = old.some(
    (replicaSet) => replicaSet.status.replicas > 0 || podsOf(replicaSet).some((pod) => !isPodFinished(pod)),
  );
  if (isRunning) return false;
  const newest = ensureNew(run);
  if (newest) scaleToAll(run, newest);
  return true;
}

function scaleToAll(run: DeploymentRun, replicaSet: ReplicaSet): void {
  const replicas = replicasOf(run.deployment);
  if (replicasOfSet(replicaSet) !== replicas) scaleReplicaSet(run, replicaSet, replicas);
}

function growNew(run: DeploymentRun, newest: ReplicaSet): boolean {
  const replicas = replicasOf(run.deployment);
  const present = replicasOfSet(newest);
  if (present === replicas) return false;
  const size = present > replicas ? replicas : newSize(run, present);
  return size !== present && scaleReplicaSet(run, newest, size);
}

/**
 * Scales down old ReplicaSets (reconcileOldReplicaSets). True if any was scaled.
 *
 *     minAvailable  = replicas - maxUnavailable
 *     maxScaledDown = all pods - minAvailable - unavailable pods of the new ReplicaSet
 *
 * Unavailable old pods go first (cleanupUnhealthyReplicas): their removal does not reduce availability. Then available
 * old pods go as long as minAvailable pods stay available (scaleDownOldReplicaSetsForRollingUpdate).
 *
 * Example: replicas 10, maxUnavailable 2, maxSurge 3; the old ReplicaSet has 10 pods, 9 of them available; the new one
 * has 3 pods, none available yet. minAvailable = 8, maxScaledDown = 13 - 8 - 3 = 2. The unavailable old pod goes (1 of
 * at most 2), then 9 - 8 = 1 available pod: old 10 → 8. In the next step the new one grows by 13 - 11 = 2 to 5.
 * The last term keeps new pods that are not available yet from counting as surplus.
 */
function shrinkOld(run: DeploymentRun): boolean {
  const { deployment } = run;
  const old = findOld(run).filter((replicaSet) => replicasOfSet(replicaSet) > 0);
  if (totalSize(old) === 0) return false;
  const newest = findNew(run);
  const minAvailable = replicasOf(deployment) - maxUnavailableOf(deployment);
  const newUnavailable = newest ? replicasOfSet(newest) - (newest.status.availableReplicas ?? 0) : 0;
  const maxScaledDown = totalSize(run.replicaSets) - minAvailable - newUnavailable;
  if (maxScaledDown <= 0) return false;
  const removed = removeUnavailable(run, old, maxScaledDown);
  return removeAvailable(run, minAvailable) + removed > 0;
}

function removeUnavailable(run: DeploymentRun, old: readonly ReplicaSet[], limit: number): number {
  let removed = 0;
  for (const replicaSet of old) {
    const unavailable = replicasOfSet(replicaSet) - (replicaSet.status.availableReplicas ?? 0);
    const count = Math.min(limit - removed, unavailable);
    if (count <= 0) continue;
    scaleReplicaSet(run, replicaSet, replicasOfSet(replicaSet) - count);
    removed += count;
  }
  return removed;
}

function removeAvailable(run: DeploymentRun, minAvailable: number): number {
  const available = run.replicaSets.reduce((sum, { status }) => sum + (status.availableReplicas ?? 0), 0);
  let removed = 0;
  for (const replicaSet of findOld(run).sort(byCreation)) {
    const count = Math.min(replicasOfSet(replicaSet), available - minAvailable - removed);
    if (count <= 0) continue;
    scaleReplicaSet(run, replicaSet, replicasOfSet(replicaSet) - count);
    removed += count;
  }
  return removed;
}
