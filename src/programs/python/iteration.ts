/** Iterators of the interpreter. */
import { classAttribute, typeName } from "./classes.ts";
import { raise } from "./errors.ts";
import {
  Bytes,
  Dict,
  Generator,
  Instance,
  Iterator,
  List,
  PyClass,
  PyFunction,
  PySet,
  Range,
  Tuple,
  type Value,
} from "./objects.ts";
import { rangeLength, truth } from "./operators.ts";
import { END, type Interpreter } from "./vm.ts";

export function iterate(vm: Interpreter, value: Value): Value {
  if (value instanceof Iterator) return value;
  if (value instanceof Generator && (value.kind === "generator" || value.kind === "coroutine_wrapper")) return value;
  if (typeof value === "string") return new Iterator("sequence", new List([...value]));
  if (value instanceof List || value instanceof Tuple) return new Iterator("sequence", value);
  if (value instanceof Bytes)
    return new Iterator("sequence", new List([...value.data].map((c) => BigInt(c.charCodeAt(0)))));
  if (value instanceof Range) return new Iterator("range", value);
  if (value instanceof Dict) return new Iterator("sequence", new List([...value.entries.values()].map(([key]) => key)));
  if (value instanceof PySet) return new Iterator("sequence", new List([...value.entries.values()]));
  if (value instanceof Instance) {
    const method = vm.methodOf(value, "__iter__");
    if (method) return vm.call(method, []);
    if (vm.methodOf(value, "__next__")) return value;
    if (vm.methodOf(value, "__getitem__")) return new Iterator("call", value);
  }
  const ofClass = value instanceof PyClass ? classAttribute(value, "__class_iter__") : undefined;
  if (ofClass instanceof PyFunction) return vm.call(ofClass, [value]);
  raise("TypeError", `'${typeName(value)}' object is not iterable`);
}

/** The next value of an iterator other than a generator of Python code. */
export function nextOf(vm: Interpreter, iterator: Value): Value | typeof END {
  if (iterator instanceof Iterator) return KINDS[iterator.kind](vm, iterator);
  if (iterator instanceof Generator) return vm.resume(iterator, null);
  const method = iterator instanceof Instance ? vm.methodOf(iterator, "__next__") : undefined;
  if (!method) raise("TypeError", `'${typeName(iterator)}' object is not an iterator`);
  return vm.untilStop(() => vm.call(method, []));
}

type Next = (vm: Interpreter, iterator: Iterator) => Value | typeof END;

const atIndex =
  (pick: (source: Value) => readonly Value[]): Next =>
  (_vm, iterator) => {
    const items = pick(iterator.source);
    return iterator.index < items.length ? items[iterator.index++]! : END;
  };

const itemsOf = (source: Value) => (source as List | Tuple).items;

const KINDS: Record<Iterator["kind"], Next> = {
  sequence: atIndex(itemsOf),
  reversed(_vm, iterator) {
    const items = itemsOf(iterator.source);
    const at = items.length - 1 - iterator.index++;
    return at >= 0 ? items[at]! : END;
  },
  range(_vm, iterator) {
    const range = iterator.source as Range;
    if (iterator.index >= rangeLength(range)) return END;
    return range.start + BigInt(iterator.index++) * range.step;
  },
  enumerate(vm, iterator) {
    const value = nextOf(vm, iterator.source);
    return value === END ? END : new Tuple([(iterator.extra as bigint) + BigInt(iterator.index++), value]);
  },
  zip(vm, iterator) {
    const values: Value[] = [];
    for (const each of itemsOf(iterator.source)) {
      const value = nextOf(vm, each);
      if (value === END) return END;
      values.push(value);
    }
    return values.length === 0 ? END : new Tuple(values);
  },
  map(vm, iterator) {
    const values: Value[] = [];
    for (const each of itemsOf(iterator.source)) {
      const value = nextOf(vm, each);
      if (value === END) return END;
      values.push(value);
    }
    return vm.call(iterator.extra, values);
  },
  filter(vm, iterator) {
    for (;;) {
      vm.countStep();
      const value = nextOf(vm, iterator.source);
      if (value === END) return END;
      if (truth(vm, iterator.extra === null ? value : vm.call(iterator.extra, [value]))) return value;
    }
  },
  file(vm, iterator) {
    const line = vm.call(vm.attribute(iterator.source, "readline"), []);
    return line === "" || (line instanceof Bytes && line.data === "") ? END : line;
  },
  call(vm, iterator) {
    try {
      return vm.subscript(iterator.source, BigInt(iterator.index++));
    } catch (error) {
      if (vm.isRaised(error, "IndexError")) return END;
      throw error;
    }
  },
  count(_vm, iterator) {
    const value = iterator.source as bigint;
    iterator.source = value + (iterator.extra as bigint);
    return value;
  },
  cycle(_vm, iterator) {
    const items = itemsOf(iterator.source);
    return items.length === 0 ? END : items[iterator.index++ % items.length]!;
  },
  chain(vm, iterator) {
    const sources = itemsOf(iterator.source);
    while (iterator.index < sources.length) {
      if (iterator.extra === null) iterator.extra = iterate(vm, sources[iterator.index]!);
      const value = nextOf(vm, iterator.extra);
      if (value !== END) return value;
      iterator.extra = null;
      iterator.index++;
    }
    return END;
  },
  islice(vm, iterator) {
    const [start = 0n, stop = null, step = 1n] = itemsOf(iterator.extra);
    for (;;) {
      vm.countStep();
      if (stop !== null && iterator.index >= Number(stop)) return END;
      const value = nextOf(vm, iterator.source);
      if (value === END) return END;
      const at = iterator.index++ - Number(start);
      if (at >= 0 && at % Number(step) === 0) return value;
    }
  },
};
