/** Functions on values, found by name. */
import type { CallExpr } from "./ast.ts";
import type { StoredFunction } from "./catalog.ts";
import { type Scope, spend } from "./context.ts";
import { SqlError, unsupported } from "./errors.ts";
import type { SqlFunction } from "./function.ts";
import { DATE_FUNCTIONS } from "./functions-dates.ts";
import { JSON_FUNCTIONS } from "./functions-json.ts";
import { NUMBER_FUNCTIONS } from "./functions-numbers.ts";
import { SYSTEM_FUNCTIONS } from "./functions-system.ts";
import { TEXT_FUNCTIONS } from "./functions-texts.ts";
import { parseStatement } from "./parse-statement.ts";
import { castTo, typeText } from "./types.ts";
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

/** Work of a call: it also bounds the depth of functions that call themselves. */
const CALL_WORK = 10_000;

/** A function in SQL: its parameters are columns of the scope around its query. */
function callStored({ args: parameters, returns, body }: StoredFunction, args: readonly Value[], scope: Scope): Value {
  const { context } = scope;
  spend(context, CALL_WORK);
  const text = body.replace(/\$(\d+)/g, (_all, number: string) => `"$${number}"`);
  const statement = parseStatement(text, context.rules);
  if (statement?.type !== "query") throw unsupported("functions that are not queries");
  const values = args.map((arg, i) => castTo(arg, parameters[i]?.type ?? { name: "text" }, context));
  const columns = parameters.flatMap(({ name, type }, i) => [
    { table: "", name: `$${i + 1}`, type },
    ...(name === "" ? [] : [{ table: "", name, type }]),
  ]);
  const row = parameters.flatMap(({ name }, i) =>
    name === "" ? [values[i] ?? null] : [values[i] ?? null, values[i] ?? null],
  );
  const inner: Scope = { context, columns, row, ctes: new Map() };
  const [first] = context.runQuery(statement.query, inner).rows;
  return returns.name === "void" ? "" : castTo(first?.[0] ?? null, returns, context);
}

/** A sequence that does not exist is marked at its name. */
function called(
  found: SqlFunction,
  { args: [first] }: CallExpr,
  args: readonly Value[],
  scope: Scope,
): Value | undefined {
  try {
    return found(args, scope);
  } catch (error) {
    if (error instanceof SqlError && error.problem.kind === "noTable" && first?.type === "string")
      error.at ??= first.at;
    throw error;
  }
}

/** @throws SqlError `noFunction` */
export function callFunction(expr: CallExpr, args: readonly Value[], scope: Scope): Value {
  const found = Object.hasOwn(FUNCTIONS, expr.name) ? FUNCTIONS[expr.name] : undefined;
  const isNull = args.includes(null) && !SEES_NULLS.test(expr.name);
  const value = found && (isNull ? null : called(found, expr, args, scope));
  if (value !== undefined) return value;
  const stored = scope.context.workspace.find(`@function.${expr.name}`);
  if (stored?.kind === "function" && stored.args.length === args.length) return callStored(stored, args, scope);
  const types = args.map((arg, i) => (expr.args[i]?.type === "string" ? "unknown" : typeText(typeOf(arg))));
  throw new SqlError({ kind: "noFunction", name: expr.name, types }, expr.at);
}
