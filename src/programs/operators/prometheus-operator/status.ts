/**
 * The status of a Prometheus or an Alertmanager: its pods and two conditions.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/operator/statefulset_reporter.go
 */
import { equalJson, type JsonObject } from "../../../lib/json.ts";
import { formatTime } from "../../../lib/time.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { list, mergePatch, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { GROUP } from "./selection.ts";

const CHECKED = ["PodScheduled", "Initialized", "ContainersReady", "Ready"];

interface Report {
  replicas: number;
  updatedReplicas: number;
  availableReplicas: number;
  unavailableReplicas: number;
}

export interface StatusFields {
  plural: string;
  statefulSets: readonly JsonObject[];
  /** Of the whole: those of all shards. */
  expectedReplicas: number;
  selector: JsonObject;
  /** A Prometheus has the statuses of its shards. */
  hasShards: boolean;
  /** The reconciliation is done, with a remark or a reason why it is not. */
  reconciled: { status: "True" | "False"; reason?: string; message?: string };
}

/** Writes the status if it differs. */
export function* writeStatus(api: Api, owner: JsonObject, fields: StatusFields): Steps<void> {
  const { plural, statefulSets, expectedReplicas, selector, hasShards, reconciled } = fields;
  const pods = yield* podsOf(api, owner, selector);
  const shards = statefulSets.map((set) =>
    report(
      pods.filter((pod) => isOf(pod, set)),
      set,
    ),
  );
  const total = (field: keyof Report) => shards.reduce((sum, each) => sum + each[field], 0);
  const known = objectIn(owner["status"]);
  const generation = Number(metadataOf(owner)["generation"] ?? 1);
  const conditions = [
    { type: "Available", ...availability(pods, total("availableReplicas"), expectedReplicas) },
    { type: "Reconciled", ...reconciled },
  ].map((each) => withTime({ observedGeneration: generation, ...each }, objectsIn(known["conditions"]), api.nowMs));
  const numbers = {
    replicas: total("replicas"),
    updatedReplicas: total("updatedReplicas"),
    availableReplicas: total("availableReplicas"),
    unavailableReplicas: total("unavailableReplicas"),
  };
  const status: JsonObject = {
    paused: objectIn(owner["spec"])["paused"] === true,
    ...numbers,
    selector: Object.entries(selector)
      .map(([name, value]) => `${name}=${String(value)}`)
      .sort()
      .join(","),
    conditions,
    ...(hasShards && {
      shards: statefulSets.length,
      shardStatuses: shards.map((each, i): JsonObject => ({ shardID: String(i), ...each })),
    }),
  };
  if (equalJson(known, status)) return;
  const path = `/apis/${GROUP}/v1/namespaces/${namespaceOf(owner)}/${plural}/${nameOf(owner)}/status`;
  yield* mergePatch(api.client, path, { status });
}

function* podsOf({ client }: Api, owner: JsonObject, selector: JsonObject): Steps<JsonObject[]> {
  const labels = Object.entries(selector).map(([name, value]) => `${name}=${String(value)}`);
  const query = `?labelSelector=${encodeURIComponent(labels.join(","))}`;
  return yield* list(client, `/api/v1/namespaces/${namespaceOf(owner)}/pods${query}`);
}

function isOf(pod: JsonObject, set: JsonObject): boolean {
  return objectsIn(metadataOf(pod)["ownerReferences"]).some(
    ({ kind, name }) => kind === "StatefulSet" && name === nameOf(set),
  );
}

function report(pods: readonly JsonObject[], set: JsonObject): Report {
  const revision = objectIn(set["status"])["updateRevision"];
  const isUpdated = (pod: JsonObject) => objectIn(metadataOf(pod)["labels"])["controller-revision-hash"] === revision;
  const ready = pods.filter(isReady).length;
  return {
    replicas: pods.length,
    updatedReplicas: pods.filter(isUpdated).length,
    availableReplicas: ready,
    unavailableReplicas: pods.length - ready,
  };
}

function isReady(pod: JsonObject): boolean {
  const { phase, conditions } = objectIn(pod["status"]);
  return phase === "Running" && objectsIn(conditions).some(({ type, status }) => type === "Ready" && status === "True");
}

function availability(pods: readonly JsonObject[], ready: number, expected: number): JsonObject {
  const messages = pods.flatMap((pod) => {
    const conditions = objectsIn(objectIn(pod["status"])["conditions"]);
    const failing = CHECKED.map((wanted) =>
      conditions.find(({ type, status }) => type === wanted && status === "False"),
    );
    const first = failing.find((each) => each !== undefined);
    return first?.["message"] ? [`pod ${nameOf(pod)}: ${String(first["message"])}`] : [];
  });
  const message = messages.length > 0 ? { message: messages.join("\n") } : {};
  if (ready >= expected) return { status: "True", ...message };
  return ready === 0
    ? { status: "False", reason: "NoPodReady", ...message }
    : { status: "Degraded", reason: "SomePodsNotReady", ...message };
}

/** The condition with the time of its last change. */
function withTime(condition: JsonObject, known: readonly JsonObject[], nowMs: number): JsonObject {
  const before = known.find(({ type }) => type === condition["type"]);
  const isSame = before?.["status"] === condition["status"];
  const lastTransitionTime = isSame ? (before?.["lastTransitionTime"] ?? formatTime(nowMs)) : formatTime(nowMs);
  return { ...condition, lastTransitionTime };
}
