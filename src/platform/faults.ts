/** What is broken on purpose in a cluster, as the platform's API shows it. */
import type { Fault } from "../kinds/faults.ts";

/** Times are the cluster's own. */
export function faultView({ name, kind, node, sinceMs }: Fault) {
  return { name, kind, node, since: new Date(sinceMs).toISOString() };
}
