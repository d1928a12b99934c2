/** Does a custom object fit its schema and its schema's rules? */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { CustomResourceSubresourceScale, JSONSchemaProps } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { invalid } from "../../validation/field-errors.ts";
import { Correlated } from "../correlation.ts";
import { rulesOf } from "../rules/compile.ts";
import { runRules } from "../rules/run.ts";
import { validateEmbedded } from "./embedded.ts";
import { validateListTypes } from "./lists.ts";
import { validateScaleSpec, validateScaleStatus } from "./scale.ts";
import { Effort, EffortExceededError, validateSchema } from "./schema.ts";

export interface ValidateValueOptions {
  /** What the object was: for rules about changes, and because what did not change is not held against it. */
  old?: JsonObject;
  /** The write is to this subresource, which looks at its part of the object only; its rules see all. */
  subresource?: "status";
  /** The version's scale subresource. */
  scale?: CustomResourceSubresourceScale;
  /** Told of rules that fail where nothing changed: `spec.x: Invalid value: …`. */
  warn?(text: string): void;
}

/** The problems in the order in which the server tells them; none if the object is as the schema wants it. */
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
    ...schemaProblems(object, schema, correlated, options),
    ...scaleProblems(object, options),
    ...(options.subresource === undefined ? validateEmbedded(schema, object) : []),
    ...listProblems(object, schema, options),
  ];
  if (errors.some(({ type }) => BLOCKING.has(type)))
    return hasAnyRule(schema) ? [...errors, invalid("<nil>", null, UNCHECKED)] : errors;
  return [...errors, ...runRules(schema, object, { old: options.old, correlated, warn: options.warn })];
}

/** Rules count on values of the right types and sizes. */
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
  return rulesOf(schema).root !== undefined;
}

function schemaProblems(
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

/** Messages name places from where the check began, fields are named from the root. */
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

/** Who inherits duplicates may keep them. */
function listProblems(object: JsonObject, schema: JSONSchemaProps, { old }: ValidateValueOptions): FieldError[] {
  if (old !== undefined && validateListTypes(schema, old).length > 0) return [];
  return validateListTypes(schema, object);
}
