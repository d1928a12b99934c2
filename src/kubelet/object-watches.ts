/**
 * Wakes pods whose processes wait for objects, as a controller's watch does. The pods that wait are a private state of
 * their own, so changes in clusters without such a pod cost one look-up.
 */
import type { ObjectChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import type { Controller } from "../controllers/controller.ts";
import { podKind } from "../kinds/core/pod.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../kinds/kind.ts";
import type { Pod } from "../schema/index.ts";
import { KUBELET, type PodState } from "./state.ts";

/** Resources by the key of the pod. */
type Watches = Readonly<Record<ObjectKey, readonly string[]>>;

const WATCHES = "object-watches";
const WATCHES_KEY: ObjectKey = "sandbar/object-watches//pods";
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

export const objectWatchController: Controller = {
  name: "object-watches",
  manager: "kubelet",
  watches: [
    { resource: "*", map: wakeWatchers },
    { resource: resourceId(podKind), map: () => [], removed: (last, tx) => noteObjectWatches(tx, last as Pod, []) },
  ],
  reconcile() {},
};

function wakeWatchers({ key: changed }: ObjectChange, tx: Transaction): ObjectKey[] {
  const watches = tx.privateState<Watches>(WATCHES_KEY, WATCHES);
  if (!watches) return [];
  const { resource } = parseKey(changed);
  for (const [pod, resources] of Object.entries(watches) as [ObjectKey, readonly string[]][]) {
    const state = resources.includes(resource) ? tx.privateState<PodState>(pod, KUBELET) : undefined;
    if (!state || state.objectsChanged?.includes(resource)) continue;
    const objectsChanged = [...(state.objectsChanged ?? []), resource];
    tx.setPrivateState(pod, KUBELET, { ...state, objectsChanged } satisfies PodState);
    tx.requeue(KUBELET, pod, tx.nowMs + EVENT_MS);
  }
  return [];
}
