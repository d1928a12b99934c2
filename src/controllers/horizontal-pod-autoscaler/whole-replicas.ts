/**
 * The replicas that one value of an object, or the sum of external values, asks for.
 * Kubernetes: pkg/controller/podautoscaler/replica_calculator.go (`GetObjectMetricReplicas`,
 * `GetObjectPerPodMetricReplicas`, `GetExternalMetricReplicas`, `GetExternalPerPodMetricReplicas`)
 */
import { quantityMilliValue } from "../../lib/quantity.ts";
import type { MetricTarget, MetricValueStatus } from "../../schema/index.ts";
import { isWithin, roundUp } from "./replica-calculator.ts";
import type { Scaled } from "./resource-replicas.ts";

export interface WholeAnswer {
  replicas: number;
  /** As the status shows it: the value, or its share for each replica. */
  shown: MetricValueStatus;
}

/** A target with an average divides the value among the replicas of the target's status. */
export function wholeReplicas(
  { pods, current, tolerances, statusReplicas }: Scaled & { statusReplicas: number },
  target: MetricTarget,
  milliValue: number,
): WholeAnswer {
  if (target.averageValue !== undefined) {
    const wanted = quantityMilliValue(target.averageValue);
    const isNear = statusReplicas > 0 && isWithin(milliValue / (wanted * statusReplicas), tolerances);
    const share = statusReplicas > 0 ? Math.ceil(milliValue / statusReplicas) : 0;
    const shown = { averageValue: quantityOfMilli(share) };
    return { replicas: isNear ? statusReplicas : roundUp(milliValue / wanted), shown };
  }
  const ratio = milliValue / quantityMilliValue(target.value ?? "1");
  const shown = { value: quantityOfMilli(milliValue) };
  if (current === 0) return { replicas: roundUp(ratio), shown };
  if (isWithin(ratio, tolerances)) return { replicas: current, shown };
  const ready = pods.filter(({ status }) =>
    status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True"),
  );
  return { replicas: roundUp(ratio * ready.length), shown };
}

export function quantityOfMilli(milliValue: number): string {
  return milliValue % 1000 === 0 ? String(milliValue / 1000) : `${milliValue}m`;
}
