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

/** Who is where, the same for every pod that is to be placed. */
interface Placement {
  nodes: readonly NodeInfo[];
  /** Pods that are promised to a node and not on it yet. */
  nominated: readonly Pod[];
}

/** All nodes in order of name. Pods of at least this pod's importance that are promised to a node count as on it. */
export function nodeInfos(tx: Transaction, pod: Pod): readonly NodeInfo[] {
  const { nodes, nominated } = tx.derived("scheduler/placement", [nodeKind, podKind], () => placement(tx));
  const promised = nominated.filter((other) => other !== pod && priorityOf(other) >= priorityOf(pod));
  if (promised.length === 0) return nodes;
  return nodes.map((info) => {
    const coming = promised.filter(({ status }) => status.nominatedNodeName === info.name);
    return coming.length === 0 ? info : nodeInfo(info.node, [...info.pods, ...coming]);
  });
}

function placement(tx: Transaction): Placement {
  const podsByNode = new Map<string, Pod[]>();
  const nominated: Pod[] = [];
  for (const pod of tx.list(podKind)) {
    if (isAtEnd(pod)) continue;
    const { nodeName } = pod.spec;
    if (nodeName) {
      const pods = podsByNode.get(nodeName) ?? [];
      podsByNode.set(nodeName, pods);
      pods.push(pod);
    } else if (pod.status.nominatedNodeName) {
      nominated.push(pod);
    }
  }
  const nodes = tx.list(nodeKind).map((node) => nodeInfo(node, podsByNode.get(node.metadata.name ?? "") ?? []));
  return { nodes, nominated };
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
