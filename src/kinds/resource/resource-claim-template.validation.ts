/**
 * Validation of ResourceClaimTemplates.
 *
 * Kubernetes: pkg/apis/resource/validation/validation.go (ValidateResourceClaimTemplate)
 */
import type { ResourceClaimTemplate } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { validateLabels } from "../validation/labels.ts";
import { validateAnnotations, validateObjectMeta } from "../validation/object-meta.ts";
import { validateDeviceClaim } from "./device-claim.validation.ts";

export function validateResourceClaimTemplate(template: ResourceClaimTemplate): FieldError[] {
  const { metadata, spec } = template.spec;
  return [
    ...validateObjectMeta(template, { namespaced: true }),
    ...validateLabels(metadata?.labels, "spec.labels"),
    ...validateAnnotations(metadata?.annotations, "spec.annotations"),
    ...validateDeviceClaim(spec.devices, "spec.spec.devices"),
  ];
}
