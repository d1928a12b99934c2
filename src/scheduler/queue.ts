/**
 * Which changes wake which unschedulable pods.
 * Kubernetes: pkg/scheduler/eventhandlers.go, and the queueing hints of the plugins (KEP-4247)
 */

import type { ObjectChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import type { Watch } from "../controllers/controller.ts";
import { isPodFinished } from "../controllers/lib/pods.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { podKind } from "../kinds/core/pod.ts";
import { type ObjectKey, parseKey, resourceId } from "../kinds/kind.ts";
import { equalJson } from "../lib/json.ts";
import type { Node, PersistentVolume, Pod } from "../schema/index.ts";
import { type Failure, isWaiting, waitingUsers, wakeFirsts } from "./waiting.ts";

/** Filters that may accept a node after a pod has left it. */
const LIFTED_BY_LEAVING = new Set([
  "NodeResourcesFit",
  "NodePorts",
  "VolumeRestrictions",
  "PodTopologySpread",
  "InterPodAffinity",
]);
const LIFTED_BY_COMING = new Set(["PodTopologySpread", "InterPodAffinity"]);

const isHelpedByLeaving = ({ filters }: Failure) => filters.some((name) => LIFTED_BY_LEAVING.has(name));
const isHelpedByComing = ({ filters }: Failure) => filters.some((name) => LIFTED_BY_COMING.has(name));
const isAboutDevices = ({ filters }: Failure) => filters.includes("DynamicResources");
const isAboutClaims = ({ filters }: Failure) => filters.includes("VolumeBinding");

export const watches: readonly Watch[] = [
  { resource: resourceId(podKind), map: podChanged },
  { resource: resourceId(nodeKind), map: nodeChanged },
  { resource: "core/persistentvolumeclaims", map: claimChanged },
  { resource: "core/persistentvolumes", map: volumeChanged },
  { resource: "resource.k8s.io/resourceclaims", map: (_change, tx) => wakeFirsts(tx, isAboutDevices) },
  { resource: "storage.k8s.io/storageclasses", map: (_change, tx) => wakeFirsts(tx, isAboutClaims) },
];

/**
 * The pod itself if it is new or changed and has no node; otherwise pods that wait for other pods to leave or arrive.
 */
function podChanged({ key, before, after }: ObjectChange, tx: Transaction): Iterable<ObjectKey> {
  const pod = after as Pod | undefined;
  const previous = before as Pod | undefined;
  // A pod that leaves may have been the woken one of its group, or may have had a nominated node.
  if (previous && isWaiting(previous) && !pod?.spec.nodeName && !(pod && isWaiting(pod))) {
    return oncePerInstant(tx, "leaving", isHelpedByLeaving);
  }
  if (pod && !pod.spec.nodeName && isNews(pod, previous)) return [key];
  if (pod && !pod.spec.nodeName) return [];
  const held = previous?.spec.nodeName !== undefined && !isPodFinished(previous);
  const holds = pod !== undefined && !isPodFinished(pod);
  if (held && !holds) return oncePerInstant(tx, "leaving", isHelpedByLeaving);
  const isRelabelled = held && holds && !equalJson(previous?.metadata.labels, pod?.metadata.labels);
  if ((!held && holds) || isRelabelled) return oncePerInstant(tx, "coming", isHelpedByComing);
  return [];
}

function isNews(pod: Pod, previous: Pod | undefined): boolean {
  if (!previous) return true;
  return (
    previous.metadata.generation !== pod.metadata.generation ||
    !equalJson(previous.metadata.labels, pod.metadata.labels)
  );
}

/** Wakes pods if the node is new or differs in a field that filters read. Heartbeats are ignored. */
function nodeChanged({ before, after }: ObjectChange, tx: Transaction): Iterable<ObjectKey> {
  const [node, previous] = [after as Node | undefined, before as Node | undefined];
  if (!node) return [];
  const mayHelp =
    !previous ||
    !equalJson(previous.spec, node.spec) ||
    !equalJson(previous.metadata.labels, node.metadata.labels) ||
    !equalJson(previous.status.allocatable, node.status.allocatable);
  return mayHelp ? wakeFirsts(tx, () => true) : [];
}

function claimChanged({ key }: ObjectChange, tx: Transaction): Iterable<ObjectKey> {
  const { namespace, name } = parseKey(key);
  return waitingUsers(tx, namespace, name);
}

/** A volume with a claimRef wakes the pods of that claim; a free volume wakes all pods that wait for volumes. */
function volumeChanged({ after }: ObjectChange, tx: Transaction): Iterable<ObjectKey> {
  const claim = (after as PersistentVolume | undefined)?.spec.claimRef;
  if (claim) return waitingUsers(tx, claim.namespace ?? "", claim.name ?? "");
  return wakeFirsts(tx, isAboutClaims);
}

/** Wakes pods at the first of several changes within one instant. The later ones would wake the same pods. */
function oncePerInstant(tx: Transaction, round: string, isHelped: (failure: Failure) => boolean): ObjectKey[] {
  const instant = tx.derived(`scheduler/round/${round}`, [podKind], () => ({ atMs: Number.NaN }));
  if (instant.atMs === tx.nowMs) return [];
  instant.atMs = tx.nowMs;
  return wakeFirsts(tx, isHelped);
}
