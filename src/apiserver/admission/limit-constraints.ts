/** Violations of a LimitRange by a pod or a claim, in Kubernetes' words. */
import { podLimits, podRequests } from "../../kinds/core/pod-resources.ts";
import type { ResourceList } from "../../kinds/quota/resource-list.ts";
import { canonicalQuantity, compareQuantities, quantityNumber } from "../../lib/quantity.ts";
import type { LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod } from "../../schema/index.ts";

interface Asked {
  requests: ResourceList;
  limits: ResourceList;
}

export function podProblems(range: LimitRange, pod: Pod): string[] {
  return (range.spec?.limits ?? []).flatMap((item) => {
    if (item.type === "Pod") return problemsWith(item, { requests: podRequests(pod), limits: podLimits(pod) });
    if (item.type !== "Container") return [];
    const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
    return containers.flatMap(({ resources }) =>
      problemsWith(item, { requests: resources?.requests ?? {}, limits: resources?.limits ?? {} }),
    );
  });
}

/** Claims have no limits. Their requests must lie between the range's `min` and `max`. */
export function claimProblems(range: LimitRange, { spec }: PersistentVolumeClaim): string[] {
  const requests = spec.resources?.requests ?? {};
  return (range.spec?.limits ?? [])
    .filter(({ type }) => type === "PersistentVolumeClaim")
    .flatMap((item) => [
      ...each(item.min, (resource, least) => leastProblem(item, resource, least, { requests, limits: {} })),
      ...each(item.max, (resource, most) => mostRequestedProblem(item, resource, most, requests)),
    ]);
}

function problemsWith(item: LimitRangeItem, asked: Asked): string[] {
  return [
    ...each(item.min, (resource, least) => leastProblem(item, resource, least, asked)),
    ...each(item.max, (resource, most) => mostProblem(item, resource, most, asked)),
    ...each(item.maxLimitRequestRatio, (resource, ratio) => ratioProblem(item, resource, ratio, asked)),
  ];
}

/** Visits resources in the order of their names. Kubernetes uses the random order of Go's maps. */
function each(
  bounds: Record<string, string> | undefined,
  check: (resource: string, bound: string) => string | undefined,
): string[] {
  return Object.entries(bounds ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([resource, bound]) => check(resource, bound) ?? []);
}

function leastProblem({ type }: LimitRangeItem, resource: string, least: string, asked: Asked): string | undefined {
  const [request, limit] = [asked.requests[resource], asked.limits[resource]];
  const rule = `minimum ${resource} usage per ${type} is ${canonicalQuantity(least)}`;
  if (request === undefined) return `${rule}.  No request is specified`;
  if (compareQuantities(request, least) < 0) return `${rule}, but request is ${canonicalQuantity(request)}`;
  if (limit !== undefined && compareQuantities(limit, least) < 0) {
    return `${rule}, but limit is ${canonicalQuantity(limit)}`;
  }
  return undefined;
}

function mostProblem({ type }: LimitRangeItem, resource: string, most: string, asked: Asked): string | undefined {
  const [request, limit] = [asked.requests[resource], asked.limits[resource]];
  const rule = `maximum ${resource} usage per ${type} is ${canonicalQuantity(most)}`;
  if (limit === undefined) return `${rule}.  No limit is specified`;
  if (compareQuantities(limit, most) > 0) return `${rule}, but limit is ${canonicalQuantity(limit)}`;
  if (request !== undefined && compareQuantities(request, most) > 0) {
    return `${rule}, but request is ${canonicalQuantity(request)}`;
  }
  return undefined;
}

function mostRequestedProblem({ type }: LimitRangeItem, resource: string, most: string, requests: ResourceList) {
  const request = requests[resource];
  const rule = `maximum ${resource} usage per ${type} is ${canonicalQuantity(most)}`;
  if (request === undefined) return `${rule}.  No request is specified`;
  return compareQuantities(request, most) > 0 ? `${rule}, but request is ${canonicalQuantity(request)}` : undefined;
}

function ratioProblem({ type }: LimitRangeItem, resource: string, most: string, asked: Asked): string | undefined {
  const request = quantityNumber(asked.requests[resource] ?? "0");
  const limit = quantityNumber(asked.limits[resource] ?? "0");
  const rule = `${resource} max limit to request ratio per ${type} is ${canonicalQuantity(most)}`;
  if (request === 0) return `${rule}, but no request is specified or request is 0`;
  if (limit === 0) return `${rule}, but no limit is specified or limit is 0`;
  const ratio = limit / request;
  return ratio > quantityNumber(most) ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}
