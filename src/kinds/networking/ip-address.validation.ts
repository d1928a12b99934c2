/**
 * Validation of IPAddresses.
 *
 * Kubernetes: pkg/apis/networking/validation/validation.go (ValidateIPAddress, ValidateIPAddressUpdate)
 */
import { canonicalAddress } from "../../lib/ip-range.ts";
import { equalJson } from "../../lib/json.ts";
import { dnsSubdomainProblems, isIPv4, isIPv6, pathSegmentProblems } from "../../lib/names.ts";
import type { IPAddress } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { IMMUTABLE, invalid, invalidFor, required } from "../validation/field-errors.ts";
import { parentReferenceForm } from "../validation/internal-form.ts";
import type { NameCheck } from "../validation/object-meta.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";

const NOT_AN_ADDRESS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

/** The name is the address in canonical form. */
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
