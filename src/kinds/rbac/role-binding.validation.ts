/**
 * Validation of RoleBindings and ClusterRoleBindings.
 *
 * Kubernetes: pkg/apis/rbac/validation/validation.go (ValidateRoleBinding, ValidateClusterRoleBinding)
 */
import { equalJson } from "../../lib/json.ts";
import { dnsSubdomainProblems, pathSegmentProblems } from "../../lib/names.ts";
import type { ClusterRoleBinding, KubernetesObject, RoleBinding, RoleRef, Subject } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, invalidFor, notSupported, required } from "../validation/field-errors.ts";
import { pathSegmentName, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";

export const RBAC_GROUP = "rbac.authorization.k8s.io";

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
  if (apiGroup !== RBAC_GROUP) errors.push(notSupported("roleRef.apiGroup", apiGroup, [RBAC_GROUP]));
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
      if (apiGroup !== RBAC_GROUP) errors.push(notSupported(`${path}.apiGroup`, apiGroup, [RBAC_GROUP]));
      break;
    default:
      errors.push(notSupported(`${path}.kind`, kind, ["ServiceAccount", "User", "Group"]));
  }
  return errors;
}
