/**
 * Validation of MutatingAdmissionPolicyBindings, and of the fields that both kinds of binding share.
 *
 * Kubernetes: pkg/apis/admissionregistration/validation/validation.go (ValidateMutatingAdmissionPolicyBinding)
 */
import { dnsSubdomainProblems, pathSegmentProblems } from "../../lib/names.ts";
import type { MutatingAdmissionPolicyBinding, ParamRef, ValidatingAdmissionPolicyBinding } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalidFor, notSupported, required } from "../validation/field-errors.ts";
import { validateLabelSelector } from "../validation/labels.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { validateMatchResources } from "./match-rules.validation.ts";

export function validateMutatingBinding(binding: MutatingAdmissionPolicyBinding): FieldError[] {
  return validatePolicyBinding(binding);
}

export function validatePolicyBinding(
  binding: MutatingAdmissionPolicyBinding | ValidatingAdmissionPolicyBinding,
): FieldError[] {
  const { policyName = "", paramRef, matchResources } = binding.spec;
  return [
    ...validateObjectMeta(binding, { namespaced: false }),
    ...(policyName === ""
      ? [required("spec.policyName")]
      : invalidFor("spec.policyName", policyName, dnsSubdomainProblems(policyName))),
    ...(paramRef ? validateParamRef(paramRef, "spec.paramRef") : []),
    // The misspelt path is Kubernetes' own.
    ...validateMatchResources(matchResources, "spec.matchResouces"),
  ];
}

function validateParamRef({ name, selector, parameterNotFoundAction: action }: ParamRef, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const exclusive = "name and selector are mutually exclusive";
  if (name) {
    errors.push(...invalidFor(`${path}.name`, name, pathSegmentProblems(name)));
    if (selector) errors.push(forbidden(`${path}.name`, exclusive));
  }
  if (selector) {
    errors.push(...validateLabelSelector(selector, `${path}.selector`));
    if (name) errors.push(forbidden(`${path}.selector`, exclusive));
  }
  if (!name && !selector) errors.push(required(path, "one of name or selector must be specified"));
  if (!action) errors.push(required(`${path}.parameterNotFoundAction`));
  else if (action !== "Deny" && action !== "Allow") {
    errors.push(notSupported(`${path}.parameterNotFoundAction`, action, ["Deny", "Allow"]));
  }
  return errors;
}
