/** Methods of str and bytes. Those with the same meaning for both share one implementation on characters. */

import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { typeName } from "../classes.ts";
import { raise } from "../errors.ts";
import { format, str } from "../formatting.ts";
import { Bytes, Dict, List, Tuple, type Value } from "../objects.ts";
import { keyOf } from "../operators.ts";
import type { Interpreter } from "../vm.ts";
import { contentOf, integer, optional, text } from "./arguments.ts";
import { type Native, register } from "./registry.ts";

const WHITE = " \t\n\r\v\f";

function strip(value: string, characters: Value | undefined, sides: "both" | "left" | "right"): string {
  const set = characters == null ? WHITE : contentOf(characters);
  let from = 0;
  let to = value.length;
  if (sides !== "right") while (from < to && set.includes(value[from]!)) from++;
  if (sides !== "left") while (to > from && set.includes(value[to - 1]!)) to--;
  return value.slice(from, to);
}

function split(value: string, separator: string | null, limit: number): string[] {
  if (separator === "") raise("ValueError", "empty separator");
  if (separator === null) {
    const words = value.split(/\s+/).filter(Boolean);
    if (limit < 0 || words.length <= limit + 1) return words;
    const rest = /^\s*/.exec(value)![0].length;
    let at = rest;
    for (let i = 0; i < limit; i++) at += /^\S+\s*/.exec(value.slice(at))?.[0].length ?? 0;
    return [...words.slice(0, limit), value.slice(at).trimEnd()];
  }
  const parts = value.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  return [...parts.slice(0, limit), parts.slice(limit).join(separator)];
}

function splitRight(value: string, separator: string | null, limit: number): string[] {
  const parts = split(value, separator, -1);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  const cut = parts.length - limit;
  return [parts.slice(0, cut).join(separator ?? " "), ...parts.slice(cut)];
}

function replace(value: string, from: string, to: string, count: number): string {
  if (count < 0) return value.replaceAll(from, () => to);
  const parts = value.split(from);
  return (
    parts.slice(0, count + 1).join(to) + (parts.length > count + 1 ? from + parts.slice(count + 1).join(from) : "")
  );
}

function affix(test: (value: string, part: string) => boolean) {
  return (value: string, parts: Value | undefined): boolean =>
    parts instanceof Tuple ? parts.items.some((part) => test(value, contentOf(part))) : test(value, contentOf(parts!));
}
const startsWith = affix((value, part) => value.startsWith(part));
const endsWith = affix((value, part) => value.endsWith(part));

const capitalize = (value: string) => value.charAt(0).toUpperCase() + value.slice(1).toLowerCase();
const every = (pattern: RegExp) => (value: string) => pattern.test(value);

type OnText = (
  value: string,
  args: readonly Value[],
  keywords: Map<string, Value>,
) => string | boolean | number | string[];

/** Methods of str and of bytes. */
const SHARED: Record<string, OnText> = {
  upper: (value) => value.toUpperCase(),
  lower: (value) => value.toLowerCase(),
  capitalize,
  title: (value) => value.replace(/[A-Za-z]+/g, capitalize),
  swapcase: (value) => value.replace(/./gsu, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())),
  strip: (value, [set]) => strip(value, set, "both"),
  lstrip: (value, [set]) => strip(value, set, "left"),
  rstrip: (value, [set]) => strip(value, set, "right"),
  split: (value, args, keywords) => split(value, separatorOf(args, keywords), limitOf(args, keywords)),
  rsplit: (value, args, keywords) => splitRight(value, separatorOf(args, keywords), limitOf(args, keywords)),
  splitlines: (value) => (value === "" ? [] : value.replace(/\r?\n$/, "").split(/\r?\n/)),
  replace: (value, [from, to, count]) =>
    replace(value, contentOf(from!), contentOf(to!), count === undefined ? -1 : integer(count)),
  startswith: (value, [part, from]) => startsWith(value.slice(from === undefined ? 0 : integer(from)), part),
  endswith: (value, [part]) => endsWith(value, part),
  find: (value, [part, from]) => value.indexOf(contentOf(part!), from === undefined ? 0 : integer(from)),
  rfind: (value, [part]) => value.lastIndexOf(contentOf(part!)),
  count: (value, [part]) => value.split(contentOf(part!)).length - 1,
  isdigit: every(/^\d+$/),
  isnumeric: every(/^\d+$/),
  isdecimal: every(/^\d+$/),
  isalpha: every(/^\p{L}+$/u),
  isalnum: every(/^[\p{L}\d]+$/u),
  isspace: every(/^\s+$/),
  isupper: (value) => /[A-Za-z]/.test(value) && value === value.toUpperCase(),
  islower: (value) => /[A-Za-z]/.test(value) && value === value.toLowerCase(),
  isidentifier: every(/^[A-Za-z_]\w*$/),
  removeprefix: (value, [part]) => (value.startsWith(contentOf(part!)) ? value.slice(contentOf(part!).length) : value),
  removesuffix: (value, [part]) =>
    value.endsWith(contentOf(part!)) && part !== "" ? value.slice(0, -contentOf(part!).length) : value,
  ljust: (value, [width, fill]) => value.padEnd(integer(width), fill === undefined ? " " : contentOf(fill)),
  rjust: (value, [width, fill]) => value.padStart(integer(width), fill === undefined ? " " : contentOf(fill)),
  center(value, [width, fill]) {
    const missing = Math.max(0, integer(width) - value.length);
    const left = (missing >> 1) + (missing & integer(width) & 1);
    return value
      .padStart(value.length + left, fill === undefined ? " " : contentOf(fill))
      .padEnd(integer(width), fill === undefined ? " " : contentOf(fill));
  },
  zfill: (value, [width]) =>
    /^[+-]/.test(value)
      ? value[0] + value.slice(1).padStart(integer(width) - 1, "0")
      : value.padStart(integer(width), "0"),
  expandtabs: (value) => value.replaceAll("\t", "        "),
};

function separatorOf(args: readonly Value[], keywords: Map<string, Value>): string | null {
  const separator = optional(args, 0, keywords, "sep") ?? null;
  return separator === null ? null : contentOf(separator);
}

function limitOf(args: readonly Value[], keywords: Map<string, Value>): number {
  const limit = optional(args, 1, keywords, "maxsplit");
  return limit === undefined ? -1 : integer(limit);
}

function wrap(value: ReturnType<OnText>, make: (text: string) => Value): Value {
  if (typeof value === "string") return make(value);
  if (typeof value === "number") return BigInt(value);
  return Array.isArray(value) ? new List(value.map(make)) : value;
}

for (const [name, method] of Object.entries(SHARED)) {
  register({
    [`str.${name}`]: (_vm, [self, ...args], keywords) => wrap(method(text(self), args, keywords), (each) => each),
    [`bytes.${name}`]: (_vm, [self, ...args], keywords) =>
      wrap(method(contentOf(self!), args, keywords), (each) => new Bytes(each)),
  });
}

const index =
  (find: string): Native =>
  (vm, args) => {
    const at = vm.builtin(find, args);
    if (at === -1n) raise("ValueError", "substring not found");
    return at;
  };

function partition(fromRight: boolean): Native {
  return (_vm, [self, separator]) => {
    const value = text(self);
    const mark = text(separator);
    const at = fromRight ? value.lastIndexOf(mark) : value.indexOf(mark);
    if (at === -1) return new Tuple(fromRight ? ["", "", value] : [value, "", ""]);
    return new Tuple([value.slice(0, at), mark, value.slice(at + mark.length)]);
  };
}

function join(vm: Interpreter, separator: string, items: Value, isBytes: boolean): string {
  const parts = vm.list(items).map((item, i) => {
    if (isBytes ? item instanceof Bytes : typeof item === "string") return contentOf(item);
    return raise(
      "TypeError",
      `sequence item ${i}: expected ${isBytes ? "a bytes-like object" : "str instance"}, ${typeName(item)} found`,
    );
  });
  return parts.join(separator);
}

/** `"{} {name!r:>5} {0[key]}".format(…)`. */
function formatTemplate(
  vm: Interpreter,
  template: string,
  args: readonly Value[],
  keywords: Map<string, Value>,
): string {
  let next = 0;
  return template.replace(
    /\{\{|\}\}|\{([^{}:!]*)(?:!([rsa]))?(?::((?:[^{}]|\{[^}]*\})*))?\}/g,
    (whole, path, conversion, spec) => {
      if (whole === "{{" || whole === "}}") return whole[0]!;
      const [, head = "", rest = ""] = /^([^.[]*)(.*)$/.exec(path as string)!;
      let value = head === "" ? args[next++] : /^\d+$/.test(head) ? args[Number(head)] : keywords.get(head);
      if (value === undefined) {
        if (/^\d*$/.test(head)) raise("IndexError", "Replacement index out of range for positional args tuple");
        raise("KeyError", head);
      }
      for (const [, attribute, key] of rest.matchAll(/\.(\w+)|\[([^\]]*)\]/g)) {
        value =
          attribute === undefined
            ? vm.subscript(value, /^\d+$/.test(key!) ? BigInt(key!) : key!)
            : vm.attribute(value, attribute);
      }
      const shown = conversion === "r" ? vm.builtin("repr", [value]) : conversion === "s" ? str(vm, value) : value;
      return format(vm, shown, spec === undefined ? "" : formatTemplate(vm, spec as string, args, keywords));
    },
  );
}

register({
  "str.index": index("str.find"),
  "str.rindex": index("str.rfind"),
  "str.partition": partition(false),
  "str.rpartition": partition(true),
  "str.join": (vm, [self, items]) => join(vm, text(self), items!, false),
  "bytes.join": (vm, [self, items]) => new Bytes(join(vm, contentOf(self!), items!, true)),
  "str.format": (vm, [self, ...args], keywords) => formatTemplate(vm, text(self), args, keywords),
  "str.format_map": (vm, [self, values]) => {
    const keywords = new Map([...(values as Dict).entries.values()].map(([key, value]) => [String(key), value]));
    return formatTemplate(vm, text(self), [], keywords);
  },
  "str.encode": (_vm, [self]) => new Bytes(bytesOfText(text(self))),
  "str.casefold": (_vm, [self]) => text(self).toLowerCase(),
  "bytes.decode": (_vm, [self]) => textOfBytes(contentOf(self!)),
  "bytes.hex": (_vm, [self]) =>
    [...contentOf(self!)].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join(""),
  "str.maketrans"(vm, [first = null, second, removed]) {
    const table = new Dict();
    const set = (key: bigint, value: Value) => table.entries.set(keyOf(vm, key), [key, value]);
    if (first instanceof Dict) {
      for (const [key, value] of first.entries.values()) {
        set(typeof key === "string" ? BigInt(key.codePointAt(0) ?? 0) : (key as bigint), value);
      }
      return table;
    }
    const to = [...text(second)];
    for (const [i, character] of [...text(first)].entries()) {
      set(BigInt(character.codePointAt(0)!), BigInt(to[i]?.codePointAt(0) ?? 0));
    }
    for (const character of removed == null ? "" : text(removed)) set(BigInt(character.codePointAt(0)!), null);
    return table;
  },
  "str.translate"(vm, [self, table]) {
    const { entries } = table as Dict;
    return [...text(self)]
      .map((character) => {
        const found = entries.get(keyOf(vm, BigInt(character.codePointAt(0)!)));
        if (!found) return character;
        const [, to] = found;
        return typeof to === "bigint" ? String.fromCodePoint(Number(to)) : to === null ? "" : text(to);
      })
      .join("");
  },
  "int.bit_length": (_vm, [self]) => BigInt((self as bigint).toString(2).replace("-", "").length),
  "bytes.fromhex"(_vm, [given]) {
    const digits = text(given).replace(/\s/g, "");
    if (!/^([0-9a-fA-F]{2})*$/.test(digits)) {
      const at = Math.max(0, text(given).search(/[^0-9a-fA-F\s]/));
      raise("ValueError", `non-hexadecimal number found in fromhex() arg at position ${at}`);
    }
    return new Bytes(
      (digits.match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join(""),
    );
  },
  "int.from_bytes"(_vm, args, keywords) {
    const data = [...contentOf(args[0]!)].map((each) => BigInt(each.charCodeAt(0)));
    if (optional(args, 1, keywords, "byteorder") === "little") data.reverse();
    const value = data.reduce((sum, byte) => (sum << 8n) | byte, 0n);
    return keywords.get("signed") === true ? BigInt.asIntN(data.length * 8, value) : value;
  },
  "int.to_bytes"(_vm, [self, length, order]) {
    const bytes: number[] = [];
    for (let i = 0, rest = self as bigint; i < integer(length); i++, rest >>= 8n) bytes.push(Number(rest & 255n));
    return new Bytes(String.fromCharCode(...(order === "little" ? bytes : bytes.reverse())));
  },
  "float.is_integer": (_vm, [self]) => Number.isInteger(self),
});
