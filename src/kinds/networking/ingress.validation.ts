/**
 * Validation of Ingresses.
 *
 * Kubernetes: pkg/apis/networking/validation/validation.go (ValidateIngressCreate, ValidateIngressUpdate)
 */
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  isIpAddress,
  pathSegmentProblems,
  portNameProblems,
  portNumberProblems,
  wildcardSubdomainProblems,
} from "../../lib/names.ts";
import type { HTTPIngressPath, Ingress, IngressBackend, TypedLocalObjectReference } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, invalidFor, notSupported, required } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";

const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"];
/** Sequences that a path must not contain, because their meaning is ambiguous. */
const FORBIDDEN_IN_PATHS = ["//", "/./", "/../", "%2f", "%2F"];
const FORBIDDEN_AT_END = ["/..", "/."];

export function validateIngress(ingress: Ingress): FieldError[] {
  const { spec } = ingress;
  const errors = validateObjectMeta(ingress, { namespaced: true });
  const rules = spec.rules ?? [];
  if (rules.length === 0 && !spec.defaultBackend) {
    errors.push(invalid("spec", spec.rules, "either `defaultBackend` or `rules` must be specified"));
  }
  if (spec.defaultBackend) errors.push(...validateBackend(spec.defaultBackend, "spec.defaultBackend"));
  for (const [i, { host, http }] of rules.entries()) {
    const path = `spec.rules[${i}]`;
    if (host) errors.push(...validateHost(host, `${path}.host`));
    if (!http) continue;
    const paths = http.paths ?? [];
    if (paths.length === 0) errors.push(required(`${path}.http.paths`));
    errors.push(...paths.flatMap((one, p) => validatePath(one, `${path}.http.paths[${p}]`)));
  }
  for (const [i, { hosts, secretName }] of (spec.tls ?? []).entries()) {
    for (const [h, host] of (hosts ?? []).entries()) {
      const problems = host.includes("*") ? wildcardSubdomainProblems(host) : dnsSubdomainProblems(host);
      errors.push(...invalidFor(`spec.tls[${i}].hosts[${h}]`, host, problems));
    }
    if (secretName) {
      errors.push(...invalidFor(`spec.tls[${i}].secretName`, secretName, dnsSubdomainProblems(secretName)));
    }
  }
  if (spec.ingressClassName !== undefined) {
    errors.push(
      ...invalidFor("spec.ingressClassName", spec.ingressClassName, dnsSubdomainProblems(spec.ingressClassName)),
    );
  }
  return errors;
}

/** A new Ingress names its class by the field, by the older annotation, or by both alike. */
export function validateNewIngress(ingress: Ingress): FieldError[] {
  const errors = validateIngress(ingress);
  const annotated = ingress.metadata.annotations?.[CLASS_ANNOTATION];
  const { ingressClassName } = ingress.spec;
  if (annotated === undefined || ingressClassName === undefined || annotated === ingressClassName) return errors;
  const problem = "must match `ingressClassName` when both are specified";
  return [...errors, invalid(`annotations.${CLASS_ANNOTATION}`, annotated, problem)];
}

function validateHost(host: string, field: string): FieldError[] {
  if (isIpAddress(host)) return [invalid(field, host, "must be a DNS name, not an IP address")];
  return invalidFor(field, host, host.includes("*") ? wildcardSubdomainProblems(host) : dnsSubdomainProblems(host));
}

function validatePath({ path = "", pathType, backend }: HTTPIngressPath, field: string): FieldError[] {
  if (!pathType) return [required(`${field}.pathType`, "pathType must be specified")];
  const errors: FieldError[] = [];
  if (pathType === "Exact" || pathType === "Prefix") {
    if (!path.startsWith("/")) errors.push(invalid(`${field}.path`, path, "must be an absolute path"));
    for (const part of FORBIDDEN_IN_PATHS) {
      if (path.includes(part)) errors.push(invalid(`${field}.path`, path, `must not contain '${part}'`));
    }
    for (const end of FORBIDDEN_AT_END) {
      if (path.endsWith(end)) errors.push(invalid(`${field}.path`, path, `cannot end with '${end}'`));
    }
  } else if (pathType === "ImplementationSpecific") {
    if (path !== "" && !path.startsWith("/")) errors.push(invalid(`${field}.path`, path, "must be an absolute path"));
  } else {
    errors.push(notSupported(`${field}.pathType`, pathType, PATH_TYPES));
  }
  return [...errors, ...validateBackend(backend ?? {}, `${field}.backend`)];
}

function validateBackend({ service, resource }: IngressBackend, field: string): FieldError[] {
  if (service && resource) return [invalid(field, "", "cannot set both resource and service backends")];
  if (resource) return validateResource(resource, `${field}.resource`);
  if (!service) return [invalid(field, "", "resource or service backend is required")];
  const errors = service.name
    ? invalidFor(`${field}.service.name`, service.name, dnsLabelProblems(service.name))
    : [required(`${field}.service.name`)];
  const { name, number } = service.port ?? {};
  if (name && number) errors.push(invalid(field, "", "cannot set both port name & port number"));
  else if (name) errors.push(...invalidFor(`${field}.service.port.name`, name, portNameProblems(name)));
  else if (number) errors.push(...invalidFor(`${field}.service.port.number`, number, portNumberProblems(number)));
  else errors.push(required(field, "port name or number is required"));
  return errors;
}

function validateResource({ apiGroup, kind, name }: TypedLocalObjectReference, path: string): FieldError[] {
  const group = apiGroup ? invalidFor(`${path}.apiGroup`, apiGroup, dnsSubdomainProblems(apiGroup)) : [];
  const part = (field: "kind" | "name", text: string) =>
    text
      ? invalidFor(`${path}.${field}`, text, pathSegmentProblems(text))
      : [required(`${path}.${field}`, `${field} is required`)];
  return [...group, ...part("kind", kind), ...part("name", name)];
}
