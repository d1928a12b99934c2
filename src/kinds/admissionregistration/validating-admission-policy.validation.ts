/**
 * Validation of ValidatingAdmissionPolicies.
 *
 * Kubernetes: pkg/apis/admissionregistration/validation/validation.go (ValidateValidatingAdmissionPolicy)
 */
import { PolicyCompiler } from "../../cel/admission/policy-compiler.ts";
import { MAX_AUDIT_ANNOTATIONS } from "../../lib/limits.ts";
import type { ValidatingAdmissionPolicy } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, invalid, required } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { tooManyParts, validateCommonPolicy } from "./admission-policy.validation.ts";
import { validateAuditAnnotation, validateValidation } from "./expressions.validation.ts";

export function validateValidatingPolicy(policy: ValidatingAdmissionPolicy): FieldError[] {
  const { metadata, spec } = policy;
  const { validations = [], auditAnnotations = [] } = spec;
  const excess = [...tooManyParts("spec.variables", spec.variables), ...tooManyParts("spec.validations", validations)];
  if (excess.length > 0) return excess;
  const compiler = new PolicyCompiler({ hasParams: spec.paramKind !== undefined });
  const errors = [...validateObjectMeta(policy, { namespaced: false }), ...validateCommonPolicy(spec, compiler)];
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

export function validatePolicyStatus({ status }: ValidatingAdmissionPolicy): FieldError[] {
  return (status?.typeChecking?.expressionWarnings ?? []).flatMap(({ warning, fieldRef }, i) => {
    const at = `status.typeChecking.expressionWarnings[${i}]`;
    return [...(warning ? [] : [required(`${at}.warning`)]), ...(fieldRef?.trim() ? [] : [required(`${at}.fieldRef`)])];
  });
}
