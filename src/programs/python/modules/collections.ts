/** `collections` (the classes that are dictionaries) and `itertools`. */
import { integer, none, optional } from "../builtins/arguments.ts";
import { addOne } from "../builtins/container-methods.ts";
import { register } from "../builtins/registry.ts";
import { defineClass } from "../classes.ts";
import { raise } from "../errors.ts";
import { iterate } from "../iteration.ts";
import { Dict, Iterator, List, type Module, Tuple, type Value } from "../objects.ts";
import { keyOf } from "../operators.ts";
import type { Interpreter } from "../vm.ts";
import { define, functionsOf } from "./define.ts";

const kinds = {
  defaultdict: defineClass("defaultdict", "dict"),
  Counter: defineClass("Counter", "dict"),
  OrderedDict: defineClass("OrderedDict", "dict"),
  deque: defineClass("deque", "list"),
};

register({
  "new:defaultdict"(vm, [missing = null, ...rest], keywords) {
    const made = vm.builtin("new:dict", rest) as Dict;
    for (const [name, value] of keywords) vm.setSubscript(made, name, value);
    made.kind = "defaultdict";
    made.missing = missing;
    return made;
  },
  "new:OrderedDict"(vm, args) {
    const made = vm.builtin("new:dict", args) as Dict;
    made.kind = "OrderedDict";
    return made;
  },
  "new:Counter"(vm, [source], keywords) {
    const made = new Dict();
    made.kind = "Counter";
    if (source instanceof Dict) made.entries = new Map(source.entries);
    else if (source !== undefined) for (const item of vm.list(source)) addOne(made, keyOf(vm, item), item);
    for (const [name, value] of keywords) vm.setSubscript(made, name, value);
    return made;
  },
  "new:deque": (vm, [items]) => new List(items === undefined ? [] : vm.list(items)),
  "list.appendleft": (_vm, [self, value = null]) => none((self as List).items.unshift(value)),
  "list.popleft"(_vm, [self]) {
    const value = (self as List).items.shift();
    if (value === undefined) raise("IndexError", "pop from an empty deque");
    return value;
  },
});

export function fillCollections(_vm: Interpreter, module: Module): void {
  define(module, kinds);
}

/** Bound of the results of `product` and its kind. */
const MAX_COMBINATIONS = 100_000;

function limited(made: List): List {
  if (made.items.length > MAX_COMBINATIONS) raise("MemoryError");
  return made;
}

function product(lists: readonly Value[][]): Value[][] {
  return lists.reduce<Value[][]>(
    (rows, list) => {
      if (rows.length * list.length > MAX_COMBINATIONS) raise("MemoryError");
      return rows.flatMap((row) => list.map((item) => [...row, item]));
    },
    [[]],
  );
}

function choose(items: readonly Value[], size: number, isOrdered: boolean): Value[][] {
  const rows: Value[][] = [];
  const visit = (row: number[]) => {
    if (rows.length > MAX_COMBINATIONS) raise("MemoryError");
    if (row.length === size) return void rows.push(row.map((i) => items[i]!));
    for (let i = isOrdered ? 0 : (row.at(-1) ?? -1) + 1; i < items.length; i++)
      if (!row.includes(i)) visit([...row, i]);
  };
  visit([]);
  return rows;
}

const tuples = (rows: readonly Value[][]) => iterateRows(limited(new List(rows.map((row) => new Tuple(row)))));
const iterateRows = (rows: List) => new Iterator("sequence", rows);

const fill = functionsOf("itertools", {
  count: (_vm, args, keywords) =>
    new Iterator("count", optional(args, 0, keywords, "start") ?? 0n, optional(args, 1, keywords, "step") ?? 1n),
  cycle: (vm, [items = null]) => new Iterator("cycle", new List(vm.list(items))),
  chain: (_vm, args) => new Iterator("chain", new List(args)),
  islice(vm, [items = null, ...range]) {
    const bounds = range.length === 1 ? [0n, range[0]!] : range;
    return new Iterator("islice", iterate(vm, items), new List(bounds.map((each, i) => each ?? (i === 0 ? 0n : null))));
  },
  repeat: (_vm, [value = null, times]) =>
    times === undefined
      ? new Iterator("cycle", new List([value]))
      : new Iterator("sequence", new List(new Array(integer(times)).fill(value) as Value[])),
  product: (vm, args, keywords) => {
    const lists = args.map((each) => vm.list(each));
    const times = integer(keywords.get("repeat") ?? 1n);
    return tuples(product(Array.from({ length: times }, () => lists).flat()));
  },
  permutations: (vm, [items = null, size]) => {
    const all = vm.list(items);
    return tuples(choose(all, size === undefined ? all.length : integer(size), true));
  },
  combinations: (vm, [items = null, size]) => tuples(choose(vm.list(items), integer(size), false)),
  accumulate(vm, [items = null, f = null]) {
    const made = new List();
    for (const item of vm.list(items)) {
      const last = made.items.at(-1);
      made.items.push(
        last === undefined ? item : f === null ? vm.builtin("sum", [new List([last, item])]) : vm.call(f, [last, item]),
      );
    }
    return new Iterator("sequence", made);
  },
});

export function fillItertools(_vm: Interpreter, module: Module): void {
  fill(module);
}
