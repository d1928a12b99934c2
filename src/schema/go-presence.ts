/** The fields of an object that Go writes: structs that are not pointers always, empty optional parts never. */
import type { JsonValue } from "../lib/json.ts";
import { zeroScalar } from "./scalars.ts";
import type { Field, StructType } from "./types.ts";

const EMPTY_OBJECT: JsonValue = Object.freeze({});

/** The value of a field in Go; undefined if absent. Null is a value: an empty list or time that Go writes. */
export function goValue(field: Field, value: JsonValue | undefined): JsonValue | undefined {
  if (value === undefined || value === null) return emptyValue(field);
  switch (field.whenEmpty) {
    case "left out when zero":
      return field.type.kind === "scalar" && value === zeroScalar(field.type.scalar) ? undefined : value;
    case "written as null":
      // A decoded empty list differs from an absent one; storage makes it null.
      return field.type.kind !== "list" && isEmptyCollection(field, value) ? null : value;
    default:
      return isEmptyCollection(field, value) ? undefined : value;
  }
}

function emptyValue(field: Field): JsonValue | undefined {
  if (field.whenEmpty === "written as null") return null;
  if (field.whenEmpty !== "written as zero") return undefined;
  return field.type.kind === "scalar" ? zeroScalar(field.type.scalar) : EMPTY_OBJECT;
}

/** Storage does not distinguish an empty list from an absent one. */
function isEmptyCollection(field: Field, value: JsonValue): boolean {
  if (field.type.kind === "list") return Array.isArray(value) && value.length === 0;
  if (field.type.kind === "scalar") return field.type.scalar === "bytes" && value === "";
  if (field.type.kind !== "map" || typeof value !== "object") return false;
  for (const _ in value) return false;
  return true;
}

const fieldsByName = new WeakMap<StructType, readonly Field[]>();

/** The fields of a type in the order of their names. */
export function sortedFields(type: StructType): readonly Field[] {
  let fields = fieldsByName.get(type);
  if (!fields) {
    fields = [...type.fields.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    fieldsByName.set(type, fields);
  }
  return fields;
}
