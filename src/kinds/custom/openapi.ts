/**
 * The published OpenAPI schemas of a custom resource.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder/builder.go
 */

import { equalJson, type JsonObject } from "../../lib/json.ts";
import type { JSONSchemaProps, SelectableField } from "../../schema/types.ts";
import { additionalSchema, itemsSchema, keepsUnknown, propertiesOf } from "./schema-parts.ts";
import type { CustomNames } from "./structural-type.ts";

export interface CustomOpenApi {
  /** The schema in OpenAPI v2, without alternatives, null and other parts that kubectl cannot read. */
  v2: JsonObject;
  /** The schema in OpenAPI v3, unchanged. References point to `#/components/schemas/`. */
  v3: JsonObject;
}

/** Both schemas get apiVersion, kind, metadata and the extension that names their kind. */
export function openApiOf(
  schema: JSONSchemaProps | undefined,
  names: CustomNames,
  selectableFields: readonly SelectableField[] = [],
): CustomOpenApi {
  const published = (dialect: Dialect) => publish(schema, names, selectableFields, dialect);
  return { v2: published("v2"), v3: published("v3") };
}

type Dialect = "v2" | "v3";

function publish(
  schema: JSONSchemaProps | undefined,
  { group, version, kind }: CustomNames,
  selectableFields: readonly SelectableField[],
  dialect: Dialect,
): JsonObject {
  const extensions: JsonObject = { "x-kubernetes-group-version-kind": [{ group, version, kind }] };
  if (selectableFields.length > 0) {
    extensions["x-kubernetes-selectable-fields"] = selectableFields.map(({ jsonPath }) => ({
      fieldPath: jsonPath.replace(/^\./, ""),
    }));
  }
  // An open schema declares no fields, because kubectl would then refuse all undeclared ones.
  const isOpen = schema === undefined || (dialect === "v2" && keepsUnknown(schema));
  if (isOpen) return { type: "object", ...extensions };
  const { properties = {}, ...rest } = publishedSchema(schema, dialect);
  return { ...rest, properties: { ...(properties as JsonObject), ...objectFields(dialect) }, ...extensions };
}

function publishedSchema(schema: JSONSchemaProps, dialect: Dialect): JsonObject {
  const plain = dialect === "v2" ? withoutV3(withIntOrString(schema)) : withIntOrString(schema);
  const result = { ...plain } as JsonObject;
  const items = itemsSchema(plain);
  if (items) result["items"] = publishedSchema(items, dialect);
  const additional = additionalSchema(plain);
  if (additional) result["additionalProperties"] = publishedSchema(additional, dialect);
  if (plain.properties) {
    const fields = propertiesOf(plain).map(([name, field]) => [name, publishedSchema(field, dialect)]);
    result["properties"] = Object.fromEntries(fields);
  }
  const isEmbedded = plain["x-kubernetes-embedded-resource"] === true;
  if (!isEmbedded || (dialect === "v2" && keepsUnknown(schema))) return result;
  const required = new Set(plain.required);
  return {
    ...result,
    properties: { ...(result["properties"] as JsonObject | undefined), ...embeddedFields(dialect) },
    required: [...required, ...["kind", "apiVersion"].filter((name) => !required.has(name))],
  };
}

const INT_OR_STRING: JSONSchemaProps[] = [{ type: "integer" }, { type: "string" }];

/** Expands `x-kubernetes-int-or-string` for clients that do not support it. */
function withIntOrString(schema: JSONSchemaProps): JSONSchemaProps {
  if (!schema["x-kubernetes-int-or-string"]) return schema;
  const { anyOf, allOf } = schema;
  if (equalJson(anyOf, INT_OR_STRING) || equalJson(allOf?.[0]?.anyOf, INT_OR_STRING)) return schema;
  if (!anyOf) return { ...schema, anyOf: INT_OR_STRING };
  return { ...schema, allOf: [{ anyOf: INT_OR_STRING }, ...(allOf ?? [])] };
}

/** The part of a schema that OpenAPI v2 supports. */
function withoutV3(schema: JSONSchemaProps): JSONSchemaProps {
  const { allOf: _allOf, oneOf: _oneOf, anyOf: _anyOf, not: _not, nullable, ...result } = schema;
  if (nullable || keepsUnknown(schema)) {
    delete result.items;
    delete result.properties;
  }
  const isOpen = nullable || (keepsUnknown(schema) && result.type === "object");
  if (isOpen || (result.type === "array" && result.items === undefined)) delete result.type;
  const nullables = propertiesOf(result).filter(([, field]) => field.nullable);
  const names = new Set(nullables.map(([name]) => name));
  const required = additionalSchema(result)?.nullable ? [] : result.required?.filter((name) => !names.has(name));
  if (required?.length) result.required = required;
  else delete result.required;
  return result;
}

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";
const CONVENTIONS = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";

/** A reference with a description beside it, which v3 only allows around it. */
function reference(type: string, description: string, dialect: Dialect): JsonObject {
  if (dialect === "v2") return { description, $ref: `#/definitions/${META}.${type}` };
  return { description, allOf: [{ $ref: `#/components/schemas/${META}.${type}` }] };
}

function objectFields(dialect: Dialect): JsonObject {
  return {
    apiVersion: {
      description: `APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: ${CONVENTIONS}#resources`,
      type: "string",
    },
    kind: {
      description: `Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: ${CONVENTIONS}#types-kinds`,
      type: "string",
    },
    metadata: reference("ObjectMeta", `Standard object's metadata. More info: ${CONVENTIONS}#metadata`, dialect),
  };
}

function embeddedFields(dialect: Dialect): JsonObject {
  return {
    apiVersion: {
      description: `apiVersion defines the versioned schema of this representation of an object. More info: ${CONVENTIONS}#resources`,
      type: "string",
    },
    kind: {
      description: `kind is a string value representing the type of this object. In CamelCase. More info: ${CONVENTIONS}#types-kinds`,
      type: "string",
    },
    metadata: reference("ObjectMeta", `Standard object's metadata. More info: ${CONVENTIONS}#metadata`, dialect),
  };
}
