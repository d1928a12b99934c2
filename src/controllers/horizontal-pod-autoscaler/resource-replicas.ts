/**
 * The replicas that a metric of resources asks for, from the use of pods and their requests.
 * Kubernetes: pkg/controller/podautoscaler/replica_calculator.go (`GetResourceReplicas`), metrics/utilization.go
 */
import { quantityMilliValue } from "../../lib/quantity.ts";
import type { MetricTarget, Pod } from "../../schema/index.ts";
import { milliRequestOf, type Readings } from "./readings.ts";
import { countedValues, replicasFor, type Tolerances } from "./replica-calculator.ts";

/** The scaled pods, and the moment of the calculation. */
export interface Scaled {
  /** The pods that the target's selector selects. */
  pods: readonly Pod[];
  current: number;
  tolerances: Tolerances;
  nowMs: number;
}

export interface MeasuredResource {
  name: string;
  target: MetricTarget;
  /** Absent: all containers of a pod. */
  container?: string | undefined;
  readings: Readings;
}

export interface ResourceAnswer {
  replicas: number;
  /** Percent of the requests; absent: the target is a value. */
  utilization?: number;
  averageMilliValue: number;
}

export function resourceReplicas(scaled: Scaled, measured: MeasuredResource): ResourceAnswer | { problem: string } {
  const { pods, current, tolerances, nowMs } = scaled;
  const { name, target, container, readings } = measured;
  if (pods.length === 0) return { problem: "no pods returned by selector while calculating replica count" };
  const counted = countedValues({ pods, readings, resource: name, nowMs });
  const { values } = counted;
  if (values.size === 0) return { problem: "did not receive metrics for targeted pods (pods might be unready)" };
  if (target.averageValue !== undefined)
    return averageReplicas(scaled, counted, quantityMilliValue(target.averageValue));
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
  return { replicas, utilization: utilizationOf(values), averageMilliValue: averageOf(values) };
}

/** The replicas at which the mean of the pods' values is `wanted`, in thousandths. */
export function averageReplicas(
  { current, tolerances }: Pick<Scaled, "current" | "tolerances">,
  counted: ReturnType<typeof countedValues>,
  wanted: number,
): { replicas: number; averageMilliValue: number } {
  const goal = { ratioOf: (all: ReadonlyMap<string, number>) => averageOf(all) / wanted, fallbackOf: () => wanted };
  const replicas = replicasFor(current, counted, goal, tolerances);
  return { replicas, averageMilliValue: averageOf(counted.values) };
}

function averageOf(values: ReadonlyMap<string, number>): number {
  return Math.floor(sum(values) / values.size);
}

function sum(values: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const value of values.values()) total += value;
  return total;
}
