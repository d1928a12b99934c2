/**
 * CPU time of requests, as the programs that answer them charge it.
 * Kubernetes: pkg/kubelet/stats/cri_stats_provider.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import type { Pod } from "../../schema/index.ts";
import { type CounterChanges, MOVING_COUNTERS } from "../../shell/counters.ts";
import type { Machine } from "../../shell/machine-state.ts";
import type { PodContext } from "../context.ts";
import { wakeWatchersOf } from "../object-watches.ts";
import type { LiveContainer } from "../runtime/live.ts";
import { software } from "../runtime/software.ts";
import { cpuLimitOf } from "./cpu-limit.ts";

/** CPU time that the container which answered a request took for it. */
export interface RequestCost {
  pod: Pod;
  container: string;
  cpuMs: number;
  /** CPUs that the container may use. */
  limitCpus: number;
  /** Amounts that it added to the counters of the container's processes. */
  counts: CounterChanges;
}

/** CPU time of a request to a program that charges nothing for it: parsing, a page from memory, a line of the log. */
const ORDINARY_REQUEST_CPU_MS = 0.1;

const meters = new WeakMap<object, RequestCost[]>();

/** Runs `work` and tells what the requests cost that containers answered meanwhile. */
export function meterRequests<R>(tx: Transaction, work: () => R): { result: R; costs: readonly RequestCost[] } {
  const costs: RequestCost[] = [];
  return { result: withMeter(tx, costs, work), costs };
}

/** Runs `work`, whose requests belong to others: probes of the past. */
export function withoutMeter<R>(tx: Transaction, work: () => R): R {
  return meters.has(tx.identity) ? withMeter(tx, undefined, work) : work();
}

function withMeter<R>(tx: Transaction, meter: RequestCost[] | undefined, work: () => R): R {
  const outer = meters.get(tx.identity);
  setMeter(tx, meter);
  try {
    return work();
  } finally {
    setMeter(tx, outer);
  }
}

function setMeter(tx: Transaction, meter: RequestCost[] | undefined): void {
  if (meter) meters.set(tx.identity, meter);
  else meters.delete(tx.identity);
}

/** Lets a container answer a request, and notes what its program charged for it. Undefined: it does not listen. */
export function noteCost<A>(
  { tx, pod, node }: PodContext,
  { container, run }: LiveContainer,
  serve: (machine: Machine) => A | undefined,
): A | undefined {
  const { machine } = run;
  const { usedCpuMs: usedBeforeMs = 0 } = machine;
  const { result: answer, counts, isAfterPause } = software().machine.counterIncrements(machine, () => serve(machine));
  if (isAfterPause) wakeWatchersOf(tx, MOVING_COUNTERS);
  const meter = answer === undefined ? undefined : meters.get(tx.identity);
  if (!meter) return answer;
  const cpuMs = Math.max((machine.usedCpuMs ?? 0) - usedBeforeMs, ORDINARY_REQUEST_CPU_MS);
  meter.push({ pod, container: container.spec.name, cpuMs, limitCpus: cpuLimitOf(node, container), counts });
  return answer;
}
