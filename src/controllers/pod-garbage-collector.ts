/** Removes pods of nodes that are gone: their kubelet cannot confirm the end any more. */
import type { Transaction } from "../cluster/transaction.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { podKind } from "../kinds/core/pod.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../kinds/kind.ts";
import { formatTime } from "../lib/time.ts";
import type { Pod, PodCondition } from "../schema/index.ts";
import type { Controller } from "./controller.ts";
import { isPodFinished } from "./lib/pods.ts";

/** Kubernetes looks every 20 s and lets a missing node be missing for 40 s. */
const QUARANTINE_MS = 40_000;

export const podGarbageCollector: Controller = {
  name: "pod-garbage-collector-controller",
  manager: "kube-controller-manager",
  watches: [
    { resource: resourceId(nodeKind), map: ({ key, after }) => (after ? [] : [key]) },
    { resource: resourceId(podKind), map: ({ after }, tx) => missingNode(tx, after as Pod | undefined) },
  ],
  latencyMs: QUARANTINE_MS,

  reconcile(tx, key, nowMs) {
    const { name } = parseKey(key);
    if (tx.get(nodeKind, "", name)) return;
    for (const pod of tx.list(podKind)) {
      if (pod.spec.nodeName !== name) continue;
      if (!isPodFinished(pod)) tx.updateStatus(podKind, pod, (draft) => fail(draft, nowMs));
      tx.delete(podKind, pod, { gracePeriodSeconds: 0 });
    }
  },
};

/** A pod may name a node that never was. */
function missingNode(tx: Transaction, pod: Pod | undefined): ObjectKey[] {
  const node = pod?.spec.nodeName;
  return node && !tx.get(nodeKind, "", node) ? [objectKey(nodeKind, "", node)] : [];
}

function fail(pod: Pod, nowMs: number): void {
  const condition: PodCondition = {
    type: "DisruptionTarget",
    status: "True",
    lastTransitionTime: formatTime(nowMs),
    reason: "DeletionByPodGC",
    message: "PodGC: node no longer exists",
  };
  pod.status.phase = "Failed";
  pod.status.conditions = [...(pod.status.conditions ?? []).filter(({ type }) => type !== condition.type), condition];
}
