/** Values to JSON and back, with shared references and cycles. */
import type { JsonValue } from "../../lib/json.ts";
import { builtinClass } from "./classes.ts";
import type { Code } from "./code.ts";
import { compileSource } from "./compile-source.ts";
import type { Interpreter } from "./interpreter.ts";
import {
  Builtin,
  Bytes,
  Dict,
  Ellipsis,
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
  Slice,
  Tuple,
} from "./objects.ts";

/** Objects by number. The first is the interpreter's state. */
type Table = JsonValue[];

// biome-ignore lint/suspicious/noExplicitAny: prototypes of different classes
const CLASSES: Record<string, { prototype: any }> = {
  Bytes,
  List,
  Tuple,
  Dict,
  PySet,
  Range,
  Slice,
  Ellipsis,
  Scope,
  PyFunction,
  Builtin,
  Method,
  PyClass,
  Instance,
  Module,
  Iterator,
  Generator,
  Frame,
  Property,
};
const NAMES = new Map(Object.entries(CLASSES).map(([name, made]) => [made.prototype as object, name]));

/** Sources of compiled code, by number. */
interface Sources {
  texts: string[];
  numbers: Map<string, number>;
}

export function save(vm: Interpreter): JsonValue {
  const table: Table = [];
  const numbers = new Map<object, number>();
  const sources: Sources = { texts: [], numbers: new Map() };
  const write = (value: unknown): JsonValue => {
    if (value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (value === undefined) return { u: 1 };
    if (typeof value === "bigint") return { i: value.toString() };
    if (typeof value === "number")
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { f: Object.is(value, -0) ? "-0" : String(value) };
    const object = value as object;
    const known = numbers.get(object);
    if (known !== undefined) return { r: known };
    if (object instanceof PyClass && object.isBuiltin) return { c: object.name };
    if (isCode(object)) return { k: [sourceNumber(object, sources), object.number] };
    const number = table.length;
    numbers.set(object, number);
    table.push(null);
    table[number] = writeObject(object, write);
    return { r: number };
  };
  const root = write({ frames: vm.frames, modules: vm.modules, pending: vm.pending, nextAddress: vm.nextAddress });
  return { root, table, sources: sources.texts };
}

function isCode(object: object): object is Code {
  return "instructions" in object && "lines" in object;
}

function sourceNumber({ file, source }: Code, { texts, numbers }: Sources): number {
  const key = `${file}\0${source}`;
  let number = numbers.get(key);
  if (number === undefined) {
    number = texts.push(key) - 1;
    numbers.set(key, number);
  }
  return number;
}

function writeObject(object: object, write: (value: unknown) => JsonValue): JsonValue {
  if (Array.isArray(object)) return object.map(write);
  if (object instanceof Map) return { m: [...object].map(([key, value]) => [write(key), write(value)]) };
  const name = NAMES.get(Object.getPrototypeOf(object));
  const fields = Object.fromEntries(Object.entries(object).map(([key, value]) => [key, write(value)]));
  return { o: name ?? "", fields };
}

interface Saved {
  root: JsonValue;
  table: Table;
  sources: string[];
}

/** Restores the state that `save` wrote. */
export function restore(vm: Interpreter, saved: JsonValue): void {
  const { root, table, sources } = saved as unknown as Saved;
  const made = new Map<number, unknown>();
  const read = (value: JsonValue): unknown => {
    if (value === null || typeof value !== "object") return value;
    const cell = value as Record<string, JsonValue>;
    if ("u" in cell) return undefined;
    if ("i" in cell) return BigInt(cell["i"] as string);
    if ("f" in cell) return Number(cell["f"] as string);
    if ("c" in cell) return builtinClass(cell["c"] as string);
    if ("k" in cell) {
      const [source, number] = cell["k"] as [number, number];
      const [file = "", text = ""] = splitOnce(sources[source]!);
      return compileSource(text, file)[number];
    }
    const number = cell["r"] as number;
    return made.has(number) ? made.get(number) : readObject(table[number]!, read, (object) => made.set(number, object));
  };
  const state = read(root) as Pick<Interpreter, "frames" | "modules" | "pending" | "nextAddress">;
  vm.frames = state.frames;
  vm.modules = state.modules;
  vm.pending = state.pending;
  vm.nextAddress = state.nextAddress;
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf("\0");
  return [text.slice(0, at), text.slice(at + 1)];
}

function readObject(cell: JsonValue, read: (value: JsonValue) => unknown, remember: (object: object) => void): unknown {
  if (Array.isArray(cell)) {
    const array: unknown[] = [];
    remember(array);
    for (const item of cell) array.push(read(item));
    return array;
  }
  const { m, o, fields } = cell as { m?: [JsonValue, JsonValue][]; o?: string; fields: Record<string, JsonValue> };
  if (m) {
    const map = new Map<unknown, unknown>();
    remember(map);
    for (const [key, value] of m) map.set(read(key), read(value));
    return map;
  }
  const object = Object.create(CLASSES[o ?? ""]?.prototype ?? Object.prototype) as Record<string, unknown>;
  remember(object);
  for (const [key, value] of Object.entries(fields)) object[key] = read(value);
  return object;
}
