/** Disturbances of a cluster: failing nodes, racing writers, evictions up to the budget, advances of time. */
import type { Transaction } from "../../src/cluster/transaction.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { statefulSetKind } from "../../src/kinds/apps/stateful-set.ts";
import { jobKind } from "../../src/kinds/batch/job.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { persistentVolumeClaimKind } from "../../src/kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { podDisruptionBudgetKind } from "../../src/kinds/policy/pod-disruption-budget.ts";
import type { Random } from "../../src/lib/prng.ts";
import { matchesLabelSelector } from "../../src/lib/selectors.ts";
import type { KubernetesObject, Pod, PodDisruptionBudget } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import { evictWithin } from "../support/evict.ts";

const HOUR_MS = 3_600_000;
const JUMPS_MS = [HOUR_MS, 24 * HOUR_MS, 30 * 24 * HOUR_MS];

export type Operation = (world: TestCluster, random: Random) => string;

/** One writer's transaction, which may be retried. */
interface Write {
  what: string;
  work(tx: Transaction): string | undefined;
}

export function pick<T>(random: Random, from: readonly T[]): T | undefined {
  return from[random.below(from.length)];
}

/** Nodes fail and come back; at least one is always up. */
const nodeFails: Operation = (world, random) => {
  const [names, down] = [world.list(nodeKind).map(({ metadata }) => metadata.name ?? ""), world.down];
  const up = names.filter((name) => !down.includes(name));
  const found = pick(random, up);
  if (!found || up.length < 2) return "the nodes stay up";
  world.beginFault(found);
  return `Node ${found} fails`;
};

const nodeReturns: Operation = (world, random) => {
  const found = pick(random, world.down);
  if (!found) return "no node is down";
  world.endFault(found);
  return `Node ${found} comes back`;
};

const timeJumps: Operation = (world, random) => {
  if (random.below(3) > 0) return "time goes on";
  const ms = pick(random, JUMPS_MS) ?? 0;
  if (random.below(2) === 0) world.jump(ms);
  else world.advance(ms);
  return `${ms / HOUR_MS} hours pass`;
};

const writersRace: Operation = (world, random) => {
  const [first, second] = [randomWrite(world, random), randomWrite(world, random)];
  const problem = world.race(first.work, second.work);
  return `race: ${first.what}, ${second.what}${problem ? ` PROBLEM: ${problem}` : ""}`;
};

/** Evicts one pod after the other as long as it is allowed, like a drain. */
const evictions: Operation = (world, random) => {
  const pods = world.list(podKind, "default");
  const covered = pods.filter((pod) => isProtected(pod) && budgetsOf(world, pod).length > 0);
  const names = (covered.length > 0 ? covered : pods).map(({ metadata }) => metadata.name ?? "");
  const told = [];
  for (let i = 0; i < 3; i++) {
    const name = pick(random, names);
    if (name) told.push(world.write((tx) => evictOne(tx, name)) ?? `${name} asked`);
  }
  return `evict ${told.join(", ")}`;
};

/** The disturbances, each at most as frequent as user operations. */
export const chaos: readonly Operation[] = [
  nodeFails,
  nodeReturns,
  nodeReturns,
  timeJumps,
  writersRace,
  writersRace,
  writersRace,
  evictions,
  evictions,
];

/** The prefix of an operation's finding. */
export const PROBLEM = "PROBLEM";

function randomWrite(world: TestCluster, random: Random): Write {
  const name = (kind: KindDefinition<never>) =>
    pick(
      random,
      (world.list(kind, "default") as readonly KubernetesObject[]).map(({ metadata }) => metadata.name ?? ""),
    ) ?? "nobody";
  const writes: (() => Write)[] = [
    () => scale(statefulSetKind, name(statefulSetKind), random.below(5)),
    () => scale(deploymentKind, name(deploymentKind), random.below(5)),
    () => annotate(podKind, name(podKind), String(random.below(100))),
    () => annotate(statefulSetKind, name(statefulSetKind), String(random.below(100))),
    () => annotate(jobKind, name(jobKind), String(random.below(100))),
    () => remove(podKind, name(podKind)),
    () => remove(persistentVolumeClaimKind, name(persistentVolumeClaimKind)),
    () => {
      const pod = name(podKind);
      return { what: `evict ${pod}`, work: (tx) => evictOne(tx, pod) };
    },
  ];
  return pick(random, writes)!();
}

function scale<T extends KubernetesObject & { spec: { replicas?: number } }>(
  kind: KindDefinition<T>,
  name: string,
  replicas: number,
): Write {
  const change = (draft: T) => {
    draft.spec.replicas = replicas;
  };
  return { what: `scale ${kind.kind} ${name} to ${replicas}`, work: (tx) => update(tx, kind, name, change) };
}

function annotate<T extends KubernetesObject>(kind: KindDefinition<T>, name: string, value: string): Write {
  const change = (draft: T) => {
    draft.metadata.annotations = { ...draft.metadata.annotations, race: value };
  };
  return { what: `annotate ${kind.kind} ${name}`, work: (tx) => update(tx, kind, name, change) };
}

function update<T extends KubernetesObject>(
  tx: Transaction,
  kind: KindDefinition<T>,
  name: string,
  change: (draft: T) => void,
): undefined {
  const found = tx.get(kind, "default", name);
  if (found) tx.update(kind, found, change);
}

function remove(kind: KindDefinition<never>, name: string): Write {
  return {
    what: `delete ${kind.kind} ${name}`,
    work: (tx) => {
      tx.delete(kind, { metadata: { namespace: "default", name } });
      return undefined;
    },
  };
}

/** Returns a finding if a ready pod was evicted against its budget. */
function evictOne(tx: Transaction, name: string): string | undefined {
  const pod = tx.get(podKind, "default", name);
  if (!pod) return undefined;
  const budgets = budgetsOf(tx, pod);
  const allowed = budgets.map(({ status }) => status.disruptionsAllowed ?? 0);
  const { status } = evictWithin(tx, name);
  if (status !== 201 || !isProtected(pod) || budgets.length === 0) return undefined;
  if (budgets.length > 1) return `${name} was evicted although two budgets cover it`;
  if ((allowed[0] ?? 0) < 1) return `${name} was evicted although its budget allows ${allowed[0]}`;
  const after = tx.get(podDisruptionBudgetKind, "default", budgets[0]?.metadata.name ?? "");
  const left = after?.status.disruptionsAllowed ?? 0;
  return left === (allowed[0] ?? 0) - 1
    ? undefined
    : `the eviction of ${name} left ${left} of ${allowed[0]} disruptions`;
}

function budgetsOf(reader: Pick<Transaction, "list"> | TestCluster, pod: Pod) {
  const all: readonly PodDisruptionBudget[] = reader.list(podDisruptionBudgetKind, "default");
  return all.filter(({ spec }) => matchesLabelSelector(spec.selector, pod.metadata.labels));
}

/** Budgets do not protect pods that have ended, have not started, or are terminating. */
function isProtected({ metadata, status }: Pod): boolean {
  const isReady = status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True");
  return isReady === true && status.phase === "Running" && !metadata.deletionTimestamp;
}
