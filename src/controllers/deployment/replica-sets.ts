/**
 * The new ReplicaSet, which has the Deployment's current template, and the old ones.
 * Kubernetes: pkg/controller/deployment/sync.go (getNewReplicaSet), pkg/controller/deployment/util/deployment_util.go
 */
import { recordEvent } from "../../cluster/events.ts";
import { deploymentKind } from "../../kinds/apps/deployment.ts";
import { replicaSetKind } from "../../kinds/apps/replica-set.ts";
import { ApiError } from "../../lib/api-error.ts";
import { nextInt64 } from "../../lib/integers.ts";
import { cloneJson, equalJson } from "../../lib/json.ts";
import type { Deployment, DeploymentStatus, PodTemplateSpec, ReplicaSet } from "../../schema/index.ts";
import { controllerOf } from "../controller.ts";
import { podTemplateHash } from "../lib/pod-template-hash.ts";
import { controllerReference } from "../lib/pods.ts";
import { annotationsOfNewReplicaSet, REVISION_ANNOTATION, replicaAnnotationsOf, revisionOf } from "./annotations.ts";
import { conditionOf, newCondition, withCondition } from "./conditions.ts";
import {
  byCreation,
  COMPONENT,
  type DeploymentRun,
  recordScalingEvent,
  remember,
  replicasOfSet,
  totalSize,
  writeStatus,
} from "./context.ts";
import { hasProgressDeadline, isRollingUpdate, maxSurgeOf, replicasOf } from "./rolling-bounds.ts";

const HASH_LABEL = "pod-template-hash";

/** The ReplicaSet with the Deployment's current template; the oldest of several. */
export function findNew(run: DeploymentRun): ReplicaSet | undefined {
  const template = withoutHash(run.deployment.spec.template);
  return [...run.replicaSets]
    .sort(byCreation)
    .find((replicaSet) => equalJson(withoutHash(replicaSet.spec.template), template));
}

/** All ReplicaSets except the new one, oldest first. */
export function findOld(run: DeploymentRun): ReplicaSet[] {
  const newest = findNew(run);
  return run.replicaSets.filter((replicaSet) => replicaSet.metadata.uid !== newest?.metadata.uid).sort(byCreation);
}

/** Updates the new ReplicaSet's annotations and the Deployment's revision, if there is a new ReplicaSet. */
export function syncNew(run: DeploymentRun): ReplicaSet | undefined {
  const existing = findNew(run);
  if (!existing) return undefined;
  const { tx, deployment, nowMs } = run;
  const present = existing.metadata.annotations ?? {};
  const annotations = annotationsOfNewReplicaSet(deployment, present, nextRevision(run));
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if (!equalJson(annotations, present) || (existing.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    const changed = tx.update(replicaSetKind, existing, (draft) => {
      draft.metadata.annotations = annotations;
      if (minReadySeconds === 0) delete draft.spec.minReadySeconds;
      else draft.spec.minReadySeconds = minReadySeconds;
    });
    remember(run, changed);
    return changed;
  }
  let { status } = deployment;
  if (hasProgressDeadline(deployment) && !conditionOf(status, "Progressing")) {
    const message = `Found new replica set "${existing.metadata.name}"`;
    status = withCondition(status, newCondition(nowMs, "Progressing", "True", "FoundNewReplicaSet", message));
  }
  writeRevision(run, annotations[REVISION_ANNOTATION] ?? "", status);
  return existing;
}

/**
 * Returns the new ReplicaSet and creates it if it is missing. Undefined if its name is taken: the next run tries
 * another.
 */
export function ensureNew(run: DeploymentRun): ReplicaSet | undefined {
  if (findNew(run)) return syncNew(run);
  const { tx, deployment, nowMs } = run;
  const revision = nextRevision(run);
  const wanted = newReplicaSet(run, revision);
  let created: ReplicaSet;
  try {
    created = tx.create(replicaSetKind, wanted);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason === "AlreadyExists") return resolveCollision(run, wanted, revision);
    reportFailure(run, wanted, error);
    throw error;
  }
  remember(run, created);
  const name = created.metadata.name;
  const size = replicasOfSet(wanted);
  if (size > 0) recordScalingEvent(run, `Scaled up replica set ${name} from 0 to ${size}`);
  let { status } = deployment;
  if (hasProgressDeadline(deployment)) {
    const message = `Created new replica set "${name}"`;
    status = withCondition(status, newCondition(nowMs, "Progressing", "True", "NewReplicaSetCreated", message));
  }
  writeRevision(run, String(revision), status);
  return created;
}

/**
 * The size that the new ReplicaSet may have now (NewRSNewReplicas): it grows until the total reaches replicas +
 * maxSurge.
 * Example: replicas 10, maxSurge 3, old ReplicaSets 8, new 3: the limit is 13, the total 11, so the new size is 3 + 2 =
 * 5.
 */
export function newSize(run: DeploymentRun, present: number): number {
  const { deployment } = run;
  if (!isRollingUpdate(deployment)) return replicasOf(deployment);
  const limit = replicasOf(deployment) + maxSurgeOf(deployment);
  const total = totalSize(run.replicaSets);
  if (total >= limit) return present;
  return present + Math.min(limit - total, replicasOf(deployment) - present);
}

function newReplicaSet(run: DeploymentRun, revision: bigint): ReplicaSet {
  const { deployment } = run;
  const template = cloneJson(deployment.spec.template);
  const hash = podTemplateHash(template, deployment.status.collisionCount);
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  const selector = cloneJson(deployment.spec.selector);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  return {
    kind: "ReplicaSet",
    apiVersion: "apps/v1",
    metadata: {
      name: nameWithHash(deployment.metadata.name ?? "", hash),
      namespace: deployment.metadata.namespace ?? "",
      labels,
      annotations: { ...annotationsOfNewReplicaSet(deployment, {}, revision), ...replicaAnnotationsOf(deployment) },
      ownerReferences: [controllerReference(deploymentKind, deployment)],
    },
    spec: {
      replicas: newSize(run, 0),
      ...(minReadySeconds > 0 && { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  };
}

/** Kubernetes truncates the Deployment's name so that the hash fits into the limit of 253 characters. */
function nameWithHash(name: string, hash: string): string {
  const room = 253 - hash.length - 1;
  return `${name.slice(0, room)}-${hash}`;
}

/**
 * The name is taken. If the Deployment's own ReplicaSet has it, that is the new one; else the next run has another
 * hash.
 */
function resolveCollision(run: DeploymentRun, wanted: ReplicaSet, revision: bigint): ReplicaSet | undefined {
  const { tx, deployment } = run;
  const other = tx.get(replicaSetKind, wanted.metadata.namespace ?? "", wanted.metadata.name ?? "");
  const isOurs = other && controllerOf(other)?.uid === deployment.metadata.uid;
  if (isOurs && equalJson(withoutHash(other.spec.template), withoutHash(deployment.spec.template))) {
    remember(run, other);
    writeRevision(run, String(revision), deployment.status);
    return other;
  }
  writeStatus(run, (draft) => {
    draft.status.collisionCount = (draft.status.collisionCount ?? 0) + 1;
  });
  return undefined;
}

function reportFailure(run: DeploymentRun, wanted: ReplicaSet, error: ApiError): void {
  if (error.details?.causes?.some((cause) => cause.reason === "NamespaceTerminating")) return;
  const { tx, deployment, nowMs } = run;
  const reason = "ReplicaSetCreateError";
  const message = `Failed to create new replica set "${wanted.metadata.name}": ${error.message}`;
  if (hasProgressDeadline(deployment)) {
    const condition = newCondition(nowMs, "Progressing", "False", reason, message);
    const status = withCondition(deployment.status, condition);
    if (status !== deployment.status) {
      writeStatus(run, (draft) => {
        draft.status = cloneJson(status);
      });
    }
  }
  recordEvent(tx, { object: deployment, type: "Warning", reason, message, component: COMPONENT });
}

/** One more than the highest revision of the old ReplicaSets. Revisions that are not numbers are ignored. */
function nextRevision(run: DeploymentRun): bigint {
  return nextInt64(findOld(run).flatMap((replicaSet) => revisionOf(replicaSet) ?? []));
}

/** Writes the revision annotation and the status in one write, as the Deployment's status endpoint allows. */
function writeRevision(run: DeploymentRun, revision: string, status: DeploymentStatus): void {
  const { deployment } = run;
  const hasRevision = revision === "" || deployment.metadata.annotations?.[REVISION_ANNOTATION] === revision;
  if (hasRevision && status === deployment.status) return;
  writeStatus(run, (draft: Deployment) => {
    if (!hasRevision) draft.metadata.annotations = { ...draft.metadata.annotations, [REVISION_ANNOTATION]: revision };
    draft.status = cloneJson(status);
  });
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [HASH_LABEL]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
