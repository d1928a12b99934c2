/**
 * Validation of ResourceClaims.
 *
 * Kubernetes: pkg/apis/resource/validation/validation.go (ValidateResourceClaim, ValidateResourceClaimStatusUpdate)
 */
import type { ResourceClaim } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, forbidden, required, tooMany } from "../validation/field-errors.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { validateDeviceClaim } from "./device-claim.validation.ts";

const MAX_RESERVATIONS = 256;

export function validateResourceClaim(claim: ResourceClaim): FieldError[] {
  const errors = validateObjectMeta(claim, { namespaced: true });
  return [...errors, ...validateDeviceClaim(claim.spec.devices, "spec.devices")];
}

/** Checks of the status, which drivers and the scheduler write. */
export function validateResourceClaimStatus(claim: ResourceClaim, old: ResourceClaim): FieldError[] {
  const errors = validateObjectMetaUpdate(claim, old);
  const { reservedFor = [], allocation } = claim.status ?? {};
  const at = "status.reservedFor";
  if (reservedFor.length > MAX_RESERVATIONS) return [...errors, tooMany(at, reservedFor.length, MAX_RESERVATIONS)];
  const seen = new Set<string>();
  for (const [i, { resource, name, uid }] of reservedFor.entries()) {
    if (!resource) errors.push(required(`${at}[${i}].resource`));
    if (!name) errors.push(required(`${at}[${i}].name`));
    if (!uid) errors.push(required(`${at}[${i}].uid`));
    if (seen.has(uid)) errors.push(duplicate(`${at}[${i}]`, uid));
    seen.add(uid);
  }
  if (reservedFor.length > 0 && !allocation) {
    errors.push(forbidden(at, "may not be specified when `allocated` is not set"));
  }
  const before = new Set((old.status?.reservedFor ?? []).map(({ uid }) => uid));
  if (allocation && claim.metadata.deletionTimestamp && reservedFor.some(({ uid }) => !before.has(uid))) {
    errors.push(
      forbidden(at, "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set"),
    );
  }
  return errors;
}
