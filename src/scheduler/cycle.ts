/**
 * One scheduling cycle: filter the nodes that can run the pod, then score them.
 * Kubernetes: pkg/scheduler/schedule_one.go (schedulePod, prioritizeNodes, selectHost)
 */
import { filters } from "./filters/index.ts";
import type { Cycle, Rejection, Score } from "./framework.ts";
import type { NodeInfo } from "./node-info.ts";
import { scores } from "./scores/index.ts";

export interface NodeRejection extends Rejection {
  node: NodeInfo;
  /** The filter that rejected the node. */
  filter: string;
}

export type NodeCheck = (node: NodeInfo) => Omit<NodeRejection, "node"> | undefined;

/** Prepares the filters for this pod. The returned check gives the first rejection of a node, if any. */
export function prepareFilters(cycle: Cycle): NodeCheck {
  const prepared = filters.flatMap((filter) => {
    const check = filter.prepare(cycle);
    return check ? [{ filter: filter.name, check }] : [];
  });
  return (node) => {
    for (const { filter, check } of prepared) {
      const rejection = check(node);
      if (rejection) return { ...rejection, filter };
    }
    return undefined;
  };
}

export function filterNodes(cycle: Cycle): { feasible: NodeInfo[]; rejections: NodeRejection[] } {
  const check = prepareFilters(cycle);
  const feasible: NodeInfo[] = [];
  const rejections: NodeRejection[] = [];
  for (const node of cycle.nodes) {
    const rejection = check(node);
    if (rejection) rejections.push({ ...rejection, node });
    else feasible.push(node);
  }
  return { feasible, rejections };
}

/** The node with the highest total score. Of several equal ones the cluster's generator draws one. */
export function bestNode(cycle: Cycle, feasible: readonly NodeInfo[]): NodeInfo | undefined {
  if (feasible.length <= 1) return feasible[0];
  const totals = feasible.map(() => 0);
  for (const score of scores) {
    const values = scoreNodes(score, cycle, feasible);
    values?.forEach((value, i) => {
      totals[i] = (totals[i] ?? 0) + score.weight * Math.round(value);
    });
  }
  const highest = Math.max(...totals);
  const best = feasible.filter((_, i) => totals[i] === highest);
  return best.length === 1 ? best[0] : best[cycle.tx.random.below(best.length)];
}

function scoreNodes(score: Score, cycle: Cycle, nodes: readonly NodeInfo[]): number[] | undefined {
  const scoreOf = score.prepare(cycle);
  if (!scoreOf) return undefined;
  const values = nodes.map(scoreOf);
  if (!score.normalize) return values;
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  if (highest === lowest) return undefined;
  return values.map((value) => {
    const share = (100 * (value - lowest)) / (highest - lowest);
    return score.normalize === "highest is best" ? share : 100 - share;
  });
}
