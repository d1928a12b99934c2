/** The iteration protocol. Arrays, strings, maps, sets and generators do not need an iterator object. */
import {
  EMPTY,
  Iteration,
  isCallable,
  JsArray,
  JsBytes,
  JsGenerator,
  JsIterator,
  JsMap,
  JsObject,
  JsSet,
  SYMBOLS,
  type Value,
} from "./objects.ts";
import { ABSENT, get, has, ownProperty, prototypeOf } from "./properties.ts";
import type { Vm } from "./vm.ts";

/** No further value. */
export const END = Symbol("end");

/** Whether an object's iterator is the built-in one of its class. */
function isPlain(vm: Vm, value: JsObject | string, prototype: string, method: string): boolean {
  const key = SYMBOLS["iterator"]!;
  if (value instanceof JsObject && ownProperty(vm, value, key) !== ABSENT) return false;
  const proto = vm.intrinsic(prototype);
  if (prototypeOf(vm, value) !== proto && !(value instanceof JsArray && value.isArguments)) {
    if (get(vm, value, key) !== get(vm, proto, key)) return false;
  }
  const own = get(vm, proto, key);
  return own instanceof JsObject && own.intrinsic === method;
}

/** Begins an iteration. `text` names the value in the error. */
export function iterate(vm: Vm, value: Value, text?: string): Iteration {
  if (
    value instanceof JsArray &&
    (value.isArguments || isPlain(vm, value, "Array.prototype", "Array.prototype.values"))
  )
    return new Iteration(value, 0);
  const method = value === undefined || value === null ? undefined : get(vm, value, SYMBOLS["iterator"]!);
  if (!isCallable(method)) failToIterate(vm, value, text);
  if (
    (value instanceof JsGenerator || value instanceof JsIterator) &&
    method.intrinsic === "Iterator.prototype.@@iterator"
  )
    return new Iteration(value, -1);
  const source = vm.call(method, value, []);
  if (!(source instanceof JsObject)) vm.fail("TypeError", "Result of the Symbol.iterator method is not an object");
  const made = new Iteration(source, -1);
  if (!(source instanceof JsGenerator || source instanceof JsIterator)) made.next = get(vm, source, "next");
  return made;
}

function failToIterate(vm: Vm, value: Value, text: string | undefined): never {
  const isMissing = value === undefined || value === null;
  if (text?.startsWith("[")) {
    vm.fail("TypeError", isMissing ? `${String(value)} is not iterable` : `${shown(value)} is not iterable`);
  }
  if (text === undefined || text === "") {
    vm.fail(
      "TypeError",
      `${shown(value)} is not iterable${isMissing ? " (cannot read property Symbol(Symbol.iterator))" : ""}`,
    );
  }
  return vm.fail("TypeError", `${text} is not iterable`);
}

const shown = (value: Value): string =>
  value instanceof JsObject ? "object" : typeof value === "string" ? `"${value}"` : String(value as number);

/** The next value of a built-in iterator. */
export function advance(vm: Vm, iterator: JsIterator): Value | typeof END {
  const { source, mode } = iterator;
  const items = source instanceof JsArray ? source.items : source instanceof JsBytes ? source.bytes : undefined;
  const length = items ? items.length : Number(get(vm, source, "length"));
  if (iterator.index >= length) {
    iterator.index = Number.MAX_SAFE_INTEGER;
    return END;
  }
  const at = iterator.index++;
  if (mode === "keys") return at;
  const item = items ? items[at] : get(vm, source, String(at));
  const value = item === EMPTY ? undefined : item;
  return mode === "values" ? value : new JsArray(vm.intrinsic("Array.prototype"), [at, value]);
}

/** The next value of an iteration, from a built-in function. */
export function nextOf(vm: Vm, iteration: Iteration): Value | typeof END {
  if (iteration.isDone) return END;
  const { source } = iteration;
  if (iteration.index >= 0) {
    const { items } = source as JsArray;
    if (iteration.index < items.length) {
      const item = items[iteration.index++];
      return item === EMPTY ? undefined : item;
    }
    iteration.isDone = true;
    return END;
  }
  if (source instanceof JsIterator && iteration.next === undefined) {
    const value = advance(vm, source);
    if (value === END) iteration.isDone = true;
    return value;
  }
  const result =
    source instanceof JsGenerator && iteration.next === undefined
      ? vm.resume(source, "next", undefined)
      : vm.call(iteration.next, source, []);
  return takeResult(vm, iteration, result);
}

/** The value of an iterator's result. */
export function takeResult(vm: Vm, iteration: Iteration, result: Value): Value | typeof END {
  if (!(result instanceof JsObject)) {
    vm.fail("TypeError", `Iterator result ${String(result as number)} is not an object`);
  }
  if (get(vm, result, "done")) {
    iteration.isDone = true;
    return END;
  }
  return get(vm, result, "value");
}

/** Tells an iterator that no further value is taken. */
export function close(vm: Vm, iteration: Iteration): void {
  if (iteration.isDone || iteration.index >= 0) return;
  iteration.isDone = true;
  const { source } = iteration;
  if (source instanceof JsIterator) return;
  if (source instanceof JsGenerator) {
    if (source.frame) vm.resume(source, "return", undefined);
    return;
  }
  const method = get(vm, source, "return");
  if (isCallable(method)) vm.call(method, source, []);
}

/** All values of an iterable. */
export function iterateAll(vm: Vm, value: Value, text?: string): Value[] {
  if (value instanceof JsSet && isPlain(vm, value, "Set.prototype", "Set.prototype.values"))
    return [...value.entries.keys()];
  if (typeof value === "string") return [...value];
  if (value instanceof JsMap && isPlain(vm, value, "Map.prototype", "Map.prototype.entries")) {
    const proto = vm.intrinsic("Array.prototype");
    return [...value.entries].map((entry) => new JsArray(proto, entry));
  }
  const iteration = iterate(vm, value, text);
  const items: Value[] = [];
  for (;;) {
    vm.countStep();
    const item = nextOf(vm, iteration);
    if (item === END) return items;
    items.push(item);
  }
}

/** Keys of `for … in`: enumerable string keys of an object and its prototypes. */
export function isIterable(vm: Vm, value: Value): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "string") return true;
  return value instanceof JsObject && has(vm, value, SYMBOLS["iterator"]!);
}
