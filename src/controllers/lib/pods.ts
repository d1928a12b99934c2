/** What controllers ask of pods: are they alive, ready, available; and how one is made from a template. */
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

/** Ran to its end, well or badly. */
export function isPodFinished(pod: Pod): boolean {
  return pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
}

/** Counts towards the replicas of its owner: neither finished nor being deleted. */
export function isPodActive(pod: Pod): boolean {
  return !isPodFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Being deleted and not yet at its end. */
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

/** When a ready pod counts as available, ms: it must have been ready for that long. Undefined if it is not ready. */
export function availableAtMs(pod: Pod, minReadySeconds: number): number | undefined {
  if (!isPodReady(pod)) return undefined;
  if (minReadySeconds === 0) return 0;
  const since = readySinceMs(pod);
  return since === undefined ? undefined : since + minReadySeconds * 1000;
}

export function isPodAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  const atMs = availableAtMs(pod, minReadySeconds);
  return atMs !== undefined && atMs <= nowMs;
}

/** When the next pod becomes available that is not yet, ms: the time at which its owner wants to look again. */
export function nextAvailabilityMs(pods: readonly Pod[], minReadySeconds: number, nowMs: number): number | undefined {
  let next: number | undefined;
  for (const pod of pods) {
    const atMs = availableAtMs(pod, minReadySeconds);
    if (atMs !== undefined && atMs > nowMs && (next === undefined || atMs < next)) next = atMs;
  }
  return next;
}

/** The reference of what `owner` creates and manages. */
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

/** A pod from a template, named by the server after its owner. */
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
