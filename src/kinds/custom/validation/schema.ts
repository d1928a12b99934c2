/**
 * Validates a value with a schema, in kube-openapi's order and words.
 *
 * Kubernetes: k8s.io/kube-openapi/pkg/validation/validate/schema.go
 */
import { equalJson, isBigInteger, isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { MAX_VALIDATION_STEPS } from "../../../lib/limits.ts";
import { Regex, RegexError } from "../../../lib/regex.ts";
import { hasFormat } from "../../../lib/text-formats.ts";
import type { JSONSchemaProps } from "../../../schema/types.ts";
import type { Correlated } from "../correlation.ts";
import { additionalSchema, itemsSchema, ownProperty, propertiesOf } from "../schema-parts.ts";
import { validateAlternatives } from "./alternatives.ts";
import { effectiveFormat } from "./formats.ts";
import { validateNumber } from "./numbers.ts";
import {
  missing,
  notOneOf,
  overfull,
  overlong,
  type Problem,
  problemOf,
  Result,
  valueProblem,
  wrongType,
} from "./result.ts";
import { typeProblem } from "./types.ts";

/** A value at its place. */
export interface Place {
  /** The path in messages: `spec.list[0].name`; empty for the whole object. */
  path: string;
  /** The old value, if known: problems of unchanged values are not reported. */
  correlated?: Correlated;
  effort: Effort;
}

/** The remaining budget of one object. Schemas with alternatives over long lists would otherwise be unbounded. */
export class Effort {
  #left = MAX_VALIDATION_STEPS;

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new EffortExceededError("checking the object takes too long");
  }
}

/** Thrown if the schema and the value need more checks than the budget of one object. */
export class EffortExceededError extends Error {
  override name = "EffortExceededError";
}

/** Accepts unchanged values, even if the schema has changed. Throws `EffortExceededError`. */
export function validateSchema(schema: JSONSchemaProps, value: JsonValue, place: Place): Result {
  const result = checkValue(schema, value, place);
  if (!result.isValid && place.correlated?.isUnchanged) return new Result();
  return result;
}

/** Validates a changed value. Its parts are still compared with the old ones. */
function checkValue(schema: JSONSchemaProps, value: JsonValue, place: Place): Result {
  const { path, effort } = place;
  const format = effectiveFormat(schema);
  const result = new Result();
  effort.spend(1);
  if (schema.type || format || schema["x-kubernetes-int-or-string"]) {
    result.add(typeProblem(schema, format, value, path)).matches += 2;
  }
  if (value === null) return result.add(enumProblem(schema, value, place));
  result.merge(validateAlternatives(schema, path, (part) => checkValue(part, value, place))).matches++;
  if (typeof value === "string") result.merge(validateText(schema, value, { path, format, effort }));
  const number = isBigInteger(value) ? Number(value.rawJSON) : value;
  if (typeof number === "number") result.merge(validateNumber(schema, number, path));
  if (Array.isArray(value)) result.merge(validateList(schema, value, place));
  result.add(enumProblem(schema, value, place)).matches++;
  if (isJsonObject(value)) result.merge(validateObject(schema, value, place)).matches++;
  return result;
}

function enumProblem(schema: JSONSchemaProps, value: JsonValue, { path, effort }: Place): Problem | undefined {
  const allowed = (schema.enum ?? []) as JsonValue[];
  if (allowed.length === 0) return undefined;
  effort.spend(allowed.length / COMPARISONS_PER_STEP);
  if (allowed.some((one) => one !== null && equalJson(one, value))) return undefined;
  const problem = notOneOf(path, value, allowed);
  effort.spend(problem.text.length / CHARACTERS_PER_STEP);
  return problem;
}

/** Comparisons with an enumeration's values, and characters of their list, that count as one check. */
const COMPARISONS_PER_STEP = 20;
const CHARACTERS_PER_STEP = 10;

interface TextPlace {
  path: string;
  format: string;
  effort: Effort;
}

function validateText(schema: JSONSchemaProps, text: string, place: TextPlace): Result {
  const { path, format } = place;
  const result = new Result();
  result.add(lengthProblem(schema, text, path) ?? patternProblem(schema, text, place)).matches++;
  if (format !== "" && !hasFormat(text, format)) result.add(wrongType(path, format, text));
  if (format !== "") result.matches++;
  return result;
}

function lengthProblem({ maxLength, minLength }: JSONSchemaProps, text: string, path: string): Problem | undefined {
  if (maxLength === undefined && minLength === undefined) return undefined;
  const length = [...text].length;
  if (maxLength !== undefined && length > maxLength) return overlong(path, maxLength);
  if (minLength === undefined || length >= minLength) return undefined;
  return valueProblem(path, text, `should be at least ${minLength} chars long`);
}

function patternProblem({ pattern }: JSONSchemaProps, text: string, place: TextPlace): Problem | undefined {
  if (!pattern) return undefined;
  const { path, effort } = place;
  const regex = compiled(pattern);
  if (typeof regex !== "string") {
    effort.spend((regex.size * text.length) / REGEX_STEPS_PER_STEP);
    return regex.test(text) ? undefined : valueProblem(path, text, `should match '${pattern}'`);
  }
  return valueProblem(path, text, `should match '${pattern}, but pattern is invalid: ${regex}'`);
}

/** Steps of the regular expression engine that count as one check. */
const REGEX_STEPS_PER_STEP = 20;

/** The expression, or its problem. */
function compiled(pattern: string): Regex | string {
  try {
    return new Regex(pattern);
  } catch (error) {
    if (error instanceof RegexError) return error.message;
    throw error;
  }
}

function validateList(schema: JSONSchemaProps, list: JsonValue[], { path, correlated, effort }: Place): Result {
  const result = new Result();
  const items = itemsSchema(schema);
  const { minItems, maxItems } = schema;
  if (items !== undefined) {
    for (const [i, item] of list.entries()) {
      const at = { path: `${path}[${i}]`, correlated: correlated?.item(i), effort };
      result.merge(validateSchema(items, item, at));
    }
  }
  if (minItems !== undefined && list.length < minItems) {
    result.add(valueProblem(path, list.length, `should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && list.length > maxItems) result.add(overfull(path, list.length, maxItems, "items"));
  if (schema.uniqueItems && hasDuplicates(list)) result.add(valueProblem(path, "", "shouldn't contain duplicates"));
  result.matches += 2;
  return result;
}

function hasDuplicates(list: readonly JsonValue[]): boolean {
  return new Set(list.map((item) => JSON.stringify(item))).size < list.length;
}

function validateObject(schema: JSONSchemaProps, object: JsonObject, place: Place): Result {
  const result = new Result();
  const { path } = place;
  const { minProperties, maxProperties } = schema;
  const size = Object.keys(object).length;
  if (minProperties !== undefined && size < minProperties) {
    result.add(valueProblem(path, size, `should have at least ${minProperties} properties`));
  }
  if (maxProperties !== undefined && size > maxProperties) {
    result.add(overfull(path, size, maxProperties, "properties"));
  }
  result.merge(validateUndeclared(schema, object, place));
  for (const [name, property] of propertiesOf(schema)) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (value !== undefined) result.merge(validateSchema(property, value, below(place, name)));
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(object, name) || object[name] === undefined) result.add(missing(`${path}.${name}`));
  }
  return result;
}

function validateUndeclared(schema: JSONSchemaProps, object: JsonObject, place: Place): Result {
  const result = new Result();
  const additional = additionalSchema(schema);
  if (additional === undefined && schema.additionalProperties !== false) return result;
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (value === undefined || ownProperty(schema, name) !== undefined) continue;
    if (additional === undefined) {
      result.add(forbiddenField(place.path, name));
    } else {
      const path = `${place.path}.${name}`;
      result.merge(validateSchema(additional, value, { ...below(place, name), path }));
    }
  }
  return result;
}

function forbiddenField(path: string, name: string): Problem {
  return problemOf(path, name, `${path}.${name} in body is a forbidden property`);
}

function below({ path, correlated, effort }: Place, name: string): Place {
  // Both objects are in the same version, so apiVersion and kind are never a change.
  const isVersion = path === "" && (name === "apiVersion" || name === "kind");
  return {
    path: path === "" ? name : `${path}.${name}`,
    correlated: isVersion ? undefined : correlated?.field(name),
    effort,
  };
}
