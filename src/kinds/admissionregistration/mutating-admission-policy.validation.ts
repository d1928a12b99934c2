/**
 * Validation of MutatingAdmissionPolicies.
 *
 * Kubernetes: pkg/apis/admissionregistration/validation/validation.go (ValidateMutatingAdmissionPolicy)
 */
import { PolicyCompiler } from "../../cel/admission/policy-compiler.ts";
import type { MutatingAdmissionPolicy } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { required } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { tooManyParts, validateCommonPolicy } from "./admission-policy.validation.ts";
import { validateMutation } from "./expressions.validation.ts";
import { oneOf, REINVOCATION_POLICIES } from "./match-rules.validation.ts";

export function validateMutatingPolicy(policy: MutatingAdmissionPolicy): FieldError[] {
  const { spec } = policy;
  const excess = [...tooManyParts("spec.variables", spec.variables), ...tooManyParts("spec.mutations", spec.mutations)];
  if (excess.length > 0) return excess;
  const compiler = new PolicyCompiler({ hasParams: spec.paramKind !== undefined });
  const errors = [...validateObjectMeta(policy, { namespaced: false }), ...validateCommonPolicy(spec, compiler)];
  const { mutations = [], reinvocationPolicy } = spec;
  if (mutations.length === 0) errors.push(required("spec.mutations", "mutations must contain at least one item"));
  for (const [i, mutation] of mutations.entries()) {
    errors.push(...validateMutation(mutation, compiler, `spec.mutations[${i}]`));
  }
  if (!reinvocationPolicy) errors.push(required("spec.reinvocationPolicy"));
  else errors.push(...oneOf("spec.reinvocationPolicy", reinvocationPolicy, REINVOCATION_POLICIES));
  return errors;
}
