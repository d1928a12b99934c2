/**
 * Wakes pods whose processes wait for objects, as a controller's watch does. The pods that wait are a private state of
 * their own, so changes in clusters without such a pod cost one look-up.
 * Kubernetes: staging/src/k8s.io/client-go/tools/cache/reflector.go
 */
import type { RecordedChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import type { Controller } from "../controllers/controller.ts";
import { podKind } from "../kinds/core/pod.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../kinds/kind.ts";
import type { KubernetesObject, Pod } from "../schema/index.ts";
import { KUBELET } from "./state.ts";
import { dropLog, logChange } from "./watch-log.ts";

/** Resources by the key of the pod. */
type Watches = Readonly<Record<ObjectKey, readonly string[]>>;

const WATCHES = "object-watches";
const STREAMS = "object-streams";
/** The resources whose changes are logged. */
const LOGGED = "logged-resources";
const WATCHES_KEY: ObjectKey = "sandbar/object-watches//pods";
/** Resources that processes of a pod wait for, and whose objects were written. Not in the state of a sync that runs. */
const CHANGES = "object-changes";
/** From a write until the event of the watch has reached the process. */
const EVENT_MS = 20;

/** Called whenever the processes of a pod have run: the resources that they wait for. */
export function noteObjectWatches(tx: Transaction, pod: Pod, resources: readonly string[]): void {
  note(tx, pod, WATCHES, resources);
}

/** An answer that goes on sends the changes of these resources to a process of the pod, from now on. */
export function addStream(tx: Transaction, pod: Pod, resources: readonly string[]): void {
  const known = tx.privateState<Watches>(WATCHES_KEY, STREAMS)?.[podKey(pod)] ?? [];
  noteStreams(tx, pod, [...new Set([...known, ...resources])]);
}

/** The resources whose changes are sent to processes of the pod. The changes of others are logged no more. */
export function noteStreams(tx: Transaction, pod: Pod, resources: readonly string[]): void {
  if (!note(tx, pod, STREAMS, resources)) return;
  const streamed = new Set(Object.values(tx.privateState<Watches>(WATCHES_KEY, STREAMS) ?? {}).flat());
  const logged = tx.privateState<readonly string[]>(WATCHES_KEY, LOGGED) ?? [];
  for (const resource of logged) if (!streamed.has(resource)) dropLog(tx, resource);
  tx.setPrivateState(WATCHES_KEY, LOGGED, streamed.size === 0 ? undefined : [...streamed]);
}

function podKey({ metadata }: Pod): ObjectKey {
  return objectKey(podKind, metadata.namespace ?? "", metadata.name ?? "");
}

/** Remembers the resources of a pod. False if they are the same as before. */
function note(tx: Transaction, pod: Pod, owner: string, resources: readonly string[]): boolean {
  const key = podKey(pod);
  const known = tx.privateState<Watches>(WATCHES_KEY, owner);
  const before = known?.[key] ?? [];
  if (before.length === resources.length && before.every((each, i) => each === resources[i])) return false;
  const { [key]: _gone, ...others } = known ?? {};
  const next: Watches = resources.length === 0 ? others : { ...others, [key]: resources };
  tx.setPrivateState(WATCHES_KEY, owner, Object.keys(next).length === 0 ? undefined : next);
  return true;
}

/** The resources whose objects were written since the last call, undefined if none were. */
export function takeObjectChanges(tx: Transaction, pod: Pod): readonly string[] | undefined {
  const key = podKey(pod);
  const changed = tx.privateState<readonly string[]>(key, CHANGES);
  if (changed) tx.setPrivateState(key, CHANGES, undefined);
  return changed;
}

export const objectWatchController: Controller = {
  name: "object-watches",
  manager: "kubelet",
  watches: [
    { resource: "*", map: wakeWatchers },
    { resource: resourceId(podKind), map: () => [], removed: forget },
  ],
  reconcile() {},
};

function forget(last: KubernetesObject, tx: Transaction): void {
  noteObjectWatches(tx, last as Pod, []);
  noteStreams(tx, last as Pod, []);
}

function wakeWatchers({ key, logged }: RecordedChange, tx: Transaction): ObjectKey[] {
  if (tx.privateState(WATCHES_KEY, LOGGED) !== undefined) logChange(tx, logged);
  wakeWatchersOf(tx, parseKey(key).resource);
  return [];
}

/** The name under which processes wait for output of sessions in a pod. It is no resource of the API. */
export function sessionEventsOf(pod: ObjectKey): string {
  return `sessions/${pod}`;
}

/** Output of a session in the pod waits for its client. Wakes a client that is a process of another pod. */
export function wakeSessionClients(tx: Transaction, pod: Pod): void {
  wakeWatchersOf(tx, sessionEventsOf(podKey(pod)));
}

/** The name under which processes wait for output of the pod's containers. It is no resource of the API. */
export function logEventsOf(pod: ObjectKey): string {
  return `logs/${pod}`;
}

/** A container of the pod has written, or has ended. Wakes processes of other pods that follow its log. */
export function wakeLogReaders(tx: Transaction, pod: Pod): void {
  wakeWatchersOf(tx, logEventsOf(podKey(pod)));
}

/**
 * The name under which programs wait for a change of the processes of a pod: it served a request, or a command ran in it.
 * It is no resource of the API.
 */
const processEventsOf = (pod: ObjectKey) => `processes/${parseKey(pod).namespace}/${parseKey(pod).name}`;

/** Pods whose processes ask others at this moment of a transaction. */
const asking = new WeakMap<object, Set<ObjectKey>>();

/** Runs `work`, in which processes of the pod ask others: changes that follow do not wake this pod. */
export function whileAsking<R>(tx: Transaction, pod: Pod, work: () => R): R {
  const pods = asking.get(tx.identity) ?? new Set<ObjectKey>();
  asking.set(tx.identity, pods);
  const key = podKey(pod);
  if (pods.has(key)) return work();
  pods.add(key);
  try {
    return work();
  } finally {
    pods.delete(key);
  }
}

/** The processes of the pod were stored. Wakes programs of other pods that wait for that. */
export function wakeProcessWatchers(tx: Transaction, pod: Pod): void {
  wakeWatchersOf(tx, processEventsOf(podKey(pod)), asking.get(tx.identity));
}

/** Wakes the pods whose processes wait for objects of this resource, or read an answer that goes on with them. */
export function wakeWatchersOf(tx: Transaction, resource: string, except?: ReadonlySet<ObjectKey>): void {
  const watches = tx.privateState<Watches>(WATCHES_KEY, WATCHES);
  const streams = tx.privateState<Watches>(WATCHES_KEY, STREAMS);
  if (!watches && !streams) return;
  const entries = [...Object.entries(watches ?? {}), ...Object.entries(streams ?? {})];
  for (const [pod, resources] of entries as [ObjectKey, readonly string[]][]) {
    const changed = tx.privateState<readonly string[]>(pod, CHANGES) ?? [];
    if (!resources.includes(resource) || changed.includes(resource) || except?.has(pod)) continue;
    tx.setPrivateState(pod, CHANGES, [...changed, resource]);
    tx.requeue(KUBELET, pod, tx.nowMs + EVENT_MS);
  }
}
