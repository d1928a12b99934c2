/**
 * Merges a configuration into a live object. The configuration's values win, other fields stay. Lists merge by their
 * type.
 */
import { defineField, isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { itemElement } from "../path-elements.ts";
import type { ListType, SchemaType, StructType } from "../types.ts";

/** The result shares parts with both arguments. It must be decoded before use. */
export function mergeConfiguration(type: StructType, live: JsonObject, applied: JsonObject): JsonObject {
  return mergeObjects(live, applied, (name) => memberOf(type, name));
}

interface Member {
  type: SchemaType | undefined;
  atomic: boolean;
}

function memberOf(type: StructType, name: string): Member {
  const field = type.fields.get(name);
  return field ?? { type: type.otherFields, atomic: false };
}

function merge({ type, atomic }: Member, live: JsonValue | undefined, applied: JsonValue | undefined): JsonValue {
  if (live === undefined) return applied!;
  if (applied === undefined) return live;
  if (atomic) return applied;
  if (Array.isArray(live) && Array.isArray(applied) && type?.kind === "list" && type.listType !== "atomic") {
    return live.length === 0 && applied.length === 0 ? applied : mergeLists(type, live, applied);
  }
  if (!isJsonObject(live) || !isJsonObject(applied)) return merelyNull(type, live, applied);
  if (type?.kind === "struct")
    return type.atomic ? applied : mergeObjects(live, applied, (name) => memberOf(type, name));
  if (type?.kind === "map") {
    return type.atomic ? applied : mergeObjects(live, applied, () => ({ type: type.values, atomic: false }));
  }
  return type?.kind === "scalar" && type.scalar === "object"
    ? applied
    : mergeObjects(live, applied, () => ({ type, atomic: false }));
}

/** Null does not replace a list or map with items; any other value replaces the old one. */
function merelyNull(type: SchemaType | undefined, live: JsonValue, applied: JsonValue): JsonValue {
  if (applied !== null || type === undefined || type.kind === "scalar") return applied;
  if (type.kind !== "list") return type.kind === "map" && type.atomic ? applied : live;
  return type.listType === "atomic" ? applied : live;
}

function mergeObjects(live: JsonObject, applied: JsonObject, member: (name: string) => Member): JsonObject {
  const result: JsonObject = {};
  for (const name of Object.keys(live)) {
    if (live[name] !== undefined) defineField(result, name, merge(member(name), live[name], own(applied, name)));
  }
  for (const name of Object.keys(applied)) {
    if (!Object.hasOwn(live, name)) defineField(result, name, applied[name]);
  }
  return result;
}

function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * The live items in their order, with the configuration's merged in. Shared items take the configuration's order, and
 * new items stand at the configuration's place.
 */
function mergeLists(type: ListType, live: JsonValue[], applied: JsonValue[]): JsonValue[] {
  const liveElements = live.map((item) => elementOf(type, item));
  const appliedElements = applied.map((item) => elementOf(type, item));
  const liveByElement = singleItems(live, liveElements);
  const appliedByElement = new Map(appliedElements.map((element, index) => [element, applied[index]!]));
  const liveSet = new Set(liveElements);
  const shared = appliedElements.filter((element) => liveSet.has(element));
  const merged = new Set<string>();
  const result: JsonValue[] = [];
  const takeApplied = (element: string) => {
    merged.add(element);
    result.push(merge({ type: type.items, atomic: false }, liveByElement.get(element), appliedByElement.get(element)));
    if (shared[0] === element) shared.shift();
  };
  let l = 0;
  let r = 0;
  while (l < live.length || r < applied.length) {
    const liveElement = liveElements[l];
    const appliedElement = appliedElements[r];
    if (liveElement !== undefined && liveElement === appliedElement) {
      takeApplied(liveElement);
      l++;
      r++;
    } else if (liveElement !== undefined && !appliedByElement.has(liveElement)) {
      result.push(live[l]!);
      l++;
    } else if (
      liveElement !== undefined &&
      (merged.has(liveElement) || isOutOfTurn(liveElement, shared, appliedElement))
    ) {
      l++;
    } else {
      takeApplied(appliedElement!);
      r++;
    }
  }
  return result;
}

/** A shared item that is not the configuration's next one comes later, at its place there. */
function isOutOfTurn(element: string, shared: string[], appliedElement: string | undefined): boolean {
  return appliedElement !== undefined && shared.length > 0 && shared[0] !== element;
}

function elementOf(type: ListType, item: JsonValue): string {
  const element = itemElement(type, item);
  return typeof element === "string" ? element : "";
}

/** Items by element. Items with the same element are not merged. */
function singleItems(items: JsonValue[], elements: string[]): Map<string, JsonValue | undefined> {
  const result = new Map<string, JsonValue | undefined>();
  for (const [index, element] of elements.entries()) {
    result.set(element, result.has(element) ? undefined : items[index]);
  }
  return result;
}
