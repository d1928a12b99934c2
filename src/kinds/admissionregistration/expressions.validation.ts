/**
 * Validation of the expressions of policies and webhooks, which must compile.
 *
 * Kubernetes: pkg/apis/admissionregistration/validation/validation.go (validateMatchConditions, validateVariable)
 */
import type { PolicyCompiler, Result } from "../../cel/admission/policy-compiler.ts";
import { MAX_MATCH_CONDITIONS } from "../../lib/limits.ts";
import { qualifiedNameProblems } from "../../lib/names.ts";
import type { AuditAnnotation, MatchCondition, Mutation, Validation, Variable } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, invalid, invalidFor, notSupported, required, tooMany } from "../validation/field-errors.ts";

const MAX_AUDIT_EXPRESSION_LENGTH = 5 * 1024;
const REASONS = ["Forbidden", "Invalid", "RequestEntityTooLarge"];
const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const RESERVED = new Set(
  (
    "true false null in as break const continue else for function if import let loop package namespace return var " +
    "void while"
  ).split(" "),
);

export function validateMatchConditions(
  conditions: readonly MatchCondition[] | undefined,
  compiler: PolicyCompiler,
  path: string,
): FieldError[] {
  if (!conditions) return [];
  const errors: FieldError[] = [];
  if (conditions.length > MAX_MATCH_CONDITIONS) return [tooMany(path, conditions.length, MAX_MATCH_CONDITIONS)];
  const names = new Set<string>();
  for (const [i, { name, expression = "" }] of conditions.entries()) {
    const at = `${path}[${i}]`;
    const source = expression.trim();
    if (source === "") errors.push(required(`${at}.expression`));
    else errors.push(...compiled(`${at}.expression`, source, compiler, { result: "bool", hasAuthorizer: true }));
    if (!name) errors.push(required(`${at}.name`));
    else errors.push(...invalidFor(`${at}.name`, name, qualifiedNameProblems(name)));
    if (name && names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
  }
  return errors;
}

/** Declares the variables for the expressions that follow. */
export function validateVariables(
  variables: readonly Variable[] | undefined,
  compiler: PolicyCompiler,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { name = "", expression = "" }] of (variables ?? []).entries()) {
    const at = `${path}[${i}]`;
    const isIdentifier = IDENTIFIER.test(name) && !RESERVED.has(name);
    if (name.trim() === "") errors.push(required(`${at}.name`, "name is not specified"));
    else if (!isIdentifier) errors.push(invalid(`${at}.name`, name, "name is not a valid CEL identifier"));
    if (expression.trim() === "") {
      errors.push(required(`${at}.expression`, "expression is not specified"));
      continue;
    }
    if (!isIdentifier) continue;
    const result = compiler.addVariable(name, expression);
    if (result.type === "problem") errors.push(invalid(`${at}.expression`, expression, result.problem));
  }
  return errors;
}

export function validateValidation(validation: Validation, compiler: PolicyCompiler, path: string): FieldError[] {
  const { expression = "", message = "", messageExpression = "", reason } = validation;
  const errors: FieldError[] = [];
  if (expression.trim() === "") errors.push(required(`${path}.expression`, "expression is not specified"));
  else errors.push(...compiled(`${path}.expression`, expression, compiler, { result: "bool", hasAuthorizer: true }));
  const messageField = `${path}.messageExpression`;
  if (messageExpression !== "" && messageExpression.trim() === "") {
    errors.push(invalid(messageField, messageExpression, "must be non-empty if specified"));
  } else if (messageExpression !== "") {
    errors.push(...compiled(messageField, messageExpression, compiler, { result: "string" }));
  }
  if (message !== "" && message.trim() === "") {
    errors.push(invalid(`${path}.message`, message, "message must be non-empty if specified"));
  } else if (/[\n\r]/.test(message.trim())) {
    errors.push(invalid(`${path}.message`, message, "message must not contain line breaks"));
  }
  if (reason !== undefined && !REASONS.includes(reason)) {
    errors.push(notSupported(`${path}.reason`, reason, REASONS));
  }
  return errors;
}

export function validateAuditAnnotation(
  policyName: string,
  { key = "", valueExpression = "" }: AuditAnnotation,
  compiler: PolicyCompiler,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (policyName === "") errors.push(invalid(`${path}.key`, key, "requires metadata.name be non-empty"));
  else errors.push(...invalidFor(`${path}.key`, `${policyName}/${key}`, qualifiedNameProblems(`${policyName}/${key}`)));
  const field = `${path}.valueExpression`;
  const source = valueExpression.trim();
  if (source === "") errors.push(required(field, "valueExpression is not specified"));
  else if (source.length > MAX_AUDIT_EXPRESSION_LENGTH) {
    errors.push(required(field, `must not exceed ${MAX_AUDIT_EXPRESSION_LENGTH} bytes in length`));
  } else {
    errors.push(...compiled(field, source, compiler, { result: "string or null", hasAuthorizer: true }));
  }
  return errors;
}

const PATCH_TYPES = ["ApplyConfiguration", "JSONPatch"];

export function validateMutation(mutation: Mutation, compiler: PolicyCompiler, path: string): FieldError[] {
  const { patchType, applyConfiguration, jsonPatch } = mutation;
  if (!patchType) return [required(`${path}.patchType`)];
  if (!PATCH_TYPES.includes(patchType)) return [notSupported(`${path}.patchType`, patchType, PATCH_TYPES)];
  const isApply = patchType === "ApplyConfiguration";
  const [field, given, other] = isApply
    ? (["applyConfiguration", applyConfiguration, jsonPatch] as const)
    : (["jsonPatch", jsonPatch, applyConfiguration] as const);
  const errors: FieldError[] = [];
  if (!given) errors.push(required(`${path}.${field}`, `must be specified when patchType is ${patchType}`));
  if (other) {
    const otherField = isApply ? "jsonPatch" : "applyConfiguration";
    errors.push(invalid(`${path}.${otherField}`, other, `must not be specified when patchType is ${patchType}`));
  }
  if (!given) return errors;
  const { expression = "" } = given;
  const at = `${path}.${field}.expression`;
  if (expression.trim() === "") return [...errors, required(at, "expression is not specified")];
  const result: Result = isApply ? "Object" : "list(JSONPatch)";
  return [...errors, ...compiled(at, expression, compiler, { result, hasAuthorizer: true })];
}

function compiled(
  field: string,
  source: string,
  compiler: PolicyCompiler,
  options: Parameters<PolicyCompiler["compile"]>[1],
): FieldError[] {
  const result = compiler.compile(source, options);
  return result.type === "problem" ? [invalid(field, source, result.problem)] : [];
}
