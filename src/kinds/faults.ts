/** Injected faults. A fault is private state of its node, so it ends with the node at the latest. */
import type { ObjectKey, PrivateReader } from "./kind.ts";

/** The node's kubelet neither acts nor reports. Containers on the node keep running. */
export interface NodeFault {
  kind: "node-down";
  /** Cluster time. */
  sinceMs: number;
}

/** A fault as the API shows it. */
export interface Fault extends NodeFault {
  /** Unique in its cluster. */
  name: string;
  node: string;
}

/** Owner of the private state. */
export const FAULT = "fault";

export function nodeKeyOf(node: string): ObjectKey {
  return `core/nodes//${node}`;
}

export function faultOf(reader: PrivateReader, node: string): NodeFault | undefined {
  return reader.privateState<NodeFault>(nodeKeyOf(node), FAULT);
}

/** The faults of these nodes, in their order. */
export function faultsOf(reader: PrivateReader, nodes: readonly string[]): Fault[] {
  return nodes.flatMap((node) => {
    const fault = faultOf(reader, node);
    return fault ? [namedFault(fault, node)] : [];
  });
}

export function namedFault(fault: NodeFault, node: string): Fault {
  return { name: `${fault.kind}-${node}`, node, ...fault };
}
