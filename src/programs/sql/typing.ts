/**
 * Types of expressions before any row is read, as PostgreSQL's analysis finds them. Names, operators and functions that
 * do not exist are errors even if there are no rows.
 */
import { isAggregateName } from "./aggregates.ts";
import type { CallExpr, Expr } from "./ast.ts";
import type { Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import { columnError, findColumn } from "./names.ts";
import { isSetFunction, setFunctionType } from "./set-functions.ts";
import { resultOf } from "./signatures.ts";
import type { SqlType } from "./sql-type.ts";
import { isIntegerType } from "./type-names.ts";
import { castTo, typeText } from "./types.ts";
import { resolvedType } from "./types-custom.ts";
import { typeOf } from "./values.ts";

const BOOLEAN: SqlType = { name: "boolean" };
const UNKNOWN: SqlType = { name: "unknown" };

/** Undefined: only a row can tell. @throws SqlError */
export function typeOfExpr(expr: Expr, scope: Scope): SqlType | undefined {
  const { types } = scope.context;
  if (types.has(expr)) return types.get(expr);
  const type = computed(expr, scope);
  types.set(expr, type);
  return type;
}

function computed(expr: Expr, scope: Scope): SqlType | undefined {
  const of = (each: Expr) => typeOfExpr(each, scope);
  switch (expr.type) {
    case "literal":
      return expr.value === null ? UNKNOWN : typeOf(expr.value);
    case "string":
      return UNKNOWN;
    case "column": {
      const found = findColumn(expr, scope);
      if (!found) {
        const error = columnError(expr, scope);
        if (error) throw error;
      }
      return found?.scope.columns[found.index]?.type;
    }
    case "call":
      return callType(expr, scope);
    case "unary":
      return unaryType(expr.op, of(expr.operand));
    case "binary":
      return binaryType(expr, scope);
    case "between":
      for (const each of [expr.operand, expr.low, expr.high]) of(each);
      for (const bound of [expr.low, expr.high]) checkComparison("=", expr.operand, bound, bound, scope);
      return BOOLEAN;
    case "in":
      for (const item of expr.items) {
        of(item);
        checkComparison("=", expr.operand, item, item, scope);
      }
      of(expr.operand);
      return BOOLEAN;
    case "like":
      of(expr.operand);
      of(expr.pattern);
      return BOOLEAN;
    case "is":
    case "inQuery":
      of(expr.operand);
      return BOOLEAN;
    case "distinctFrom":
      of(expr.left);
      of(expr.right);
      return BOOLEAN;
    case "quantified":
      of(expr.left);
      if (!("body" in expr.right)) of(expr.right);
      return BOOLEAN;
    case "exists":
      return BOOLEAN;
    case "case":
      for (const { when } of expr.branches) of(when);
      if (expr.operand) of(expr.operand);
      return commonType(
        [...expr.branches.map(({ result }) => result), ...(expr.otherwise ? [expr.otherwise] : [])],
        scope,
      );
    case "cast":
      of(expr.operand);
      return resolvedType(expr.to, scope.context);
    case "array": {
      const item = commonType(expr.items, scope);
      return item && { ...(item.name === "unknown" ? { name: "text" } : item), isArray: true };
    }
    case "row":
      for (const item of expr.items) of(item);
      return { name: "record" };
    case "index": {
      const list = of(expr.operand);
      of(expr.index);
      if (!list) return undefined;
      const { isArray: _isArray, ...item } = list;
      return item;
    }
    case "variable":
    case "subquery":
    case "star":
    case "default":
      return undefined;
  }
}

function unaryType(op: string, operand: SqlType | undefined): SqlType | undefined {
  return op === "not" ? BOOLEAN : operand;
}

/** The type to which CASE, COALESCE and arrays convert their parts. */
function commonType(exprs: readonly Expr[], scope: Scope): SqlType | undefined {
  return wider(exprs.map((each) => typeOfExpr(each, scope)));
}

const NUMBERS = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];
const TIMES = ["date", "timestamp without time zone", "timestamp with time zone"];

/** The widest of several types; undefined if one is not known. */
export function wider(types: readonly (SqlType | undefined)[]): SqlType | undefined {
  let found: SqlType = UNKNOWN;
  for (const type of types) {
    if (!type) return undefined;
    if (type.name === "unknown") continue;
    if (found.name === "unknown") found = type;
    else {
      const order = [NUMBERS, TIMES].find((names) => names.includes(type.name) && names.includes(found.name));
      if (order) found = order.indexOf(type.name) > order.indexOf(found.name) ? { name: type.name } : found;
      else if (found.name !== type.name && isText(found) && isText(type)) found = { name: "text" };
      else if (found.name === "numeric" && type.precision !== found.precision) found = { name: "numeric" };
    }
  }
  return found;
}

function isText({ name, isArray }: SqlType): boolean {
  return !isArray && (name === "text" || name.startsWith("character"));
}

const BIGINT_CALLS = /^(count|row_number|rank|dense_rank)$/;
const FLOAT_CALLS = /^(percent_rank|cume_dist|percentile_cont)$/;
const FIRST_CALLS = /^(max|min|lag|lead|first_value|last_value|nth_value|nullif|percentile_disc|mode)$/;
const COMMON_CALLS = /^(coalesce|greatest|least|ifnull)$/;

function callType(expr: CallExpr, scope: Scope): SqlType | undefined {
  const { name, args } = expr;
  const types = args.map((arg) => (arg.type === "star" ? undefined : typeOfExpr(arg, scope)));
  for (const { expr: key } of expr.orderBy ?? []) typeOfExpr(key, scope);
  const [first] = types;
  if (scope.context.rules.isMySql) return mySqlCallType(name, types);
  if (BIGINT_CALLS.test(name)) return { name: "bigint" };
  if (FLOAT_CALLS.test(name)) return { name: "double precision" };
  if (name === "mode" || name === "percentile_disc") {
    const [key] = expr.orderBy ?? [];
    return key && typeOfExpr(key.expr, scope);
  }
  if (FIRST_CALLS.test(name)) return first?.name === "unknown" ? { name: "text" } : first;
  if (COMMON_CALLS.test(name)) return commonType(args, scope);
  if (name === "sum" || name === "avg" || /^(stddev|variance|var_|stddev_)/.test(name)) return sumType(expr, first);
  if (/^(bool_and|bool_or|every)$/.test(name)) return BOOLEAN;
  if (name === "string_agg") return { name: "text" };
  if (name === "array_agg") return first && { ...first, isArray: true };
  if (isAggregateName(name)) return /^jsonb/.test(name) ? { name: "jsonb" } : { name: "json" };
  if (isSetFunction(name)) return setFunctionType(name, first);
  if (name === "extract") return { name: "numeric" };
  const stored = scope.context.workspace.find(`@function.${name}`);
  if (stored?.kind === "function") return stored.returns;
  const result = resultOf(name, types);
  if (result !== false) return result;
  throw new SqlError(
    { kind: "noFunction", name, types: types.map((type) => (type ? typeText(type) : "unknown")) },
    expr.at,
  );
}

function mySqlCallType(name: string, types: readonly (SqlType | undefined)[]): SqlType | undefined {
  if (BIGINT_CALLS.test(name)) return { name: "bigint" };
  if (FLOAT_CALLS.test(name)) return { name: "double precision" };
  return FIRST_CALLS.test(name) || COMMON_CALLS.test(name) || name === "if"
    ? types.at(name === "if" ? 1 : 0)
    : undefined;
}

function sumType({ name, at }: CallExpr, type: SqlType | undefined): SqlType | undefined {
  if (!type) return undefined;
  if (type.name === "interval") return type;
  if (type.isArray || !NUMBERS.includes(type.name))
    throw new SqlError({ kind: "noFunction", name, types: [typeText(type)] }, at);
  if (type.name === "real" && name === "sum") return type;
  if (type.name === "real" || type.name === "double precision") return { name: "double precision" };
  return name === "sum" && (type.name === "integer" || type.name === "smallint")
    ? { name: "bigint" }
    : { name: "numeric" };
}

function binaryType(expr: Extract<Expr, { type: "binary" }>, scope: Scope): SqlType | undefined {
  const { op, left, right, at } = expr;
  const [a, b] = [typeOfExpr(left, scope), typeOfExpr(right, scope)];
  if (op === "and" || op === "or" || op === "xor" || op === "<=>") return BOOLEAN;
  if (scope.context.rules.isMySql) return COMPARISON.test(op) ? BOOLEAN : a && b ? arithmeticType(op, a, b) : undefined;
  if (COMPARISON.test(op)) {
    checkComparison(op, left, right, expr, scope);
    return BOOLEAN;
  }
  if (!a || !b) return undefined;
  if (op === "||") return concatenationType(a, b, at);
  if (op === "->" || op === "#>") return a.name === "unknown" ? undefined : a;
  if (op === "->>" || op === "#>>") return { name: "text" };
  checkLiterals(op, expr, a, b, scope);
  return arithmeticType(op, a, b);
}

const COMPARISON = /^(=|<>|<|>|<=|>=|~~?\*?|!~~?\*?|@>|<@|&&|\?\|?|\?&)$/;

function noOperator(operator: string, left: SqlType, right: SqlType, at: number | undefined): SqlError {
  return new SqlError({ kind: "noOperator", operator, left: typeText(left), right: typeText(right) }, at);
}

/** A literal beside a number must be a number: PostgreSQL converts it during the analysis. */
function checkLiterals(
  op: string,
  { left, right }: Extract<Expr, { type: "binary" }>,
  a: SqlType,
  b: SqlType,
  scope: Scope,
): void {
  if (!/^[-+*/%&|#^]$/.test(op)) return;
  for (const [literal, other] of [
    [left, b],
    [right, a],
  ] as const)
    if (literal.type === "string" && NUMBERS.includes(other.name) && !other.isArray)
      checkLiteral(literal, other, scope);
}

/** @throws SqlError `badInput` with the place of the literal */
function checkLiteral(literal: Expr, type: SqlType, { context }: Scope): void {
  if (literal.type !== "string" || type.name === "unknown") return;
  try {
    castTo(literal.value, type, { nowMs: context.nowMs });
  } catch (error) {
    if (error instanceof SqlError) error.at ??= literal.at;
    throw error;
  }
}

const KINDS: readonly (readonly string[])[] = [
  NUMBERS,
  TIMES,
  ["text", "character varying", "character", "regclass"],
  ["json"],
];

/** @throws SqlError for operands that cannot be compared */
function checkComparison(op: string, left: Expr, right: Expr, place: Expr, scope: Scope): void {
  if (scope.context.rules.isMySql) return;
  const [a, b] = [typeOfExpr(left, scope), typeOfExpr(right, scope)];
  if (!a || !b || !/^(=|<>|<|>|<=|>=)$/.test(op)) return;
  if (a.name === "unknown" || b.name === "unknown") {
    if (a.name !== "unknown" && !a.isArray && a.name !== "record") checkLiteral(right, a, scope);
    if (b.name !== "unknown" && !b.isArray && b.name !== "record") checkLiteral(left, b, scope);
    return;
  }
  if (a.isArray || b.isArray || a.name === "record" || b.name === "record") return;
  const isSame = a.name === b.name || KINDS.some((names) => names.includes(a.name) && names.includes(b.name));
  if (!isSame) throw noOperator(op, plainType(a), plainType(b), "at" in place ? place.at : undefined);
}

function plainType({ name, isArray }: SqlType): SqlType {
  return { name, ...(isArray && { isArray }) };
}

function concatenationType(a: SqlType, b: SqlType, at: number): SqlType | undefined {
  if (a.isArray) return a;
  if (b.isArray) return b;
  if (a.name === "jsonb" && (b.name === "jsonb" || b.name === "unknown")) return a;
  if (a.name === "bytea" && b.name === "bytea") return a;
  if (isText(a) || isText(b) || a.name === "unknown" || b.name === "unknown") return { name: "text" };
  throw noOperator("||", plainType(a), plainType(b), at);
}

function arithmeticType(op: string, a: SqlType, b: SqlType): SqlType | undefined {
  const isNumber = (type: SqlType) => NUMBERS.includes(type.name) && !type.isArray;
  if (a.name === "unknown" && isNumber(b)) return arithmeticType(op, b, b);
  if (b.name === "unknown" && isNumber(a)) return arithmeticType(op, a, a);
  if (isNumber(a) && isNumber(b)) {
    if (op === "^") return { name: [a, b].some(({ name }) => name === "numeric") ? "numeric" : "double precision" };
    const common = wider([plainType(a), plainType(b)]);
    return common?.name === "real" && a.name !== b.name ? { name: "double precision" } : common;
  }
  if (a.name === "date" && b.name === "date") return op === "-" ? { name: "integer" } : undefined;
  if (a.name === "date" && isIntegerType(b.name)) return a;
  return undefined;
}
