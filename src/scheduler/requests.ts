/**
 * Resource requests of pods as numbers: CPU in milliCPU, all other resources in units.
 * Kubernetes: staging/src/k8s.io/component-helpers/resource/helpers.go (PodRequests)
 */
import { quantityMilliValue, quantityValue } from "../lib/quantity.ts";
import type { Container, Pod } from "../schema/index.ts";

export type Resources = Readonly<Record<string, number>>;

/** Pods are immutable objects, so results are cached by identity. */
const requestsByPod = new WeakMap<Pod, Resources>();
const scoredByPod = new WeakMap<Pod, ScoredRequests>();

export interface ScoredRequests {
  readonly cpu: number;
  readonly memory: number;
}

/**
 * Requests of a pod: the larger of (containers + sidecars) and (one init container + the sidecars before it), by
 * resource.
 *
 * Example (CPU in milliCPU): containers 100 + 200, a sidecar 50, then an init container 500. While pods run they need
 * 350; while the init container runs it needs 500 + 50. The request is 550.
 */
export function podRequests(pod: Pod): Resources {
  const known = requestsByPod.get(pod);
  if (known) return known;
  const requests = pod.spec.resources?.requests
    ? { ...containerRequests(pod), ...amounts(pod.spec.resources.requests) }
    : containerRequests(pod);
  add(requests, amounts(pod.spec.overhead));
  requestsByPod.set(pod, requests);
  return requests;
}

/**
 * Requests as scores count them: a container without a request counts as 100 milliCPU and 200 MiB (GetNonzeroRequests).
 */
export function scoredRequests(pod: Pod): ScoredRequests {
  let known = scoredByPod.get(pod);
  if (!known) {
    known = computeScored(pod);
    scoredByPod.set(pod, known);
  }
  return known;
}

function computeScored(pod: Pod): ScoredRequests {
  let [cpu, memory] = [0, 0];
  for (const { resources } of pod.spec.containers) {
    const requests = resources?.requests ?? {};
    cpu += requests["cpu"] === undefined ? 100 : amount("cpu", requests["cpu"]);
    memory += requests["memory"] === undefined ? 200 * 1024 * 1024 : amount("memory", requests["memory"]);
  }
  return { cpu, memory };
}

export function amounts(quantities: Record<string, string> | undefined): Record<string, number> {
  const result: Record<string, number> = {};
  for (const [name, quantity] of Object.entries(quantities ?? {})) result[name] = amount(name, quantity);
  return result;
}

function amount(name: string, quantity: string): number {
  return name === "cpu" ? quantityMilliValue(quantity) : quantityValue(quantity);
}

function containerRequests({ spec }: Pod): Record<string, number> {
  const total: Record<string, number> = {};
  for (const container of spec.containers) add(total, requestsOf(container));
  const sidecars: Record<string, number> = {};
  const largest: Record<string, number> = {};
  for (const container of spec.initContainers ?? []) {
    const beside = { ...sidecars };
    add(beside, requestsOf(container));
    for (const [name, value] of Object.entries(beside)) largest[name] = Math.max(largest[name] ?? 0, value);
    if (container.restartPolicy === "Always") add(sidecars, requestsOf(container));
  }
  add(total, sidecars);
  for (const [name, value] of Object.entries(largest)) total[name] = Math.max(total[name] ?? 0, value);
  return total;
}

/** A limit without a request counts as the request. */
function requestsOf({ resources }: Container): Record<string, number> {
  return amounts({ ...resources?.limits, ...resources?.requests });
}

export function add(total: Record<string, number>, more: Resources): void {
  for (const [name, value] of Object.entries(more)) total[name] = (total[name] ?? 0) + value;
}
