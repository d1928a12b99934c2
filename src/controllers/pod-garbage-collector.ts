/**
 * Removes pods that no kubelet can finish: pods of removed nodes, terminating pods of nodes that are tainted out of
 * service (KEP-2268), and terminating pods without a node.
 * Kubernetes: pkg/controller/podgc/gc_controller.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { podKind } from "../kinds/core/pod.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../kinds/kind.ts";
import { formatTime } from "../lib/time.ts";
import type { Parts } from "../lib/work.ts";
import type { Node, Pod, PodCondition } from "../schema/index.ts";
import type { Controller, Requeue, Watch } from "./controller.ts";
import { isPodFinished } from "./lib/pods.ts";

/** Kubernetes runs every 20 s (gcCheckPeriod) and waits 40 s after a node is missing (quarantineTime). */
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

  *reconcile(tx, key, nowMs): Parts<Requeue> {
    const { resource, name } = parseKey(key);
    if (resource !== NODES) return collectUnscheduled(tx, tx.getByKey(key) as Pod | undefined);
    const node = tx.get(nodeKind, "", name);
    if (!isLost(node)) return;
    for (const pod of tx.list(podKind)) {
      if (pod.spec.nodeName !== name || (node && !pod.metadata.deletionTimestamp)) continue;
      if (!isPodFinished(pod)) tx.updateStatus(podKind, pod, (draft) => fail(draft, node, nowMs));
      tx.delete(podKind, pod, { gracePeriodSeconds: 0 });
      yield;
    }
  },
};

/** Terminating pods without a node: only finalizers keep them, and no kubelet will report their final phase. */
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

/** True if the node is removed, or not ready and tainted out of service by an administrator. */
function isLost(node: Node | undefined): boolean {
  if (!node) return true;
  const isReady = node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  return !isReady && (node.spec?.taints?.some(({ key }) => key === OUT_OF_SERVICE) ?? false);
}

/** The key of the pod's node if the pod is stuck there. The node may never have existed. */
function lostNode(tx: Transaction, pod: Pod | undefined): ObjectKey[] {
  const name = pod?.spec.nodeName;
  if (!name) return [];
  const node = tx.get(nodeKind, "", name);
  const isStuck = node === undefined || pod.metadata.deletionTimestamp !== undefined;
  return isStuck && isLost(node) ? [objectKey(nodeKind, "", name)] : [];
}

function fail(pod: Pod, node: Node | undefined, nowMs: number): void {
  pod.status.phase = "Failed";
  // A node out of service was declared so by an administrator: no condition gives the reason.
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
