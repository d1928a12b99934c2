/**
 * The kubelet compares the statuses that it wrote with the API server's, and writes its own again: pods' every ten
 * seconds, its node's with each report.
 * Kubernetes: pkg/kubelet/status/status_manager.go (`needsReconcile`), pkg/kubelet/kubelet_node_status.go
 * (`tryUpdateNodeStatus`)
 */
import type { ObjectChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import type { Controller } from "../controllers/controller.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { faultOf, nodeKeyOf } from "../kinds/faults.ts";
import { foreignStatusOf, withKeptStatus } from "../kinds/foreign-status.ts";
import { LEASE_PERIODS_MS, lastBeatMs, wasNeverReported } from "../kinds/heartbeats.ts";
import type { ObjectKey } from "../kinds/kind.ts";
import { resourceId } from "../kinds/kind.ts";
import type { Node, NodeStatus, Pod } from "../schema/index.ts";

/** `syncPeriod` of the status manager. */
const POD_STATUS_PERIOD_MS = 10_000;

/**
 * The pod as its kubelet knows it. Conditions that a kubelet does not write (readiness gates) keep the client's values.
 */
export function podAsKept(tx: Transaction, key: ObjectKey, pod: Pod): Pod {
  const kept = withKeptStatus(tx, key, pod);
  if (kept === pod) return pod;
  const own = new Set(kept.status.conditions?.map(({ type }) => type));
  const others = pod.status.conditions?.filter(({ type }) => !own.has(type) && !KUBELET_CONDITIONS.has(type)) ?? [];
  const conditions = kept.status.conditions?.map((condition) => {
    const current = pod.status.conditions?.find(({ type }) => type === condition.type);
    return KUBELET_CONDITIONS.has(condition.type) ? condition : (current ?? condition);
  });
  return { ...kept, status: { ...kept.status, conditions: [...(conditions ?? []), ...others] } };
}

const KUBELET_CONDITIONS = new Set([
  ...["PodScheduled", "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready"],
  ...["PodResizePending", "PodResizeInProgress"],
]);

/** The next comparison after a client wrote the status, ms; undefined if no client did. */
export function comparesPodAtMs(tx: Transaction, key: ObjectKey, acceptedAtMs: number): number | undefined {
  const foreign = foreignStatusOf(tx, key);
  if (!foreign) return undefined;
  const periods = Math.floor((foreign.atMs - acceptedAtMs) / POD_STATUS_PERIOD_MS) + 1;
  return acceptedAtMs + periods * POD_STATUS_PERIOD_MS;
}

export const nodeComparison: Controller = {
  name: "kubelet-node-comparison",
  manager: "kubelet",
  watches: [{ resource: resourceId(nodeKind), map: overwritten }],

  reconcile(tx, key, nowMs) {
    const node = tx.getByKey(key) as Node | undefined;
    const foreign = foreignStatusOf(tx, key);
    if (!node || !foreign || wasNeverReported(tx, node)) return;
    const beatMs = lastBeatMs(node, LEASE_PERIODS_MS.node, foreign.atMs) + LEASE_PERIODS_MS.node;
    if (nowMs < beatMs) return beatMs;
    restoreNode(tx, node);
  },
};

/** Restores the node's status after a client wrote it, unless the kubelet is disconnected. */
export function restoreNode(tx: Transaction, node: Node): void {
  const key = nodeKeyOf(node.metadata.name ?? "");
  const kept = withKeptStatus(tx, key, node);
  if (kept === node || wasNeverReported(tx, node) || faultOf(tx, node.metadata.name ?? "")) return;
  const status = statusAsKept(kept.status, node.status);
  tx.updateStatus(nodeKind, node, (draft) => {
    draft.status = status;
  });
}

/**
 * The kubelet keeps foreign parts: extended resources that were added to the capacity, and conditions of other types.
 */
function statusAsKept(kept: NodeStatus, current: NodeStatus): NodeStatus {
  const extended = Object.entries(current.capacity ?? {}).filter(([name]) => isExtendedResource(name));
  const own = new Set(kept.conditions?.map(({ type }) => type));
  const others = current.conditions?.filter(({ type }) => !own.has(type)) ?? [];
  const { volumesAttached, volumesInUse } = current;
  return {
    ...kept,
    ...(volumesAttached && { volumesAttached }),
    ...(volumesInUse && { volumesInUse }),
    capacity: { ...kept.capacity, ...Object.fromEntries(extended) },
    allocatable: { ...kept.allocatable, ...Object.fromEntries(extended) },
    conditions: [...(kept.conditions ?? []), ...others],
  };
}

function isExtendedResource(name: string): boolean {
  return name.includes("/") && !name.includes("kubernetes.io/") && !name.startsWith("requests.");
}

function overwritten({ key }: ObjectChange, tx: Transaction): ObjectKey[] {
  return foreignStatusOf(tx, key) ? [key] : [];
}
