/**
 * Reads fields of custom objects. A cluster's definitions may allow any content, so a field of another type than the
 * published definition has counts as absent.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

export function objectIn(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

export function textIn(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function textsIn(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** A whole number from `least` to `most`. */
export function numberIn(value: JsonValue | undefined, least: number, most: number): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

export function textMapIn(value: JsonValue | undefined): Record<string, string> {
  const entries = Object.entries(objectIn(value)).filter(([, text]) => typeof text === "string");
  return Object.fromEntries(entries) as Record<string, string>;
}

/** One of the words; undefined for any other value. */
export function wordIn<W extends string>(value: JsonValue | undefined, words: readonly W[]): W | undefined {
  return words.find((word) => word === value);
}

/** The object without its undefined fields. */
export function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}
