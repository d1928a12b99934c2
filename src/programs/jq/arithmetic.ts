/** The operators of jq on values. */

import { MAX_FILE_BYTES } from "../../lib/container-limits.ts";
import { described } from "./messages.ts";
import { compare, isObject, JqError, type JqObject, type Meter, TooMuchWork, type Value } from "./values.ts";

type Operation = (a: Value, b: Value, meter: Meter) => Value;

/** @throws JqError */
export function add(a: Value, b: Value, meter: Meter): Value {
  if (a === null) return b;
  if (b === null) return a;
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (typeof a === "string" && typeof b === "string") {
    if (a.length + b.length > MAX_FILE_BYTES) throw new TooMuchWork("a text is too long");
    meter.charge(b.length / 200);
    return a + b;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    meter.charge((a.length + b.length) / 10);
    return [...a, ...b];
  }
  if (isObject(a) && isObject(b)) {
    meter.charge((a.size + b.size) / 5);
    return new Map([...a, ...b]);
  }
  throw failure(a, b, "added");
}

function failure(a: Value, b: Value, verb: string): JqError {
  return new JqError(`${described(a)} and ${described(b)} cannot be ${verb}`);
}

function subtract(a: Value, b: Value, meter: Meter): Value {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (!Array.isArray(a) || !Array.isArray(b)) throw failure(a, b, "subtracted");
  return a.filter((item) => !b.some((other) => compare(item, other, meter) === 0));
}

function multiply(a: Value, b: Value, meter: Meter): Value {
  if (typeof a === "number" && typeof b === "number") return a * b;
  if (typeof a === "string" && typeof b === "number") return repeated(a, b, meter);
  if (typeof b === "string" && typeof a === "number") return repeated(b, a, meter);
  if (isObject(a) && isObject(b)) return merged(a, b, meter, 0);
  throw failure(a, b, "multiplied");
}

function repeated(text: string, count: number, meter: Meter): Value {
  if (!(count > 0)) return null;
  const times = count < 1 ? 1 : Math.floor(count);
  meter.chargeText(text.length * times);
  return text.repeat(times);
}

function merged(a: JqObject, b: JqObject, meter: Meter, depth: number): JqObject {
  if (depth > 1000) throw new TooMuchWork("an object is too deep");
  meter.charge((a.size + b.size) / 5);
  const result = new Map(a);
  for (const [key, value] of b) {
    const old = result.get(key) ?? null;
    result.set(key, isObject(old) && isObject(value) ? merged(old, value, meter, depth + 1) : value);
  }
  return result;
}

function divide(a: Value, b: Value, meter: Meter): Value {
  if (typeof a === "number" && typeof b === "number") {
    if (b === 0) throw failure(a, b, "divided because the divisor is zero");
    return a / b;
  }
  if (typeof a === "string" && typeof b === "string") return splitText(a, b, meter);
  throw failure(a, b, "divided");
}

export function splitText(text: string, separator: string, meter: Meter): Value[] {
  meter.charge(text.length / 10);
  if (text === "") return [];
  return separator === "" ? [...text] : text.split(separator);
}

function remainder(a: Value, b: Value): Value {
  if (typeof a !== "number" || typeof b !== "number") throw failure(a, b, "divided");
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  const divisor = Math.abs(Math.trunc(b));
  if (divisor === 0) throw failure(a, b, "divided (remainder) because the divisor is zero");
  const result = Math.trunc(a) % divisor;
  return result === 0 ? 0 : result;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  "+": add,
  "-": subtract,
  "*": multiply,
  "/": divide,
  "%": remainder,
  "==": (a, b, meter) => compare(a, b, meter) === 0,
  "!=": (a, b, meter) => compare(a, b, meter) !== 0,
  "<": (a, b, meter) => compare(a, b, meter) < 0,
  "<=": (a, b, meter) => compare(a, b, meter) <= 0,
  ">": (a, b, meter) => compare(a, b, meter) > 0,
  ">=": (a, b, meter) => compare(a, b, meter) >= 0,
};

/** @throws JqError */
export function calculate(operator: string, a: Value, b: Value, meter: Meter): Value {
  return OPERATIONS[operator]!(a, b, meter);
}
