/**
 * Leases that processes of pods hold. The kubelet notes when a process begins and ceases to hold one; in between nothing
 * is due. The end wakes the processes that wait to become the next leader.
 * Kubernetes: staging/src/k8s.io/client-go/tools/leaderelection/leaderelection.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import type { Controller } from "../controllers/controller.ts";
import { leaseKind } from "../kinds/coordination/lease.ts";
import { podKind } from "../kinds/core/pod.ts";
import { type ObjectKey, objectKey, resourceId } from "../kinds/kind.ts";
import { holdingOf, LEASE_HOLDING, type LeaseHolding, leaseKeyOf } from "../kinds/lease-holding.ts";
import type { Pod } from "../schema/index.ts";
import type { HeldLease } from "../shell/program.ts";
import { wakeWatchersOf } from "./object-watches.ts";

/** Keys of Leases by the key of the pod. */
type Held = Readonly<Record<ObjectKey, readonly ObjectKey[]>>;

const HELD = "held-leases";
const HELD_KEY: ObjectKey = "sandbar/held-leases//pods";

/** Called whenever the processes of a pod have run, with the Leases that they hold now. */
export function noteHeldLeases(tx: Transaction, { metadata }: Pod, held: readonly HeldLease[]): void {
  const pod = objectKey(podKind, metadata.namespace ?? "", metadata.name ?? "");
  const { [pod]: before = [], ...others } = tx.privateState<Held>(HELD_KEY, HELD) ?? {};
  if (before.length === 0 && held.length === 0) return;
  const now = new Map(held.map((each) => [keyOf(each), each]));
  for (const lease of before) if (!now.has(lease)) release(tx, lease, pod);
  for (const [lease, { identity, periodMs }] of now) {
    const known = holdingOf(tx, lease);
    if (known?.identity === identity && known.untilMs === undefined) continue;
    tx.setPrivateState(lease, LEASE_HOLDING, { pod, identity, periodMs } satisfies LeaseHolding);
  }
  const keys = [...now.keys()];
  if (keys.length === before.length && keys.every((key, i) => key === before[i])) return;
  const next: Held = keys.length === 0 ? others : { ...others, [pod]: keys };
  tx.setPrivateState(HELD_KEY, HELD, Object.keys(next).length === 0 ? undefined : next);
}

/** A pod that is removed at once holds no Lease any more. */
export const heldLeaseController: Controller = {
  name: "held-leases",
  manager: "kubelet",
  watches: [
    { resource: resourceId(podKind), map: () => [], removed: (last, tx) => noteHeldLeases(tx, last as Pod, []) },
  ],
  reconcile() {},
};

function release(tx: Transaction, lease: ObjectKey, pod: ObjectKey): void {
  const known = holdingOf(tx, lease);
  if (known?.pod !== pod || known.untilMs !== undefined) return;
  tx.setPrivateState(lease, LEASE_HOLDING, { ...known, untilMs: tx.nowMs } satisfies LeaseHolding);
  wakeWatchersOf(tx, resourceId(leaseKind));
}

function keyOf({ lease }: HeldLease): ObjectKey {
  const slash = lease.indexOf("/");
  return leaseKeyOf(lease.slice(0, slash), lease.slice(slash + 1));
}
