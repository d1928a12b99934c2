/** `_traceback`: texts of exceptions, as the interpreter prints them when a program ends by one. */
import { raise } from "../errors.ts";
import { Instance, List, type Tuple, type Value } from "../objects.ts";
import { traceback } from "../traceback.ts";
import type { Interpreter } from "../vm.ts";
import { functionsOf } from "./define.ts";

function exceptionFrom(value: Value = null): Instance {
  if (!(value instanceof Instance)) raise("TypeError", "expected an exception");
  return value;
}

/** The exception that the program handles at present. */
function handled(vm: Interpreter): Instance | undefined {
  return vm.frames.findLast(({ exceptions }) => exceptions.length > 0)?.exceptions.at(-1);
}

const fill = functionsOf("_traceback", {
  handled: (vm) => handled(vm) ?? null,
  format: (vm, [exception]) => traceback(vm, exceptionFrom(exception)),
  /** Without the calls within a file: a framework leaves out its own. */
  format_without(vm, [given, file = null]) {
    const exception = exceptionFrom(given);
    const known = exception.attributes.get(".traceback");
    const shown = new Instance(exception.type);
    for (const [name, value] of exception.attributes) shown.attributes.set(name, value);
    const calls = known instanceof List ? known.items.filter((call) => (call as Tuple).items[0] !== file) : [];
    shown.attributes.set(".traceback", new List(calls));
    return traceback(vm, shown);
  },
});

export const fillTraceback = (_vm: unknown, module: Parameters<typeof fill>[0]): void => fill(module);
