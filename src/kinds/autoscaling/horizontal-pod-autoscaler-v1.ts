/**
 * HorizontalPodAutoscalers in `autoscaling/v1`: one CPU target. Fields that this version lacks are shown as
 * annotations, so that writing the object back loses nothing.
 *
 * Kubernetes: pkg/apis/autoscaling/v1/conversion.go
 */
import { escapeHtml } from "../../lib/canonical-json.ts";
import { type JsonObject, type JsonValue, parseJsonIfValid } from "../../lib/json.ts";
import {
  decode,
  type HorizontalPodAutoscaler,
  type HorizontalPodAutoscalerV1,
  type MetricSpec,
  type MetricStatus,
} from "../../schema/index.ts";
import { viewOf } from "../view.ts";
import { horizontalPodAutoscalerKind } from "./horizontal-pod-autoscaler.ts";

const PREFIX = "autoscaling.alpha.kubernetes.io/";
const ANNOTATIONS = {
  metrics: "metrics",
  behavior: "behavior",
  currentMetrics: "current-metrics",
  conditions: "conditions",
};
type Extra = keyof typeof ANNOTATIONS;

export const horizontalPodAutoscalerV1Kind = viewOf<HorizontalPodAutoscalerV1, HorizontalPodAutoscaler>(
  horizontalPodAutoscalerKind,
  { group: "autoscaling", version: "v1", schema: "io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler" },
  { fromStored: (autoscaler) => asV1(autoscaler as HorizontalPodAutoscaler), toStored },
);

function asV1({ metadata, spec, status }: HorizontalPodAutoscaler): HorizontalPodAutoscalerV1 {
  const { metrics, behavior, ...specFields } = spec;
  const { currentMetrics, conditions, currentReplicas = 0, ...statusFields } = status ?? { desiredReplicas: 0 };
  const target = metrics?.find(isCpuTarget)?.resource?.target.averageUtilization;
  const current = currentMetrics?.find(isCpuStatus)?.resource?.current.averageUtilization;
  const extras: Record<Extra, unknown> = {
    metrics: some(metrics?.filter((metric) => !isCpuTarget(metric))),
    behavior,
    currentMetrics: some(currentMetrics?.filter((metric) => !isCpuStatus(metric))),
    conditions: some(conditions),
  };
  return {
    kind: "HorizontalPodAutoscaler",
    apiVersion: "autoscaling/v1",
    metadata: withAnnotations(metadata, extras),
    spec: { ...specFields, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) },
    status: {
      ...statusFields,
      currentReplicas,
      ...(current !== undefined && { currentCPUUtilizationPercentage: current }),
    },
  };
}

function toStored({ metadata, spec, status }: HorizontalPodAutoscalerV1): HorizontalPodAutoscaler {
  const { targetCPUUtilizationPercentage: target, ...specFields } = spec ?? {};
  const { currentCPUUtilizationPercentage: current, ...statusFields } = status ?? { desiredReplicas: 0 };
  const { annotations, extras } = takeAnnotations(metadata.annotations);
  const cpu = (amount: number | undefined) => ({ type: "Utilization", averageUtilization: amount });
  const metrics: MetricSpec[] = [
    ...(extras.spec.metrics ?? []),
    ...(target === undefined ? [] : [{ type: "Resource", resource: { name: "cpu", target: cpu(target) } }]),
  ];
  const currentMetrics: MetricStatus[] = [
    ...(extras.status.currentMetrics ?? []),
    ...(current === undefined
      ? []
      : [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: current } } }]),
  ];
  const { annotations: _, ...otherMetadata } = metadata;
  return {
    kind: "HorizontalPodAutoscaler",
    apiVersion: "autoscaling/v2",
    metadata: annotations ? { ...otherMetadata, annotations } : otherMetadata,
    spec: { ...specFields, ...extras.spec, ...(metrics.length > 0 && { metrics }) },
    status: { ...statusFields, ...extras.status, currentMetrics: some(currentMetrics) ?? null },
  } as HorizontalPodAutoscaler;
}

function isCpuTarget({ type, resource }: MetricSpec): boolean {
  return type === "Resource" && resource?.name === "cpu" && resource.target?.averageUtilization !== undefined;
}

function isCpuStatus({ type, resource }: MetricStatus): boolean {
  return type === "Resource" && resource?.name === "cpu" && resource.current?.averageUtilization !== undefined;
}

function some<T>(items: readonly T[] | null | undefined): readonly T[] | undefined {
  return items?.length ? items : undefined;
}

function withAnnotations(metadata: HorizontalPodAutoscaler["metadata"], extras: Record<Extra, unknown>) {
  const added = (Object.keys(ANNOTATIONS) as Extra[])
    .filter((extra) => extras[extra] !== undefined)
    .map((extra) => [PREFIX + ANNOTATIONS[extra], escapeHtml(JSON.stringify(extras[extra]))]);
  if (added.length === 0) return metadata;
  return { ...metadata, annotations: { ...metadata.annotations, ...Object.fromEntries(added) } };
}

/** The other annotations, and the parsed values of ours. */
function takeAnnotations(all: Record<string, string> | undefined) {
  const annotations = { ...all };
  const found: Partial<Record<Extra, JsonValue>> = {};
  for (const extra of Object.keys(ANNOTATIONS) as Extra[]) {
    const name = PREFIX + ANNOTATIONS[extra];
    // Any client may write an annotation; invalid JSON is ignored.
    if (annotations[name] !== undefined) found[extra] = parseJsonIfValid(annotations[name]);
    delete annotations[name];
  }
  const { metrics, behavior, currentMetrics, conditions } = found;
  return {
    annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
    extras: {
      spec: decoded<Partial<HorizontalPodAutoscaler["spec"]>>("HorizontalPodAutoscalerSpec", { metrics, behavior }),
      status: decoded<Partial<HorizontalPodAutoscaler["status"]>>("HorizontalPodAutoscalerStatus", {
        currentMetrics,
        conditions,
      }),
    },
  };
}

/** Undefined if the value has another type. */
function decoded<T extends object>(type: string, value: Record<string, JsonValue | undefined>): Partial<T> {
  const given = Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as JsonObject;
  const result = decode<T>(type, given, { fieldValidation: "Ignore" });
  return "error" in result ? {} : result.value;
}
