/** Removes the fields of a set from an object. */
import { defineField, isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { childOf, elementsOf, type FieldSet, hasBelow, hasElement, isEmptySet, nodeOf } from "../field-set.ts";
import { fieldElement, itemElement } from "../path-elements.ts";
import type { SchemaType, StructType } from "../types.ts";

/** The object without the members of the set. Objects and lists that lose all their content become null. */
export function removeFields(type: StructType, object: JsonObject, set: FieldSet): JsonObject {
  if (isEmptySet(set)) return object;
  return (removeFromObject(object, set, (name) => fieldTypeOf(type, name)) ?? {}) as JsonObject;
}

function fieldTypeOf(type: SchemaType | undefined, name: string): SchemaType | undefined {
  if (type?.kind === "struct") return type.fields.get(name)?.type ?? type.otherFields;
  return type?.kind === "map" ? type.values : type;
}

function removeBelow(type: SchemaType | undefined, value: JsonValue, set: FieldSet): JsonValue {
  if (Array.isArray(value)) return removeFromList(type, value, set);
  if (!isJsonObject(value)) return value;
  if ((type?.kind === "struct" || type?.kind === "map") && type.atomic) return null;
  return removeFromObject(value, set, (name) => fieldTypeOf(type, name));
}

function removeFromObject(
  object: JsonObject,
  set: FieldSet,
  typeOf: (name: string) => SchemaType | undefined,
): JsonObject | null {
  const result: JsonObject = {};
  for (const name of Object.keys(object)) {
    const element = fieldElement(name);
    if (hasElement(set, element)) continue;
    const value = object[name]!;
    const kept = hasBelow(set, element) ? removeBelow(typeOf(name), value, childOf(set, element)!) : value;
    defineField(result, name, kept);
  }
  return Object.keys(result).length > 0 ? result : null;
}

function removeFromList(type: SchemaType | undefined, items: JsonValue[], set: FieldSet): JsonValue {
  if (type?.kind !== "list" || type.listType === "atomic") return null;
  const result: JsonValue[] = [];
  for (const item of items) {
    const element = itemElement(type, item);
    if (typeof element !== "string") result.push(item);
    else if (hasElement(set, element)) continue;
    else result.push(hasBelow(set, element) ? removeBelow(type.items, item, childOf(set, element)!) : item);
  }
  return result.length > 0 ? result : null;
}

/** Adds every declared field that has members below it as a member, so removing its content removes the field. */
export function withNamedFields(type: SchemaType | undefined, set: FieldSet): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const element of elementsOf(set)) {
    const isField = element.startsWith("f:");
    const name = element.slice(2);
    const child = set[element]!;
    if (isEmptySet(child)) {
      result[element] = child;
      continue;
    }
    const below = withNamedFields(isField ? fieldTypeOf(type, name) : itemTypeOf(type), child);
    const isMember = hasElement(set, element) || (isField && type?.kind === "struct" && type.fields.has(name));
    result[element] = nodeOf(elementsOf(below).length > 0 ? { ...below } : undefined, isMember) ?? below;
  }
  return result;
}

function itemTypeOf(type: SchemaType | undefined): SchemaType | undefined {
  return type?.kind === "list" ? type.items : undefined;
}
