/**
 * LeastAllocated prefers nodes with unrequested CPU and memory. BalancedAllocation prefers nodes whose CPU and memory
 * are requested to the same share.
 *
 * Example: with the pod, a node has 50 % of its CPU and 30 % of its memory requested. LeastAllocated gives
 * 100 * (0.5 + 0.7) / 2 = 60; BalancedAllocation gives 100 * (1 - |0.5 - 0.3| / 2) = 90.
 * Kubernetes: pkg/scheduler/framework/plugins/noderesources/least_allocated.go,
 * pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go
 */

import type { Pod } from "../../schema/index.ts";
import type { Score } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import { scoredRequests } from "../requests.ts";

export const leastAllocated: Score = {
  weight: 1,
  prepare:
    ({ pod }) =>
    (node) => {
      const { cpu, memory } = usedShares(node, pod);
      return (100 * (1 - Math.min(cpu, 1) + (1 - Math.min(memory, 1)))) / 2;
    },
};

export const balancedAllocation: Score = {
  weight: 1,
  prepare:
    ({ pod }) =>
    (node) => {
      const { cpu, memory } = usedShares(node, pod);
      return 100 * (1 - Math.abs(Math.min(cpu, 1) - Math.min(memory, 1)) / 2);
    },
};

/** Shares of the node's CPU and memory that are requested with the pod on it; 1 is all of it. */
function usedShares({ pods, allocatable }: NodeInfo, pod: Pod): { cpu: number; memory: number } {
  let { cpu, memory } = scoredRequests(pod);
  for (const other of pods) {
    const requests = scoredRequests(other);
    cpu += requests.cpu;
    memory += requests.memory;
  }
  return { cpu: cpu / (allocatable["cpu"] || 1), memory: memory / (allocatable["memory"] || 1) };
}
