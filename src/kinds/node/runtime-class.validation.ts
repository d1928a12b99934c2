/**
 * Validation of RuntimeClasses.
 *
 * Kubernetes: pkg/apis/node/validation/validation.go (ValidateRuntimeClass)
 */
import { dnsLabelProblems } from "../../lib/names.ts";
import type { RuntimeClass } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalidFor } from "../validation/field-errors.ts";
import { validateLabels } from "../validation/labels.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";

export function validateRuntimeClass(runtimeClass: RuntimeClass): FieldError[] {
  const { handler = "", scheduling } = runtimeClass;
  return [
    ...validateObjectMeta(runtimeClass, { namespaced: false }),
    ...invalidFor("handler", handler, dnsLabelProblems(handler)),
    ...validateLabels(scheduling?.nodeSelector, "scheduling.nodeSelector"),
  ];
}
