/**
 * Validation of a definition's rules: their form, compilation and estimated cost.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
 *   (ValidateCustomResourceDefinitionOpenAPISchema)
 */
import { MAX_REQUEST_BODY_BYTES } from "../../../lib/limits.ts";
import type { JSONSchemaProps, ValidationRule } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { forbidden, invalid, notSupported, required } from "../../validation/field-errors.ts";
import type { CompiledRule, RuleNode } from "../rules/compile.ts";
import { estimateCost } from "../rules/cost.ts";
import { findField } from "../rules/field-path.ts";
import { goRule } from "./internal.ts";
import { tooCostly } from "./rule-costs.ts";
import type { SchemaPlace } from "./schema-place.ts";

/** Estimated cost of one rule, in the units of cel-go. */
const MAX_RULE_COST = 10_000_000;

const REASONS = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

/** Problems of one schema's rules that do not need compilation. */
export function ruleFormProblems(schema: JSONSchemaProps, path: string): FieldError[] {
  const rules = schema["x-kubernetes-validations"] ?? [];
  return rules.flatMap((rule, i) => formProblems(rule, schema, `${path}.x-kubernetes-validations[${i}]`));
}

function formProblems(rule: ValidationRule, schema: JSONSchemaProps, path: string): FieldError[] {
  const { message = "", messageExpression = "", reason, fieldPath = "" } = rule;
  const errors = textProblems(rule.rule ?? "", message, path);
  if (messageExpression.length > 0 && messageExpression.trim() === "") {
    errors.push(required(`${path}.messageExpression`, "messageExpression must be non-empty if specified"));
  }
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(notSupported(`${path}.reason`, reason, REASONS));
  if (fieldPath === "") return errors;
  const at = `${path}.fieldPath`;
  if (fieldPath.trim() === "") errors.push(invalid(at, fieldPath, "must be non-empty if specified"));
  if (hasLineBreaks(fieldPath)) errors.push(invalid(at, fieldPath, "must not contain line breaks"));
  if ("problem" in findField(fieldPath, schema)) errors.push(invalid(at, fieldPath, "must be a valid path"));
  return errors;
}

function textProblems(rule: string, message: string, path: string): FieldError[] {
  const trimmed = message.trim();
  if (rule.trim() === "") return [required(`${path}.rule`, "rule is not specified")];
  if (message.length > 0 && trimmed === "") {
    return [invalid(`${path}.message`, message, "must be non-empty if specified")];
  }
  if (hasLineBreaks(trimmed)) return [invalid(`${path}.message`, message, "must not contain line breaks")];
  if (hasLineBreaks(rule.trim()) && trimmed === "") {
    return [required(`${path}.message`, "message must be specified if rule contains line breaks")];
  }
  return [];
}

function hasLineBreaks(text: string): boolean {
  return /[\n\r]/.test(text);
}

/** Problems of compilation, and of cost at the rule's place. */
export function ruleProblems(schema: JSONSchemaProps, node: RuleNode, place: SchemaPlace): FieldError[] {
  if (!node.type && schema["x-kubernetes-validations"]?.length) {
    const message =
      "internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations";
    return [
      { type: "InternalError", field: `${place.path}.x-kubernetes-validations`, message: `Internal error: ${message}` },
    ];
  }
  return node.rules.flatMap((rule, i) => problemsOf(rule, node, place, `${place.path}.x-kubernetes-validations[${i}]`));
}

function problemsOf(compiled: CompiledRule, node: RuleNode, place: SchemaPlace, path: string): FieldError[] {
  const { rule, problem, messageProblem, usesOldSelf } = compiled;
  const errors = costProblems(compiled, node, place, path);
  if (problem !== undefined) errors.push(invalid(`${path}.rule`, goRule(rule), problem));
  if (messageProblem !== undefined) errors.push(invalid(`${path}.messageExpression`, goRule(rule), messageProblem));
  if (usesOldSelf && place.uncorrelated !== undefined) {
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelated}`;
    errors.push(invalid(`${path}.rule`, rule.rule, detail));
  } else if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
    const detail = "may not be set if oldSelf is not used in rule";
    errors.push(invalid(`${path}.optionalOldSelf`, rule.optionalOldSelf, detail));
  }
  return errors;
}

function costProblems(compiled: CompiledRule, node: RuleNode, place: SchemaPlace, path: string): FieldError[] {
  const { program, message } = compiled;
  const { costs, times } = place;
  const errors: FieldError[] = [];
  if (!program || !node.type) return errors;
  const most = Number.isFinite(times) ? times : Math.floor(MAX_REQUEST_BODY_BYTES / (node.type.minBytes + 1));
  const cost = estimateCost(program.root, node.type) * most;
  costs.observe(`${path}.rule`, cost);
  if (cost > MAX_RULE_COST && !costs.isUnchanged) {
    errors.push(forbidden(`${path}.rule`, tooCostly("estimated rule cost", cost, MAX_RULE_COST)));
  }
  if (!message) return errors;
  const messageCost = estimateCost(message.root, node.type);
  costs.observe(`${path}.messageExpression`, messageCost);
  if (messageCost > MAX_RULE_COST && !costs.isUnchanged) {
    const detail = tooCostly("estimated messageExpression cost", messageCost, MAX_RULE_COST);
    errors.push(forbidden(`${path}.messageExpression`, detail));
  }
  return errors;
}
