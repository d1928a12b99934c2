/** Emptier nodes, and nodes on which CPU and memory are used alike, are better. */

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

/** Shares of the node that would be used with the pod on it. */
function usedShares({ pods, allocatable }: NodeInfo, pod: Pod): { cpu: number; memory: number } {
  let { cpu, memory } = scoredRequests(pod);
  for (const other of pods) {
    const requests = scoredRequests(other);
    cpu += requests.cpu;
    memory += requests.memory;
  }
  return { cpu: cpu / (allocatable["cpu"] || 1), memory: memory / (allocatable["memory"] || 1) };
}
