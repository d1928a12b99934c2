/**
 * The scheduler's writes: bindings, conditions, Events, and the deletion of victims.
 * Kubernetes: pkg/scheduler/schedule_one.go (bind, handleSchedulingFailure),
 * pkg/scheduler/framework/preemption/executor.go
 */
import { recordEvent } from "../cluster/events.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { podKind } from "../kinds/core/pod.ts";
import { objectKey } from "../kinds/kind.ts";
import { formatTime } from "../lib/time.ts";
import type { Pod, PodCondition } from "../schema/index.ts";

const COMPONENT = "default-scheduler";
const PREEMPTED = "PreemptionByScheduler";
const REQUEST_MS = 6;

export function bindPod(tx: Transaction, pod: Pod, node: string): void {
  const bound = tx.updateSubresource(podKind, "binding", pod, (draft) => {
    draft.spec.nodeName = node;
    setCondition(draft, {
      type: "PodScheduled",
      status: "True",
      lastProbeTime: null,
      lastTransitionTime: formatTime(tx.nowMs),
    });
  });
  const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${node}`;
  recordEvent(tx, {
    object: bound,
    type: "Normal",
    reason: "Scheduled",
    message,
    component: COMPONENT,
    action: "Binding",
  });
}

/** Records that the pod is unschedulable. `nominatedNode`: the node that preemption makes room on. */
export function reportFailure(
  tx: Transaction,
  pod: Pod,
  { message, nominatedNode }: { message: string; nominatedNode?: string },
): void {
  recordEvent(tx, {
    object: pod,
    type: "Warning",
    reason: "FailedScheduling",
    message,
    component: COMPONENT,
    action: "Scheduling",
  });
  tx.updateStatus(podKind, pod, (draft) => {
    const before = draft.status.conditions?.find(({ type }) => type === "PodScheduled");
    setCondition(draft, {
      type: "PodScheduled",
      observedGeneration: draft.metadata.generation,
      status: "False",
      lastProbeTime: null,
      lastTransitionTime: before?.status === "False" ? before.lastTransitionTime : formatTime(tx.nowMs),
      reason: "Unschedulable",
      message,
    });
    if (nominatedNode) draft.status.nominatedNodeName = nominatedNode;
    else delete draft.status.nominatedNodeName;
  });
}

/**
 * Writes a condition to each victim; the deletion follows some milliseconds later. Kubernetes sends two requests, too.
 */
export function evictVictims(tx: Transaction, pod: Pod, node: string, victims: readonly Pod[]): void {
  for (const victim of victims) {
    if (!victim.metadata.deletionTimestamp) {
      tx.updateStatus(podKind, victim, (draft) => {
        setCondition(draft, {
          type: "DisruptionTarget",
          observedGeneration: draft.metadata.generation,
          status: "True",
          lastProbeTime: null,
          lastTransitionTime: formatTime(tx.nowMs),
          reason: PREEMPTED,
          message: `${COMPONENT}: preempting to accommodate a higher priority pod`,
        });
      });
      const key = objectKey(podKind, victim.metadata.namespace ?? "", victim.metadata.name ?? "");
      tx.requeue("scheduler", key, tx.nowMs + REQUEST_MS);
    }
    recordEvent(tx, {
      object: victim,
      type: "Normal",
      reason: "Preempted",
      message: `Preempted by pod ${pod.metadata.uid} on node ${node}`,
      component: COMPONENT,
      action: "Preempting",
    });
  }
}

/** Deletes the pod if it carries the condition of a victim. */
export function deleteVictim(tx: Transaction, pod: Pod): void {
  const isVictim = pod.status.conditions?.some(({ reason }) => reason === PREEMPTED);
  if (isVictim && !pod.metadata.deletionTimestamp) tx.delete(podKind, pod);
}

function setCondition({ status }: Pod, condition: PodCondition): void {
  const conditions = status.conditions ?? [];
  const index = conditions.findIndex(({ type }) => type === condition.type);
  status.conditions =
    index === -1 ? [...conditions, condition] : conditions.map((other, i) => (i === index ? condition : other));
}
