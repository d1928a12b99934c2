/** Applies a policy's mutation to an object: a merge as in server-side apply, or a JSON patch. */
import { OPTIONAL_FIELD } from "../../../cel/admission/object-literals.ts";
import { fromCel } from "../../../cel/values.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { mergeConfiguration } from "../../../schema/apply/merge.ts";
import { validateConfiguration } from "../../../schema/apply/validate.ts";
import { jsonPatch, resolveStruct } from "../../../schema/index.ts";
import type { KubernetesObject, SchemaType, StructType } from "../../../schema/types.ts";
import { decodeAs, isError } from "../../body.ts";
import type { Form } from "./attributes.ts";

/** The changed object, or the reason of the failure in Kubernetes' words. */
export type Mutated = { object: KubernetesObject } | { error: string };

/** Merges the expression's result into the object. */
export function applyConfiguration(kind: Form, object: KubernetesObject, value: unknown): Mutated {
  const configuration = plain(value);
  if (!isJsonObject(configuration)) return { error: "unsupported return type from ApplyConfiguration expression" };
  const type = resolveStruct(kind.schema);
  const named = { ...configuration, apiVersion: object.apiVersion, kind: object.kind } as JsonObject;
  const problems = validateConfiguration(type, named);
  if (problems.length > 0) {
    const why =
      problems.length === 1 ? problems[0] : `errors:\n${problems.map((problem) => `  ${problem}`).join("\n")}`;
    return { error: `error applying patch: failed to convert patch object to typed object: ${why}` };
  }
  const atomics = atomicsIn(type, configuration, "");
  if (atomics.length > 0) {
    const why = `invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(", ")}`;
    return { error: `error applying patch: ${why}` };
  }
  return decoded(kind, mergeConfiguration(type, object as unknown as JsonObject, named));
}

/** Applies the operations in the expression's result. A failed `test` operation leaves the object unchanged. */
export function applyJsonPatch(kind: Form, object: KubernetesObject, value: unknown): Mutated {
  const operations = plain(value);
  if (!Array.isArray(operations)) {
    return { error: "type mismatch: JSONPatchType.expression should evaluate to array" };
  }
  const patched = jsonPatch(object as unknown as JsonValue, operations);
  if ("error" in patched) {
    if (/testing value|test failed/i.test(patched.error)) return { object };
    return { error: `JSON Patch: ${patched.error}` };
  }
  if (!isJsonObject(patched.value)) return { error: "JSON Patch: the result is no object" };
  return decoded(kind, patched.value);
}

function decoded(kind: Form, value: JsonObject): Mutated {
  const read = decodeAs(kind, value, { fieldValidation: "Strict" });
  if (isError(read)) return { error: read.error };
  if (read.strictErrors.length > 0) return { error: `strict decoding error: ${read.strictErrors.join(", ")}` };
  return { object: read.value };
}

/** The value as JSON. A field with an empty optional value is left out. */
function plain(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || !isMap(value)) return fromCel(value) as JsonValue;
  const result: JsonObject = {};
  for (const [name, item] of value instanceof Map ? value : Object.entries(value)) {
    if (!String(name).startsWith(OPTIONAL_FIELD)) result[String(name)] = plain(item);
    else if (hasValue(item)) result[String(name).slice(OPTIONAL_FIELD.length)] = plain(item.value());
  }
  return result;
}

function isMap(value: object): boolean {
  return value instanceof Map || value.constructor === Object || value.constructor === undefined;
}

function hasValue(value: unknown): value is { value(): unknown } {
  return typeof value === "object" && value !== null && "hasValue" in value && (value.hasValue as () => boolean)();
}

/** Paths of atomic lists, maps and structs in the value: merging a part would silently replace the whole. */
function atomicsIn(type: SchemaType | undefined, value: JsonValue | undefined, path: string): string[] {
  if (!type || value === null || value === undefined) return [];
  switch (type.kind) {
    case "scalar":
      return [];
    case "list":
      if (!Array.isArray(value)) return [];
      return type.listType === "atomic" ? [path] : value.flatMap((item) => atomicsIn(type.items, item, `${path}[]`));
    case "map":
      if (!isJsonObject(value)) return [];
      if (type.atomic) return [path];
      return Object.keys(value).flatMap((key) => atomicsIn(type.values, value[key], `${path}.${key}`));
    case "struct":
      if (!isJsonObject(value)) return [];
      if (type.atomic) return [path];
      return atomicsInFields(type, value, path);
  }
}

function atomicsInFields(type: StructType, value: JsonObject, path: string): string[] {
  return Object.keys(value).flatMap((name) => {
    const field = type.fields.get(name);
    if (field?.atomic) return [`${path}.${name}`];
    return atomicsIn(field?.type, value[name], `${path}.${name}`);
  });
}
