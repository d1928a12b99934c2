/**
 * The annotation by which Kubernetes measures how fast endpoints follow: the earliest not yet accounted change of the
 * Service or a pod's readiness (endpointslice's TriggerTimeTracker).
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { objectKey } from "../../kinds/kind.ts";
import { formatTime, parseTime } from "../../lib/time.ts";
import type { ObjectMeta, Pod, Service } from "../../schema/index.ts";
import { podCondition } from "../lib/pods.ts";

const ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time";

/** Of a Service, by controller. */
interface ServiceState {
  /** The creation of the Service that was accounted for. */
  serviceMs: number;
  /** When its pods' changes were accounted for last. */
  accountedMs: number;
}

/**
 * Of a pod, by controller. Kept once for each pod and not for each Service that selects it, or it would grow with their
 * product.
 */
interface PodState {
  /** The change of readiness that was noticed last, and when it was. */
  changedAtMs: number;
  noticedMs: number;
}

/**
 * When what the endpoints now follow has happened; undefined when nothing has. Remembers what it has seen.
 * `known` are the names of the pods that the endpoints hold already.
 */
export function takeTriggerTime(
  tx: Transaction,
  controller: string,
  { service, pods, known }: { service: Service; pods: readonly Pod[]; known: ReadonlySet<string> },
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
    const isNews = state.noticedMs > accountedMs || !known.has(pod.metadata.name ?? "");
    if (isNews) triggers.push(state.changedAtMs);
  }
  if (triggers.length === 0) return undefined;
  tx.setPrivateState(key, controller, { serviceMs: createdMs, accountedMs: tx.nowMs } satisfies ServiceState);
  return formatTime(Math.min(...triggers));
}

/** The pod's last change of readiness, if it has had one. */
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
