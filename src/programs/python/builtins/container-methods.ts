/** Methods of list, tuple, dict and set. */
import { exceptionOf, raise } from "../errors.ts";
import { repr } from "../formatting.ts";
import { Dict, type Generator, Instance, List, PyClass, PyError, PySet, Tuple, type Value } from "../objects.ts";
import { binary, equals, keyOf, truth } from "../operators.ts";
import { END, type Interpreter } from "../vm.ts";
import { integer, none, optional } from "./arguments.ts";
import { raiseStop, sorted } from "./functions.ts";
import { type Native, register } from "./registry.ts";

const items = (value: Value | undefined): Value[] => (value as List).items;

const indexOf: Native = (vm, [self, value = null]) => {
  const at = items(self).findIndex((each) => equals(vm, each, value));
  if (at === -1) raise("ValueError", `${repr(vm, value)} is not in list`);
  return BigInt(at);
};
const count: Native = (vm, [self, value = null]) =>
  BigInt(items(self).filter((each) => equals(vm, each, value)).length);

register({
  "list.append": (_vm, [self, value = null]) => none(items(self).push(value)),
  "list.extend": (vm, [self, values = null]) => none(items(self).push(...vm.list(values))),
  "list.insert": (_vm, [self, at, value = null]) => none(items(self).splice(integer(at), 0, value)),
  "list.pop"(_vm, [self, at = -1n]) {
    const list = items(self);
    if (list.length === 0) raise("IndexError", "pop from empty list");
    const index = integer(at) < 0 ? integer(at) + list.length : integer(at);
    if (index < 0 || index >= list.length) raise("IndexError", "pop index out of range");
    return list.splice(index, 1)[0]!;
  },
  "list.remove"(vm, [self, value = null]) {
    const at = items(self).findIndex((each) => equals(vm, each, value));
    if (at === -1) raise("ValueError", "list.remove(x): x not in list");
    items(self).splice(at, 1);
    return null;
  },
  "list.clear": (_vm, [self]) => none(items(self).splice(0)),
  "list.reverse": (_vm, [self]) => none(items(self).reverse()),
  "list.copy": (_vm, [self]) => new List([...items(self)]),
  "list.sort"(vm, [self], keywords) {
    const list = self as List;
    list.items = sorted(vm, list.items, keywords);
    return null;
  },
  "list.index": indexOf,
  "tuple.index": indexOf,
  "list.count": count,
  "tuple.count": count,
});

const entries = (value: Value | undefined) => (value as Dict).entries;

register({
  "dict.get"(vm, [self, key = null, fallback = null]) {
    const known = entries(self).get(keyOf(vm, key));
    return known ? known[1] : fallback;
  },
  "dict.keys": (_vm, [self]) => new List([...entries(self).values()].map(([key]) => key)),
  "dict.values": (_vm, [self]) => new List([...entries(self).values()].map(([, value]) => value)),
  "dict.items": (_vm, [self]) => new List([...entries(self).values()].map((pair) => new Tuple([...pair]))),
  "dict.setdefault"(vm, [self, key = null, fallback = null]) {
    const known = entries(self).get(keyOf(vm, key));
    if (known) return known[1];
    vm.setSubscript(self!, key, fallback);
    return fallback;
  },
  "dict.update"(vm, [self, ...sources], keywords) {
    const isCounter = (self as Dict).kind === "Counter";
    for (const source of sources) {
      if (isCounter) countAll(vm.list(source), (key) => addOne(self as Dict, keyOf(vm, key), key));
      else if (source instanceof Dict)
        for (const [key, value] of source.entries.values()) vm.setSubscript(self!, key, value);
      else for (const pair of vm.list(source)) vm.setSubscript(self!, vm.list(pair)[0]!, vm.list(pair)[1]!);
    }
    for (const [name, value] of keywords) vm.setSubscript(self!, name, value);
    return null;
  },
  "dict.pop"(vm, [self, key = null, fallback]) {
    const known = entries(self).get(keyOf(vm, key));
    if (!known && fallback === undefined) raise("KeyError", key);
    entries(self).delete(keyOf(vm, key));
    return known ? known[1] : fallback!;
  },
  "dict.popitem"(_vm, [self]) {
    const last = [...entries(self)].at(-1);
    if (!last) raise("KeyError", "popitem(): dictionary is empty");
    entries(self).delete(last[0]);
    return new Tuple([...last[1]]);
  },
  "dict.clear": (_vm, [self]) => none(entries(self).clear()),
  "dict.copy"(_vm, [self]) {
    const made = new Dict();
    Object.assign(made, {
      kind: (self as Dict).kind,
      missing: (self as Dict).missing,
      entries: new Map(entries(self)),
    });
    return made;
  },
  "dict.fromkeys"(vm, [keys = null, value = null]) {
    const made = new Dict();
    for (const key of vm.list(keys)) vm.setSubscript(made, key, value);
    return made;
  },
  "dict.most_common"(_vm, args, keywords) {
    const pairs = [...entries(args[0]).values()].map((pair) => new Tuple([...pair]));
    pairs.sort((a, b) => Number((b.items[1] as bigint) - (a.items[1] as bigint)));
    const limit = optional(args, 1, keywords, "n") ?? null;
    return new List(limit === null ? pairs : pairs.slice(0, integer(limit)));
  },
  "dict.elements": (_vm, [self]) =>
    new List([...entries(self).values()].flatMap(([key, times]) => new Array(Number(times)).fill(key) as Value[])),
  "dict.move_to_end"(vm, [self, key = null]) {
    const name = keyOf(vm, key);
    const entry = entries(self).get(name);
    if (!entry) raise("KeyError", key);
    entries(self).delete(name);
    entries(self).set(name, entry);
    return null;
  },
});

/** Adds one to the count of a key. */
export function addOne(counter: Dict, name: string, key: Value): void {
  const known = counter.entries.get(name);
  counter.entries.set(name, [known?.[0] ?? key, ((known?.[1] as bigint | undefined) ?? 0n) + 1n]);
}

function countAll(values: readonly Value[], add: (value: Value) => void): void {
  for (const value of values) add(value);
}

const members = (value: Value | undefined) => (value as PySet).entries;

function setOperation(operator: string): Native {
  return (vm, [self, ...others]) =>
    others.reduce<Value>(
      (made, other) => binary(vm, operator, made, vm.builtin("new:set", [other])),
      binary(vm, "|", self!, new PySet()),
    );
}

register({
  "set.add": (vm, [self, value = null]) => none(members(self).set(keyOf(vm, value), value)),
  "set.discard": (vm, [self, value = null]) => none(members(self).delete(keyOf(vm, value))),
  "set.remove"(vm, [self, value = null]) {
    if (!members(self).delete(keyOf(vm, value))) raise("KeyError", value);
    return null;
  },
  "set.pop"(_vm, [self]) {
    const [first] = members(self);
    if (!first) raise("KeyError", "pop from an empty set");
    members(self).delete(first[0]);
    return first[1];
  },
  "set.clear": (_vm, [self]) => none(members(self).clear()),
  "set.copy": (vm, [self]) => binary(vm, "|", self!, new PySet()),
  "set.update"(vm, [self, ...others]) {
    for (const other of others) for (const value of vm.list(other)) members(self).set(keyOf(vm, value), value);
    return null;
  },
  "set.union": setOperation("|"),
  "set.intersection": setOperation("&"),
  "set.difference": setOperation("-"),
  "set.symmetric_difference": setOperation("^"),
  "set.issubset": (vm, [self, other = null]) => {
    const all = new Set(vm.list(other).map((each) => keyOf(vm, each)));
    return [...members(self).keys()].every((key) => all.has(key));
  },
  "set.issuperset": (vm, [self, other = null]) => vm.list(other).every((each) => members(self).has(keyOf(vm, each))),
  "set.isdisjoint": (vm, [self, other = null]) => !vm.list(other).some((each) => members(self).has(keyOf(vm, each))),

  "iterator.__iter__": (_vm, [self]) => self!,
  "iterator.__next__": (vm, [self]) => vm.builtin("next", [self!]),
  "iterator.send"(vm, [self, value = null]) {
    const next = vm.resume(self as Generator, value);
    if (next === END) raiseStop(vm, self!);
    return next;
  },
  "iterator.throw": throwInto,
  "coroutine.send": (vm, args) => vm.builtin("iterator.send", args),
  "coroutine.throw": throwInto,
  "coroutine.close": (vm, args) => vm.builtin("iterator.close", args),
  /** The event loop iterates over a coroutine by its wrapper. */
  "coroutine.__await__": (_vm, [self]) => Object.assign(self as Generator, { kind: "coroutine_wrapper" }),
  "iterator.close"(vm, [self]) {
    const generator = self as Generator;
    // A generator that has not begun has nothing to leave.
    if (generator.frame?.pc === 0) generator.frame = null;
    if (!generator.frame) return null;
    try {
      if (vm.throwInto(generator, new PyError(exceptionOf("GeneratorExit"))) === END) return null;
    } catch (error) {
      if (vm.isRaised(error, "GeneratorExit")) return null;
      throw error;
    }
    raise("RuntimeError", `${generator.kind} ignored GeneratorExit`);
  },
});

/** `throw(exception)` and the older `throw(type, value)`. */
function throwInto(vm: Interpreter, [self, first = null, second = null]: Value[]): Value {
  const given = second instanceof Instance ? second : first;
  const exception = given instanceof PyClass ? vm.call(given, second === null ? [] : [second]) : given;
  if (!(exception instanceof Instance))
    raise("TypeError", "exceptions must be classes or instances deriving from BaseException");
  const value = vm.throwInto(self as Generator, new PyError(exception));
  if (value === END) raiseStop(vm, self!);
  return value;
}

/** Whether a value counts as true, for other files of built-in functions. */
export { truth };
