/**
 * The form in which Go writes an object. Structs that are not pointers appear even when empty (`status: {}`), lists
 * without `omitempty` as null, empty optional parts not at all. Fields have the order of the Go structs, keys of maps
 * are sorted.
 */
import { cloneJson, defineField, isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import { zeroScalar } from "./scalars.ts";
import { resolveType } from "./table.ts";
import type { Field, SchemaType, StructType, TypeReference } from "./types.ts";
import { inKeyOrder } from "./written.ts";

/**
 * A copy of a decoded value in Go's form, which shares free-form parts with the original. Idempotent. The semantic
 * defaults of a kind (`restartPolicy: Always`) are applied elsewhere.
 */
export function applyStructDefaults<T>(type: TypeReference, value: T, options: GoFormOptions = {}): T {
  return writeValue(resolveType(type), value as JsonValue, options) as T;
}

export interface GoFormOptions {
  /** Required empty lists stay empty lists, as after decoding. Storage makes them null. */
  keepsEmptyLists?: boolean;
  /** Free-form parts are copied, too: the result shares nothing with the original. */
  copiesAll?: boolean;
}

/** A part that keeps its form. */
function asItIs(value: JsonValue, { copiesAll }: GoFormOptions): JsonValue {
  return copiesAll ? cloneJson(value) : value;
}

function writeValue(type: SchemaType, value: JsonValue, options: GoFormOptions): JsonValue {
  switch (type.kind) {
    case "scalar":
      return asItIs(value, options);
    case "list":
      return Array.isArray(value) ? writeList(type.items, value, options) : asItIs(value, options);
    case "map":
      return isJsonObject(value) ? writeMap(type.values, value, options) : asItIs(value, options);
    case "struct":
      return isJsonObject(value) ? writeStruct(type, value, options) : asItIs(value, options);
  }
}

function writeList(items: SchemaType, value: JsonValue[], options: GoFormOptions): JsonValue[] {
  if (items.kind === "scalar" && !options.copiesAll) return value.slice();
  const result = new Array<JsonValue>(value.length);
  for (let i = 0; i < value.length; i++) result[i] = writeValue(items, value[i]!, options);
  return result;
}

function writeMap(
  values: SchemaType,
  value: JsonObject,
  options: GoFormOptions,
  keys = Object.keys(value),
): JsonObject {
  const result: JsonObject = {};
  for (const key of keys.sort()) {
    const item = value[key];
    if (item !== undefined) defineField(result, key, writeValue(values, item, options));
  }
  return result;
}

function writeStruct(type: StructType, value: JsonObject, options: GoFormOptions): JsonObject {
  if (type.keepsEmpty) return writeCustom(type, value, options);
  const result: JsonObject = {};
  for (const field of type.fields.values()) {
    const item = value[field.name];
    const written = item === undefined || item === null ? emptyField(field, options) : writeField(field, item, options);
    if (written !== undefined) result[field.name] = written;
  }
  if (type.keepsUnknown || type.otherFields) writeOtherFields(type, value, result, options);
  return result;
}

/** Custom objects are maps with sorted keys. Only parts of built-in types (metadata) have Go's form. */
function writeCustom(type: StructType, value: JsonObject, options: GoFormOptions): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item === undefined) continue;
    const fieldType = type.fields.get(key)?.type ?? type.otherFields;
    defineField(result, key, fieldType ? writeInCustom(fieldType, item, options) : inKeyOrder(item));
  }
  return result;
}

function writeInCustom(type: SchemaType, value: JsonValue, options: GoFormOptions): JsonValue {
  if (type.kind === "struct") return isJsonObject(value) ? writeStruct(type, value, options) : inKeyOrder(value);
  if (type.kind === "list" && Array.isArray(value)) {
    return value.map((item) => writeInCustom(type.items, item, options));
  }
  if (type.kind !== "map" || !isJsonObject(value)) return inKeyOrder(value);
  const result: JsonObject = {};
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item !== undefined) defineField(result, key, writeInCustom(type.values, item, options));
  }
  return result;
}

function writeField(field: Field, value: JsonValue, options: GoFormOptions): JsonValue | undefined {
  if (field.whenEmpty === "left out when zero" && isZero(field.type, value)) return undefined;
  // A large map is slow to enumerate: its keys are listed once.
  const keys = field.type.kind === "map" && isJsonObject(value) ? Object.keys(value) : null;
  if (keys ? keys.length === 0 : isEmptyCollection(field.type, value)) {
    if (field.whenEmpty !== "written as null") return undefined;
    return options.keepsEmptyLists && field.type.kind === "list" ? [] : null;
  }
  if (keys && field.type.kind === "map") return writeMap(field.type.values, value as JsonObject, options, keys);
  return writeValue(field.type, value, options);
}

function emptyField(field: Field, options: GoFormOptions): JsonValue | undefined {
  if (field.whenEmpty === "written as null") return null;
  if (field.whenEmpty !== "written as zero") return undefined;
  return field.type.kind === "scalar" ? zeroScalar(field.type.scalar) : writeValue(field.type, {}, options);
}

function isZero(type: SchemaType, value: JsonValue): boolean {
  return type.kind === "scalar" && value === zeroScalar(type.scalar);
}

/** Storage does not distinguish an empty list from an absent one. */
function isEmptyCollection(type: SchemaType, value: JsonValue): boolean {
  if (type.kind === "list") return Array.isArray(value) && value.length === 0;
  return type.kind === "scalar" && type.scalar === "bytes" && value === "";
}

function writeOtherFields(type: StructType, value: JsonObject, result: JsonObject, options: GoFormOptions): void {
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined || type.fields.has(key)) continue;
    defineField(result, key, type.otherFields ? writeValue(type.otherFields, item, options) : asItIs(item, options));
  }
}
