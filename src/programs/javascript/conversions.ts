/** Conversions between types, and equality. */
import { Boxed, isCallable, JsArray, JsObject, JsSymbol, type Key, SYMBOLS, type Value } from "./objects.ts";
import { get } from "./properties.ts";
import type { Vm } from "./vm.ts";

/** Longest string of a program, characters. */
export const MAX_STRING_LENGTH = 1 << 24;

export function typeOf(value: Value): string {
  if (value === null) return "object";
  if (value instanceof JsSymbol) return "symbol";
  if (value instanceof JsObject) return isCallable(value) ? "function" : "object";
  return typeof value;
}

export function toPrimitive(vm: Vm, value: Value, hint: "default" | "number" | "string" = "default"): Value {
  if (!(value instanceof JsObject)) return value;
  const exotic = get(vm, value, SYMBOLS["toPrimitive"]!);
  if (exotic !== undefined && exotic !== null) {
    const made = vm.call(exotic, value, [hint]);
    if (!(made instanceof JsObject)) return made;
    return vm.fail("TypeError", "Cannot convert object to primitive value");
  }
  for (const name of hint === "string" ? ["toString", "valueOf"] : ["valueOf", "toString"]) {
    const method = get(vm, value, name);
    if (!isCallable(method)) continue;
    const made = vm.call(method, value, []);
    if (!(made instanceof JsObject)) return made;
  }
  return vm.fail("TypeError", "Cannot convert object to primitive value");
}

export function toText(vm: Vm, value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof JsSymbol) return vm.fail("TypeError", "Cannot convert a Symbol value to a string");
  if (value instanceof JsObject) return toText(vm, toPrimitive(vm, value, "string"));
  return String(value);
}

export function toNumber(vm: Vm, value: Value): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return vm.fail("TypeError", "Cannot convert a BigInt value to a number");
  if (value instanceof JsSymbol) return vm.fail("TypeError", "Cannot convert a Symbol value to a number");
  if (value instanceof JsObject) return toNumber(vm, toPrimitive(vm, value, "number"));
  return Number(value);
}

/** A number or a bigint. */
export function toNumeric(vm: Vm, value: Value): number | bigint {
  const primitive = toPrimitive(vm, value, "number");
  return typeof primitive === "bigint" ? primitive : toNumber(vm, primitive);
}

export function toInteger(vm: Vm, value: Value, fallback = 0): number {
  if (value === undefined) return fallback;
  const number = toNumber(vm, value);
  return Number.isNaN(number) ? 0 : Math.trunc(number);
}

/** An index from a position that may count from the end. */
export function relativeIndex(vm: Vm, value: Value, length: number, fallback: number): number {
  const at = toInteger(vm, value, fallback);
  return at < 0 ? Math.max(0, length + at) : Math.min(at, length);
}

export function toKey(vm: Vm, value: Value): Key {
  if (typeof value === "string" || value instanceof JsSymbol) return value;
  const primitive = toPrimitive(vm, value, "string");
  return primitive instanceof JsSymbol ? primitive : toText(vm, primitive);
}

export function toObject(vm: Vm, value: Value): JsObject {
  if (value instanceof JsObject) return value;
  if (value === undefined || value === null) return vm.fail("TypeError", "Cannot convert undefined or null to object");
  const name =
    value instanceof JsSymbol
      ? "Symbol"
      : { string: "String", number: "Number", boolean: "Boolean", bigint: "BigInt" }[typeof value as string];
  return new Boxed(vm.intrinsic(`${name}.prototype`), value);
}

export function looselyEqual(vm: Vm, a: Value, b: Value): boolean {
  if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null);
  const isPrimitive = (value: Value) => !(value instanceof JsObject) && !(value instanceof JsSymbol);
  if (isPrimitive(a) && isPrimitive(b)) {
    // biome-ignore lint/suspicious/noDoubleEquals: the operation that is asked for
    return a == b;
  }
  if (a instanceof JsObject && b instanceof JsObject) return a === b;
  if (a instanceof JsObject) return looselyEqual(vm, toPrimitive(vm, a), b);
  if (b instanceof JsObject) return looselyEqual(vm, a, toPrimitive(vm, b));
  return a === b;
}

/** Equality of Map keys and `includes`. */
export function sameValueZero(a: Value, b: Value): boolean {
  return a === b || (typeof a === "number" && typeof b === "number" && Number.isNaN(a) && Number.isNaN(b));
}

/** Checks a string that grew. */
export function checkLength(vm: Vm, text: string): string {
  if (text.length > MAX_STRING_LENGTH) vm.fail("RangeError", "Invalid string length");
  return text;
}

export const arrayOf = (vm: Vm, items: Value[]): JsArray => new JsArray(vm.intrinsic("Array.prototype"), items);

export function objectOf(vm: Vm, fields: Readonly<Record<string, Value>>): JsObject {
  const made = new JsObject(vm.intrinsic("Object.prototype"));
  for (const [name, value] of Object.entries(fields)) made.properties.set(name, value);
  return made;
}
