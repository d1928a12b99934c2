/**
 * Validates a custom object with its schema and the schema's rules.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/validator.go
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { CustomResourceSubresourceScale, JSONSchemaProps } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { invalid } from "../../validation/field-errors.ts";
import { Correlated } from "../correlation.ts";
import { compiledRulesOf } from "../rules/compile.ts";
import { runRules } from "../rules/run.ts";
import { validateEmbedded } from "./embedded.ts";
import { validateListTypes } from "./lists.ts";
import { validateScaleSpec, validateScaleStatus } from "./scale.ts";
import { Effort, EffortExceededError, validateSchema } from "./schema.ts";

export interface ValidateValueOptions {
  /** The old object: for transition rules, and because problems of unchanged values are not reported. */
  old?: JsonObject;
  /** The written subresource. Validation covers its part only, but rules see the whole object. */
  subresource?: "status";
  /** The version's scale subresource. */
  scale?: CustomResourceSubresourceScale;
  /** Called for rules that fail on unchanged values: `spec.x: Invalid value: …`. */
  warn?(text: string): void;
}

/** The problems in the server's order; empty if the object is valid. */
export function validateValue(
  object: JsonObject,
  schema: JSONSchemaProps | undefined,
  options: ValidateValueOptions = {},
): FieldError[] {
  if (schema === undefined) return scaleProblems(object, options);
  try {
    return validate(object, schema, options);
  } catch (error) {
    if (error instanceof EffortExceededError) return [invalid("<nil>", null, error.message)];
    throw error;
  }
}

function validate(object: JsonObject, schema: JSONSchemaProps, options: ValidateValueOptions): FieldError[] {
  const correlated = options.old && new Correlated(object, options.old, schema);
  const errors = [
    ...valueProblems(object, schema, correlated, options),
    ...scaleProblems(object, options),
    ...(options.subresource === undefined ? validateEmbedded(schema, object) : []),
    ...listProblems(object, schema, options),
  ];
  if (errors.some(({ type }) => BLOCKING.has(type)))
    return hasAnyRule(schema) ? [...errors, invalid("<nil>", null, UNCHECKED)] : errors;
  return [...errors, ...runRules(schema, object, { old: options.old, correlated, warn: options.warn })];
}

/** Rules run only on values of the right types and sizes. */
const BLOCKING: ReadonlySet<FieldError["type"]> = new Set([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);
const UNCHECKED =
  "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

function hasAnyRule(schema: JSONSchemaProps): boolean {
  return compiledRulesOf(schema).root !== undefined;
}

function valueProblems(
  object: JsonObject,
  schema: JSONSchemaProps,
  correlated: Correlated | undefined,
  { subresource }: ValidateValueOptions,
): FieldError[] {
  const effort = new Effort();
  if (subresource === undefined) return tell(validateSchema(schema, object, { path: "", correlated, effort }), "");
  const part = schema.properties?.[subresource];
  const value = object[subresource];
  if (part === undefined || value === undefined) return [];
  const place = { path: "", correlated: correlated?.field(subresource), effort };
  return tell(validateSchema(part, value as JsonValue, place), subresource);
}

/** Messages have paths relative to the validated part; fields have paths from the root. */
function tell(result: ReturnType<typeof validateSchema>, root: string): FieldError[] {
  const at = (path: string): string =>
    [root, path.replace(/^\./, "")].filter((part) => part !== "").join(".") || "<nil>";
  return Array.from(result.problems, (problem) => problem.told(at));
}

function scaleProblems(object: JsonObject, { scale, subresource }: ValidateValueOptions): FieldError[] {
  if (scale === undefined) return [];
  const spec = subresource === "status" ? [] : validateScaleSpec(object, scale);
  return [...spec, ...validateScaleStatus(object, scale)];
}

/** Duplicates of the old object are accepted. */
function listProblems(object: JsonObject, schema: JSONSchemaProps, { old }: ValidateValueOptions): FieldError[] {
  if (old !== undefined && validateListTypes(schema, old).length > 0) return [];
  return validateListTypes(schema, object);
}
