/** Values of jq: JSON values whose objects are maps, because keys keep their order and may look like numbers. */
import { MAX_FILE_BYTES, MAX_JQ_STEPS } from "../../lib/container-limits.ts";

export type JqObject = Map<string, Value>;
export type Value = null | boolean | number | string | Value[] | JqObject;

/** An error that `try` can catch. The message is any value. */
export class JqError extends Error {
  override name = "JqError";
  readonly value: Value;

  constructor(value: Value) {
    super(typeof value === "string" ? value : "jq error");
    this.value = value;
  }
}

/** The program took more work than a run may take. It cannot be caught by a program. */
export class TooMuchWork extends Error {
  override name = "TooMuchWork";
}

/** Counts the work of a run, in steps of the machine. */
export class Meter {
  steps = 0;

  /** @throws TooMuchWork */
  charge(steps: number): void {
    this.steps += steps;
    if (this.steps > MAX_JQ_STEPS) throw new TooMuchWork("the program takes too many steps");
  }

  /** Charges a text that is made, and limits its size. */
  chargeText(length: number): void {
    if (length > MAX_FILE_BYTES) throw new TooMuchWork("a text is too long");
    this.charge(length / 200);
  }
}

export function isObject(value: Value): value is JqObject {
  return value instanceof Map;
}

export function typeName(value: Value): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return isObject(value) ? "object" : typeof value;
}

export function isTruthy(value: Value): boolean {
  return value !== null && value !== false;
}

const ORDER = ["null", "false", "true", "number", "string", "array", "object"];

function rank(value: Value): number {
  return ORDER.indexOf(typeof value === "boolean" ? String(value) : typeName(value));
}

/** Negative, 0 or positive, in jq's order of all values. */
export function compare(a: Value, b: Value, meter: Meter): number {
  if (a === b) return 0;
  meter.charge(1);
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  if (typeof a === "number") return a < (b as number) || Number.isNaN(a) ? -1 : a === b ? 0 : 1;
  if (typeof a === "string") return compareTexts(a, b as string, meter);
  if (Array.isArray(a)) return compareLists(a, b as Value[], meter);
  if (isObject(a) && isObject(b as Value)) return compareObjects(a, b as JqObject, meter);
  return 0;
}

/** By code points. */
function compareTexts(a: string, b: string, meter: Meter): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    meter.charge(i / 100);
    // Surrogates stand for code points above all others.
    const [high, low] = [x >= 0xd800 && x < 0xe000, y >= 0xd800 && y < 0xe000];
    return high === low ? x - y : high ? 1 : -1;
  }
  meter.charge(length / 100);
  return a.length - b.length;
}

function compareLists(a: readonly Value[], b: readonly Value[], meter: Meter): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compare(a[i]!, b[i]!, meter);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareObjects(a: JqObject, b: JqObject, meter: Meter): number {
  const [keys, otherKeys] = [sortedKeys(a, meter), sortedKeys(b, meter)];
  const order = compareLists(keys, otherKeys, meter);
  if (order !== 0) return order;
  for (const key of keys) {
    const inner = compare(a.get(key)!, b.get(key)!, meter);
    if (inner !== 0) return inner;
  }
  return 0;
}

export function sortedKeys(object: JqObject, meter: Meter): string[] {
  meter.charge(object.size);
  return [...object.keys()].sort((a, b) => compareTexts(a, b, meter));
}

/** A plain JSON value as a value of jq. */
export function jqValue(json: unknown): Value {
  if (json === null || typeof json === "boolean" || typeof json === "number" || typeof json === "string") return json;
  if (Array.isArray(json)) return json.map(jqValue);
  if (typeof json !== "object") return null;
  return new Map(Object.entries(json).map(([key, value]) => [key, jqValue(value)]));
}
