/**
 * Preemption: makes room for a pod by removing pods of lower priority from one node.
 * Kubernetes: pkg/scheduler/framework/preemption/preemption.go,
 * pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go
 */
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
  /** The pod's preemption policy forbids it, or no node would fit even without the victims. */
  | { type: "impossible"; message: string }
  /** Victims on the nominated node are terminating: the nomination stays. */
  | { type: "waiting"; message: string };

interface Candidate {
  node: string;
  /** The highest priority first. */
  victims: readonly Pod[];
  /** Number of victims whose removal violates a PodDisruptionBudget. */
  violations: number;
}

/** Chooses a node and its victims. Writes nothing. */
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

/** True if pods of lower priority are already leaving the nominated node. */
function waitsForVictims({ pod, nodes }: Cycle): boolean {
  const nominated = nodes.find(({ name }) => name === pod.status.nominatedNodeName);
  return nominated?.pods.some((other) => isLeaving(other) && priorityOf(other) < priorityOf(pod)) ?? false;
}

function isLeaving({ metadata, status }: Pod): boolean {
  const wasTold = status.conditions?.some(({ reason }) => reason === "PreemptionByScheduler");
  return metadata.deletionTimestamp !== undefined || wasTold === true;
}

/**
 * The victims on one node (SelectVictimsOnNode): remove all pods of lower priority, then reprieve each one with which
 * the pod still fits. Pods with a violated budget are reprieved first, then by priority. Returns a reason if the node
 * has no pod of lower priority, or if the pod does not fit without them.
 *
 * Example: the pod needs 2 CPU, the node has 4 and runs a (priority 5, 1 CPU), b (priority 3, 2 CPU), c (priority 0,
 * 1 CPU). Without all three the pod fits with 2 CPU to spare. a is reprieved (1 CPU spare), b does not fit, c is
 * reprieved (0 spare): b is the only victim.
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

/** The pods that exceed the `disruptionsAllowed` of a budget if all given pods are removed in this order. */
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

/** Preemption ignores budgets with an empty selector. */
function isEmpty(selector: LabelSelector | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length === 0 && !selector?.matchExpressions?.length;
}

/**
 * The candidate whose victims matter least (pickOneNodeForPreemption). Compared in this order, the smaller value wins:
 * violated budgets, highest priority of a victim, sum of the priorities, number of victims; at last the node whose
 * oldest victim started latest.
 *
 * Example: node a has victims of priority 10 and 1, node b has 9 and 9, node c has 9 and 1; no budget is violated.
 * a drops out by its highest priority (10 > 9); of the others c wins by the sum (10 < 18).
 */
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
