/**
 * A pod's quality of service class, computed once at creation from the requests and limits of its containers.
 *
 * Kubernetes: pkg/apis/core/v1/helper/qos/qos.go (ComputePodQOS)
 */
import { parseQuantity } from "../../lib/quantity.ts";
import type { PodSpec, ResourceRequirements } from "../../schema/index.ts";

export type QosClass = "BestEffort" | "Burstable" | "Guaranteed";

const RESOURCES = ["cpu", "memory"] as const;

export function qosClassOf(spec: PodSpec): QosClass {
  const requests = new Map<string, bigint>();
  const limits = new Map<string, bigint>();
  let hasAllLimits = true;
  for (const requirements of requirementsOf(spec)) {
    for (const resource of RESOURCES) {
      add(requests, resource, requirements.requests?.[resource]);
      if (!add(limits, resource, requirements.limits?.[resource])) hasAllLimits = false;
    }
  }
  if (requests.size === 0 && limits.size === 0) return "BestEffort";
  const isGuaranteed =
    hasAllLimits &&
    requests.size === limits.size &&
    [...requests].every(([resource, amount]) => limits.get(resource) === amount);
  return isGuaranteed ? "Guaranteed" : "Burstable";
}

/** Pod-level resources, if set, are the only ones that count. */
function requirementsOf(spec: PodSpec): ResourceRequirements[] {
  const { requests, limits } = spec.resources ?? {};
  if (spec.resources && (requests || limits)) return [spec.resources];
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ resources }) => resources ?? {});
}

/** False for an empty list. */
function add(sums: Map<string, bigint>, resource: string, quantity: string | undefined): boolean {
  if (quantity === undefined) return false;
  const { nanos } = parseQuantity(quantity);
  if (nanos <= 0n) return false;
  sums.set(resource, (sums.get(resource) ?? 0n) + nanos);
  return true;
}
