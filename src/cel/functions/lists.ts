/**
 * Kubernetes' list library, and the sets, lists and math extensions of CEL.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/cel/library/lists.go
 */
import type { Environment } from "@marcbachmann/cel-js";
import { Duration } from "@marcbachmann/cel-js/evaluator";
import { charge } from "../metering.ts";
import { CelQuantity } from "../values.ts";

class SetsNamespace {}
class MathNamespace {}

export function registerLists(environment: Environment): void {
  environment
    .registerFunction("list.sum(): dyn", (items: unknown[]) => sum(items))
    .registerFunction("list.min(): dyn", (items: unknown[]) => extreme(items, -1, "min"))
    .registerFunction("list.max(): dyn", (items: unknown[]) => extreme(items, 1, "max"))
    .registerFunction("list.isSorted(): bool", (items: unknown[]) =>
      items.every((item, i) => i === 0 || order(items[i - 1], item) <= 0),
    )
    .registerFunction("list.indexOf(dyn): int", (items: unknown[], wanted: unknown) =>
      BigInt(items.findIndex((item) => equal(item, wanted))),
    )
    .registerFunction("list.lastIndexOf(dyn): int", (items: unknown[], wanted: unknown) =>
      BigInt(items.findLastIndex((item) => equal(item, wanted))),
    )
    .registerFunction("list.distinct(): list<dyn>", distinct)
    .registerFunction("list.flatten(): list<dyn>", (items: unknown[]) => items.flat())
    .registerFunction("list.reverse(): list<dyn>", (items: unknown[]) => items.toReversed())
    .registerFunction("list.sort(): list<dyn>", (items: unknown[]) => items.toSorted(order))
    .registerFunction("list.slice(int, int): list<dyn>", slice);
  registerSets(environment);
  registerMath(environment);
}

function registerSets(environment: Environment): void {
  environment
    .registerType("SetsNamespace", SetsNamespace)
    .registerConstant("sets", "SetsNamespace", new SetsNamespace())
    .registerFunction("SetsNamespace.contains(list, list): bool", (_: unknown, all: unknown[], part: unknown[]) =>
      containsAll(all, part),
    )
    .registerFunction(
      "SetsNamespace.equivalent(list, list): bool",
      (_: unknown, a: unknown[], b: unknown[]) => containsAll(a, b) && containsAll(b, a),
    )
    .registerFunction("SetsNamespace.intersects(list, list): bool", (_: unknown, a: unknown[], b: unknown[]) => {
      charge(a.length * b.length);
      return a.some((item) => b.some((other) => equal(item, other)));
    });
}

function registerMath(environment: Environment): void {
  environment
    .registerType("MathNamespace", MathNamespace)
    .registerConstant("math", "MathNamespace", new MathNamespace())
    .registerFunction("MathNamespace.greatest(list): dyn", (_: unknown, items: unknown[]) =>
      extreme(items, 1, "greatest"),
    )
    .registerFunction("MathNamespace.least(list): dyn", (_: unknown, items: unknown[]) => extreme(items, -1, "least"))
    .registerFunction("MathNamespace.greatest(dyn, dyn): dyn", (_: unknown, a: unknown, b: unknown) =>
      extreme([a, b], 1, "greatest"),
    )
    .registerFunction("MathNamespace.least(dyn, dyn): dyn", (_: unknown, a: unknown, b: unknown) =>
      extreme([a, b], -1, "least"),
    )
    .registerFunction("MathNamespace.abs(int): int", (_: unknown, value: bigint) => (value < 0n ? -value : value))
    .registerFunction("MathNamespace.abs(double): double", (_: unknown, value: number) => Math.abs(value))
    .registerFunction("MathNamespace.ceil(double): double", (_: unknown, value: number) => Math.ceil(value))
    .registerFunction("MathNamespace.floor(double): double", (_: unknown, value: number) => Math.floor(value))
    .registerFunction("MathNamespace.trunc(double): double", (_: unknown, value: number) => Math.trunc(value));
}

function sum(items: readonly unknown[]): unknown {
  if (items.length === 0) return 0n;
  if (items.every((item) => typeof item === "bigint")) return items.reduce((a, b) => a + b, 0n);
  if (items.every(isNumber)) return items.reduce<number>((a, b) => a + Number(b), 0);
  if (items.every((item) => item instanceof Duration)) return items.reduce((a, b) => a.addDuration(b));
  throw new Error("sum: the list must hold only numbers, or only durations");
}

function extreme(items: readonly unknown[], sign: 1 | -1, name: string): unknown {
  if (items.length === 0) throw new Error(`${name} called on empty list`);
  return items.reduce((best, item) => (order(item, best) * sign > 0 ? item : best));
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "bigint" || typeof value === "number";
}

/** The order of two values. Throws for values without a common order. */
export function order(a: unknown, b: unknown): number {
  const [left, right] = [comparable(a), comparable(b)];
  if (left === null || right === null || (typeof left !== typeof right && !(isNumber(left) && isNumber(right)))) {
    throw new Error("these values have no order among each other");
  }
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function comparable(value: unknown): string | number | bigint | boolean | null {
  if (value instanceof CelQuantity) return value.quantity.nanos;
  if (value instanceof Date || value instanceof Duration) return value.valueOf() as number;
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return value;
    default:
      return null;
  }
}

function containsAll(all: readonly unknown[], part: readonly unknown[]): boolean {
  charge(all.length * part.length);
  return part.every((item) => all.some((other) => equal(item, other)));
}

function distinct(items: readonly unknown[]): unknown[] {
  const found: unknown[] = [];
  for (const item of items) {
    charge(found.length);
    if (!found.some((other) => equal(item, other))) found.push(item);
  }
  return found;
}

function slice(items: readonly unknown[], start: bigint, end: bigint): unknown[] {
  const call = `cannot slice(${start}, ${end})`;
  if (start < 0n || end < 0n) throw new Error(`${call}, negative indexes not supported`);
  if (start > end) throw new Error(`${call}, start index must be less than or equal to end index`);
  if (end > BigInt(items.length)) throw new Error(`${call}, list is length ${items.length}`);
  return items.slice(Number(start), Number(end));
}

/** CEL's equality: numbers by value, lists and maps by their contents. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isNumber(a) && isNumber(b)) return Number(a) === Number(b);
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  charge(1);
  const [left, right] = [comparable(a), comparable(b)];
  if (left !== null || right !== null) return left === right;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (Array.isArray(a) || Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const [first, second] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(first[key], second[key]))
  );
}
