/**
 * A resource of the node that the eviction manager measures, and the parts of it that pods take.
 * Kubernetes: pkg/kubelet/eviction/helpers.go (`signalToNodeCondition`, `signalToResource`)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import type { Node, Pod } from "../../schema/index.ts";
import type { PodState } from "../state.ts";

export interface Signal {
  /** Type of the node's condition. */
  condition: string;
  /** The condition under pressure. */
  pressed: { status: string; reason: string; message: string };
  /** Reasons of the events when the condition begins and ends. */
  begins: string;
  ends: string;
  /** Name of the resource in requests and messages. */
  resource: string;
  /** `--eviction-hard`, as a quantity. */
  threshold(node: Node): string;
  availableBytes(tx: Transaction, node: Node): number;
  /** Octets that a pod takes, as it was counted last. */
  takenBytes(state: PodState): number;
  /** Octets that one of its containers takes. */
  containerBytes(tx: Transaction, pod: Pod, container: string): number;
  /** Frees the resource at the node, before a pod is evicted. `begins`: the condition is new. */
  reclaim?(tx: Transaction, node: Node, options: { begins: boolean }): void;
}
