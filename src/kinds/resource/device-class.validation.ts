/**
 * Validation of DeviceClasses.
 *
 * Kubernetes: pkg/apis/resource/validation/validation.go (ValidateDeviceClass)
 */
import { qualifiedNameProblems } from "../../lib/names.ts";
import type { DeviceClass } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { MAX_LIST, validateConfiguration, validateEach, validateSelectors } from "./device-claim.validation.ts";

export function validateDeviceClass(deviceClass: DeviceClass): FieldError[] {
  const { selectors = [], config = [], extendedResourceName } = deviceClass.spec;
  const errors = validateObjectMeta(deviceClass, { namespaced: false });
  errors.push(...validateSelectors(selectors, "spec.selectors"));
  errors.push(...validateEach(config, "spec.config", MAX_LIST, validateConfiguration));
  if (extendedResourceName !== undefined && !isExtendedResource(extendedResourceName)) {
    errors.push(invalid("spec.extendedResourceName", extendedResourceName, "must be a valid extended resource name"));
  }
  return errors;
}

/** True for a resource name with a domain other than Kubernetes'. */
function isExtendedResource(name: string): boolean {
  const domain = name.includes("/") ? name.slice(0, name.indexOf("/")) : "";
  if (domain === "" || domain.includes("kubernetes.io") || name.startsWith("requests.")) return false;
  return qualifiedNameProblems(`requests.${name}`).length === 0;
}
