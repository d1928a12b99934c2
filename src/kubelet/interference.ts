/**
 * Interference with the containers of a pod from outside of Kubernetes: by the kernel, or by an administrator on the node.
 * Kubernetes: pkg/kubelet/pleg/generic.go finds out about containers that have died
 */
import type { Transaction } from "../cluster/transaction.ts";
import type { Pod } from "../schema/index.ts";
import { containersOf } from "./context.ts";
import { lookContext } from "./look-context.ts";
import { Look } from "./runtime/look.ts";

/** Ends the processes of a running container with signal 9. */
export function killContainer(tx: Transaction, pod: Pod, name: string, end: { wasOomKilled?: boolean }): void {
  const context = lookContext(tx, pod);
  const container = context && containersOf(context).find(({ spec }) => spec.name === name);
  if (!context || container?.record.shows !== "running" || container.record.end) return;
  const look = new Look(context);
  if (!look.open(container)) return;
  look.kill(name, end);
  look.store();
}

/** Brings the pod's processes to the present, because its files are about to change. Their future is computed anew. */
export function bringToPresent(tx: Transaction, pod: Pod): void {
  const context = lookContext(tx, pod);
  if (context) new Look(context).store();
}
