/** JSON. */

import { lineAndColumn } from "../compile/syntax.ts";
import { checkLength, toKey, toNumber, toText } from "../conversions.ts";
import { errorOf } from "../errors.ts";
import { constants, define, natives } from "../intrinsics.ts";
import { Boxed, isCallable, JsArray, JsObject, JsSymbol, type Key, Thrown, type Value } from "../objects.ts";
import { defineProperty, deleteProperty, enumerableKeys, get } from "../properties.ts";
import { typeNameOf } from "../stack-trace.ts";
import type { Vm } from "../vm.ts";

define("JSON", "Object.prototype");
constants("JSON", { "@@toStringTag": "JSON" });

/** Nesting of values that are read or written. */
const MAX_DEPTH = 2_000;

export function fromHost(vm: Vm, value: unknown, depth = 0): Value {
  vm.countStep();
  if (depth > MAX_DEPTH) vm.fail("RangeError", "Maximum call stack size exceeded");
  if (Array.isArray(value)) {
    return new JsArray(
      vm.intrinsic("Array.prototype"),
      value.map((item) => fromHost(vm, item, depth + 1)),
    );
  }
  if (typeof value !== "object" || value === null) return value as Value;
  const made = new JsObject(vm.intrinsic("Object.prototype"));
  for (const [key, item] of Object.entries(value)) made.properties.set(key, fromHost(vm, item, depth + 1));
  return made;
}

function revive(vm: Vm, holder: JsObject, key: string, reviver: Value): Value {
  const value = get(vm, holder, key);
  if (value instanceof JsObject) {
    for (const inner of enumerableKeys(vm, value)) {
      const made = revive(vm, value, inner, reviver);
      if (made === undefined) deleteProperty(vm, value, inner);
      else defineProperty(vm, value, inner, made);
    }
  }
  return vm.call(reviver, holder, [key, value]);
}

interface Writer {
  vm: Vm;
  indent: string;
  replacer: Value;
  allowed: Set<string> | undefined;
  open: { object: JsObject; key: string }[];
}

function write(
  writer: Writer,
  holder: JsObject | undefined,
  key: string,
  given: Value,
  margin: string,
): string | undefined {
  const { vm } = writer;
  vm.countStep();
  let value = given;
  if (value instanceof JsObject || typeof value === "bigint") {
    const method = get(vm, value, "toJSON");
    if (isCallable(method)) value = vm.call(method, value, [key]);
  }
  if (isCallable(writer.replacer)) value = vm.call(writer.replacer, holder, [key, value]);
  if (value instanceof Boxed) value = value.primitive;
  if (typeof value === "bigint") vm.fail("TypeError", "Do not know how to serialize a BigInt");
  if (value === undefined || value instanceof JsSymbol || isCallable(value)) return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  if (!(value instanceof JsObject)) return JSON.stringify(value);
  checkCycle(writer, value, key);
  writer.open.push({ object: value, key });
  const text = value instanceof JsArray ? writeArray(writer, value, margin) : writeObject(writer, value, margin);
  writer.open.pop();
  return checkLength(vm, text);
}

function writeArray(writer: Writer, array: JsArray, margin: string): string {
  const inner = margin + writer.indent;
  const parts = array.items.map(
    (_, i) => write(writer, array, String(i), get(writer.vm, array, String(i)), inner) ?? "null",
  );
  return enclose(writer, "[", "]", parts, margin);
}

function writeObject(writer: Writer, object: JsObject, margin: string): string {
  const { vm, indent, allowed } = writer;
  const parts: string[] = [];
  for (const key of allowed ? [...allowed] : enumerableKeys(vm, object)) {
    const text = write(writer, object, key, get(vm, object, key), margin + indent);
    if (text !== undefined) parts.push(`${JSON.stringify(key)}:${indent === "" ? "" : " "}${text}`);
  }
  return enclose(writer, "{", "}", parts, margin);
}

function enclose({ indent }: Writer, open: string, close: string, parts: string[], margin: string): string {
  if (parts.length === 0) return open + close;
  if (indent === "") return open + parts.join(",") + close;
  const inner = margin + indent;
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${margin}${close}`;
}

function checkCycle({ vm, open }: Writer, object: JsObject, key: string): void {
  if (open.length > MAX_DEPTH) vm.fail("RangeError", "Maximum call stack size exceeded");
  const at = open.findIndex((each) => each.object === object);
  if (at < 0) return;
  const label = (name: string) => (/^\d+$/.test(name) ? `index ${name}` : `property '${name}'`);
  const lines = [
    `Converting circular structure to JSON\n    --> starting at object with constructor '${typeNameOf(vm, object)}'`,
  ];
  const path = open.slice(at + 1);
  if (path.length > 0)
    lines.push(`|     ${label(path[0]!.key)} -> object with constructor '${typeNameOf(vm, path[0]!.object)}'`);
  if (path.length > 2) lines.push("|     ...");
  if (path.length > 1)
    lines.push(`|     ${label(path.at(-1)!.key)} -> object with constructor '${typeNameOf(vm, path.at(-1)!.object)}'`);
  lines.push(`--- ${label(key)} closes the circle`);
  vm.fail("TypeError", lines.join("\n    "));
}

/** The error shows the text at its place. */
function failToParse(vm: Vm, text: string, message: string): never {
  const error = errorOf(vm, "SyntaxError", message);
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
  const [line, column] = lineAndColumn(text, Math.min(position, text.length));
  const file = vm.major <= 20 ? "undefined" : "<anonymous_script>";
  error.raisedAt = { file, line, column, text: text.split("\n")[line - 1] ?? "" };
  throw new Thrown(error);
}

function indentOf(vm: Vm, space: Value): string {
  const value = space instanceof Boxed ? space.primitive : space;
  if (typeof value === "number") return " ".repeat(Math.max(0, Math.min(10, Math.trunc(toNumber(vm, value)))));
  return typeof value === "string" ? value.slice(0, 10) : "";
}

export function stringify(vm: Vm, value: Value, replacer?: Value, space?: Value): string | undefined {
  const allowed =
    replacer instanceof JsArray ? new Set(replacer.items.map((item) => String(toKey(vm, item) as Key))) : undefined;
  const writer: Writer = { vm, indent: indentOf(vm, space), replacer, allowed, open: [] };
  const holder = new JsObject(vm.intrinsic("Object.prototype"));
  holder.properties.set("", value);
  return write(writer, holder, "", value, "");
}

natives("JSON", {
  stringify: (vm, _self, [value, replacer, space]) => stringify(vm, value, replacer, space),
  parse(vm, _self, [value, reviver]) {
    const text = toText(vm, value);
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return failToParse(vm, text, error.message);
    }
    const made = fromHost(vm, parsed);
    if (!isCallable(reviver)) return made;
    const holder = new JsObject(vm.intrinsic("Object.prototype"));
    holder.properties.set("", made);
    return revive(vm, holder, "", reviver);
  },
});
