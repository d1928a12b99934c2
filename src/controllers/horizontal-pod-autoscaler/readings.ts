/**
 * Metrics of pods as the controller manager's client reads them.
 * Kubernetes: pkg/controller/podautoscaler/metrics/client.go
 */
import type { PodUsage } from "../../cluster/calls.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { apiServiceKind } from "../../kinds/apiregistration/api-service.ts";
import { quantityMilliValue } from "../../lib/quantity.ts";
import type { Pod } from "../../schema/index.ts";

/** The value of one pod in thousandths, and when it was measured. */
export interface Reading {
  milliValue: number;
  atMs: number;
  windowMs: number;
}

/** By the pod's name. */
export type Readings = Map<string, Reading>;

export const API = "v1beta1.metrics.k8s.io";

/** Why the metrics API does not answer; undefined if it does. */
export function apiProblem(tx: Transaction): string | undefined {
  const apiService = tx.get(apiServiceKind, "", API);
  const asked = "(get pods.metrics.k8s.io)";
  if (!apiService?.spec?.service) return `the server could not find the requested resource ${asked}`;
  const available = apiService.status?.conditions?.find(({ type }) => type === "Available");
  return available?.status === "True" ? undefined : `the server is currently unable to handle the request ${asked}`;
}

/** The use of a resource by pods, or by one container of each. Pods without a measurement are left out. */
export function readingsOf(
  tx: Transaction,
  pods: readonly Pod[],
  resource: string,
  container: string | undefined,
): { readings: Readings; mayChange: boolean } {
  const readings: Readings = new Map();
  let mayChange = false;
  for (const pod of pods) {
    const usage = pod.spec.nodeName === undefined ? undefined : tx.calls.usage(pod);
    mayChange ||= usage === undefined || usage.changesByItself;
    const milliValue = usage && milliValueOf(usage, pod, resource, container);
    if (!usage || milliValue === undefined) continue;
    readings.set(pod.metadata.name ?? "", { milliValue, atMs: usage.atMs, windowMs: usage.windowMs });
  }
  return { readings, mayChange };
}

/** A pod of which a container was not measured has no value. */
function milliValueOf(
  { containers }: PodUsage,
  { spec }: Pod,
  resource: string,
  container: string | undefined,
): number | undefined {
  if (resource !== "cpu" && resource !== "memory") return undefined;
  const wanted = container === undefined ? spec.containers.map(({ name }) => name) : [container];
  let sum = 0;
  for (const name of wanted) {
    const found = containers.find((each) => each.name === name);
    if (!found) return undefined;
    sum += resource === "cpu" ? Math.ceil(found.cpuCores * 1000) : Math.floor(found.memoryBytes) * 1000;
  }
  return sum;
}

/** The requests of a pod in thousandths, or the controller's error. */
export function milliRequestOf(
  pod: Pod,
  resource: string,
  container: string | undefined,
): { milliValue: number } | { problem: string } {
  let milliValue = 0;
  const { containers, initContainers = [] } = pod.spec;
  const all = [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === "Always")];
  for (const { name, resources } of all) {
    if (container !== undefined && name !== container) continue;
    const request = resources?.requests?.[resource];
    if (request === undefined) {
      return { problem: `missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}` };
    }
    milliValue += quantityMilliValue(request);
  }
  return { milliValue };
}
