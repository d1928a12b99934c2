/**
 * The annotation by which Kubernetes measures how fast endpoints follow: the earliest not yet accounted change of the
 * Service or a pod's readiness (endpointslice's TriggerTimeTracker).
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { objectKey } from "../../kinds/kind.ts";
import { equalJson } from "../../lib/json.ts";
import { formatTime, parseTime } from "../../lib/time.ts";
import type { ObjectMeta, Pod, Service } from "../../schema/index.ts";
import { podCondition } from "../lib/pods.ts";

const ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time";

interface TrackerState {
  serviceMs: number;
  podsMs: Record<string, number>;
}

/** When what the endpoints now follow has happened; undefined when nothing has. Remembers what it has seen. */
export function takeTriggerTime(
  tx: Transaction,
  controller: string,
  service: Service,
  pods: readonly Pod[],
): string | undefined {
  const { namespace, name, creationTimestamp } = service.metadata;
  const key = objectKey(serviceKind, namespace ?? "", name ?? "");
  const before = tx.privateState<TrackerState>(key, controller) ?? { serviceMs: 0, podsMs: {} };
  const after: TrackerState = { serviceMs: parseTime(creationTimestamp ?? ""), podsMs: {} };
  const triggers: number[] = [];
  if (after.serviceMs > before.serviceMs) triggers.push(after.serviceMs);
  for (const pod of pods) {
    const changedAt = podCondition(pod, "Ready")?.lastTransitionTime;
    if (!changedAt || !pod.metadata.name) continue;
    const changedAtMs = parseTime(changedAt);
    after.podsMs[pod.metadata.name] = changedAtMs;
    if (changedAtMs > (before.podsMs[pod.metadata.name] ?? 0)) triggers.push(changedAtMs);
  }
  if (!equalJson(before, after)) tx.setPrivateState(key, controller, after);
  return triggers.length > 0 ? formatTime(Math.min(...triggers)) : undefined;
}

export function setTriggerTime(metadata: ObjectMeta, triggerTime: string | undefined): void {
  const { [ANNOTATION]: _, ...annotations } = metadata.annotations ?? {};
  if (triggerTime !== undefined) annotations[ANNOTATION] = triggerTime;
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  else delete metadata.annotations;
}
