/**
 * Validation of LimitRanges.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateLimitRange)
 */
import { canonicalQuantity, compareQuantities } from "../../lib/quantity.ts";
import type { LimitRange, LimitRangeItem } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, forbidden, invalid } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";

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
    /** `value` is the value that the message prints. */
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
