/**
 * The HorizontalPodAutoscaler of a ScaledObject.
 * Source: github.com/kedacore/keda controllers/keda/hpa.go
 */
import { equalJson, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { Client } from "../../kubectl/core/client.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { create, find, metadataOf, nameOf, namespaceOf, replace } from "../objects.ts";
import { externalName, isResource, requireScaler } from "./measure.ts";
import { numberOf, type Trigger } from "./scalers/contract.ts";

const VERSION = "2.20.2";
const DEFAULT_MAX_REPLICAS = 100;

export function hpaName(scaledObject: JsonObject): string {
  const { horizontalPodAutoscalerConfig } = objectIn(objectIn(scaledObject["spec"])["advanced"]);
  const { name } = objectIn(horizontalPodAutoscalerConfig);
  return typeof name === "string" && name !== "" ? name : `keda-hpa-${nameOf(scaledObject)}`;
}

/** Creates the HPA, or writes what changed. Throws Failure for a trigger that cannot be read. */
export function* keepHpa(
  client: Client,
  scaledObject: JsonObject,
  triggers: readonly Trigger[],
  target: { kind: string; apiVersion: string; name: string },
): Steps<void> {
  const path = `/apis/autoscaling/v2/namespaces/${namespaceOf(scaledObject)}/horizontalpodautoscalers`;
  const wanted = hpaFor(scaledObject, triggers, target);
  const found = yield* find(client, `${path}/${hpaName(scaledObject)}`);
  if (!found) {
    yield* create(client, path, wanted);
    return;
  }
  const own = objectIn(found["spec"]);
  const isSame = Object.entries(objectIn(wanted["spec"])).every(([field, value]) => covers(own[field], value));
  if (isSame && covers(metadataOf(found)["labels"], metadataOf(wanted)["labels"])) return;
  const metadata = { ...metadataOf(found), ...metadataOf(wanted) };
  yield* replace(client, `${path}/${nameOf(found)}`, { ...found, ...wanted, metadata });
}

/** Whether the value has all that is wanted; the API server adds defaults. */
function covers(own: JsonValue | undefined, wanted: JsonValue | undefined): boolean {
  if (Array.isArray(own) && Array.isArray(wanted)) {
    return own.length === wanted.length && wanted.every((each, i) => covers(own[i], each));
  }
  if (typeof own !== "object" || typeof wanted !== "object" || own === null || wanted === null)
    return equalJson(own, wanted);
  return Object.entries(wanted).every(([key, value]) => covers((own as JsonObject)[key], value));
}

function hpaFor(
  scaledObject: JsonObject,
  triggers: readonly Trigger[],
  target: { kind: string; apiVersion: string; name: string },
): JsonObject {
  const spec = objectIn(scaledObject["spec"]);
  const { behavior } = objectIn(objectIn(spec["advanced"])["horizontalPodAutoscalerConfig"]);
  const { labels, annotations, uid = "" } = metadataOf(scaledObject);
  const name = hpaName(scaledObject);
  return {
    ...{ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" },
    metadata: {
      name,
      namespace: namespaceOf(scaledObject),
      labels: {
        ...{ "app.kubernetes.io/name": name.slice(0, 63), "app.kubernetes.io/version": VERSION },
        ...{ "app.kubernetes.io/part-of": nameOf(scaledObject), "app.kubernetes.io/managed-by": "keda-operator" },
        ...objectIn(labels),
      },
      ...(annotations !== undefined && { annotations }),
      ownerReferences: [
        {
          ...{ apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject", name: nameOf(scaledObject), uid },
          ...{ controller: true, blockOwnerDeletion: true },
        },
      ],
    },
    spec: {
      minReplicas: Number(spec["minReplicaCount"] ?? 0) || 1,
      maxReplicas: Number(spec["maxReplicaCount"] ?? DEFAULT_MAX_REPLICAS),
      // All of one type stand together.
      metrics: triggers
        .map((trigger) => metricFor(scaledObject, trigger))
        .sort((a, b) => (String(a["type"]) < String(b["type"]) ? -1 : a["type"] === b["type"] ? 0 : 1)),
      ...(behavior !== undefined && { behavior }),
      scaleTargetRef: target,
    },
  };
}

function metricFor(scaledObject: JsonObject, trigger: Trigger): JsonObject {
  if (isResource(trigger)) return resourceMetric(trigger);
  const value = requireScaler(trigger).target(trigger);
  const matchLabels = { "scaledobject.keda.sh/name": nameOf(scaledObject) };
  const target =
    trigger.metricType === "Value"
      ? { type: "Value", value: quantity(value) }
      : { type: "AverageValue", averageValue: quantity(value) };
  return { type: "External", external: { metric: { name: externalName(trigger), selector: { matchLabels } }, target } };
}

/** Source: github.com/kedacore/keda pkg/scalers/cpu_memory_scaler.go */
function resourceMetric(trigger: Trigger): JsonObject {
  const { type, values } = trigger;
  const isAverage = trigger.metricType === "AverageValue" && values["type"] !== "Utilization";
  const target = isAverage
    ? { type: "AverageValue", averageValue: String(values["value"]) }
    : { type: "Utilization", averageUtilization: numberOf(trigger, "value") };
  const container = values["containerName"];
  if (container === undefined) return { type: "Resource", resource: { name: type, target } };
  return { type: "ContainerResource", containerResource: { name: type, container, target } };
}

/** A value as a quantity, in thousandths. */
export function quantity(value: number): string {
  const milli = Math.round(value * 1000);
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}
