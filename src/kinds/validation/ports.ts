/**
 * Checks of ports and addresses that several kinds share.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go
 */
import { isIpAddress, portNameProblems, portNumberProblems } from "../../lib/names.ts";
import type { FieldError } from "../kind.ts";
import { invalid, invalidFor } from "./field-errors.ts";

export const PROTOCOLS = ["SCTP", "TCP", "UDP"];

export function validatePortNumberOrName(field: string, port: number | string | undefined): FieldError[] {
  return typeof port === "string"
    ? invalidFor(field, port, portNameProblems(port))
    : invalidFor(field, port ?? 0, portNumberProblems(port ?? 0));
}

export function validateIpAddress(field: string, address: string): FieldError[] {
  if (isIpAddress(address)) return [];
  return [invalid(field, address, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")];
}

/** An address that traffic can be sent to. Kubernetes: `ValidateEndpointIP`. */
export function validateEndpointAddress(field: string, address: string): FieldError[] {
  const errors = validateIpAddress(field, address);
  if (errors.length > 0) return errors;
  const text = address.toLowerCase();
  if (/^(0\.0\.0\.0|[0:]+)$/.test(text)) return [invalid(field, address, `may not be unspecified (${address})`)];
  if (/^127\.|^(0*:)+0*1$/.test(text)) {
    return [invalid(field, address, "may not be in the loopback range (127.0.0.0/8, ::1/128)")];
  }
  if (/^169\.254\.|^fe[89ab][0-9a-f]:/.test(text)) {
    return [invalid(field, address, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")];
  }
  if (/^224\.0\.0\.|^ff02:/.test(text)) {
    return [invalid(field, address, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")];
  }
  return [];
}

export function validateCidr(field: string, cidr: string): FieldError[] {
  const [address = "", bits = "", ...rest] = cidr.split("/");
  const widest = address.includes(":") ? 128 : 32;
  const isValid = rest.length === 0 && isIpAddress(address) && /^[0-9]{1,3}$/.test(bits) && Number(bits) <= widest;
  return isValid ? [] : [invalid(field, cidr, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")];
}
