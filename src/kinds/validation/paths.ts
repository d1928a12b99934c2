/** Names with a domain prefix, such as controller names. */
import { dnsSubdomainProblems } from "../../lib/names.ts";
import type { FieldError } from "../kind.ts";
import { invalid, invalidFor, required } from "./field-errors.ts";

const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const IN_PATH = new RegExp(`^${PATH}$`);

/** `acme.io/foo`. Kubernetes: k8s.io/apimachinery/pkg/util/validation, IsDomainPrefixedPath. */
export function validateDomainPrefixedPath(field: string, value: string): FieldError[] {
  if (value === "") return [required(field)];
  const slash = value.indexOf("/");
  const [domain, path] = [value.slice(0, slash), value.slice(slash + 1)];
  if (slash <= 0 || path === "") {
    return [invalid(field, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const errors = invalidFor(field, domain, dnsSubdomainProblems(domain));
  if (!IN_PATH.test(path)) errors.push(invalid(field, path, `Invalid path (regex used for validation is '${PATH}')`));
  return errors;
}
