/** Types as OpenAPI v3 schemas, with the extensions that clients need for merges and `kubectl explain`. */
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import { zeroScalar } from "../scalars.ts";
import { fullNameOf, kindsOfType, resolveStruct, typeNames } from "../table.ts";
import type { Field, ScalarKind, SchemaType, StructType } from "../types.ts";

/** The description of a type or of one of its fields; undefined without one. */
export type Describe = (type: string, field?: string) => string | undefined;

const SCHEMA_PREFIX = "#/components/schemas/";
const META = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** Full names of scalars with a schema of their own. */
const NAMED_SCALARS: Partial<Record<ScalarKind, string>> = {
  quantity: "io.k8s.apimachinery.pkg.api.resource.Quantity",
  intOrString: "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
  time: `${META}.Time`,
  microTime: `${META}.MicroTime`,
};

const NAMED_SCALAR_SCHEMAS: Record<string, JsonObject> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": { oneOf: [{ type: "string" }, { type: "number" }] },
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {
    format: "int-or-string",
    oneOf: [{ type: "integer" }, { type: "string" }],
  },
  [`${META}.Time`]: { type: "string", format: "date-time" },
  [`${META}.MicroTime`]: { type: "string", format: "date-time" },
  [`${META}.Patch`]: { type: "object" },
};

const NAMED_SCALAR_TYPES: Record<string, string> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": "Quantity",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "IntOrString",
  [`${META}.Time`]: "Time",
  [`${META}.MicroTime`]: "MicroTime",
  [`${META}.Patch`]: "Patch",
};

export function schemaReference(fullName: string): JsonObject {
  return { $ref: SCHEMA_PREFIX + fullName };
}

let builtInNames: ReadonlySet<string> | undefined;

/** True for the full name of a schema that the built-in documents can contain. */
export function isBuiltInSchema(fullName: string): boolean {
  builtInNames ??= new Set([...Object.keys(NAMED_SCALAR_SCHEMAS), ...typeNames().map(fullNameOf)]);
  return builtInNames.has(fullName);
}

/** The schemas with these full names and all referenced schemas, by full name in order. */
export function componentSchemas(roots: readonly string[], describe: Describe): Record<string, JsonObject> {
  const schemas = new Map<string, JsonObject>();
  const pending = [...roots];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (schemas.has(name)) continue;
    const schema = componentSchema(name, describe);
    schemas.set(name, schema);
    pending.push(...referencesOf(schema));
  }
  return Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Full names of the schemas that a value refers to. */
export function referencesOf(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === "$ref" && typeof item === "string" ? [item.slice(SCHEMA_PREFIX.length)] : referencesOf(item),
  );
}

function componentSchema(fullName: string, describe: Describe): JsonObject {
  const scalar = NAMED_SCALAR_SCHEMAS[fullName];
  if (scalar) return described(scalar, describe(NAMED_SCALAR_TYPES[fullName]!));
  return structSchema(resolveStruct(fullName), describe);
}

function described(schema: JsonObject, description: string | undefined): JsonObject {
  return description ? { description, ...schema } : schema;
}

function structSchema(type: StructType, describe: Describe): JsonObject {
  const schema: JsonObject = described({ type: "object" }, describe(type.name));
  const fields = [...type.fields.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const required = fields.filter((field) => field.required).map((field) => field.name);
  if (required.length > 0) schema["required"] = required;
  if (fields.length > 0) {
    schema["properties"] = Object.fromEntries(
      fields.map((field) => [field.name, fieldSchema(type, field, describe)] as const),
    );
  }
  if (type.atomic) schema["x-kubernetes-map-type"] = "atomic";
  const kinds = kindsOfType(type.name);
  if (kinds.length > 0) {
    schema["x-kubernetes-group-version-kind"] = kinds.map(([group, version, kind]) => ({ group, version, kind }));
  }
  return schema;
}

function fieldSchema(owner: StructType, field: Field, describe: Describe): JsonObject {
  const description =
    describe(owner.name, field.name) ?? (field.type.kind === "struct" ? describe(field.type.name) : undefined);
  const schema = withDefault(described(typeSchema(field.type), description), field);
  if (field.mergeKey !== undefined || field.retainKeys || field.replaces) {
    const strategies = [
      ...(field.mergeKey !== undefined ? ["merge"] : []),
      ...(field.retainKeys ? ["retainKeys"] : []),
      ...(field.replaces ? ["replace"] : []),
    ];
    if (field.mergeKey) schema["x-kubernetes-patch-merge-key"] = field.mergeKey;
    schema["x-kubernetes-patch-strategy"] = strategies.join(",");
  }
  if (field.type.kind === "map" && field.type.atomic) schema["x-kubernetes-map-type"] = "atomic";
  return schema;
}

function withDefault(schema: JsonObject, field: Field): JsonObject {
  // A reference has no sibling fields.
  const { $ref, ...rest } = schema;
  const open: JsonObject = $ref === undefined ? schema : { ...rest, allOf: [{ $ref }] };
  if (field.default !== undefined) open["default"] = field.default;
  else if (field.whenEmpty === "written as zero") {
    open["default"] = field.type.kind === "scalar" ? zeroScalar(field.type.scalar) : {};
  }
  return open;
}

function typeSchema(type: SchemaType): JsonObject {
  switch (type.kind) {
    case "scalar":
      return scalarSchema(type.scalar);
    case "struct":
      return schemaReference(fullNameOf(type.name));
    case "map":
      return { type: "object", additionalProperties: itemSchema(type.values) };
    case "list": {
      const schema: JsonObject = { type: "array", items: itemSchema(type.items) };
      if (type.keys.length > 0) schema["x-kubernetes-list-map-keys"] = [...type.keys];
      schema["x-kubernetes-list-type"] = type.listType;
      return schema;
    }
  }
}

function itemSchema(type: SchemaType): JsonObject {
  const schema = typeSchema(type);
  if (type.kind === "struct") return { allOf: [schema], default: {} };
  if (type.kind !== "scalar") return schema;
  return "$ref" in schema ? schema : { ...schema, default: zeroScalar(type.scalar) };
}

function scalarSchema(scalar: ScalarKind): JsonObject {
  const named = NAMED_SCALARS[scalar];
  if (named) return schemaReference(named);
  switch (scalar) {
    case "int32":
    case "int64":
      return { type: "integer", format: scalar };
    case "double":
      return { type: "number", format: "double" };
    case "boolean":
      return { type: "boolean" };
    case "bytes":
      return { type: "string", format: "byte" };
    case "object":
      return { type: "object" };
    case "json":
      return {};
    default:
      return { type: "string" };
  }
}
