/**
 * The kubelets' node reports that change something, as after an outage. Periodic reports are computed when they are
 * read (kinds/heartbeats.ts). One key per node.
 * Kubernetes: pkg/kubelet/kubelet_node_status.go, pkg/kubelet/nodestatus/setters.go
 */
import { HEALTHY_CONDITIONS } from "../cluster/base/nodes.ts";
import { recordEvent } from "../cluster/events.ts";
import type { Transaction } from "../cluster/transaction.ts";
import type { Controller } from "../controllers/controller.ts";
import { leaseKind } from "../kinds/coordination/lease.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { podKind } from "../kinds/core/pod.ts";
import { faultOf } from "../kinds/faults.ts";
import { objectKey } from "../kinds/kind.ts";
import { formatMicroTime, formatTime } from "../lib/time.ts";
import type { Node } from "../schema/index.ts";
import { restoreNode } from "./foreign-status.ts";
import { KUBELET } from "./state.ts";

export const NODE_STATUS = "kubelet-node-status";
/** Time until the kubelet has listed the pods of its node from the API server. */
const LIST_PODS_MS = 40;

/** Woken when a kubelet reports again after an outage. */
export const nodeStatusController: Controller = {
  name: NODE_STATUS,
  manager: "kubelet",
  watches: [],

  reconcile(tx, key, nowMs) {
    const node = tx.getByKey(key) as Node | undefined;
    const name = node?.metadata.name ?? "";
    if (!node || faultOf(tx, name)) return;
    renewLease(tx, name, nowMs);
    restoreNode(tx, node);
    const current = tx.getByKey(key) as Node;
    if (isGivenUp(current)) reportReady(tx, current, nowMs);
    for (const { spec, metadata } of tx.list(podKind)) {
      if (spec.nodeName !== name) continue;
      tx.requeue(KUBELET, objectKey(podKind, metadata.namespace ?? "", metadata.name ?? ""), nowMs + LIST_PODS_MS);
    }
  },
};

/** The node controller has replaced the conditions by Unknown. */
function isGivenUp({ status }: Node): boolean {
  return status.conditions?.some(({ reason }) => reason === "NodeStatusUnknown") ?? false;
}

function renewLease(tx: Transaction, name: string, nowMs: number): void {
  if (!tx.get(leaseKind, "kube-node-lease", name)) return;
  tx.update(leaseKind, { metadata: { namespace: "kube-node-lease", name } }, ({ spec }) => {
    spec.renewTime = formatMicroTime(nowMs);
  });
}

function reportReady(tx: Transaction, node: Node, nowMs: number): void {
  const { name = "" } = node.metadata;
  const now = formatTime(nowMs);
  tx.updateStatus(nodeKind, node, ({ status }) => {
    status.conditions = status.conditions?.map((condition) => {
      const healthy = HEALTHY_CONDITIONS.find(({ type }) => type === condition.type);
      if (!healthy) return condition;
      const lastTransitionTime = condition.status === healthy.status ? condition.lastTransitionTime : now;
      return { ...condition, ...healthy, lastHeartbeatTime: now, ...(lastTransitionTime && { lastTransitionTime }) };
    });
  });
  // The kubelet's reference to its node has the name as uid.
  recordEvent(tx, {
    reference: { kind: "Node", name, uid: name },
    type: "Normal",
    reason: "NodeReady",
    message: `Node ${name} status is now: NodeReady`,
    component: "kubelet",
    host: name,
  });
}
