/**
 * The interfaces of filters and scores: functions that are prepared for one pod and called for each node.
 * Kubernetes: staging/src/k8s.io/kube-scheduler/framework/interface.go (PreFilter, Filter, PreScore, Score)
 */
import type { Transaction } from "../cluster/transaction.ts";
import type { Pod } from "../schema/index.ts";
import type { NodeInfo } from "./node-info.ts";

/** One attempt to schedule one pod. */
export interface Cycle {
  tx: Transaction;
  pod: Pod;
  nodes: readonly NodeInfo[];
}

export interface Rejection {
  /** In the words that the scheduler's message counts: `Insufficient cpu`. */
  reasons: readonly string[];
  /** Removing pods from the node cannot help: UnschedulableAndUnresolvable in Kubernetes. */
  isFinal: boolean;
}

export interface Filter {
  name: string;
  /** Returns undefined if the filter does not apply to the pod. */
  prepare(cycle: Cycle): ((node: NodeInfo) => Rejection | undefined) | undefined;
}

export interface Score {
  weight: number;
  /** Returns undefined if the score does not apply to the pod. Raw scores may have any size if `normalize` is set. */
  prepare(cycle: Cycle): ((node: NodeInfo) => number) | undefined;
  /** How raw scores are scaled to 0 … 100. Unset: they are in that range already. */
  normalize?: "highest is best" | "lowest is best";
}

export function rejected(...reasons: string[]): Rejection {
  return { reasons, isFinal: false };
}

/** A rejection that removing pods cannot lift. */
export function ruledOut(...reasons: string[]): Rejection {
  return { reasons, isFinal: true };
}
