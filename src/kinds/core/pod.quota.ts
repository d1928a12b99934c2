/**
 * Quota usage of Pods.
 *
 * Kubernetes: pkg/quota/v1/evaluator/core/pods.go
 */

import { matchesLabelSelector } from "../../lib/selectors.ts";
import { parseTime } from "../../lib/time.ts";
import type { Container, Pod, PodAffinityTerm, ScopedResourceSelectorRequirement } from "../../schema/index.ts";
import type { QuotaRules } from "../kind.ts";
import type { ResourceList } from "../quota/resource-list.ts";
import { podLimits, podRequests } from "./pod-resources.ts";

const COUNT = "count/pods";
const COMPUTE = ["cpu", "memory", "ephemeral-storage"];
const MEASURED = new Set([COUNT, "pods", ...COMPUTE.flatMap((name) => [name, `requests.${name}`, `limits.${name}`])]);
/** If a quota limits one of these, each container must set it. Other resources may be unset. */
const DEMANDED = ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];
const HUGE_PAGES = "hugepages-";

export const podQuota: QuotaRules<Pod> = {
  measures: (resource) =>
    MEASURED.has(resource) ||
    resource.startsWith(HUGE_PAGES) ||
    resource.startsWith(`requests.${HUGE_PAGES}`) ||
    (resource.startsWith("requests.") && isExtended(resource.slice("requests.".length))),

  usage(pod, nowMs) {
    if (!isCharged(pod, nowMs)) return { [COUNT]: "1" };
    return { [COUNT]: "1", ...asQuotaNames(podRequests(pod), podLimits(pod)) };
  },

  missing({ spec }, resources) {
    const demanded = DEMANDED.filter((name) => resources.includes(name)).sort();
    const containers = [...spec.containers, ...(spec.initContainers ?? [])];
    const complaints = demanded.flatMap((resource) => {
      const silent = containers.filter((container) => usageOf(container)[resource] === undefined);
      return silent.length === 0 ? [] : [`${resource} for: ${containerNames(silent)}`];
    });
    return complaints.length === 0 ? undefined : `must specify ${complaints.join("; ")}`;
  },

  isInScope,
  updates: ["resize"],
};

function usageOf({ resources }: Container): ResourceList {
  return asQuotaNames(resources?.requests ?? {}, resources?.limits ?? {});
}

function containerNames(containers: readonly Container[]): string {
  return [...new Set(containers.map(({ name }) => name))].sort().join(",");
}

/** A quota's `cpu` and `requests.cpu` both count requests. */
function asQuotaNames(requests: ResourceList, limits: ResourceList): ResourceList {
  const usage: Record<string, string> = { pods: "1" };
  for (const [name, quantity] of Object.entries(requests)) {
    if (COMPUTE.includes(name) || name.startsWith(HUGE_PAGES)) usage[name] = quantity;
    if (COMPUTE.includes(name) || name.startsWith(HUGE_PAGES) || isExtended(name)) usage[`requests.${name}`] = quantity;
  }
  for (const name of COMPUTE) if (limits[name] !== undefined) usage[`limits.${name}`] = limits[name];
  return usage;
}

function isExtended(name: string): boolean {
  return name.includes("/") && !name.includes("kubernetes.io/");
}

/** Finished pods use nothing, and neither do pods whose grace period is over. */
function isCharged({ metadata, status }: Pod, nowMs: number): boolean {
  if (status?.phase === "Failed" || status?.phase === "Succeeded") return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (!deletionTimestamp || deletionGracePeriodSeconds === undefined) return true;
  return nowMs <= parseTime(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function isInScope({ spec }: Pod, scope: ScopedResourceSelectorRequirement): boolean {
  switch (scope.scopeName) {
    case "Terminating":
      return spec.activeDeadlineSeconds !== undefined;
    case "NotTerminating":
      return spec.activeDeadlineSeconds === undefined;
    case "BestEffort":
      return isBestEffort(spec);
    case "NotBestEffort":
      return !isBestEffort(spec);
    case "PriorityClass":
      return matchesPriorityClass(spec.priorityClassName, scope);
    case "CrossNamespacePodAffinity":
      return affinityTerms(spec).some((term) => (term.namespaces?.length ?? 0) > 0 || !!term.namespaceSelector);
    default:
      return false;
  }
}

function isBestEffort(spec: Pod["spec"]): boolean {
  const lists = [...spec.containers, ...(spec.initContainers ?? []), spec].flatMap(({ resources }) => [
    resources?.requests,
    resources?.limits,
  ]);
  return lists.every((list) => list?.["cpu"] === undefined && list?.["memory"] === undefined);
}

function matchesPriorityClass(className: string | undefined, scope: ScopedResourceSelectorRequirement): boolean {
  const { operator, values } = scope;
  if (operator === "Exists") return !!className;
  const labels: Record<string, string> = className ? { PriorityClass: className } : {};
  return matchesLabelSelector({ matchExpressions: [{ key: "PriorityClass", operator, values }] }, labels);
}

function affinityTerms({ affinity }: Pod["spec"]): PodAffinityTerm[] {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((rules) => [
    ...(rules?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(rules?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
}
