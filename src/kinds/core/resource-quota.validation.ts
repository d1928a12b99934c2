/**
 * Validation of ResourceQuotas.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateResourceQuota, ValidateResourceQuotaUpdate)
 */
import type { ResourceQuota } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { IMMUTABLE, invalid, required } from "../validation/field-errors.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { isHugePagesOfQuota, validateResourceAmount, validateResourceName } from "../validation/resources.ts";
import { validateScopeSelector, validateScopes } from "./resource-quota.scopes.ts";

const OF_QUOTAS = new Set([
  "cpu",
  "memory",
  "ephemeral-storage",
  "requests.cpu",
  "requests.memory",
  "requests.storage",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "persistentvolumeclaims",
  "configmaps",
  "services.nodeports",
  "services.loadbalancers",
]);

export function validateResourceQuota(quota: ResourceQuota): FieldError[] {
  const standard = Object.keys(quota.spec.hard ?? {})
    .filter(isStandard)
    .sort();
  return [
    ...validateObjectMeta(quota, { namespaced: true }),
    ...validateAmounts(quota.spec.hard, "spec.hard"),
    ...validateScopes(quota.spec, standard),
    ...validateScopeSelector(quota.spec, standard),
  ];
}

export function validateResourceQuotaStatus(quota: ResourceQuota, old: ResourceQuota): FieldError[] {
  return [
    ...validateObjectMetaUpdate(quota, old),
    ...(quota.metadata.resourceVersion ? [] : [required("resourceVersion")]),
    ...validateAmounts(quota.status?.hard, "status.hard"),
    ...validateAmounts(quota.status?.used, "status.used"),
  ];
}

function validateAmounts(amounts: Readonly<Record<string, string>> = {}, path: string): FieldError[] {
  return Object.entries(amounts)
    .sort()
    .flatMap(([resource, quantity]) => {
      const field = `${path}[${resource}]`;
      const errors = validateResourceName(resource, field);
      if (!resource.includes("/") && !isStandard(resource)) {
        errors.push(invalid(field, resource, "must be a standard resource for quota"));
      }
      return [...errors, ...validateResourceAmount(resource, quantity, field)];
    });
}

function isStandard(resource: string): boolean {
  return OF_QUOTAS.has(resource) || isHugePagesOfQuota(resource);
}

/** Scopes are immutable. */
export function validateResourceQuotaUpdate(quota: ResourceQuota, old: ResourceQuota): FieldError[] {
  const scopes = quota.spec.scopes ?? [];
  const before = new Set<string>(old.spec.scopes ?? []);
  const after = new Set<string>(scopes);
  const isSame = before.size === after.size && [...after].every((scope) => before.has(scope));
  return isSame ? [] : [invalid("spec.scopes", quota.spec.scopes, IMMUTABLE)];
}
