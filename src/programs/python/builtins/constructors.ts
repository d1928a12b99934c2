/** Constructors of the built-in types, and methods of exceptions. */

import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { builtinClass, typeName, typeOf } from "../classes.ts";
import { raise } from "../errors.ts";
import { repr, str } from "../formatting.ts";
import { Bytes, Dict, Instance, List, PySet, Range, Slice, Tuple, type Value } from "../objects.ts";
import { keyOf, truth } from "../operators.ts";
import { optional, text } from "./arguments.ts";
import { register } from "./registry.ts";

function parseInteger(source: string, base: number): bigint {
  const plain = source.trim().replaceAll("_", "").toLowerCase();
  const sign = plain.startsWith("-") ? -1n : 1n;
  let digits = plain.replace(/^[+-]/, "");
  const prefix: Record<number, string> = { 2: "0b", 8: "0o", 16: "0x" };
  if (prefix[base] && digits.startsWith(prefix[base]!)) digits = digits.slice(2);
  const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz".slice(0, base);
  if (digits === "" || [...digits].some((digit) => !alphabet.includes(digit))) {
    raise("ValueError", `invalid literal for int() with base ${base}: '${source}'`);
  }
  if (base === 10) return sign * BigInt(digits);
  let value = 0n;
  for (const digit of digits) value = value * BigInt(base) + BigInt(alphabet.indexOf(digit));
  return sign * value;
}

register({
  "new:int"(vm, [value = 0n, given], keywords) {
    const base = given ?? keywords.get("base") ?? 10n;
    if (typeof value === "string") return parseInteger(value, Number(base));
    if (value instanceof Bytes) return parseInteger(value.data, Number(base));
    if (typeof value === "boolean") return BigInt(value);
    if (typeof value === "bigint") return value;
    if (typeof value === "number") {
      if (!Number.isFinite(value)) raise("OverflowError", "cannot convert float infinity to integer");
      return BigInt(Math.trunc(value));
    }
    const method = value instanceof Instance ? vm.methodOf(value, "__int__") : undefined;
    if (method) return vm.call(method, []);
    raise(
      "TypeError",
      `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
    );
  },
  "new:float"(_vm, [value = 0]) {
    if (typeof value === "string") {
      const plain = value.trim().replaceAll("_", "").toLowerCase();
      const special: Record<string, number> = { inf: Infinity, infinity: Infinity, "-inf": -Infinity, nan: Number.NaN };
      if (plain in special) return special[plain]!;
      if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(plain)) {
        raise("ValueError", `could not convert string to float: '${value}'`);
      }
      return Number(plain);
    }
    if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return Number(value);
    raise("TypeError", `float() argument must be a string or a real number, not '${typeName(value)}'`);
  },
  "new:str"(vm, args, keywords) {
    const [value = ""] = args;
    const encoding = optional(args, 1, keywords, "encoding");
    return value instanceof Bytes && encoding !== undefined ? textOfBytes(value.data) : str(vm, value);
  },
  str: (vm, [value = ""]) => str(vm, value),
  "new:bool": (vm, [value = false]) => truth(vm, value),
  "new:bytes"(vm, [value = null]) {
    if (typeof value === "string") return new Bytes(bytesOfText(value));
    if (value instanceof Bytes) return value;
    if (typeof value === "bigint") return new Bytes("\0".repeat(Number(value)));
    return new Bytes(value === null ? "" : String.fromCharCode(...vm.list(value).map(Number)));
  },
  "new:list": (vm, [items]) => new List(items === undefined ? [] : vm.list(items)),
  "new:tuple": (vm, [items]) => new Tuple(items === undefined ? [] : vm.list(items)),
  "new:dict"(vm, [source], keywords) {
    const made = new Dict();
    if (source instanceof Dict) made.entries = new Map(source.entries);
    else if (source !== undefined) {
      for (const pair of vm.list(source)) {
        const [key, value] = vm.list(pair);
        vm.setSubscript(made, key!, value!);
      }
    }
    for (const [name, value] of keywords) vm.setSubscript(made, name, value);
    return made;
  },
  "new:set": (vm, [items]) => setFrom(items === undefined ? [] : vm.list(items), (item) => keyOf(vm, item)),
  "new:frozenset"(vm, [items]) {
    const made = setFrom(items === undefined ? [] : vm.list(items), (item) => keyOf(vm, item));
    made.isFrozen = true;
    return made;
  },
  "new:range"(_vm, args) {
    const [a = 0n, b, step = 1n] = args.map((each) => {
      if (typeof each !== "bigint")
        raise("TypeError", `'${typeName(each)}' object cannot be interpreted as an integer`);
      return each;
    });
    if (step === 0n) raise("ValueError", "range() arg 3 must not be zero");
    return b === undefined ? new Range(0n, a, step) : new Range(a, b, step);
  },
  "new:slice": (_vm, args) =>
    args.length === 1 ? new Slice(null, args[0]!, null) : new Slice(args[0]!, args[1]!, args[2] ?? null),
  "new:type": (_vm, [value = null]) => typeOf(value),
  "new:object": () => new Instance(builtinClass("object")),

  "BaseException.__init__"(_vm, [self, ...args]) {
    const { attributes, type } = self as Instance;
    attributes.set("args", new Tuple(args));
    if (type.name === "SystemExit") attributes.set("code", args[0] ?? null);
    return null;
  },
  "BaseException.__str__"(vm, [self]) {
    const { attributes, type } = self as Instance;
    const args = attributes.get("args");
    const items = args instanceof Tuple ? args.items : [];
    if (attributes.has("strerror")) {
      const file = attributes.get("filename");
      const place = file == null ? "" : `: ${repr(vm, file)}`;
      return `[Errno ${str(vm, attributes.get("errno") ?? 0n)}] ${str(vm, attributes.get("strerror")!)}${place}`;
    }
    if (type.name === "KeyError" && items.length === 1) return repr(vm, items[0]!);
    return items.length === 0 ? "" : items.length === 1 ? str(vm, items[0]!) : repr(vm, new Tuple(items));
  },
  "BaseException.__repr__"(vm, [self]) {
    const { attributes, type } = self as Instance;
    const args = attributes.get("args");
    const items = args instanceof Tuple ? args.items : [];
    return `${type.name}(${items.map((item) => repr(vm, item)).join(", ")})`;
  },
  "BaseException.with_traceback": (_vm, [self]) => self!,
  "BaseException.add_note": () => null,
});

function setFrom(items: readonly Value[], key: (item: Value) => string): PySet {
  const made = new PySet();
  for (const item of items) made.entries.set(key(item), item);
  return made;
}

/** Text of the first argument of a method of str. */
export const selfText = (args: readonly Value[]): string => text(args[0]);
