/** Validation of the bindings of admission policies. */
import { dnsSubdomainProblems, pathSegmentProblems } from "../../../lib/names.ts";
import type {
  MutatingAdmissionPolicyBinding,
  ParamRef,
  ValidatingAdmissionPolicyBinding,
} from "../../../schema/index.ts";
import type { FieldError } from "../../kind.ts";
import { duplicate, forbidden, invalid, invalidFor, notSupported, required } from "../field-errors.ts";
import { validateLabelSelector } from "../labels.ts";
import { validateObjectMeta } from "../object-meta.ts";
import { oneOf, validateMatchResources } from "./rules.ts";

const ACTIONS = ["Audit", "Deny", "Warn"];

export function validateValidatingBinding(binding: ValidatingAdmissionPolicyBinding): FieldError[] {
  return [...validateBinding(binding), ...validateActions(binding.spec.validationActions ?? [])];
}

export function validateMutatingBinding(binding: MutatingAdmissionPolicyBinding): FieldError[] {
  return validateBinding(binding);
}

function validateBinding(binding: MutatingAdmissionPolicyBinding | ValidatingAdmissionPolicyBinding): FieldError[] {
  const { policyName = "", paramRef, matchResources } = binding.spec;
  return [
    ...validateObjectMeta(binding, { namespaced: false }),
    ...(policyName === ""
      ? [required("spec.policyName")]
      : invalidFor("spec.policyName", policyName, dnsSubdomainProblems(policyName))),
    ...(paramRef ? validateParamRef(paramRef, "spec.paramRef") : []),
    // Kubernetes' own spelling.
    ...validateMatchResources(matchResources, "spec.matchResouces"),
  ];
}

function validateActions(actions: readonly string[]): FieldError[] {
  const path = "spec.validationActions";
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, action] of actions.entries()) {
    errors.push(...oneOf(`${path}[${i}]`, action, ACTIONS));
    if (seen.has(action)) errors.push(duplicate(`${path}[${i}]`, action));
    seen.add(action);
  }
  if (seen.has("Deny") && seen.has("Warn")) {
    const why =
      "must not contain both Deny and Warn (repeating the same validation failure information in the API response and " +
      "headers serves no purpose)";
    errors.push(invalid(path, actions, why));
  }
  if (seen.size === 0) errors.push(required(path, "at least one validation action is required"));
  return errors;
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
