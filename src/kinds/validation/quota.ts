/** Validation of ResourceQuotas and LimitRanges. */
import { canonicalQuantity, compareQuantities } from "../../lib/quantity.ts";
import type { LimitRange, LimitRangeItem, ResourceQuota } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, forbidden, IMMUTABLE, invalid } from "./field-errors.ts";
import { validateObjectMeta } from "./object-meta.ts";
import { validateQuantity, validateResourceName } from "./resources.ts";

const OF_QUOTAS = new Set([
  "cpu",
  "memory",
  "ephemeral-storage",
  "requests.cpu",
  "requests.memory",
  "requests.storage",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "persistentvolumeclaims",
  "configmaps",
  "services.nodeports",
  "services.loadbalancers",
]);

export function validateResourceQuota(quota: ResourceQuota): FieldError[] {
  const errors = validateObjectMeta(quota, { namespaced: true });
  for (const [resource, quantity] of Object.entries(quota.spec.hard ?? {}).sort()) {
    const field = `spec.hard[${resource}]`;
    errors.push(...validateResourceName(resource, field));
    if (!resource.includes("/") && !OF_QUOTAS.has(resource) && !/^(requests\.)?hugepages-/.test(resource)) {
      errors.push(invalid(field, resource, "must be a standard resource for quota"));
    }
    errors.push(...validateQuantity(quantity, field));
  }
  return errors;
}

/** Scopes are fixed. */
export function validateResourceQuotaUpdate(quota: ResourceQuota, old: ResourceQuota): FieldError[] {
  const scopes = quota.spec.scopes ?? [];
  const before = new Set<string>(old.spec.scopes ?? []);
  const after = new Set<string>(scopes);
  const isSame = before.size === after.size && [...after].every((scope) => before.has(scope));
  return isSame ? [] : [invalid("spec.scopes", quota.spec.scopes, IMMUTABLE)];
}

export function validateLimitRange(range: LimitRange): FieldError[] {
  const errors = validateObjectMeta(range, { namespaced: true });
  const types = new Set<string>();
  for (const [i, item] of (range.spec.limits ?? []).entries()) {
    const path = `spec.limits[${i}]`;
    if (types.has(item.type)) errors.push(duplicate(`${path}.type`, item.type));
    types.add(item.type);
    errors.push(...validateItem(item, path));
  }
  return errors;
}

function validateItem(item: LimitRangeItem, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { min = {}, max = {}, default: limits = {}, defaultRequest: requests = {} } = item;
  if (item.type === "Pod") {
    if (item.default) errors.push(forbidden(`${path}.default`, "may not be specified when `type` is 'Pod'"));
    if (item.defaultRequest)
      errors.push(forbidden(`${path}.defaultRequest`, "may not be specified when `type` is 'Pod'"));
  }
  const resources = new Set([
    ...Object.keys(max),
    ...Object.keys(min),
    ...Object.keys(limits),
    ...Object.keys(requests),
  ]);
  for (const resource of [...resources].sort()) {
    const [least, most] = [min[resource], max[resource]];
    const [request, limit] = [requests[resource], limits[resource]];
    /** `value` is the one printed as wrong. */
    const ordered = (field: string, value: string | undefined, low: [string, string?], high: [string, string?]) => {
      if (low[1] === undefined || high[1] === undefined || compareQuantities(low[1], high[1]) <= 0) return;
      const [a, b] = [canonicalQuantity(low[1]), canonicalQuantity(high[1])];
      const problem = `${low[0]} value ${a} is greater than ${high[0]} value ${b}`;
      errors.push(invalid(`${path}.${field}[${resource}]`, canonicalQuantity(value ?? "0"), problem));
    };
    ordered("min", least, ["min", least], ["max", most]);
    ordered("defaultRequest", request, ["min", least], ["default request", request]);
    ordered("defaultRequest", request, ["default request", request], ["max", most]);
    ordered("defaultRequest", request, ["default request", request], ["default limit", limit]);
    ordered("default", least, ["min", least], ["default", limit]);
    ordered("default", limit, ["default", limit], ["max", most]);
  }
  return errors;
}
