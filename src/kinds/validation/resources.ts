/**
 * Validation of resource requests and limits.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateResourceRequirements, validateResourceName)
 */
import { qualifiedNameProblems } from "../../lib/names.ts";
import { canonicalQuantity, compareQuantities, parseQuantity, quantityMilliValue } from "../../lib/quantity.ts";
import type { ResourceRequirements } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, invalidFor, NOT_NEGATIVE, required } from "./field-errors.ts";

const OF_CONTAINERS = new Set(["cpu", "memory", "ephemeral-storage"]);
/** Standard resources that are counted. */
const INTEGERS = new Set([
  "pods",
  "services",
  "secrets",
  "configmaps",
  "resourcequotas",
  "replicationcontrollers",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
]);
const STANDARD = new Set([
  ...OF_CONTAINERS,
  ...INTEGERS,
  "storage",
  "requests.cpu",
  "requests.memory",
  "requests.storage",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
]);

export function validateResources(resources: ResourceRequirements, path: string): FieldError[] {
  return validateResourceLimits(resources, path, validateResource);
}

/** Checks each resource, and compares each request with its limit. */
export function validateResourceLimits(
  { limits = {}, requests = {} }: ResourceRequirements,
  path: string,
  validateOne: (resource: string, quantity: string, field: string) => FieldError[],
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [resource, quantity] of Object.entries(limits)) {
    errors.push(...validateOne(resource, quantity, `${path}.limits[${resource}]`));
  }
  for (const [resource, quantity] of Object.entries(requests)) {
    errors.push(...validateOne(resource, quantity, `${path}.requests[${resource}]`));
    errors.push(...validateAgainstLimit(resource, quantity, limits[resource], path));
  }
  return errors;
}

/** A resource's name alone: `spec.hard[foo]` of quotas is checked the same way. */
export function validateResourceName(resource: string, field: string): FieldError[] {
  const problems = qualifiedNameProblems(resource);
  if (problems.length > 0) return invalidFor(field, resource, problems);
  if (resource.includes("/") || STANDARD.has(resource) || isHugePagesOfQuota(resource)) return [];
  return [invalid(field, resource, "must be a standard resource type or fully qualified")];
}

export function validateQuantity(quantity: string, field: string): FieldError[] {
  return parseQuantity(quantity).nanos < 0n ? [invalid(field, canonicalQuantity(quantity), NOT_NEGATIVE)] : [];
}

/** Also a name outside of the standard ones, which containers may request. */
export function validateContainerResourceName(resource: string, field: string): FieldError[] {
  const errors = validateResourceName(resource, field);
  if (!resource.includes("/")) {
    if (OF_CONTAINERS.has(resource) || isHugePages(resource)) return errors;
    return [...errors, invalid(field, resource, "must be a standard resource for containers")];
  }
  if (isNative(resource) || isExtended(resource)) return errors;
  return [...errors, invalid(field, resource, "doesn't follow extended resource name standard")];
}

/** The amount of a resource that quotas count. Kubernetes: `ValidateResourceQuantityValue`. */
export function validateResourceAmount(resource: string, quantity: string, field: string): FieldError[] {
  const errors = validateQuantity(quantity, field);
  const isInteger = INTEGERS.has(resource) || (!isNative(resource) && isExtended(resource));
  if (isInteger && quantityMilliValue(quantity) % 1000 !== 0) {
    errors.push(invalid(field, canonicalQuantity(quantity), "must be an integer"));
  }
  return errors;
}

function validateResource(resource: string, quantity: string, field: string): FieldError[] {
  const errors = validateContainerResourceName(resource, field);
  errors.push(...validateQuantity(quantity, field));
  if (!allowsOvercommit(resource) && quantityMilliValue(quantity) % 1000 !== 0) {
    errors.push(invalid(field, canonicalQuantity(quantity), "must be an integer"));
  }
  return errors;
}

function validateAgainstLimit(
  resource: string,
  request: string,
  limit: string | undefined,
  path: string,
): FieldError[] {
  const field = `${path}.requests`;
  if (limit === undefined) {
    if (allowsOvercommit(resource)) return [];
    return [required(`${path}.limits`, "Limit must be set for non overcommitable resources")];
  }
  const order = compareQuantities(request, limit);
  const bound = `${resource} limit of ${canonicalQuantity(limit)}`;
  if (!allowsOvercommit(resource) && order !== 0) {
    return [invalid(field, canonicalQuantity(request), `must be equal to ${bound}`)];
  }
  return order > 0 ? [invalid(field, canonicalQuantity(request), `must be less than or equal to ${bound}`)] : [];
}

/** Huge pages and extended resources are integers and cannot be overcommitted. */
export function allowsOvercommit(resource: string): boolean {
  return isNative(resource) && !isHugePages(resource);
}

/** Names without a prefix, and those of Kubernetes itself. */
function isNative(resource: string): boolean {
  return !resource.includes("/") || resource.includes("kubernetes.io/");
}

/** True if quotas can count requests of a resource with this prefixed name. */
function isExtended(resource: string): boolean {
  return !resource.startsWith("requests.") && qualifiedNameProblems(`requests.${resource}`).length === 0;
}

export function isHugePagesOfQuota(resource: string): boolean {
  return isHugePages(resource) || resource.startsWith("requests.hugepages-");
}

export function isHugePages(resource: string): boolean {
  return resource.startsWith("hugepages-");
}
