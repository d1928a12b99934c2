/**
 * Validation of PriorityClasses.
 *
 * Kubernetes: pkg/apis/scheduling/validation/validation.go (ValidatePriorityClass, ValidatePriorityClassUpdate)
 */
import type { PriorityClass } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, notSupported } from "../validation/field-errors.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";

/** Higher values are reserved for the system. */
const HIGHEST_USER_PRIORITY = 1_000_000_000;
const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  "system-node-critical": 2_000_001_000,
  "system-cluster-critical": 2_000_000_000,
};

export function validatePriorityClass(priorityClass: PriorityClass): FieldError[] {
  const errors = validateObjectMeta(priorityClass, { namespaced: false });
  const name = priorityClass.metadata.name ?? "";
  const value = priorityClass.value ?? 0;
  if (name.startsWith("system-")) {
    const problem = systemClassProblem(name, value);
    if (problem) {
      const reserved = "priority class names with 'system-' prefix are reserved for system use only";
      errors.push(forbidden("metadata.name", `${reserved}. error: ${problem}`));
    }
  } else if (value > HIGHEST_USER_PRIORITY) {
    const most = `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`;
    errors.push(forbidden("value", most));
  }
  const policy = priorityClass.preemptionPolicy ?? "";
  if (policy !== "PreemptLowerPriority" && policy !== "Never") {
    errors.push(notSupported("preemptionPolicy", policy, ["PreemptLowerPriority", "Never"]));
  }
  return errors;
}

export function validatePriorityClassUpdate(priorityClass: PriorityClass, old: PriorityClass): FieldError[] {
  const errors = validateObjectMetaUpdate(priorityClass, old);
  if ((priorityClass.value ?? 0) !== (old.value ?? 0)) {
    errors.push(forbidden("value", "may not be changed in an update."));
  }
  return [...errors, ...immutable("preemptionPolicy", priorityClass.preemptionPolicy, old.preemptionPolicy)];
}

function systemClassProblem(name: string, value: number): string | undefined {
  const wanted = SYSTEM_CLASSES[name];
  if (wanted === undefined) return `${name} is not a known system priority class`;
  return value === wanted ? undefined : `value of ${name} PriorityClass must be ${wanted}`;
}
