/**
 * The annotation `last-change-trigger-time`, by which Kubernetes measures the latency of endpoints: the earliest change
 * of the Service or of a pod's readiness that the endpoints do not contain yet.
 * Kubernetes: staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { objectKey } from "../../kinds/kind.ts";
import { formatTime, parseTime } from "../../lib/time.ts";
import type { ObjectMeta, Pod, Service } from "../../schema/index.ts";
import { podCondition } from "../lib/pods.ts";

const ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time";

/** Private state of a Service, by controller. */
interface ServiceState {
  /** Creation time of the Service that the endpoints contain. */
  serviceMs: number;
  /** Changes of pods up to this time are in the endpoints. */
  accountedMs: number;
}

/**
 * Private state of a pod, by controller. One for each pod, since one for each pod and Service would grow as their
 * product.
 */
interface PodState {
  /** The last change of readiness, and when the controller saw it. */
  changedAtMs: number;
  noticedMs: number;
}

/**
 * The time of the earliest new change; undefined if there is no new change. Stores the seen changes as private state,
 * so every sync calls it. `pods`: all pods that the selector matches, because a pod that ends leaves the endpoints by
 * its change of readiness. `isAdded`: whether the pod is about to be added to the endpoints.
 */
export function takeTriggerTime(
  tx: Transaction,
  controller: string,
  { service, pods, isAdded }: { service: Service; pods: readonly Pod[]; isAdded: (pod: Pod) => boolean },
): string | undefined {
  const { namespace = "", name = "", creationTimestamp } = service.metadata;
  const key = objectKey(serviceKind, namespace, name);
  const { serviceMs, accountedMs = 0 } = tx.privateState<Partial<ServiceState>>(key, controller) ?? {};
  const createdMs = parseTime(creationTimestamp ?? "");
  const triggers: number[] = [];
  if (createdMs > (serviceMs ?? 0)) triggers.push(createdMs);
  for (const pod of pods) {
    const state = notice(tx, controller, pod);
    if (!state) continue;
    const isNews = state.noticedMs > accountedMs || isAdded(pod);
    if (isNews) triggers.push(state.changedAtMs);
  }
  if (triggers.length === 0) return undefined;
  tx.setPrivateState(key, controller, { serviceMs: createdMs, accountedMs: tx.nowMs } satisfies ServiceState);
  return formatTime(Math.min(...triggers));
}

/** The pod's last change of readiness, if there is one. */
function notice(tx: Transaction, controller: string, pod: Pod): PodState | undefined {
  const changedAt = podCondition(pod, "Ready")?.lastTransitionTime;
  if (!changedAt) return undefined;
  const key = objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
  const changedAtMs = parseTime(changedAt);
  const before = tx.privateState<PodState>(key, controller);
  if (before?.changedAtMs === changedAtMs) return before;
  const state = { changedAtMs, noticedMs: tx.nowMs };
  tx.setPrivateState(key, controller, state);
  return state;
}

export function setTriggerTime(metadata: ObjectMeta, triggerTime: string | undefined): void {
  const { [ANNOTATION]: _, ...annotations } = metadata.annotations ?? {};
  if (triggerTime !== undefined) annotations[ANNOTATION] = triggerTime;
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  else delete metadata.annotations;
}
