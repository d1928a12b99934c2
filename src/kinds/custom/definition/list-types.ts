/**
 * Validation of `x-kubernetes-list-type`, its keys and `x-kubernetes-map-type` against the schemas around them.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
 *   (ValidateCustomResourceDefinitionOpenAPISchema)
 */
import type { JSONSchemaProps } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { forbidden, invalid, notSupported, required } from "../../validation/field-errors.ts";
import { itemsSchema, ownProperty } from "../schema-parts.ts";

export function mapTypeProblems(schema: JSONSchemaProps, path: string): FieldError[] {
  const mapType = schema["x-kubernetes-map-type"];
  if (mapType === undefined) return [];
  const errors = wrongType(schema, "object", path, "must be object if x-kubernetes-map-type is specified");
  if (mapType !== "atomic" && mapType !== "granular") {
    errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, ["atomic", "granular"]));
  }
  return errors;
}

function wrongType(schema: JSONSchemaProps, wanted: string, path: string, detail: string): FieldError[] {
  if (schema.type === wanted) return [];
  return [schema.type ? invalid(`${path}.type`, schema.type, detail) : required(`${path}.type`, detail)];
}

export function listTypeProblems(schema: JSONSchemaProps, path: string): FieldError[] {
  const listType = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const errors: FieldError[] = [];
  if (listType !== undefined) {
    errors.push(...wrongType(schema, "array", path, "must be array if x-kubernetes-list-type is specified"));
    if (errors.length === 0 && listType === "set") errors.push(...setItemProblems(schema, `${path}.items`));
    if (!["atomic", "set", "map"].includes(listType)) {
      errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ["atomic", "set", "map"]));
    }
  }
  if (keys.length > 0 && listType !== "map") {
    const detail = "must be map if x-kubernetes-list-map-keys is non-empty";
    const at = `${path}.x-kubernetes-list-type`;
    errors.push(listType === undefined ? required(at, detail) : invalid(at, listType, detail));
  }
  if (listType === "map") errors.push(...keyProblems(schema, keys, path));
  if (listType === "map" || listType === "set") errors.push(...itemProblems(schema, keys, listType, path));
  return errors;
}

/** Items of sets are compared as a whole, so they must be atomic. */
function setItemProblems(schema: JSONSchemaProps, path: string): FieldError[] {
  const items = itemsSchema(schema);
  const detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
  const listType = items?.["x-kubernetes-list-type"] ?? null;
  if (items?.type === "array" && listType !== null && listType !== "atomic") {
    return [invalid(`${path}.x-kubernetes-list-type`, listType, detail)];
  }
  if (items?.type === "object" && items["x-kubernetes-map-type"] !== "atomic") {
    return [invalid(`${path}.x-kubernetes-map-type`, listType, detail)];
  }
  return [];
}

function keyProblems(schema: JSONSchemaProps, keys: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) errors.push(required(at, "must not be empty if x-kubernetes-list-type is map"));
  const items = itemsSchema(schema);
  if (!items) return [...errors, required(`${path}.items`, "must have a schema if x-kubernetes-list-type is map")];
  if (items.type !== "object") {
    const detail = "must be object if parent array's x-kubernetes-list-type is map";
    return [...errors, invalid(`${path}.items.type`, items.type ?? "", detail)];
  }
  for (const [i, key] of keys.entries()) {
    const property = ownProperty(items, key);
    if (!property) errors.push(invalid(at, keys, "entries must all be names of item properties"));
    else if (property.type === "array" || property.type === "object") {
      const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalid(`${path}.items.properties[${key}].type`, items.type, detail));
    }
    if (keys.indexOf(key) < i) errors.push(invalid(at, keys, "must not contain duplicate entries"));
  }
  return errors;
}

function itemProblems(
  schema: JSONSchemaProps,
  keys: readonly string[],
  listType: "map" | "set",
  path: string,
): FieldError[] {
  const items = itemsSchema(schema);
  if (!items) return [];
  const errors: FieldError[] = [];
  if (items.nullable) {
    errors.push(forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  }
  if (listType === "set") return errors;
  for (const key of keys) {
    const property = ownProperty(items, key);
    if (!property) continue;
    const at = `${path}.items.properties[${key}]`;
    if (!items.required?.includes(key) && property.default === undefined)
      errors.push(required(`${at}.default`, NEEDED));
    if (property.nullable) {
      const detail = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable";
      errors.push(forbidden(`${at}.nullable`, detail));
    }
  }
  return errors;
}

const NEEDED = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
