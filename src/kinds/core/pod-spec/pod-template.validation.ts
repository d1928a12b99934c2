/**
 * Validation of the pod templates of workloads.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidatePodTemplateSpec)
 *   pkg/apis/apps/validation/validation.go (ValidatePodTemplateSpecForReplicaSet)
 */
import { matchesLabelSelector } from "../../../lib/selectors.ts";
import type { LabelSelector, PodTemplateSpec } from "../../../schema/index.ts";
import type { FieldError } from "../../kind.ts";
import { forbidden, invalid, notSupported, required } from "../../validation/field-errors.ts";
import { isEmptySelector, validateLabelSelector, validateLabels } from "../../validation/labels.ts";
import { validateAnnotations } from "../../validation/object-meta.ts";
import { validatePodSpec } from "./pod-spec.validation.ts";

/**
 * A workload's selector and template: the selector must match the template, and the restart policy must be `Always`.
 * `path` is the parent of both.
 */
export function validateSelectorAndTemplate(
  spec: { selector?: LabelSelector | null; template: PodTemplateSpec },
  options: { path: string; kind?: string; checksPodSpec?: boolean },
): FieldError[] {
  const { path, kind = "ReplicaSet" } = options;
  const { selector, template } = spec;
  const errors: FieldError[] = [];
  if (!selector) {
    errors.push(required(`${path}.selector`));
  } else {
    errors.push(...validateLabelSelector(selector, `${path}.selector`));
    if (isEmptySelector(selector)) {
      // Kubernetes says "deployment" for ReplicaSets too.
      const name = kind === "ReplicaSet" ? "deployment" : kind.toLowerCase();
      errors.push(invalid(`${path}.selector`, selector, `empty selector is invalid for ${name}`));
    }
  }
  const { checksPodSpec } = options;
  return [...errors, ...validateTemplateOf(selector, template, { path: `${path}.template`, kind, checksPodSpec })];
}

/** A template that the selector must match, with the restart policy `Always`. */
export function validateTemplateOf(
  selector: LabelSelector | null | undefined,
  template: PodTemplateSpec,
  options: { path: string; kind: string; checksPodSpec?: boolean },
): FieldError[] {
  const { path, kind, checksPodSpec = true } = options;
  const errors: FieldError[] = [];
  const labels = template.metadata?.labels;
  if (!selector || (!isEmptySelector(selector) && !matchesLabelSelector(selector, labels))) {
    const mismatch = "`selector` does not match template `labels`";
    errors.push(invalid(`${path}.metadata.labels`, labels ?? null, mismatch));
  }
  errors.push(...validatePodTemplate(template, path, { checksPodSpec }));
  const { restartPolicy, activeDeadlineSeconds } = template.spec;
  if (restartPolicy !== "Always") {
    errors.push(notSupported(`${path}.spec.restartPolicy`, restartPolicy ?? "", ["Always"]));
  }
  if (activeDeadlineSeconds !== undefined) {
    const problem = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbidden(`${path}.spec.activeDeadlineSeconds`, problem));
  }
  return errors;
}

export function validatePodTemplate(
  template: PodTemplateSpec,
  path: string,
  { checksPodSpec }: { checksPodSpec: boolean } = { checksPodSpec: true },
): FieldError[] {
  const errors = [
    ...validateLabels(template.metadata?.labels, `${path}.labels`),
    ...validateAnnotations(template.metadata?.annotations, `${path}.annotations`),
    ...(checksPodSpec ? validatePodSpec(template.spec, { path: `${path}.spec`, isPod: false }) : []),
  ];
  if ((template.spec.ephemeralContainers?.length ?? 0) > 0) {
    const never = "ephemeral containers not allowed in pod template";
    errors.push(forbidden(`${path}.spec.ephemeralContainers`, never));
  }
  return errors;
}
