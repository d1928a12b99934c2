/**
 * Changes of `spec.replicas`. In the middle of a rollout the ReplicaSets are scaled in proportion to their sizes.
 * Kubernetes: pkg/controller/deployment/sync.go (scale), pkg/controller/deployment/util/deployment_util.go
 */
import type { Deployment, ReplicaSet } from "../../schema/index.ts";
import { DESIRED_REPLICAS_ANNOTATION, numberAnnotation, REPLICA_LIMIT_ANNOTATION } from "./annotations.ts";
import { byCreation, type DeploymentRun, replicasOfSet, scaleReplicaSet, totalSize } from "./context.ts";
import { findNew, findOld } from "./replica-sets.ts";
import { isRollingUpdate, maxSurgeOf, replicasOf } from "./rolling-bounds.ts";

/** True if `spec.replicas` has changed since the ReplicaSets were last scaled. */
export function isScaling(run: DeploymentRun): boolean {
  return activeOf(run).some((replicaSet) => {
    const desired = numberAnnotation(replicaSet, DESIRED_REPLICAS_ANNOTATION);
    return desired !== undefined && desired !== replicasOf(run.deployment);
  });
}

export function scale(run: DeploymentRun): void {
  const { deployment } = run;
  const replicas = replicasOf(deployment);
  const single = activeOrLatest(run);
  if (single) {
    if (replicasOfSet(single) !== replicas) scaleReplicaSet(run, single, replicas);
    return;
  }
  const newest = findNew(run);
  if (newest && isSaturated(deployment, newest)) {
    for (const old of findOld(run)) if (replicasOfSet(old) > 0) scaleReplicaSet(run, old, 0);
    return;
  }
  if (isRollingUpdate(deployment)) scaleProportionally(run);
}

function activeOf(run: DeploymentRun): ReplicaSet[] {
  return run.replicaSets.filter((replicaSet) => replicasOfSet(replicaSet) > 0);
}

/**
 * The only ReplicaSet with replicas. If all have 0, the new one or else the latest; undefined if several have replicas.
 */
function activeOrLatest(run: DeploymentRun): ReplicaSet | undefined {
  const active = activeOf(run);
  if (active.length > 0) return active.length === 1 ? active[0] : undefined;
  return findNew(run) ?? findOld(run).at(-1);
}

/** True if the new ReplicaSet has all replicas of the Deployment, and all are available. */
function isSaturated(deployment: Deployment, newest: ReplicaSet): boolean {
  const replicas = replicasOf(deployment);
  return (
    replicasOfSet(newest) === replicas &&
    numberAnnotation(newest, DESIRED_REPLICAS_ANNOTATION) === replicas &&
    newest.status.availableReplicas === replicas
  );
}

/**
 * Distributes a change of replicas over the active ReplicaSets in proportion to their sizes. The largest one takes the
 * remainder of rounding.
 *
 *     share = round(size * (replicas + maxSurge) / (replicas + maxSurge before the change)) - size
 *
 * Example: replicas change from 10 to 20 with maxSurge 3, while the old ReplicaSet has 8 and the new one 5. Allowed are
 * 23 pods, so 23 - 13 = 10 are added. Old: round(8 * 23 / 13) - 8 = 14 - 8 = 6. New: round(5 * 23 / 13) - 5 = 9 - 5 =
 * 4. The sizes become 14 and 9; nothing remains for the largest.
 */
function scaleProportionally(run: DeploymentRun): void {
  const { deployment } = run;
  const active = activeOf(run);
  const replicas = replicasOf(deployment);
  const allowed = replicas > 0 ? replicas + maxSurgeOf(deployment) : 0;
  const toAdd = allowed - totalSize(active);
  // Of equal sizes, the newer one grows first and the older one shrinks first.
  active.sort((a, b) => replicasOfSet(b) - replicasOfSet(a) || (toAdd > 0 ? byCreation(b, a) : byCreation(a, b)));

  let added = 0;
  const sizes = active.map((replicaSet) => {
    const part = toAdd === 0 ? 0 : partOf(deployment, replicaSet, toAdd, added);
    added += part;
    return replicasOfSet(replicaSet) + part;
  });
  active.forEach((replicaSet, i) => {
    const leftover = i === 0 ? toAdd - added : 0;
    scaleReplicaSet(run, replicaSet, Math.max(0, (sizes[i] ?? 0) + leftover));
  });
}

function partOf(deployment: Deployment, replicaSet: ReplicaSet, toAdd: number, added: number): number {
  if (replicasOfSet(replicaSet) === 0 || toAdd === added) return 0;
  const fraction = fractionOf(deployment, replicaSet);
  const remaining = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, remaining) : Math.max(fraction, remaining);
}

/** The change that keeps the ReplicaSet's share of the pods (getReplicaSetFraction). */
function fractionOf(deployment: Deployment, replicaSet: ReplicaSet): number {
  const size = replicasOfSet(replicaSet);
  const replicas = replicasOf(deployment);
  if (replicas === 0) return -size;
  const limitBefore = numberAnnotation(replicaSet, REPLICA_LIMIT_ANNOTATION) || (deployment.status.replicas ?? 0);
  if (limitBefore === 0) return 0;
  return Math.round((size * (replicas + maxSurgeOf(deployment))) / limitBefore) - size;
}
