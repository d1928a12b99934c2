/** The status of a Rollout. Source: github.com/argoproj/argo-rollouts utils/rollout/rolloututil.go, rollout/sync.go */
import { canonicalJson } from "../../../lib/canonical-json.ts";
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { formatTime } from "../../../lib/time.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { metadataOf, nameOf } from "../objects.ts";
import { blueGreenOf, type RolloutState, revisionOf } from "./model.ts";

/** Decisions of a run of the controller. Fields that are absent keep their values; null removes a field. */
export interface Decision {
  stableRS?: string;
  currentStepIndex?: number | null;
  /** Reasons of the pauses, with their start. */
  pauseConditions?: { reason: string; startTime: string }[];
  controllerPause?: boolean;
  abort?: boolean;
  promoteFull?: boolean;
  blueGreen?: JsonObject;
  /** The spec is invalid for this reason. */
  problem?: string;
}

const sum = (sets: readonly (JsonObject | undefined)[], field: string) =>
  sets.reduce((total, each) => total + Number(objectIn(each?.["status"])[field] ?? 0), 0);

/** A merge patch of the status; undefined if it is as it should be. */
export function statusPatch(state: RolloutState, decision: Decision, nowMs: number): JsonObject | undefined {
  const { rollout, status, hash, newest, stable, older, spec } = state;
  const all = [...new Set([newest, stable, ...older])];
  const { problem, ...decided } = decision;
  const labels = Object.entries(objectIn(objectIn(spec["selector"])["matchLabels"]));
  const next: Record<string, JsonValue | undefined> = {
    ...status,
    ...decided,
    currentPodHash: hash,
    replicas: sum(all, "replicas"),
    HPAReplicas: sum(all, "replicas"),
    updatedReplicas: sum([newest], "replicas"),
    readyReplicas: sum(all, "readyReplicas"),
    availableReplicas: sum(all, "availableReplicas"),
    observedGeneration: String(metadataOf(rollout)["generation"] ?? 1),
    selector: labels.map(([key, value]) => `${key}=${String(value)}`).join(","),
  };
  if (next["pauseConditions"] && objectsIn(next["pauseConditions"]).length === 0) next["pauseConditions"] = null;
  for (const flag of ["controllerPause", "abort", "promoteFull"]) if (next[flag] === false) next[flag] = null;
  if (next["abort"] !== true) next["abortedAt"] = null;
  else next["abortedAt"] ??= formatTime(nowMs);
  const [phase, message] = phaseOf(state, next, problem);
  next["phase"] = phase;
  next["message"] = message === "" ? null : message;
  next["conditions"] = conditionsOf(state, next, problem, formatTime(nowMs));
  const kept = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== null && value !== undefined));
  return canonicalJson(kept) === canonicalJson(status) ? undefined : { status: next as JsonObject };
}

function phaseOf(state: RolloutState, next: JsonObject, problem: string | undefined): [phase: string, message: string] {
  const { spec, replicas, hash } = state;
  if (problem !== undefined) return ["Degraded", `InvalidSpec: ${problem}`];
  if (next["abort"] === true)
    return ["Degraded", `RolloutAborted: Rollout aborted update to revision ${revisionOf(state.newest)}`];
  if (spec["paused"] === true) return ["Paused", "manually paused"];
  const [pause] = objectsIn(next["pauseConditions"]);
  if (pause) return ["Paused", String(pause["reason"])];
  if (Number(next["updatedReplicas"]) < replicas) return ["Progressing", "more replicas need to be updated"];
  if (Number(next["availableReplicas"]) < Number(next["updatedReplicas"]))
    return ["Progressing", "updated replicas are still becoming available"];
  const isPromoted = next["stableRS"] === hash;
  if (blueGreenOf(state)) {
    if (objectIn(next["blueGreen"])["activeSelector"] !== hash)
      return ["Progressing", "active service cutover pending"];
    return isPromoted ? ["Healthy", ""] : ["Progressing", "waiting for post-promotion verification to complete"];
  }
  if (Number(next["replicas"]) > Number(next["updatedReplicas"]))
    return ["Progressing", "old replicas are pending termination"];
  return isPromoted ? ["Healthy", ""] : ["Progressing", "waiting for all steps to complete"];
}

function conditionsOf(state: RolloutState, next: JsonObject, problem: string | undefined, now: string): JsonObject[] {
  const { newest, replicas, status, hash } = state;
  const phase = String(next["phase"]);
  const name = newest ? nameOf(newest) : "";
  const isAvailable = Number(next["availableReplicas"]) >= Math.max(1, replicas);
  const truth = (isTrue: boolean) => (isTrue ? "True" : "False");
  const wanted: [type: string, status: string, reason: string, message: string][] = [
    [
      ...(["Available", truth(isAvailable), "AvailableReason"] as const),
      isAvailable ? "Rollout has minimum availability" : "Rollout does not have minimum availability",
    ],
    ["Progressing", ...progressOf(phase, next, name)],
    ["Paused", truth(phase === "Paused"), "RolloutPaused", "Rollout is paused"],
    ["Completed", truth(next["stableRS"] === hash), "RolloutCompleted", "RolloutCompleted"],
    [
      ...(["Healthy", truth(phase === "Healthy"), "RolloutHealthy"] as const),
      phase === "Healthy" ? "Rollout is healthy" : "Rollout is not healthy",
    ],
  ];
  if (problem !== undefined) wanted.push(["InvalidSpec", "True", "InvalidSpec", problem]);
  const known = objectsIn(status["conditions"]);
  return wanted.map(([type, value, reason, message]) => {
    const before = known.find((each) => each["type"] === type);
    const isSame = before?.["status"] === value && before["reason"] === reason && before["message"] === message;
    if (before && isSame) return before;
    const lastTransitionTime = before?.["status"] === value ? (before["lastTransitionTime"] ?? now) : now;
    return { type, status: value, reason, message, lastUpdateTime: now, lastTransitionTime };
  });
}

function progressOf(phase: string, next: JsonObject, name: string): [status: string, reason: string, message: string] {
  if (next["abort"] === true)
    return ["False", "RolloutAborted", String(next["message"]).replace("RolloutAborted: ", "")];
  if (phase === "Paused") return ["Unknown", "RolloutPaused", "Rollout is paused"];
  if (phase === "Healthy")
    return ["True", "NewReplicaSetAvailable", `ReplicaSet "${name}" has successfully progressed.`];
  return ["True", "ReplicaSetUpdated", `ReplicaSet "${name}" is progressing.`];
}
