/** The nodes and the pods on them, as one scheduling attempt sees them. */
import type { Transaction } from "../cluster/transaction.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { podKind } from "../kinds/core/pod.ts";
import type { Node, Pod } from "../schema/index.ts";
import { add, amounts, podRequests, type Resources } from "./requests.ts";

export interface NodeInfo {
  node: Node;
  name: string;
  labels: Readonly<Record<string, string>>;
  /** Pods that hold resources: bound and not at their end. */
  pods: readonly Pod[];
  requested: Resources;
  allocatable: Resources;
}

/** All nodes in order of name. Pods of at least this pod's importance that are promised to a node count as on it. */
export function nodeInfos(tx: Transaction, pod: Pod): NodeInfo[] {
  const podsByNode = new Map<string, Pod[]>();
  const place = (name: string, other: Pod) => {
    const pods = podsByNode.get(name);
    if (pods) pods.push(other);
    else podsByNode.set(name, [other]);
  };
  for (const other of tx.list(podKind)) {
    if (isAtEnd(other)) continue;
    const { nominatedNodeName } = other.status;
    if (other.spec.nodeName) place(other.spec.nodeName, other);
    else if (nominatedNodeName && other !== pod && priorityOf(other) >= priorityOf(pod))
      place(nominatedNodeName, other);
  }
  return tx.list(nodeKind).map((node) => nodeInfo(node, podsByNode.get(node.metadata.name ?? "") ?? []));
}

export function nodeInfo(node: Node, pods: readonly Pod[]): NodeInfo {
  const requested: Record<string, number> = { pods: pods.length };
  for (const pod of pods) add(requested, podRequests(pod));
  return {
    node,
    name: node.metadata.name ?? "",
    labels: node.metadata.labels ?? {},
    pods,
    requested,
    allocatable: allocatableOf(node),
  };
}

export function priorityOf(pod: Pod): number {
  return pod.spec.priority ?? 0;
}

export function isAtEnd(pod: Pod): boolean {
  return pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
}

const allocatableByNode = new WeakMap<Node, Resources>();

function allocatableOf(node: Node): Resources {
  let allocatable = allocatableByNode.get(node);
  if (!allocatable) {
    allocatable = amounts(node.status.allocatable ?? node.status.capacity);
    allocatableByNode.set(node, allocatable);
  }
  return allocatable;
}
