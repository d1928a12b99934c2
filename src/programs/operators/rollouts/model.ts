/** Rollouts as their controller reads them. Source: github.com/argoproj/argo-rollouts pkg/apis/rollouts/v1alpha1/types.go */
import { canonicalJson } from "../../../lib/canonical-json.ts";
import { fnv1a32, safeEncode } from "../../../lib/hash.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { metadataOf } from "../objects.ts";

export const HASH_LABEL = "rollouts-pod-template-hash";
export const REVISION = "rollout.argoproj.io/revision";
const SECOND_MS = 1000;

/** A Rollout with its ReplicaSets. */
export interface RolloutState {
  rollout: JsonObject;
  spec: JsonObject;
  status: JsonObject;
  replicas: number;
  /** The hash of the template that the Rollout asks for. */
  hash: string;
  /** Of that template; undefined before it is created. */
  newest: JsonObject | undefined;
  /** Of the version that was promoted last. */
  stable: JsonObject | undefined;
  /** All others. */
  older: readonly JsonObject[];
}

export function stateOf(rollout: JsonObject, replicaSets: readonly JsonObject[]): RolloutState {
  const [spec, status] = [objectIn(rollout["spec"]), objectIn(rollout["status"])];
  const hash = safeEncode(String(fnv1a32(canonicalJson(spec["template"] ?? {}))));
  const newest = replicaSets.find((each) => hashOf(each) === hash);
  const stable = replicaSets.find((each) => hashOf(each) === status["stableRS"]);
  const older = replicaSets.filter((each) => each !== newest && each !== stable);
  return { rollout, spec, status, replicas: Number(spec["replicas"] ?? 1), hash, newest, stable, older };
}

function hashOf(replicaSet: JsonObject): string {
  return String(objectIn(metadataOf(replicaSet)["labels"])[HASH_LABEL] ?? "");
}

export function revisionOf(object: JsonObject | undefined): number {
  return Number(objectIn(metadataOf(object)["annotations"])[REVISION] ?? 0);
}

export const wantedOf = (replicaSet: JsonObject | undefined) => Number(objectIn(replicaSet?.["spec"])["replicas"] ?? 0);

export const availableOf = (replicaSet: JsonObject | undefined) =>
  Number(objectIn(replicaSet?.["status"])["availableReplicas"] ?? 0);

export function canaryOf({ spec }: Pick<RolloutState, "spec">): JsonObject {
  return objectIn(objectIn(spec["strategy"])["canary"]);
}

/** The settings of a blue-green update; undefined for canaries. */
export function blueGreenOf({ spec }: Pick<RolloutState, "spec">): JsonObject | undefined {
  const { blueGreen } = objectIn(spec["strategy"]);
  return blueGreen === undefined ? undefined : objectIn(blueGreen);
}

export function stepsOf(state: Pick<RolloutState, "spec">): JsonObject[] {
  return objectsIn(canaryOf(state)["steps"]);
}

/** A number or a share of the replicas: `25%`. */
export function countOf(value: unknown, replicas: number, round: (share: number) => number): number {
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? Number(value) : round((Number(percent) * replicas) / 100);
}

/** A duration such as `30`, `30s`, `5m`, `1h`, in ms; undefined without one. */
export function durationMs(value: unknown): number | undefined {
  const [, amount, unit = "s"] = /^(\d+)([smh]?)$/.exec(String(value ?? "")) ?? [];
  if (amount === undefined) return undefined;
  return Number(amount) * SECOND_MS * ({ s: 1, m: 60, h: 3600 }[unit || "s"] ?? 1);
}

/** The step as events show it. */
export function stepText(step: JsonObject): string {
  const { setWeight, pause } = step;
  if (setWeight !== undefined) return `setWeight: ${String(setWeight)}`;
  if (pause === undefined) return Object.keys(step)[0] ?? "invalid";
  const { duration } = objectIn(pause);
  return duration === undefined ? "pause" : `pause: ${String(duration)}`;
}
