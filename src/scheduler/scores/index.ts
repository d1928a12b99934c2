/**
 * All scores. The weights are those of the default plugins.
 * Kubernetes: pkg/scheduler/apis/config/v1/default_plugins.go
 */
import type { Score } from "../framework.ts";
import { preferredNeighbours, preferredNodes, untaintedNodes } from "./preferences.ts";
import { balancedAllocation, leastAllocated } from "./resources.ts";
import { spreading } from "./spreading.ts";

export const scores: readonly Score[] = [
  untaintedNodes,
  preferredNodes,
  spreading,
  preferredNeighbours,
  leastAllocated,
  balancedAllocation,
];
