/** Begins and ends injected faults. Controllers get no notice: they find out by missing heartbeats and failed pulls. */
import type { Transaction } from "../cluster/transaction.ts";
import { NODE_LIFECYCLE } from "../controllers/node-lifecycle.ts";
import { nodeKind } from "../kinds/core/node.ts";
import {
  FAULT,
  type Fault,
  type FaultTarget,
  faultOf,
  faultsOf,
  namedFault,
  nodeKeyOf,
  REGISTRY_FAULTS_KEY,
  type RegistryFault,
  registryFaultsOf,
} from "../kinds/faults.ts";
import { NODE_STATUS } from "../kubelet/node-status.ts";

/** The name of the fault of a node or a registry. */
export function nameOf(target: FaultTarget): string {
  return namedFault({ ...target, sinceMs: 0 }).name;
}

/** The time that a kubelet needs to reconnect. */
const RECONNECT_MS = 1000;

export interface BegunFault {
  fault: Fault;
  isNew: boolean;
}

/** Idempotent: a part that has a fault keeps it (`isNew: false`). Null: no such node. */
export function beginFault(tx: Transaction, target: FaultTarget): BegunFault | null {
  return target.kind === "node-down" ? beginNodeFault(tx, target) : beginRegistryFault(tx, target);
}

function beginNodeFault(
  tx: Transaction,
  { kind, node }: Extract<FaultTarget, { kind: "node-down" }>,
): BegunFault | null {
  if (!tx.get(nodeKind, "", node)) return null;
  const present = faultOf(tx, node);
  const fault = present ?? { kind, sinceMs: tx.nowMs };
  if (!present) {
    tx.setPrivateState(nodeKeyOf(node), FAULT, fault);
    tx.requeue(NODE_LIFECYCLE, nodeKeyOf(node), tx.nowMs);
  }
  return { fault: namedFault({ ...fault, node }), isNew: !present };
}

function beginRegistryFault(
  tx: Transaction,
  { kind, registry }: Extract<FaultTarget, { kind: "registry-down" }>,
): BegunFault {
  const faults = registryFaultsOf(tx);
  const present = Object.hasOwn(faults, registry) ? faults[registry] : undefined;
  const fault: RegistryFault = present ?? { kind, sinceMs: tx.nowMs };
  if (!present) tx.setPrivateState(REGISTRY_FAULTS_KEY, FAULT, { ...faults, [registry]: fault });
  return { fault: namedFault({ ...fault, registry }), isNew: !present };
}

/** False: no such fault. */
export function endFault(tx: Transaction, name: string): boolean {
  const nodes = tx.list(nodeKind).map(({ metadata }) => metadata.name ?? "");
  const fault = faultsOf(tx, nodes).find((each) => each.name === name);
  if (!fault) return false;
  if (fault.kind === "registry-down") {
    const { [fault.registry]: _ended, ...others } = registryFaultsOf(tx);
    tx.setPrivateState(REGISTRY_FAULTS_KEY, FAULT, Object.keys(others).length > 0 ? others : undefined);
    return true;
  }
  const key = nodeKeyOf(fault.node);
  tx.setPrivateState(key, FAULT, undefined);
  tx.requeue(NODE_STATUS, key, tx.nowMs + (tx.settings.latency === "instant" ? 0 : RECONNECT_MS));
  return true;
}
