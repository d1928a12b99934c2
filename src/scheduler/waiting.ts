/**
 * Pods that could not be placed and wait for a change that helps. Those that are alike in all that decides where they fit,
 * and were told the same, form a group: one of them is tried for all. If it finds a place the next one follows, if it is
 * told something new so are the others, and if nothing is new nobody else needs to try. So a freed place costs one attempt
 * and not one for every pod that waits.
 */

import type { ObjectChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { persistentVolumeClaimKind } from "../kinds/core/persistent-volume-claim.ts";
import { podKind } from "../kinds/core/pod.ts";
import type { ObjectKey } from "../kinds/kind.ts";
import { hash32 } from "../lib/prng.ts";
import type { Pod } from "../schema/index.ts";
import { hostPorts } from "./filters/node-ports.ts";
import { keyOf, priorityOf } from "./node-info.ts";
import { podRequests } from "./requests.ts";
import { claimNames } from "./volume-claims.ts";

const OWNER = "scheduler";
const CONTROLLER = "scheduler";

/** Labels that tell the pods of one owner apart and mean nothing to anybody's affinity. */
const IDENTITY_LABELS = new Set([
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
  "batch.kubernetes.io/job-completion-index",
]);
const ABOUT_CLAIMS = new Set(["VolumeBinding", "VolumeRestrictions"]);

/** Why the last attempt failed. */
export interface Failure {
  /** Filters whose rejections other objects could lift. */
  filters: readonly string[];
  /** Where it will go once its claims are bound. */
  node?: string;
  /** Who waits for the same. */
  group: string;
  /** It is to be tried again: as the first of its group, or together with all of it. */
  woken?: "first" | "all";
}

/** What an attempt found. */
export interface Refusal {
  message: string;
  /** Every filter that refused a node. */
  refusedBy: readonly string[];
  /** Those of them whose rejections could be lifted. */
  liftable: readonly string[];
  node?: string;
}

/** To be placed by this scheduler, and nothing holds it back. */
export function isWaiting({ spec, metadata, status }: Pod): boolean {
  return (
    !spec.nodeName &&
    !metadata.deletionTimestamp &&
    !spec.schedulingGates?.length &&
    spec.schedulerName === "default-scheduler" &&
    status.phase !== "Failed"
  );
}

/** What the pod was told last; undefined when it waits for its first attempt. */
export function failureOf(tx: Transaction, pod: Pod): Failure | undefined {
  return tx.privateState<Failure>(keyOf(pod), OWNER);
}

/** The attempt failed. What is news to the pod is news to those that were told the same before. */
export function rememberFailure(tx: Transaction, pod: Pod, { message, refusedBy, liftable, node }: Refusal): void {
  const before = failureOf(tx, pod);
  const group = groupOf(tx, pod, message, refusedBy);
  const failure: Failure = { filters: [...new Set(liftable)], group, ...(node !== undefined && { node }) };
  tx.setPrivateState(keyOf(pod), OWNER, failure);
  if (before?.woken === "first" && before.group !== group) wakeGroup(tx, before.group);
}

/** The pod has a place. There may be more room for its like. */
export function forgetFailure(tx: Transaction, pod: Pod): void {
  const before = failureOf(tx, pod);
  tx.setPrivateState(keyOf(pod), OWNER, undefined);
  if (before?.woken !== "first") return;
  for (const other of waitingPods(tx)) {
    const failure = other === pod ? undefined : failureOf(tx, other);
    if (failure?.group !== before.group || failure.woken) continue;
    wake(tx, other, failure, "first");
    return;
  }
}

/** Wakes one pod of each group that `isHelped` means, and returns their keys: the engine tries them in a moment. */
export function wakeFirsts(tx: Transaction, isHelped: (failure: Failure) => boolean): ObjectKey[] {
  const firsts = new Map<string, { pod: Pod; failure: Failure } | null>();
  for (const pod of waitingPods(tx)) {
    const failure = failureOf(tx, pod);
    if (!failure || !isHelped(failure)) continue;
    // Who is woken already speaks for the group.
    if (failure.woken) firsts.set(failure.group, null);
    else if (!firsts.has(failure.group)) firsts.set(failure.group, { pod, failure });
  }
  const keys: ObjectKey[] = [];
  for (const first of firsts.values()) {
    if (!first) continue;
    tx.setPrivateState(keyOf(first.pod), OWNER, { ...first.failure, woken: "first" });
    keys.push(keyOf(first.pod));
  }
  return keys;
}

/** Pods that wait and use the claim. */
export function waitingUsers(tx: Transaction, namespace: string, claimName: string): readonly ObjectKey[] {
  const users = tx.derived("scheduler/users-of-claims", [podKind], () => {
    const byClaim = new Map<string, ObjectKey[]>();
    for (const pod of waitingPods(tx)) {
      for (const name of claimNames(pod)) {
        const claim = `${pod.metadata.namespace}/${name}`;
        const keys = byClaim.get(claim) ?? [];
        byClaim.set(claim, keys);
        keys.push(keyOf(pod));
      }
    }
    return byClaim;
  });
  return (users.get(`${namespace}/${claimName}`) ?? []).filter((key) => tx.privateState(key, OWNER) !== undefined);
}

/** Is a more important pod to be tried at this very moment? */
export function isMoreImportantPodDue(tx: Transaction, pod: Pod): boolean {
  for (const other of waitingPods(tx)) {
    if (priorityOf(other) <= priorityOf(pod)) return false;
    if (failureOf(tx, other)?.woken || isNew(other)) return true;
  }
  return false;
}

/** No attempt was made for it yet. */
function isNew({ status }: Pod): boolean {
  return !status.conditions?.some(({ type }) => type === "PodScheduled");
}

/** The most important first, then the oldest. */
function* waitingPods(tx: Transaction): Iterable<Pod> {
  const turns = tx.derived("scheduler/turns", [podKind], () => turnsOf(tx), followTurns);
  for (const { key } of turns) yield tx.getByKey(key) as Pod;
}

/** The place of a waiting pod in the queue. */
interface Turn {
  key: ObjectKey;
  priority: number;
  created: string;
}

function turnsOf(tx: Transaction): Turn[] {
  return tx
    .list(podKind)
    .filter(isWaiting)
    .map((pod) => turnOf(keyOf(pod), pod))
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

/** Where the turn is, or would have to be. */
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
    const failure = failureOf(tx, pod);
    if (failure?.group === group && !failure.woken) wake(tx, pod, failure, "all");
  }
}

function wake(tx: Transaction, pod: Pod, failure: Failure, woken: "first" | "all"): void {
  const key = keyOf(pod);
  tx.setPrivateState(key, OWNER, { ...failure, woken });
  tx.requeue(CONTROLLER, key, tx.nowMs + 1);
}

/** A digest of what the pod was told and of all that decides where it fits. */
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

/** What of the pod's claims decides where it fits. Claims of one template are alike until they are bound. */
function claimTraits(tx: Transaction, pod: Pod): unknown[] {
  return claimNames(pod).map((name) => {
    const claim = tx.get(persistentVolumeClaimKind, pod.metadata.namespace ?? "", name);
    return claim && [claim.spec, claim.status?.phase];
  });
}
