/**
 * Validation of ServiceCIDRs.
 *
 * Kubernetes: pkg/apis/networking/validation/validation.go (ValidateServiceCIDR, ValidateServiceCIDRUpdate)
 */
import { parseRange } from "../../lib/ip-range.ts";
import type { ServiceCIDR } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, required } from "../validation/field-errors.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";

const NOT_A_RANGE = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
const MAX_RANGES = 2;

export function validateServiceCIDR(cidr: ServiceCIDR): FieldError[] {
  const errors = validateObjectMeta(cidr, { namespaced: false });
  const path = "spec.cidrs";
  const ranges = cidr.spec?.cidrs ?? [];
  if (ranges.length === 0) return [...errors, required(path, "at least one CIDR required")];
  if (ranges.length > MAX_RANGES) return [...errors, invalid(path, { CIDRs: ranges }, "may only hold up to 2 values")];
  const parsed = ranges.map((range) => parseRange(range));
  if (ranges.length === MAX_RANGES && (!parsed[0] || !parsed[1] || parsed[0].family === parsed[1].family)) {
    const why = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";
    return [...errors, invalid(path, { CIDRs: ranges }, why)];
  }
  for (const [i, range] of ranges.entries()) {
    const { text } = parsed[i] ?? {};
    if (text === undefined) errors.push(invalid(`${path}[${i}]`, range, NOT_A_RANGE));
    else if (text !== range) {
      errors.push(invalid(`${path}[${i}]`, range, `must be in canonical form (${JSON.stringify(text)})`));
    }
  }
  return errors;
}

export function validateServiceCIDRUpdate(cidr: ServiceCIDR, old: ServiceCIDR): FieldError[] {
  return [...validateObjectMetaUpdate(cidr, old), ...immutable("spec.cidrs", cidr.spec?.cidrs, old.spec?.cidrs)];
}
