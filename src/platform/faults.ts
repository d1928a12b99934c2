/** Faults: parts of a cluster that are broken on purpose. */

import { type Fault, faultsOf } from "../kinds/faults.ts";
import { parseKey } from "../kinds/kind.ts";
import type { ClusterState } from "../runtime/engine.ts";

export { beginFault, endFault } from "../control-plane/faults.ts";
export { ALL_REGISTRIES } from "../kinds/faults.ts";

/** All faults of a cluster, in order of their nodes' names, then those of registries. */
export function faultsIn(state: ClusterState): Fault[] {
  const nodes = state.keys("core/nodes").map((key) => parseKey(key).name);
  return faultsOf(state, nodes);
}

/** The fault as the platform's API shows it. Times are cluster time. */
export function faultView(fault: Fault) {
  const since = new Date(fault.sinceMs).toISOString();
  const { name, kind } = fault;
  return kind === "node-down"
    ? { name, kind, node: fault.node, since }
    : { name, kind, registry: fault.registry, since };
}
