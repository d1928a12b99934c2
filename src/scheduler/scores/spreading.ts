/**
 * Spreads replicas: by the pod's own constraints with `ScheduleAnyway`, or else over hosts and zones by their owner.
 * Kubernetes: pkg/scheduler/framework/plugins/podtopologyspread/scoring.go
 */
import { controllerOf } from "../../controllers/controller.ts";
import { countByDomain } from "../filters/pod-topology-spread.ts";
import type { Cycle, Score } from "../framework.ts";

const HOST = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";

export const spreading: Score = {
  weight: 2,
  normalize: "lowest is best",
  prepare: (cycle) => {
    const soft = cycle.pod.spec.topologySpreadConstraints?.filter(
      ({ whenUnsatisfiable }) => whenUnsatisfiable === "ScheduleAnyway",
    );
    if (soft?.length) {
      const counted = soft.map((constraint) => ({
        key: constraint.topologyKey,
        counts: countByDomain(cycle, constraint, [constraint.topologyKey]),
      }));
      return ({ labels }) => counted.reduce((sum, { key, counts }) => sum + (counts.get(labels[key] ?? "") ?? 0), 0);
    }
    if (cycle.pod.spec.topologySpreadConstraints?.length) return undefined;
    return siblingsOn(cycle);
  },
};

/** Counts pods of the same owner: those on the node, plus half of those in its zone. Example: 2 and 6 give 5. */
function siblingsOn({ pod, nodes }: Cycle): ReturnType<Score["prepare"]> {
  const owner = controllerOf(pod)?.uid;
  if (owner === undefined) return undefined;
  const counts = new Map<string, number>();
  for (const { labels, name, pods } of nodes) {
    const siblings = pods.filter(
      (other) => controllerOf(other)?.uid === owner && !other.metadata.deletionTimestamp,
    ).length;
    for (const domain of [`${HOST}/${name}`, `${ZONE}/${labels[ZONE] ?? ""}`]) {
      counts.set(domain, (counts.get(domain) ?? 0) + siblings);
    }
  }
  return ({ labels, name }) => {
    const inZone = labels[ZONE] === undefined ? 0 : (counts.get(`${ZONE}/${labels[ZONE]}`) ?? 0);
    return (counts.get(`${HOST}/${name}`) ?? 0) + inZone / 2;
  };
}
