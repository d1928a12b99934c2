/**
 * Lists of type `set` and `map` must not have duplicates.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype/validation.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { JSONSchemaProps } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { duplicate, invalid } from "../../validation/field-errors.ts";
import { additionalSchema, itemsSchema, ownProperty } from "../schema-parts.ts";

export function validateListTypes(schema: JSONSchemaProps, object: JsonObject, path = ""): FieldError[] {
  const errors: FieldError[] = [];
  const additional = additionalSchema(schema);
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (value === undefined) continue;
    const property = ownProperty(schema, name);
    if (additional) errors.push(...validateListsIn(additional, value, `${path}[${name}]`));
    if (property) errors.push(...validateListsIn(property, value, path === "" ? name : `${path}.${name}`));
  }
  return errors;
}

function validateListsIn(schema: JSONSchemaProps, value: JsonValue, path: string): FieldError[] {
  if (isJsonObject(value)) return validateListTypes(schema, value, path);
  if (!Array.isArray(value)) return [];
  const errors = duplicatesIn(schema, value, path);
  const items = itemsSchema(schema);
  if (items) for (const [i, item] of value.entries()) errors.push(...validateListsIn(items, item, `${path}[${i}]`));
  return errors;
}

function duplicatesIn(schema: JSONSchemaProps, list: JsonValue[], path: string): FieldError[] {
  switch (schema["x-kubernetes-list-type"]) {
    case "set":
      return secondOnes(list).map((i) => duplicate(`${path}[${i}]`, list[i]));
    case "map":
      return duplicateKeys(schema, list, path);
    default:
      return [];
  }
}

function duplicateKeys(schema: JSONSchemaProps, list: JsonValue[], path: string): FieldError[] {
  const stranger = list.findIndex((item) => item !== null && !isJsonObject(item));
  if (stranger >= 0) {
    return [invalid(`${path}[${stranger}]`, list[stranger], "must be an object for an array of list-type map")];
  }
  const names = [...(schema["x-kubernetes-list-map-keys"] ?? [])].sort();
  const keys = list.map((item) => keysOf(item, names));
  return secondOnes(keys).map((i) => duplicate(`${path}[${i}]`, keys[i]));
}

function keysOf(item: JsonValue, names: readonly string[]): JsonObject {
  const keys: JsonObject = {};
  for (const name of names) {
    if (isJsonObject(item) && item[name] !== undefined) keys[name] = item[name];
  }
  return keys;
}

/** Positions of the first repetition of each duplicate value. */
function secondOnes(values: readonly JsonValue[]): number[] {
  const times = new Map<string, number>();
  return values.flatMap((value, i) => {
    const text = JSON.stringify(value);
    const before = times.get(text) ?? 0;
    times.set(text, before + 1);
    return before === 1 ? [i] : [];
  });
}
