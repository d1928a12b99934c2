/** How a program on the interpreter is kept between two of its runs. */
import type { JsonValue } from "../../lib/json.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { SourceKind } from "./code.ts";
import { Interpreter } from "./interpreter.ts";
import { librarySource } from "./intrinsics.ts";
import { restore, save } from "./snapshot.ts";

/** The main script of a program. */
export interface MainScript {
  file: string;
  source?: string;
  kind: SourceKind;
}

/** Resident set of Node.js with a small program. */
const BASE_MEMORY_BYTES = 38 * 1024 * 1024;
/** Memory that a character of the state stands for, bytes. */
const MEMORY_PER_CHARACTER = 3;
/** Largest state of a program, characters. Beyond it, V8's heap is full. */
const MAX_STATE_LENGTH = 24 * 1024 * 1024;
const ABORTED = 134;
/** Instructions and characters of the state that one step of the host stands for. */
const INSTRUCTIONS_PER_STEP = 20;
const CHARACTERS_PER_STEP = 500;

export function newInterpreter(process: ProcessView, { file, source, kind }: MainScript): Interpreter {
  const vm = new Interpreter();
  vm.process = process;
  vm.script = { file, text: source ?? "", kind };
  vm.major = Number(/^\d+/.exec(process.env["NODE_VERSION"] ?? "")?.[0] ?? 25);
  return vm;
}

/** The interpreter as it was kept; undefined before the first time. */
export function loadState(process: ProcessView, script: MainScript): Interpreter | undefined {
  const { snapshot } = process.state;
  if (snapshot === undefined) return undefined;
  const vm = newInterpreter(process, script);
  restore(vm, snapshot, (file) => librarySource(file.slice("lib:".length)) ?? "");
  return vm;
}

/** Keeps the state. A state that is too large ends the program. */
export function storeState(process: ProcessView, vm: Interpreter): Step | undefined {
  const snapshot = save(vm);
  const size = sizeOf(snapshot);
  process.charge(Math.ceil(vm.steps / INSTRUCTIONS_PER_STEP + size / CHARACTERS_PER_STEP));
  if (size > MAX_STATE_LENGTH) {
    const text =
      "\n<--- Last few GCs --->\n\n\n<--- JS stacktrace --->\n\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\nAborted (core dumped)\n";
    process.write(2, text);
    return { type: "exit", status: ABORTED };
  }
  process.state["snapshot"] = snapshot;
  process.state["size"] = size;
  return undefined;
}

/** Memory of a program that is kept, bytes. */
export function memoryOfState({ state }: ProcessView): number {
  return BASE_MEMORY_BYTES + MEMORY_PER_CHARACTER * Number(state["size"] ?? 0);
}

/** About the length of the JSON text. */
function sizeOf(value: JsonValue): number {
  let size = 0;
  const pending: JsonValue[] = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    size += 4;
    if (typeof next === "string") size += next.length;
    else if (Array.isArray(next)) for (const item of next) pending.push(item);
    else if (typeof next === "object" && next !== null) {
      for (const [key, item] of Object.entries(next)) {
        size += key.length;
        if (item !== undefined) pending.push(item);
      }
    }
  }
  return size;
}
