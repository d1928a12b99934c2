/** The two strategies: replacing pods step by step, or all at once. */
import type { Pod, ReplicaSet } from "../../schema/index.ts";
import { isPodFinished } from "../lib/pods.ts";
import { byCreation, type Rollout, replicasOfSet, scaleReplicaSet, totalSize } from "./context.ts";
import { ensureNew, findNew, findOld, newSize, syncNew } from "./replica-sets.ts";
import { maxUnavailableOf, replicasOf } from "./rolling-bounds.ts";

/** One step forward: the new ReplicaSet grows if it may, else the old ones shrink if they may. True if all is at rest. */
export function rollingUpdate(rollout: Rollout): boolean {
  const newest = ensureNew(rollout);
  if (!newest) return false;
  if (growNew(rollout, newest)) return false;
  return !shrinkOld(rollout);
}

/** First everything old goes, and only when its last pod has stopped the new pods come. True if all is at rest. */
export function recreate(rollout: Rollout, podsOf: (replicaSet: ReplicaSet) => readonly Pod[]): boolean {
  syncNew(rollout);
  const old = findOld(rollout);
  let scaled = false;
  for (const replicaSet of old) {
    if (replicasOfSet(replicaSet) > 0) scaled = scaleReplicaSet(rollout, replicaSet, 0) || scaled;
  }
  if (scaled) return false;
  const isRunning = old.some(
    (replicaSet) => replicaSet.status.replicas > 0 || podsOf(replicaSet).some((pod) => !isPodFinished(pod)),
  );
  if (isRunning) return false;
  const newest = ensureNew(rollout);
  if (newest) scaleToAll(rollout, newest);
  return true;
}

function scaleToAll(rollout: Rollout, replicaSet: ReplicaSet): void {
  const replicas = replicasOf(rollout.deployment);
  if (replicasOfSet(replicaSet) !== replicas) scaleReplicaSet(rollout, replicaSet, replicas);
}

function growNew(rollout: Rollout, newest: ReplicaSet): boolean {
  const replicas = replicasOf(rollout.deployment);
  const present = replicasOfSet(newest);
  if (present === replicas) return false;
  const size = present > replicas ? replicas : newSize(rollout, present);
  return size !== present && scaleReplicaSet(rollout, newest, size);
}

/** Old pods that are not available go first, for free; then as many available ones as may be missing. */
function shrinkOld(rollout: Rollout): boolean {
  const { deployment } = rollout;
  const old = findOld(rollout).filter((replicaSet) => replicasOfSet(replicaSet) > 0);
  if (totalSize(old) === 0) return false;
  const newest = findNew(rollout);
  const minAvailable = replicasOf(deployment) - maxUnavailableOf(deployment);
  const newUnavailable = newest ? replicasOfSet(newest) - (newest.status.availableReplicas ?? 0) : 0;
  const maxScaledDown = totalSize(rollout.replicaSets) - minAvailable - newUnavailable;
  if (maxScaledDown <= 0) return false;
  const removed = removeUnavailable(rollout, old, maxScaledDown);
  return removeAvailable(rollout, minAvailable) + removed > 0;
}

function removeUnavailable(rollout: Rollout, old: readonly ReplicaSet[], limit: number): number {
  let removed = 0;
  for (const replicaSet of old) {
    const unavailable = replicasOfSet(replicaSet) - (replicaSet.status.availableReplicas ?? 0);
    const count = Math.min(limit - removed, unavailable);
    if (count <= 0) continue;
    scaleReplicaSet(rollout, replicaSet, replicasOfSet(replicaSet) - count);
    removed += count;
  }
  return removed;
}

function removeAvailable(rollout: Rollout, minAvailable: number): number {
  const available = rollout.replicaSets.reduce((sum, { status }) => sum + (status.availableReplicas ?? 0), 0);
  let removed = 0;
  for (const replicaSet of findOld(rollout).sort(byCreation)) {
    const count = Math.min(replicasOfSet(replicaSet), available - minAvailable - removed);
    if (count <= 0) continue;
    scaleReplicaSet(rollout, replicaSet, replicasOfSet(replicaSet) - count);
    removed += count;
  }
  return removed;
}
