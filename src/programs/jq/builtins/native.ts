/** The form of builtins that are functions of values. */
import type { Machine } from "../machine.ts";
import type { Value } from "../values.ts";

/** Builtins by name and number of arguments. They throw JqError. */
export type Natives = Readonly<Record<string, (input: Value, args: readonly Value[], machine: Machine) => Value>>;
