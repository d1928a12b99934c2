/**
 * Validation of PersistentVolumeClaims.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidatePersistentVolumeClaim*)
 */
import { cloneJson, equalJson } from "../../lib/json.ts";
import { dnsSubdomainProblems } from "../../lib/names.ts";
import { compareQuantities, parseQuantity } from "../../lib/quantity.ts";
import { unifiedDiff } from "../../lib/unified-diff.ts";
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalid, invalidFor, notSupported, required } from "../validation/field-errors.ts";
import { internalClaimSpec, printedForm } from "../validation/internal-form.ts";
import { validateLabelSelector } from "../validation/labels.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { VOLUME_MODES, validateAccessModes } from "./volume-modes.validation.ts";

export function validateClaim(claim: PersistentVolumeClaim): FieldError[] {
  return [...validateObjectMeta(claim, { namespaced: true }), ...validateClaimSpec(claim.spec, "spec")];
}

/** Checks of a claim's specification, in claims and in the templates of pods and workloads. */
export function validateClaimSpec(spec: PersistentVolumeClaimSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required(`${path}.accessModes`, "at least 1 access mode is required"));
  errors.push(...validateLabelSelector(spec.selector, `${path}.selector`));
  errors.push(...validateAccessModes(modes, `${path}.accessModes`));
  const size = spec.resources?.requests?.["storage"];
  if (size === undefined) errors.push(required(`${path}.resources[storage]`));
  else if (parseQuantity(size).nanos <= 0n) {
    errors.push(invalid(`${path}.resources[storage]`, size, "must be greater than zero"));
  }
  const { storageClassName, volumeMode, volumeAttributesClassName: attributes } = spec;
  if (storageClassName) {
    errors.push(...invalidFor(`${path}.storageClassName`, storageClassName, dnsSubdomainProblems(storageClassName)));
  }
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) {
    errors.push(notSupported(`${path}.volumeMode`, volumeMode, VOLUME_MODES));
  }
  if (attributes) {
    errors.push(...invalidFor(`${path}.volumeAttributesClassName`, attributes, dnsSubdomainProblems(attributes)));
  }
  return errors;
}

/** A claim is immutable, except for its binding and, once bound, for growth. */
export function validateClaimUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = [];
  const spec = cloneJson(claim.spec);
  const before = cloneJson(old.spec);
  const isBound = claim.status.phase === "Bound";
  if (!before.volumeName) before.volumeName = spec.volumeName;
  if (before.storageClassName === undefined) before.storageClassName = spec.storageClassName;
  const [size, sizeBefore] = [claim.spec.resources.requests?.["storage"], old.spec.resources.requests?.["storage"]];
  if (isBound && spec.resources.requests && sizeBefore !== undefined) spec.resources.requests["storage"] = sizeBefore;
  if (isBound) spec.volumeAttributesClassName = before.volumeAttributesClassName;
  if (!equalJson(spec, before)) {
    const except = "resources.requests and volumeAttributesClassName for bound claims";
    const difference = unifiedDiff(printedForm(internalClaimSpec(before)), printedForm(internalClaimSpec(spec)));
    errors.push(forbidden("spec", `spec is immutable after creation except ${except}\n${difference}`));
  }
  if (isBound && size !== undefined && sizeBefore !== undefined && compareQuantities(size, sizeBefore) < 0) {
    errors.push(forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"));
  }
  return errors;
}
