/**
 * Validation of VolumeAttributesClasses.
 *
 * Kubernetes: pkg/apis/storage/validation/validation.go (ValidateVolumeAttributesClass*)
 */
import { equalJson } from "../../lib/json.ts";
import type { VolumeAttributesClass } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, required } from "../validation/field-errors.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { validateParameters, validateProvisioner } from "./storage-class.validation.ts";

export function validateAttributesClass(attributesClass: VolumeAttributesClass): FieldError[] {
  const { driverName, parameters = {} } = attributesClass;
  const errors = validateObjectMeta(attributesClass, { namespaced: false });
  errors.push(...validateProvisioner(driverName, "driverName"));
  errors.push(...validateParameters(parameters, "parameters"));
  if (Object.keys(parameters).length === 0) {
    errors.push(required("parameters", "must contain at least one key/value pair"));
  }
  return errors;
}

export function validateAttributesClassUpdate(next: VolumeAttributesClass, old: VolumeAttributesClass): FieldError[] {
  const errors = validateObjectMetaUpdate(next, old);
  if (next.driverName !== old.driverName) {
    errors.push(forbidden("driverName", "updates to driverName are forbidden."));
  }
  if (!equalJson(next.parameters ?? {}, old.parameters ?? {})) {
    errors.push(forbidden("parameters", "updates to parameters are forbidden."));
  }
  return errors;
}
