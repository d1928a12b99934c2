/** String, apart from the functions that take a regular expression (`regexps.ts`). */
import {
  arrayOf,
  checkLength,
  MAX_STRING_LENGTH,
  relativeIndex,
  toInteger,
  toNumber,
  toText,
  typeOf,
} from "../conversions.ts";
import { defineClass, links, natives } from "../intrinsics.ts";
import { Boxed, JsIterator, JsRegExp, JsSymbol, type Value } from "../objects.ts";
import { get } from "../properties.ts";
import type { NativeFunction, Vm } from "../vm.ts";

defineClass("String", (vm, _self, args, { newTarget }) => {
  const [value] = args;
  const text =
    args.length === 0
      ? ""
      : value instanceof JsSymbol && !newTarget
        ? `Symbol(${value.description ?? ""})`
        : toText(vm, value);
  return newTarget ? new Boxed(vm.intrinsic("String.prototype"), text) : text;
});
natives("String", {
  fromCharCode: (vm, _self, codes) => String.fromCharCode(...codes.map((code) => toNumber(vm, code))),
  fromCodePoint(vm, _self, codes) {
    for (const code of codes) {
      if (!(toNumber(vm, code) >= 0 && toNumber(vm, code) <= 0x10ffff))
        vm.fail("RangeError", `Invalid code point ${toText(vm, code)}`);
    }
    return String.fromCodePoint(...codes.map((code) => toNumber(vm, code)));
  },
  raw(vm, _self, [strings, ...values]) {
    const raw = get(vm, strings, "raw");
    const count = toInteger(vm, get(vm, raw, "length"));
    let text = "";
    for (let i = 0; i < count; i++)
      text += toText(vm, get(vm, raw, String(i))) + (i + 1 < count && i < values.length ? toText(vm, values[i]) : "");
    return text;
  },
});

function textOf(vm: Vm, self: Value, name: string): string {
  if (typeof self === "string") return self;
  if (self === undefined || self === null) vm.fail("TypeError", `String.prototype.${name} called on null or undefined`);
  return self instanceof Boxed && typeof self.primitive === "string" ? self.primitive : toText(vm, self);
}

type Method = (vm: Vm, text: string, args: readonly Value[]) => Value;

/** Functions of a text and its arguments. */
function methods(functions: { readonly [name: string]: Method | undefined; readonly toString?: Method }): void {
  const made: Record<string, NativeFunction> = {};
  for (const [name, of] of Object.entries(functions)) {
    if (of) made[name] = (vm, self, args) => of(vm, textOf(vm, self, name), args);
  }
  natives("String.prototype", made);
}

function wanted(vm: Vm, value: Value, name: string): string {
  if (value instanceof JsRegExp)
    vm.fail("TypeError", `First argument to String.prototype.${name} must not be a regular expression`);
  return toText(vm, value);
}

function pad(vm: Vm, text: string, [length, filler]: readonly Value[], isStart: boolean): string {
  const size = toInteger(vm, length);
  if (size > MAX_STRING_LENGTH) vm.fail("RangeError", "Invalid string length");
  const by = filler === undefined ? " " : toText(vm, filler);
  return isStart ? text.padStart(size, by) : text.padEnd(size, by);
}

methods({
  toString: (_vm, text) => text,
  valueOf: ((_vm, text) => text) as Method,
  charAt: (vm, text, [at]) => text.charAt(toInteger(vm, at)),
  charCodeAt: (vm, text, [at]) => text.charCodeAt(toInteger(vm, at)),
  codePointAt: (vm, text, [at]) => text.codePointAt(toInteger(vm, at)),
  at: (vm, text, [at]) => text.at(toInteger(vm, at)),
  concat: (vm, text, args) => checkLength(vm, text + args.map((each) => toText(vm, each)).join("")),
  includes: (vm, text, [part, from]) => text.includes(wanted(vm, part, "includes"), toInteger(vm, from)),
  startsWith: (vm, text, [part, from]) => text.startsWith(wanted(vm, part, "startsWith"), toInteger(vm, from)),
  endsWith: (vm, text, [part, to]) =>
    text.endsWith(wanted(vm, part, "endsWith"), to === undefined ? undefined : toInteger(vm, to)),
  indexOf: (vm, text, [part, from]) => text.indexOf(toText(vm, part), toInteger(vm, from)),
  lastIndexOf: (vm, text, [part, from]) =>
    text.lastIndexOf(toText(vm, part), from === undefined ? undefined : toInteger(vm, from)),
  slice: (vm, text, [from, to]) =>
    text.slice(relativeIndex(vm, from, text.length, 0), relativeIndex(vm, to, text.length, text.length)),
  substring: (vm, text, [from, to]) =>
    text.substring(toInteger(vm, from), to === undefined ? undefined : toInteger(vm, to)),
  substr(vm, text, [from, count]) {
    const start = relativeIndex(vm, from, text.length, 0);
    return text.slice(start, count === undefined ? undefined : start + Math.max(0, toInteger(vm, count)));
  },
  toUpperCase: (_vm, text) => text.toUpperCase(),
  toLowerCase: (_vm, text) => text.toLowerCase(),
  toLocaleUpperCase: (_vm, text) => text.toUpperCase(),
  toLocaleLowerCase: (_vm, text) => text.toLowerCase(),
  trim: (_vm, text) => text.trim(),
  trimStart: (_vm, text) => text.trimStart(),
  trimEnd: (_vm, text) => text.trimEnd(),
  padStart: (vm, text, args) => pad(vm, text, args, true),
  padEnd: (vm, text, args) => pad(vm, text, args, false),
  repeat(vm, text, [count]) {
    const times = toNumber(vm, count);
    if (times < 0 || times === Number.POSITIVE_INFINITY)
      vm.fail(
        "RangeError",
        `Invalid count value: ${typeOf(count) === "string" ? String(count as string) : toText(vm, count)}`,
      );
    if (text.length * times > MAX_STRING_LENGTH) vm.fail("RangeError", "Invalid string length");
    return text.repeat(Math.trunc(times) || 0);
  },
  localeCompare(vm, text, [other]) {
    const [a, b] = [collationKey(text), collationKey(toText(vm, other))];
    if (a !== b) return a < b ? -1 : 1;
    const [x, y] = [text, toText(vm, other)];
    // Small letters stand before capital ones.
    return x === y ? 0 : x < y ? 1 : -1;
  },
  normalize: (vm, text, [form]) => text.normalize(form === undefined ? "NFC" : toText(vm, form)),
  isWellFormed: (_vm, text) => !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text),
  "@@iterator"(vm, text) {
    vm.countStep(text.length >> 3);
    return new JsIterator(vm.intrinsic("StringIterator.prototype"), arrayOf(vm, [...text]), "values");
  },
});
links("String.prototype", { trimLeft: "String.prototype.trimStart", trimRight: "String.prototype.trimEnd" });

/** Letters without marks and case, after signs and digits. */
function collationKey(text: string): string {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
}
