/**
 * Validation of PodDisruptionBudgets.
 *
 * Kubernetes: pkg/apis/policy/validation/validation.go (ValidatePodDisruptionBudget)
 */
import type { IntOrString, PodDisruptionBudget } from "../../schema/index.ts";
import { validatePositiveNumberOrPercent } from "../apps/deployment.validation.ts";
import type { FieldError } from "../kind.ts";
import { invalid, notSupported } from "../validation/field-errors.ts";
import { validateLabelSelector } from "../validation/labels.ts";

export function validateDisruptionBudget(budget: PodDisruptionBudget): FieldError[] {
  const { spec } = budget;
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  // Kubernetes checks only the generic part of the metadata here.
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    // Kubernetes prints the value's internal type.
    const value = {
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: policy ?? null,
    };
    errors.push(invalid("spec", value, "minAvailable and maxUnavailable cannot be both set"));
  }
  errors.push(...validateShare("spec.minAvailable", minAvailable));
  errors.push(...validateShare("spec.maxUnavailable", maxUnavailable));
  errors.push(...validateLabelSelector(selector, "spec.selector"));
  if (policy !== undefined && policy !== "IfHealthyBudget" && policy !== "AlwaysAllow") {
    errors.push(notSupported("spec.unhealthyPodEvictionPolicy", policy, ["AlwaysAllow", "IfHealthyBudget"]));
  }
  return errors;
}

function validateShare(field: string, value: IntOrString | undefined): FieldError[] {
  const errors = validatePositiveNumberOrPercent(field, value);
  if (typeof value === "string" && errors.length === 0 && Number(value.replace("%", "")) > 100) {
    errors.push(invalid(field, value, "must not be greater than 100%"));
  }
  return errors;
}
