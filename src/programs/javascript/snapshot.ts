/** The interpreter's state to JSON and back. */
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import { type HeapCodec, restoreHeap, type SavedHeap, saveHeap } from "../base/heap.ts";
import type { Code, Source, SourceKind } from "./code.ts";
import { compileSource } from "./compile/compile-source.ts";
import type { Interpreter } from "./interpreter.ts";
import { materializeAll } from "./intrinsics.ts";
import * as objects from "./objects.ts";

const { EMPTY, SYMBOLS, Empty: _empty, Thrown: _thrown, Suspension: _suspension, ...rest } = objects;

const CLASSES = Object.fromEntries(
  Object.entries(rest).filter(([name, value]) => typeof value === "function" && /^[A-Z]/.test(name)),
) as unknown as HeapCodec["classes"];

const isCode = (object: object): object is Code => "operations" in object && "positions" in object;

interface Saved extends SavedHeap {
  /** File, kind and text of each source; parts of the interpreter have no text. */
  sources: [file: string, kind: string, text: string][];
}

/** The content of a snapshot. */
interface State
  extends Pick<Interpreter, "frames" | "tasks" | "symbols" | "modules" | "facts" | "pending" | "task" | "thrownAt"> {
  changed: {
    name: string;
    isFixed: true | undefined;
    proto: objects.JsObject | null;
    properties: objects.JsObject["properties"];
    items: objects.Value[] | undefined;
  }[];
}

export function save(vm: Interpreter): JsonValue {
  const sources: Saved["sources"] = [];
  const numbers = new Map<Source, number>();
  const sourceNumber = (source: Source): number => {
    let number = numbers.get(source);
    if (number === undefined) {
      number = sources.push([source.file, source.kind, source.file.startsWith("lib:") ? "" : source.text]) - 1;
      numbers.set(source, number);
    }
    return number;
  };
  const cellOf = (object: object): JsonObject | undefined => {
    if (object instanceof objects.JsObject && object.intrinsic !== undefined) return { n: object.intrinsic };
    if (object === (EMPTY as unknown)) return { e: 1 };
    if (object instanceof objects.JsSymbol && object.registered?.startsWith("@@"))
      return { y: object.registered.slice(2) };
    return isCode(object) ? { k: [sourceNumber(object.source), object.number] } : undefined;
  };
  const { frames, tasks, symbols, modules, facts, pending, task, thrownAt } = vm;
  const changed = [...vm.changed].map((object) => ({
    name: object.intrinsic!,
    isFixed: object.isFixed,
    proto: object.proto,
    properties: object.properties,
    items: object instanceof objects.JsArray ? object.items : undefined,
  }));
  const state: State = { frames, tasks, symbols, modules, facts, pending, task, thrownAt, changed };
  return {
    ...saveHeap(state, { classes: CLASSES, cellOf, objectOf: () => undefined }),
    sources,
  } as unknown as JsonValue;
}

/** Restores the state that `save` wrote. `libraryText` gives the sources of the interpreter's own parts. */
export function restore(vm: Interpreter, saved: JsonValue, libraryText: (file: string) => string): void {
  const { sources, ...heap } = saved as unknown as Saved;
  const codes = sources.map(([file, kind, text]) =>
    compileSource({ file, kind: kind as SourceKind, text: file.startsWith("lib:") ? libraryText(file) : text }),
  );
  const objectOf: HeapCodec["objectOf"] = (cell) => {
    if ("n" in cell) return vm.intrinsic(cell["n"] as string);
    if ("e" in cell) return EMPTY;
    if ("y" in cell) return SYMBOLS[cell["y"] as string];
    const [source, number] = cell["k"] as [number, number];
    return codes[source]![number];
  };
  const { changed, ...state } = restoreHeap(heap, { classes: CLASSES, cellOf: () => undefined, objectOf }) as State;
  Object.assign(vm, state);
  for (const { name, properties, proto, isFixed, items } of changed) {
    const object = vm.intrinsic(name);
    materializeAll(vm, object);
    object.properties = properties;
    object.proto = proto ?? null;
    object.isFixed = isFixed;
    if (object instanceof objects.JsArray) object.items = items ?? [];
    vm.changed.add(object);
  }
}
