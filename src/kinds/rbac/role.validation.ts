/**
 * Validation of Roles and ClusterRoles.
 *
 * Kubernetes: pkg/apis/rbac/validation/validation.go (ValidateRole, ValidateClusterRole, ValidatePolicyRule)
 */
import type { ClusterRole, PolicyRule, Role } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, required } from "../validation/field-errors.ts";
import { validateLabelSelector } from "../validation/labels.ts";
import { pathSegmentName, validateObjectMeta } from "../validation/object-meta.ts";

export function validateRole(role: Role): FieldError[] {
  return [
    ...validateObjectMeta(role, { namespaced: true, name: pathSegmentName }),
    ...validatePolicyRules(role.rules, { namespaced: true }),
  ];
}

export function validateClusterRole(role: ClusterRole): FieldError[] {
  const errors = [
    ...validateObjectMeta(role, { namespaced: false, name: pathSegmentName }),
    ...validatePolicyRules(role.rules, { namespaced: false }),
  ];
  if (!role.aggregationRule) return errors;
  const selectors = role.aggregationRule.clusterRoleSelectors ?? [];
  const path = "aggregationRule.clusterRoleSelectors";
  if (selectors.length === 0) {
    errors.push(required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil"));
  }
  for (const [i, selector] of selectors.entries()) {
    const problems = validateLabelSelector(selector, `${path}[${i}]`);
    errors.push(...problems);
    if (problems.length > 0) errors.push(invalid(`${path}[${i}]`, null, "invalid label selector."));
  }
  return errors;
}

function validatePolicyRules(
  rules: readonly PolicyRule[] | null | undefined,
  options: { namespaced: boolean },
): FieldError[] {
  return (rules ?? []).flatMap((rule, i) => validatePolicyRule(rule, { ...options, path: `rules[${i}]` }));
}

function validatePolicyRule(rule: PolicyRule, options: { namespaced: boolean; path: string }): FieldError[] {
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
