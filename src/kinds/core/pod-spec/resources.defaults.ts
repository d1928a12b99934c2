/**
 * Defaults of amounts of resources.
 *
 * Kubernetes: pkg/apis/core/v1/defaults.go.
 */

import { roundedToMilli } from "../../../lib/quantity.ts";
import type { PodSpec } from "../../../schema/index.ts";
import { isHugePages } from "../../validation/resources.ts";
import { containerTotal } from "../pod-resources.ts";

type Amounts = Record<string, string>;

/** Rounds amounts up to thousandths. */
export function defaultAmounts(...lists: readonly (Amounts | null | undefined)[]): void {
  for (const list of lists) {
    for (const [resource, amount] of Object.entries(list ?? {})) list![resource] = roundedToMilli(amount);
  }
}

/** Pod-level requests default to the pod's limits and to the sums of its containers. */
export function defaultPodResources(spec: PodSpec): void {
  const { resources } = spec;
  if (!resources) return;
  const { requests = {}, limits = {} } = resources;
  if (Object.keys(limits).length + Object.keys(requests).length === 0) return;
  const nextLimits = { ...limits };
  for (const [resource, amount] of Object.entries(containerTotal(spec, "limits"))) {
    if (isHugePages(resource) && requests[resource] === undefined) nextLimits[resource] ??= amount;
  }
  if (Object.keys(nextLimits).length === 0) return;
  const nextRequests = { ...requests };
  for (const [resource, amount] of Object.entries(containerTotal(spec, "requests"))) {
    if (resource === "cpu" || resource === "memory") nextRequests[resource] ??= amount;
  }
  for (const [resource, amount] of Object.entries(nextLimits)) {
    if (resource === "cpu" || resource === "memory" || isHugePages(resource)) nextRequests[resource] ??= amount;
  }
  resources.limits = nextLimits;
  if (Object.keys(nextRequests).length > 0) resources.requests = nextRequests;
}
