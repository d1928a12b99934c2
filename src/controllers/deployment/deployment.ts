/**
 * Rolls out Deployments: one ReplicaSet per pod template; the new one grows while the old ones shrink. A run takes one
 * step and writes the status; the changes that it wrote wake it for the next step.
 * Kubernetes: pkg/controller/deployment/deployment_controller.go (syncDeployment)
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { deploymentKind } from "../../kinds/apps/deployment.ts";
import { replicaSetKind } from "../../kinds/apps/replica-set.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { compareIntegers } from "../../lib/integers.ts";
import { cloneJson } from "../../lib/json.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import type { Deployment, KubernetesObject, ReplicaSet } from "../../schema/index.ts";
import { type Controller, controllerOf, self, type Watch } from "../controller.ts";
import { claim } from "../lib/claim.ts";
import { type Claiming, claimedBy } from "../lib/claim-watch.ts";
import { revisionOf } from "./annotations.ts";
import { conditionOf, newCondition, withCondition } from "./conditions.ts";
import { COMPONENT, type DeploymentRun, replicasOfSet, writeStatus } from "./context.ts";
import { findOld, syncNew } from "./replica-sets.ts";
import { hasProgressDeadline, isRollingUpdate, revisionHistoryLimitOf } from "./rolling-bounds.ts";
import { recreate, rollingUpdate } from "./rolling-update.ts";
import { isScaling, scale } from "./scaling.ts";
import { isComplete, syncRolloutStatus, syncStatus } from "./status.ts";

const replicaSets: Claiming<Deployment, ReplicaSet> = {
  owner: deploymentKind,
  claimed: replicaSetKind,
  matches: ({ spec: { selector } }, { metadata }) => matchesLabelSelector(selector, metadata.labels),
};

export const deploymentController: Controller = {
  name: COMPONENT,
  manager: "kube-controller-manager",
  component: COMPONENT,
  watches: [self(deploymentKind), claimedBy(replicaSets), removedPods()],

  reconcile(tx, key, nowMs) {
    const { namespace, name } = parseKey(key);
    const deployment = tx.get(deploymentKind, namespace, name);
    if (!deployment) return undefined;
    if (selectsEverything(deployment)) return refuse(tx, deployment);

    const run: DeploymentRun = {
      tx,
      nowMs,
      deployment,
      replicaSets: claimReplicaSets(tx, deployment),
      hasWrittenStatus: false,
    };
    if (deployment.metadata.deletionTimestamp) {
      syncNew(run);
      return syncStatus(run);
    }
    notePause(run);
    const isPaused = deployment.spec.paused === true;
    syncNew(run);
    if (isPaused || isScaling(run)) {
      scale(run);
      if (isPaused) cleanUpHistory(run);
      return syncStatus(run);
    }
    const isAtRest = isRollingUpdate(deployment)
      ? rollingUpdate(run)
      : recreate(run, (replicaSet) => podsOf(tx, replicaSet));
    if (isAtRest && isComplete(run.deployment, run.deployment.status)) cleanUpHistory(run);
    return syncRolloutStatus(run);
  },
};

function selectsEverything({ spec: { selector } }: Deployment): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
}

function refuse(tx: Transaction, deployment: Deployment): undefined {
  const message = "This deployment is selecting all pods. A non-empty selector is required.";
  recordEvent(tx, { object: deployment, type: "Warning", reason: "SelectingAll", message, component: COMPONENT });
  if ((deployment.status.observedGeneration ?? 0) < (deployment.metadata.generation ?? 0)) {
    tx.updateStatus(deploymentKind, deployment, (draft) => {
      draft.status.observedGeneration = draft.metadata.generation ?? 0;
    });
  }
  return undefined;
}

function claimReplicaSets(tx: Transaction, deployment: Deployment): ReplicaSet[] {
  return claim(tx, {
    owner: deployment,
    ownerKind: deploymentKind,
    kind: replicaSetKind,
    candidates: tx.list(replicaSetKind, deployment.metadata.namespace),
    matches: (replicaSet) => replicaSets.matches(deployment, replicaSet),
  });
}

function podsOf(tx: Transaction, replicaSet: ReplicaSet) {
  return tx
    .list(podKind, replicaSet.metadata.namespace)
    .filter((pod) => controllerOf(pod)?.uid === replicaSet.metadata.uid);
}

/** Pausing stops the progress deadline, resuming restarts it. A rollout that has already failed stays failed. */
function notePause(run: DeploymentRun): void {
  const { deployment, nowMs } = run;
  const reason = conditionOf(deployment.status, "Progressing")?.reason;
  if (!hasProgressDeadline(deployment) || reason === "ProgressDeadlineExceeded") return;
  const isPaused = deployment.spec.paused === true;
  if (isPaused === (reason === "DeploymentPaused")) return;
  const condition = isPaused
    ? newCondition(nowMs, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
    : newCondition(nowMs, "Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed");
  const status = withCondition(deployment.status, condition);
  writeStatus(run, (draft) => {
    draft.status = cloneJson(status);
  });
}

/** Deletes the oldest ReplicaSets beyond the history limit, if they have no pods. */
function cleanUpHistory(run: DeploymentRun): void {
  const limit = revisionHistoryLimitOf(run.deployment);
  if (limit === undefined) return;
  const old = findOld(run).filter((replicaSet) => replicaSet.metadata.deletionTimestamp === undefined);
  const surplus = old.sort(byRevision).slice(0, Math.max(0, old.length - limit));
  for (const replicaSet of surplus) {
    const { generation = 0 } = replicaSet.metadata;
    const { replicas, observedGeneration = 0 } = replicaSet.status;
    if (replicas !== 0 || replicasOfSet(replicaSet) !== 0 || generation > observedGeneration) continue;
    run.tx.delete(replicaSetKind, replicaSet);
    run.replicaSets = run.replicaSets.filter((other) => other !== replicaSet);
  }
}

/** By revision; equal or unreadable revisions by age (ReplicaSetsByRevision). */
function byRevision(a: ReplicaSet, b: ReplicaSet): number {
  const [revisionA, revisionB] = [revisionOf(a), revisionOf(b)];
  const order = revisionA === undefined || revisionB === undefined ? 0 : compareIntegers(revisionA, revisionB);
  const created = ({ metadata }: ReplicaSet) => metadata.creationTimestamp ?? "";
  return order || (created(a) < created(b) ? -1 : created(a) > created(b) ? 1 : 0);
}

/** Wakes the Deployment when one of its pods has finished or is removed: Recreate waits for the last old pod. */
function removedPods(): Watch {
  return {
    resource: resourceId(podKind),
    *map({ key, before, after }, tx) {
      const pod = after ?? before;
      const replicaSet = pod && controllerOf(pod);
      if (!pod || replicaSet?.kind !== replicaSetKind.kind || !hasEnded(after)) return;
      const { namespace } = parseKey(key);
      const owner = ownerKey(tx, namespace, replicaSet.name);
      if (owner) yield owner;
    },
  };
}

function hasEnded(after: KubernetesObject | undefined): boolean {
  const phase = (after?.["status"] as { phase?: string } | undefined)?.phase;
  return after === undefined || phase === "Succeeded" || phase === "Failed";
}

function ownerKey(tx: Transaction, namespace: string, replicaSetName: string): ObjectKey | undefined {
  const replicaSet = tx.get(replicaSetKind, namespace, replicaSetName);
  const owner = replicaSet && controllerOf(replicaSet);
  return owner?.kind === deploymentKind.kind ? objectKey(deploymentKind, namespace, owner.name) : undefined;
}
