/** Which pods go first when there are too many (ActivePodsWithRanks of kubernetes/pkg/controller). */

import { parseInt32 } from "../../lib/integers.ts";
import { parseTime } from "../../lib/time.ts";
import type { Pod } from "../../schema/index.ts";
import { isPodReady, readySinceMs } from "../lib/pods.ts";

const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
const PHASE_ORDER: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * Sorts so that what goes first stands first: not assigned, pending, not ready, cheap, doubled up on its node, ready for
 * a short time, often restarted, young. Ages compare by their binary logarithm, so that pods of about the same age go
 * in the order of their (random) uids.
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

/** The younger first. Equal instants decide nothing; instants of about the same age leave it to the uids. */
function compareAges(a: number | undefined, b: number | undefined, nowMs: number, podA: Pod, podB: Pod): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const difference = logarithmOfAge(a, nowMs) - logarithmOfAge(b, nowMs);
  if (difference !== 0) return difference;
  return (podA.metadata.uid ?? "") < (podB.metadata.uid ?? "") ? -1 : 1;
}

/** Whole binary logarithm of the age in nanoseconds; -1 for none. */
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
