/**
 * Validation of LimitRanges.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateLimitRange)
 */
import { qualifiedNameProblems } from "../../lib/names.ts";
import { canonicalQuantity, compareQuantities, quantityMilliValue } from "../../lib/quantity.ts";
import type { LimitRange, LimitRangeItem } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, forbidden, invalid, invalidFor, required } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { allowsOvercommit, validateContainerResourceName, validateResourceName } from "../validation/resources.ts";

const TYPES = new Set(["Container", "PersistentVolumeClaim", "Pod"]);

export function validateLimitRange(range: LimitRange): FieldError[] {
  const errors = validateObjectMeta(range, { namespaced: true });
  const types = new Set<string>();
  for (const [i, item] of (range.spec.limits ?? []).entries()) {
    const path = `spec.limits[${i}]`;
    errors.push(...validateType(item.type, `${path}.type`));
    if (types.has(item.type)) errors.push(duplicate(`${path}.type`, item.type));
    types.add(item.type);
    errors.push(...validateItem(item, path));
  }
  return errors;
}

function validateType(type: string, field: string): FieldError[] {
  const problems = qualifiedNameProblems(type);
  if (problems.length > 0) return invalidFor(field, type, problems);
  if (type.includes("/") || TYPES.has(type)) return [];
  return [invalid(field, type, "must be a standard limit type or fully qualified")];
}

/** The names of resources, and the fields that a type needs or cannot have. */
function validateNames(item: LimitRangeItem, path: string): FieldError[] {
  const { type, min = {}, max = {} } = item;
  const check = type === "Pod" || type === "Container" ? validateContainerResourceName : validateResourceName;
  const namesOf = (field: "min" | "max" | "default" | "defaultRequest" | "maxLimitRequestRatio") =>
    Object.keys(item[field] ?? {})
      .sort()
      .flatMap((resource) => check(resource, `${path}.${field}[${resource}]`));
  const errors = [...namesOf("max"), ...namesOf("min")];
  for (const field of ["default", "defaultRequest"] as const) {
    if (type !== "Pod") errors.push(...namesOf(field));
    else if (Object.keys(item[field] ?? {}).length > 0) {
      errors.push(forbidden(`${path}.${field}`, "may not be specified when `type` is 'Pod'"));
    }
  }
  if (type === "PersistentVolumeClaim" && min["storage"] === undefined && max["storage"] === undefined) {
    const detail = "either minimum or maximum storage value is required, but neither was provided";
    errors.push(required(`${path}.limits`, detail));
  }
  return [...errors, ...namesOf("maxLimitRequestRatio")];
}

/** A ratio is at least one, and at most that of the bounds. */
function validateRatio(field: string, ratio: string, min: string | undefined, max: string | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const text = canonicalQuantity(ratio);
  if (compareQuantities(ratio, "1") < 0) errors.push(invalid(field, text, `ratio ${text} is less than 1`));
  if (min === undefined || max === undefined) return errors;
  const most = quantityMilliValue(max) / quantityMilliValue(min);
  if (quantityMilliValue(ratio) / 1000 > most) {
    errors.push(invalid(field, text, `ratio ${text} is greater than max/min = ${most.toFixed(6)}`));
  }
  return errors;
}

function validateItem(item: LimitRangeItem, path: string): FieldError[] {
  const errors = validateNames(item, path);
  const { min = {}, max = {}, maxLimitRequestRatio: ratios = {} } = item;
  const isPod = item.type === "Pod";
  const { default: limits = {}, defaultRequest: requests = {} } = isPod ? {} : item;
  const resources = new Set([max, min, limits, requests, ratios].flatMap((amounts) => Object.keys(amounts)));
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
    ordered("default", most, ["default", limit], ["max", most]);
    const ratio = ratios[resource];
    if (ratio !== undefined) {
      errors.push(...validateRatio(`${path}.maxLimitRequestRatio[${resource}]`, ratio, least, most));
    }
    if (allowsOvercommit(resource) || limit === undefined || request === undefined) continue;
    if (compareQuantities(limit, request) === 0) continue;
    const [a, b] = [canonicalQuantity(limit), canonicalQuantity(request)];
    const equal = `default value ${a} must equal to defaultRequest value ${b} in ${resource}`;
    errors.push(invalid(`${path}.defaultRequest[${resource}]`, b, equal));
  }
  return errors;
}
