/** Conditions with three values. */
import type { Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import { castTo } from "./types.ts";
import { numberOf, typeOf, type Value } from "./values.ts";

/** True, false or unknown. */
export type Truth = boolean | null;

/** @throws SqlError in PostgreSQL if the value is no boolean */
export function asTruth(value: Value, scope: Scope, place = "WHERE"): Truth {
  if (value === null || typeof value === "boolean") return value;
  if (scope.context.rules.isMySql) return numberOf(value) !== 0;
  if (typeof value === "string") return castTo(value, { name: "boolean" }, scope.context) as boolean;
  throw new SqlError({ kind: "notBoolean", place, type: typeOf(value).name });
}

/** MySQL has no booleans: a condition is 1 or 0. */
export function truthValue(truth: Truth, { context }: Scope): Value {
  return truth === null || !context.rules.isMySql ? truth : Number(truth);
}

export function not(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

export function and(left: Truth, right: Truth): Truth {
  if (left === false || right === false) return false;
  return left === null || right === null ? null : true;
}

export function anyOf(conditions: readonly (() => Truth)[]): Truth {
  let result: Truth = false;
  for (const condition of conditions) {
    const truth = condition();
    if (truth) return true;
    if (truth === null) result = null;
  }
  return result;
}
