/**
 * Validation of ReplicationControllers.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateReplicationController)
 */
import type { ReplicationController } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { negativeProblem, required } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { validateTemplateOf } from "./pod-spec/pod-template.validation.ts";

export function validateReplicationController(controller: ReplicationController): FieldError[] {
  const { spec } = controller;
  const selector = spec.selector ?? {};
  const errors = [
    ...validateObjectMeta(controller, { namespaced: true }),
    ...negativeProblem("spec.minReadySeconds", spec.minReadySeconds),
  ];
  if (Object.keys(selector).length === 0) errors.push(required("spec.selector"));
  errors.push(...negativeProblem("spec.replicas", spec.replicas));
  if (!spec.template) return [...errors, required("spec.template")];
  return [
    ...errors,
    ...validateTemplateOf({ matchLabels: selector }, spec.template, {
      path: "spec.template",
      kind: "ReplicationController",
    }),
  ];
}
