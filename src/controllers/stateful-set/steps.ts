/**
 * The order in which pods of a StatefulSet are created, deleted and updated. A step that must wait ends the run.
 * Kubernetes: pkg/controller/statefulset/stateful_set_control.go (updateStatefulSet)
 */

import type { Parts } from "../../lib/work.ts";
import type { Pod } from "../../schema/index.ts";
import { scaledValue } from "../lib/int-or-percent.ts";
import { isPodFinished } from "../lib/pods.ts";
import {
  isHealthy,
  isOrdered,
  isRunningAndAvailable,
  isTerminating,
  ordinalOf,
  REVISION_LABEL,
  recordRunEvent,
  type StatefulSetRun,
  startOrdinalOf,
} from "./context.ts";
import { createClaims, createPod, deletePod, hasStaleClaim, keepIdentity, syncClaimOwners } from "./pods.ts";

export function* takeSteps(run: StatefulSetRun): Parts<void> {
  if (yield* createMissing(run)) return;
  if (yield* removeCondemned(run)) return;
  if (run.set.spec.updateStrategy.type === "RollingUpdate") yield* renew(run);
}

/** Creates missing pods, beginning with the first ordinal. True if the other steps must wait. */
function* createMissing(run: StatefulSetRun): Parts<boolean> {
  const { set, replicas } = run;
  const start = startOrdinalOf(set);
  for (const [index, pod] of replicas.entries()) {
    yield;
    const ordinal = start + index;
    if (!pod) {
      if (!hasStaleClaim(run, ordinal)) createPod(run, ordinal);
      if (isOrdered(set)) return true;
    } else if (isPodFinished(pod)) {
      if (!isTerminating(pod)) recreate(run, pod);
      if (isOrdered(set)) return true;
    } else {
      if (pod.status.phase === "Pending") createClaims(run, pod.metadata.name ?? "", ordinal);
      syncClaimOwners(run, ordinal, undefined);
      keepIdentity(run, pod, ordinal);
      if (isOrdered(set) && (isTerminating(pod) || !isRunningAndAvailable(run, pod))) return true;
    }
  }
  return false;
}

/** Deletes a finished pod, so that the next run creates it again. */
function recreate(run: StatefulSetRun, pod: Pod): void {
  const { namespace, name } = run.set.metadata;
  const [type, reason, what] =
    pod.status.phase === "Failed"
      ? (["Warning", "RecreatingFailedPod", "failed"] as const)
      : (["Normal", "RecreatingTerminatedPod", "terminated"] as const);
  recordRunEvent(run, type, reason, `StatefulSet ${namespace}/${name} is recreating ${what} Pod ${pod.metadata.name}`);
  deletePod(run, pod);
}

/**
 * Deletes pods outside the wanted ordinals, beginning with the highest. Ordered sets wait until all others are healthy.
 * True if the updates must wait.
 */
function* removeCondemned(run: StatefulSetRun): Parts<boolean> {
  const { set, replicas, condemned } = run;
  const unhealthy = [...replicas, ...[...condemned].reverse()].find((pod) => pod && !isHealthy(run, pod));
  for (const pod of condemned) {
    yield;
    const ordinal = ordinalOf(set, pod) ?? 0;
    syncClaimOwners(run, ordinal, pod);
    if (isTerminating(pod)) {
      if (isOrdered(set)) return true;
      continue;
    }
    if (isOrdered(set) && !isRunningAndAvailable(run, pod) && pod !== unhealthy) return true;
    deletePod(run, pod);
    if (isOrdered(set)) return true;
  }
  return false;
}

/**
 * Deletes pods of an older revision, from the highest ordinal down to the partition, while at most maxUnavailable pods
 * are unhealthy. Example: replicas 5, partition 2, maxUnavailable 1: pod 4 is deleted; once it is healthy again pod 3,
 * then pod 2. Pods 0 and 1 stay.
 */
function* renew(run: StatefulSetRun): Parts<void> {
  const { set, replicas, update, current, status } = run;
  const { partition = 0, maxUnavailable } = set.spec.updateStrategy.rollingUpdate ?? {};
  let budget = Math.max(1, scaledValue(maxUnavailable ?? 1, set.spec.replicas ?? 1, "up"));
  for (let index = replicas.length - 1; index >= partition && budget > 0; index--) {
    yield;
    const pod = replicas[index];
    if (!pod) return;
    const revision = pod.metadata.labels?.[REVISION_LABEL];
    if (revision !== update.metadata.name && !isTerminating(pod)) {
      deletePod(run, pod);
      if (revision === current.metadata.name) status.currentReplicas = (status.currentReplicas ?? 0) - 1;
      budget--;
    } else if (!isHealthy(run, pod)) {
      budget--;
    }
  }
}
