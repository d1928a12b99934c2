/** Instructions of operators. */
import { checkLength, looselyEqual, toKey, toNumber, toNumeric, toPrimitive, toText, typeOf } from "../conversions.ts";
import { Bound, isCallable, JsArray, JsObject, SYMBOLS, type Value } from "../objects.ts";
import { get, has, keyText } from "../properties.ts";
import type { Operation, Vm } from "../vm.ts";
import { pop, popMany, push } from "./stack.ts";

type Numbers = (a: number, b: number) => number;
type BigInts = (a: bigint, b: bigint) => bigint;

/** Largest integer of a program, bits. */
const MAX_BIGINT_BITS = 1 << 16;

function numeric(numbers: Numbers, bigints: BigInts | undefined): Operation {
  return (vm, frame) => {
    const b = pop(frame);
    const a = pop(frame);
    if (typeof a === "number" && typeof b === "number") {
      push(frame, numbers(a, b));
      return;
    }
    const [x, y] = [toNumeric(vm, a), toNumeric(vm, b)];
    if (typeof x === "number" && typeof y === "number") push(frame, numbers(x, y));
    else if (typeof x === "bigint" && typeof y === "bigint" && bigints) push(frame, bigOperation(vm, bigints, x, y));
    else vm.fail("TypeError", "Cannot mix BigInt and other types, use explicit conversions");
  };
}

function bigOperation(vm: Vm, operation: BigInts, a: bigint, b: bigint): bigint {
  try {
    const result = operation(a, b);
    if (result > 1n << BigInt(MAX_BIGINT_BITS)) vm.fail("RangeError", "Maximum BigInt size exceeded");
    return result;
  } catch (error) {
    if (error instanceof RangeError) vm.fail("RangeError", error.message);
    throw error;
  }
}

const power: BigInts = (a, b) => {
  const bits = BigInt(a.toString(2).length) * b;
  if (bits > BigInt(MAX_BIGINT_BITS)) throw new RangeError("Maximum BigInt size exceeded");
  return a ** b;
};

const shift: BigInts = (a, b) => {
  if (b > BigInt(MAX_BIGINT_BITS)) throw new RangeError("Maximum BigInt size exceeded");
  return a << b;
};

function add(vm: Vm, a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") return a + b;
  const [x, y] = [toPrimitive(vm, a), toPrimitive(vm, b)];
  if (typeof x === "string" || typeof y === "string") {
    const text = toText(vm, x) + toText(vm, y);
    return text.length > 65_536 ? checkLength(vm, text) : text;
  }
  const [p, q] = [toNumeric(vm, x), toNumeric(vm, y)];
  if (typeof p === "number" && typeof q === "number") return p + q;
  if (typeof p === "bigint" && typeof q === "bigint") return bigOperation(vm, (m, n) => m + n, p, q);
  return vm.fail("TypeError", "Cannot mix BigInt and other types, use explicit conversions");
}

function comparison(compare: (a: number | bigint | string, b: number | bigint | string) => boolean): Operation {
  return (vm, frame) => {
    const b = toPrimitive(vm, pop(frame), "number");
    const a = toPrimitive(vm, pop(frame), "number");
    if (typeof a === "string" && typeof b === "string") push(frame, compare(a, b));
    else push(frame, compare(comparable(vm, a), comparable(vm, b)));
  };
}

const comparable = (vm: Vm, value: Value): number | bigint => (typeof value === "bigint" ? value : toNumber(vm, value));

function instanceOf(vm: Vm, value: Value, type: Value): boolean {
  if (!(type instanceof JsObject)) vm.fail("TypeError", "Right-hand side of 'instanceof' is not an object");
  const custom = get(vm, type, SYMBOLS["hasInstance"]!);
  if (isCallable(custom) && custom.intrinsic === undefined) return Boolean(vm.call(custom, type, [value]));
  if (!isCallable(type)) vm.fail("TypeError", "Right-hand side of 'instanceof' is not callable");
  if (type instanceof Bound) return instanceOf(vm, value, type.target);
  if (!(value instanceof JsObject)) return false;
  const proto = get(vm, type, "prototype");
  for (let each = value.proto; each; each = each.proto) if (each === proto) return true;
  return false;
}

const both =
  (operation: (vm: Vm, a: Value, b: Value) => Value): Operation =>
  (vm, frame) => {
    const b = pop(frame);
    const a = pop(frame);
    push(frame, operation(vm, a, b));
  };

const unary =
  (operation: (vm: Vm, value: Value) => Value): Operation =>
  (vm, frame) =>
    push(frame, operation(vm, pop(frame)));

const onNumeric = (numbers: (a: number) => number, bigints: (a: bigint) => bigint) =>
  unary((vm, value) => {
    const number = toNumeric(vm, value);
    return typeof number === "bigint" ? bigints(number) : numbers(number);
  });

export const ARITHMETIC: Record<string, Operation> = {
  "+": both(add),
  "-": numeric(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  "*": numeric(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  "/": numeric(
    (a, b) => a / b,
    (a, b) => a / b,
  ),
  "%": numeric(
    (a, b) => a % b,
    (a, b) => a % b,
  ),
  "**": numeric((a, b) => a ** b, power),
  "&": numeric(
    (a, b) => a & b,
    (a, b) => a & b,
  ),
  "|": numeric(
    (a, b) => a | b,
    (a, b) => a | b,
  ),
  "^": numeric(
    (a, b) => a ^ b,
    (a, b) => a ^ b,
  ),
  "<<": numeric((a, b) => a << b, shift),
  ">>": numeric(
    (a, b) => a >> b,
    (a, b) => a >> b,
  ),
  ">>>": numeric((a, b) => a >>> b, undefined),
  "<": comparison((a, b) => a < b),
  ">": comparison((a, b) => a > b),
  "<=": comparison((a, b) => a <= b),
  ">=": comparison((a, b) => a >= b),
  "===": both((_vm, a, b) => a === b),
  "!==": both((_vm, a, b) => a !== b),
  "==": both((vm, a, b) => looselyEqual(vm, a, b)),
  "!=": both((vm, a, b) => !looselyEqual(vm, a, b)),
  instanceof: both(instanceOf),
  in: both((vm, key, object) => {
    if (object instanceof JsObject) return has(vm, object, toKey(vm, key));
    const shown = typeof object === "string" ? object : String(object);
    return vm.fail("TypeError", `Cannot use 'in' operator to search for '${keyText(toKey(vm, key))}' in ${shown}`);
  }),
  "unary -": onNumeric(
    (a) => -a,
    (a) => -a,
  ),
  "unary +": unary((vm, value) => toNumber(vm, value)),
  "unary ~": onNumeric(
    (a) => ~a,
    (a) => ~a,
  ),
  "unary !": unary((_vm, value) => !value),
  "unary typeof": unary((_vm, value) => typeOf(value)),
  increment: onNumeric(
    (a) => a + 1,
    (a) => a + 1n,
  ),
  decrement: onNumeric(
    (a) => a - 1,
    (a) => a - 1n,
  ),
  toText: unary((vm, value) => toText(vm, value)),
  toKey: unary((vm, value) => toKey(vm, value)),
  concat(vm, frame, count: number) {
    push(frame, checkLength(vm, popMany(frame, count).join("")));
  },
  templateObject(vm, frame, [cooked, raw]: [Value[], Value[]]) {
    const made = new JsArray(vm.intrinsic("Array.prototype"), [...cooked]);
    made.properties.set("raw", new JsArray(vm.intrinsic("Array.prototype"), [...raw]));
    push(frame, made);
  },
};
