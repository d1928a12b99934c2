/**
 * Checks that a schema is structural: every value has a type outside of `allOf`, `anyOf`, `oneOf` and `not`, so that
 * the server can prune and set defaults (KEP-1111).
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/validation.go
 */
import { equalJson } from "../../../lib/json.ts";
import { Regex, RegexError } from "../../../lib/regex.ts";
import type { JSONSchemaProps } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { forbidden, invalid, required } from "../../validation/field-errors.ts";
import { additionalSchema, itemsSchema, ownProperty, propertiesOf } from "../schema-parts.ts";

type Level = "root" | "item" | "field";

export function structuralProblems(schema: JSONSchemaProps, path: string): FieldError[] {
  const errors = [...invariantProblems(schema, "root", path), ...completenessProblems(schema, schema, path, path)];
  const text = ({ field, message }: FieldError) => `${field}: ${message}`;
  return errors.sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

function invariantProblems(schema: JSONSchemaProps, level: Level, path: string): FieldError[] {
  const items = itemsSchema(schema);
  const additional = additionalSchema(schema);
  const errors: FieldError[] = [];
  if (schema.type === "array" && !items) errors.push(required(`${path}.items`, "must be specified"));
  if (items) errors.push(...invariantProblems(items, "item", `${path}.items`));
  for (const [name, property] of propertiesOf(schema)) {
    errors.push(...invariantProblems(property, "field", `${path}.properties[${name}]`));
  }
  if (schema.additionalProperties !== undefined && level === "root") {
    errors.push(forbidden(`${path}.additionalProperties`, "must not be used at the root"));
  }
  if (additional) errors.push(...invariantProblems(additional, "field", `${path}.additionalProperties`));
  return [
    ...errors,
    ...extensionProblems(schema, path),
    ...valueProblems(schema, path, intOrStringPatterns(schema)),
    ...typeProblems(schema, level, path),
    ...objectFieldProblems(schema, level, path),
  ];
}

function extensionProblems(schema: JSONSchemaProps, path: string): FieldError[] {
  if (!schema["x-kubernetes-int-or-string"]) return [];
  const detail = "must be false if x-kubernetes-int-or-string is true";
  const fields = ["x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"] as const;
  return fields.filter((name) => schema[name]).map((name) => invalid(`${path}.${name}`, true, detail));
}

const MISSING_TYPE: Readonly<Record<Level, string>> = {
  root: "must not be empty at the root",
  item: "must not be empty for specified array items",
  field: "must not be empty for specified object fields",
};

function typeProblems(schema: JSONSchemaProps, level: Level, path: string): FieldError[] {
  const { type } = schema;
  const isEmbedded = schema["x-kubernetes-embedded-resource"] === true;
  const keepsUnknown = schema["x-kubernetes-preserve-unknown-fields"] === true;
  const errors: FieldError[] = [];
  if (isEmbedded && type !== "object") {
    const detail = "must be object if x-kubernetes-embedded-resource is true";
    errors.push(type ? invalid(`${path}.type`, type, detail) : required(`${path}.type`, detail));
  } else if (!type && !schema["x-kubernetes-int-or-string"] && !keepsUnknown) {
    errors.push(required(`${path}.type`, MISSING_TYPE[level]));
  }
  if (isEmbedded && schema.additionalProperties !== undefined) {
    const detail = "must not be used if x-kubernetes-embedded-resource is set";
    errors.push(forbidden(`${path}.additionalProperties`, detail));
  }
  if (level === "root" && type && type !== "object") {
    errors.push(invalid(`${path}.type`, type, "must be object at the root"));
  }
  if (isEmbedded && !keepsUnknown && Object.keys(schema.properties ?? {}).length === 0) {
    const detail =
      "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
    errors.push(required(`${path}.properties`, detail));
  }
  return errors;
}

/** Checks the common fields of objects. At the root, the schema of metadata may restrict only name and generateName. */
function objectFieldProblems(schema: JSONSchemaProps, level: Level, path: string): FieldError[] {
  const isObject = level === "root" || schema["x-kubernetes-embedded-resource"] === true;
  const errors: FieldError[] = [];
  for (const name of ["kind", "apiVersion"]) {
    const property = ownProperty(schema, name);
    if (!isObject || !property || property.type === "string") continue;
    errors.push(invalid(`${path}.properties[${name}].type`, property.type ?? "", "must be string"));
  }
  const metadata = ownProperty(schema, "metadata");
  if (!metadata) return errors;
  const at = `${path}.properties[metadata]`;
  if (isObject && metadata.type !== "object") {
    errors.push(invalid(`${at}.type`, metadata.type ?? "", "must be object"));
  }
  if (level === "root" && restrictsMore(metadata)) {
    const detail = "must not specify anything other than name and generateName, but metadata is implicitly specified";
    errors.push(forbidden(at, detail));
  }
  return errors;
}

function restrictsMore(metadata: JSONSchemaProps): boolean {
  const { type: _type, default: _default, properties = {}, ...others } = metadata;
  const names = Object.keys(properties);
  const isOnlyNames = names.length > 0 && names.every((name) => name === "name" || name === "generateName");
  return (names.length > 0 && !isOnlyNames) || Object.values(others).some((value) => value !== undefined);
}

const INT_OR_STRING = [{ type: "integer" }, { type: "string" }];

interface AllowedPatterns {
  /** True if `anyOf` is the pattern of an int-or-string. */
  anyOf: boolean;
  /** True if the `anyOf` of the first `allOf` item is that pattern. */
  firstAllOf: boolean;
}

function intOrStringPatterns({ anyOf, allOf }: JSONSchemaProps): AllowedPatterns {
  return { anyOf: equalJson(anyOf, INT_OR_STRING), firstAllOf: equalJson(allOf?.[0]?.anyOf, INT_OR_STRING) };
}

function valueProblems(schema: JSONSchemaProps, path: string, allowed: AllowedPatterns): FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  return [
    ...(allowed.anyOf ? [] : anyOf.flatMap((part, i) => nestedProblems(part, `${path}.anyOf[${i}]`))),
    ...allOf.flatMap((part, i) => nestedProblems(part, `${path}.allOf[${i}]`, allowed.firstAllOf && i === 0)),
    ...oneOf.flatMap((part, i) => nestedProblems(part, `${path}.oneOf[${i}]`)),
    ...(not ? nestedProblems(not, `${path}.not`) : []),
    ...(pattern ? patternProblems(pattern, `${path}.pattern`) : []),
  ];
}

function patternProblems(pattern: string, path: string): FieldError[] {
  try {
    new Regex(pattern);
    return [];
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    return [invalid(path, pattern, `must be a valid regular expression, but isn't: ${error.message}`)];
  }
}

/** Fields that are forbidden within `allOf`, `anyOf`, `oneOf` and `not`, with their messages. */
const NOT_NESTED: readonly (readonly [name: keyof JSONSchemaProps, detail: string])[] = [
  ["type", "must be empty to be structural"],
  ["additionalProperties", "must be undefined to be structural"],
  ["default", "must be undefined to be structural"],
  ["title", "must be empty to be structural"],
  ["description", "must be empty to be structural"],
  ["nullable", "must be false to be structural"],
  ["x-kubernetes-preserve-unknown-fields", "must be false to be structural"],
  ["x-kubernetes-embedded-resource", "must be false to be structural"],
  ["x-kubernetes-int-or-string", "must be false to be structural"],
  ["x-kubernetes-list-map-keys", "must be empty to be structural"],
  ["x-kubernetes-list-type", "must be undefined to be structural"],
  ["x-kubernetes-map-type", "must be undefined to be structural"],
  ["x-kubernetes-validations", "must be empty to be structural"],
];

function nestedProblems(schema: JSONSchemaProps, path: string, allowsAnyOf = false): FieldError[] {
  const items = itemsSchema(schema);
  const errors = valueProblems(schema, path, { anyOf: allowsAnyOf, firstAllOf: false });
  if (items) errors.push(...nestedProblems(items, `${path}.items`));
  for (const [name, property] of propertiesOf(schema)) {
    errors.push(...nestedProblems(property, `${path}.properties[${name}]`));
  }
  for (const [name, detail] of NOT_NESTED) {
    if (says(schema[name])) errors.push(forbidden(`${path}.${name}`, detail));
  }
  if (ownProperty(schema, "metadata")) {
    errors.push(forbidden(`${path}.properties[metadata]`, "must not be specified in a nested context"));
  }
  return errors;
}

function says(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== "" && value !== false;
}

/** Fields that `allOf`, `anyOf`, `oneOf` or `not` restrict must also be declared outside of them. */
function completenessProblems(
  part: JSONSchemaProps,
  declared: JSONSchemaProps,
  declaredPath: string,
  path: string,
): FieldError[] {
  const { not, allOf = [], anyOf = [], oneOf = [] } = part;
  const check = (nested: JSONSchemaProps, at: string) => nestedCompleteness(nested, declared, declaredPath, at);
  return [
    ...(not ? check(not, `${path}.not`) : []),
    ...allOf.flatMap((nested, i) => check(nested, `${path}.allOf[${i}]`)),
    ...anyOf.flatMap((nested, i) => check(nested, `${path}.anyOf[${i}]`)),
    ...oneOf.flatMap((nested, i) => check(nested, `${path}.oneOf[${i}]`)),
  ];
}

function nestedCompleteness(
  nested: JSONSchemaProps,
  declared: JSONSchemaProps | undefined,
  declaredPath: string,
  path: string,
): FieldError[] {
  if (!declared) return [required(declaredPath, `because it is defined in ${path}`)];
  const errors = completenessProblems(nested, declared, declaredPath, path);
  const items = itemsSchema(nested);
  if (items) errors.push(...nestedCompleteness(items, itemsSchema(declared), `${declaredPath}.items`, `${path}.items`));
  for (const [name, property] of propertiesOf(nested)) {
    const at = `.properties[${name}]`;
    errors.push(...nestedCompleteness(property, ownProperty(declared, name), declaredPath + at, path + at));
  }
  return errors;
}
