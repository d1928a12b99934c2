/** When pods are tried again: which changes may help which pods that could not be placed. */
import type { ObjectChange, Transaction } from "../cluster/transaction.ts";
import type { Watch } from "../controllers/controller.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { podKind } from "../kinds/core/pod.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../kinds/kind.ts";
import { equalJson } from "../lib/json.ts";
import type { Node, Pod } from "../schema/index.ts";
import { isAtEnd } from "./node-info.ts";

const OWNER = "scheduler";

/** Why the last attempt failed. */
interface Failure {
  /** Filters whose rejections other pods could lift. */
  filters: readonly string[];
  /** Where it will go once its claims are bound. */
  node?: string;
}

/** Filters that look at the pods on a node. */
const LIFTED_BY_LEAVING = new Set(["NodeResourcesFit", "NodePorts", "PodTopologySpread", "InterPodAffinity"]);
const LIFTED_BY_COMING = new Set(["PodTopologySpread", "InterPodAffinity"]);

export const watches: readonly Watch[] = [
  { resource: resourceId(podKind), map: podChanged },
  { resource: resourceId(nodeKind), map: nodeChanged },
  { resource: "core/persistentvolumeclaims", map: claimChanged },
  { resource: "core/persistentvolumes", map: (_change, tx) => waitingPods(tx, isAboutClaims) },
  { resource: "storage.k8s.io/storageclasses", map: (_change, tx) => waitingPods(tx, isAboutClaims) },
];

export function rememberFailure(tx: Transaction, pod: Pod, filters: readonly string[], node?: string): void {
  const failure: Failure = { filters: [...new Set(filters)], ...(node !== undefined && { node }) };
  tx.setPrivateState(keyOf(pod), OWNER, failure);
}

/** The node that was chosen for a pod that waits for its claims. */
export function chosenNode(tx: Transaction, pod: Pod): string | undefined {
  return tx.privateState<Failure>(keyOf(pod), OWNER)?.node;
}

export function forgetFailure(tx: Transaction, pod: Pod): void {
  tx.setPrivateState(keyOf(pod), OWNER, undefined);
}

/** The pod itself, if it is to be placed and is not known; those that wait for others to leave or to come. */
function podChanged({ key, before, after }: ObjectChange, tx: Transaction): Iterable<ObjectKey> {
  const pod = after as Pod | undefined;
  const previous = before as Pod | undefined;
  if (pod && !pod.spec.nodeName) return isNews(pod, previous) ? [key] : [];
  const held = previous?.spec.nodeName !== undefined && !isAtEnd(previous);
  const holds = pod !== undefined && !isAtEnd(pod);
  if (held && !holds) return waitingPods(tx, (failure) => failure.filters.some((name) => LIFTED_BY_LEAVING.has(name)));
  const isRelabelled = held && holds && !equalJson(previous?.metadata.labels, pod?.metadata.labels);
  if ((!held && holds) || isRelabelled) {
    return waitingPods(tx, (failure) => failure.filters.some((name) => LIFTED_BY_COMING.has(name)));
  }
  return [];
}

function isNews(pod: Pod, previous: Pod | undefined): boolean {
  if (!previous) return true;
  return (
    previous.metadata.generation !== pod.metadata.generation ||
    !equalJson(previous.metadata.labels, pod.metadata.labels)
  );
}

/** Heartbeats help nobody. */
function nodeChanged({ before, after }: ObjectChange, tx: Transaction): Iterable<ObjectKey> {
  const [node, previous] = [after as Node | undefined, before as Node | undefined];
  if (!node) return [];
  const mayHelp =
    !previous ||
    !equalJson(previous.spec, node.spec) ||
    !equalJson(previous.metadata.labels, node.metadata.labels) ||
    !equalJson(previous.status.allocatable, node.status.allocatable);
  return mayHelp ? waitingPods(tx, () => true) : [];
}

function claimChanged({ key }: ObjectChange, tx: Transaction): Iterable<ObjectKey> {
  return waitingPods(tx, isAboutClaims, parseKey(key).namespace);
}

function isAboutClaims({ filters }: Failure): boolean {
  return filters.includes("VolumeBinding");
}

function waitingPods(tx: Transaction, isHelped: (failure: Failure) => boolean, namespace?: string): ObjectKey[] {
  const keys: ObjectKey[] = [];
  const unbound = tx.derived("scheduler/unbound", [podKind], () =>
    tx.list(podKind).filter(({ spec }) => !spec.nodeName),
  );
  for (const pod of unbound) {
    if (namespace !== undefined && pod.metadata.namespace !== namespace) continue;
    const key = keyOf(pod);
    const failure = tx.privateState<Failure>(key, OWNER);
    if (failure && isHelped(failure)) keys.push(key);
  }
  return keys;
}

function keyOf({ metadata }: Pod): ObjectKey {
  return objectKey(podKind, metadata.namespace ?? "", metadata.name ?? "");
}
