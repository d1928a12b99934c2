/**
 * Wakes pods whose processes wait for objects, as a controller's watch does. The pods that wait are a private state of
 * their own, so changes in clusters without such a pod cost one look-up.
 * Kubernetes: staging/src/k8s.io/client-go/tools/cache/reflector.go
 */
import type { ObjectChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import type { Controller } from "../controllers/controller.ts";
import { podKind } from "../kinds/core/pod.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../kinds/kind.ts";
import type { Pod } from "../schema/index.ts";
import { KUBELET } from "./state.ts";

/** Resources by the key of the pod. */
type Watches = Readonly<Record<ObjectKey, readonly string[]>>;

const WATCHES = "object-watches";
const WATCHES_KEY: ObjectKey = "sandbar/object-watches//pods";
/** Resources that processes of a pod wait for, and whose objects were written. Not in the state of a sync that runs. */
const CHANGES = "object-changes";
/** From a write until the event of the watch has reached the process. */
const EVENT_MS = 20;

/** Called whenever the processes of a pod have run. */
export function noteObjectWatches(tx: Transaction, pod: Pod, resources: readonly string[]): void {
  const key = objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
  const known = tx.privateState<Watches>(WATCHES_KEY, WATCHES);
  const before = known?.[key] ?? [];
  if (before.length === resources.length && before.every((each, i) => each === resources[i])) return;
  const { [key]: _gone, ...others } = known ?? {};
  const next: Watches = resources.length === 0 ? others : { ...others, [key]: resources };
  tx.setPrivateState(WATCHES_KEY, WATCHES, Object.keys(next).length === 0 ? undefined : next);
}

/** The resources whose objects were written since the last call, undefined if none were. */
export function takeObjectChanges(tx: Transaction, { metadata }: Pod): readonly string[] | undefined {
  const key = objectKey(podKind, metadata.namespace ?? "", metadata.name ?? "");
  const changed = tx.privateState<readonly string[]>(key, CHANGES);
  if (changed) tx.setPrivateState(key, CHANGES, undefined);
  return changed;
}

export const objectWatchController: Controller = {
  name: "object-watches",
  manager: "kubelet",
  watches: [
    { resource: "*", map: wakeWatchers },
    { resource: resourceId(podKind), map: () => [], removed: (last, tx) => noteObjectWatches(tx, last as Pod, []) },
  ],
  reconcile() {},
};

function wakeWatchers({ key }: ObjectChange, tx: Transaction): ObjectKey[] {
  const watches = tx.privateState<Watches>(WATCHES_KEY, WATCHES);
  if (!watches) return [];
  const { resource } = parseKey(key);
  for (const [pod, resources] of Object.entries(watches) as [ObjectKey, readonly string[]][]) {
    const changed = tx.privateState<readonly string[]>(pod, CHANGES) ?? [];
    if (!resources.includes(resource) || changed.includes(resource)) continue;
    tx.setPrivateState(pod, CHANGES, [...changed, resource]);
    tx.requeue(KUBELET, pod, tx.nowMs + EVENT_MS);
  }
  return [];
}
