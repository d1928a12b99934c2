/**
 * Keeps the specified number of pods alive for ReplicaSets and ReplicationControllers, which differ in their selector
 * and in a few names only.
 * Kubernetes: pkg/controller/replicaset/replica_set.go (syncReplicaSet, manageReplicas)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { type KindDefinition, type ObjectKey, parseKey } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import { MAX_POD_CHANGES_PER_RECONCILE } from "../../lib/limits.ts";
import type { Parts } from "../../lib/work.ts";
import type { Pod } from "../../schema/index.ts";
import { type Controller, controllerOf, type Requeue, self } from "../controller.ts";
import { claim } from "../lib/claim.ts";
import { claimedBy } from "../lib/claim-watch.ts";
import { createOwnedPod, deleteOwnedPod, isNamespaceTerminating } from "../lib/pod-control.ts";
import {
  controllerReference,
  isPodActive,
  isPodTerminating,
  nextAvailabilityMs,
  podFromTemplate,
} from "../lib/pods.ts";
import { inGrowingBatches } from "../lib/slow-start.ts";
import { rankForDeletion } from "./deletion-order.ts";
import type { ReplicaOwner } from "./replica-owner.ts";
import { replicaStatus } from "./status.ts";

export interface ReplicaPolicy<T extends ReplicaOwner> {
  kind: KindDefinition<T>;
  /** Name of the controller, and component of its Events. */
  component: string;
  matches(owner: T, labels: Record<string, string> | undefined): boolean;
  /** ReplicaSets count terminating pods, ReplicationControllers do not. */
  countsTerminating: boolean;
  /** Pods that are counted by node when pods are chosen for deletion. */
  related(tx: Transaction, owner: T): readonly Pod[];
}

export function defineReplicaController<T extends ReplicaOwner>(policy: ReplicaPolicy<T>): Controller {
  const pods = claimedBy<T, Pod>({
    owner: policy.kind,
    claimed: podKind,
    matches: (owner, pod) => policy.matches(owner, pod.metadata.labels),
  });
  return {
    name: policy.component,
    manager: "kube-controller-manager",
    component: policy.component,
    watches: [self(policy.kind), pods],
    reconcile: (tx, key, nowMs) => reconcile(policy, tx, key, nowMs),
  };
}

function* reconcile<T extends ReplicaOwner>(
  policy: ReplicaPolicy<T>,
  tx: Transaction,
  key: ObjectKey,
  nowMs: number,
): Parts<Requeue> {
  const { namespace, name } = parseKey(key);
  const owner = tx.get(policy.kind, namespace, name);
  if (!owner) return;
  const { uid } = owner.metadata;
  const candidates = tx.list(podKind, namespace).filter((pod) => (controllerOf(pod)?.uid ?? uid) === uid);
  const active = claimPods(policy, tx, owner, candidates.filter(isPodActive));
  const terminating = policy.countsTerminating
    ? claimPods(policy, tx, owner, candidates.filter(isPodTerminating))
    : undefined;

  const failure = owner.metadata.deletionTimestamp ? undefined : yield* manageReplicas(policy, tx, owner, active);
  writeStatus(policy, tx, owner, { active, terminating, failure });
  if (failure) throw failure;
  return nextAvailabilityMs(active, owner.spec.minReadySeconds ?? 0, nowMs);
}

function claimPods<T extends ReplicaOwner>(
  policy: ReplicaPolicy<T>,
  tx: Transaction,
  owner: T,
  candidates: readonly Pod[],
): Pod[] {
  const matches = (pod: Pod) => policy.matches(owner, pod.metadata.labels);
  return claim(tx, { owner, ownerKind: policy.kind, kind: podKind, candidates, matches });
}

/** Creates missing pods, deletes surplus ones. Returns the last refusal. */
function* manageReplicas<T extends ReplicaOwner>(
  policy: ReplicaPolicy<T>,
  tx: Transaction,
  owner: T,
  pods: readonly Pod[],
): Parts<ApiError | undefined> {
  const surplus = pods.length - (owner.spec.replicas ?? 1);
  if (surplus < 0) return yield* createPods(policy, tx, owner, Math.min(-surplus, MAX_POD_CHANGES_PER_RECONCILE));
  if (surplus === 0) return undefined;
  const count = Math.min(surplus, MAX_POD_CHANGES_PER_RECONCILE);
  const ranked = count < pods.length ? rankForDeletion(pods, policy.related(tx, owner), tx.nowMs) : pods;
  let failure: ApiError | undefined;
  for (const pod of ranked.slice(0, count)) {
    failure = deletePod(policy, tx, owner, pod) ?? failure;
    yield;
  }
  return failure;
}

function* createPods<T extends ReplicaOwner>(
  policy: ReplicaPolicy<T>,
  tx: Transaction,
  owner: T,
  count: number,
): Parts<ApiError | undefined> {
  const { refusal } = yield* inGrowingBatches(count, () => createPod(policy, tx, owner));
  return refusal && isNamespaceTerminating(refusal) ? undefined : refusal;
}

function createPod<T extends ReplicaOwner>(policy: ReplicaPolicy<T>, tx: Transaction, owner: T): void {
  const { template } = owner.spec;
  if (!template) return;
  const reference = controllerReference(policy.kind, owner);
  const pod = podFromTemplate(template, owner.metadata.namespace ?? "", reference);
  createOwnedPod({ tx, owner, component: policy.component }, pod);
}

function deletePod<T extends ReplicaOwner>(
  { component }: ReplicaPolicy<T>,
  tx: Transaction,
  owner: T,
  pod: Pod,
): ApiError | undefined {
  try {
    deleteOwnedPod({ tx, owner, component }, pod);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error;
  }
}

/** The status counts the pods as they were read; a pod that this run created is counted by the next run. */
function writeStatus<T extends ReplicaOwner>(
  policy: ReplicaPolicy<T>,
  tx: Transaction,
  owner: T,
  found: { active: readonly Pod[]; terminating: readonly Pod[] | undefined; failure: ApiError | undefined },
): void {
  const status = replicaStatus(owner, found, tx.nowMs);
  if (!status) return;
  tx.updateStatus(policy.kind, owner, (draft: T) => {
    draft.status = status;
  });
}
