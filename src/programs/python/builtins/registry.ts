/** All built-in functions by name: `len`, `str.upper`, `new:int` (a constructor), `os.getenv`. */

import type { Value } from "../objects.ts";
import type { Interpreter } from "../vm.ts";

/** A built-in function. It may throw PyError, or Suspension to be called again later. */
export type Native = (vm: Interpreter, args: Value[], keywords: Map<string, Value>) => Value;

const natives = new Map<string, Native>();

export function register(functions: Readonly<Record<string, Native>>): void {
  for (const [name, native] of Object.entries(functions)) natives.set(name, native);
}

export function nativeOf(name: string): Native | undefined {
  return natives.get(name);
}
