/**
 * The order in which surplus pods are deleted.
 * Kubernetes: pkg/controller/controller_utils.go (ActivePodsWithRanks)
 */

import { parseInt32 } from "../../lib/integers.ts";
import { parseTime } from "../../lib/time.ts";
import type { Pod } from "../../schema/index.ts";
import { isPodReady, readySinceMs } from "../lib/pods.ts";

const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
const PHASE_ORDER: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * Sorts pods so that the first ones are deleted first: unassigned, pending, not ready, lower deletion cost, more
 * related pods on the same node, ready for a shorter time, more restarts, younger. Ages are compared by their binary
 * logarithm, so that pods of similar age are deleted in the order of their (random) uids (KEP-2185).
 * Example: pods that are 40 s and 50 s old have equal logarithms (floor(log2) of 4e10 and 5e10 ns is 35), so the uid
 * decides. A pod that is 10 s old (33) goes before both.
 */
export function rankForDeletion(pods: readonly Pod[], related: readonly Pod[], nowMs: number): Pod[] {
  const onNode = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec.nodeName ?? "";
    onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  const crowd = (pod: Pod) => onNode.get(pod.spec.nodeName ?? "") ?? 0;
  return [...pods].sort(
    (a, b) =>
      Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) ||
      phaseOrder(a) - phaseOrder(b) ||
      Number(isPodReady(a)) - Number(isPodReady(b)) ||
      deletionCost(a) - deletionCost(b) ||
      crowd(b) - crowd(a) ||
      compareAges(readySinceMs(a), readySinceMs(b), nowMs, a, b) ||
      restarts(b) - restarts(a) ||
      compareAges(createdMs(a), createdMs(b), nowMs, a, b),
  );
}

function phaseOrder(pod: Pod): number {
  return PHASE_ORDER[pod.status.phase ?? "Pending"] ?? 0;
}

function deletionCost(pod: Pod): number {
  const cost = pod.metadata.annotations?.[DELETION_COST];
  return cost !== undefined && /^([+-]?[1-9]\d*|0)$/.test(cost) ? (parseInt32(cost) ?? 0) : 0;
}

/** The younger first. Equal instants give 0; different instants with equal logarithms are ordered by uid. */
function compareAges(a: number | undefined, b: number | undefined, nowMs: number, podA: Pod, podB: Pod): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const difference = logarithmOfAge(a, nowMs) - logarithmOfAge(b, nowMs);
  if (difference !== 0) return difference;
  return (podA.metadata.uid ?? "") < (podB.metadata.uid ?? "") ? -1 : 1;
}

/** Floor of the binary logarithm of the age in nanoseconds; -1 for an age of 0. */
function logarithmOfAge(sinceMs: number, nowMs: number): number {
  const age = nowMs - sinceMs;
  return age > 0 ? Math.floor(Math.log2(age * 1e6)) : -1;
}

function createdMs(pod: Pod): number | undefined {
  return pod.metadata.creationTimestamp ? parseTime(pod.metadata.creationTimestamp) : undefined;
}

function restarts(pod: Pod): number {
  return Math.max(0, ...(pod.status.containerStatuses ?? []).map((status) => status.restartCount));
}
