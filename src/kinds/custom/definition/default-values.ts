/**
 * Validation of defaults. A default must match its own schema, otherwise it would make every object invalid.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go
 */
import { cloneJson, equalJson, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { JSONSchemaProps } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { invalid } from "../../validation/field-errors.ts";
import { prune } from "../prune.ts";
import { runRules } from "../rules/run.ts";
import { itemsSchema, propertiesOf } from "../schema-parts.ts";
import { validateEmbedded } from "../validation/embedded.ts";
import { Effort, validateSchema } from "../validation/schema.ts";

/** Problems of all defaults below a schema. `additionalProperties` cannot have defaults. */
export function defaultProblems(schema: JSONSchemaProps, path: string): FieldError[] {
  return problemsBelow(schema, path, { isRoot: true, effort: new Effort() });
}

interface Context {
  isRoot: boolean;
  effort: Effort;
}

function problemsBelow(schema: JSONSchemaProps, path: string, context: Context): FieldError[] {
  const errors = schema.default === undefined || schema.default === null ? [] : defaultProblem(schema, path, context);
  const below = { ...context, isRoot: false };
  const items = itemsSchema(schema);
  if (items) errors.push(...problemsBelow(items, `${path}.items`, below));
  const isObject = context.isRoot || schema["x-kubernetes-embedded-resource"];
  for (const [name, property] of propertiesOf(schema)) {
    // apiVersion, kind and metadata are checked as parts of an embedded object.
    if (isObject && ["apiVersion", "kind", "metadata"].includes(name)) continue;
    errors.push(...problemsBelow(property, `${path}.properties[${name}]`, below));
  }
  return errors;
}

function defaultProblem(schema: JSONSchemaProps, path: string, { effort }: Context): FieldError[] {
  const at = `${path}.default`;
  const value = cloneJson(schema.default) as JsonValue;
  const errors: FieldError[] = [];
  const isRoot = schema["x-kubernetes-embedded-resource"] === true;
  if (!equalJson(prune(value, schema, { isRoot }).value, value)) {
    errors.push(invalid(at, value, "must not have unknown fields"));
  }
  const embedded = validateEmbedded(schema, value, at);
  if (embedded.length > 0) return [...errors, ...embedded];
  const place = (where: string) => [at, where.replace(/^\./, "")].filter((part) => part !== "").join(".");
  const wrong = Array.from(validateSchema(schema, value, { path: "", effort }).problems, (problem) =>
    problem.told(place),
  );
  if (wrong.length > 0) return [...errors, ...wrong];
  return [...errors, ...defaultRuleProblems(schema, value, at)];
}

/** Runs the rules of the default's own schema, on an object whose only field is the default. */
function defaultRuleProblems(schema: JSONSchemaProps, value: JsonValue, at: string): FieldError[] {
  const wrapped: JSONSchemaProps = { type: "object", properties: { default: schema } };
  const object: JsonObject = { default: value };
  const path = at.replace(/\.default$/, "");
  return runRules(wrapped, object, {}).map((error) => ({ ...error, field: `${path}.${error.field}` }));
}
