/**
 * Heartbeats of nodes and of the control plane, computed when somebody reads: writing them would cost a revision every
 * few seconds and say nothing.
 */
import { formatMicroTime, formatTime, parseTime } from "../lib/time.ts";
import type { Lease, Node } from "../schema/index.ts";

/** The kubelet posts an unchanged status this often. */
const NODE_STATUS_PERIOD_MS = 300_000;
const LEASE_PERIODS_MS = { node: 10_000, leader: 2_000, apiServer: 10_000 };
const LEADERS = new Set(["kube-controller-manager", "kube-scheduler"]);

/** The node with the time of its kubelet's last status report, as long as its conditions are the kubelet's. */
export function nodeAtRead(node: Node, nowMs: number): Node {
  const conditions = node.status?.conditions;
  if (!conditions?.some(isKubeletsOwn)) return node;
  const lastHeartbeatTime = formatTime(lastBeatMs(node, NODE_STATUS_PERIOD_MS, nowMs));
  const beating = conditions.map((condition) =>
    isKubeletsOwn(condition) && (condition.lastHeartbeatTime ?? "") < lastHeartbeatTime
      ? { ...condition, lastHeartbeatTime }
      : condition,
  );
  return { ...node, status: { ...node.status, conditions: beating } };
}

/** The Lease of a node or of a part of the control plane as last renewed; those of others stay as they are. */
export function leaseAtRead(lease: Lease, nowMs: number): Lease {
  const periodMs = renewalPeriodMs(lease);
  if (periodMs === undefined) return lease;
  const renewTime = formatMicroTime(lastBeatMs(lease, periodMs, nowMs));
  return (lease.spec.renewTime ?? "") < renewTime ? { ...lease, spec: { ...lease.spec, renewTime } } : lease;
}

function isKubeletsOwn({ reason }: { reason?: string }): boolean {
  return reason?.startsWith("Kubelet") ?? false;
}

function renewalPeriodMs({ metadata, spec }: Lease): number | undefined {
  const { namespace, name = "" } = metadata;
  if (namespace === "kube-node-lease" && spec?.holderIdentity === name) return LEASE_PERIODS_MS.node;
  if (namespace !== "kube-system") return undefined;
  if (LEADERS.has(name)) return LEASE_PERIODS_MS.leader;
  return name.startsWith("apiserver-") ? LEASE_PERIODS_MS.apiServer : undefined;
}

/** Beats are counted from the object's creation. */
function lastBeatMs({ metadata }: Node | Lease, periodMs: number, nowMs: number): number {
  const createdAtMs = parseTime(metadata.creationTimestamp ?? "");
  if (Number.isNaN(createdAtMs) || createdAtMs > nowMs) return nowMs;
  return nowMs - ((nowMs - createdAtMs) % periodMs);
}
