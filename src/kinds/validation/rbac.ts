/** Validation of roles and their bindings. */

import { equalJson } from "../../lib/json.ts";
import { dnsSubdomainProblems, pathSegmentProblems } from "../../lib/names.ts";
import type {
  ClusterRole,
  ClusterRoleBinding,
  KubernetesObject,
  PolicyRule,
  Role,
  RoleBinding,
  RoleRef,
  Subject,
} from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, invalidFor, notSupported, required } from "./field-errors.ts";
import { validateLabelSelector } from "./labels.ts";
import { pathSegmentName, validateObjectMeta, validateObjectMetaUpdate } from "./object-meta.ts";

const GROUP = "rbac.authorization.k8s.io";

export function validateRole(role: Role): FieldError[] {
  return [
    ...validateObjectMeta(role, { namespaced: true, name: pathSegmentName }),
    ...validateRules(role.rules, { namespaced: true }),
  ];
}

export function validateClusterRole(role: ClusterRole): FieldError[] {
  const errors = [
    ...validateObjectMeta(role, { namespaced: false, name: pathSegmentName }),
    ...validateRules(role.rules, { namespaced: false }),
  ];
  if (!role.aggregationRule) return errors;
  const selectors = role.aggregationRule.clusterRoleSelectors ?? [];
  const path = "aggregationRule.clusterRoleSelectors";
  if (selectors.length === 0) {
    errors.push(required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil"));
  }
  return [...errors, ...selectors.flatMap((selector, i) => validateLabelSelector(selector, `${path}[${i}]`))];
}

export function validateRoleBinding(binding: RoleBinding): FieldError[] {
  return validateBinding(binding, { namespaced: true, roles: ["Role", "ClusterRole"] });
}

export function validateClusterRoleBinding(binding: ClusterRoleBinding): FieldError[] {
  return validateBinding(binding, { namespaced: false, roles: ["ClusterRole"] });
}

type Binding = KubernetesObject & { roleRef: RoleRef; subjects?: Subject[] };

export function validateBindingUpdate(binding: Binding, old: Binding): FieldError[] {
  const errors = validateObjectMetaUpdate(binding, old);
  if (!equalJson(binding.roleRef, old.roleRef)) {
    const { apiGroup, kind, name } = binding.roleRef;
    errors.push(invalid("roleRef", { APIGroup: apiGroup, Kind: kind, Name: name }, "cannot change roleRef"));
  }
  return errors;
}

function validateBinding(binding: Binding, options: { namespaced: boolean; roles: readonly string[] }): FieldError[] {
  const { namespaced, roles } = options;
  const errors = validateObjectMeta(binding, { namespaced, name: pathSegmentName });
  const { apiGroup = "", kind, name } = binding.roleRef;
  if (apiGroup !== GROUP) errors.push(notSupported("roleRef.apiGroup", apiGroup, [GROUP]));
  if (!roles.includes(kind)) errors.push(notSupported("roleRef.kind", kind, roles));
  if (!name) errors.push(required("roleRef.name"));
  else errors.push(...invalidFor("roleRef.name", name, pathSegmentProblems(name)));
  for (const [i, subject] of (binding.subjects ?? []).entries()) {
    errors.push(...validateSubject(subject, { namespaced, path: `subjects[${i}]` }));
  }
  return errors;
}

function validateSubject(subject: Subject, options: { namespaced: boolean; path: string }): FieldError[] {
  const { path } = options;
  const errors: FieldError[] = [];
  const { kind, name, namespace, apiGroup = "" } = subject;
  if (!name) errors.push(required(`${path}.name`));
  switch (kind) {
    case "ServiceAccount":
      if (name) errors.push(...invalidFor(`${path}.name`, name, dnsSubdomainProblems(name)));
      if (apiGroup !== "") errors.push(notSupported(`${path}.apiGroup`, apiGroup, [""]));
      if (!options.namespaced && !namespace) errors.push(required(`${path}.namespace`));
      break;
    case "User":
    case "Group":
      if (apiGroup !== GROUP) errors.push(notSupported(`${path}.apiGroup`, apiGroup, [GROUP]));
      break;
    default:
      errors.push(notSupported(`${path}.kind`, kind, ["ServiceAccount", "User", "Group"]));
  }
  return errors;
}

function validateRules(
  rules: readonly PolicyRule[] | null | undefined,
  options: { namespaced: boolean },
): FieldError[] {
  return (rules ?? []).flatMap((rule, i) => validateRule(rule, { ...options, path: `rules[${i}]` }));
}

function validateRule(rule: PolicyRule, options: { namespaced: boolean; path: string }): FieldError[] {
  const { namespaced, path } = options;
  const { verbs = [], apiGroups = [], resources = [], nonResourceURLs = [], resourceNames = [] } = rule;
  const errors: FieldError[] = [];
  if ((verbs ?? []).length === 0) errors.push(required(`${path}.verbs`, "verbs must contain at least one value"));
  if (nonResourceURLs.length > 0) {
    if (namespaced) {
      errors.push(
        invalid(`${path}.nonResourceURLs`, nonResourceURLs, "namespaced rules cannot apply to non-resource URLs"),
      );
    }
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      const problem = "rules cannot apply to both regular resources and non-resource URLs";
      errors.push(invalid(`${path}.nonResourceURLs`, nonResourceURLs, problem));
    }
    return errors;
  }
  if (apiGroups.length === 0) {
    errors.push(required(`${path}.apiGroups`, "resource rules must supply at least one api group"));
  }
  if (resources.length === 0) {
    errors.push(required(`${path}.resources`, "resource rules must supply at least one resource"));
  }
  return errors;
}
