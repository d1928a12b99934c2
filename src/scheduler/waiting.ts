/**
 * Unschedulable pods that wait for a change. Pods that are equal in everything that decides where they fit, and that
 * got the same message, form a group. One pod is tried for its group: if it is scheduled, the next one is tried; if it
 * gets a new message, all others are tried; otherwise no other pod is tried. So a free slot costs one attempt instead
 * of one for every waiting pod.
 * Kubernetes: pkg/scheduler/backend/queue/scheduling_queue.go (without groups: there every pod is tried)
 */

import type { ObjectChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { claimNamesOf } from "../controllers/volumes/pod-claims.ts";
import { persistentVolumeClaimKind } from "../kinds/core/persistent-volume-claim.ts";
import { podKind } from "../kinds/core/pod.ts";
import type { ObjectKey } from "../kinds/kind.ts";
import { hash32 } from "../lib/prng.ts";
import type { Pod } from "../schema/index.ts";
import { hostPorts } from "./filters/node-ports.ts";
import { podKeyOf, priorityOf } from "./node-info.ts";
import { podRequests } from "./requests.ts";

const OWNER = "scheduler";
const CONTROLLER = "scheduler";

/** Labels that identify one pod of its owner. Affinity terms do not select by them, so they do not split a group. */
const IDENTITY_LABELS = new Set([
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
  "batch.kubernetes.io/job-completion-index",
]);
const ABOUT_CLAIMS = new Set(["VolumeBinding", "VolumeRestrictions"]);

/** Why the last attempt failed. Private state of the pod. */
export interface Failure {
  /** Filters whose rejections a change of other objects may lift. */
  filters: readonly string[];
  /** The node that the pod will be bound to once its claims are bound. */
  node?: string;
  /** Digest that is equal for all pods of the group. */
  group: string;
  /** Set while a new attempt is due: as the first of the group, or together with all pods of it. */
  woken?: "first" | "all";
}

/** The result of a failed attempt. */
export interface Refusal {
  message: string;
  /** Every filter that refused a node. */
  refusedBy: readonly string[];
  /** The filters among `refusedBy` whose rejections may be lifted. */
  liftable: readonly string[];
  node?: string;
}

/** True if this scheduler must schedule the pod: no node, not being deleted, no scheduling gates. */
export function isWaiting({ spec, metadata, status }: Pod): boolean {
  return (
    !spec.nodeName &&
    !metadata.deletionTimestamp &&
    !spec.schedulingGates?.length &&
    spec.schedulerName === "default-scheduler" &&
    status.phase !== "Failed"
  );
}

/** The failure of the last attempt; undefined before the first attempt. */
export function lastFailureOf(tx: Transaction, pod: Pod): Failure | undefined {
  return tx.privateState<Failure>(podKeyOf(pod), OWNER);
}

/** Records a failed attempt. If the woken pod of a group gets another message, the whole group is woken. */
export function rememberFailure(tx: Transaction, pod: Pod, { message, refusedBy, liftable, node }: Refusal): void {
  const before = lastFailureOf(tx, pod);
  const group = groupOf(tx, pod, message, refusedBy);
  const failure: Failure = { filters: [...new Set(liftable)], group, ...(node !== undefined && { node }) };
  tx.setPrivateState(podKeyOf(pod), OWNER, failure);
  if (before?.woken === "first" && before.group !== group) wakeGroup(tx, before.group);
}

/** Called when the pod was scheduled. Wakes the next pod of its group. */
export function forgetFailure(tx: Transaction, pod: Pod): void {
  const before = lastFailureOf(tx, pod);
  tx.setPrivateState(podKeyOf(pod), OWNER, undefined);
  if (before?.woken !== "first") return;
  for (const other of waitingPods(tx)) {
    const failure = other === pod ? undefined : lastFailureOf(tx, other);
    if (failure?.group !== before.group || failure.woken) continue;
    wake(tx, other, failure, "first");
    return;
  }
}

/** Marks one pod of each group that `isHelped` accepts as woken. Returns their keys, which the engine reconciles. */
export function wakeFirsts(tx: Transaction, isHelped: (failure: Failure) => boolean): ObjectKey[] {
  const firsts = new Map<string, { pod: Pod; failure: Failure } | null>();
  for (const pod of waitingPods(tx)) {
    const failure = lastFailureOf(tx, pod);
    if (!failure || !isHelped(failure)) continue;
    // A group with a woken pod needs no second one.
    if (failure.woken) firsts.set(failure.group, null);
    else if (!firsts.has(failure.group)) firsts.set(failure.group, { pod, failure });
  }
  const keys: ObjectKey[] = [];
  for (const first of firsts.values()) {
    if (!first) continue;
    tx.setPrivateState(podKeyOf(first.pod), OWNER, { ...first.failure, woken: "first" });
    keys.push(podKeyOf(first.pod));
  }
  return keys;
}

/** Unschedulable pods that use the claim. */
export function waitingUsers(tx: Transaction, namespace: string, claimName: string): readonly ObjectKey[] {
  const users = tx.derived("scheduler/users-of-claims", [podKind], () => {
    const byClaim = new Map<string, ObjectKey[]>();
    for (const pod of waitingPods(tx)) {
      for (const name of claimNamesOf(pod)) {
        const claim = `${pod.metadata.namespace}/${name}`;
        const keys = byClaim.get(claim) ?? [];
        byClaim.set(claim, keys);
        keys.push(podKeyOf(pod));
      }
    }
    return byClaim;
  });
  return (users.get(`${namespace}/${claimName}`) ?? []).filter((key) => tx.privateState(key, OWNER) !== undefined);
}

/** True if a pod of higher priority is due at this instant. */
export function isMoreImportantPodDue(tx: Transaction, pod: Pod): boolean {
  for (const other of waitingPods(tx)) {
    if (priorityOf(other) <= priorityOf(pod)) return false;
    if (lastFailureOf(tx, other)?.woken || isNew(other)) return true;
  }
  return false;
}

/** True before the first attempt. */
function isNew({ status }: Pod): boolean {
  return !status.conditions?.some(({ type }) => type === "PodScheduled");
}

/** Waiting pods: highest priority first, then oldest first. */
function* waitingPods(tx: Transaction): Iterable<Pod> {
  const turns = tx.derived("scheduler/turns", [podKind], () => turnsOf(tx), followTurns);
  for (const { key } of turns) yield tx.getByKey(key) as Pod;
}

/** The position of a waiting pod in the queue. */
interface Turn {
  key: ObjectKey;
  priority: number;
  created: string;
}

function turnsOf(tx: Transaction): Turn[] {
  return tx
    .list(podKind)
    .filter(isWaiting)
    .map((pod) => turnOf(podKeyOf(pod), pod))
    .sort(compareTurns);
}

function followTurns(turns: Turn[], { key, before, after }: ObjectChange): Turn[] {
  const left = before && isWaiting(before as Pod) ? turnOf(key, before as Pod) : undefined;
  const came = after && isWaiting(after as Pod) ? turnOf(key, after as Pod) : undefined;
  if (left && came && compareTurns(left, came) === 0) return turns;
  if (left) turns.splice(placeOf(turns, left), 1);
  if (came) turns.splice(placeOf(turns, came), 0, came);
  return turns;
}

function turnOf(key: ObjectKey, pod: Pod): Turn {
  return { key, priority: priorityOf(pod), created: pod.metadata.creationTimestamp ?? "" };
}

/** The index of the turn, or the index at which it must be inserted. */
function placeOf(turns: readonly Turn[], turn: Turn): number {
  let [low, high] = [0, turns.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareTurns(turns[middle]!, turn) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareTurns(a: Turn, b: Turn): number {
  return b.priority - a.priority || compareText(a.created, b.created) || compareText(a.key, b.key);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function wakeGroup(tx: Transaction, group: string): void {
  for (const pod of waitingPods(tx)) {
    const failure = lastFailureOf(tx, pod);
    if (failure?.group === group && !failure.woken) wake(tx, pod, failure, "all");
  }
}

function wake(tx: Transaction, pod: Pod, failure: Failure, woken: "first" | "all"): void {
  const key = podKeyOf(pod);
  tx.setPrivateState(key, OWNER, { ...failure, woken });
  tx.requeue(CONTROLLER, key, tx.nowMs + 1);
}

/** A digest of the message and of everything that decides on which nodes the pod fits. */
function groupOf(tx: Transaction, pod: Pod, message: string, refusedBy: readonly string[]): string {
  const { metadata, spec, status } = pod;
  const labels = Object.entries(metadata.labels ?? {}).filter(([name]) => !IDENTITY_LABELS.has(name));
  const text = JSON.stringify([
    message,
    metadata.namespace,
    labels,
    priorityOf(pod),
    spec.preemptionPolicy,
    spec.nodeSelector,
    spec.affinity,
    spec.tolerations,
    spec.topologySpreadConstraints,
    podRequests(pod),
    hostPorts(pod),
    status.nominatedNodeName,
    refusedBy.some((name) => ABOUT_CLAIMS.has(name)) ? claimTraits(tx, pod) : [],
  ]);
  return `${hash32(text).toString(36)}${hash32(text, 0x9747b28c).toString(36)}`;
}

/** The parts of the pod's claims that decide where it fits. Claims of one template are equal until they are bound. */
function claimTraits(tx: Transaction, pod: Pod): unknown[] {
  return claimNamesOf(pod).map((name) => {
    const claim = tx.get(persistentVolumeClaimKind, pod.metadata.namespace ?? "", name);
    return claim && [claim.spec, claim.status?.phase];
  });
}
