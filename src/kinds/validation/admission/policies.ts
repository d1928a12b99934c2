/** Validation of admission policies, both those that validate and those that mutate. */
import { PolicyCompiler } from "../../../cel/admission/policy-compiler.ts";
import { MAX_AUDIT_ANNOTATIONS, MAX_POLICY_PARTS } from "../../../lib/limits.ts";
import { dns1035LabelProblems, dnsSubdomainProblems } from "../../../lib/names.ts";
import type {
  MatchResources,
  MutatingAdmissionPolicy,
  ParamKind,
  ValidatingAdmissionPolicy,
} from "../../../schema/index.ts";
import type { FieldError } from "../../kind.ts";
import { duplicate, invalid, required, tooMany } from "../field-errors.ts";
import { validateObjectMeta } from "../object-meta.ts";
import {
  validateAuditAnnotation,
  validateMatchConditions,
  validateMutation,
  validateValidation,
  validateVariables,
} from "./expressions.ts";
import { FAILURE_POLICIES, oneOf, REINVOCATION_POLICIES, validateMatchResources } from "./rules.ts";

export function validateValidatingPolicy(policy: ValidatingAdmissionPolicy): FieldError[] {
  const { metadata, spec } = policy;
  const { validations = [], auditAnnotations = [] } = spec;
  const excess = [...tooManyParts("spec.variables", spec.variables), ...tooManyParts("spec.validations", validations)];
  if (excess.length > 0) return excess;
  const compiler = new PolicyCompiler({ hasParams: spec.paramKind !== undefined });
  const errors = [...validateObjectMeta(policy, { namespaced: false }), ...validateCommon(spec, compiler)];
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const why = "validations or auditAnnotations must contain at least one item";
    return [...errors, required("spec.validations", why), required("spec.auditAnnotations", why)];
  }
  for (const [i, validation] of validations.entries()) {
    errors.push(...validateValidation(validation, compiler, `spec.validations[${i}]`));
  }
  if (auditAnnotations.length > MAX_AUDIT_ANNOTATIONS) {
    const why = `must not have more than ${MAX_AUDIT_ANNOTATIONS} auditAnnotations`;
    return [...errors, invalid("spec.auditAnnotations", auditAnnotations, why)];
  }
  const keys = new Set<string>();
  for (const [i, annotation] of auditAnnotations.entries()) {
    const at = `spec.auditAnnotations[${i}]`;
    errors.push(...validateAuditAnnotation(metadata.name ?? "", annotation, compiler, at));
    if (keys.has(annotation.key)) errors.push(duplicate(`${at}.key`, annotation.key));
    keys.add(annotation.key);
  }
  return errors;
}

export function validateMutatingPolicy(policy: MutatingAdmissionPolicy): FieldError[] {
  const { spec } = policy;
  const excess = [...tooManyParts("spec.variables", spec.variables), ...tooManyParts("spec.mutations", spec.mutations)];
  if (excess.length > 0) return excess;
  const compiler = new PolicyCompiler({ hasParams: spec.paramKind !== undefined });
  const errors = [...validateObjectMeta(policy, { namespaced: false }), ...validateCommon(spec, compiler)];
  const { mutations = [], reinvocationPolicy } = spec;
  if (mutations.length === 0) errors.push(required("spec.mutations", "mutations must contain at least one item"));
  for (const [i, mutation] of mutations.entries()) {
    errors.push(...validateMutation(mutation, compiler, `spec.mutations[${i}]`));
  }
  if (!reinvocationPolicy) errors.push(required("spec.reinvocationPolicy"));
  else errors.push(...oneOf("spec.reinvocationPolicy", reinvocationPolicy, REINVOCATION_POLICIES));
  return errors;
}

/** Kubernetes has no such limit; nobody has come near it. */
export function tooManyParts(field: string, parts: readonly unknown[] | undefined): FieldError[] {
  return parts && parts.length > MAX_POLICY_PARTS ? [tooMany(field, parts.length, MAX_POLICY_PARTS)] : [];
}

type CommonSpec = Pick<
  ValidatingAdmissionPolicy["spec"],
  "failurePolicy" | "paramKind" | "matchConstraints" | "matchConditions" | "variables"
>;

function validateCommon(spec: CommonSpec, compiler: PolicyCompiler): FieldError[] {
  const { failurePolicy, paramKind, matchConstraints, matchConditions, variables } = spec;
  return [
    ...(failurePolicy === undefined ? [required("spec.failurePolicy")] : []),
    ...oneOf("spec.failurePolicy", failurePolicy, FAILURE_POLICIES),
    ...(paramKind ? validateParamKind(paramKind, "spec.paramKind") : []),
    ...validateConstraints(matchConstraints),
    ...validateMatchConditions(matchConditions, compiler, "spec.matchConditions"),
    ...validateVariables(variables, compiler, "spec.variables"),
  ];
}

function validateConstraints(constraints: MatchResources | undefined): FieldError[] {
  if (!constraints) return [required("spec.matchConstraints")];
  const errors = validateMatchResources(constraints, "spec.matchConstraints");
  if (!constraints.resourceRules?.length) errors.push(required("spec.matchConstraints.resourceRules"));
  return errors;
}

function validateParamKind({ apiVersion = "", kind = "" }: ParamKind, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const field = `${path}.apiVersion`;
  const parts = apiVersion.split("/");
  const [group = "", version = ""] = parts.length === 1 ? ["", parts[0]] : parts;
  if (apiVersion === "") errors.push(required(field));
  else if (parts.length > 2) errors.push(invalid(field, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  else {
    const groupProblems = group === "" ? [] : dnsSubdomainProblems(group);
    if (groupProblems.length > 0) errors.push(invalid(field, group, groupProblems.join(",")));
    const versionProblems = dns1035LabelProblems(version);
    if (version === "") errors.push(invalid(field, apiVersion, "version must be specified"));
    else if (versionProblems.length > 0) errors.push(invalid(field, version, versionProblems.join(",")));
  }
  const kindProblems = dns1035LabelProblems(kind.toLowerCase());
  if (kind === "") errors.push(required(`${path}.kind`));
  else if (kindProblems.length > 0) {
    const why = `may have mixed case, but should otherwise match: ${kindProblems.join(",")}`;
    errors.push(invalid(`${path}.kind`, kind, why));
  }
  return errors;
}

export function validatePolicyStatus({ status }: ValidatingAdmissionPolicy): FieldError[] {
  return (status?.typeChecking?.expressionWarnings ?? []).flatMap(({ warning, fieldRef }, i) => {
    const at = `status.typeChecking.expressionWarnings[${i}]`;
    return [...(warning ? [] : [required(`${at}.warning`)]), ...(fieldRef?.trim() ? [] : [required(`${at}.fieldRef`)])];
  });
}
