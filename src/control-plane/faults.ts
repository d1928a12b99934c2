/** Begins and ends injected faults. The cluster's controllers get no notice: they find out by missing heartbeats. */
import type { Transaction } from "../cluster/transaction.ts";
import { NODE_LIFECYCLE } from "../controllers/node-lifecycle.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { FAULT, type Fault, faultOf, faultsOf, namedFault, nodeKeyOf } from "../kinds/faults.ts";
import { NODE_STATUS } from "../kubelet/node-status.ts";

/** The time that a kubelet needs to reconnect. */
const RECONNECT_MS = 1000;

/** Idempotent: a node that already has a fault keeps it (`isNew: false`). Null: no such node. */
export function beginFault(
  tx: Transaction,
  { kind, node }: Pick<Fault, "kind" | "node">,
): { fault: Fault; isNew: boolean } | null {
  if (!tx.get(nodeKind, "", node)) return null;
  const present = faultOf(tx, node);
  const fault = present ?? { kind, sinceMs: tx.nowMs };
  if (!present) {
    tx.setPrivateState(nodeKeyOf(node), FAULT, fault);
    tx.requeue(NODE_LIFECYCLE, nodeKeyOf(node), tx.nowMs);
  }
  return { fault: namedFault(fault, node), isNew: !present };
}

/** False: no such fault. */
export function endFault(tx: Transaction, name: string): boolean {
  const nodes = tx.list(nodeKind).map(({ metadata }) => metadata.name ?? "");
  const fault = faultsOf(tx, nodes).find((each) => each.name === name);
  if (!fault) return false;
  const key = nodeKeyOf(fault.node);
  tx.setPrivateState(key, FAULT, undefined);
  tx.requeue(NODE_STATUS, key, tx.nowMs + (tx.settings.latency === "instant" ? 0 : RECONNECT_MS));
  return true;
}
