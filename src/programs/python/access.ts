/** Subscripts and slices. */
import { classAttribute, typeName } from "./classes.ts";
import { raise } from "./errors.ts";
import { Bytes, Dict, Instance, List, PyClass, PyFunction, Range, Slice, Tuple, type Value } from "./objects.ts";
import { keyOf, rangeLength } from "./operators.ts";
import type { Interpreter } from "./vm.ts";

export function subscript(vm: Interpreter, container: Value, index: Value): Value {
  if (container instanceof Dict) return fromDict(vm, container, index);
  if (container instanceof Instance) {
    const method = vm.methodOf(container, "__getitem__");
    if (method) return vm.call(method, [index]);
  }
  if (index instanceof Slice) return slice(container, index);
  if (container instanceof List || container instanceof Tuple) {
    const kind = container instanceof List ? "list" : "tuple";
    return container.items[position(index, container.items.length, kind)]!;
  }
  if (typeof container === "string") {
    const characters = [...container];
    return characters[position(index, characters.length, "string")]!;
  }
  if (container instanceof Bytes) {
    return BigInt(container.data.charCodeAt(position(index, container.data.length, "bytes")));
  }
  if (container instanceof Range) {
    const at = position(index, rangeLength(container), "range object");
    return container.start + BigInt(at) * container.step;
  }
  // `list[int]` in annotations.
  if (container instanceof PyClass) {
    const method = classAttribute(container, "__class_getitem__");
    return method instanceof PyFunction ? vm.call(method, [container, index]) : container;
  }
  raise("TypeError", `'${typeName(container)}' object is not subscriptable`);
}

function fromDict(vm: Interpreter, container: Dict, index: Value): Value {
  const key = keyOf(vm, index);
  const found = container.entries.get(key);
  if (found) return found[1];
  if (container.kind === "Counter") return 0n;
  if (container.missing === null) return raise("KeyError", index);
  const made = vm.call(container.missing, []);
  container.entries.set(key, [index, made]);
  return made;
}

function position(index: Value, length: number, kind: string): number {
  const number = typeof index === "boolean" ? BigInt(index) : index;
  if (typeof number !== "bigint") {
    raise("TypeError", `${kind} indices must be integers or slices, not ${typeName(index)}`);
  }
  const at = Number(number) < 0 ? Number(number) + length : Number(number);
  if (at < 0 || at >= length) raise("IndexError", `${kind} index out of range`);
  return at;
}

/** First index, end and step of a slice over a length. */
function bounds({ start, stop, step }: Slice, length: number): { from: number; to: number; by: number } {
  const by = step === null ? 1 : Number(step);
  if (by === 0) raise("ValueError", "slice step cannot be zero");
  const clamp = (value: Value, fallback: number) => {
    if (value === null) return fallback;
    const at = Number(value) < 0 ? Number(value) + length : Number(value);
    return Math.max(by < 0 ? -1 : 0, Math.min(by < 0 ? length - 1 : length, at));
  };
  return { from: clamp(start, by < 0 ? length - 1 : 0), to: clamp(stop, by < 0 ? -1 : length), by };
}

function pick<T>(items: readonly T[], range: Slice): T[] {
  const { from, to, by } = bounds(range, items.length);
  const picked: T[] = [];
  for (let i = from; by < 0 ? i > to : i < to; i += by) picked.push(items[i]!);
  return picked;
}

function slice(container: Value, range: Slice): Value {
  if (container instanceof List) return new List(pick(container.items, range));
  if (container instanceof Tuple) return new Tuple(pick(container.items, range));
  if (typeof container === "string") return pick([...container], range).join("");
  if (container instanceof Bytes) return new Bytes(pick([...container.data], range).join(""));
  if (container instanceof Range) {
    const { from, to, by } = bounds(range, rangeLength(container));
    const at = (index: number) => container.start + BigInt(index) * container.step;
    return new Range(at(from), at(to), container.step * BigInt(by));
  }
  raise("TypeError", `'${typeName(container)}' object is not subscriptable`);
}

export function setSubscript(vm: Interpreter, container: Value, index: Value, value: Value): void {
  if (container instanceof Dict) {
    container.entries.set(keyOf(vm, index), [container.entries.get(keyOf(vm, index))?.[0] ?? index, value]);
  } else if (container instanceof List && index instanceof Slice) {
    const { from, to } = bounds(index, container.items.length);
    container.items.splice(from, Math.max(0, to - from), ...vm.list(value));
  } else if (container instanceof List) {
    container.items[position(index, container.items.length, "list assignment")] = value;
  } else {
    const method = container instanceof Instance ? vm.methodOf(container, "__setitem__") : undefined;
    if (!method) raise("TypeError", `'${typeName(container)}' object does not support item assignment`);
    vm.call(method, [index, value]);
  }
}

export function deleteSubscript(vm: Interpreter, container: Value, index: Value): void {
  if (container instanceof Dict) {
    if (!container.entries.delete(keyOf(vm, index))) raise("KeyError", index);
  } else if (container instanceof List && index instanceof Slice) {
    const { from, to } = bounds(index, container.items.length);
    container.items.splice(from, Math.max(0, to - from));
  } else if (container instanceof List) {
    container.items.splice(position(index, container.items.length, "list assignment"), 1);
  } else {
    const method = container instanceof Instance ? vm.methodOf(container, "__delitem__") : undefined;
    if (!method) raise("TypeError", `'${typeName(container)}' object doesn't support item deletion`);
    vm.call(method, [index]);
  }
}
