/**
 * Heartbeats of nodes and of the control plane, computed at read time: writing them would cost a revision every
 * few seconds without information.
 */
import { formatMicroTime, formatTime, parseTime } from "../lib/time.ts";
import type { Lease, Node } from "../schema/index.ts";
import { faultOf, nodeKeyOf } from "./faults.ts";
import { foreignStatusOf } from "./foreign-status.ts";
import type { PrivateReader } from "./kind.ts";
import { holdingOf, leaseKeyOf } from "./lease-holding.ts";

/** The kubelet posts an unchanged status this often. */
const NODE_STATUS_PERIOD_MS = 300_000;
export const LEASE_PERIODS_MS = { node: 10_000, leader: 2_000, apiServer: 10_000 };
const LEADERS = new Set(["kube-controller-manager", "kube-scheduler"]);

/** The node with the time of its kubelet's last status report, as long as its conditions are the kubelet's. */
export function nodeAtRead(node: Node, nowMs: number, remembered?: PrivateReader): Node {
  const conditions = node.status?.conditions;
  if (!conditions?.some(isKubeletsOwn) || (remembered && wasNeverReported(remembered, node))) return node;
  const lastHeartbeatTime = formatTime(lastBeatMs(node, NODE_STATUS_PERIOD_MS, lastContactMs(node, nowMs, remembered)));
  const beating = conditions.map((condition) =>
    isKubeletsOwn(condition) && (condition.lastHeartbeatTime ?? "") < lastHeartbeatTime
      ? { ...condition, lastHeartbeatTime }
      : condition,
  );
  return { ...node, status: { ...node.status, conditions: beating } };
}

/** Renews the Lease of a node, of a control plane component or of a process of a pod. Other Leases are unchanged. */
export function leaseAtRead(lease: Lease, nowMs: number, remembered?: PrivateReader): Lease {
  const periodMs = renewalPeriodMs(lease);
  if (periodMs === undefined) return remembered ? heldLeaseAtRead(lease, nowMs, remembered) : lease;
  const untilMs = isNodeLease(lease) ? lastContactMs(lease, nowMs, remembered) : nowMs;
  if (isNodeLease(lease) && remembered && isOfNodeWithoutKubelet(remembered, lease)) return lease;
  return renewed(lease, lastBeatMs(lease, periodMs, untilMs));
}

function heldLeaseAtRead(lease: Lease, nowMs: number, remembered: PrivateReader): Lease {
  const { namespace = "", name = "" } = lease.metadata;
  const holding = holdingOf(remembered, leaseKeyOf(namespace, name));
  if (!holding || holding.identity !== lease.spec.holderIdentity) return lease;
  return renewed(lease, lastBeatMs(lease, holding.periodMs, Math.min(nowMs, holding.untilMs ?? nowMs)));
}

function renewed(lease: Lease, atMs: number): Lease {
  const renewTime = formatMicroTime(atMs);
  return (lease.spec.renewTime ?? "") < renewTime ? { ...lease, spec: { ...lease.spec, renewTime } } : lease;
}

/**
 * True if no kubelet has ever reported the node's status.
 * A status that a client wrote does not count as a report.
 */
export function wasNeverReported(reader: PrivateReader, { metadata, status }: Node): boolean {
  const kept = foreignStatusOf(reader, nodeKeyOf(metadata.name ?? ""))?.kept;
  const own = kept === undefined ? status : (kept as Node["status"] | null);
  const ready = own?.conditions?.find(({ type }) => type === "Ready");
  return ready === undefined || ready.reason === "NodeStatusNeverUpdated";
}

function isKubeletsOwn({ reason }: { reason?: string }): boolean {
  return reason?.startsWith("Kubelet") ?? false;
}

function isNodeLease({ metadata: { namespace, name }, spec }: Lease): boolean {
  return namespace === "kube-node-lease" && spec?.holderIdentity === name;
}

function isOfNodeWithoutKubelet(reader: PrivateReader, { metadata: { name = "" } }: Lease): boolean {
  const kept = foreignStatusOf(reader, nodeKeyOf(name))?.kept as Node["status"] | null | undefined;
  return kept !== undefined && !kept?.conditions?.some(({ type }) => type === "Ready");
}

/** Now, or the time at which the node's kubelet stopped reporting. A node and its Lease have one name. */
function lastContactMs({ metadata }: Node | Lease, nowMs: number, remembered: PrivateReader | undefined): number {
  const fault = remembered && faultOf(remembered, metadata.name ?? "");
  return fault ? Math.min(nowMs, fault.sinceMs) : nowMs;
}

function renewalPeriodMs(lease: Lease): number | undefined {
  const { namespace, name = "" } = lease.metadata;
  if (isNodeLease(lease)) return LEASE_PERIODS_MS.node;
  if (namespace !== "kube-system") return undefined;
  if (LEADERS.has(name)) return LEASE_PERIODS_MS.leader;
  return name.startsWith("apiserver-") ? LEASE_PERIODS_MS.apiServer : undefined;
}

/** The last beat up to an instant, ms. Beats are counted from the object's creation. */
export function lastBeatMs({ metadata }: Node | Lease, periodMs: number, nowMs: number): number {
  const createdAtMs = parseTime(metadata.creationTimestamp ?? "");
  if (Number.isNaN(createdAtMs) || createdAtMs > nowMs) return nowMs;
  return nowMs - ((nowMs - createdAtMs) % periodMs);
}
