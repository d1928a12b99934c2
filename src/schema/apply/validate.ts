/**
 * Validates a configuration against its type. Its problems are the ones of structured-merge-diff before a merge.
 */
import { isBigInteger, isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { itemElement, showElement } from "../path-elements.ts";
import type { ListType, ScalarType, SchemaType, StructType } from "../types.ts";

/** Problems such as `.spec.replica: field not declared in schema`; empty for a valid configuration. */
export function validateConfiguration(type: StructType, value: JsonObject): string[] {
  return validateStruct(type, value).map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
}

interface Problem {
  path: string;
  message: string;
}

function problem(message: string): Problem[] {
  return [{ path: "", message }];
}

function below(prefix: string, problems: Problem[]): Problem[] {
  return problems.map(({ path, message }) => ({ path: prefix + path, message }));
}

function validate(type: SchemaType, value: JsonValue): Problem[] {
  if (value === null) return [];
  switch (type.kind) {
    case "scalar":
      return validateScalar(type, value);
    case "list":
      return Array.isArray(value) ? validateList(type, value) : problem(`expected list, got ${show(value)}`);
    case "map":
      if (!isJsonObject(value)) return problem(`expected map, got ${show(value)}`);
      return Object.keys(value).flatMap((key) => below(`.${key}`, validate(type.values, value[key] ?? null)));
    case "struct":
      return isJsonObject(value) ? validateStruct(type, value) : problem(`expected map, got ${show(value)}`);
  }
}

function validateStruct(type: StructType, value: JsonObject): Problem[] {
  const problems: Problem[] = [];
  for (const key of Object.keys(value)) {
    const fieldType = type.fields.get(key)?.type ?? type.otherFields;
    if (fieldType) problems.push(...below(`.${key}`, validate(fieldType, value[key] ?? null)));
    else if (!isOpen(type)) return [...problems, ...below(`.${key}`, problem("field not declared in schema"))];
  }
  return problems;
}

/** A custom object's schema without fields declares nothing, independent of later pruning. */
function isOpen({ keepsUnknown, keepsEmpty, fields }: StructType): boolean {
  return keepsUnknown === true || (keepsEmpty === true && fields.size === 0);
}

function validateList(type: ListType, items: JsonValue[]): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const element = type.listType === "atomic" ? `i:${index}` : itemElement(type, item);
    if (typeof element !== "string") return [...problems, ...problem(`element ${index}: ${element.problem}`)];
    if (seen.has(element)) problems.push(...problem(`duplicate entries for key ${showElement(element)}`));
    seen.add(element);
    problems.push(...below(showElement(element), validate(type.items, item)));
  }
  return problems;
}

function validateScalar({ scalar }: ScalarType, value: JsonValue): Problem[] {
  switch (scalar) {
    case "string":
    case "bytes":
    case "time":
      return typeof value === "string" ? [] : problem(`expected string, got ${show(value)}`);
    case "boolean":
      return typeof value === "boolean" ? [] : problem(`expected boolean, got ${show(value)}`);
    case "int32":
    case "int64":
    case "double":
      if (typeof value === "number" || isBigInteger(value)) return [];
      return problem(`expected numeric (int or float), got ${goType(value)}`);
    case "quantity":
    case "intOrString":
    case "microTime":
      if (typeof value !== "object" || isBigInteger(value)) return [];
      return problem(`expected any scalar, got ${show(value)}`);
    default:
      return [];
  }
}

function show(value: JsonValue): string {
  return `&value.valueUnstructured{Value:${goLiteral(value)}}`;
}

function goLiteral(value: JsonValue): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goLiteral).join(", ")}}`;
  if (!isJsonObject(value)) return isBigInteger(value) ? value.rawJSON : JSON.stringify(value);
  const entries = Object.keys(value).sort();
  return `map[string]interface {}{${entries.map((key) => `${JSON.stringify(key)}:${goLiteral(value[key]!)}`).join(", ")}}`;
}

function goType(value: JsonValue): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (isJsonObject(value)) return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : typeof value;
}
