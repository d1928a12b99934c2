/**
 * Preferred node affinity, preferred pod affinity and anti-affinity, and taints with PreferNoSchedule.
 * Kubernetes: pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go,
 * pkg/scheduler/framework/plugins/interpodaffinity/scoring.go,
 * pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go
 */
import type { WeightedPodAffinityTerm } from "../../schema/index.ts";
import { meansPod } from "../affinity-terms.ts";
import type { Cycle, Score } from "../framework.ts";
import { matchesTerm } from "../node-selector.ts";
import { isTolerated } from "../tolerations.ts";

export const preferredNodes: Score = {
  weight: 2,
  normalize: "highest is best",
  prepare: ({ pod }) => {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
    if (!preferred?.length) return undefined;
    return (node) =>
      preferred.reduce((sum, { weight, preference }) => sum + (matchesTerm(preference, node) ? weight : 0), 0);
  },
};

export const untaintedNodes: Score = {
  weight: 3,
  normalize: "lowest is best",
  prepare:
    ({ pod }) =>
    ({ node }) => {
      const taints = node.spec.taints?.filter(({ effect }) => effect === "PreferNoSchedule") ?? [];
      return taints.filter((taint) => !isTolerated(pod, taint)).length;
    },
};

export const preferredNeighbours: Score = {
  weight: 2,
  normalize: "highest is best",
  prepare: (cycle) => {
    const near = cycle.pod.spec.affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const apart = cycle.pod.spec.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (near.length === 0 && apart.length === 0) return undefined;
    const wishes = [...near.map((term) => wish(cycle, term, 1)), ...apart.map((term) => wish(cycle, term, -1))];
    return ({ labels }) => wishes.reduce((sum, { key, byDomain }) => sum + (byDomain.get(labels[key] ?? "") ?? 0), 0);
  },
};

/** The weight that each domain gains (`sign` 1) or loses (-1) by its pods that the term selects. */
function wish({ tx, pod, nodes }: Cycle, { podAffinityTerm, weight }: WeightedPodAffinityTerm, sign: 1 | -1) {
  const key = podAffinityTerm.topologyKey;
  const byDomain = new Map<string, number>();
  for (const { labels, pods } of nodes) {
    const domain = labels[key];
    if (domain === undefined) continue;
    const count = pods.filter((other) => meansPod(tx, podAffinityTerm, pod, other)).length;
    byDomain.set(domain, (byDomain.get(domain) ?? 0) + sign * weight * count);
  }
  return { key, byDomain };
}
