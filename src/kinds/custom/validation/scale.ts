/**
 * The numbers of the scale subresource must be non-negative integers, independent of the schema.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/validator.go
 */
import { isBigInteger, isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { CustomResourceSubresourceScale } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { invalid } from "../../validation/field-errors.ts";

const MAX_REPLICAS = 2 ** 31 - 1;

export function validateScaleSpec(object: JsonObject, scale: CustomResourceSubresourceScale): FieldError[] {
  return replicasProblems(object, scale.specReplicasPath);
}

export function validateScaleStatus(object: JsonObject, scale: CustomResourceSubresourceScale): FieldError[] {
  return [...replicasProblems(object, scale.statusReplicasPath), ...selectorProblems(object, scale.labelSelectorPath)];
}

function replicasProblems(object: JsonObject, path: string): FieldError[] {
  const found = valueAt(object, path);
  const value = isBigInteger(found) ? Number(found.rawJSON) : found;
  if (value === undefined) return [];
  if (typeof value !== "number" || !Number.isInteger(value)) return [invalid(path, 0, wrongType(path, value, "int64"))];
  if (value < 0) return [invalid(path, value, "should be a non-negative integer")];
  if (value <= MAX_REPLICAS) return [];
  return [invalid(path, value, `should be less than or equal to ${MAX_REPLICAS}`)];
}

function selectorProblems(object: JsonObject, path: string | undefined): FieldError[] {
  const value = path === undefined ? undefined : valueAt(object, path);
  if (path === undefined || value === undefined || typeof value === "string") return [];
  return [invalid(path, "", wrongType(path, value, "string"))];
}

function valueAt(object: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const step of path.replace(/^\./, "").split(".")) {
    value = value !== undefined && isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

function wrongType(path: string, value: JsonValue, wanted: string): string {
  return `${path} accessor error: ${goText(value)} is of the type ${goType(value)}, expected ${wanted}`;
}

function goText(value: JsonValue): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (isBigInteger(value)) return value.rawJSON;
  if (!isJsonObject(value)) return String(value);
  const entries = Object.keys(value).sort();
  return `map[${entries.map((name) => `${name}:${goText(value[name] ?? null)}`).join(" ")}]`;
}

function goType(value: JsonValue): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  if (isJsonObject(value)) return "map[string]interface {}";
  if (isBigInteger(value)) return "int64";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return typeof value === "boolean" ? "bool" : "string";
}
