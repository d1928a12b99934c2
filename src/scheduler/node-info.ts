/**
 * The nodes and the pods on them, as one scheduling attempt sees them.
 * Kubernetes: pkg/scheduler/backend/cache/snapshot.go
 */

import type { ObjectChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { isPodFinished } from "../controllers/lib/pods.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { podKind } from "../kinds/core/pod.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../kinds/kind.ts";
import type { Node, Pod } from "../schema/index.ts";
import { add, amounts, podRequests, type Resources } from "./requests.ts";

const PODS = resourceId(podKind);

export interface NodeInfo {
  node: Node;
  name: string;
  labels: Readonly<Record<string, string>>;
  /** Pods that hold resources: bound and neither Succeeded nor Failed. */
  pods: readonly Pod[];
  requested: Resources;
  allocatable: Resources;
}

/** Which pods are on which nodes. Shared by the scheduling attempts of all pods. */
interface Placement {
  nodes: readonly NodeInfo[];
  /** Pods with a nominated node that are not bound yet. */
  nominated: readonly Pod[];
}

/** All nodes in order of name. Nominated pods of at least this pod's priority count as pods of their nominated node. */
export function nodeInfos(tx: Transaction, pod: Pod): readonly NodeInfo[] {
  const { nodes, nominated } = tx.derived(
    "scheduler/placement",
    [nodeKind, podKind],
    () => placement(tx),
    followPlacement,
  );
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
    if (isPodFinished(pod)) continue;
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

/**
 * Updates the placement after a change of a pod. A pod without a node changes nothing; a bound pod changes its node
 * only. Undefined: the placement must be computed again.
 */
function followPlacement(placement: Placement, { key, before, after }: ObjectChange): Placement | undefined {
  if (parseKey(key).resource !== PODS) return undefined;
  const [previous, pod] = [before as Pod | undefined, after as Pod | undefined];
  if (previous?.status.nominatedNodeName || pod?.status.nominatedNodeName) return undefined;
  const [from, to] = [holderOf(previous), holderOf(pod)];
  if (from === undefined && to === undefined) return placement;
  const change = (info: NodeInfo): NodeInfo => {
    if (info.name !== from && info.name !== to) return info;
    // Pods stay in the order of their keys, as `list` returns them.
    const others = info.pods.filter((other) => other !== previous);
    if (!pod || info.name !== to) return nodeInfo(info.node, others);
    const at = others.findIndex((other) => podKeyOf(other) > key);
    return nodeInfo(info.node, others.toSpliced(at === -1 ? others.length : at, 0, pod));
  };
  return { ...placement, nodes: placement.nodes.map(change) };
}

/** The node whose resources the pod holds. */
function holderOf(pod: Pod | undefined): string | undefined {
  return pod && !isPodFinished(pod) ? pod.spec.nodeName : undefined;
}

export function podKeyOf({ metadata }: Pod): ObjectKey {
  return objectKey(podKind, metadata.namespace ?? "", metadata.name ?? "");
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

const allocatableByNode = new WeakMap<Node, Resources>();

function allocatableOf(node: Node): Resources {
  let allocatable = allocatableByNode.get(node);
  if (!allocatable) {
    allocatable = amounts(node.status.allocatable ?? node.status.capacity);
    allocatableByNode.set(node, allocatable);
  }
  return allocatable;
}
