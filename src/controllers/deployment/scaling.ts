/** Changes of `spec.replicas`, also in the middle of a rollout: then the ReplicaSets grow and shrink in proportion. */
import type { Deployment, ReplicaSet } from "../../schema/index.ts";
import { DESIRED_REPLICAS_ANNOTATION, numberAnnotation, REPLICA_LIMIT_ANNOTATION } from "./annotations.ts";
import { byCreation, type DeploymentRun, replicasOfSet, scaleReplicaSet, totalSize } from "./context.ts";
import { findNew, findOld } from "./replica-sets.ts";
import { isRollingUpdate, maxSurgeOf, replicasOf } from "./rolling-bounds.ts";

/** Has `spec.replicas` changed since the ReplicaSets were last sized? */
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

/** The only ReplicaSet with pods; if none has any, the new one or else the latest. */
function activeOrLatest(run: DeploymentRun): ReplicaSet | undefined {
  const active = activeOf(run);
  if (active.length > 0) return active.length === 1 ? active[0] : undefined;
  return findNew(run) ?? findOld(run).at(-1);
}

/** The new ReplicaSet has all the pods that it should, and they are available. */
function isSaturated(deployment: Deployment, newest: ReplicaSet): boolean {
  const replicas = replicasOf(deployment);
  return (
    replicasOfSet(newest) === replicas &&
    numberAnnotation(newest, DESIRED_REPLICAS_ANNOTATION) === replicas &&
    newest.status.availableReplicas === replicas
  );
}

/** Larger ReplicaSets take larger parts; what rounding leaves goes to the largest. */
function scaleProportionally(run: DeploymentRun): void {
  const { deployment } = run;
  const active = activeOf(run);
  const replicas = replicasOf(deployment);
  const allowed = replicas > 0 ? replicas + maxSurgeOf(deployment) : 0;
  const toAdd = allowed - totalSize(active);
  // Of equal size, growing favours the newer and shrinking the older.
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

/** By how much the ReplicaSet would change if it kept its share of the pods. */
function fractionOf(deployment: Deployment, replicaSet: ReplicaSet): number {
  const size = replicasOfSet(replicaSet);
  const replicas = replicasOf(deployment);
  if (replicas === 0) return -size;
  const limitBefore = numberAnnotation(replicaSet, REPLICA_LIMIT_ANNOTATION) || (deployment.status.replicas ?? 0);
  if (limitBefore === 0) return 0;
  return Math.round((size * (replicas + maxSurgeOf(deployment))) / limitBefore) - size;
}
