/**
 * JSON as Kubernetes' server reads and writes it: 64-bit integers keep every digit, a key `__proto__` is an ordinary
 * key, and errors have the texts of Go's decoder.
 */
import { JsonScanner, type ScannerHooks } from "./json-scanner.ts";
import { defineField, type JsonObject, type JsonValue } from "./json-value.ts";

export { defineField, type JsonObject, type JsonValue } from "./json-value.ts";

/** Invalid JSON. The message is that of Go's decoder. */
export class JsonSyntaxError extends Error {
  override name = "JsonSyntaxError";
}

/** Missing in TypeScript's library; both Node and workerd have it. */
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };

/**
 * An integer that a JavaScript number cannot represent, with its digits. A `JsonValue` may contain one instead of a
 * number: calculations use the nearest number, `stringifyJson` and texts have every digit. Only the parser creates
 * them.
 */
export class BigInteger extends Number {
  /** The digits, as in the JSON text. */
  readonly rawJSON: string;

  constructor(digits: string) {
    super(digits);
    this.rawJSON = digits;
    Object.freeze(this);
  }

  override toString(): string {
    return this.rawJSON;
  }

  toJSON(): unknown {
    return rawJSON(this.rawJSON);
  }
}

/** `__proto__`, also escaped, or enough digits for an integer that a double cannot represent. */
const NEEDS_CARE = /__proto__|\\u00|\d{16}/;

/** Parses JSON. Of duplicate fields the last one counts. @throws JsonSyntaxError */
export function parseJson(text: string): JsonValue {
  if (NEEDS_CARE.test(text)) return parseCarefully(text);
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // The slower parser reports errors in Go's words.
    return parseCarefully(text);
  }
}

/** As `parseJson`; undefined for a text that is no JSON. */
export function parseJsonIfValid(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** The JSON object that a text is; undefined for any other text. */
export function parseJsonObject(text: string): JsonObject | undefined {
  const value = parseJsonIfValid(text);
  return isJsonObject(value) ? value : undefined;
}

function parseCarefully(text: string): JsonValue {
  return new JsonScanner(text, readers).scanDocument();
}

const readers: ScannerHooks = {
  fail: (message) => {
    throw new JsonSyntaxError(message);
  },
  bigInteger: (digits) => new BigInteger(digits) as unknown as JsonValue,
};

export interface StrictlyParsedJson {
  value: JsonValue;
  /** Paths of duplicate fields, each once, in the order of the text: `spec.containers[0].image`. */
  duplicates: string[];
  /** First position of each path, and the position of its duplicate. */
  positions: { first: Map<string, number>; again: Map<string, number> };
}

/**
 * Parses JSON and reports duplicate fields. As in Go, two objects under one name are merged; otherwise the last value
 * counts. About ten times slower than `parseJson`. @throws JsonSyntaxError
 */
export function parseJsonStrictly(text: string): StrictlyParsedJson {
  const positions = { first: new Map<string, number>(), again: new Map<string, number>() };
  const scanner = new JsonScanner(text, {
    ...readers,
    field: (path, at, isRepeated) => {
      const seen = isRepeated ? positions.again : positions.first;
      if (!seen.has(path)) seen.set(path, at);
    },
  });
  return { value: scanner.scanDocument(), duplicates: scanner.duplicates, positions };
}

/** The beginning of a number with a fraction or an exponent, at the position of a value. */
const ODD_NUMBER = /(?:"\s*:|[[,])\s*-?\d+[.eE]|\d{16}/;

/**
 * Numbers that JavaScript would print differently (`3.0`, `1e26`, `1e400`), by path, as written. Go's decoder accepts
 * only whole digits as an integer, and quotes the rejected text. Undefined without such numbers. @throws
 * JsonSyntaxError
 */
export function oddNumbers(text: string): Map<string, string> | undefined {
  if (!ODD_NUMBER.test(text)) return undefined;
  const found = new Map<string, string>();
  const scanner = new JsonScanner(text, { ...readers, oddNumber: (path, literal) => void found.set(path, literal) });
  scanner.scanDocument();
  return found.size > 0 ? found : undefined;
}

/** Writes compact JSON with fields in their order. */
export function stringifyJson(value: unknown): string {
  return JSON.stringify(value);
}

export function isBigInteger(value: unknown): value is BigInteger {
  return value instanceof BigInteger;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof BigInteger);
}

/** A deep copy of a JSON value. */
export function cloneJson<T>(value: T): T {
  return cloneValue(value) as T;
}

function cloneValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const copy = new Array(value.length);
    for (let i = 0; i < value.length; i++) copy[i] = cloneValue(value[i]);
    return copy;
  }
  if (value instanceof BigInteger) return value;
  const source = value as Record<string, unknown>;
  const copy: Record<string, unknown> = {};
  for (const key in source) {
    if (key === "__proto__") defineField(copy, key, cloneValue(source[key]));
    else copy[key] = cloneValue(source[key]);
  }
  return copy;
}

/** Whether two JSON values are equal. The order of fields does not matter; an undefined field counts as absent. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!equalJson(a[i], b[i])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  if (a instanceof BigInteger || b instanceof BigInteger)
    return isBigInteger(a) && isBigInteger(b) && a.rawJSON === b.rawJSON;
  return equalFields(a as Record<string, unknown>, b as Record<string, unknown>);
}

function equalFields(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  let fields = 0;
  // A loop with `in` takes twice as long in objects of thousands of fields.
  for (const key of Object.keys(a)) {
    if (a[key] === undefined) continue;
    fields++;
    if (!Object.hasOwn(b, key) || !equalJson(a[key], b[key])) return false;
  }
  for (const key of Object.keys(b)) if (b[key] !== undefined) fields--;
  return fields === 0;
}
