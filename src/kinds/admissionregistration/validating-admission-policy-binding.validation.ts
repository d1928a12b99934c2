/**
 * Validation of ValidatingAdmissionPolicyBindings.
 *
 * Kubernetes: pkg/apis/admissionregistration/validation/validation.go (ValidateValidatingAdmissionPolicyBinding)
 */
import type { ValidatingAdmissionPolicyBinding } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, invalid, required } from "../validation/field-errors.ts";
import { oneOf } from "./match-rules.validation.ts";
import { validatePolicyBinding } from "./mutating-admission-policy-binding.validation.ts";

const ACTIONS = ["Audit", "Deny", "Warn"];

export function validateValidatingBinding(binding: ValidatingAdmissionPolicyBinding): FieldError[] {
  return [...validatePolicyBinding(binding), ...validateActions(binding.spec.validationActions ?? [])];
}

function validateActions(actions: readonly string[]): FieldError[] {
  const path = "spec.validationActions";
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, action] of actions.entries()) {
    errors.push(...oneOf(`${path}[${i}]`, action, ACTIONS));
    if (seen.has(action)) errors.push(duplicate(`${path}[${i}]`, action));
    seen.add(action);
  }
  if (seen.has("Deny") && seen.has("Warn")) {
    const why =
      "must not contain both Deny and Warn (repeating the same validation failure information in the API response and " +
      "headers serves no purpose)";
    errors.push(invalid(path, actions, why));
  }
  if (seen.size === 0) errors.push(required(path, "at least one validation action is required"));
  return errors;
}
