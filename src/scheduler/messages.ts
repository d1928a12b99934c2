/**
 * The messages of unschedulable pods.
 * Kubernetes: pkg/scheduler/framework/types.go (FitError)
 */
import type { Rejection } from "./framework.ts";

export const NO_NODES = "no nodes available to schedule pods";
export const NOT_HELPFUL = "Preemption is not helpful for scheduling";
export const NO_VICTIMS = "No preemption victims found for incoming pod";

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.` */
export function unavailable(nodeCount: number, rejections: readonly Pick<Rejection, "reasons">[]): string {
  const counts = new Map<string, number>();
  for (const { reasons } of rejections) {
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const lines = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodeCount} nodes are available: ${lines.join(", ")}.`;
}

/** The message for a reason that does not depend on the node. */
export function unavailableAnywhere(nodeCount: number, reason: string): string {
  return `0/${nodeCount} nodes are available: ${reason}. not found`;
}

/** Appends the result of preemption to the message. */
export function withPreemption(message: string, preemption: string): string {
  return `${message} no new claims to deallocate, preemption: ${preemption}`;
}
