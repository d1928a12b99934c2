/**
 * The taints by which the node controller expresses a node's conditions.
 * Kubernetes: pkg/controller/nodelifecycle/node_lifecycle_controller.go (nodeConditionToTaintKeyStatusMap)
 */
import { formatTime } from "../lib/time.ts";
import type { Node, Taint } from "../schema/index.ts";

type Effect = "NoSchedule" | "NoExecute";

const PREFIX = "node.kubernetes.io/";
/** Taints by condition and status. */
const BY_CONDITION: readonly [type: string, status: string, taint: string][] = [
  ["Ready", "False", "not-ready"],
  ["Ready", "Unknown", "unreachable"],
  ["MemoryPressure", "True", "memory-pressure"],
  ["DiskPressure", "True", "disk-pressure"],
  ["NetworkUnavailable", "True", "network-unavailable"],
  ["PIDPressure", "True", "pid-pressure"],
];
const OWN: Readonly<Record<Effect, ReadonlySet<string>>> = {
  NoSchedule: new Set([...BY_CONDITION.map(([, , taint]) => PREFIX + taint), `${PREFIX}unschedulable`]),
  NoExecute: new Set([`${PREFIX}not-ready`, `${PREFIX}unreachable`]),
};

/** The NoSchedule taints of the node's conditions, and of a cordoned node. */
export function wantedNoSchedule({ spec, status }: Node): string[] {
  const keys = BY_CONDITION.flatMap(([type, wanted, taint]) =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === wanted)
      ? [PREFIX + taint]
      : [],
  );
  return spec.unschedulable ? [...keys, `${PREFIX}unschedulable`] : keys;
}

/** The NoExecute taint of a node that is not ready. */
export function wantedNoExecute(readiness: string): string[] {
  if (readiness === "True") return [];
  return [PREFIX + (readiness === "False" ? "not-ready" : "unreachable")];
}

/** The node's taints, with the controller's own taints of this effect as wanted; undefined if nothing must change. */
export function taintsWith(node: Node, effect: Effect, wanted: readonly string[], nowMs: number): Taint[] | undefined {
  const present = node.spec.taints ?? [];
  const isOwn = (taint: Taint) => taint.effect === effect && OWN[effect].has(taint.key);
  const kept = present.filter((taint) => !isOwn(taint) || wanted.includes(taint.key));
  const missing = wanted.filter((key) => !kept.some((taint) => taint.key === key && taint.effect === effect));
  if (kept.length === present.length && missing.length === 0) return undefined;
  return [...kept, ...missing.map((key) => ({ key, effect, timeAdded: formatTime(nowMs) }))];
}
