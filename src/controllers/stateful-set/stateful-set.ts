/**
 * Keeps StatefulSets: pods with stable names, created, updated and deleted in order, each with its own claims.
 * Kubernetes: pkg/controller/statefulset/stateful_set.go, pkg/controller/statefulset/stateful_set_control.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { statefulSetKind } from "../../kinds/apps/stateful-set.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import { equalJson } from "../../lib/json.ts";
import { MAX_POD_CHANGES_PER_RECONCILE } from "../../lib/limits.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import type { Parts } from "../../lib/work.ts";
import type { Pod, StatefulSet, StatefulSetStatus } from "../../schema/index.ts";
import { type Controller, type Requeue, self, type Watch } from "../controller.ts";
import { claim } from "../lib/claim.ts";
import { type Claiming, claimedBy } from "../lib/claim-watch.ts";
import { nextAvailabilityMs } from "../lib/pods.ts";
import { truncateHistory } from "../lib/revisions.ts";
import {
  COMPONENT,
  isRunningAndAvailable,
  isRunningAndReady,
  isTerminating,
  ordinalOf,
  REVISION_LABEL,
  type StatefulSetRun,
  startOrdinalOf,
} from "./context.ts";
import { type SetRevisions, syncRevisions } from "./revisions.ts";
import { takeSteps } from "./steps.ts";

const DEFAULT_HISTORY_LIMIT = 10;

const claimingPods: Claiming<StatefulSet, Pod> = {
  owner: statefulSetKind,
  claimed: podKind,
  matches: (set, pod) =>
    ordinalOf(set, pod) !== undefined && matchesLabelSelector(set.spec.selector, pod.metadata.labels),
};

export const statefulSetController: Controller = {
  name: COMPONENT,
  manager: "kube-controller-manager",
  component: COMPONENT,
  watches: [self(statefulSetKind), claimedBy(claimingPods), removedClaims()],

  *reconcile(tx, key, nowMs): Parts<Requeue> {
    const { namespace, name } = parseKey(key);
    const set = tx.get(statefulSetKind, namespace, name);
    if (!set) return undefined;
    const pods = claimPods(tx, set);
    const revisions = syncRevisions(tx, set);
    const run: StatefulSetRun = {
      tx,
      nowMs,
      set,
      ...revisions,
      ...sort(set, pods),
      status: countPods({ set, nowMs }, revisions, pods),
    };
    // The status is written before the refusal is thrown, which retries the step.
    const refusal = set.metadata.deletionTimestamp ? undefined : yield* refusalOf(takeSteps(run));
    writeStatus(run);
    if (refusal) throw refusal;
    truncateHistory(tx, revisions.all, {
      limit: set.spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT,
      inUse: new Set([
        ...pods.map(revisionOf),
        revisions.current.metadata.name ?? "",
        revisions.update.metadata.name ?? "",
      ]),
    });
    return nextAvailabilityMs(pods, set.spec.minReadySeconds ?? 0, nowMs);
  },
};

function* refusalOf(work: Parts<void>): Parts<ApiError | undefined> {
  try {
    yield* work;
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

function revisionOf(pod: Pod): string {
  return pod.metadata.labels?.[REVISION_LABEL] ?? "";
}

function claimPods(tx: Transaction, set: StatefulSet): Pod[] {
  return claim(tx, {
    owner: set,
    ownerKind: statefulSetKind,
    kind: podKind,
    candidates: tx.list(podKind, set.metadata.namespace),
    matches: (pod) => claimingPods.matches(set, pod),
  });
}

function sort(set: StatefulSet, pods: readonly Pod[]): Pick<StatefulSetRun, "replicas" | "condemned"> {
  const start = startOrdinalOf(set);
  const count = set.spec.replicas ?? 1;
  const ordinal = (pod: Pod) => ordinalOf(set, pod) ?? 0;
  const isWanted = (pod: Pod) => ordinal(pod) >= start && ordinal(pod) < start + count;
  const byOrdinal = new Map(pods.map((pod) => [ordinal(pod), pod]));
  // `replicas` may be two thousand million: the array is limited, and later runs create further pods.
  const length = Math.min(count, pods.length + MAX_POD_CHANGES_PER_RECONCILE);
  return {
    replicas: Array.from({ length }, (_, index) => byOrdinal.get(start + index)),
    condemned: pods.filter((pod) => !isWanted(pod)).sort((a, b) => ordinal(b) - ordinal(a)),
  };
}

function countPods(
  run: Pick<StatefulSetRun, "set" | "nowMs">,
  { current, update, collisionCount }: SetRevisions,
  pods: readonly Pod[],
): StatefulSetStatus {
  const { set } = run;
  const ofRevision = (name: string | undefined) =>
    pods.filter((pod) => !isTerminating(pod) && revisionOf(pod) === name).length;
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    readyReplicas: pods.filter(isRunningAndReady).length,
    currentReplicas: ofRevision(current.metadata.name),
    updatedReplicas: ofRevision(update.metadata.name),
    currentRevision: current.metadata.name ?? "",
    updateRevision: update.metadata.name ?? "",
    collisionCount,
    ...(set.status.conditions && { conditions: set.status.conditions }),
    availableReplicas: pods.filter((pod) => isRunningAndAvailable(run, pod)).length,
  };
}

/** A rollout is complete when all pods have the update revision and are ready: it then becomes the current revision. */
function writeStatus({ tx, set, status }: StatefulSetRun): void {
  const count = set.spec.replicas ?? 1;
  const isRolledOut = status.updatedReplicas === count && status.readyReplicas === count && status.replicas === count;
  if (set.spec.updateStrategy.type === "RollingUpdate" && isRolledOut) {
    status.currentReplicas = status.updatedReplicas;
    status.currentRevision = status.updateRevision;
  }
  for (const field of ["readyReplicas", "currentReplicas", "updatedReplicas"] as const) {
    if (!status[field] || status[field] < 0) delete status[field];
  }
  if (equalJson(status, set.status)) return;
  tx.updateStatus(statefulSetKind, set, (draft) => {
    draft.status = status;
  });
}

/** Wakes the set whose claim was removed: it may have waited for that. */
function removedClaims(): Watch {
  return {
    resource: resourceId(persistentVolumeClaimKind),
    *map({ key, after }, tx) {
      if (after) return;
      const { namespace, name } = parseKey(key);
      for (const set of tx.list(statefulSetKind, namespace)) {
        const isOurs = set.spec.volumeClaimTemplates?.some(({ metadata }) =>
          name.startsWith(`${metadata.name}-${set.metadata.name}-`),
        );
        if (isOurs) yield objectKey(statefulSetKind, namespace, set.metadata.name ?? "");
      }
    },
  };
}
