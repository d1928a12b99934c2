/**
 * Validation of the fields that both kinds of admission policy share.
 *
 * Kubernetes: pkg/apis/admissionregistration/validation/validation.go (validateParamKind)
 */
import type { PolicyCompiler } from "../../cel/admission/policy-compiler.ts";
import { MAX_POLICY_PARTS } from "../../lib/limits.ts";
import { dns1035LabelProblems, dnsSubdomainProblems } from "../../lib/names.ts";
import type { MatchResources, ParamKind, ValidatingAdmissionPolicy } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, required, tooMany } from "../validation/field-errors.ts";
import { validateMatchConditions, validateVariables } from "./expressions.validation.ts";
import { FAILURE_POLICIES, oneOf, validateMatchResources } from "./match-rules.validation.ts";

/** A limit of Sandbar's own; Kubernetes has none. */
export function tooManyParts(field: string, parts: readonly unknown[] | undefined): FieldError[] {
  return parts && parts.length > MAX_POLICY_PARTS ? [tooMany(field, parts.length, MAX_POLICY_PARTS)] : [];
}

type CommonSpec = Pick<
  ValidatingAdmissionPolicy["spec"],
  "failurePolicy" | "paramKind" | "matchConstraints" | "matchConditions" | "variables"
>;

export function validateCommonPolicy(spec: CommonSpec, compiler: PolicyCompiler): FieldError[] {
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
