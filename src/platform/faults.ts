/** Faults: parts of a cluster that are broken on purpose. */

import { type Fault, faultsOf } from "../kinds/faults.ts";
import { parseKey } from "../kinds/kind.ts";
import type { ClusterState } from "../runtime/engine.ts";

export { beginFault, endFault } from "../control-plane/faults.ts";

/** All faults of a cluster, in order of their nodes' names. */
export function faultsIn(state: ClusterState): Fault[] {
  const nodes = state.keys("core/nodes").map((key) => parseKey(key).name);
  return faultsOf(state, nodes);
}

/** The fault as the platform's API shows it. Times are cluster time. */
export function faultView({ name, kind, node, sinceMs }: Fault) {
  return { name, kind, node, since: new Date(sinceMs).toISOString() };
}
