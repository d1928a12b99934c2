/** `json`. */

import { textOfBytes } from "../../../lib/bytes.ts";
import { none, optional, text } from "../builtins/arguments.ts";
import { defineClass, typeName } from "../classes.ts";
import { raise } from "../errors.ts";
import { floatText } from "../formatting.ts";
import { Bytes, Dict, List, type Module, Tuple, type Value } from "../objects.ts";
import { truth } from "../operators.ts";
import type { Interpreter } from "../vm.ts";
import { define, functionsOf } from "./define.ts";

const DecodeError = defineClass("JSONDecodeError", "ValueError");

interface Layout {
  indent: string | null;
  item: string;
  key: string;
  sorts: boolean;
  isAscii: boolean;
  fallback: Value;
}

function layoutOf(vm: Interpreter, keywords: Map<string, Value>): Layout {
  const indent = keywords.get("indent") ?? null;
  const separators = keywords.get("separators") ?? null;
  const [item, key] = separators === null ? [indent === null ? ", " : ",", ": "] : vm.list(separators).map(String);
  return {
    indent: indent === null ? null : typeof indent === "string" ? indent : " ".repeat(Number(indent)),
    item: item!,
    key: key!,
    sorts: truth(vm, keywords.get("sort_keys") ?? false),
    isAscii: truth(vm, keywords.get("ensure_ascii") ?? true),
    fallback: keywords.get("default") ?? null,
  };
}

function quoted(value: string, isAscii: boolean): string {
  const json = JSON.stringify(value);
  return isAscii
    ? json.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : json;
}

function dump(vm: Interpreter, value: Value, layout: Layout, depth: number): string {
  if (depth > 200) raise("ValueError", "Circular reference detected");
  vm.countStep();
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number")
    return Number.isFinite(value)
      ? floatText(value)
      : Number.isNaN(value)
        ? "NaN"
        : value > 0
          ? "Infinity"
          : "-Infinity";
  if (typeof value === "string") return quoted(value, layout.isAscii);
  const open = layout.indent === null ? "" : `\n${layout.indent.repeat(depth + 1)}`;
  const close = layout.indent === null ? "" : `\n${layout.indent.repeat(depth)}`;
  const wrap = (brackets: string, parts: string[]) =>
    parts.length === 0 ? brackets : brackets[0] + open + parts.join(layout.item + open) + close + brackets[1];
  if (value instanceof List || value instanceof Tuple) {
    return wrap(
      "[]",
      value.items.map((item) => dump(vm, item, layout, depth + 1)),
    );
  }
  if (value instanceof Dict) {
    const entries = [...value.entries.values()].map(([key, each]) => [keyText(key), each] as const);
    if (layout.sorts) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return wrap(
      "{}",
      entries.map(([key, each]) => quoted(key, layout.isAscii) + layout.key + dump(vm, each, layout, depth + 1)),
    );
  }
  if (layout.fallback !== null) return dump(vm, vm.call(layout.fallback, [value]), layout, depth + 1);
  raise("TypeError", `Object of type ${typeName(value)} is not JSON serializable`);
}

function keyText(key: Value): string {
  if (typeof key === "string") return key;
  if (typeof key === "bigint") return key.toString();
  if (typeof key === "number") return floatText(key);
  if (key === null) return "null";
  if (typeof key === "boolean") return String(key);
  raise("TypeError", `keys must be str, int, float, bool or None, not ${typeName(key)}`);
}

/** A reader of its own, because integers and floats differ in Python. */
class Reader {
  #at = 0;
  readonly #text: string;
  readonly #vm: Interpreter;
  constructor(vm: Interpreter, source: string) {
    this.#vm = vm;
    this.#text = source;
  }

  read(): Value {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail("Extra data");
    return value;
  }

  #fail(message: string, at = this.#at): never {
    const before = this.#text.slice(0, at);
    const line = before.split("\n").length;
    const column = at - before.lastIndexOf("\n");
    raise("JSONDecodeError", `${message}: line ${line} column ${column} (char ${at})`);
  }

  #space(): void {
    while (" \n\r\t".includes(this.#text[this.#at] ?? "x")) this.#at++;
  }

  #takes(mark: string): boolean {
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #value(depth: number): Value {
    this.#vm.countStep();
    if (depth > 200) raise("RecursionError", "maximum recursion depth exceeded while decoding a JSON array");
    this.#space();
    const rest = this.#text[this.#at];
    if (rest === "{") return this.#object(depth);
    if (rest === "[") return this.#array(depth);
    if (rest === '"') return this.#string();
    const token = /^(?:true|false|null|NaN|-?Infinity|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(
      this.#text.slice(this.#at, this.#at + 400),
    )?.[0];
    if (token === undefined) this.#fail("Expecting value");
    this.#at += token.length;
    if (token === "true" || token === "false") return token === "true";
    if (token === "null") return null;
    return /^-?\d+$/.test(token) ? BigInt(token) : Number(token);
  }

  #string(): string {
    const match = /^"(?:[^"\\\n]|\\.)*"/.exec(this.#text.slice(this.#at));
    if (!match) this.#fail("Unterminated string starting at");
    try {
      const value = JSON.parse(match[0]) as string;
      this.#at += match[0].length;
      return value;
    } catch {
      return this.#fail("Invalid \\escape");
    }
  }

  #array(depth: number): List {
    const made = new List();
    this.#at++;
    this.#space();
    if (this.#takes("]")) return made;
    for (;;) {
      made.items.push(this.#value(depth + 1));
      this.#space();
      const mark = this.#text[this.#at];
      if (mark !== "," && mark !== "]") this.#fail("Expecting ',' delimiter");
      this.#at++;
      if (mark === "]") return made;
    }
  }

  #object(depth: number): Dict {
    const made = new Dict();
    this.#at++;
    this.#space();
    if (this.#takes("}")) return made;
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') this.#fail("Expecting property name enclosed in double quotes");
      const key = this.#string();
      this.#space();
      if (this.#text[this.#at] !== ":") this.#fail("Expecting ':' delimiter");
      this.#at++;
      this.#vm.setSubscript(made, key, this.#value(depth + 1));
      this.#space();
      const mark = this.#text[this.#at];
      if (mark !== "," && mark !== "}") this.#fail("Expecting ',' delimiter");
      this.#at++;
      if (mark === "}") return made;
    }
  }
}

const sourceOf = (value: Value | undefined) => (value instanceof Bytes ? textOfBytes(value.data) : text(value));

const fill = functionsOf("json", {
  dumps: (vm, [value = null], keywords) => dump(vm, value, layoutOf(vm, keywords), 0),
  dump(vm, args, keywords) {
    const file = optional(args, 1, keywords, "fp") ?? null;
    return none(vm.call(vm.attribute(file, "write"), [dump(vm, args[0] ?? null, layoutOf(vm, keywords), 0)]));
  },
  loads: (vm, [source]) => new Reader(vm, sourceOf(source)).read(),
  load: (vm, [file = null]) => new Reader(vm, sourceOf(vm.call(vm.attribute(file, "read"), []))).read(),
});

export function fillJson(_vm: Interpreter, module: Module): void {
  fill(module);
  define(module, { JSONDecodeError: DecodeError });
}
