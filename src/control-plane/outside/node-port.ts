/** A port of a node: a node port of a Service, or a port of a pod on the node's network. */
import { nodeKind } from "../../kinds/core/node.ts";
import { atNode, entryNode } from "./nodes.ts";
import type { Finder } from "./target.ts";

export interface NodePortTarget {
  port: number;
  /** Absent: the first node that is up. */
  node?: string | undefined;
}

export const findNodePort: Finder<NodePortTarget> = (tx, { port, node: name }) => {
  const node = name === undefined ? entryNode(tx) : tx.get(nodeKind, "", name);
  if (!node) return { type: "invalid", field: "node", message: "the cluster has no such node" };
  const connection = atNode(node, port);
  if (!connection) return { type: "unreachable", why: "noAddress", message: "the node has no address" };
  return { type: "connection", ...connection };
};
