/**
 * Validation of ResourceQuotas.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateResourceQuota, ValidateResourceQuotaUpdate)
 */
import type { ResourceQuota } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { IMMUTABLE, invalid } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { validateQuantity, validateResourceName } from "../validation/resources.ts";

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
  const errors = validateObjectMeta(quota, { namespaced: true });
  for (const [resource, quantity] of Object.entries(quota.spec.hard ?? {}).sort()) {
    const field = `spec.hard[${resource}]`;
    errors.push(...validateResourceName(resource, field));
    if (!resource.includes("/") && !OF_QUOTAS.has(resource) && !/^(requests\.)?hugepages-/.test(resource)) {
      errors.push(invalid(field, resource, "must be a standard resource for quota"));
    }
    errors.push(...validateQuantity(quantity, field));
  }
  return errors;
}

/** Scopes are immutable. */
export function validateResourceQuotaUpdate(quota: ResourceQuota, old: ResourceQuota): FieldError[] {
  const scopes = quota.spec.scopes ?? [];
  const before = new Set<string>(old.spec.scopes ?? []);
  const after = new Set<string>(scopes);
  const isSame = before.size === after.size && [...after].every((scope) => before.has(scope));
  return isSame ? [] : [invalid("spec.scopes", quota.spec.scopes, IMMUTABLE)];
}
