/** The fields that differ between two objects of a type, as structured-merge-diff compares them. */
import { equalJson, isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import { EMPTY_SET, emptyNode, type FieldSet, LEAF } from "./field-set.ts";
import { goValue, sortedFields } from "./go-presence.ts";
import { compareElements, fieldElement, itemElement } from "./path-elements.ts";
import type { ListType, SchemaType, StructType } from "./types.ts";

export interface Comparison {
  /** Fields that the right object adds or changes. */
  changed: FieldSet;
  /** Fields that only the left object has. */
  removed: FieldSet;
}

export interface CompareOptions {
  /** Absent fields count as absent, even if Go would write them. For configurations and their merges. */
  asWritten?: boolean;
}

/** @param left undefined: an object without any value, before it is created */
export function compareFields(
  type: StructType,
  left: JsonObject | undefined,
  right: JsonObject,
  options: CompareOptions = {},
): Comparison {
  if (left === right) return { changed: EMPTY_SET, removed: EMPTY_SET };
  const [l, r] = withoutEqualFields(left ?? {}, right);
  const differences = new Differences({ isNew: false, isGone: false });
  addStruct(differences, type, l, r, options);
  const difference = differences.result();
  return { changed: difference?.changed ?? EMPTY_SET, removed: difference?.removed ?? EMPTY_SET };
}

/** Drops equal fields before the walk: most writes touch one of metadata, spec and status. */
function withoutEqualFields(left: JsonObject, right: JsonObject): [JsonObject, JsonObject] {
  const l = { ...left };
  const r = { ...right };
  for (const name of Object.keys(l)) {
    if (!equalJson(l[name], r[name])) continue;
    delete l[name];
    delete r[name];
  }
  return [l, r];
}

/** The difference at one place, as parts of both sets. */
interface Difference {
  changed?: FieldSet;
  removed?: FieldSet;
}

type Side = JsonValue | undefined;

const ADDED: Difference = { changed: LEAF };
const REMOVED: Difference = { removed: LEAF };

function compare(type: SchemaType, atomic: boolean, l: Side, r: Side, options: CompareOptions): Difference | undefined {
  if (l === r) return undefined;
  if (atomic || isLeaf(type, l, r, options)) return compareLeaves(l, r);
  // A large map is slow to enumerate: its keys are listed once.
  const names = type.kind === "struct" || type.kind === "list" ? [] : sortedNames(objectOf(l), objectOf(r));
  if (type.kind === "map" && names.length === 0) return compareLeaves(l, r);
  // The place itself belongs to the difference if it exists on one side only.
  const differences = new Differences({ isNew: l === undefined, isGone: r === undefined });
  if (type.kind === "struct") addStruct(differences, type, l, r, options);
  else if (type.kind === "list") addList(differences, type, listOf(l), listOf(r), options);
  else addMap(differences, type, { l: objectOf(l), r: objectOf(r), names }, options);
  return differences.result();
}

/**
 * Scalars, atomic lists and maps, and values that are empty on both sides are compared as a whole. `compare` itself finds
 * empty maps.
 */
function isLeaf(type: SchemaType, l: Side, r: Side, options: CompareOptions): boolean {
  switch (type.kind) {
    case "scalar":
      return type.scalar !== "json" || !(isJsonObject(l) || isJsonObject(r));
    case "list":
      return type.listType === "atomic" || (listOf(l).length === 0 && listOf(r).length === 0);
    case "map":
      return type.atomic;
    case "struct":
      return type.atomic || (isEmptyStruct(type, l, options) && isEmptyStruct(type, r, options));
  }
}

function compareLeaves(l: Side, r: Side): Difference | undefined {
  if (l === undefined) return ADDED;
  if (r === undefined) return REMOVED;
  return equalJson(l, r) ? undefined : ADDED;
}

function objectOf(value: Side): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: Side): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function isEmptyObject(value: Side): boolean {
  for (const _ in objectOf(value)) return false;
  return true;
}

/** True without any field, including fields that Go would write. */
function isEmptyStruct(type: StructType, value: Side, options: CompareOptions): boolean {
  if (!isJsonObject(value)) return true;
  if (type.keepsEmpty || options.asWritten) return isEmptyObject(value);
  for (const field of type.fields.values()) if (goValue(field, value[field.name]) !== undefined) return false;
  return true;
}

/** The differences below one place, in the order of their elements. */
class Differences {
  readonly #isNew: boolean;
  readonly #isGone: boolean;
  #changed: Record<string, FieldSet> | undefined;
  #removed: Record<string, FieldSet> | undefined;

  /** @param place whether the place itself is missing on the left (`isNew`) or on the right (`isGone`) */
  constructor({ isNew, isGone }: { isNew: boolean; isGone: boolean }) {
    this.#isNew = isNew;
    this.#isGone = isGone;
  }

  add(element: string, difference: Difference | undefined): void {
    if (difference?.changed) {
      this.#changed ??= emptyNode(this.#isNew);
      this.#changed[element] = difference.changed;
    }
    if (difference?.removed) {
      this.#removed ??= emptyNode(this.#isGone);
      this.#removed[element] = difference.removed;
    }
  }

  result(): Difference | undefined {
    const changed = this.#changed ?? (this.#isNew ? LEAF : undefined);
    const removed = this.#removed ?? (this.#isGone ? LEAF : undefined);
    return changed || removed ? { changed, removed } : undefined;
  }
}

function addStruct(differences: Differences, type: StructType, l: Side, r: Side, options: CompareOptions): void {
  if (type.keepsUnknown || type.otherFields) {
    addOpenStruct(differences, type, objectOf(l), objectOf(r), options);
    return;
  }
  const left = isJsonObject(l) ? l : undefined;
  const right = isJsonObject(r) ? r : undefined;
  const asWritten = options.asWritten || type.keepsEmpty;
  for (const field of sortedFields(type)) {
    const leftValue = left && (asWritten ? left[field.name] : goValue(field, left[field.name]));
    const rightValue = right && (asWritten ? right[field.name] : goValue(field, right[field.name]));
    if (leftValue === rightValue) continue;
    differences.add(fieldElement(field.name), compare(field.type, field.atomic, leftValue, rightValue, options));
  }
}

const ANYTHING: SchemaType = { kind: "scalar", scalar: "json", goName: "interface {}" };

/** Custom resources may have undeclared fields. */
function addOpenStruct(
  differences: Differences,
  type: StructType,
  l: JsonObject,
  r: JsonObject,
  options: CompareOptions,
): void {
  for (const name of sortedNames(l, r)) {
    const field = type.fields.get(name);
    const fieldType = field?.type ?? type.otherFields ?? ANYTHING;
    differences.add(fieldElement(name), compare(fieldType, field?.atomic ?? false, l[name], r[name], options));
  }
}

function addMap(
  differences: Differences,
  type: SchemaType,
  { l, r, names }: { l: JsonObject; r: JsonObject; names: readonly string[] },
  options: CompareOptions,
): void {
  const values = type.kind === "map" ? type.values : ANYTHING;
  for (const name of names) {
    differences.add(fieldElement(name), compare(values, false, own(l, name), own(r, name), options));
  }
}

function own(object: JsonObject, name: string): Side {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function sortedNames(l: JsonObject, r: JsonObject): string[] {
  const names = Object.keys(l);
  if (names.length === 0) return Object.keys(r).sort();
  for (const name of Object.keys(r)) if (!Object.hasOwn(l, name)) names.push(name);
  return names.sort();
}

function addList(
  differences: Differences,
  type: ListType,
  l: JsonValue[],
  r: JsonValue[],
  options: CompareOptions,
): void {
  const left = byElement(type, l);
  const right = byElement(type, r);
  const elements = [...left.keys()];
  for (const element of right.keys()) if (!left.has(element)) elements.push(element);
  if (elements.length > 1) elements.sort(compareElements);
  for (const element of elements) {
    differences.add(element, compareItems(type, left.get(element) ?? [], right.get(element) ?? [], options));
  }
}

function byElement(type: ListType, items: JsonValue[]): Map<string, JsonValue[]> {
  const result = new Map<string, JsonValue[]>();
  for (const item of items) {
    const element = itemElement(type, item);
    if (typeof element !== "string") continue;
    const same = result.get(element);
    if (same) same.push(item);
    else result.set(element, [item]);
  }
  return result;
}

/** Items with one key. Several such items count as one value. */
function compareItems(type: ListType, l: JsonValue[], r: JsonValue[], options: CompareOptions): Difference | undefined {
  const compareOne = (left: Side, right: Side) => compare(type.items, false, left, right, options);
  if (l.length <= 1 && r.length <= 1) return compareOne(l[0], r[0]);
  if (l.length > 1 && r.length > 1) return equalJson(l, r) ? undefined : ADDED;
  if (l.length > 1) return { changed: r.length > 0 ? compareOne(undefined, r[0])?.changed : undefined, removed: LEAF };
  return { changed: LEAF, removed: l.length > 0 ? compareOne(l[0], undefined)?.removed : undefined };
}
