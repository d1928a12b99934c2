/**
 * Removes pods whose end no kubelet confirms: those of nodes that are gone, the terminating ones of nodes that somebody
 * declared out of service, and those that were to be deleted before they had a node.
 */
import type { Transaction } from "../cluster/transaction.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { podKind } from "../kinds/core/pod.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../kinds/kind.ts";
import { formatTime } from "../lib/time.ts";
import type { Node, Pod, PodCondition } from "../schema/index.ts";
import type { Controller, Watch } from "./controller.ts";
import { isPodFinished } from "./lib/pods.ts";

/** Kubernetes looks every 20 s and lets a missing node be missing for 40 s. */
const QUARANTINE_MS = 40_000;
const PERIOD_MS = 20_000;
const NAME = "pod-garbage-collector-controller";
const NODES = resourceId(nodeKind);
const OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

export const podGarbageCollector: Controller = {
  name: NAME,
  manager: "kube-controller-manager",
  watches: [
    { resource: NODES, map: ({ key, after }) => (isLost(after as Node | undefined) ? [key] : []) },
    { resource: resourceId(podKind), map: ({ after }, tx) => lostNode(tx, after as Pod | undefined) },
    unscheduledTerminating(),
  ],
  latencyMs: QUARANTINE_MS,

  reconcile(tx, key, nowMs) {
    const { resource, name } = parseKey(key);
    if (resource !== NODES) return collectUnscheduled(tx, tx.getByKey(key) as Pod | undefined);
    const node = tx.get(nodeKind, "", name);
    if (!isLost(node)) return;
    for (const pod of tx.list(podKind)) {
      if (pod.spec.nodeName !== name || (node && !pod.metadata.deletionTimestamp)) continue;
      if (!isPodFinished(pod)) tx.updateStatus(podKind, pod, (draft) => fail(draft, node, nowMs));
      tx.delete(podKind, pod, { gracePeriodSeconds: 0 });
    }
  },
};

/** Finalizers hold it: whoever set them waits for a phase that no kubelet will report. */
function unscheduledTerminating(): Watch {
  return {
    resource: resourceId(podKind),
    map({ key, after }, tx) {
      if (isUnscheduledTerminating(after as Pod | undefined)) tx.requeue(NAME, key, tx.nowMs + PERIOD_MS);
      return [];
    },
  };
}

function isUnscheduledTerminating(pod: Pod | undefined): pod is Pod {
  return pod?.metadata.deletionTimestamp !== undefined && !pod.spec.nodeName && !isPodFinished(pod);
}

function collectUnscheduled(tx: Transaction, pod: Pod | undefined): void {
  if (!isUnscheduledTerminating(pod)) return;
  tx.updateStatus(podKind, pod, (draft) => {
    draft.status.phase = "Failed";
  });
  tx.delete(podKind, pod, { gracePeriodSeconds: 0 });
}

/** Gone, or not ready and declared out of service: nobody but a person can know that a silent node has stopped. */
function isLost(node: Node | undefined): boolean {
  if (!node) return true;
  const isReady = node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  return !isReady && (node.spec?.taints?.some(({ key }) => key === OUT_OF_SERVICE) ?? false);
}

/** A pod may name a node that never was. */
function lostNode(tx: Transaction, pod: Pod | undefined): ObjectKey[] {
  const name = pod?.spec.nodeName;
  if (!name) return [];
  const node = tx.get(nodeKind, "", name);
  const isStuck = node === undefined || pod.metadata.deletionTimestamp !== undefined;
  return isStuck && isLost(node) ? [objectKey(nodeKind, "", name)] : [];
}

function fail(pod: Pod, node: Node | undefined, nowMs: number): void {
  pod.status.phase = "Failed";
  // Who declared the node out of service knows why the pod ends.
  if (node) return;
  const condition: PodCondition = {
    type: "DisruptionTarget",
    status: "True",
    lastTransitionTime: formatTime(nowMs),
    reason: "DeletionByPodGC",
    message: "PodGC: node no longer exists",
  };
  pod.status.conditions = [...(pod.status.conditions ?? []).filter(({ type }) => type !== condition.type), condition];
}
