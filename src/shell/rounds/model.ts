/**
 * Rounds of a shell loop as data: what one round writes is a function of the time and of counters, and nothing that
 * changes decides about what the loop does. `loop.ts` proves that of a loop; the kubelet then computes rounds instead of
 * running them.
 */
import type { Bytes } from "../../files/entry.ts";

/**
 * `collapses`: the piece stands outside quotes, so runs of white space in it become one blank. `isOneWord`: it must hold
 * no white space at all.
 */
export type Piece =
  | { type: "text"; text: Bytes }
  | { type: "variable"; name: string; collapses: boolean; isOneWord?: boolean }
  | { type: "date"; format: string; collapses: boolean };

export type Target = { type: "stdout" | "stderr" } | { type: "file"; path: string; appends: boolean };

export type Operation =
  | { type: "count"; name: string; by: number }
  | { type: "set"; name: string; value: readonly Piece[] }
  | { type: "write"; target: Target; value: readonly Piece[] };

export interface LoopModel {
  /** Work of a round after its pause, in order. All of it happens at one instant. */
  operations: readonly Operation[];
  /** Variables that grow by a constant with each round. */
  counters: ReadonlyMap<string, number>;
  /** Variables that are assigned anew in each round. */
  assigned: ReadonlySet<string>;
  /** Other variables that the loop reads. */
  read: ReadonlySet<string>;
}
