/** Faults: parts of a cluster that are broken on purpose. */

import type { Transaction } from "../cluster/transaction.ts";
import { beginFault, endFault } from "../control-plane/faults.ts";
import { endInjectedFault, type Injection, injectFault } from "../control-plane/injected/inject.ts";
import { wakeFlows } from "../control-plane/traffic/controller.ts";
import { type Fault, faultsOf } from "../kinds/faults.ts";
import { type InjectedFault, injectedFaults } from "../kinds/injected/state.ts";
import { parseKey } from "../kinds/kind.ts";
import type { ClusterState } from "../runtime/engine.ts";

export type { Injection } from "../control-plane/injected/inject.ts";
export { ALL_REGISTRIES } from "../kinds/faults.ts";

/** A fault as the platform's API shows it. Times are cluster time. */
export type FaultView = { name: string; since: string; until?: string; seed?: number } & InjectedFault["spec"];

export type Begun =
  | { type: "begun"; fault: FaultView; isNew: boolean }
  | { type: "refused"; field: string; message: string };

/** Idempotent: a part that has a fault keeps it (`isNew: false`). */
export function begin(tx: Transaction, injection: Injection): Begun {
  wakeFlows(tx);
  const { spec, afterMs, durationMs } = injection;
  const isOfPart = spec.kind === "node-down" || spec.kind === "registry-down";
  // Without a time, these faults belong to their node or registry and end with it.
  if (isOfPart && afterMs === 0 && durationMs === undefined) {
    const begun = beginFault(tx, spec);
    if (!begun) return { type: "refused", field: "node", message: "the cluster has no such node" };
    return { type: "begun", fault: viewOf(begun.fault), isNew: begun.isNew };
  }
  const injected = injectFault(tx, injection);
  if (injected.type === "refused") return injected;
  return { type: "begun", fault: injectedView(injected.fault), isNew: injected.isNew };
}

/** False: no such fault. */
export function end(tx: Transaction, name: string): boolean {
  wakeFlows(tx);
  const isInjected = endInjectedFault(tx, name);
  return endFault(tx, name) || isInjected;
}

/** All faults of a cluster: those of nodes by name, those of registries, then all others in the order of their creation. */
export function faultsIn(state: ClusterState): FaultView[] {
  const nodes = state.keys("core/nodes").map((key) => parseKey(key).name);
  const injected = injectedFaults(state).map(injectedView);
  const names = new Set(injected.map(({ name }) => name));
  const others = faultsOf(state, nodes).map(viewOf);
  return [...others.filter(({ name }) => !names.has(name)), ...injected];
}

function viewOf(fault: Fault): FaultView {
  const since = new Date(fault.sinceMs).toISOString();
  const { name, kind } = fault;
  return kind === "node-down"
    ? { name, kind, node: fault.node, since }
    : { name, kind, registry: fault.registry, since };
}

function injectedView({ name, spec, fromMs, untilMs, seed }: InjectedFault): FaultView {
  return {
    name,
    ...spec,
    since: new Date(fromMs).toISOString(),
    ...(untilMs !== undefined && { until: new Date(untilMs).toISOString() }),
    seed,
  };
}
