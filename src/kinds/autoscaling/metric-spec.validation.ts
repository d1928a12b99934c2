/**
 * Validation of an autoscaler's metrics.
 *
 * Kubernetes: pkg/apis/autoscaling/validation/validation.go (validateMetricSpec, ValidateCrossVersionObjectReference)
 */
import { dnsLabelProblems, pathSegmentProblems } from "../../lib/names.ts";
import { parseQuantity } from "../../lib/quantity.ts";
import type { CrossVersionObjectReference, MetricIdentifier, MetricSpec, MetricTarget } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalid, invalidFor, notSupported, required } from "../validation/field-errors.ts";

type Source = "containerResource" | "external" | "object" | "pods" | "resource";

const SOURCES: Readonly<Record<string, Source>> = {
  ContainerResource: "containerResource",
  External: "external",
  Object: "object",
  Pods: "pods",
  Resource: "resource",
};
/** Sources in order of precedence: only the first one set is validated. */
const LOOKED_INTO: readonly Source[] = ["object", "external", "pods", "resource", "containerResource"];
const TARGET_TYPES = ["Utilization", "Value", "AverageValue"];

export function validateMetric(metric: MetricSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${path}.type`;
  if (!metric.type) errors.push(required(at, "must specify a metric source type"));
  const wanted = Object.hasOwn(SOURCES, metric.type) ? SOURCES[metric.type] : undefined;
  // Kubernetes reports an unknown type twice.
  if (!wanted) errors.push(notSupported(at, metric.type, Object.keys(SOURCES)));
  const given = LOOKED_INTO.filter((source) => metric[source]);
  const [first] = given;
  if (first) errors.push(...validateSource(metric, first, `${path}.${first}`));
  if (!wanted) errors.push(notSupported(at, metric.type, Object.keys(SOURCES)));
  else if (!metric[wanted]) {
    errors.push(required(`${path}.${wanted}`, "must populate information for the given metric source"));
  }
  if (given.length === 1) return errors;
  const others = given.filter((source) => source !== wanted);
  return [
    ...errors,
    ...others.map((source) => forbidden(`${path}.${source}`, "must populate the given metric source only")),
  ];
}

/** A reference to the scaled object, or to the object of a metric. */
export function validateReference({ kind, name }: CrossVersionObjectReference, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!kind) errors.push(required(`${path}.kind`));
  else errors.push(...invalidFor(`${path}.kind`, kind, pathSegmentProblems(kind)));
  if (!name) errors.push(required(`${path}.name`));
  else errors.push(...invalidFor(`${path}.name`, name, pathSegmentProblems(name)));
  return errors;
}

function validateSource(metric: MetricSpec, source: Source, path: string): FieldError[] {
  const { object, external, pods, resource, containerResource } = metric;
  const at = `${path}.target`;
  if (source === "object" && object) {
    const errors = validateReference(object.describedObject, `${path}.describedObject`);
    errors.push(...validateIdentifier(object.metric, `${path}.metric`), ...validateTarget(object.target, at));
    if (object.target.value !== undefined || object.target.averageValue !== undefined) return errors;
    return [...errors, required(`${at}.averageValue`, "must set either a target value or averageValue")];
  }
  if (source === "external" && external) {
    const errors = validateIdentifier(external.metric, `${path}.metric`);
    return [...errors, ...validateTarget(external.target, at), ...externalTarget(external.target, at)];
  }
  if (source === "pods" && pods) {
    const errors = validateIdentifier(pods.metric, `${path}.metric`);
    errors.push(...validateTarget(pods.target, at));
    if (pods.target.averageValue !== undefined) return errors;
    return [...errors, required(`${at}.averageValue`, "must specify a positive target averageValue")];
  }
  const consumed = containerResource && source === "containerResource" ? containerResource : resource;
  if (!consumed) return [];
  const errors = consumed.name ? [] : [required(`${path}.name`, "must specify a resource name")];
  if (containerResource && consumed === containerResource) {
    const { container } = containerResource;
    if (!container) errors.push(required(`${path}.container`, "must specify a container"));
    else errors.push(...invalidFor(`${path}.container`, container, dnsLabelProblems(container)));
  }
  return [...errors, ...validateTarget(consumed.target, at), ...resourceTarget(consumed.target, at)];
}

function externalTarget({ value, averageValue }: MetricTarget, path: string): FieldError[] {
  if (value === undefined && averageValue === undefined) {
    return [required(`${path}.averageValue`, "must set either a target value for metric or a per-pod target")];
  }
  if (value === undefined || averageValue === undefined) return [];
  return [forbidden(`${path}.value`, "may not set both a target value for metric and a per-pod target")];
}

function resourceTarget({ averageUtilization, averageValue }: MetricTarget, path: string): FieldError[] {
  if (averageUtilization === undefined && averageValue === undefined) {
    return [required(`${path}.averageUtilization`, "must set either a target raw value or a target utilization")];
  }
  if (averageUtilization === undefined || averageValue === undefined) return [];
  return [forbidden(`${path}.averageValue`, "may not set both a target raw value and a target utilization")];
}

function validateTarget(target: MetricTarget, path: string): FieldError[] {
  const { type, averageUtilization } = target;
  const errors: FieldError[] = [];
  if (!type) errors.push(required(`${path}.type`, "must specify a metric target type"));
  if (!TARGET_TYPES.includes(type)) {
    errors.push(invalid(`${path}.type`, type, "must be either Utilization, Value, or AverageValue"));
  }
  for (const field of ["value", "averageValue"] as const) {
    const amount = target[field];
    if (amount !== undefined && parseQuantity(amount).nanos <= 0n) {
      errors.push(invalid(`${path}.${field}`, amount, "must be positive"));
    }
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(`${path}.averageUtilization`, averageUtilization, "must be greater than 0"));
  }
  return errors;
}

function validateIdentifier({ name }: MetricIdentifier, path: string): FieldError[] {
  if (!name) return [required(`${path}.name`, "must specify a metric name")];
  return invalidFor(`${path}.name`, name, pathSegmentProblems(name));
}
