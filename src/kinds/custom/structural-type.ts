/**
 * A custom resource's schema as a run-time type, so that decoding, patching, server-side apply and managedFields work
 * the same for custom and built-in objects. The type holds the structure only, not the limits of values.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/structural.go
 *   staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/convert.go
 */

import { resolveStruct } from "../../schema/index.ts";
import type { Field, JSONSchemaProps, ListType, ScalarKind, SchemaType, StructType } from "../../schema/types.ts";
import { keepsUnknown } from "./schema-parts.ts";

/** Names of a custom resource's objects. */
export interface CustomNames {
  group: string;
  version: string;
  kind: string;
}

/** The type of the objects of one version. Without a schema everything is kept. */
export function structuralType(schema: JSONSchemaProps | undefined, names: CustomNames): StructType {
  const declared = schema === undefined ? { keepsUnknown: true } : {};
  return { ...structOf({ ...schema, "x-kubernetes-embedded-resource": true }, names.kind), ...declared };
}

const ANYTHING: SchemaType = { kind: "scalar", scalar: "json", goName: "interface {}" };

/** The type of a value at any place below the root. */
export function typeOfSchema(schema: JSONSchemaProps): SchemaType {
  if (schema["x-kubernetes-int-or-string"]) return scalar("intOrString");
  switch (schema.type) {
    case "object":
      return isPlainMap(schema) ? mapOf(schema) : structOf(schema, "");
    case "array":
      return listOf(schema);
    case "string":
      return scalar("string");
    case "boolean":
      return scalar("boolean");
    case "integer":
      return scalar("int64");
    case "number":
      return scalar("double");
    default:
      return hasStructure(schema) ? structOf(schema, "") : ANYTHING;
  }
}

/** Fields without a type: structural schemas allow this with `x-kubernetes-preserve-unknown-fields`. */
function hasStructure(schema: JSONSchemaProps): boolean {
  const { properties, additionalProperties } = schema;
  const isEmbedded = schema["x-kubernetes-embedded-resource"] === true;
  return isEmbedded || properties !== undefined || additionalProperties !== undefined;
}

function scalar(kind: ScalarKind): SchemaType {
  return { kind: "scalar", scalar: kind, goName: "interface {}" };
}

function isPlainMap(schema: JSONSchemaProps): boolean {
  const isEmbedded = schema["x-kubernetes-embedded-resource"] === true;
  const isMap = typeof schema.additionalProperties === "object" && schema.properties === undefined;
  return isMap && !isEmbedded && !keepsUnknown(schema);
}

function mapOf(schema: JSONSchemaProps): SchemaType {
  const values = typeOfSchema(schema.additionalProperties as JSONSchemaProps);
  return { kind: "map", values, atomic: schema["x-kubernetes-map-type"] === "atomic" };
}

function listOf(schema: JSONSchemaProps): ListType {
  const items = itemsOf(schema);
  const itemType = items === undefined ? ANYTHING : typeOfSchema(items);
  const listType = schema["x-kubernetes-list-type"];
  const isKnown = listType === "set" || listType === "map";
  const keys = listType === "map" ? (schema["x-kubernetes-list-map-keys"] ?? []) : [];
  return { kind: "list", items: itemType, listType: isKnown ? listType : "atomic", keys };
}

/** The schema of a list's items. Items inherit the list's `x-kubernetes-preserve-unknown-fields`. */
function itemsOf(schema: JSONSchemaProps): JSONSchemaProps | undefined {
  const { items } = schema;
  if (items === undefined || Array.isArray(items)) return undefined;
  return keepsUnknown(schema) ? { ...items, "x-kubernetes-preserve-unknown-fields": true } : items;
}

function structOf(schema: JSONSchemaProps, name: string): StructType {
  let fields: ReadonlyMap<string, Field> | undefined;
  const { additionalProperties } = schema;
  return {
    kind: "struct",
    name,
    goName: "",
    qualifiedGoName: name,
    atomic: schema["x-kubernetes-map-type"] === "atomic",
    keepsEmpty: true,
    keepsUnknown: keepsUnknown(schema),
    otherFields: otherFieldsOf(additionalProperties),
    get fields() {
      fields ??= fieldsOf(schema);
      return fields;
    },
  };
}

function otherFieldsOf(additional: JSONSchemaProps | boolean | undefined): SchemaType | undefined {
  if (typeof additional === "object") return typeOfSchema(additional);
  return additional === undefined ? undefined : structOf({}, "");
}

function fieldsOf(schema: JSONSchemaProps): Map<string, Field> {
  const fields = new Map<string, Field>();
  const required = new Set(schema.required);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    fields.set(
      name,
      fieldOf(name, typeOfSchema(property), { required: required.has(name), default: property.default }),
    );
  }
  if (schema["x-kubernetes-embedded-resource"]) {
    fields.set("apiVersion", fieldOf("apiVersion", scalar("string"), { required: true }));
    fields.set("kind", fieldOf("kind", scalar("string"), { required: true }));
    fields.set("metadata", fieldOf("metadata", objectMeta(), { required: false }));
  }
  return fields;
}

interface FieldFacts {
  required: boolean;
  default?: unknown;
}

function fieldOf(name: string, type: SchemaType, facts: FieldFacts): Field {
  const isPlain = ["string", "number", "boolean"].includes(typeof facts.default);
  return {
    name,
    type,
    required: facts.required,
    whenEmpty: "left out when unset",
    atomic: (type.kind === "struct" || type.kind === "map") && type.atomic,
    retainKeys: false,
    replaces: false,
    default: isPlain ? (facts.default as Field["default"]) : undefined,
  };
}

let metadataType: StructType | undefined;

/** Custom objects are maps in Kubernetes, which sorts the keys of maps, in metadata as well. */
function objectMeta(): StructType {
  metadataType ??= inOrder(resolveStruct("ObjectMeta"));
  return metadataType;
}

function inOrder(type: StructType): StructType {
  const names = [...type.fields.keys()].sort();
  const fields = new Map<string, Field>();
  for (const name of names) {
    const field = type.fields.get(name)!;
    fields.set(name, { ...field, type: partsInOrder(field.type) });
  }
  const { kind, name, goName, qualifiedGoName, atomic } = type;
  return { kind, name, goName, qualifiedGoName, atomic, fields };
}

function partsInOrder(type: SchemaType): SchemaType {
  if (type.kind === "list") return { ...type, items: partsInOrder(type.items) };
  return type.kind === "struct" ? inOrder(type) : type;
}
