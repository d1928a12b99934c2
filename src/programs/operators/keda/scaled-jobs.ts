/**
 * ScaledJobs: Jobs for what waits.
 * Source: github.com/kedacore/keda pkg/scaling/executor/scale_jobs.go, pkg/scaling/scaledjob/metrics.go
 */
import { equalJson, type JsonObject } from "../../../lib/json.ts";
import { formatTime } from "../../../lib/time.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { Failure, type Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { recordEvent } from "../events.ts";
import { create, list, mergePatch, metadataOf, nameOf, namespaceOf, replace } from "../objects.ts";
import { type KedaCondition, withConditions } from "./conditions.ts";
import { followed, isResource, type Measurement, measure, requireScaler } from "./measure.ts";
import type { Polls } from "./polls.ts";
import { FINALIZER } from "./scaled-objects.ts";
import type { Trigger } from "./scalers/contract.ts";
import { GROUP, resolveTriggers } from "./triggers.ts";

const COMPONENT = "keda-operator";
const POLLING_S = 30;
const DEFAULT_MAX_REPLICAS = 100;
const DEFAULT_HISTORY = 100;

export function* reconcileScaledJobs(api: Api, polls: Polls): Steps<void> {
  for (const item of yield* list(api.client, `${GROUP}/scaledjobs`)) {
    const scaledJob = { ...item, apiVersion: "keda.sh/v1alpha1", kind: "ScaledJob" };
    const { generation = 0, deletionTimestamp, finalizers } = metadataOf(item);
    if (deletionTimestamp !== undefined) {
      const rest = (Array.isArray(finalizers) ? finalizers : []).filter((each) => each !== FINALIZER);
      yield* mergePatch(api.client, pathOfJob(item), { metadata: { finalizers: rest } });
      continue;
    }
    const key = `job/${namespaceOf(item)}/${nameOf(item)}`;
    const intervalMs = Number(objectIn(item["spec"])["pollingInterval"] ?? POLLING_S) * 1000;
    const earliestMs = polls.earliestMs(key, intervalMs, Number(generation));
    if (api.nowMs < earliestMs) polls.postpone(key, earliestMs);
    else yield* poll(api, polls, { scaledJob, key, intervalMs, generation: Number(generation) });
  }
}

const pathOfJob = (object: JsonObject) => `${GROUP}/namespaces/${namespaceOf(object)}/scaledjobs/${nameOf(object)}`;

interface Task {
  scaledJob: JsonObject;
  key: string;
  intervalMs: number;
  generation: number;
}

function* poll(api: Api, polls: Polls, { scaledJob, key, intervalMs, generation }: Task): Steps<void> {
  const { client, nowMs, namespace: own } = api;
  const { finalizers } = metadataOf(scaledJob);
  if (!Array.isArray(finalizers) || !finalizers.includes(FINALIZER)) {
    const metadata = { finalizers: [...(Array.isArray(finalizers) ? finalizers : []), FINALIZER] };
    scaledJob["metadata"] = (yield* mergePatch(client, pathOfJob(scaledJob), { metadata }))["metadata"] ?? {};
  }
  const spec = objectIn(scaledJob["spec"]);
  const podSpec = objectIn(objectIn(objectIn(spec["jobTargetRef"])["template"])["spec"]);
  const base = { atMs: nowMs, generation };
  try {
    const source = { client, namespace: namespaceOf(scaledJob), operatorNamespace: own, podSpec, container: undefined };
    const triggers = yield* resolveTriggers(source, spec["triggers"]);
    const measured = yield* measure(client, nowMs, triggers);
    const { resources, changesAtMs } = yield* followed(client, nowMs, triggers);
    yield* scale(api, scaledJob, triggers, measured);
    yield* writeStatus(api, scaledJob, measured);
    const seen = JSON.stringify([...measured.readings.values()]);
    polls.note(key, { ...base, seen, resources: [...resources, "batch/jobs"] }, { changesAtMs, intervalMs });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    api.log(
      "error",
      `Reconciler error {"ScaledJob": "${nameOf(scaledJob)}", "error": ${JSON.stringify(error.message)}}`,
    );
    polls.note(key, { ...base, seen: "", resources: [] }, { changesAtMs: "sometimes", intervalMs });
  }
}

const isFinished = (job: JsonObject) =>
  objectsIn(objectIn(job["status"])["conditions"]).some(
    ({ type, status }) => (type === "Complete" || type === "Failed") && status === "True",
  );

/** Jobs that the values ask for: the largest of the triggers. */
function wantedJobs(triggers: readonly Trigger[], { readings }: Measurement, maxReplicas: number): number {
  const wanted = triggers
    .filter((trigger) => !isResource(trigger))
    .map((trigger) => {
      const { value = 0 } = readings.get(trigger.index) ?? {};
      return Math.ceil(value / requireScaler(trigger).target(trigger));
    });
  return Math.min(Math.max(0, ...wanted), maxReplicas);
}

function* scale(api: Api, scaledJob: JsonObject, triggers: readonly Trigger[], measured: Measurement): Steps<void> {
  const spec = objectIn(scaledJob["spec"]);
  const [minReplicas, maxReplicas] = [
    Number(spec["minReplicaCount"] ?? 0),
    Number(spec["maxReplicaCount"] ?? DEFAULT_MAX_REPLICAS),
  ];
  const path = `/apis/batch/v1/namespaces/${namespaceOf(scaledJob)}/jobs`;
  const selector = new URLSearchParams({ labelSelector: `scaledjob.keda.sh/name=${nameOf(scaledJob)}` });
  const jobs = yield* list(api.client, `${path}?${selector}`);
  const running = jobs.filter((job) => !isFinished(job));
  const pending = running.filter((job) => Number(objectIn(job["status"])["ready"] ?? 0) === 0).length;
  const limit = wantedJobs(triggers, measured, maxReplicas);
  let count = minReplicas - running.length;
  if (count <= 0)
    count =
      measured.active.length === 0
        ? 0
        : byStrategy(spec, { limit, running: running.length - minReplicas, pending, maxReplicas });
  for (let i = 0; i < count; i++) yield* create(api.client, path, jobFor(scaledJob));
  if (count > 0) {
    yield* recordEvent(api, scaledJob, {
      reason: "KEDAJobsCreated",
      message: `Created ${count} jobs`,
      component: COMPONENT,
    });
  }
  yield* cleanUp(api, spec, jobs.filter(isFinished));
}

function byStrategy(
  spec: JsonObject,
  { limit, running, pending, maxReplicas }: Record<"limit" | "running" | "pending" | "maxReplicas", number>,
): number {
  const {
    strategy,
    customScalingQueueLengthDeduction: deduction,
    customScalingRunningJobPercentage: share,
  } = objectIn(spec["scalingStrategy"]);
  switch (strategy) {
    case "custom":
      return Math.min(limit - Number(deduction ?? 0) - Math.trunc(running * Number(share ?? 0)), maxReplicas);
    case "accurate":
      return limit + running - pending > maxReplicas ? maxReplicas - running : limit - pending;
    case "eager":
      return Math.min(maxReplicas - running - pending, limit);
    default:
      return limit - running;
  }
}

function jobFor(scaledJob: JsonObject): JsonObject {
  const name = nameOf(scaledJob);
  const { labels, annotations, uid = "", generation = 0 } = metadataOf(scaledJob);
  const target = objectIn(objectIn(scaledJob["spec"])["jobTargetRef"]);
  const template = objectIn(target["template"]);
  const metadata = objectIn(template["metadata"]);
  const own = { "scaledjob.keda.sh/name": name };
  return {
    ...{ apiVersion: "batch/v1", kind: "Job" },
    metadata: {
      ...{ generateName: `${name}-`, namespace: namespaceOf(scaledJob) },
      labels: {
        ...{ "app.kubernetes.io/name": name, "app.kubernetes.io/version": "2.20.2", "app.kubernetes.io/part-of": name },
        ...{ "app.kubernetes.io/managed-by": "keda-operator", ...own, ...objectIn(labels) },
      },
      annotations: { "scaledjob.keda.sh/generation": String(generation), ...objectIn(annotations) },
      ownerReferences: [
        { apiVersion: "keda.sh/v1alpha1", kind: "ScaledJob", name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: {
      ...target,
      template: {
        ...template,
        metadata: { ...metadata, labels: { ...objectIn(metadata["labels"]), ...own } },
        spec: { restartPolicy: "OnFailure", ...objectIn(template["spec"]) },
      },
    },
  };
}

/** Removes the oldest finished Jobs beyond the limits. */
function* cleanUp({ client }: Api, spec: JsonObject, finished: readonly JsonObject[]): Steps<void> {
  const hasFailed = (job: JsonObject) =>
    objectsIn(objectIn(job["status"])["conditions"]).some(({ type, status }) => type === "Failed" && status === "True");
  const newest = [...finished].sort((a, b) =>
    String(objectIn(a["status"])["completionTime"] ?? "") < String(objectIn(b["status"])["completionTime"] ?? "")
      ? 1
      : -1,
  );
  const failed = newest.filter(hasFailed).slice(Number(spec["failedJobsHistoryLimit"] ?? DEFAULT_HISTORY));
  const succeeded = newest
    .filter((job) => !hasFailed(job))
    .slice(Number(spec["successfulJobsHistoryLimit"] ?? DEFAULT_HISTORY));
  for (const job of [...failed, ...succeeded]) {
    const path = `/apis/batch/v1/namespaces/${namespaceOf(job)}/jobs/${nameOf(job)}`;
    yield* client.fetch(path, { method: "DELETE", query: { propagationPolicy: "Background" } });
  }
}

function* writeStatus(api: Api, scaledJob: JsonObject, { active, problems }: Measurement): Steps<void> {
  const before = objectIn(scaledJob["status"]);
  const isActive = active.length > 0;
  const ready: KedaCondition =
    problems.length > 0 && !isActive
      ? {
          type: "Ready",
          status: "False",
          reason: "TriggerError",
          message: "Triggers defined in ScaledJob are not working correctly",
        }
      : {
          type: "Ready",
          status: "True",
          reason: "ScaledJobReady",
          message: "ScaledJob is defined correctly and is ready for scaling",
        };
  const activity: KedaCondition = isActive
    ? {
        type: "Active",
        status: "True",
        reason: "ScalerActive",
        message: "Scaling is performed because triggers are active",
      }
    : {
        type: "Active",
        status: "False",
        reason: "ScalerNotActive",
        message: "Scaling is not performed because triggers are not active",
      };
  const status = {
    ...before,
    ...(isActive && { lastActiveTime: formatTime(api.nowMs) }),
    conditions: withConditions(before["conditions"], [ready, activity]),
  };
  if (equalJson(status, before)) return;
  yield* replace(api.client, `${pathOfJob(scaledJob)}/status`, { ...scaledJob, status });
}
