import type { Lease } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, negativeProblem } from "./field-errors.ts";
import { validateObjectMeta } from "./object-meta.ts";

export function validateLease(lease: Lease): FieldError[] {
  const errors = validateObjectMeta(lease, { namespaced: true });
  const { leaseDurationSeconds, leaseTransitions } = lease.spec;
  if (typeof leaseDurationSeconds === "number" && leaseDurationSeconds <= 0) {
    errors.push(invalid("spec.leaseDurationSeconds", leaseDurationSeconds, "must be greater than 0"));
  }
  return [...errors, ...negativeProblem("spec.leaseTransitions", leaseTransitions)];
}
