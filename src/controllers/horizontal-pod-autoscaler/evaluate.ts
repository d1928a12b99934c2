/**
 * The replicas that one metric of an autoscaler asks for. Kubernetes: pkg/controller/podautoscaler/horizontal.go
 * (`computeStatusForResourceMetricGeneric`), metrics/utilization.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { quantityMilliValue } from "../../lib/quantity.ts";
import type { MetricSpec, MetricStatus, MetricTarget, Pod } from "../../schema/index.ts";
import { type Failure, metricFailureOf } from "./metrics.ts";
import { apiProblem, milliRequestOf, type Readings, readingsOf } from "./readings.ts";
import { countedValues, replicasFor, type Tolerances } from "./replica-calculator.ts";

export interface Question {
  tx: Transaction;
  namespace: string;
  /** The pods that the target's selector selects. */
  pods: readonly Pod[];
  current: number;
  tolerances: Tolerances;
}

/** `mayChange`: the next measurement may differ although no object changes. */
export type Proposal =
  | { type: "proposal"; replicas: number; name: string; status: MetricStatus; mayChange: boolean }
  | { type: "failure"; failure: Failure; mayChange: boolean };

export function evaluate(metric: MetricSpec, question: Question): Proposal {
  const source = metric.resource ?? metric.containerResource;
  const fails = (problem: string, mayChange: boolean): Proposal => ({
    ...{ type: "failure", mayChange },
    failure: metricFailureOf(metric, question.namespace, problem),
  });
  if (!source) return fails("", false);
  const { name, target } = source;
  const container = metric.containerResource?.container;
  const unavailable = apiProblem(question.tx);
  if (unavailable) {
    const why = `unable to get metrics for resource ${name}: unable to fetch metrics from resource metrics API: ${unavailable}`;
    return fails(why, false);
  }
  const { readings, mayChange } = readingsOf(question.tx, question.pods, name, container);
  if (readings.size === 0) {
    return fails(`unable to get metrics for resource ${name}: no metrics returned from resource metrics API`, true);
  }
  const answer = computed(question, { name, target, container, readings });
  if ("problem" in answer) return fails(answer.problem, mayChange);
  return { type: "proposal", replicas: answer.replicas, ...shown(metric, answer), mayChange };
}

interface Asked {
  name: string;
  target: MetricTarget;
  container: string | undefined;
  readings: Readings;
}

interface Answer {
  replicas: number;
  /** Percent of the requests; absent: the target is a value. */
  utilization?: number;
  averageMilliValue: number;
}

function computed(question: Question, { name, target, container, readings }: Asked): Answer | { problem: string } {
  const { tx, pods, current, tolerances } = question;
  if (pods.length === 0) return { problem: "no pods returned by selector while calculating replica count" };
  const counted = countedValues({ pods, readings, resource: name, nowMs: tx.nowMs });
  const { values } = counted;
  if (values.size === 0) return { problem: "did not receive metrics for targeted pods (pods might be unready)" };
  const averageMilliValue = Math.floor(sum(values) / values.size);
  if (target.averageValue !== undefined) {
    const wanted = quantityMilliValue(target.averageValue);
    const ratioOf = (all: ReadonlyMap<string, number>) => Math.floor(sum(all) / all.size) / wanted;
    const replicas = replicasFor(current, counted, { ratioOf, fallbackOf: () => wanted }, tolerances);
    return { replicas, averageMilliValue };
  }
  const requests = new Map<string, number>();
  for (const pod of pods) {
    const request = milliRequestOf(pod, name, container);
    if ("problem" in request) return request;
    requests.set(pod.metadata.name ?? "", request.milliValue);
  }
  const percent = target.averageUtilization ?? 100;
  const utilizationOf = (all: ReadonlyMap<string, number>) => {
    let requested = 0;
    for (const pod of all.keys()) requested += requests.get(pod) ?? 0;
    return requested === 0 ? 0 : Math.floor((sum(all) * 100) / requested);
  };
  const goal = {
    ratioOf: (all: ReadonlyMap<string, number>) => utilizationOf(all) / percent,
    fallbackOf: (pod: string) => ((requests.get(pod) ?? 0) * Math.max(100, percent)) / 100,
  };
  const replicas = replicasFor(current, counted, goal, tolerances);
  return { replicas, utilization: utilizationOf(values), averageMilliValue };
}

function sum(values: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const value of values.values()) total += value;
  return total;
}

function shown(metric: MetricSpec, { utilization, averageMilliValue }: Answer): { name: string; status: MetricStatus } {
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

function quantityOfMilli(milliValue: number): string {
  return milliValue % 1000 === 0 ? String(milliValue / 1000) : `${milliValue}m`;
}
