/**
 * Annotations of Deployments and their ReplicaSets that store revisions and sizes.
 * Kubernetes: pkg/controller/deployment/util/deployment_util.go
 */
import { parseInt32, parseInt64 } from "../../lib/integers.ts";
import { MAX_REVISION_HISTORY_CHARACTERS } from "../../lib/limits.ts";
import type { Deployment, ObjectMeta, ReplicaSet } from "../../schema/index.ts";
import { maxSurgeOf } from "./rolling-bounds.ts";

export const REVISION_ANNOTATION = "deployment.kubernetes.io/revision";
const REVISION_HISTORY_ANNOTATION = "deployment.kubernetes.io/revision-history";
export const DESIRED_REPLICAS_ANNOTATION = "deployment.kubernetes.io/desired-replicas";
export const REPLICA_LIMIT_ANNOTATION = "deployment.kubernetes.io/max-replicas";

/**
 * Annotations of the Deployment that are not copied to its ReplicaSets. All others are, such as
 * `kubernetes.io/change-cause`.
 */
const NOT_COPIED: ReadonlySet<string> = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION_ANNOTATION,
  REVISION_HISTORY_ANNOTATION,
  DESIRED_REPLICAS_ANNOTATION,
  REPLICA_LIMIT_ANNOTATION,
  "deprecated.deployment.rollback.to",
]);

/** The revision; 0 without the annotation, undefined if it is not a number. */
export function revisionOf(object: { metadata: ObjectMeta }): bigint | undefined {
  const text = object.metadata.annotations?.[REVISION_ANNOTATION];
  return text === undefined ? 0n : parseInt64(text);
}

export function numberAnnotation(replicaSet: ReplicaSet, name: string): number | undefined {
  return parseInt32(replicaSet.metadata.annotations?.[name]);
}

/** The annotations of a ReplicaSet that record its Deployment's size for proportional scaling. */
export function replicaAnnotationsOf(deployment: Deployment): Record<string, string> {
  const replicas = deployment.spec.replicas ?? 1;
  return {
    [DESIRED_REPLICAS_ANNOTATION]: String(replicas),
    [REPLICA_LIMIT_ANNOTATION]: String(replicas + maxSurgeOf(deployment)),
  };
}

export function setReplicaAnnotations(draft: ReplicaSet, deployment: Deployment): void {
  draft.metadata.annotations = { ...draft.metadata.annotations, ...replicaAnnotationsOf(deployment) };
}

/**
 * The annotations of the ReplicaSet with the current template: the Deployment's, and the new revision if it is greater.
 * A previous revision of the ReplicaSet is appended to its history: that is a rollback.
 */
export function annotationsOfNewReplicaSet(
  deployment: Deployment,
  present: Readonly<Record<string, string>>,
  newRevision: bigint,
): Record<string, string> {
  const annotations = { ...present };
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!NOT_COPIED.has(name)) annotations[name] = value;
  }
  const oldRevision = present[REVISION_ANNOTATION];
  const oldNumber = oldRevision === undefined || oldRevision === "" ? 0n : parseInt64(oldRevision);
  if (oldNumber === undefined || oldNumber >= newRevision) return annotations;
  annotations[REVISION_ANNOTATION] = String(newRevision);
  if (oldRevision !== undefined) {
    annotations[REVISION_HISTORY_ANNOTATION] = appendRevision(present[REVISION_HISTORY_ANNOTATION] ?? "", oldRevision);
  }
  return annotations;
}

/** Drops the oldest revisions when the list gets too long. */
function appendRevision(history: string, revision: string): string {
  const revisions = history === "" ? [] : history.split(",");
  revisions.push(revision);
  while (revisions.join(",").length > MAX_REVISION_HISTORY_CHARACTERS) revisions.shift();
  return revisions.join(",");
}
