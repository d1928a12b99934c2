/** The set of fields of an object as written: the fields that an applier owns. */
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import { EMPTY_SET, type FieldSet, LEAF, nodeOf } from "./field-set.ts";
import { compareElements, fieldElement, itemElement } from "./path-elements.ts";
import { resolveStruct } from "./table.ts";
import type { Field, ListType, SchemaType, StructType, TypeReference } from "./types.ts";

export function fieldSetOf(type: TypeReference, object: JsonObject): FieldSet {
  return structSet(resolveStruct(type), object) ?? EMPTY_SET;
}

/** Undefined: nothing is in the set here, not even the value itself. */
function valueSet(type: SchemaType, atomic: boolean, value: JsonValue): FieldSet | undefined {
  if (atomic) return LEAF;
  switch (type.kind) {
    case "scalar":
      return type.scalar === "json" && isJsonObject(value) ? mapSet(type, value) : LEAF;
    case "list":
      if (type.listType === "atomic") return LEAF;
      return Array.isArray(value) ? listSet(type, value) : undefined;
    case "map":
      if (type.atomic) return LEAF;
      return isJsonObject(value) ? mapSet(type.values, value) : undefined;
    case "struct":
      if (type.atomic) return LEAF;
      return isJsonObject(value) ? structSet(type, value) : undefined;
  }
}

function structSet(type: StructType, object: JsonObject): FieldSet | undefined {
  return membersSet(object, (name) => type.fields.get(name) ?? { type: type.otherFields ?? ANYTHING, atomic: false });
}

const ANYTHING: SchemaType = { kind: "scalar", scalar: "json", goName: "interface {}" };

function mapSet(values: SchemaType, object: JsonObject): FieldSet | undefined {
  return membersSet(object, () => ({ type: values, atomic: false }));
}

function membersSet(
  object: JsonObject,
  memberOf: (name: string) => Field | Pick<Field, "type" | "atomic">,
): FieldSet | undefined {
  let children: Record<string, FieldSet> | undefined;
  for (const name of Object.keys(object).sort()) {
    const value = object[name];
    if (value === undefined) continue;
    const member = memberOf(name);
    // Undeclared fields and empty values are leaves of the set.
    const isDeclared = "name" in member;
    const isEmpty = value === null || (isJsonObject(value) && Object.keys(value).length === 0);
    const node = valueSet(member.type, member.atomic, value);
    const child = isEmpty || !isDeclared ? withSelf(node) : node;
    if (child === undefined) continue;
    children ??= {};
    children[fieldElement(name)] = child;
  }
  return children;
}

function listSet(type: ListType, items: JsonValue[]): FieldSet | undefined {
  const nodes = new Map<string, FieldSet>();
  for (const item of items) {
    const element = itemElement(type, item);
    if (typeof element !== "string") continue;
    // Items with the same key count as one value.
    nodes.set(element, nodes.has(element) ? LEAF : withSelf(valueSet(type.items, false, item)));
  }
  if (nodes.size === 0) return undefined;
  return Object.fromEntries([...nodes].sort(([a], [b]) => compareElements(a, b)));
}

function withSelf(node: FieldSet | undefined): FieldSet {
  if (node === undefined || node === LEAF) return LEAF;
  return "." in node ? node : nodeOf(node, true)!;
}
