/**
 * Validation of DaemonSets.
 *
 * Kubernetes: pkg/apis/apps/validation/validation.go (ValidateDaemonSet, ValidateDaemonSetUpdate)
 */
import type { DaemonSet, DaemonSetSpec } from "../../schema/index.ts";
import { validateSelectorAndTemplate } from "../core/pod-spec/pod-template.validation.ts";
import type { FieldError } from "../kind.ts";
import { invalid, negativeProblem, notSupported, required } from "../validation/field-errors.ts";
import { immutable, validateObjectMeta } from "../validation/object-meta.ts";
import { validatePositiveNumberOrPercent } from "./deployment.validation.ts";

export function validateDaemonSet(daemonSet: DaemonSet): FieldError[] {
  const { spec } = daemonSet;
  return [
    ...validateObjectMeta(daemonSet, { namespaced: true }),
    ...validateSelectorAndTemplate(spec, { path: "spec", kind: "DaemonSet" }),
    ...negativeProblem("spec.minReadySeconds", spec.minReadySeconds),
    ...validateUpdateStrategy(spec),
    ...negativeProblem("spec.revisionHistoryLimit", spec.revisionHistoryLimit),
  ];
}

export function validateDaemonSetUpdate(daemonSet: DaemonSet, old: DaemonSet): FieldError[] {
  return immutable("spec.selector", daemonSet.spec.selector, old.spec.selector);
}

function validateUpdateStrategy({ updateStrategy }: DaemonSetSpec): FieldError[] {
  const path = "spec.updateStrategy";
  if (updateStrategy.type === "OnDelete") return [];
  if (updateStrategy.type !== "RollingUpdate") {
    const value = { Type: updateStrategy.type, RollingUpdate: null };
    return [notSupported(path, value, ["OnDelete", "RollingUpdate"])];
  }
  if (!updateStrategy.rollingUpdate) return [required(`${path}.rollingUpdate`)];
  const { maxUnavailable, maxSurge } = updateStrategy.rollingUpdate;
  const errors = [
    ...validatePositiveNumberOrPercent(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable),
    ...validatePositiveNumberOrPercent(`${path}.rollingUpdate.maxSurge`, maxSurge),
  ];
  const surges = maxSurge !== 0 && maxSurge !== "0%" && maxSurge !== undefined;
  const disrupts = maxUnavailable !== 0 && maxUnavailable !== "0%" && maxUnavailable !== undefined;
  if (surges && disrupts) {
    errors.push(invalid(`${path}.rollingUpdate.maxSurge`, maxSurge, "may not be set when maxUnavailable is non-zero"));
  } else if (!surges && !disrupts) {
    errors.push(required(`${path}.rollingUpdate.maxUnavailable`, "cannot be 0 when maxSurge is 0"));
  }
  return errors;
}
