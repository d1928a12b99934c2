/**
 * The replicas that one metric of an autoscaler asks for. Kubernetes: pkg/controller/podautoscaler/horizontal.go
 * (`computeReplicasForMetric`)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { quantityMilliValue } from "../../lib/quantity.ts";
import { formatLabelSelector } from "../../lib/selectors.ts";
import type { LabelSelector, MetricSpec, MetricStatus, Pod } from "../../schema/index.ts";
import { type Failure, goSelector, metricFailureOf } from "./metrics.ts";
import { type MetricValues, metricValues } from "./metrics-apis.ts";
import { apiProblem, type Readings, readingsOf } from "./readings.ts";
import { countedValues, type Tolerances } from "./replica-calculator.ts";
import { averageReplicas, type ResourceAnswer, resourceReplicas, type Scaled } from "./resource-replicas.ts";
import { quantityOfMilli, type WholeAnswer, wholeReplicas } from "./whole-replicas.ts";

export interface Question {
  tx: Transaction;
  namespace: string;
  /** The pods that the target's selector selects. */
  pods: readonly Pod[];
  /** The target's selector as a text. */
  selector: string;
  current: number;
  /** The replicas that the target's status shows. */
  statusReplicas: number;
  tolerances: Tolerances;
}

/** `mayChange`: the next measurement may differ although no object changes. */
export type Proposal =
  | { type: "proposal"; replicas: number; name: string; status: MetricStatus; mayChange: boolean }
  | { type: "failure"; failure: Failure; mayChange: boolean };

export function evaluate(metric: MetricSpec, question: Question): Proposal {
  if (metric.resource ?? metric.containerResource) return ofResource(metric, question);
  if (metric.pods) return ofPods(metric, metric.pods, question);
  if (metric.object) return ofObject(metric, metric.object, question);
  if (metric.external) return ofExternal(metric, metric.external, question);
  return failed(metric, question, "", false);
}

function failed(metric: MetricSpec, { namespace }: Question, problem: string, mayChange: boolean): Proposal {
  return { type: "failure", mayChange, failure: metricFailureOf(metric, namespace, problem) };
}

function scaledOf({ tx, pods, current, tolerances }: Question): Scaled {
  return { pods, current, tolerances, nowMs: tx.nowMs };
}

function ofResource(metric: MetricSpec, question: Question): Proposal {
  const { name, target } = (metric.resource ?? metric.containerResource)!;
  const container = metric.containerResource?.container;
  const unavailable = apiProblem(question.tx);
  if (unavailable) {
    const why = `unable to get metrics for resource ${name}: unable to fetch metrics from resource metrics API: ${unavailable}`;
    return failed(metric, question, why, false);
  }
  const { readings, mayChange } = readingsOf(question.tx, question.pods, name, container);
  if (readings.size === 0) {
    const why = `unable to get metrics for resource ${name}: no metrics returned from resource metrics API`;
    return failed(metric, question, why, true);
  }
  const answer = resourceReplicas(scaledOf(question), { name, target, container, readings });
  if ("problem" in answer) return failed(metric, question, answer.problem, mayChange);
  return { type: "proposal", replicas: answer.replicas, ...shownResource(metric, answer), mayChange };
}

function shownResource(metric: MetricSpec, { utilization, averageMilliValue }: ResourceAnswer) {
  const averageValue = quantityOfMilli(averageMilliValue);
  const current = utilization === undefined ? { averageValue } : { averageUtilization: utilization, averageValue };
  const suffix = utilization === undefined ? "" : " utilization (percentage of request)";
  if (metric.containerResource) {
    const { name, container } = metric.containerResource;
    const status: MetricStatus = { type: "ContainerResource", containerResource: { name, container, current } };
    return { name: `${name} container resource${suffix}`, status };
  }
  const name = metric.resource?.name ?? "";
  return { name: `${name} resource${suffix}`, status: { type: "Resource", resource: { name, current } } };
}

/** Values of custom metrics follow from a database of samples, so they may change although no object does. */
const MAY_CHANGE = true;

function ofPods(metric: MetricSpec, { metric: named, target }: NonNullable<MetricSpec["pods"]>, question: Question) {
  const query = queryOf({ labelSelector: question.selector, metricLabelSelector: textOf(named.selector) });
  const found = customValues(question, `pods/*/${named.name}${query}`, "pods");
  if ("problem" in found) return failed(metric, question, found.problem, MAY_CHANGE);
  const readings: Readings = new Map(
    found.values.map(({ object, milliValue }) => [object, { milliValue, atMs: question.tx.nowMs, windowMs: 0 }]),
  );
  const counted = countedValues({ pods: question.pods, readings, resource: "", nowMs: question.tx.nowMs });
  if (counted.values.size === 0) {
    return failed(metric, question, "did not receive metrics for targeted pods (pods might be unready)", MAY_CHANGE);
  }
  const wanted = quantityMilliValue(target.averageValue ?? "1");
  const { replicas, averageMilliValue } = averageReplicas(question, counted, wanted);
  const current = { averageValue: quantityOfMilli(averageMilliValue) };
  const status: MetricStatus = { type: "Pods", pods: { metric: named, current } };
  return proposal(replicas, `pods metric ${named.name}`, status);
}

function ofObject(metric: MetricSpec, source: NonNullable<MetricSpec["object"]>, question: Question): Proposal {
  const { describedObject, metric: named, target } = source;
  const { apiVersion = "", kind: kindName, name } = describedObject;
  const kind = question.tx.kindOf({ apiVersion, kind: kindName, metadata: {} });
  const resource = kind ? [kind.plural, kind.group].filter((part) => part !== "").join(".") : "";
  if (!kind) return failed(metric, question, `no matches for kind ${JSON.stringify(kindName)}`, false);
  const of = kind.namespaced ? `${resource}/${name}` : "metrics";
  const query = queryOf({ metricLabelSelector: textOf(named.selector) });
  const found = customValues(question, `${of}/${named.name}${query}`, resource);
  if ("problem" in found) return failed(metric, question, found.problem, MAY_CHANGE);
  const answer = wholeReplicas({ ...scaledOf(question), ...question }, target, found.values[0]!.milliValue);
  const status: MetricStatus = { type: "Object", object: { metric: named, describedObject, current: answer.shown } };
  return proposal(answer.replicas, `${kindName} metric ${named.name}`, status);
}

function ofExternal(metric: MetricSpec, source: NonNullable<MetricSpec["external"]>, question: Question): Proposal {
  const { metric: named, target } = source;
  const found = metricValues(question.tx, {
    group: "external.metrics.k8s.io",
    path: `namespaces/${question.namespace}/${named.name}${queryOf({ labelSelector: textOf(named.selector) })}`,
    resource: named.name,
    unregistered: `the server could not find the requested resource (get ${named.name}.external.metrics.k8s.io)`,
  });
  if ("problem" in found) return failed(metric, question, found.problem, MAY_CHANGE);
  const sum = found.values.reduce((total, { milliValue }) => total + milliValue, 0);
  const answer: WholeAnswer = wholeReplicas({ ...scaledOf(question), ...question }, target, sum);
  const status: MetricStatus = { type: "External", external: { metric: named, current: answer.shown } };
  return proposal(answer.replicas, `external metric ${named.name}(${goSelector(named.selector)})`, status);
}

function proposal(replicas: number, name: string, status: MetricStatus): Proposal {
  return { type: "proposal", replicas, name, status, mayChange: MAY_CHANGE };
}

function customValues({ tx, namespace }: Question, path: string, resource: string): MetricValues {
  return metricValues(tx, {
    ...{ group: "custom.metrics.k8s.io", path: `namespaces/${namespace}/${path}`, resource },
    unregistered: "no custom metrics API (custom.metrics.k8s.io) registered",
  });
}

function textOf(selector: LabelSelector | undefined): string {
  return selector ? formatLabelSelector(selector) : "";
}

function queryOf(parameters: Readonly<Record<string, string>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
