/** Operators on JSON: parts, containment, removal of keys. */
import { castTo, jsonText } from "./types.ts";
import { compareValues, Json, List, textOf, typeOf, type Value } from "./values.ts";

export function parsedJson(value: Value): unknown {
  return JSON.parse(textOf(value));
}

export function jsonPart(op: string, left: Value, right: Value): Value {
  const asText = op.endsWith(">>");
  const path = op.startsWith("#")
    ? (castTo(right, { name: "text", isArray: true }, { nowMs: 0 }) as List).items
    : [right];
  let found: unknown = parsedJson(left);
  for (const key of path) {
    if (typeof key === "string" && key.startsWith("$")) {
      for (const name of key.slice(1).matchAll(/\.(\w+)|\[(\d+)\]/g))
        found = childOf(found, name[1] ?? Number(name[2]));
    } else found = childOf(found, typeof key === "number" ? key : textOf(key));
  }
  if (found === undefined || (asText && found === null)) return null;
  if (!asText) return new Json(jsonText(found));
  return typeof found === "string" ? found : jsonText(found);
}

function childOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return value.at(Number(key));
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

/** A literal beside an array is an array, and beside JSON it is JSON. */
export function alike(left: Value, right: Value, facts: { nowMs: number }): [Value, Value] {
  if (left instanceof List && typeof right === "string") return [left, castTo(right, typeOf(left), facts)];
  if (right instanceof List && typeof left === "string") return [castTo(left, typeOf(right), facts), right];
  return [left, right];
}

export function contains(left: Value, right: Value): boolean {
  if (left instanceof List && right instanceof List)
    return right.items.every((item) => left.items.some((each) => compareValues(each, item) === 0));
  return jsonContains(parsedJson(left), parsedJson(right));
}

function jsonContains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part))
    return Array.isArray(whole) && part.every((item) => whole.some((each) => jsonContains(each, item)));
  if (typeof part === "object" && part !== null) {
    if (typeof whole !== "object" || whole === null) return false;
    return Object.entries(part).every(
      ([key, each]) => Object.hasOwn(whole, key) && jsonContains(childOf(whole, key), each),
    );
  }
  return whole === part;
}

export function withoutKey(json: Json, key: Value): Json {
  const value = parsedJson(json);
  if (Array.isArray(value)) return new Json(jsonText(value.filter((each) => each !== textOf(key))));
  const entries = Object.entries(Object(value)).filter(([name]) => name !== textOf(key));
  return new Json(jsonText(Object.fromEntries(entries)));
}
