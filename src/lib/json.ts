/**
 * JSON as Kubernetes' server reads and writes it: integers of 64 bits keep every digit, a key `__proto__` is a key like any
 * other, and errors have the texts of Go's decoder.
 */
import { JsonScanner, type ScannerHooks } from "./json-scanner.ts";
import { defineField, type JsonObject, type JsonValue } from "./json-value.ts";

export { defineField, type JsonObject, type JsonValue } from "./json-value.ts";

/** The text is no JSON. The message is that of Go's decoder. */
export class JsonSyntaxError extends Error {
  override name = "JsonSyntaxError";
}

/** Not in TypeScript's library yet; both Node and workerd have it. */
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };

/**
 * An integer beyond what a JavaScript number holds, with its digits. It stands in a `JsonValue` where a number would:
 * calculations use the nearest number, `stringifyJson` and texts have every digit. Comes only from texts that have such integers.
 */
export class BigInteger extends Number {
  /** The digits, as they stand in JSON. */
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

/** `__proto__`, also when escaped, or digits enough for an integer that a double may not hold. */
const NEEDS_CARE = /__proto__|\\u00|\d{16}/;

/** Parses JSON. Of fields given twice the last counts. @throws JsonSyntaxError */
export function parseJson(text: string): JsonValue {
  if (NEEDS_CARE.test(text)) return parseCarefully(text);
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // Slower, but it knows Go's words for what is wrong.
    return parseCarefully(text);
  }
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
  /** Paths of fields given more than once, each once, in the order of the text: `spec.containers[0].image`. */
  duplicates: string[];
  /** Where a path occurs for the first time, and where again. */
  positions: { first: Map<string, number>; again: Map<string, number> };
}

/**
 * Parses JSON and reports fields given twice. As in Go, where both values are objects their fields are merged, else the last counts.
 * About ten times slower than `parseJson`. @throws JsonSyntaxError
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

/** The beginning of a number with a fraction or an exponent, where a value may stand. */
const ODD_NUMBER = /(?:"\s*:|[[,])\s*-?\d+[.eE]|\d{16}/;

/**
 * The numbers of a text that JavaScript would write otherwise (`3.0`, `1e26`, `1e400`), by path, as they stand there. Go's decoder
 * takes only whole digits for an integer, and quotes what it refuses. Undefined where there are none. @throws JsonSyntaxError
 */
export function oddNumbers(text: string): Map<string, string> | undefined {
  if (!ODD_NUMBER.test(text)) return undefined;
  const found = new Map<string, string>();
  const scanner = new JsonScanner(text, { ...readers, oddNumber: (path, literal) => void found.set(path, literal) });
  scanner.scanDocument();
  return found.size > 0 ? found : undefined;
}

/** Writes compact JSON, fields in their order. */
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

/** Are two JSON values equal? The order of fields does not matter, and an undefined field is none. */
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
  for (const key in a) {
    if (a[key] === undefined) continue;
    fields++;
    if (!Object.hasOwn(b, key) || !equalJson(a[key], b[key])) return false;
  }
  for (const key in b) if (b[key] !== undefined) fields--;
  return fields === 0;
}
