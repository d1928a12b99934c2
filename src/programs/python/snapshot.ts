/** Values to JSON and back, with shared references and cycles. */
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import { type HeapCodec, restoreHeap, type SavedHeap, saveHeap } from "../base/heap.ts";
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

const CLASSES: HeapCodec["classes"] = {
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
/** Sources of compiled code, by number. */
interface Sources {
  texts: string[];
  numbers: Map<string, number>;
}

export function save(vm: Interpreter): JsonValue {
  const sources: Sources = { texts: [], numbers: new Map() };
  const cellOf = (object: object): JsonObject | undefined => {
    if (object instanceof PyClass && object.isBuiltin) return { c: object.name };
    return isCode(object) ? { k: [sourceNumber(object, sources), object.number] } : undefined;
  };
  const { frames, modules, pending, nextAddress, generatorResult } = vm;
  const { root, table } = saveHeap(
    { frames, modules, pending, nextAddress, generatorResult },
    { classes: CLASSES, cellOf, objectOf: () => undefined },
  );
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

interface Saved extends SavedHeap {
  sources: string[];
}

/** Restores the state that `save` wrote. */
export function restore(vm: Interpreter, saved: JsonValue): void {
  const { sources, ...heap } = saved as unknown as Saved;
  const objectOf = (cell: JsonObject) => {
    if ("c" in cell) return builtinClass(cell["c"] as string);
    const [source, number] = cell["k"] as [number, number];
    const [file = "", text = ""] = splitOnce(sources[source]!);
    return compileSource(text, file)[number];
  };
  const state = restoreHeap(heap, { classes: CLASSES, cellOf: () => undefined, objectOf }) as Pick<
    Interpreter,
    "frames" | "modules" | "pending" | "nextAddress" | "generatorResult"
  >;
  vm.frames = state.frames;
  vm.modules = state.modules;
  vm.pending = state.pending;
  vm.nextAddress = state.nextAddress;
  vm.generatorResult = state.generatorResult;
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf("\0");
  return [text.slice(0, at), text.slice(at + 1)];
}
