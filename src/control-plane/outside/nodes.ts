/** Nodes as a client outside of the cluster sees them. */
import type { Transaction } from "../../cluster/transaction.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { faultOf } from "../../kinds/faults.ts";
import type { Node } from "../../schema/index.ts";
import type { Connection } from "./target.ts";

function addressOfNode({ status }: Node): string | undefined {
  return status.addresses?.find(({ type }) => type === "ExternalIP" || type === "InternalIP")?.address;
}

/** The node that a client uses who may use any of them: the first one that is up. */
export function entryNode(tx: Transaction): Node | undefined {
  const nodes = tx.list(nodeKind);
  return nodes.find(({ metadata }) => !faultOf(tx, metadata.name ?? "")) ?? nodes[0];
}

/** A port of a node; undefined if the node has no address. */
export function atNode(node: Node, port: number): Connection | undefined {
  const address = addressOfNode(node);
  const { name } = node.metadata;
  return address === undefined || name === undefined ? undefined : { address, port, nodeName: name };
}
