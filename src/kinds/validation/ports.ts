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

export function validateCidr(field: string, cidr: string): FieldError[] {
  const [address = "", bits = "", ...rest] = cidr.split("/");
  const widest = address.includes(":") ? 128 : 32;
  const isValid = rest.length === 0 && isIpAddress(address) && /^[0-9]{1,3}$/.test(bits) && Number(bits) <= widest;
  return isValid ? [] : [invalid(field, cidr, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")];
}
