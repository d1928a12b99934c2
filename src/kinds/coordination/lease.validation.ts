/**
 * Validation of Leases.
 *
 * Kubernetes: pkg/apis/coordination/validation/validation.go (ValidateLease)
 */
import type { Lease } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalid, negativeProblem } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";

export function validateLease(lease: Lease): FieldError[] {
  const errors = validateObjectMeta(lease, { namespaced: true });
  const { leaseDurationSeconds, leaseTransitions, preferredHolder, strategy } = lease.spec;
  if (typeof leaseDurationSeconds === "number" && leaseDurationSeconds <= 0) {
    errors.push(invalid("spec.leaseDurationSeconds", leaseDurationSeconds, "must be greater than 0"));
  }
  errors.push(...negativeProblem("spec.leaseTransitions", leaseTransitions));
  if (preferredHolder && !strategy) {
    errors.push(forbidden("spec.preferredHolder", "may only be specified if `strategy` is defined"));
  }
  return errors;
}
