/** Conditions of cert-manager's objects. */

import type { JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { metadataOf } from "../objects.ts";

export interface Condition {
  type: string;
  status: "True" | "False";
  reason: string;
  message: string;
}

export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function conditionOf(object: JsonObject, type: string): JsonObject | undefined {
  return objectsIn(objectIn(object["status"])["conditions"]).find((each) => each["type"] === type);
}

/** The status with these conditions, and whether one of them is new. */
export function withConditions(
  object: JsonObject,
  conditions: readonly Condition[],
  nowMs: number,
): { status: JsonObject; isChanged: boolean } {
  const status = objectIn(object["status"]);
  const all = objectsIn(status["conditions"]);
  let isChanged = false;
  for (const wanted of conditions) {
    const index = all.findIndex((each) => each["type"] === wanted.type);
    const before = all[index];
    if (
      before?.["status"] === wanted.status &&
      before["reason"] === wanted.reason &&
      before["message"] === wanted.message
    )
      continue;
    isChanged = true;
    const isSame = before?.["status"] === wanted.status;
    const lastTransitionTime = isSame ? (before["lastTransitionTime"] ?? "") : timeText(nowMs);
    const observedGeneration = metadataOf(object)["generation"];
    const next = { ...wanted, lastTransitionTime, ...(observedGeneration !== undefined && { observedGeneration }) };
    if (index < 0) all.push(next);
    else all[index] = next;
  }
  return { status: { ...status, conditions: all }, isChanged };
}
