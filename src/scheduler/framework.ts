/** What filters and scores are: small functions prepared for one pod and asked about each node. */
import type { Transaction } from "../cluster/transaction.ts";
import type { Pod } from "../schema/index.ts";
import type { NodeInfo } from "./node-info.ts";

/** One attempt to place one pod. */
export interface Cycle {
  tx: Transaction;
  pod: Pod;
  nodes: readonly NodeInfo[];
}

export interface Rejection {
  /** As the scheduler's message counts them: `Insufficient cpu`. */
  reasons: readonly string[];
  /** No pod's removal from the node would help. */
  isFinal: boolean;
}

export interface Filter {
  name: string;
  /** Undefined if the pod does not care. */
  prepare(cycle: Cycle): ((node: NodeInfo) => Rejection | undefined) | undefined;
}

export interface Score {
  weight: number;
  /** Undefined if all nodes are equal to the pod. The scores may be of any size; `normalize` brings them to 0 … 100. */
  prepare(cycle: Cycle): ((node: NodeInfo) => number) | undefined;
  /** Default: they are 0 … 100 already. */
  normalize?: "highest is best" | "lowest is best";
}

export function rejected(...reasons: string[]): Rejection {
  return { reasons, isFinal: false };
}

/** Rejected, and removing pods would not change it. */
export function ruledOut(...reasons: string[]): Rejection {
  return { reasons, isFinal: true };
}
