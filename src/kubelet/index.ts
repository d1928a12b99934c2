/**
 * The kubelets of all nodes. Each pod that is bound to a node is pulled, started, probed, restarted and stopped, at the
 * times at which a real kubelet would do so. One key per pod.
 * Kubernetes: pkg/kubelet/kubelet.go (`SyncPod`), pkg/kubelet/pod_workers.go
 */

import type { ObjectChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import type { Controller, Requeue } from "../controllers/controller.ts";
import { configMapKind } from "../kinds/core/config-map.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { podKind } from "../kinds/core/pod.ts";
import { secretKind } from "../kinds/core/secret.ts";
import { faultOf, nodeKeyOf } from "../kinds/faults.ts";
import { foreignStatusOf, withKeptStatus } from "../kinds/foreign-status.ts";
import { wasNeverReported } from "../kinds/heartbeats.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../kinds/kind.ts";
import { cloneJson, equalJson } from "../lib/json.ts";
import { earliest } from "../lib/time.ts";
import type { Parts } from "../lib/work.ts";
import type { KubernetesObject, Node, Pod } from "../schema/index.ts";
import { announceRejection, reject, rejectionOf } from "./admission.ts";
import type { PodContext } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { evictionMs } from "./eviction.ts";
import { comparesPodAtMs, podAsKept } from "./foreign-status.ts";
import { isMirror, renewMirror } from "./mirror.ts";
import { countDisk } from "./node-pressure/pod-disk.ts";
import { countMemory } from "./node-pressure/pod-memory.ts";
import { resizesFreedBy } from "./resize-fit.ts";
import { lookAhead } from "./runtime/ahead.ts";
import { forgetContainers } from "./runtime/run.ts";
import { adoptedState, KUBELET, newPodState, type PodState } from "./state.ts";
import { repeatStatus, writeStatus } from "./status.ts";
import { syncPod } from "./sync.ts";

export const kubeletController: Controller = {
  name: KUBELET,
  manager: "kubelet",
  watches: [
    { resource: resourceId(podKind), map: podChanged, removed: podRemoved },
    { resource: resourceId(nodeKind), map: nodeReported },
    { resource: resourceId(configMapKind), map: sourceAppeared },
    { resource: resourceId(secretKind), map: sourceAppeared },
  ],

  *reconcile(tx, key, nowMs): Parts<Requeue> {
    const stored = tx.getByKey(key) as Pod | undefined;
    if (!stored?.spec.nodeName) return;
    // No kubelet runs the pods of a deleted node, or of a Node object without a machine.
    const storedNode = tx.get(nodeKind, "", stored.spec.nodeName);
    if (!storedNode || wasNeverReported(tx, storedNode) || faultOf(tx, stored.spec.nodeName)) return;
    const node = withKeptStatus(tx, nodeKeyOf(stored.spec.nodeName), storedNode);
    const pod = podAsKept(tx, key, stored);
    const known = tx.privateState<PodState>(key, KUBELET);
    const state = known ? cloneJson(known) : firstState(pod, nowMs);
    if (!state.isSyncing || pod.metadata.deletionTimestamp) state.generation = pod.metadata.generation ?? 0;
    const context: PodContext = { tx, pod, node, state, nowMs };
    if (isMirror(pod) && pod.metadata.deletionTimestamp) {
      renewMirror(context);
      return;
    }
    const syncAtMs = yield* admitAndSync(context, known === undefined);
    const comparesAtMs = compareStatus(context, key);
    yield;
    const nextAtMs = earliest(syncAtMs, comparesAtMs, yield* lookAhead(context), evictionMs(context));
    countMemory(context);
    countDisk(context);
    if (!known || !equalJson(known, state)) {
      if (tx.getByKey(key)) tx.setPrivateState(key, KUBELET, state);
    }
    return nextAtMs;
  },
};

/** A rejected pod is not synced again. */
function* admitAndSync(context: PodContext, isNew: boolean): Parts<number | undefined> {
  const { pod, state, nowMs } = context;
  const rejection = isNew && !isMirror(pod) && !pod.status.containerStatuses?.length && rejectionOf(context);
  if (rejection) announceRejection(context, rejection);
  if (state.isRejected) return undefined;
  // A pod that is deleted meanwhile has nothing to be rejected for.
  if (!state.rejection || pod.metadata.deletionTimestamp) return yield* syncPod(context);
  if (state.rejection.writtenAtMs > nowMs) return state.rejection.writtenAtMs;
  reject(context, state.rejection);
  return undefined;
}

/** Writes the status again when a client overwrote it and the comparison is due. Returns when it is due, ms. */
function compareStatus(context: PodContext, key: ObjectKey): number | undefined {
  const { tx, state, nowMs } = context;
  if (!tx.getByKey(key)) return undefined;
  const comparesAtMs = comparesPodAtMs(tx, key, state.acceptedAtMs);
  if (comparesAtMs === undefined || comparesAtMs > nowMs) return comparesAtMs;
  if (state.isRejected) repeatStatus(context);
  else writeStatus(context);
  return undefined;
}

/** A pod with container statuses runs already: the base, or an earlier version of this kubelet, started it. */
function firstState(pod: Pod, nowMs: number): PodState {
  return pod.status.containerStatuses?.length ? adoptedState(pod, nowMs) : newPodState(pod, nowMs);
}

/** Status changes that the kubelet itself wrote do not wake it. */
function podChanged(change: ObjectChange, tx: Transaction): ObjectKey[] {
  const { key, before, after } = change;
  const freed = resizesFreedBy(change, tx);
  const pod = after as Pod | undefined;
  if (!pod?.spec.nodeName) return freed;
  const previous = before as Pod | undefined;
  const isNews =
    previous?.spec.nodeName === undefined ||
    foreignStatusOf(tx, key) !== undefined ||
    previous.metadata.generation !== pod.metadata.generation ||
    previous.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp ||
    previous.metadata.deletionGracePeriodSeconds !== pod.metadata.deletionGracePeriodSeconds ||
    (pod.spec.readinessGates !== undefined && !equalJson(previous.status.conditions, pod.status.conditions));
  return isNews ? [key, ...freed] : freed;
}

/**
 * A pod that was deleted by force: its containers still run, and the kubelet stops them. If the kubelet knew of the
 * deletion, it has written the status of this generation and told the events.
 */
function podRemoved(last: KubernetesObject, tx: Transaction): void {
  const pod = last as Pod;
  forgetContainers(tx, pod);
  if (isMirror(pod) || (pod.status.observedGeneration ?? 0) >= (pod.metadata.generation ?? 0)) return;
  const node = tx.get(nodeKind, "", pod.spec.nodeName ?? "");
  if (!node || wasNeverReported(tx, node) || faultOf(tx, node.metadata.name ?? "")) return;
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status;
  for (const { name, state } of [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses]) {
    if (state.running) podEvent({ tx, pod, node }, messages.stopping(name), name);
  }
}

function nodeReported({ before, after }: ObjectChange, tx: Transaction): ObjectKey[] {
  const node = after as Node | undefined;
  if (!node || wasNeverReported(tx, node) || isReported(before as Node | undefined)) return [];
  return tx
    .list(podKind)
    .filter(({ spec }) => spec.nodeName === node?.metadata.name)
    .map(({ metadata }) => objectKey(podKind, metadata.namespace ?? "", metadata.name ?? ""));
}

function isReported(node: Node | undefined): boolean {
  const ready = node?.status.conditions?.find(({ type }) => type === "Ready");
  return ready !== undefined && ready.reason !== "NodeStatusNeverUpdated";
}

/** Wakes the pods that wait for a ConfigMap or Secret when one of their namespace is created or its keys change. */
function sourceAppeared({ key, before, after }: ObjectChange, tx: Transaction): ObjectKey[] {
  if (!after) return [];
  const waiting = tx
    .list(podKind, parseKey(key).namespace)
    .filter(({ status, spec }) => status.phase === "Pending" && spec.nodeName);
  // The keys of large data are compared only where a pod waits.
  if (waiting.length === 0 || (before && sameKeys(before["data"], after["data"]))) return [];
  return waiting.map(({ metadata }) => objectKey(podKind, metadata.namespace ?? "", metadata.name ?? ""));
}

function sameKeys(a: unknown, b: unknown): boolean {
  return equalJson(Object.keys(a ?? {}).sort(), Object.keys(b ?? {}).sort());
}
