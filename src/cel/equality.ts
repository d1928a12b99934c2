/** Equality of values that the library cannot compare: objects of declared types, and contents of optional values. */

import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { charge } from "./metering.ts";
import { CelQuantity } from "./values.ts";

const unordered = new WeakMap<object, readonly string[]>();

/** Marks a list as a set, or as a map by these keys: its order has no meaning. */
export function markUnordered(list: unknown[], keys: readonly string[]): unknown[] {
  unordered.set(list, keys);
  return list;
}

/** Concatenation. A set drops duplicates; in a map by keys, the right item replaces the left item of the same keys. */
export function joinedLists(a: unknown[], b: unknown[]): unknown[] {
  const keys = unordered.get(a);
  if (keys === undefined) return [...a, ...b];
  charge(a.length * b.length);
  const isSame = (left: unknown, right: unknown) =>
    keys.length === 0
      ? equalValues(left, right)
      : keys.every((key) => equalValues(fieldOf(left, key), fieldOf(right, key)));
  const result = [...a];
  for (const item of b) {
    const at = result.findIndex((other) => isSame(other, item));
    if (at < 0) result.push(item);
    else result[at] = item;
  }
  return markUnordered(result, keys);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Numbers are equal by value, lists and maps by their contents, objects of one type by their fields. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return isNumber(a) && isNumber(b) && Number(a) === Number(b);
  }
  const [first, second] = [comparable(a), comparable(b)];
  if (first !== a || second !== b) return first === second;
  if (Array.isArray(a) && Array.isArray(b) && unordered.has(a)) return haveSameItems(a, b);
  if (Array.isArray(a) !== Array.isArray(b) || a.constructor !== b.constructor) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && equalValues(left[name], right[name]));
}

/** The comparable content of a wrapped value; otherwise the value itself. */
function comparable(value: object): unknown {
  if (value instanceof Date) return value.getTime();
  if (value instanceof Duration) return value.seconds * 1_000_000_000n + BigInt(value.nanos);
  if (value instanceof UnsignedInt) return value.valueOf();
  return value instanceof CelQuantity ? value.quantity.nanos : value;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** Such lists have no duplicates. */
function haveSameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  charge(a.length * b.length);
  return a.every((item) => b.some((other) => equalValues(item, other)));
}
