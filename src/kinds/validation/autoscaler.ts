/** Validation of HorizontalPodAutoscalers. */
import { pathSegmentProblems } from "../../lib/names.ts";
import type {
  CrossVersionObjectReference,
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricTarget,
} from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalid, invalidFor, notSupported, required } from "./field-errors.ts";
import { validateObjectMeta } from "./object-meta.ts";

const SOURCES: Readonly<Record<string, "resource" | "pods" | "object" | "external" | "containerResource">> = {
  ContainerResource: "containerResource",
  External: "external",
  Object: "object",
  Pods: "pods",
  Resource: "resource",
};

export function validateAutoscaler(autoscaler: HorizontalPodAutoscaler): FieldError[] {
  const { spec } = autoscaler;
  const { minReplicas, maxReplicas, scaleTargetRef, metrics = [] } = spec;
  const errors = validateObjectMeta(autoscaler, { namespaced: true });
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid("spec.minReplicas", minReplicas, "must be greater than or equal to 1"));
  }
  if (maxReplicas < 1) errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than 0"));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`"));
  }
  errors.push(...validateTargetReference(scaleTargetRef, "spec.scaleTargetRef"));
  return [...errors, ...metrics.flatMap((metric, i) => validateMetric(metric, `spec.metrics[${i}]`))];
}

function validateTargetReference({ kind, name, apiVersion }: CrossVersionObjectReference, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!kind) errors.push(required(`${path}.kind`));
  else errors.push(...invalidFor(`${path}.kind`, kind, pathSegmentProblems(kind)));
  if (!name) errors.push(required(`${path}.name`));
  else errors.push(...invalidFor(`${path}.name`, name, pathSegmentProblems(name)));
  // Only ReplicationControllers live in the legacy group and can be scaled.
  const isCore = !apiVersion || apiVersion === "v1";
  if (isCore && kind !== "ReplicationController") {
    errors.push(invalid(`${path}.apiVersion`, apiVersion ?? "", "apiVersion must specify API group"));
  }
  return errors;
}

function validateMetric(metric: MetricSpec, path: string): FieldError[] {
  if (!metric.type) return [required(`${path}.type`, "must specify a metric source type")];
  const field = SOURCES[metric.type];
  if (!field) return [notSupported(`${path}.type`, metric.type, Object.keys(SOURCES))];
  const errors: FieldError[] = [];
  for (const other of Object.values(SOURCES)) {
    if (other !== field && metric[other]) {
      errors.push(forbidden(`${path}.${other}`, "must populate the given metric source only"));
    }
  }
  const source = metric[field];
  if (!source)
    return [...errors, required(`${path}.${field}`, "must populate information for the given metric source")];
  return [...errors, ...validateTarget(source.target, `${path}.${field}.target`)];
}

function validateTarget({ type, averageUtilization, value, averageValue }: MetricTarget, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!type) errors.push(required(`${path}.type`, "must specify a metric target type"));
  else if (!["Utilization", "Value", "AverageValue"].includes(type)) {
    errors.push(invalid(`${path}.type`, type, "must be either Utilization, Value, or AverageValue"));
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(`${path}.averageUtilization`, averageUtilization, "must be greater than 0"));
  }
  if (averageUtilization === undefined && value === undefined && averageValue === undefined) {
    errors.push(required(path, "must set either a target raw value or a target utilization"));
  }
  return errors;
}
