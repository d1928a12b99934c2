/**
 * Topology spread constraints with `DoNotSchedule`: after placing the pod, no domain may exceed the smallest one by
 * more than `maxSkew`.
 *
 *     skew = matching pods in the domain + (the pod matches its own selector ? 1 : 0) - matching pods in the smallest
 *
 * Example: maxSkew 1, zones a, b, c with 2, 1, 1 matching pods. Zone a: 2 + 1 - 1 = 2 > 1, rejected. Zones b and c:
 * 1 + 1 - 1 = 1, accepted. With `minDomains` 4 there are fewer domains than required, so the smallest counts as 0: zone
 * b gives 1 + 1 - 0 = 2 > 1, and every zone is rejected.
 * Kubernetes: pkg/scheduler/framework/plugins/podtopologyspread/filtering.go (KEP-895)
 */
import { matchesLabelSelector } from "../../lib/selectors.ts";
import type { Pod, TopologySpreadConstraint } from "../../schema/index.ts";
import { type Cycle, type Filter, rejected, ruledOut } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import { matchesNodeAffinity } from "../node-selector.ts";
import { isTolerated } from "../tolerations.ts";

const REASON = "node(s) didn't match pod topology spread constraints";

export const podTopologySpread: Filter = {
  name: "PodTopologySpread",
  prepare: (cycle) => {
    const constraints = cycle.pod.spec.topologySpreadConstraints?.filter(
      ({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule",
    );
    if (!constraints?.length) return undefined;
    const keys = constraints.map(({ topologyKey }) => topologyKey);
    const prepared = constraints.map((constraint) => ({
      constraint,
      counts: countByDomain(cycle, constraint, keys),
      self: selects(constraint, cycle.pod, cycle.pod) ? 1 : 0,
    }));
    return ({ labels }) => {
      for (const { constraint, counts, self } of prepared) {
        const domain = labels[constraint.topologyKey];
        if (domain === undefined) return ruledOut(`${REASON} (missing required label)`);
        const smallest = counts.size < (constraint.minDomains ?? 1) ? 0 : Math.min(...counts.values());
        if ((counts.get(domain) ?? 0) + self - smallest > constraint.maxSkew) return rejected(REASON);
      }
      return undefined;
    };
  },
};

/** Matching pods by domain, over the nodes that count for the constraint. */
export function countByDomain(
  { nodes, pod }: Cycle,
  constraint: TopologySpreadConstraint,
  requiredKeys: readonly string[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    if (!requiredKeys.every((key) => node.labels[key] !== undefined) || !isCounted(constraint, pod, node)) continue;
    const domain = node.labels[constraint.topologyKey] ?? "";
    const matching = node.pods.filter((other) => selects(constraint, other, pod)).length;
    counts.set(domain, (counts.get(domain) ?? 0) + matching);
  }
  return counts;
}

function isCounted(constraint: TopologySpreadConstraint, pod: Pod, node: NodeInfo): boolean {
  if ((constraint.nodeAffinityPolicy ?? "Honor") === "Honor" && !matchesNodeAffinity(pod, node)) return false;
  if ((constraint.nodeTaintsPolicy ?? "Ignore") === "Ignore") return true;
  return (node.node.spec.taints ?? []).every((taint) => taint.effect === "PreferNoSchedule" || isTolerated(pod, taint));
}

function selects({ labelSelector, matchLabelKeys }: TopologySpreadConstraint, other: Pod, pod: Pod): boolean {
  if (other.metadata.namespace !== pod.metadata.namespace || other.metadata.deletionTimestamp) return false;
  const same = (key: string) => other.metadata.labels?.[key] === pod.metadata.labels?.[key];
  return matchesLabelSelector(labelSelector, other.metadata.labels) && (matchLabelKeys ?? []).every(same);
}
