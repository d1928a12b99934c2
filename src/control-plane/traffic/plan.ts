/** How all running flows are answered together: they share the processors of the containers that answer them. */
import type { Transaction } from "../../cluster/transaction.ts";
import type { ObjectKey } from "../../kinds/kind.ts";
import { bringToPresent } from "../../kubelet/runtime/look.ts";
import type { CounterRates } from "../../kubelet/usage/flow-counters.ts";
import { type BusyCpus, keyOfPod } from "../../kubelet/usage/flow-load.ts";
import type { RequestCost } from "../../kubelet/usage/request-cost.ts";
import type { Pod } from "../../schema/index.ts";
import type { CounterChanges } from "../../shell/counters.ts";
import type { Flow, Queue, Share } from "./flow.ts";
import { withTimeouts } from "./queueing.ts";
import { type Sample, sampleRequests } from "./sample.ts";

interface Demand {
  pod: ObjectKey;
  container: string;
  /** CPUs that the requests would keep busy without a limit. */
  cpus: number;
  limitCpus: number;
  /** Amounts that the requests would add to counters each second, by pid. */
  counts: Record<string, Record<string, number>>;
}

interface PodLoad {
  /** CPUs that are busy, by container. */
  cpus: BusyCpus;
  /** How counters rise, by container. */
  counters: CounterRates;
}

export interface Plan {
  /** By the flow's id. */
  shares: ReadonlyMap<string, readonly Share[]>;
  loads: ReadonlyMap<ObjectKey, PodLoad>;
}

/** `loaded` are the pods that the flows reached until now: their processes are stored, so that each step runs once. */
export function planOf(tx: Transaction, flows: readonly Flow[], loaded: readonly ObjectKey[]): Plan {
  for (const key of loaded) {
    const pod = tx.getByKey(key) as Pod | undefined;
    if (pod) bringToPresent(tx, pod);
  }
  const samples = flows.map((flow) => ({ flow, samples: sampleRequests(tx, flow.spec.request) }));
  const demands = new Map<string, Demand>();
  for (const { flow, samples: all } of samples) {
    for (const sample of all) {
      for (const cost of sample.costs) addDemand(demands, cost, flow.spec.rate * sample.share);
    }
  }
  const shares = new Map(
    samples.map(({ flow, samples: all }) => [flow.id, withTimeouts(all.map((each) => shareOf(each, demands)))]),
  );
  const loads = new Map<ObjectKey, PodLoad>();
  for (const { pod, container, cpus, limitCpus, counts } of demands.values()) {
    const { cpus: busy, counters } = loads.get(pod) ?? { cpus: {}, counters: {} };
    const isAnswered = Math.min(1, limitCpus / cpus);
    loads.set(pod, {
      cpus: { ...busy, [container]: Math.min(cpus, limitCpus) },
      counters: { ...counters, [container]: scaled(counts, isAnswered) },
    });
  }
  return { shares, loads };
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

function shareOf({ share, pod, outcome, afterMs, costs }: Sample, demands: ReadonlyMap<string, Demand>): Share {
  let queue: Queue | undefined;
  let throttledMs = 0;
  for (const cost of costs) {
    const { cpus, limitCpus } = demands.get(idOf(cost))!;
    const utilization = cpus / limitCpus;
    // One request runs on one processor, and below one CPU it takes longer.
    throttledMs += cost.cpuMs / Math.min(1, limitCpus) - cost.cpuMs;
    if (!queue || utilization > queue.utilization) queue = { serviceMs: cost.cpuMs / limitCpus, utilization };
  }
  return { share, pod, outcome, afterMs: afterMs + throttledMs, ...(queue && { queue }) };
}
