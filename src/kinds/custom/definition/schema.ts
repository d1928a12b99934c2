/**
 * Validation of a definition's schema: forbidden fields, combinations of fields, and then its rules.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
 *   (ValidateCustomResourceDefinitionOpenAPISchema)
 */
import type { JSONSchemaProps } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { forbidden, invalid, notSupported } from "../../validation/field-errors.ts";
import type { RuleNode } from "../rules/compile.ts";
import { additionalSchema, itemsSchema, propertiesOf } from "../schema-parts.ts";
import { listTypeProblems, mapTypeProblems } from "./list-types.ts";
import { ruleFormProblems, ruleProblems } from "./rules.ts";
import type { SchemaPlace } from "./schema-place.ts";

/** Problems of the schema and, separately, of its rules, which are reported later. */
export interface SchemaProblems {
  schema: FieldError[];
  rules: FieldError[];
}

const TYPES = ["array", "boolean", "integer", "number", "object", "string"];

export function schemaProblems(schema: JSONSchemaProps, place: SchemaPlace): SchemaProblems {
  const { path } = place;
  const found: SchemaProblems = { schema: ownProblems(schema, place), rules: [] };
  if (schema.uniqueItems) {
    const detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    found.schema.push(forbidden(`${path}.uniqueItems`, detail));
  }
  addFields(schema, place, found);
  addAlternatives(schema, place, found);
  addItems(schema, place, found);
  found.schema.push(
    ...mapTypeProblems(schema, path),
    ...listTypeProblems(schema, path),
    ...ruleFormProblems(schema, path),
  );
  if (found.schema.length === 0 && place.rules) found.rules.push(...ruleProblems(schema, place.rules, place));
  return found;
}

function add(found: SchemaProblems, more: SchemaProblems): void {
  found.schema.push(...more.schema);
  found.rules.push(...more.rules);
}

function ownProblems(schema: JSONSchemaProps, place: SchemaPlace): FieldError[] {
  const { path, forbidsDefault, isInMetadata } = place;
  const errors: FieldError[] = [];
  if (schema.type && !TYPES.includes(schema.type)) errors.push(notSupported(`${path}.type`, schema.type, TYPES));
  if (forbidsDefault !== undefined && schema.default !== undefined && schema.default !== null) {
    errors.push(forbidden(`${path}.default`, `must not be set ${forbidsDefault}`));
  }
  for (const [name, isSaid] of unsupported(schema)) {
    if (isSaid) errors.push(forbidden(`${path}.${name}`, `${name} is not supported`));
  }
  if (schema.type === "null") {
    errors.push(forbidden(`${path}.type`, "type cannot be set to null, use nullable as an alternative"));
  }
  if (Array.isArray(schema.items)) {
    errors.push(forbidden(`${path}.items`, "items must be a schema object and not an array"));
  }
  if (isInMetadata && schema["x-kubernetes-embedded-resource"]) {
    errors.push(forbidden(`${path}.x-kubernetes-embedded-resource`, "must not be used inside of resource meta"));
  }
  if (schema["x-kubernetes-preserve-unknown-fields"] === false) {
    errors.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, "must be true or undefined"));
  }
  return errors;
}

function unsupported(schema: JSONSchemaProps): [name: string, isSaid: boolean][] {
  return [
    ["id", Boolean(schema.id)],
    ["additionalItems", schema.additionalItems !== undefined],
    ["patternProperties", Object.keys(schema.patternProperties ?? {}).length > 0],
    ["definitions", Object.keys(schema.definitions ?? {}).length > 0],
    ["dependencies", schema.dependencies !== undefined],
    ["$ref", schema.$ref !== undefined],
  ];
}

function addFields(schema: JSONSchemaProps, place: SchemaPlace, found: SchemaProblems): void {
  const { path, isRoot, rules } = place;
  const { additionalProperties } = schema;
  const properties = propertiesOf(schema);
  const additional = additionalSchema(schema);
  if (properties.length > 0 && (additional || additionalProperties === false)) {
    const detail = "additionalProperties and properties are mutual exclusive";
    found.schema.push(forbidden(`${path}.additionalProperties`, detail));
  }
  if (additional) {
    const below = placeBelow(schema, place, `${path}.additionalProperties`, rules?.values);
    if (place.isInMetadata) below.forbidsDefault = "inside additionalProperties applying to object metadata";
    add(found, schemaProblems(additional, below));
  }
  for (const [name, property] of properties) {
    const below = placeBelow(schema, place, `${path}.properties[${name}]`, rules?.properties.get(name));
    if ((isRoot || schema["x-kubernetes-embedded-resource"]) && OBJECT_FIELDS.has(name)) {
      below.isInMetadata = true;
      if (isRoot) below.forbidsDefault = `in top-level ${name}`;
    }
    add(found, schemaProblems(property, below));
  }
}

const OBJECT_FIELDS = new Set(["apiVersion", "kind", "metadata"]);

function placeBelow(
  schema: JSONSchemaProps,
  place: SchemaPlace,
  path: string,
  rules: RuleNode | undefined,
): SchemaPlace {
  return { ...place, path, isRoot: false, rules, times: place.times * mostParts(schema) };
}

/** The largest number of items or entries; an object has each field once. */
function mostParts({ type, additionalProperties, maxProperties, maxItems }: JSONSchemaProps): number {
  if (type === "array") return Math.max(0, maxItems ?? Number.POSITIVE_INFINITY);
  if (type !== "object" || additionalProperties === undefined) return 1;
  return Math.max(0, maxProperties ?? Number.POSITIVE_INFINITY);
}

/** Rules are not allowed within `allOf`, `anyOf`, `oneOf` and `not`. */
function addAlternatives(schema: JSONSchemaProps, place: SchemaPlace, found: SchemaProblems): void {
  const { path } = place;
  const check = (part: JSONSchemaProps, at: string): void => {
    add(found, schemaProblems(part, { ...place, path: at, isRoot: false, rules: undefined }));
  };
  if (schema.not) check(schema.not, `${path}.not`);
  for (const name of ["allOf", "oneOf", "anyOf"] as const) {
    for (const [i, part] of (schema[name] ?? []).entries()) check(part, `${path}.${name}[${i}]`);
  }
}

function addItems(schema: JSONSchemaProps, place: SchemaPlace, found: SchemaProblems): void {
  const items = itemsSchema(schema);
  if (!items) return;
  const below = placeBelow(schema, place, `${place.path}.items`, place.rules?.items);
  if (schema["x-kubernetes-list-type"] !== "map") below.uncorrelated ??= place.path;
  add(found, schemaProblems(items, below));
}
