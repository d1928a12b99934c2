/** Conditions and events of cert-manager's objects. */

import { toHex } from "../../../lib/encoding.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { create, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { secretBytes } from "../server-certificates.ts";

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

/** Records an event about an object. */
export function* recordEvent(
  api: Api,
  object: JsonObject,
  { reason, message, type = "Normal", component }: EventText,
): Steps<void> {
  const { client, process } = api;
  const namespace = namespaceOf(object) || api.namespace;
  const at = timeText(api.nowMs);
  const id = toHex(secretBytes(process, `event/${nameOf(object)}/${message}/${api.nowMs}`).subarray(0, 8));
  const { apiVersion = "", kind = "" } = object;
  const { uid = "", resourceVersion = "" } = metadataOf(object);
  yield* create(client, `/api/v1/namespaces/${namespaceOf(object) || "default"}/events`, {
    ...{ apiVersion: "v1", kind: "Event" },
    metadata: { name: `${nameOf(object)}.${id}`, namespace: namespaceOf(object) || "default" },
    involvedObject: {
      apiVersion,
      kind,
      name: nameOf(object),
      ...(namespaceOf(object) && { namespace }),
      uid,
      resourceVersion,
    },
    ...{ reason, message, type, count: 1, firstTimestamp: at, lastTimestamp: at },
    ...{ source: { component }, reportingComponent: component },
  });
}

export interface EventText {
  reason: string;
  message: string;
  type?: "Normal" | "Warning";
  component: string;
}
