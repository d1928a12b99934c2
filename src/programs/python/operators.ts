/** Operators, comparisons and truth. */

import { MAX_VARIABLE_LENGTH } from "../../lib/container-limits.ts";
import { typeName } from "./classes.ts";
import { raise, TooLarge } from "./errors.ts";
import { formatPercent } from "./formatting.ts";
import { Bytes, Dict, Instance, List, PySet, Range, Tuple, type Value } from "./objects.ts";
import type { Interpreter } from "./vm.ts";

/** Bits of the largest integer: a bound of work, not of Python. */
const MAX_INTEGER_BITS = 400_000n;
/** An item of a list, in CPython. */
const POINTER_BYTES = 8;

export function truth(vm: Interpreter, value: Value): boolean {
  if (value === null || value === false || value === 0n || value === 0 || value === "") return false;
  if (value instanceof List || value instanceof Tuple) return value.items.length > 0;
  if (value instanceof Dict || value instanceof PySet) return value.entries.size > 0;
  if (value instanceof Bytes) return value.data !== "";
  if (value instanceof Range) return rangeLength(value) > 0;
  if (value instanceof Instance) {
    const method = vm.methodOf(value, "__bool__");
    if (method) return vm.call(method, []) === true;
    const length = vm.methodOf(value, "__len__");
    if (length) return vm.call(length, []) !== 0n;
  }
  return true;
}

export function rangeLength({ start, stop, step }: Range): number {
  const span = step > 0n ? stop - start : start - stop;
  const size = step > 0n ? step : -step;
  return span <= 0n ? 0 : Number((span + size - 1n) / size);
}

/** A text that is equal for equal keys, for dictionaries and sets. */
export function keyOf(vm: Interpreter, value: Value): string {
  if (value === null) return "N";
  switch (typeof value) {
    case "boolean":
      return value ? "n1" : "n0";
    case "bigint":
      return `n${value}`;
    case "number":
      return Number.isInteger(value) ? `n${BigInt(value)}` : `n${value}`;
    case "string":
      return `s${value}`;
  }
  if (value instanceof Tuple) return `t${value.items.map((item) => keyOf(vm, item)).join("\u0001")}`;
  if (value instanceof Bytes) return `b${value.data}`;
  if (value instanceof PySet && value.isFrozen) return `f${[...value.entries.keys()].sort().join("\u0001")}`;
  if (value instanceof List || value instanceof Dict || value instanceof PySet) {
    raise("TypeError", `unhashable type: '${typeName(value)}'`);
  }
  if (value instanceof Instance) {
    const method = vm.methodOf(value, "__hash__");
    if (method) return `h${vm.text(vm.builtin("str", [vm.call(method, [])]))}`;
  }
  return `i${vm.address(value)}`;
}

export function equals(vm: Interpreter, a: Value, b: Value): boolean {
  if (a === b) return true;
  if (isNumber(a) && isNumber(b))
    return Number(a) === Number(b) && (typeof a !== typeof b || a === b || typeof a === "number");
  if (a instanceof List || a instanceof Tuple) {
    if (!(b instanceof List || b instanceof Tuple) || a.constructor !== b.constructor) return false;
    return a.items.length === b.items.length && a.items.every((item, i) => equals(vm, item, b.items[i]!));
  }
  if (a instanceof Dict && b instanceof Dict) {
    if (a.entries.size !== b.entries.size) return false;
    return [...a.entries].every(([key, [, value]]) => {
      const other = b.entries.get(key);
      return other !== undefined && equals(vm, value, other[1]);
    });
  }
  if (a instanceof PySet && b instanceof PySet) {
    return a.entries.size === b.entries.size && [...a.entries.keys()].every((key) => b.entries.has(key));
  }
  if (a instanceof Bytes && b instanceof Bytes) return a.data === b.data;
  if (a instanceof Range && b instanceof Range) return a.start === b.start && a.stop === b.stop && a.step === b.step;
  for (const [self, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const method = self instanceof Instance ? vm.methodOf(self, "__eq__") : undefined;
    if (method) return truth(vm, vm.call(method, [other]));
  }
  return false;
}

function isNumber(value: Value): value is bigint | number | boolean {
  return typeof value === "bigint" || typeof value === "number" || typeof value === "boolean";
}

/** Negative, zero or positive; throws TypeError for types without an order. */
function order(vm: Interpreter, a: Value, b: Value, operator: string): number {
  if (isNumber(a) && isNumber(b)) {
    if (typeof a === "number" || typeof b === "number") return Number(a) - Number(b) || 0;
    const difference = BigInt(a) - BigInt(b);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (a instanceof Bytes && b instanceof Bytes) return a.data < b.data ? -1 : a.data > b.data ? 1 : 0;
  if ((a instanceof List && b instanceof List) || (a instanceof Tuple && b instanceof Tuple)) {
    for (let i = 0; i < Math.min(a.items.length, b.items.length); i++) {
      if (!equals(vm, a.items[i]!, b.items[i]!)) return order(vm, a.items[i]!, b.items[i]!, operator);
    }
    return a.items.length - b.items.length;
  }
  raise("TypeError", `'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

const RICH: Record<string, [string, string]> = {
  "<": ["__lt__", "__gt__"],
  ">": ["__gt__", "__lt__"],
  "<=": ["__le__", "__ge__"],
  ">=": ["__ge__", "__le__"],
};

export function compare(vm: Interpreter, operator: string, a: Value, b: Value): Value {
  switch (operator) {
    case "==":
      return equals(vm, a, b);
    case "!=":
      return !equals(vm, a, b);
    case "is":
      return isSame(a, b);
    case "is not":
      return !isSame(a, b);
    case "in":
      return contains(vm, b, a);
    case "not in":
      return !contains(vm, b, a);
  }
  const [own, reflected] = RICH[operator]!;
  const method = a instanceof Instance ? vm.methodOf(a, own) : undefined;
  if (method) return vm.call(method, [b]);
  const other = b instanceof Instance ? vm.methodOf(b, reflected) : undefined;
  if (other) return vm.call(other, [a]);
  if (a instanceof PySet && b instanceof PySet) return compareSets(operator, a, b);
  if (Number.isNaN(a) || Number.isNaN(b)) return false;
  const by = order(vm, a, b, operator);
  return operator === "<" ? by < 0 : operator === ">" ? by > 0 : operator === "<=" ? by <= 0 : by >= 0;
}

function isSame(a: Value, b: Value): boolean {
  return a === b;
}

function compareSets(operator: string, a: PySet, b: PySet): boolean {
  const within = (small: PySet, large: PySet) => [...small.entries.keys()].every((key) => large.entries.has(key));
  const isProper = a.entries.size !== b.entries.size;
  if (operator === "<=" || operator === "<") return within(a, b) && (operator === "<=" || isProper);
  return within(b, a) && (operator === ">=" || isProper);
}

function contains(vm: Interpreter, container: Value, item: Value): boolean {
  if (typeof container === "string") {
    if (typeof item !== "string") {
      raise("TypeError", `'in <string>' requires string as left operand, not ${typeName(item)}`);
    }
    return container.includes(item);
  }
  if (container instanceof List || container instanceof Tuple) {
    return container.items.some((each) => equals(vm, each, item));
  }
  if (container instanceof Dict || container instanceof PySet) return container.entries.has(keyOf(vm, item));
  if (container instanceof Bytes && item instanceof Bytes) return container.data.includes(item.data);
  if (container instanceof Range && typeof item === "bigint") {
    const offset = item - container.start;
    return (
      offset % container.step === 0n &&
      offset / container.step >= 0n &&
      offset / container.step < rangeLength(container)
    );
  }
  if (container instanceof Instance) {
    const method = vm.methodOf(container, "__contains__");
    if (method) return truth(vm, vm.call(method, [item]));
  }
  return vm.list(container).some((each) => equals(vm, each, item));
}

const METHODS: Record<string, string> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "truediv",
  "//": "floordiv",
  "%": "mod",
  "**": "pow",
  "&": "and",
  "|": "or",
  "^": "xor",
  "<<": "lshift",
  ">>": "rshift",
  "@": "matmul",
};

export function binary(vm: Interpreter, operator: string, a: Value, b: Value): Value {
  if (typeof a === "boolean" && typeof b === "boolean" && "&|^".includes(operator)) {
    return operator === "&" ? a && b : operator === "|" ? a || b : a !== b;
  }
  const left = typeof a === "boolean" ? BigInt(a) : a;
  const right = typeof b === "boolean" ? BigInt(b) : b;
  if (typeof left === "bigint" && typeof right === "bigint") return integers(operator, left, right);
  if (isNumber(left) && isNumber(right)) return floats(operator, Number(left), Number(right));
  const found = sequences(vm, operator, left, right) ?? sets(operator, left, right);
  if (found !== undefined) return found;
  const name = METHODS[operator];
  const method = left instanceof Instance ? vm.methodOf(left, `__${name}__`) : undefined;
  if (method) return vm.call(method, [right]);
  const reflected = right instanceof Instance ? vm.methodOf(right, `__r${name}__`) : undefined;
  if (reflected) return vm.call(reflected, [left]);
  return unsupported(operator, a, b);
}

function unsupported(operator: string, a: Value, b: Value): never {
  if (operator === "+" && typeof a === "string") {
    raise("TypeError", `can only concatenate str (not "${typeName(b)}") to str`);
  }
  const shown = operator === "**" ? "** or pow()" : operator;
  raise("TypeError", `unsupported operand type(s) for ${shown}: '${typeName(a)}' and '${typeName(b)}'`);
}

function integers(operator: string, a: bigint, b: bigint): Value {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      if (b === 0n) raise("ZeroDivisionError", "division by zero");
      return Number(a) / Number(b);
    case "//":
    case "%": {
      if (b === 0n) raise("ZeroDivisionError", "integer division or modulo by zero");
      const rest = a % b;
      const isOff = rest !== 0n && rest < 0n !== b < 0n;
      if (operator === "%") return isOff ? rest + b : rest;
      return isOff ? a / b - 1n : a / b;
    }
    case "**":
      return power(a, b);
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      if (b > MAX_INTEGER_BITS) raise("MemoryError");
      return a << b;
    case ">>":
      return a >> b;
    default:
      return unsupported(operator, a, b);
  }
}

function power(a: bigint, b: bigint): Value {
  if (b < 0n) {
    if (a === 0n) raise("ZeroDivisionError", "0.0 cannot be raised to a negative power");
    return Number(a) ** Number(b);
  }
  const bits = BigInt(a.toString(2).length) * b;
  if (bits > MAX_INTEGER_BITS && a !== 1n && a !== 0n && a !== -1n) raise("MemoryError");
  return a ** b;
}

function floats(operator: string, a: number, b: number): Value {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      if (b === 0) raise("ZeroDivisionError", "float division by zero");
      return a / b;
    case "//":
      if (b === 0) raise("ZeroDivisionError", "float floor division by zero");
      return Math.floor(a / b);
    case "%": {
      if (b === 0) raise("ZeroDivisionError", "float modulo");
      const rest = a % b;
      return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
    }
    case "**":
      return a ** b;
    default:
      return unsupported(operator, a, b);
  }
}

/** Undefined: these are no sequences. */
function sequences(vm: Interpreter, operator: string, a: Value, b: Value): Value | undefined {
  if (operator === "%" && typeof a === "string") return formatPercent(vm, a, b);
  if (operator === "+") {
    if (typeof a === "string" && typeof b === "string") return bounded(a.length + b.length, () => a + b);
    if (a instanceof List && b instanceof List) return new List([...a.items, ...b.items]);
    if (a instanceof Tuple && b instanceof Tuple) return new Tuple([...a.items, ...b.items]);
    if (a instanceof Bytes && b instanceof Bytes) return new Bytes(a.data + b.data);
  }
  if (operator === "*") {
    const [sequence, count] = typeof b === "bigint" ? [a, b] : [b, a];
    if (typeof count !== "bigint") return undefined;
    const times = count < 0n ? 0 : Number(count);
    if (typeof sequence === "string") return bounded(sequence.length * times, () => sequence.repeat(times));
    if (sequence instanceof Bytes)
      return bounded(sequence.data.length * times, () => new Bytes(sequence.data.repeat(times)));
    if (sequence instanceof List || sequence instanceof Tuple) {
      const items = bounded(
        sequence.items.length * times,
        () => new Array(times).fill(sequence.items).flat() as Value[],
        POINTER_BYTES,
      );
      return sequence instanceof List ? new List(items) : new Tuple(items);
    }
  }
  return undefined;
}

function bounded<T>(size: number, make: () => T, itemBytes = 1): T {
  if (size > MAX_VARIABLE_LENGTH) throw new TooLarge(size * itemBytes);
  return make();
}

function sets(operator: string, a: Value, b: Value): Value | undefined {
  if (a instanceof Dict && b instanceof Dict && operator === "|") {
    const merged = new Dict();
    merged.entries = new Map([...a.entries, ...b.entries]);
    return merged;
  }
  if (!(a instanceof PySet && b instanceof PySet)) return undefined;
  const made = new PySet();
  made.isFrozen = a.isFrozen;
  const keep = (from: PySet, test: (key: string) => boolean) => {
    for (const [key, item] of from.entries) if (test(key)) made.entries.set(key, item);
  };
  if (operator === "&") keep(a, (key) => b.entries.has(key));
  else if (operator === "-") keep(a, (key) => !b.entries.has(key));
  else if (operator === "|") [a, b].map((each) => keep(each, () => true));
  else if (operator === "^") {
    keep(a, (key) => !b.entries.has(key));
    keep(b, (key) => !a.entries.has(key));
  } else return undefined;
  return made;
}

export function unary(vm: Interpreter, operator: string, value: Value): Value {
  if (operator === "not") return !truth(vm, value);
  const number = typeof value === "boolean" ? BigInt(value) : value;
  if (typeof number === "bigint") return operator === "-" ? -number : operator === "~" ? ~number : number;
  if (typeof number === "number" && operator !== "~") return operator === "-" ? -number : number;
  const names: Record<string, string> = { "-": "__neg__", "+": "__pos__", "~": "__invert__" };
  const method = value instanceof Instance ? vm.methodOf(value, names[operator]!) : undefined;
  if (method) return vm.call(method, []);
  raise("TypeError", `bad operand type for unary ${operator}: '${typeName(value)}'`);
}
