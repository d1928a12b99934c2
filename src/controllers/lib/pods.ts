/**
 * Predicates of pods (active, ready, available), and pods from templates.
 * Kubernetes: pkg/controller/controller_utils.go, pkg/api/v1/pod/util.go
 */
import { apiVersion, type KindDefinition } from "../../kinds/kind.ts";
import { cloneJson } from "../../lib/json.ts";
import { parseTime } from "../../lib/time.ts";
import type {
  KubernetesObject,
  OwnerReference,
  Pod,
  PodCondition,
  PodSpec,
  PodTemplateSpec,
} from "../../schema/index.ts";

/** True if the pod has Succeeded or Failed. */
export function isPodFinished(pod: Pod): boolean {
  return pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
}

/** True if the pod counts as a replica of its owner: neither finished nor being deleted. */
export function isPodActive(pod: Pod): boolean {
  return !isPodFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** True if the pod is being deleted and has not finished. */
export function isPodTerminating(pod: Pod): boolean {
  return !isPodFinished(pod) && pod.metadata.deletionTimestamp !== undefined;
}

export function podCondition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status.conditions?.find((condition) => condition.type === type);
}

export function isPodReady(pod: Pod): boolean {
  return podCondition(pod, "Ready")?.status === "True";
}

/** When the pod became ready, ms; undefined if it is not. */
export function readySinceMs(pod: Pod): number | undefined {
  const ready = podCondition(pod, "Ready");
  if (ready?.status !== "True" || !ready.lastTransitionTime) return undefined;
  return parseTime(ready.lastTransitionTime);
}

/** When a ready pod becomes available: `minReadySeconds` after it became ready, ms. Undefined if it is not ready. */
function availableAtMs(pod: Pod, minReadySeconds: number): number | undefined {
  if (!isPodReady(pod)) return undefined;
  if (minReadySeconds === 0) return 0;
  const since = readySinceMs(pod);
  return since === undefined ? undefined : since + minReadySeconds * 1000;
}

export function isPodAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  const atMs = availableAtMs(pod, minReadySeconds);
  return atMs !== undefined && atMs <= nowMs;
}

/** When the next ready pod becomes available, ms: the time at which its owner must run again. */
export function nextAvailabilityMs(pods: readonly Pod[], minReadySeconds: number, nowMs: number): number | undefined {
  let next: number | undefined;
  for (const pod of pods) {
    const atMs = availableAtMs(pod, minReadySeconds);
    if (atMs !== undefined && atMs > nowMs && (next === undefined || atMs < next)) next = atMs;
  }
  return next;
}

/** The controlling owner reference to `owner`. */
export function controllerReference(kind: KindDefinition<never>, owner: KubernetesObject): OwnerReference {
  return {
    apiVersion: apiVersion(kind),
    kind: kind.kind,
    name: owner.metadata.name ?? "",
    uid: owner.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** A pod from a template. The server generates its name from the owner's name. */
export function podFromTemplate(template: PodTemplateSpec, namespace: string, reference: OwnerReference): Pod {
  const { labels, annotations, finalizers } = cloneJson(template.metadata ?? {});
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: {
      generateName: `${reference.name}-`,
      namespace,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [reference],
    },
    spec: cloneJson(template.spec) as PodSpec,
    status: {},
  };
}
