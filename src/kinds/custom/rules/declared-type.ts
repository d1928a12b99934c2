/**
 * The CEL type of a value, from its schema.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/cel/common/schemas.go (SchemaDeclType)
 */
import {
  type DeclaredField,
  type DeclaredObject,
  type DeclaredScalar,
  type DeclaredType,
  escapeFieldName,
} from "../../../cel/declared.ts";
import { MAX_REQUEST_BODY_BYTES } from "../../../lib/limits.ts";
import { utf8Length } from "../../../lib/text.ts";
import type { JSONSchemaProps } from "../../../schema/types.ts";
import { additionalSchema, itemsSchema } from "../schema-parts.ts";

/** Of one character. */
const MAX_CHARACTER_BYTES = 4;

/** Undefined for data without a schema, which rules cannot see. `isRoot`: a whole object, with the common fields. */
export function declaredType(schema: JSONSchemaProps, options: { isRoot: boolean }): DeclaredType | undefined {
  const type = plainType(schema, options);
  return type && schema.nullable ? { ...type, isNullable: true } : type;
}

function plainType(schema: JSONSchemaProps, { isRoot }: { isRoot: boolean }): DeclaredType | undefined {
  if (schema["x-kubernetes-int-or-string"]) {
    const maxElements = schema.maxLength === undefined ? MAX_REQUEST_BODY_BYTES - 2 : maxTextBytes(schema.maxLength);
    return scalar("dyn", { maxElements, minBytes: 1 });
  }
  switch (schema.type) {
    case "array":
      return listType(schema);
    case "object":
      return isRoot ? objectType(withObjectFields(schema)) : (mapType(schema) ?? objectType(schema));
    case "string":
      return textType(schema);
    case "boolean":
      return scalar("bool", { maxElements: 0, minBytes: 4 });
    case "number":
      return scalar("double", { maxElements: 0, minBytes: 1 });
    case "integer":
      return scalar("int", { maxElements: 0, minBytes: 1 });
    default:
      return undefined;
  }
}

function isEmbedded(schema: JSONSchemaProps): boolean {
  return schema["x-kubernetes-embedded-resource"] === true;
}

function scalar(name: DeclaredScalar, sizes: { maxElements: number; minBytes: number }): DeclaredType {
  return { kind: "scalar", scalar: name, ...sizes };
}

function listType(schema: JSONSchemaProps): DeclaredType | undefined {
  const items = itemsSchema(schema);
  const itemType = items && declaredType(items, { isRoot: isEmbedded(items) });
  if (itemType === undefined) return undefined;
  const most = Math.floor((MAX_REQUEST_BODY_BYTES - 2) / (itemType.minBytes + 1));
  const listType = schema["x-kubernetes-list-type"];
  const keys = listType === "map" ? (schema["x-kubernetes-list-map-keys"] ?? []) : [];
  const unordered =
    listType === "set" || listType === "map" ? { keys: keys.map((key) => escapeFieldName(key) ?? key) } : undefined;
  return { kind: "list", items: itemType, unordered, maxElements: Math.max(0, schema.maxItems ?? most), minBytes: 2 };
}

function mapType(schema: JSONSchemaProps): DeclaredType | undefined {
  const values = additionalSchema(schema);
  const valueType = values && declaredType(values, { isRoot: isEmbedded(values) });
  if (valueType === undefined) return undefined;
  const most = Math.floor((MAX_REQUEST_BODY_BYTES - 2) / (valueType.minBytes + 6));
  return { kind: "map", values: valueType, maxElements: Math.max(0, schema.maxProperties ?? most), minBytes: 2 };
}

function objectType(schema: JSONSchemaProps): DeclaredObject | undefined {
  // A map whose values have no schema is invisible, unlike an object without fields.
  if (additionalSchema(schema) !== undefined) return undefined;
  const fields = new Map<string, DeclaredField>();
  const required = new Set(schema.required);
  let minBytes = 2;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const type = declaredType(property, { isRoot: isEmbedded(property) });
    if (type === undefined) continue;
    const escaped = escapeFieldName(name);
    if (escaped !== undefined) fields.set(escaped, { name, type });
    if (required.has(name) && property.default === undefined) minBytes += utf8Length(name) + type.minBytes + 4;
  }
  return { kind: "object", fields, maxElements: 0, minBytes };
}

/** Whole objects always have apiVersion, kind and metadata.name. */
function withObjectFields(schema: JSONSchemaProps): JSONSchemaProps {
  const text: JSONSchemaProps = { type: "string" };
  const metadata: JSONSchemaProps = { type: "object", properties: { name: text, generateName: text } };
  return { ...schema, properties: { ...schema.properties, apiVersion: text, kind: text, metadata } };
}

function textType(schema: JSONSchemaProps): DeclaredType {
  const { format, maxLength } = schema;
  const longest = MAX_REQUEST_BODY_BYTES - 2;
  switch (format) {
    case "byte":
      return scalar("bytes", { maxElements: maxLength ?? longest, minBytes: 2 });
    case "duration":
      return scalar("duration", { maxElements: 32, minBytes: 3 });
    case "date":
      return scalar("timestamp", { maxElements: 12, minBytes: 12 });
    case "date-time":
      return scalar("timestamp", { maxElements: 36, minBytes: 21 });
    default:
      return scalar("string", { maxElements: longestText(schema), minBytes: 2 });
  }
}

function longestText(schema: JSONSchemaProps): number {
  if (schema.maxLength !== undefined) return maxTextBytes(schema.maxLength);
  const texts = (schema.enum ?? []).filter((value) => typeof value === "string");
  return texts.length > 0 ? Math.max(...texts.map(utf8Length)) : MAX_REQUEST_BODY_BYTES - 2;
}

function maxTextBytes(maxLength: number): number {
  return Math.max(0, maxLength) * MAX_CHARACTER_BYTES;
}
