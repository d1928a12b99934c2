/**
 * Names that device claims and resource slices share.
 *
 * Kubernetes: pkg/apis/resource/validation/validation.go (validateDriverName, validateQualifiedName)
 */
import { dnsSubdomainProblems } from "../../lib/names.ts";
import { utf8Length } from "../../lib/text.ts";
import type { FieldError } from "../kind.ts";
import { invalid, invalidFor, required, tooLong } from "./field-errors.ts";

const MAX_DRIVER_NAME = 63;
const MAX_IDENTIFIER = 32;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const NOT_AN_IDENTIFIER =
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')";

/** The name of a device or storage driver: a short DNS subdomain, case-insensitive. */
export function validateDriverName(name: string | undefined, path: string): FieldError[] {
  return [
    ...(name ? [] : [required(path)]),
    ...(utf8Length(name ?? "") > MAX_DRIVER_NAME ? [tooLong(path, MAX_DRIVER_NAME)] : []),
    ...invalidFor(path, name ?? "", dnsSubdomainProblems((name ?? "").toLowerCase())),
  ];
}

/** `model` or `example.com/model`. */
export function validateQualifiedName(name: string, path: string): FieldError[] {
  const parts = name.split("/");
  if (parts.length > 2) return [invalid(path, name, "must not contain more than one slash")];
  const identifier = parts.at(-1) ?? "";
  const errors: FieldError[] = [];
  if (parts.length === 2) {
    if (parts[0] === "") errors.push(invalid(path, "", "the domain must not be empty"));
    else errors.push(...validateDriverName(parts[0] ?? "", path));
    if (identifier === "") return [...errors, invalid(path, "", "the name must not be empty")];
  }
  if (utf8Length(identifier) > MAX_IDENTIFIER) errors.push(tooLong(path, MAX_IDENTIFIER));
  if (!IDENTIFIER.test(identifier)) errors.push(invalid(path, identifier, NOT_AN_IDENTIFIER));
  return errors;
}

/** `example.com/model`. */
export function validateFullName(name: string, path: string): FieldError[] {
  const errors = validateQualifiedName(name, path);
  if (!name.includes("/")) {
    errors.push(invalid(path, name, "a fully qualified name must be a domain and a name separated by a slash"));
  }
  return errors;
}
