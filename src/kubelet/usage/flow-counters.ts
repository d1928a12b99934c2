/**
 * Counters of processes under flows of requests: they rise at a rate, as the program would count the requests.
 * Kubernetes: pkg/kubelet/stats/cri_stats_provider.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import type { Pod } from "../../schema/index.ts";
import { type CounterChanges, MOVING_COUNTERS } from "../../shell/counters.ts";
import { containersOf } from "../context.ts";
import { lookContext } from "../look-context.ts";
import { wakeWatchersOf } from "../object-watches.ts";
import { Look } from "../runtime/look.ts";
import { software } from "../runtime/software.ts";

/** Rates for each second, by container. */
export type CounterRates = Readonly<Record<string, CounterChanges>>;

/** Lets the counters of a pod rise at these rates from now on, and all others of it not at all. */
export function setFlowCounters(tx: Transaction, pod: Pod, rates: CounterRates): void {
  const context = lookContext(tx, pod);
  if (!context || context.state.isFinished) return;
  const look = new Look(context);
  const before = look.outline();
  let isChanged = false;
  for (const container of containersOf(context)) {
    const live = look.open(container);
    if (!live) continue;
    look.processes.moveTo(live, context.nowMs);
    if (!software().machine.setCounterRates(live.run.machine, rates[container.spec.name] ?? {})) continue;
    live.isChanged = true;
    isChanged = true;
  }
  if (!isChanged) {
    look.keep();
    return;
  }
  look.store(before);
  wakeWatchersOf(tx, MOVING_COUNTERS);
}
