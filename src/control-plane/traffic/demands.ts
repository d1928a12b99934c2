/** What flows ask of the containers that answer them: processors, and counters of their programs. */
import type { ObjectKey } from "../../kinds/kind.ts";
import type { CounterRates } from "../../kubelet/usage/flow-counters.ts";
import { type BusyCpus, keyOfPod } from "../../kubelet/usage/flow-load.ts";
import type { RequestCost } from "../../kubelet/usage/request-cost.ts";
import type { CounterChanges } from "../../shell/counters.ts";
import type { Sample } from "./sample.ts";

/** Requests at a rate, in requests per second. */
export interface Source {
  samples: readonly Sample[];
  perSecond: number;
}

interface Demand {
  pod: ObjectKey;
  container: string;
  /** CPUs that the requests would keep busy without a limit. */
  cpus: number;
  limitCpus: number;
  /** Amounts that the requests would add to counters each second, by pid. */
  counts: Record<string, Record<string, number>>;
}

/** By pod and container. */
export type Demands = ReadonlyMap<string, Demand>;

export interface PodLoad {
  /** CPUs that are busy, by container. */
  cpus: BusyCpus;
  /** How counters rise, by container. */
  counters: CounterRates;
}

export function demandsOf(sources: readonly Source[]): Demands {
  const demands = new Map<string, Demand>();
  for (const { samples, perSecond } of sources) {
    for (const { share, costs } of samples) for (const cost of costs) addDemand(demands, cost, perSecond * share);
  }
  return demands;
}

/** Above 1, requests come faster than they are answered. */
export function utilizationOf(cost: RequestCost, demands: Demands): number {
  const { cpus, limitCpus } = demands.get(idOf(cost))!;
  return cpus / limitCpus;
}

export function loadsOf(demands: Demands): ReadonlyMap<ObjectKey, PodLoad> {
  const loads = new Map<ObjectKey, PodLoad>();
  for (const { pod, container, cpus, limitCpus, counts } of demands.values()) {
    const { cpus: busy, counters } = loads.get(pod) ?? { cpus: {}, counters: {} };
    const answered = Math.min(1, limitCpus / cpus);
    loads.set(pod, {
      cpus: { ...busy, [container]: Math.min(cpus, limitCpus) },
      counters: { ...counters, [container]: scaled(counts, answered) },
    });
  }
  return loads;
}

function idOf({ pod, container }: RequestCost): string {
  return `${keyOfPod(pod)} ${container}`;
}

function addDemand(demands: Map<string, Demand>, cost: RequestCost, perSecond: number): void {
  const { pod, container, limitCpus, cpuMs } = cost;
  const known = demands.get(idOf(cost)) ?? { pod: keyOfPod(pod), container, cpus: 0, limitCpus, counts: {} };
  for (const [pid, added] of Object.entries(scaled(cost.counts, perSecond))) {
    const sums = known.counts[pid] ?? {};
    for (const [key, by] of Object.entries(added)) sums[key] = (sums[key] ?? 0) + by;
    known.counts[pid] = sums;
  }
  demands.set(idOf(cost), { ...known, cpus: known.cpus + (perSecond * cpuMs) / 1000 });
}

function scaled(counts: CounterChanges, factor: number): Record<string, Record<string, number>> {
  const all = Object.entries(counts).map(([pid, added]) => {
    const products = Object.entries(added).map(([key, by]) => [key, by * factor]);
    return [pid, Object.fromEntries(products) as Record<string, number>] as const;
  });
  return Object.fromEntries(all);
}
