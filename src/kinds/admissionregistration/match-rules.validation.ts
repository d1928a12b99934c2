/**
 * Validation of the rules that select the requests of a webhook or policy.
 *
 * Kubernetes: pkg/apis/admissionregistration/validation/validation.go (validateMatchResources, validateRule)
 */
import { pathSegmentProblems } from "../../lib/names.ts";
import type { MatchResources, NamedRuleWithOperations, RuleWithOperations } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, invalid, invalidFor, notSupported, required } from "../validation/field-errors.ts";
import { validateLabelSelector } from "../validation/labels.ts";

export const FAILURE_POLICIES = ["Fail", "Ignore"];
export const MATCH_POLICIES = ["Equivalent", "Exact"];
export const REINVOCATION_POLICIES = ["IfNeeded", "Never"];
const OPERATIONS = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
const SCOPES = ["*", "Cluster", "Namespaced"];

export function validateMatchResources(resources: MatchResources | undefined, path: string): FieldError[] {
  if (!resources) return [];
  const errors: FieldError[] = [];
  const { matchPolicy, namespaceSelector, objectSelector, resourceRules, excludeResourceRules } = resources;
  if (matchPolicy === undefined) errors.push(required(`${path}.matchPolicy`));
  else errors.push(...oneOf(`${path}.matchPolicy`, matchPolicy, MATCH_POLICIES));
  errors.push(...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`));
  errors.push(...validateLabelSelector(objectSelector, `${path}.objectSelector`));
  for (const [i, rule] of (resourceRules ?? []).entries()) {
    errors.push(...validateNamedRule(rule, `${path}.resourceRules[${i}]`));
  }
  for (const [i, rule] of (excludeResourceRules ?? []).entries()) {
    errors.push(...validateNamedRule(rule, `${path}.excludeResourceRules[${i}]`));
  }
  return errors;
}

/** Accepts an unset field. */
export function oneOf(field: string, value: string | undefined, values: readonly string[]): FieldError[] {
  return value === undefined || values.includes(value) ? [] : [notSupported(field, value, values)];
}

function validateNamedRule(rule: NamedRuleWithOperations, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, name] of (rule.resourceNames ?? []).entries()) {
    const field = `${path}.resourceNames[${i}]`;
    errors.push(...invalidFor(field, name, pathSegmentProblems(name)));
    if (names.has(name)) errors.push(duplicate(field, name));
    names.add(name);
  }
  return [...errors, ...validateRule(rule, path)];
}

export function validateRule(rule: RuleWithOperations, path: string): FieldError[] {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  const errors: FieldError[] = [];
  if (operations.length === 0) errors.push(required(`${path}.operations`));
  errors.push(...aloneIfAll(`${path}.operations`, operations, "operations"));
  for (const [i, operation] of operations.entries()) {
    errors.push(...oneOf(`${path}.operations[${i}]`, operation, OPERATIONS));
  }
  if (apiGroups.length === 0) errors.push(required(`${path}.apiGroups`));
  errors.push(...aloneIfAll(`${path}.apiGroups`, apiGroups, "API groups"));
  if (apiVersions.length === 0) errors.push(required(`${path}.apiVersions`));
  errors.push(...aloneIfAll(`${path}.apiVersions`, apiVersions, "API versions"));
  for (const [i, version] of apiVersions.entries()) {
    if (version === "") errors.push(required(`${path}.apiVersions[${i}]`));
  }
  return [
    ...errors,
    ...validateRuleResources(resources, `${path}.resources`),
    ...oneOf(`${path}.scope`, scope, SCOPES),
  ];
}

function aloneIfAll(field: string, values: readonly string[], what: string): FieldError[] {
  if (values.length < 2 || !values.includes("*")) return [];
  return [invalid(field, values, `if '*' is present, must not specify other ${what}`)];
}

/** `pods`, `pods/status`, `pods/*`, `*`. */
function validateRuleResources(resources: readonly string[], path: string): FieldError[] {
  if (resources.length === 0) return [required(path)];
  const errors: FieldError[] = [];
  const allSubresourcesOf = new Set<string>();
  const ofAllResources = new Set<string>();
  let lastIsWhole = false;
  for (const [i, resource] of resources.entries()) {
    const field = `${path}[${i}]`;
    if (resource === "") {
      errors.push(required(field));
      continue;
    }
    const slash = resource.indexOf("/");
    if (slash < 0) {
      lastIsWhole = resource !== "*";
      continue;
    }
    const [parent, sub] = [resource.slice(0, slash), resource.slice(slash + 1)];
    if (allSubresourcesOf.has(parent)) {
      errors.push(invalid(field, resource, `if '${parent}/*' is present, must not specify ${resource}`));
    }
    if (ofAllResources.has(sub)) {
      errors.push(invalid(field, resource, `if '*/${sub}' is present, must not specify ${resource}`));
    }
    if (sub === "*") allSubresourcesOf.add(parent);
    if (parent === "*") ofAllResources.add(sub);
  }
  if (resources.length > 1 && resources.includes("*/*")) {
    errors.push(invalid(path, resources, "if '*/*' is present, must not specify other resources"));
  }
  if (resources.includes("*") && lastIsWhole) {
    const why = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalid(path, resources, why));
  }
  return errors;
}
