/** Fields of JSON by path; missing ones read as Go's zero values. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";

/** The value at a path of names (`spec.template`); undefined if it is missing or null. */
export function at(object: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const name of path.split(".")) value = isJsonObject(value) ? value[name] : undefined;
  return value === null ? undefined : value;
}

/** A text, or the text of a number or boolean; empty if it is missing. */
export function textAt(object: JsonObject, path: string): string {
  const value = at(object, path);
  return value === undefined ? "" : goText(value);
}

export function numberAt(object: JsonObject, path: string): number {
  return Number(at(object, path) ?? 0);
}

export function isAt(object: JsonObject, path: string): boolean {
  return at(object, path) === true;
}

export function objectAt(object: JsonObject, path: string): JsonObject {
  const value = at(object, path);
  return isJsonObject(value) ? value : {};
}

export function objectsAt(object: JsonObject, path: string): JsonObject[] {
  const value = at(object, path);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

export function textsAt(object: JsonObject, path: string): string[] {
  const value = at(object, path);
  return Array.isArray(value) ? value.map((one) => goText(one)) : [];
}

/** A map of texts. */
export function mapAt(object: JsonObject, path: string): Record<string, string> {
  return Object.fromEntries(Object.entries(objectAt(object, path)).map(([key, value]) => [key, goText(value ?? null)]));
}

/** Go's `%v` of a decoded JSON value. */
export function goText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isJsonObject(value)) return value === null ? "<nil>" : String(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key] ?? null)}`);
  return `map[${entries.join(" ")}]`;
}

/** The text; `<none>` for an empty one. */
export function orNone(text: string): string {
  return text === "" ? "<none>" : text;
}
