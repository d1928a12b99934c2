/**
 * Admission of pods by the kubelet. It matters for pods that were created with a node in their spec: pods that the
 * scheduler bound fit. The predicates are the scheduler's filters, as in Kubernetes.
 * Kubernetes: pkg/kubelet/lifecycle/predicate.go
 */
import { recordEvent } from "../cluster/events.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { isPodFinished } from "../controllers/lib/pods.ts";
import { podKind } from "../kinds/core/pod.ts";
import { objectKey } from "../kinds/kind.ts";
import { goQuote } from "../lib/go-quote.ts";
import { formatTime } from "../lib/time.ts";
import { tolerates } from "../lib/tolerations.ts";
import { nodeAffinity } from "../scheduler/filters/node-affinity.ts";
import { nodePorts } from "../scheduler/filters/node-ports.ts";
import type { Filter } from "../scheduler/framework.ts";
import { type NodeInfo, nodeInfo } from "../scheduler/node-info.ts";
import { podRequests } from "../scheduler/requests.ts";
import type { Node, Pod } from "../schema/index.ts";
import type { PodContext } from "./context.ts";
import { rejectionMs } from "./latency.ts";
import { pressureRejection } from "./node-pressure/admission.ts";
import { KUBELET } from "./state.ts";

interface Rejection {
  reason: string;
  message: string;
}

/**
 * The first reason to reject a pod; undefined if the node admits it. The scheduler's predicates are checked only for pods
 * that it did not bind.
 */
export function rejectionOf({ tx, pod, node }: Pick<PodContext, "tx" | "pod" | "node">): Rejection | undefined {
  const forbidden = pressureRejection(pod, node) ?? forbiddenSysctl(pod);
  if (forbidden || isScheduled(pod)) return forbidden;
  const others = tx.list(podKind).filter((other) => other !== pod && isTakenBy(tx, other, node));
  const info = nodeInfo(node, others);
  return (
    lackOf(pod, info) ??
    failure(tx, nodeAffinity, pod, info) ??
    failure(tx, nodePorts, pod, info) ??
    untoleratedTaint(pod, node)
  );
}

/** Tells about the rejection. The pod's status follows. */
export function announceRejection({ tx, pod, node, state, nowMs }: PodContext, { reason, message }: Rejection): void {
  const host = node.metadata.name ?? "";
  recordEvent(tx, { object: pod, type: "Warning", reason, message, component: "kubelet", host });
  state.rejection = { reason, message, writtenAtMs: nowMs + rejectionMs(tx) };
}

/** Sets the pod's phase to Failed, the last status that the kubelet writes for it. */
export function reject({ tx, pod, state, nowMs }: PodContext, { reason, message }: Rejection): void {
  state.isRejected = state.isFinished = true;
  tx.updateStatus(podKind, pod, (draft) => {
    // Drops what a client wrote to the status meanwhile.
    const status = { ...pod.status };
    draft.status = status;
    Object.assign(status, { observedGeneration: state.generation, phase: "Failed", startTime: formatTime(nowMs) });
    Object.assign(status, { reason, message: `Pod was rejected: ${message}` });
  });
}

/** The scheduler sets the condition PodScheduled on every pod that it binds. */
function isScheduled({ status }: Pod): boolean {
  return status.conditions?.some(({ type }) => type === "PodScheduled") ?? false;
}

function isTakenBy(tx: Transaction, pod: Pod, node: Node): boolean {
  if (pod.spec.nodeName !== node.metadata.name || isPodFinished(pod)) return false;
  const key = objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
  return isScheduled(pod) || tx.privateState(key, KUBELET) !== undefined;
}

/** Settings that concern a pod's own namespaces only. Kubernetes: pkg/kubelet/sysctl/safe_sysctls.go */
const SAFE_SYSCTLS: ReadonlySet<string> = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
]);

/** The kubelets here allow no unsafe sysctl (`allowedUnsafeSysctls` is empty). */
function forbiddenSysctl({ spec }: Pod): Rejection | undefined {
  const unsafe = spec.securityContext?.sysctls?.find(({ name }) => !SAFE_SYSCTLS.has(name.replaceAll("/", ".")));
  if (!unsafe) return undefined;
  return { reason: "SysctlForbidden", message: `forbidden sysctl: ${goQuote(unsafe.name)} not allowlisted` };
}

/** The first resource that the node lacks. CPU is counted in millicores. */
function lackOf(pod: Pod, { requested, allocatable }: NodeInfo): Rejection | undefined {
  // A Node object without a kubelet reports no allocatable resources.
  if (Object.keys(allocatable).length === 0) return undefined;
  const wanted = { pods: 1, ...podRequests(pod) };
  for (const [name, amount] of Object.entries(wanted)) {
    const [used, capacity] = [requested[name] ?? 0, allocatable[name] ?? 0];
    if (amount === 0 || amount <= capacity - used) continue;
    const numbers = `requested: ${amount}, used: ${used}, capacity: ${capacity}`;
    return { reason: `OutOf${name}`, message: `Node didn't have enough resource: ${name}, ${numbers}` };
  }
  return undefined;
}

function failure(tx: Transaction, filter: Filter, pod: Pod, info: NodeInfo): Rejection | undefined {
  const reason = filter.prepare({ tx, pod, nodes: [info] })?.(info)?.reasons[0];
  return reason === undefined ? undefined : predicateFailed(filter.name, reason);
}

function untoleratedTaint({ spec }: Pod, node: Node): Rejection | undefined {
  const isUntolerated = node.spec.taints?.some(
    (taint) => taint.effect === "NoExecute" && !spec.tolerations?.some((toleration) => tolerates(toleration, taint)),
  );
  return isUntolerated
    ? predicateFailed("TaintToleration", "node(s) had taints that the pod didn't tolerate")
    : undefined;
}

function predicateFailed(name: string, problem: string): Rejection {
  return { reason: name, message: `Predicate ${name} failed: ${problem}` };
}
