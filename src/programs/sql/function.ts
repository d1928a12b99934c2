/** The type of SQL functions on values. */
import type { Scope } from "./context.ts";
import type { Value } from "./values.ts";

/** Undefined: the function does not take these arguments. */
export type SqlFunction = (args: readonly Value[], scope: Scope) => Value | undefined;
