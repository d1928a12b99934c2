/** Functions on values, found by name. */
import type { CallExpr } from "./ast.ts";
import type { Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import type { SqlFunction } from "./function.ts";
import { DATE_FUNCTIONS } from "./functions-dates.ts";
import { JSON_FUNCTIONS } from "./functions-json.ts";
import { NUMBER_FUNCTIONS } from "./functions-numbers.ts";
import { SYSTEM_FUNCTIONS } from "./functions-system.ts";
import { TEXT_FUNCTIONS } from "./functions-texts.ts";
import { typeText } from "./types.ts";
import { typeOf, type Value } from "./values.ts";

const FUNCTIONS: Readonly<Record<string, SqlFunction>> = {
  ...TEXT_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...DATE_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...SYSTEM_FUNCTIONS,
};

/** Functions that have a result although an argument is null. */
const SEES_NULLS =
  /^(coalesce|concat|concat_ws|nullif|greatest|least|isnull|format|num_nulls|jsonb?_build_(object|array)|json_(object|array)|to_jsonb?|quote_nullable|quote)$/;

/** @throws SqlError `noFunction` */
export function callFunction(expr: CallExpr, args: readonly Value[], scope: Scope): Value {
  const found = Object.hasOwn(FUNCTIONS, expr.name) ? FUNCTIONS[expr.name] : undefined;
  const isNull = args.includes(null) && !SEES_NULLS.test(expr.name);
  const value = found && (isNull ? null : found(args, scope));
  if (value !== undefined) return value;
  const types = args.map((arg, i) => (expr.args[i]?.type === "string" ? "unknown" : typeText(typeOf(arg))));
  throw new SqlError({ kind: "noFunction", name: expr.name, types }, expr.at);
}
