/**
 * The state of one run of the Deployment controller, and the two writes that its steps share.
 * Kubernetes: pkg/controller/deployment/sync.go (scaleReplicaSet)
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { deploymentKind } from "../../kinds/apps/deployment.ts";
import { replicaSetKind } from "../../kinds/apps/replica-set.ts";
import type { Deployment, ReplicaSet } from "../../schema/index.ts";
import { replicaAnnotationsOf, setReplicaAnnotations } from "./annotations.ts";

export const COMPONENT = "deployment-controller";

export interface DeploymentRun {
  readonly tx: Transaction;
  readonly nowMs: number;
  /** As last read or written. */
  deployment: Deployment;
  /** All ReplicaSets of the Deployment, as last read or written. */
  replicaSets: ReplicaSet[];
  /**
   * True after the first status write of this run. In Kubernetes a second write of the same run fails with a conflict,
   * and the next run makes it a few milliseconds later. Watchers see both writes.
   */
  hasWrittenStatus: boolean;
}

export function replicasOfSet(replicaSet: ReplicaSet): number {
  return replicaSet.spec.replicas ?? 0;
}

export function totalSize(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + replicasOfSet(replicaSet), 0);
}

/** Writes the Deployment's status (and annotations) through a draft. */
export function writeStatus(run: DeploymentRun, change: (draft: Deployment) => void): void {
  run.deployment = run.tx.updateStatus(deploymentKind, run.deployment, change);
  run.hasWrittenStatus = true;
}

/** Replaces or adds a ReplicaSet in the run's list. */
export function remember(run: DeploymentRun, replicaSet: ReplicaSet): void {
  const at = run.replicaSets.findIndex((known) => known.metadata.uid === replicaSet.metadata.uid);
  if (at < 0) run.replicaSets.push(replicaSet);
  else run.replicaSets[at] = replicaSet;
}

/** Writes a ReplicaSet's size and its annotations for proportional scaling. Returns true if the size changed. */
export function scaleReplicaSet(run: DeploymentRun, replicaSet: ReplicaSet, size: number): boolean {
  const { tx, deployment } = run;
  const before = replicasOfSet(replicaSet);
  const wanted = replicaAnnotationsOf(deployment);
  const annotations = replicaSet.metadata.annotations;
  const annotationsDiffer = Object.entries(wanted).some(([name, value]) => annotations?.[name] !== value);
  if (before === size && !annotationsDiffer) return false;
  const changed = tx.update(replicaSetKind, replicaSet, (draft) => {
    draft.spec.replicas = size;
    setReplicaAnnotations(draft, deployment);
  });
  remember(run, changed);
  if (before === size) return false;
  const direction = before < size ? "up" : "down";
  const message = `Scaled ${direction} replica set ${replicaSet.metadata.name} from ${before} to ${size}`;
  recordScalingEvent(run, message);
  return true;
}

export function recordScalingEvent(run: DeploymentRun, message: string): void {
  const { tx, deployment } = run;
  recordEvent(tx, {
    object: deployment,
    type: "Normal",
    reason: "ScalingReplicaSet",
    message,
    component: COMPONENT,
  });
}

/** Oldest first; equal ages by name. */
export function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  const [timeA, timeB] = [a.metadata.creationTimestamp ?? "", b.metadata.creationTimestamp ?? ""];
  if (timeA !== timeB) return timeA < timeB ? -1 : 1;
  return (a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1;
}
