/**
 * How all flows that run are answered together: they share the processors of the containers that answer them.
 *
 * Clients of a flow from outside do not wait for each other, so its rate is fixed. A loop in a container waits for each
 * answer, so it is slower the longer answers take:
 *
 *     rate = 1 / (time between an answer and the next request + time until the answer), at most what servers can answer
 */
import type { Transaction } from "../../cluster/transaction.ts";
import type { ObjectKey } from "../../kinds/kind.ts";
import { bringToPresent } from "../../kubelet/runtime/look.ts";
import type { RestingLoop } from "../../kubelet/usage/request-loops.ts";
import type { Pod } from "../../schema/index.ts";
import { type Demands, demandsOf, loadsOf, type PodLoad, type Source, utilizationOf } from "./demands.ts";
import type { Flow, Queue, Share } from "./flow.ts";
import { withTimeouts } from "./queueing.ts";
import { type Sample, sampleLoop, sampleRequests } from "./sample.ts";

export interface Plan {
  /** By the flow's id. */
  shares: ReadonlyMap<string, readonly Share[]>;
  loads: ReadonlyMap<ObjectKey, PodLoad>;
  /** How the requests of loops are answered, in the order of the loops. */
  loops: readonly AnsweredLoop[];
}

export interface AnsweredLoop {
  perSecond: number;
  shares: readonly Share[];
}

/** `loaded` are the pods that the flows reached until now: their processes are stored, so that each step runs once. */
export function planOf(
  tx: Transaction,
  { flows, loops, loaded }: { flows: readonly Flow[]; loops: readonly RestingLoop[]; loaded: readonly ObjectKey[] },
): Plan {
  for (const key of loaded) {
    const pod = tx.getByKey(key) as Pod | undefined;
    if (pod) bringToPresent(tx, pod);
  }
  const open = flows.map(({ id, spec }) => ({
    ...{ id, samples: sampleRequests(tx, spec.request), perSecond: spec.rate },
  }));
  const closed = loops.map((loop): Source => {
    const samples = sampleLoop(tx, loop);
    const { clients = 1, perSecond = Number.POSITIVE_INFINITY } = loop.load ?? {};
    const unlimited = (clients * 1000) / Math.max(1, loop.thinkMs + meanMs(samples));
    return { samples, perSecond: Math.min(unlimited, perSecond) };
  });
  const wanted = demandsOf([...open, ...closed]);
  const slowed = closed.map((source) => slowedDown(source, wanted));
  const demands = demandsOf([...open, ...slowed]);
  const shares = open.map(({ id, samples }) => {
    const answered = samples.map((each) => shareOf(each, demands));
    return [id, withTimeouts(answered)] as const;
  });
  const answeredLoops = slowed.map(({ samples, perSecond }) => {
    return { perSecond, shares: samples.map((each) => shareOf(each, demands)) };
  });
  return { shares: new Map(shares), loads: loadsOf(demands), loops: answeredLoops };
}

/** A client that waits for answers sends no more requests than are answered. */
function slowedDown({ samples, perSecond }: Source, demands: Demands): Source {
  const utilizations = samples.flatMap(({ costs }) => costs.map((cost) => utilizationOf(cost, demands)));
  return { samples, perSecond: perSecond / Math.max(1, ...utilizations) };
}

function meanMs(samples: readonly Sample[]): number {
  return samples.reduce((sum, each) => sum + each.share * unqueuedMs(each), 0);
}

/** Time of a request that waits for no other one, ms. */
function unqueuedMs({ afterMs, costs }: Sample): number {
  return costs.reduce((sum, { cpuMs, limitCpus }) => sum + throttledMs(cpuMs, limitCpus), afterMs);
}

/** Linux gives a container its share of processors for each such period. */
const QUOTA_PERIOD_MS = 100;

/** Time that a burst of work waits because the quota of its container is used up, ms. */
function throttledMs(cpuMs: number, limitCpus: number): number {
  const quotaMs = Math.min(1, limitCpus) * QUOTA_PERIOD_MS;
  const waits = Math.max(0, Math.ceil(cpuMs / quotaMs) - 1);
  return waits * (QUOTA_PERIOD_MS - quotaMs);
}

function shareOf(sample: Sample, demands: Demands): Share {
  const { share, pod, outcome, costs } = sample;
  let queue: Queue | undefined;
  for (const cost of costs) {
    const utilization = utilizationOf(cost, demands);
    if (!queue || utilization > queue.utilization) queue = { serviceMs: cost.cpuMs / cost.limitCpus, utilization };
  }
  return { share, pod, outcome, afterMs: unqueuedMs(sample), ...(queue && { queue }) };
}
