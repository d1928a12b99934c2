/**
 * Evicts pods from nodes with NoExecute taints that they do not tolerate, or no longer, since a toleration may be
 * limited in time. One key per pod.
 * Kubernetes: pkg/controller/tainteviction/taint_eviction.go
 */
import { recordEvent } from "../cluster/events.ts";
import type { ObjectChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { podKind } from "../kinds/core/pod.ts";
import { type ObjectKey, objectKey, resourceId } from "../kinds/kind.ts";
import { digestOf } from "../lib/hash.ts";
import { equalJson, stringifyJson } from "../lib/json.ts";
import { formatTime } from "../lib/time.ts";
import { tolerates } from "../lib/tolerations.ts";
import type { Node, Pod, Taint } from "../schema/index.ts";
import type { Controller } from "./controller.ts";

const NAME = "taint-eviction";
const COMPONENT = "taint-eviction-controller";
const REQUEST_MS = 6;
const DISRUPTION = {
  type: "DisruptionTarget",
  reason: "DeletionByTaintManager",
  message: "Taint manager: deleting due to NoExecute taint",
};

/** A planned eviction: since when the pod is on the node with these taints. `tolerationSeconds` count from there. */
interface Observation {
  /** A digest of the taints, since a copy in every pod's private state would be too large. */
  taints: string;
  sinceMs: number;
}

export const taintEvictionController: Controller = {
  name: NAME,
  manager: "kube-controller-manager",
  component: COMPONENT,
  watches: [
    { resource: resourceId(podKind), map: podPlaced },
    { resource: resourceId(nodeKind), map: taintsChanged },
  ],

  reconcile(tx, key, nowMs) {
    const pod = tx.getByKey(key) as Pod | undefined;
    if (!pod?.spec.nodeName || pod.metadata.deletionTimestamp) return;
    const taints = noExecuteTaints(tx.get(nodeKind, "", pod.spec.nodeName));
    const known = tx.privateState<Observation>(key, NAME);
    if (taints.length === 0) {
      if (known) cancel(tx, pod, key);
      return;
    }
    const digest = digestOf(stringifyJson(taints));
    const observed = known?.taints === digest ? known : { taints: digest, sinceMs: nowMs };
    const evictAtMs = evictionMs(pod, taints, observed.sinceMs);
    if (evictAtMs <= nowMs) return evict(tx, pod, nowMs);
    if (!Number.isFinite(evictAtMs)) return;
    if (observed !== known) tx.setPrivateState(key, NAME, observed);
    return evictAtMs;
  },
};

/** When the pod must be evicted, ms; infinity if it tolerates all taints without a limit. */
function evictionMs({ spec }: Pod, taints: readonly Taint[], sinceMs: number): number {
  const used = [];
  for (const taint of taints) {
    const toleration = spec.tolerations?.find((candidate) => tolerates(candidate, taint));
    if (!toleration) return sinceMs;
    used.push(toleration);
  }
  const limits = used.flatMap(({ tolerationSeconds }) => (tolerationSeconds === undefined ? [] : [tolerationSeconds]));
  if (limits.length === 0) return Number.POSITIVE_INFINITY;
  return sinceMs + Math.max(0, Math.min(...limits)) * 1000;
}

/** Writes the condition; the deletion follows some milliseconds later. Kubernetes sends two requests, too. */
function evict(tx: Transaction, pod: Pod, nowMs: number): number | undefined {
  if (pod.status.conditions?.some(({ reason }) => reason === DISRUPTION.reason)) {
    tx.delete(podKind, pod);
    return undefined;
  }
  recordEvent(tx, {
    object: pod,
    type: "Normal",
    reason: "TaintManagerEviction",
    message: `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`,
    component: COMPONENT,
  });
  tx.updateStatus(podKind, pod, ({ status, metadata }) => {
    const others = status.conditions?.filter(({ type }) => type !== "DisruptionTarget") ?? [];
    const lastTransitionTime = formatTime(nowMs);
    const { type, ...why } = DISRUPTION;
    const condition = { type, observedGeneration: metadata.generation, status: "True", lastProbeTime: null };
    status.conditions = [...others, { ...condition, lastTransitionTime, ...why }];
  });
  return nowMs + REQUEST_MS;
}

function cancel(tx: Transaction, pod: Pod, key: ObjectKey): void {
  tx.setPrivateState(key, NAME, undefined);
  recordEvent(tx, {
    object: pod,
    type: "Normal",
    reason: "TaintManagerEviction",
    message: `Cancelling deletion of Pod ${pod.metadata.namespace}/${pod.metadata.name}`,
    component: COMPONENT,
  });
}

function noExecuteTaints(node: Node | undefined): Taint[] {
  return node?.spec.taints?.filter(({ effect }) => effect === "NoExecute") ?? [];
}

function podPlaced({ key, before, after }: ObjectChange, tx: Transaction): ObjectKey[] {
  const pod = after as Pod | undefined;
  if (!pod?.spec.nodeName) return [];
  const previous = before as Pod | undefined;
  const isNews = !previous?.spec.nodeName || !equalJson(previous.spec.tolerations, pod.spec.tolerations);
  if (!isNews) return [];
  return noExecuteTaints(tx.get(nodeKind, "", pod.spec.nodeName)).length > 0 ? [key] : [];
}

function taintsChanged({ before, after }: ObjectChange, tx: Transaction): ObjectKey[] {
  const [node, previous] = [after as Node | undefined, before as Node | undefined];
  if (!node || equalJson(noExecuteTaints(node), noExecuteTaints(previous))) return [];
  return tx
    .list(podKind)
    .filter(({ spec }) => spec.nodeName === node.metadata.name)
    .map(({ metadata }) => objectKey(podKind, metadata.namespace ?? "", metadata.name ?? ""));
}
