/**
 * Events of a kubelet about its node.
 * Kubernetes: pkg/kubelet/kubelet_node_status.go (`recordNodeStatusEvent`)
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import type { Node } from "../../schema/index.ts";

/** The kubelet's reference to its node has the name as uid. */
export function tellOfNode(
  tx: Transaction,
  { metadata }: Node,
  event: { type: "Normal" | "Warning"; reason: string; message: string },
): void {
  const { name = "" } = metadata;
  recordEvent(tx, { reference: { kind: "Node", name, uid: name }, ...event, component: "kubelet", host: name });
}
