/** Makes room for a pod by removing less important ones from a node, as few and as unimportant as possible. */
import { parseTime } from "../lib/time.ts";
import type { Pod } from "../schema/index.ts";
import { type NodeRejection, prepareFilters } from "./cycle.ts";
import type { Cycle, Rejection } from "./framework.ts";
import { NO_VICTIMS, NOT_HELPFUL, unavailable } from "./messages.ts";
import { type NodeInfo, nodeInfo, priorityOf } from "./node-info.ts";

export type PreemptionOutcome = { node: string; victims: readonly Pod[] } | { problem: string };

interface Candidate {
  node: string;
  victims: readonly Pod[];
}

/** Chooses a node and who must leave it. Writes nothing. */
export function preempt(cycle: Cycle, rejections: readonly NodeRejection[]): PreemptionOutcome {
  const { pod, nodes } = cycle;
  if (pod.spec.preemptionPolicy === "Never") return { problem: "not eligible due to preemptionPolicy=Never." };
  if (waitsForVictims(cycle)) {
    return { problem: "not eligible due to a terminating pod on the nominated node." };
  }
  const candidates: Candidate[] = [];
  const problems: Pick<Rejection, "reasons">[] = [];
  for (const rejection of rejections) {
    const outcome = rejection.isFinal ? NOT_HELPFUL : victimsOn(cycle, rejection.node);
    if (typeof outcome === "string") problems.push({ reasons: [outcome] });
    else if ("reasons" in outcome) problems.push(outcome);
    else candidates.push({ node: rejection.node.name, victims: outcome.victims });
  }
  return bestCandidate(candidates) ?? { problem: unavailable(nodes.length, problems) };
}

/** Pods are leaving its promised node already. */
function waitsForVictims({ pod, nodes }: Cycle): boolean {
  const nominated = nodes.find(({ name }) => name === pod.status.nominatedNodeName);
  return nominated?.pods.some((other) => isLeaving(other) && priorityOf(other) < priorityOf(pod)) ?? false;
}

function isLeaving({ metadata, status }: Pod): boolean {
  const wasTold = status.conditions?.some(({ reason }) => reason === "PreemptionByScheduler");
  return metadata.deletionTimestamp !== undefined || wasTold === true;
}

/** Who must leave the node for the pod to fit; a reason if that is nobody or not enough. */
function victimsOn(cycle: Cycle, node: NodeInfo): { victims: Pod[] } | Pick<Rejection, "reasons"> | string {
  const mine = priorityOf(cycle.pod);
  const lesser = node.pods.filter((other) => priorityOf(other) < mine).sort(mostImportantFirst);
  if (lesser.length === 0) return NO_VICTIMS;
  const rejectionWith = (pods: readonly Pod[]) => {
    const changed = nodeInfo(node.node, pods);
    const nodes = cycle.nodes.map((other) => (other === node ? changed : other));
    return prepareFilters({ ...cycle, nodes })(changed);
  };
  let staying = node.pods.filter((other) => !lesser.includes(other));
  const rejection = rejectionWith(staying);
  if (rejection) return rejection;
  const victims: Pod[] = [];
  for (const other of lesser) {
    if (rejectionWith([...staying, other])) victims.push(other);
    else staying = [...staying, other];
  }
  return { victims };
}

/** The victims that matter least: the lowest highest priority, then the smallest sum, the fewest, the youngest. */
function bestCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  const keys = (victims: readonly Pod[]) => [
    priorityOf(victims[0]!),
    victims.reduce((sum, victim) => sum + priorityOf(victim), 0),
    victims.length,
    -Math.min(...victims.map(startOf)),
  ];
  return candidates
    .filter(({ victims }) => victims.length > 0)
    .map((candidate) => ({ candidate, keys: keys(candidate.victims) }))
    .sort((a, b) => {
      const i = a.keys.findIndex((key, index) => key !== b.keys[index]);
      return i === -1 ? 0 : a.keys[i]! - b.keys[i]!;
    })[0]?.candidate;
}

function mostImportantFirst(a: Pod, b: Pod): number {
  return priorityOf(b) - priorityOf(a) || startOf(a) - startOf(b);
}

function startOf({ status, metadata }: Pod): number {
  return parseTime(status.startTime ?? metadata.creationTimestamp ?? "");
}
