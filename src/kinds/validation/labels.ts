/**
 * Validation of labels and label selectors.
 *
 * Kubernetes: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go
 */
import { labelValueProblems, qualifiedNameProblems } from "../../lib/names.ts";
import type { LabelSelector } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalid, invalidFor, required } from "./field-errors.ts";

export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(labels ?? {})) {
    errors.push(...invalidFor(path, key, qualifiedNameProblems(key)));
    errors.push(...invalidFor(path, value, labelValueProblems(value)));
  }
  return errors;
}

export function validateLabelSelector(selector: LabelSelector | null | undefined, path: string): FieldError[] {
  if (!selector) return [];
  const errors = validateLabels(selector.matchLabels, `${path}.matchLabels`);
  for (const [i, { key, operator, values = [] }] of (selector.matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${i}]`;
    if (operator === "In" || operator === "NotIn") {
      if (values.length === 0) {
        errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (values.length > 0) {
        errors.push(forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      }
    } else {
      errors.push(invalid(`${at}.operator`, operator, "not a valid selector operator"));
    }
    errors.push(...invalidFor(`${at}.key`, key, qualifiedNameProblems(key)));
    for (const [v, value] of values.entries()) {
      errors.push(...invalidFor(`${at}.values[${v}]`, value, labelValueProblems(value)));
    }
  }
  return errors;
}

/** True if a selector selects everything. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
}
