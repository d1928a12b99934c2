/** Array, apart from the functions that call others (`library/arrays.ts`). */
import {
  arrayOf,
  checkLength,
  relativeIndex,
  sameValueZero,
  toInteger,
  toNumber,
  toObject,
  toText,
} from "../conversions.ts";
import { defineClass, links, natives } from "../intrinsics.ts";
import { iterateAll } from "../iteration.ts";
import { EMPTY, JsArray, JsIterator, JsObject, SYMBOLS, type Value } from "../objects.ts";
import { get, MAX_ARRAY_LENGTH, set, setLength } from "../properties.ts";
import type { Vm } from "../vm.ts";
import { prototypeFor } from "./objects.ts";

defineClass(
  "Array",
  (vm, _self, args, { newTarget }) => {
    const made = new JsArray(prototypeFor(vm, newTarget, "Array.prototype"), []);
    if (args.length === 1 && typeof args[0] === "number") setLength(vm, made, args[0]);
    else made.items = [...args];
    return made;
  },
  { parentPrototype: "Object.prototype" },
);

natives("Array", {
  isArray: (_vm, _self, [value]) => value instanceof JsArray && !value.isArguments,
  of: (vm, _self, args) => arrayOf(vm, [...args]),
});

/** The elements of an array, or of an object with a length. */
export function itemsOf(vm: Vm, self: Value): Value[] {
  if (self instanceof JsArray) return self.items;
  if (typeof self === "string") return [...self];
  const object = toObject(vm, self);
  const length = Math.min(toInteger(vm, get(vm, object, "length")), MAX_ARRAY_LENGTH);
  vm.countStep(length);
  return Array.from({ length }, (_, i) => get(vm, object, String(i)));
}

/** The array that a method changes. */
function changing(vm: Vm, self: Value, grows = 0): Value[] {
  if (!(self instanceof JsArray))
    return vm.fail("TypeError", "a method that changes an array was called on another object");
  if (self.isFixed && grows > 0)
    vm.fail("TypeError", `Cannot add property ${self.items.length}, object is not extensible`);
  if (self.isFrozen) vm.fail("TypeError", "Cannot assign to read only property '0' of object '[object Array]'");
  if (self.items.length + grows > MAX_ARRAY_LENGTH) vm.fail("RangeError", "Invalid array length");
  vm.touch(self);
  return self.items;
}

const plain = (value: Value): Value => (value === EMPTY ? undefined : value);

function flatten(vm: Vm, items: readonly Value[], depth: number, made: Value[]): Value[] {
  for (const item of items) {
    if (item === EMPTY) continue;
    vm.countStep();
    if (item instanceof JsArray && depth > 0) flatten(vm, item.items, depth - 1, made);
    else made.push(item);
  }
  return made;
}

function joined(vm: Vm, self: Value, separator: string): string {
  const { natives: running } = vm;
  // An array that contains itself is empty there.
  if (
    running
      .slice(0, -1)
      .some(
        (native) => native.self === self && /join|toString/.test(native.name) && native.depth !== running.at(-1)!.depth,
      )
  )
    return "";
  const parts = itemsOf(vm, self).map((item) =>
    item === undefined || item === null || item === EMPTY ? "" : toText(vm, item),
  );
  vm.countStep(parts.length);
  return checkLength(vm, parts.join(separator));
}

function indexOf(vm: Vm, self: Value, value: Value, from: Value, isSame: (a: Value, b: Value) => boolean): number {
  const items = itemsOf(vm, self);
  vm.countStep(items.length >> 3);
  for (let i = relativeIndex(vm, from, items.length, 0); i < items.length; i++) if (isSame(items[i], value)) return i;
  return -1;
}

const strictly = (a: Value, b: Value) => a === b;

natives("Array.prototype", {
  push(vm, self, args) {
    if (!(self instanceof JsArray)) {
      const length = toInteger(vm, get(vm, self, "length"));
      for (const [i, value] of args.entries()) set(vm, self, String(length + i), value);
      set(vm, self, "length", length + args.length);
      return length + args.length;
    }
    const items = changing(vm, self, args.length);
    for (const value of args) items.push(value);
    return items.length;
  },
  pop: (vm, self) => plain(changing(vm, self).pop()),
  shift: (vm, self) => plain(changing(vm, self).shift()),
  unshift(vm, self, args) {
    const items = changing(vm, self, args.length);
    items.unshift(...args);
    return items.length;
  },
  slice(vm, self, [from, to]) {
    const items = itemsOf(vm, self);
    return arrayOf(
      vm,
      items.slice(relativeIndex(vm, from, items.length, 0), relativeIndex(vm, to, items.length, items.length)),
    );
  },
  splice(vm, self, [from, count, ...added]) {
    const items = changing(vm, self, added.length);
    const start = relativeIndex(vm, from, items.length, 0);
    const removed = count === undefined ? items.length - start : Math.max(0, toInteger(vm, count));
    return arrayOf(vm, items.splice(start, removed, ...added));
  },
  toSpliced(vm, self, [from, count, ...added]) {
    const items = [...itemsOf(vm, self)];
    items.splice(relativeIndex(vm, from, items.length, 0), toInteger(vm, count, items.length), ...added);
    return arrayOf(vm, items);
  },
  concat(vm, self, args) {
    const made = [...itemsOf(vm, self)];
    for (const value of args) {
      const spreads =
        value instanceof JsArray ||
        (value instanceof JsObject && get(vm, value, SYMBOLS["isConcatSpreadable"]!) === true);
      if (spreads) made.push(...itemsOf(vm, value));
      else made.push(value);
    }
    return arrayOf(vm, made);
  },
  join: (vm, self, [separator]) => joined(vm, self, separator === undefined ? "," : toText(vm, separator)),
  toString: (vm, self) => joined(vm, self, ","),
  toLocaleString: (vm, self) =>
    itemsOf(vm, self)
      .map((item) => toText(vm, vm.call(get(vm, item, "toLocaleString"), item, [])))
      .join(","),
  reverse(vm, self) {
    changing(vm, self).reverse();
    return self;
  },
  toReversed: (vm, self) => arrayOf(vm, [...itemsOf(vm, self)].reverse()),
  with(vm, self, [index, value]) {
    const items = [...itemsOf(vm, self)];
    const at = toInteger(vm, index);
    if (at >= items.length || at < -items.length) vm.fail("RangeError", `Invalid index : ${at}`);
    items[at < 0 ? at + items.length : at] = value;
    return arrayOf(vm, items);
  },
  indexOf: (vm, self, [value, from]) => indexOf(vm, self, value, from, strictly),
  lastIndexOf: (vm, self, [value]) => itemsOf(vm, self).lastIndexOf(value),
  includes: (vm, self, [value, from]) => indexOf(vm, self, value, from, (a, b) => sameValueZero(plain(a), b)) >= 0,
  at(vm, self, [index]) {
    return plain(itemsOf(vm, self).at(toInteger(vm, index)));
  },
  fill(vm, self, [value, from, to]) {
    const items = changing(vm, self);
    vm.countStep(items.length >> 3);
    items.fill(value, relativeIndex(vm, from, items.length, 0), relativeIndex(vm, to, items.length, items.length));
    return self;
  },
  flat: (vm, self, [depth]) =>
    arrayOf(vm, flatten(vm, itemsOf(vm, self), depth === undefined ? 1 : toNumber(vm, depth), [])),
  copyWithin(vm, self, [target, from, to]) {
    changing(vm, self).copyWithin(
      toInteger(vm, target),
      toInteger(vm, from),
      to === undefined ? undefined : toInteger(vm, to),
    );
    return self;
  },
  keys: (vm, self) => new JsIterator(vm.intrinsic("ArrayIterator.prototype"), toObject(vm, self), "keys"),
  values: (vm, self) => new JsIterator(vm.intrinsic("ArrayIterator.prototype"), toObject(vm, self), "values"),
  entries: (vm, self) => new JsIterator(vm.intrinsic("ArrayIterator.prototype"), toObject(vm, self), "entries"),
});
links("Array.prototype", { "@@iterator": "Array.prototype.values" });

/** For the library: values of an iterable or of an object with a length, and a sorted copy of plain values. */
natives("node:array", {
  listOf(vm, _self, [value]) {
    const isList = value instanceof JsObject && get(vm, value, SYMBOLS["iterator"]!) === undefined;
    return arrayOf(vm, isList ? [...itemsOf(vm, value)] : iterateAll(vm, value));
  },
  isHole: (_vm, _self, [array, index]) => array instanceof JsArray && array.items[index as number] === EMPTY,
  /** Sorts as text, undefined last; the order of a program's own function is sorted by the library. */
  sorted(vm, _self, [value]) {
    const items = itemsOf(vm, value).filter((item) => item !== EMPTY);
    vm.countStep(items.length * 4);
    const texts = items.map((item): [string, Value] => [item === undefined ? "" : toText(vm, item), item]);
    texts.sort(([a, x], [b, y]) => Number(x === undefined) - Number(y === undefined) || (a < b ? -1 : a > b ? 1 : 0));
    return arrayOf(
      vm,
      texts.map(([, item]) => item),
    );
  },
  assign(vm, _self, [array, from]) {
    const items = changing(vm, array);
    items.length = 0;
    items.push(...(from as JsArray).items);
    return array;
  },
});
