/**
 * Validation of a pod's resource claims, and of their use by containers.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go, validatePodResourceClaims and validateResourceClaimNames.
 */
import { dnsLabelProblems, dnsSubdomainProblems } from "../../../lib/names.ts";
import type { PodResourceClaim, CoreV1ResourceClaim as UsedClaim } from "../../../schema/index.ts";
import type { FieldError } from "../../kind.ts";
import { duplicate, invalid, invalidFor, notFoundValue, required } from "../../validation/field-errors.ts";

export function validatePodClaims(claims: readonly PodResourceClaim[], path: string): FieldError[] {
  const names = new Set<string>();
  return claims.flatMap((claim, i) => {
    const at = `${path}[${i}]`;
    const { name = "", resourceClaimName: byName, resourceClaimTemplateName: byTemplate } = claim;
    const errors: FieldError[] = [];
    if (name === "") errors.push(required(`${at}.name`));
    else if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    else errors.push(...invalidFor(`${at}.name`, name, dnsLabelProblems(name)));
    names.add(name);
    const value = {
      Name: name,
      ResourceClaimName: byName ?? null,
      ResourceClaimTemplateName: byTemplate ?? null,
    };
    if (byName !== undefined && byTemplate !== undefined) {
      const most = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
      errors.push(invalid(at, value, most));
    }
    if (byName === undefined && byTemplate === undefined) {
      errors.push(invalid(at, value, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"));
    }
    for (const [field, text] of Object.entries({ resourceClaimName: byName, resourceClaimTemplateName: byTemplate })) {
      if (text !== undefined) errors.push(...invalidFor(`${at}.${field}`, text, dnsSubdomainProblems(text)));
    }
    return errors;
  });
}

/** Validates a container's claims: each at most once, either as a whole or by its requests. */
export function validateUsedClaims(claims: readonly UsedClaim[], ofPod: readonly string[], path: string): FieldError[] {
  const used = new Set<string>();
  return claims.flatMap(({ name = "", request }, i) => {
    const at = `${path}[${i}]`;
    if (name === "") return [required(at)];
    const errors: FieldError[] = [];
    if (used.has(name)) {
      errors.push(duplicate(at, name));
    } else {
      if (request) errors.push(...invalidFor(`${at}.request`, request, dnsLabelProblems(request)));
      const key = request ? `${name}/${request}` : name;
      if (used.has(key)) errors.push(duplicate(at, key));
      else if (!request) {
        for (const other of used) if (other.startsWith(`${name}/`)) errors.push(duplicate(at, name));
      }
      used.add(key);
    }
    if (ofPod.includes(name)) return errors;
    const known = ofPod.length === 0 ? " which is empty" : `: ${[...ofPod].sort().join(", ")}`;
    return [...errors, notFoundValue(at, name, `must be one of the names in pod.spec.resourceClaims${known}`)];
  });
}
