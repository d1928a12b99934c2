/**
 * Status of ReplicaSets and ReplicationControllers.
 * Kubernetes: pkg/controller/replicaset/replica_set_utils.go (calculateStatus)
 */
import type { ApiError } from "../../lib/api-error.ts";
import { equalJson } from "../../lib/json.ts";
import { matchesMap } from "../../lib/selectors.ts";
import { formatTime } from "../../lib/time.ts";
import type { Pod, ReplicaSetCondition } from "../../schema/index.ts";
import { isPodAvailable, isPodReady } from "../lib/pods.ts";
import type { ReplicaOwner } from "./replica-owner.ts";

/** The new status; undefined if the stored one is equal. */
export function replicaStatus(
  owner: ReplicaOwner,
  found: { active: readonly Pod[]; terminating: readonly Pod[] | undefined; failure: ApiError | undefined },
  nowMs: number,
): ReplicaOwner["status"] | undefined {
  const { active, terminating } = found;
  const templateLabels = owner.spec.template?.metadata.labels ?? {};
  const labelled = active.filter((pod) => matchesMap(templateLabels, pod.metadata.labels)).length;
  const ready = active.filter(isPodReady).length;
  const available = active.filter((pod) => isPodAvailable(pod, owner.spec.minReadySeconds ?? 0, nowMs)).length;
  const conditions = conditionsOf(owner, found, nowMs);
  const status: ReplicaOwner["status"] = {
    replicas: active.length,
    ...(labelled > 0 && { fullyLabeledReplicas: labelled }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    ...(terminating && { terminatingReplicas: terminating.length }),
    ...(owner.metadata.generation !== undefined && { observedGeneration: owner.metadata.generation }),
    ...(conditions.length > 0 && { conditions }),
  };
  return equalJson(status, owner.status) ? undefined : status;
}

/** ReplicaFailure is present while writes are refused; the message of the first refusal stays. */
function conditionsOf(
  owner: ReplicaOwner,
  { active, failure }: { active: readonly Pod[]; failure: ApiError | undefined },
  nowMs: number,
): ReplicaSetCondition[] {
  const conditions = owner.status.conditions ?? [];
  const others = conditions.filter((condition) => condition.type !== "ReplicaFailure");
  if (!failure) return others;
  if (others.length < conditions.length) return [...conditions];
  const lacksPods = active.length < (owner.spec.replicas ?? 1);
  return [
    ...others,
    {
      type: "ReplicaFailure",
      status: "True",
      lastTransitionTime: formatTime(nowMs),
      reason: lacksPods ? "FailedCreate" : "FailedDelete",
      message: failure.message,
    },
  ];
}
