/** Validation of the ranges of Services' addresses, and of the addresses in use. */

import { canonicalAddress, parseRange } from "../../lib/ip-range.ts";
import { equalJson } from "../../lib/json.ts";
import { dnsSubdomainProblems, isIPv4, isIPv6, pathSegmentProblems } from "../../lib/names.ts";
import type { IPAddress, ServiceCIDR } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { IMMUTABLE, invalid, invalidFor, required } from "./field-errors.ts";
import { parentReferenceForm } from "./internal-form.ts";
import { immutable, type NameCheck, validateObjectMeta, validateObjectMetaUpdate } from "./object-meta.ts";

const NOT_AN_ADDRESS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
const NOT_A_RANGE = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
const MAX_RANGES = 2;

/** An address object is named as its address, in the one form that all agree on. */
const addressName: NameCheck = (name) => {
  if (!isIPv4(name) && !isIPv6(name)) return [NOT_AN_ADDRESS];
  const canonical = canonicalAddress(name);
  return canonical === name ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`];
};

export function validateIPAddress(address: IPAddress): FieldError[] {
  const errors = validateObjectMeta(address, { namespaced: false, name: addressName });
  const parent = address.spec?.parentRef;
  if (!parent) return [...errors, required("spec.parentRef")];
  const path = "spec.parentRef";
  if (parent.group) errors.push(...invalidFor(`${path}.group`, parent.group, dnsSubdomainProblems(parent.group)));
  for (const field of ["resource", "name"] as const) {
    const value = parent[field];
    if (!value) errors.push(required(`${path}.${field}`));
    else errors.push(...invalidFor(`${path}.${field}`, value, pathSegmentProblems(value)));
  }
  if (parent.namespace) {
    errors.push(...invalidFor(`${path}.namespace`, parent.namespace, pathSegmentProblems(parent.namespace)));
  }
  return errors;
}

export function validateIPAddressUpdate(address: IPAddress, old: IPAddress): FieldError[] {
  const errors = validateObjectMetaUpdate(address, old);
  const [parent, before] = [address.spec?.parentRef, old.spec?.parentRef];
  if (!equalJson(parent, before)) errors.push(invalid("spec.parentRef", parentReferenceForm(parent), IMMUTABLE));
  return errors;
}

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
