/**
 * ScaledObjects: an HPA for each, and the way to zero replicas and back.
 * Source: github.com/kedacore/keda controllers/keda/scaledobject_controller.go, pkg/scaling/executor
 */
import { equalJson, type JsonObject } from "../../../lib/json.ts";
import { formatTime, parseTime } from "../../../lib/time.ts";
import { pathOf, type Resource, type Resources } from "../../kubectl/core/discovery.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import { Failure, type Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { recordEvent } from "../events.ts";
import { find, list, mergePatch, metadataOf, nameOf, namespaceOf, replace } from "../objects.ts";
import { type KedaCondition, withConditions } from "./conditions.ts";
import { hpaName, keepHpa } from "./hpa.ts";
import { externalName, followed, isResource, type Measurement, measure } from "./measure.ts";
import type { Polls } from "./polls.ts";
import type { Trigger } from "./scalers/contract.ts";
import { GROUP, resolveTriggers } from "./triggers.ts";

export const FINALIZER = "finalizer.keda.sh";
const COMPONENT = "keda-operator";
const PAUSED = ["autoscaling.keda.sh/paused", "autoscaling.keda.sh/paused-replicas"];
const POLLING_S = 30;
const COOLDOWN_S = 300;

interface Target {
  resource: Resource;
  name: string;
  apiVersion: string;
  object: JsonObject;
  replicas: number;
}

export function* reconcileScaledObjects(api: Api, resources: Resources, polls: Polls): Steps<void> {
  for (const item of yield* list(api.client, `${GROUP}/scaledobjects`)) {
    const scaledObject = { ...item, apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject" };
    const key = `object/${namespaceOf(item)}/${nameOf(item)}`;
    const intervalMs = Number(objectIn(item["spec"])["pollingInterval"] ?? POLLING_S) * 1000;
    const generation = Number(metadataOf(item)["generation"] ?? 0);
    const isDeleted = metadataOf(item)["deletionTimestamp"] !== undefined;
    const earliestMs = polls.earliestMs(key, intervalMs, generation);
    if (isDeleted) yield* release(api, resources, scaledObject);
    else if (api.nowMs < earliestMs) polls.postpone(key, earliestMs);
    else yield* poll(api, resources, polls, { scaledObject, key, intervalMs, generation });
  }
}

const pathOfObject = (object: JsonObject) =>
  `${GROUP}/namespaces/${namespaceOf(object)}/scaledobjects/${nameOf(object)}`;

/** Lets a deleted object go; on request its target gets the replicas back that it had. */
function* release(api: Api, resources: Resources, scaledObject: JsonObject): Steps<void> {
  const { finalizers } = metadataOf(scaledObject);
  const rest = (Array.isArray(finalizers) ? finalizers : []).filter((each) => each !== FINALIZER);
  if (objectIn(objectIn(scaledObject["spec"])["advanced"])["restoreToOriginalReplicaCount"] === true) {
    const original = Number(objectIn(scaledObject["status"])["originalReplicaCount"] ?? 0);
    yield* scaleTo(api, yield* targetOf(api, resources, scaledObject), original);
  }
  yield* mergePatch(api.client, pathOfObject(scaledObject), { metadata: { finalizers: rest } });
}

interface Task {
  scaledObject: JsonObject;
  key: string;
  intervalMs: number;
  generation: number;
}

function* poll(api: Api, resources: Resources, polls: Polls, task: Task): Steps<void> {
  const { scaledObject, key, intervalMs, generation } = task;
  yield* adopt(api, scaledObject);
  const base = { atMs: api.nowMs, generation };
  try {
    const target = yield* targetOf(api, resources, scaledObject);
    const triggers = yield* triggersOf(api, scaledObject, target);
    const { apiVersion, name, resource } = target;
    yield* keepHpa(api.client, scaledObject, triggers, { apiVersion, kind: resource.kind, name });
    const measured = yield* measure(api.client, api.nowMs, triggers);
    const { resources: followedResources, changesAtMs } = yield* followed(api.client, api.nowMs, triggers);
    const outcome = yield* execute(api, scaledObject, target, measured, intervalMs);
    const watched = [...followedResources, `${target.resource.group || "core"}/${target.resource.name}`];
    const seen = JSON.stringify([...measured.readings.values()].map(({ value }) => value));
    // The time of activity is written when a value changed: that wakes the HPA, too.
    const isSame = polls.last(key)?.seen === seen && objectIn(scaledObject["status"])["lastActiveTime"] !== undefined;
    const { lastActiveMs: _same, ...kept } = outcome;
    yield* writeStatus(api, scaledObject, {
      target,
      triggers,
      outcome: isSame && measured.active.length > 0 ? kept : outcome,
    });
    const dueAtMs = earlier(changesAtMs, outcome.coolsAtMs);
    polls.note(key, { ...base, seen, resources: watched }, { changesAtMs: dueAtMs, intervalMs });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    yield* fail(api, scaledObject, error.message);
    polls.note(key, { ...base, seen: "", resources: ["apps/deployments"] }, { changesAtMs: "sometimes", intervalMs });
  }
}

function earlier(a: number | "sometimes" | undefined, b: number | undefined): number | "sometimes" | undefined {
  if (a === "sometimes" || b === undefined) return a;
  return a === undefined ? b : Math.min(a, b);
}

/** The finalizer and the label of a new object. */
function* adopt({ client }: Api, scaledObject: JsonObject): Steps<void> {
  const { finalizers, labels } = metadataOf(scaledObject);
  const own = Array.isArray(finalizers) ? finalizers : [];
  const label = { "scaledobject.keda.sh/name": nameOf(scaledObject) };
  if (own.includes(FINALIZER) && objectIn(labels)["scaledobject.keda.sh/name"] !== undefined) return;
  const metadata = { finalizers: [...new Set([...own, FINALIZER])], labels: label };
  const patched = yield* mergePatch(client, pathOfObject(scaledObject), { metadata });
  scaledObject["metadata"] = patched["metadata"] ?? {};
}

/** Throws Failure if there is no such target. */
function* targetOf({ client }: Api, { all }: Resources, scaledObject: JsonObject): Steps<Target> {
  const reference = objectIn(objectIn(scaledObject["spec"])["scaleTargetRef"]);
  const apiVersion = String(reference["apiVersion"] || "apps/v1");
  const kind = String(reference["kind"] || "Deployment");
  const name = String(reference["name"]);
  const resource = all.find(
    (each) => each.kind === kind && apiVersion === (each.group === "" ? each.version : `${each.group}/${each.version}`),
  );
  const object = resource && (yield* find(client, pathOf(resource, namespaceOf(scaledObject), name)));
  if (!resource || !object) throw new Failure("ScaledObject doesn't have correct scaleTargetRef specification");
  const replicas = Number(objectIn(object["spec"])["replicas"] ?? 0);
  return { resource, name, apiVersion, object, replicas };
}

function* triggersOf({ client, namespace }: Api, scaledObject: JsonObject, { object }: Target): Steps<Trigger[]> {
  const spec = objectIn(scaledObject["spec"]);
  const container = objectIn(spec["scaleTargetRef"])["envSourceContainerName"];
  return yield* resolveTriggers(
    {
      ...{ client, namespace: namespaceOf(scaledObject), operatorNamespace: namespace },
      podSpec: objectIn(objectIn(objectIn(object["spec"])["template"])["spec"]),
      container: typeof container === "string" ? container : undefined,
    },
    spec["triggers"],
  );
}

function* scaleTo({ client }: Api, { resource, object, name }: Target, replicas: number): Steps<void> {
  yield* mergePatch(client, pathOf(resource, namespaceOf(object), name, "scale"), { spec: { replicas } });
}

interface Outcome {
  conditions: KedaCondition[];
  lastActiveMs?: number;
  /** The end of the cool-down, ms. */
  coolsAtMs?: number;
}

const READY: KedaCondition = {
  ...{ type: "Ready", status: "True", reason: "ScaledObjectReady" },
  message: "ScaledObject is defined correctly and is ready for scaling",
};
const inactive = (reason: string, message: string): KedaCondition => ({
  type: "Active",
  status: "False",
  reason,
  message,
});
const NOT_ACTIVE = inactive("ScalerNotActive", "Scaling is not performed because triggers are not active");

/** Scales from and to zero; between one and the maximum the HPA scales. */
function* execute(
  api: Api,
  scaledObject: JsonObject,
  target: Target,
  { active, problems }: Measurement,
  intervalMs: number,
): Steps<Outcome> {
  const spec = objectIn(scaledObject["spec"]);
  const { idleReplicaCount: idle } = spec;
  const minReplicas = Number(spec["minReplicaCount"] ?? 0);
  const { replicas } = target;
  const annotations = objectIn(metadataOf(scaledObject)["annotations"]);
  if (PAUSED.some((name) => annotations[name] !== undefined && annotations[name] !== "false")) {
    const wanted = annotations["autoscaling.keda.sh/paused-replicas"];
    if (wanted !== undefined && Number(wanted) !== replicas) yield* scaleTo(api, target, Number(wanted));
    return {
      conditions: [
        READY,
        { type: "Paused", status: "True", reason: "ScaledObjectPaused", message: "ScaledObject is paused" },
      ],
    };
  }
  if (active.length > 0) {
    const message = "Scaling is performed because triggers are active";
    const conditions = [READY, { type: "Active", status: "True", reason: "ScalerActive", message } as const];
    if (replicas === 0 || (idle !== undefined && replicas < minReplicas)) {
      const wanted = minReplicas > 0 ? minReplicas : 1;
      yield* scaleTo(api, target, wanted);
      const why = active.map(({ type }) => `${type}Scaler`).join(";");
      yield* tell(
        api,
        scaledObject,
        target,
        "KEDAScaleTargetActivated",
        `Scaled %s from ${replicas} to ${wanted}, triggered by ${why}`,
      );
    }
    return { conditions, lastActiveMs: api.nowMs };
  }
  if (problems.length > 0) {
    const message = "Triggers defined in ScaledObject are not working correctly";
    return { conditions: [{ type: "Ready", status: "False", reason: "TriggerError", message }, NOT_ACTIVE] };
  }
  const goesDown = (idle !== undefined && replicas > Number(idle)) || (replicas > 0 && minReplicas === 0);
  if (goesDown) return yield* coolDown(api, scaledObject, target, intervalMs);
  if (idle === undefined && replicas < minReplicas) yield* scaleTo(api, target, minReplicas);
  return { conditions: [READY, NOT_ACTIVE] };
}

function* coolDown(api: Api, scaledObject: JsonObject, target: Target, intervalMs: number): Steps<Outcome> {
  const spec = objectIn(scaledObject["spec"]);
  const status = objectIn(scaledObject["status"]);
  const wasActive =
    Array.isArray(status["conditions"]) && JSON.stringify(status["conditions"]).includes('"ScalerActive"');
  // The triggers were active until the read before this one would have come.
  const stored = typeof status["lastActiveTime"] === "string" ? parseTime(status["lastActiveTime"]) : undefined;
  const lastActiveMs = wasActive ? Math.max(stored ?? 0, api.nowMs - intervalMs) : stored;
  const createdMs = parseTime(String(metadataOf(scaledObject)["creationTimestamp"]));
  const coolsAtMs =
    lastActiveMs === undefined
      ? createdMs + Number(spec["initialCooldownPeriod"] ?? 0) * 1000
      : lastActiveMs + Number(spec["cooldownPeriod"] ?? COOLDOWN_S) * 1000;
  const kept = lastActiveMs === undefined ? {} : { lastActiveMs };
  if (api.nowMs <= coolsAtMs) {
    const cooling = inactive("ScalerCooldown", "Scaler cooling down because triggers are not active");
    return { conditions: [READY, cooling], coolsAtMs: coolsAtMs + 1, ...kept };
  }
  const wanted = Number(spec["idleReplicaCount"] ?? spec["minReplicaCount"] ?? 0);
  yield* scaleTo(api, target, wanted);
  yield* tell(
    api,
    scaledObject,
    target,
    "KEDAScaleTargetDeactivated",
    `Deactivated %s from ${target.replicas} to ${wanted}`,
  );
  return { conditions: [READY, NOT_ACTIVE], ...kept };
}

/** An event; `%s` stands for the target. */
function* tell(api: Api, scaledObject: JsonObject, target: Target, reason: string, text: string): Steps<void> {
  const { apiVersion, resource, name } = target;
  const shown = `${apiVersion}.${resource.kind} ${namespaceOf(scaledObject)}/${name}`;
  yield* recordEvent(api, scaledObject, { reason, message: text.replace("%s", () => shown), component: COMPONENT });
}

function* writeStatus(
  api: Api,
  scaledObject: JsonObject,
  { target, triggers, outcome }: { target: Target; triggers: readonly Trigger[]; outcome: Outcome },
): Steps<void> {
  const before = objectIn(scaledObject["status"]);
  const { group, version, kind, name } = target.resource;
  const isNew = before["scaleTargetKind"] === undefined;
  const external = triggers.filter((trigger) => !isResource(trigger)).map(externalName);
  const internal = triggers.filter(isResource).map(({ type }) => type);
  const fallback: KedaCondition = {
    ...{ type: "Fallback", status: "False", reason: "NoFallbackFound" },
    message: "No fallbacks are active on this scaled object",
  };
  const status: JsonObject = {
    ...before,
    ...(external.length > 0 && { externalMetricNames: external }),
    ...(internal.length > 0 && { resourceMetricNames: internal }),
    ...{ hpaName: hpaName(scaledObject), scaleTargetKind: `${target.apiVersion}.${kind}` },
    scaleTargetGVKR: { group, version, kind, resource: name },
    originalReplicaCount: before["originalReplicaCount"] ?? target.replicas,
    ...(outcome.lastActiveMs !== undefined && { lastActiveTime: formatTime(outcome.lastActiveMs) }),
    triggersTypes: triggers.map(({ type }) => type).join(","),
    conditions: withConditions(before["conditions"], [fallback, ...outcome.conditions]),
  };
  if (equalJson(status, before)) return;
  yield* replace(api.client, `${pathOfObject(scaledObject)}/status`, { ...scaledObject, status });
  if (!isNew) return;
  for (const { type } of triggers) {
    const built = { reason: "KEDAScalersStarted", message: `Scaler ${type} is built`, component: COMPONENT };
    yield* recordEvent(api, scaledObject, built);
  }
  yield* recordEvent(api, scaledObject, {
    reason: "KEDAScalersStarted",
    message: "Started scalers watch",
    component: COMPONENT,
  });
  const message = "ScaledObject is ready for scaling";
  yield* recordEvent(api, scaledObject, { reason: "ScaledObjectReady", message, component: COMPONENT });
}

function* fail(api: Api, scaledObject: JsonObject, why: string): Steps<void> {
  const before = objectIn(scaledObject["status"]);
  api.log("error", `Reconciler error {"ScaledObject": "${nameOf(scaledObject)}", "error": ${JSON.stringify(why)}}`);
  const ready: KedaCondition = { type: "Ready", status: "False", reason: "ScaledObjectCheckFailed", message: why };
  const unknown: KedaCondition = {
    type: "Active",
    status: "Unknown",
    reason: "UnkownState",
    message: "ScaledObject check failed",
  };
  const status = { ...before, conditions: withConditions(before["conditions"], [ready, unknown]) };
  if (equalJson(status, before)) return;
  yield* replace(api.client, `${pathOfObject(scaledObject)}/status`, { ...scaledObject, status });
  const text = { reason: "ScaledObjectCheckFailed", message: why, type: "Warning" as const, component: COMPONENT };
  yield* recordEvent(api, scaledObject, text);
}

/** The value of an external metric of a ScaledObject, for the HPA. Throws Failure. */
export function* externalValue(
  api: Pick<Api, "client" | "namespace" | "nowMs">,
  resources: Resources,
  { namespace, name, metric }: { namespace: string; name: string; metric: string },
): Steps<number> {
  const scaledObject = yield* find(api.client, `${GROUP}/namespaces/${namespace}/scaledobjects/${name}`);
  if (!scaledObject)
    throw new Failure(`error when getting ScaledObject: ScaledObject.keda.sh ${JSON.stringify(name)} not found`);
  const target = yield* targetOf(api as Api, resources, scaledObject);
  const triggers = yield* triggersOf(api as Api, scaledObject, target);
  const trigger = triggers.find((each) => !isResource(each) && externalName(each) === metric);
  if (!trigger) throw new Failure(`no matching metrics found for ${metric}`);
  const { readings, problems } = yield* measure(api.client, api.nowMs, [trigger]);
  const reading = readings.get(trigger.index);
  if (!reading) throw new Failure(problems[0] ?? `no matching metrics found for ${metric}`);
  return reading.value;
}
