/** Functions of the module `builtins`. */

import { MAX_SCRIPT_LENGTH } from "../../../lib/container-limits.ts";
import { classAttribute, isSubclass, typeName, typeOf } from "../classes.ts";
import { compileSource } from "../compile-source.ts";
import { exitWith, raise } from "../errors.ts";
import { format, repr, str } from "../formatting.ts";
import { iterate, nextOf } from "../iteration.ts";
import {
  Builtin,
  Bytes,
  Dict,
  Frame,
  Generator,
  Instance,
  Iterator,
  List,
  Method,
  Module,
  Property,
  PyClass,
  PyFunction,
  PySet,
  Range,
  Scope,
  Tuple,
  type Value,
} from "../objects.ts";
import { binary, compare, keyOf, rangeLength, truth } from "../operators.ts";
import type { Interpreter } from "../vm.ts";
import { END } from "../vm.ts";
import { integer, none, optional, text } from "./arguments.ts";
import { type Native, register } from "./registry.ts";

function length(vm: Interpreter, value: Value): number {
  if (typeof value === "string") return [...value].length;
  if (value instanceof List || value instanceof Tuple) return value.items.length;
  if (value instanceof Dict || value instanceof PySet) return value.entries.size;
  if (value instanceof Bytes) return value.data.length;
  if (value instanceof Range) return rangeLength(value);
  const method = value instanceof Instance ? vm.methodOf(value, "__len__") : undefined;
  if (method) return integer(vm.call(method, []));
  raise("TypeError", `object of type '${typeName(value)}' has no len()`);
}

function extreme(operator: string): Native {
  return (vm, args, keywords) => {
    const items = args.length === 1 ? vm.list(args[0]!) : args;
    const key = keywords.get("key");
    const name = operator === "<" ? "min" : "max";
    if (items.length === 0) {
      const fallback = keywords.get("default");
      if (fallback === undefined) raise("ValueError", `${name}() iterable argument is empty`);
      return fallback;
    }
    const weigh = (item: Value) => (key == null ? item : vm.call(key, [item]));
    let best: Value = items[0] ?? null;
    let weight = weigh(best);
    for (const item of items.slice(1)) {
      const other = weigh(item);
      if (!truth(vm, compare(vm, operator, other, weight))) continue;
      best = item;
      weight = other;
    }
    return best;
  };
}

/** Sorts stably, with `key` and `reverse`. */
export function sorted(vm: Interpreter, items: readonly Value[], keywords: Map<string, Value>): Value[] {
  const key = keywords.get("key") ?? null;
  const isReversed = truth(vm, keywords.get("reverse") ?? false);
  const weighed = items.map((item) => ({ item, weight: key === null ? item : vm.call(key, [item]) }));
  const less = (a: Value, b: Value) => truth(vm, compare(vm, "<", a, b));
  weighed.sort((a, b) => {
    vm.countStep();
    const by = less(a.weight, b.weight) ? -1 : less(b.weight, a.weight) ? 1 : 0;
    return isReversed ? -by : by;
  });
  return weighed.map(({ item }) => item);
}

/** Whether a class is one of `types` or below it. */
function isKind(type: PyClass, types: Value, asks: "isinstance" | "issubclass"): boolean {
  if (types instanceof Tuple) return types.items.some((each) => isKind(type, each, asks));
  if (types instanceof PyClass) return isSubclass(type, types);
  const wanted = asks === "isinstance" ? "type, a tuple of types" : "class, a tuple of classes";
  raise("TypeError", `${asks}() arg 2 must be a ${wanted}, or a union`);
}

register({
  len: (vm, [value = null]) => BigInt(length(vm, value)),
  min: extreme("<"),
  max: extreme(">"),
  abs: (vm, [value = null]) =>
    typeof value === "number"
      ? Math.abs(value)
      : typeof value === "bigint" && value < 0n
        ? -value
        : binary(vm, "+", value, 0n),
  round(_vm, args, keywords) {
    const [value = null] = args;
    const digits = optional(args, 1, keywords, "ndigits") ?? null;
    if (typeof value === "bigint") return value;
    if (typeof value !== "number") raise("TypeError", `type ${typeName(value)} doesn't define __round__ method`);
    if (digits === null) return BigInt(roundHalfEven(value));
    const factor = 10 ** integer(digits);
    const rounded = Number(value.toFixed(Math.max(0, Math.min(100, integer(digits)))));
    return integer(digits) >= 0 ? rounded : roundHalfEven(value * factor) / factor;
  },
  sum(vm, args, keywords) {
    let total: Value = optional(args, 1, keywords, "start") ?? 0n;
    for (const item of vm.list(args[0]!)) total = binary(vm, "+", total, item);
    return total;
  },
  pow(vm, [base = null, exponent = null, modulus]) {
    if (modulus === undefined) return binary(vm, "**", base, exponent);
    let result = 1n;
    let square = BigInt(base as bigint) % (modulus as bigint);
    for (let rest = exponent as bigint; rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = (result * square) % (modulus as bigint);
      square = (square * square) % (modulus as bigint);
    }
    return result;
  },
  divmod: (vm, [a = null, b = null]) => new Tuple([binary(vm, "//", a, b), binary(vm, "%", a, b)]),
  all: (vm, [items = null]) => vm.list(items).every((item) => truth(vm, item)),
  any: (vm, [items = null]) => vm.list(items).some((item) => truth(vm, item)),
  sorted: (vm, [items = null], keywords) => new List(sorted(vm, vm.list(items), keywords)),
  reversed: (vm, [items = null]) => new Iterator("reversed", new List(vm.list(items))),
  enumerate: (vm, args, keywords) =>
    new Iterator("enumerate", iterate(vm, args[0]!), optional(args, 1, keywords, "start") ?? 0n),
  zip: (vm, args) => new Iterator("zip", new List(args.map((each) => iterate(vm, each)))),
  map: (vm, [f = null, ...rest]) => new Iterator("map", new List(rest.map((each) => iterate(vm, each))), f),
  filter: (vm, [f = null, items = null]) => new Iterator("filter", iterate(vm, items), f),
  iter: (vm, [value = null]) => iterate(vm, value),
  next(vm, [iterator = null, fallback]) {
    const value = nextOf(vm, iterator);
    if (value !== END) return value;
    if (fallback === undefined) raiseStop(vm, iterator);
    return fallback;
  },
  repr: (vm, [value = null]) => repr(vm, value),
  ascii: (vm, [value = null]) => repr(vm, value),
  format: (vm, [value = null, spec = ""]) => format(vm, value, text(spec)),
  chr: (_vm, [code]) => String.fromCodePoint(integer(code)),
  ord: (_vm, [character]) => {
    if (character instanceof Bytes) return BigInt(character.data.charCodeAt(0));
    return BigInt(text(character).codePointAt(0) ?? 0);
  },
  hex: (_vm, [value]) =>
    BigInt(integer(value))
      .toString(16)
      .replace(/^-?/, (sign) => `${sign}0x`),
  oct: (_vm, [value]) =>
    BigInt(integer(value))
      .toString(8)
      .replace(/^-?/, (sign) => `${sign}0o`),
  bin: (_vm, [value]) =>
    BigInt(integer(value))
      .toString(2)
      .replace(/^-?/, (sign) => `${sign}0b`),
  id: (vm, [value = null]) => BigInt(vm.address(typeof value === "object" && value ? value : vm.builtins)),
  hash(vm, [value = null]) {
    let hash = 7n;
    for (const character of keyOf(vm, value))
      hash = (hash * 31n + BigInt(character.codePointAt(0)!)) & 0x1fffffffffffffffn;
    return hash;
  },
  callable: (vm, [value = null]) =>
    value instanceof PyFunction ||
    value instanceof Builtin ||
    value instanceof Method ||
    value instanceof PyClass ||
    (value instanceof Instance && vm.methodOf(value, "__call__") !== undefined),
  isinstance: (_vm, [value = null, types = null]) => isKind(typeOf(value), types, "isinstance"),
  issubclass(_vm, [type, of = null]) {
    if (!(type instanceof PyClass)) raise("TypeError", "issubclass() arg 1 must be a class");
    return isKind(type, of, "issubclass");
  },
  getattr(vm, [value = null, name, fallback]) {
    if (fallback === undefined) return vm.attribute(value, text(name));
    try {
      return vm.attribute(value, text(name));
    } catch (error) {
      if (vm.isRaised(error, "AttributeError")) return fallback;
      throw error;
    }
  },
  hasattr(vm, [value = null, name]) {
    try {
      vm.attribute(value, text(name));
      return true;
    } catch (error) {
      if (vm.isRaised(error, "AttributeError")) return false;
      throw error;
    }
  },
  setattr: (vm, [value = null, name, to = null]) => none(vm.setAttribute(value, text(name), to)),
  vars: (vm, [value]) => attributesOf(vm, value),
  dir: (_vm, [value]) => {
    const names =
      value instanceof Instance
        ? [...value.attributes.keys()]
        : value instanceof Module
          ? [...value.scope.variables.keys()]
          : [];
    return new List(names.sort());
  },
  globals: (vm) => variablesOf(vm, vm.frames.at(-1)!.globals),
  locals: (vm) => variablesOf(vm, vm.frames.at(-1)!.scope),
  exec(vm, [source]) {
    const frame = vm.frames.at(-1)!;
    if (text(source).length > MAX_SCRIPT_LENGTH) raise("MemoryError");
    const [code] = compileSource(text(source), "<string>");
    return none(vm.runFrame(new Frame(code!, frame.globals, frame.globals)));
  },
  eval(vm, [source]) {
    const frame = vm.frames.at(-1)!;
    const [code] = compileSource(`_ = (${text(source)})\n`, "<string>");
    const scope = new Scope();
    for (const [name, value] of [...frame.globals.variables, ...frame.scope.variables])
      scope.variables.set(name, value);
    vm.runFrame(new Frame(code!, scope, scope));
    return scope.variables.get("_") ?? null;
  },
  __import__(vm, [name]) {
    for (;;) {
      const found = vm.import(text(name));
      if (found) return vm.modules.get(text(name).split(".")[0]!) ?? found;
      vm.runFrame(vm.frames.pop()!);
    }
  },
  build_class(vm, [body, ...bases], keywords) {
    const { code, scope, globals, attributes } = body as PyFunction;
    const made = new PyClass(attributes.get(".class") as string, bases as PyClass[]);
    const frame = new Frame(code, new Scope(scope), globals);
    made.attributes.set("__module__", globals.variables.get("__name__") ?? null);
    vm.runFrame(frame);
    for (const [name, value] of frame.scope.variables) made.attributes.set(name, value);
    for (const [name, value] of frame.scope.variables) {
      const named = value instanceof Instance ? vm.methodOf(value, "__set_name__") : undefined;
      if (named) vm.call(named, [made, name]);
    }
    const hook = classAttribute({ ...made, attributes: new Map() } as PyClass, "__init_subclass__");
    if (hook instanceof PyFunction) vm.call(hook, [made], keywords);
    return made;
  },
  "object.__new__": (_vm, [type = null]) => new Instance(type as PyClass),
  "object.__setattr__": (_vm, [self = null, name, value = null]) => {
    (self as Instance).attributes.set(text(name), value);
    return null;
  },
  staticmethod: (_vm, [f = null]) => new Property("static", f),
  classmethod: (_vm, [f = null]) => new Property("class", f),
  property: (_vm, [f = null]) => new Property("property", f),
  "property.setter"(_vm, [property, f = null]) {
    const made = new Property("property", (property as Property).target);
    made.setter = f;
    return made;
  },
  super: (vm) => superOf(vm),
});

/** The end of an iterator. That of a generator has the value that it returned. */
export function raiseStop(vm: Interpreter, iterator: Value): never {
  const result = iterator instanceof Generator ? vm.generatorResult : null;
  raise("StopIteration", ...(result === null ? [] : [result]));
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function attributesOf(vm: Interpreter, value: Value | undefined): Dict {
  const made = new Dict();
  const owner = value instanceof Module ? value.scope.variables : undefined;
  const attributes = value instanceof Instance || value instanceof PyClass ? value.attributes : owner;
  for (const [name, each] of attributes ?? []) vm.setSubscript(made, name, each);
  return made;
}

function variablesOf(vm: Interpreter, scope: Scope): Dict {
  const made = new Dict();
  for (const [name, value] of scope.variables) vm.setSubscript(made, name, value);
  return made;
}

/** `super()`: the methods of the classes after the one whose method runs. */
function superOf(vm: Interpreter): Value {
  const frame = vm.frames.at(-1)!;
  const self = frame.scope.variables.get(frame.code.parameters[0]?.name ?? "") ?? null;
  if (!(self instanceof Instance)) raise("RuntimeError", "super(): no arguments");
  const owner = ownerOf(self.type, frame.code.number, frame.code.file);
  const proxy = new Instance(new PyClass("super", owner?.bases ?? []));
  proxy.attributes.set(".self", self);
  for (const name of methodNames(proxy.type)) {
    const found = classAttribute(proxy.type, name);
    if (found instanceof PyFunction || found instanceof Builtin) proxy.attributes.set(name, new Method(self, found));
  }
  return proxy;
}

function ownerOf(type: PyClass, code: number, file: string): PyClass | undefined {
  for (const value of type.attributes.values()) {
    if (value instanceof PyFunction && value.code.number === code && value.code.file === file) return type;
  }
  for (const base of type.bases) {
    const found = ownerOf(base, code, file);
    if (found) return found;
  }
  return undefined;
}

function methodNames(type: PyClass): Set<string> {
  const names = new Set(type.attributes.keys());
  for (const base of type.bases) for (const name of methodNames(base)) names.add(name);
  return names;
}

register({
  exit: (_vm, args) => exitWith(args[0] ?? null),
  quit: (_vm, args) => exitWith(args[0] ?? null),
  print(vm, args, keywords) {
    const separator = keywords.get("sep") ?? null;
    const end = keywords.get("end") ?? null;
    const line = args.map((value) => str(vm, value)).join(separator === null ? " " : text(separator));
    const file = keywords.get("file") ?? (vm.import("sys")!.scope.variables.get("stdout") as Value);
    vm.call(vm.attribute(file, "write"), [line + (end === null ? "\n" : text(end))]);
    if (truth(vm, keywords.get("flush") ?? false)) vm.call(vm.attribute(file, "flush"), []);
    return null;
  },
});
