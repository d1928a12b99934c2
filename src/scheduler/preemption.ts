/** Makes room for a pod by removing less important ones from a node, as few and as unimportant as possible. */
import type { Transaction } from "../cluster/transaction.ts";
import { podDisruptionBudgetKind } from "../kinds/policy/pod-disruption-budget.ts";
import { matchesLabelSelector } from "../lib/selectors.ts";
import { parseTime } from "../lib/time.ts";
import type { LabelSelector, Pod } from "../schema/index.ts";
import { type NodeRejection, prepareFilters } from "./cycle.ts";
import type { Cycle, Rejection } from "./framework.ts";
import { NO_VICTIMS, NOT_HELPFUL, unavailable } from "./messages.ts";
import { type NodeInfo, nodeInfo, priorityOf } from "./node-info.ts";

export type PreemptionOutcome =
  | { type: "chosen"; node: string; victims: readonly Pod[] }
  /** The pod's own policy forbids it, or no node can be made fit. */
  | { type: "impossible"; message: string }
  /** Victims are leaving the node that the pod was promised: the promise stands. */
  | { type: "waiting"; message: string };

interface Candidate {
  node: string;
  /** The most important first. */
  victims: readonly Pod[];
  /** Victims whose disruption budgets do not allow it. */
  violations: number;
}

/** Chooses a node and who must leave it. Writes nothing. */
export function preempt(cycle: Cycle, rejections: readonly NodeRejection[]): PreemptionOutcome {
  const { pod, nodes } = cycle;
  if (pod.spec.preemptionPolicy === "Never") {
    return { type: "impossible", message: "not eligible due to preemptionPolicy=Never." };
  }
  if (waitsForVictims(cycle)) {
    return { type: "waiting", message: "not eligible due to a terminating pod on the nominated node." };
  }
  const candidates: Candidate[] = [];
  const problems: Pick<Rejection, "reasons">[] = [];
  for (const rejection of rejections) {
    const outcome = rejection.isFinal ? NOT_HELPFUL : victimsOn(cycle, rejection.node);
    if (typeof outcome === "string") problems.push({ reasons: [outcome] });
    else if ("reasons" in outcome) problems.push(outcome);
    else candidates.push({ node: rejection.node.name, ...outcome });
  }
  const best = bestCandidate(candidates);
  if (best) return { type: "chosen", node: best.node, victims: best.victims };
  return { type: "impossible", message: unavailable(nodes.length, problems) };
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

/**
 * Who must leave the node for the pod to fit; a reason if that is nobody or not enough. Those whose budgets would be
 * violated may stay first of all.
 */
function victimsOn(
  cycle: Cycle,
  node: NodeInfo,
): Pick<Candidate, "victims" | "violations"> | Pick<Rejection, "reasons"> | string {
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
  const violating = violatingPods(cycle.tx, lesser);
  const victims: Pod[] = [];
  for (const other of [...violating, ...lesser.filter((pod) => !violating.has(pod))]) {
    if (rejectionWith([...staying, other])) victims.push(other);
    else staying = [...staying, other];
  }
  const violations = victims.filter((pod) => violating.has(pod)).length;
  return { victims: victims.sort(mostImportantFirst), violations };
}

/** Pods for which a budget has nothing left, were they all to go in this order. */
function violatingPods(tx: Transaction, pods: readonly Pod[]): ReadonlySet<Pod> {
  const violating = new Set<Pod>();
  const budgets = tx.list(podDisruptionBudgetKind).map(({ metadata, spec, status }) => ({
    ...{ namespace: metadata.namespace, selector: spec.selector, disrupted: status.disruptedPods ?? {} },
    left: status.disruptionsAllowed ?? 0,
  }));
  for (const pod of pods) {
    const { namespace, name = "", labels } = pod.metadata;
    for (const budget of budgets) {
      if (budget.namespace !== namespace || isEmpty(budget.selector)) continue;
      if (!matchesLabelSelector(budget.selector, labels) || Object.hasOwn(budget.disrupted, name)) continue;
      budget.left--;
      if (budget.left < 0) violating.add(pod);
    }
  }
  return violating;
}

/** Preemption heeds no budget that covers everything. */
function isEmpty(selector: LabelSelector | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length === 0 && !selector?.matchExpressions?.length;
}

/** The victims that matter least: the fewest violated budgets, the lowest highest priority, then the smallest sum, the fewest, the youngest. */
function bestCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  const keys = ({ victims, violations }: Candidate) => [
    violations,
    priorityOf(victims[0]!),
    victims.reduce((sum, victim) => sum + priorityOf(victim), 0),
    victims.length,
    -Math.min(...victims.map(startOf)),
  ];
  return candidates
    .filter(({ victims }) => victims.length > 0)
    .map((candidate) => ({ candidate, keys: keys(candidate) }))
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
