/**
 * The errors of metrics that cannot be read.
 * Kubernetes: pkg/controller/podautoscaler/horizontal.go (computeReplicasForMetric)
 */
import type { LabelSelector, MetricSpec, MetricTarget } from "../../schema/index.ts";

/** The error of one metric, in Kubernetes' words. */
export interface Failure {
  /** Reason of the Event and of the condition. */
  reason: string;
  /** Message of the Event; the condition's message contains it. */
  message: string;
  /** The text in the summary of all metrics. */
  detail: string;
}

/** Why this metric cannot be read. `problem`: the reason, as its API gave it. */
export function metricFailureOf(metric: MetricSpec, namespace: string, problem: string): Failure {
  const { resource, containerResource, pods, object, external } = metric;
  if (resource) {
    const message = resourceMessage(resource.target, problem);
    return failure(
      "FailedGetResourceMetric",
      message(resource.name),
      `failed to get ${resource.name} resource metric value`,
    );
  }
  if (containerResource) {
    const { name, container, target } = containerResource;
    const detail = `failed to get ${container} container metric value`;
    return failure("FailedGetContainerResourceMetric", resourceMessage(target, problem)(name), detail);
  }
  if (pods) {
    const message = `unable to get metric ${pods.metric.name}: unable to fetch metrics from custom metrics API: ${problem}`;
    return failure("FailedGetPodsMetric", message, "failed to get pods metric value");
  }
  if (object) {
    const { describedObject, metric: of } = object;
    const where = `${describedObject.kind} on ${namespace} ${describedObject.name}`;
    const message = `unable to get metric ${of.name}: ${where}/unable to fetch metrics from custom metrics API: ${problem}`;
    return failure("FailedGetObjectMetric", message, "failed to get object metric value");
  }
  if (external) {
    const { name, selector } = external.metric;
    const why = `unable to fetch metrics from external metrics API: ${problem}`;
    const what = external.target.averageValue === undefined ? `external metric ${name}` : `${name} external metric`;
    const message = `unable to get external metric ${namespace}/${name}/${goSelector(selector)}: ${why}`;
    const detail = `failed to get ${name} external metric value: failed to get ${what}`;
    return failure("FailedGetExternalMetric", message, detail);
  }
  const message = `unknown metric source type "${metric.type}"`;
  return { reason: "InvalidMetricSourceType", message, detail: message };
}

function failure(reason: string, message: string, prefix: string): Failure {
  return { reason, message, detail: `${prefix}: ${message}` };
}

function resourceMessage(target: MetricTarget, problem: string): (name: string) => string {
  const what = target.averageValue === undefined ? "utilization" : "usage";
  return (name) => `failed to get ${name} ${what}: ${problem}`;
}

/** The text with which Go prints a pointer to a label selector. */
export function goSelector(selector: LabelSelector | undefined): string {
  if (!selector) return "nil";
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const map = `map[string]string{${labels.map(([key, value]) => `${key}: ${value},`).join("")}}`;
  const terms = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(" ")}],},`,
  );
  return `&LabelSelector{MatchLabels:${map},MatchExpressions:[]LabelSelectorRequirement{${terms.join("")}},}`;
}
