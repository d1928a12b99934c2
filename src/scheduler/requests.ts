/** What pods ask of a node, as numbers: CPU in thousandths, everything else in units. */
import { quantityMilliValue, quantityValue } from "../lib/quantity.ts";
import type { Container, Pod } from "../schema/index.ts";

export type Resources = Readonly<Record<string, number>>;

/** Objects are immutable, so what was computed for one stays true. */
const requestsByPod = new WeakMap<Pod, Resources>();
const scoredByPod = new WeakMap<Pod, ScoredRequests>();

export interface ScoredRequests {
  readonly cpu: number;
  readonly memory: number;
}

/** Requests of a pod: containers and sidecars together, or the largest init container beside the sidecars before it. */
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

/** What scores assume of pods that ask for nothing, so that a hundred of them do not land on one node. */
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

/** A limit without a request is a request. */
function requestsOf({ resources }: Container): Record<string, number> {
  return amounts({ ...resources?.limits, ...resources?.requests });
}

export function add(total: Record<string, number>, more: Resources): void {
  for (const [name, value] of Object.entries(more)) total[name] = (total[name] ?? 0) + value;
}
