/**
 * Sets the defaults of a schema, as Kubernetes does whenever custom objects are read or written.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/algorithm.go
 *   staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/prunenulls.go
 */
import { cloneJson, defineField, isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { JSONSchemaProps } from "../../schema/types.ts";
import { fieldSchema, itemsSchema } from "./schema-parts.ts";

/**
 * A copy with the defaults of missing fields, and of nulls that the schema does not allow. Other forbidden nulls
 * stay; `dropNulls` removes them.
 */
export function applyDefaults<T>(value: T, schema: JSONSchemaProps | undefined): T {
  return withDefaults(value as JsonValue, schema) as T;
}

function withDefaults(value: JsonValue, schema: JSONSchemaProps | undefined): JsonValue {
  if (schema === undefined) return value;
  if (Array.isArray(value)) {
    const items = itemsSchema(schema);
    return value.map((item) => withDefaults(replacedNull(item, items), items));
  }
  return isJsonObject(value) ? objectWithDefaults(value, schema) : value;
}

function objectWithDefaults(object: JsonObject, schema: JSONSchemaProps): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value === undefined) continue;
    const field = fieldSchema(schema, key);
    defineField(result, key, withDefaults(replacedNull(value, field), field));
  }
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    if (field.default === undefined || field.default === null || Object.hasOwn(result, key)) continue;
    defineField(result, key, withDefaults(cloneJson(field.default), field));
  }
  return result;
}

function replacedNull(value: JsonValue, schema: JSONSchemaProps | undefined): JsonValue {
  if (value !== null || schema === undefined || schema.nullable) return value;
  return cloneJson(schema.default ?? null);
}

/** A copy without null fields that the schema does not allow and that have no default. */
export function dropNulls<T>(value: T, schema: JSONSchemaProps | undefined): T {
  return withoutNulls(value as JsonValue, schema) as T;
}

function withoutNulls(value: JsonValue, schema: JSONSchemaProps | undefined): JsonValue {
  if (Array.isArray(value)) {
    const items = schema && itemsSchema(schema);
    return value.map((item) => withoutNulls(item, items));
  }
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    const field = schema && fieldSchema(schema, key);
    const isUnwanted = item === null && field !== undefined && !field.nullable && (field.default ?? null) === null;
    if (!isUnwanted) defineField(result, key, withoutNulls(item, field));
  }
  return result;
}
