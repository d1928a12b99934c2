/** The value of an expression in a scope. */

import { aggregateOf, isAggregate } from "./aggregates.ts";
import type { CallExpr, ColumnExpr, Expr, Query } from "./ast.ts";
import { type Relation, type Scope, spend } from "./context.ts";
import { Decimal } from "./decimal.ts";
import { SqlError } from "./errors.ts";
import { callFunction } from "./functions.ts";
import { columnError, findColumn } from "./names.ts";
import { applyOperator, isLike, type OperandFacts } from "./operators.ts";
import type { SqlType } from "./sql-type.ts";
import { and, anyOf, asTruth, not, type Truth, truthValue } from "./truth.ts";
import { isIntegerType } from "./type-names.ts";
import { castTo, typeText } from "./types.ts";
import { resolvedType } from "./types-custom.ts";
import { typeOfExpr } from "./typing.ts";
import {
  compareValues,
  Float,
  Interval,
  isNumeric,
  List,
  numberOf,
  Row,
  textOf,
  typeOf,
  type Value,
} from "./values.ts";

/** @throws SqlError */
export function evaluate(expr: Expr, scope: Scope): Value {
  spend(scope.context);
  switch (expr.type) {
    case "literal":
    case "string":
      return expr.value;
    case "column":
      return columnValue(expr, scope);
    case "call":
      return callValue(expr, scope);
    case "unary":
      return unaryValue(expr.op, evaluate(expr.operand, scope), scope);
    case "binary":
      return binaryValue(expr, scope);
    case "between": {
      const low = operate(">=", expr.operand, expr.low, scope);
      const high = operate("<=", expr.operand, expr.high, scope);
      const both = and(asTruth(low, scope), asTruth(high, scope));
      return truthValue(expr.isNot ? not(both) : both, scope);
    }
    case "in": {
      const found = anyOf(expr.items.map((item) => () => asTruth(operate("=", expr.operand, item, scope), scope)));
      return truthValue(expr.isNot ? not(found) : found, scope);
    }
    case "inQuery":
      return inQueryValue(expr.operand, expr.query, expr.isNot, scope);
    case "like": {
      const operand = evaluate(expr.operand, scope);
      const pattern = evaluate(expr.pattern, scope);
      if (operand === null || pattern === null) return null;
      if (!scope.context.rules.isMySql && typeof operand !== "string")
        throw new SqlError({
          kind: "noOperator",
          operator: expr.ignoresCase ? "~~*" : "~~",
          left: typeOf(operand).name,
          right: "unknown",
        });
      return truthValue(isLike(textOf(operand), textOf(pattern), expr.ignoresCase) !== expr.isNot, scope);
    }
    case "is": {
      const operand = evaluate(expr.operand, scope);
      const is =
        expr.what === "null" || expr.what === "unknown"
          ? operand === null
          : asTruth(operand, scope) === (expr.what === "true");
      return truthValue(is !== expr.isNot, scope);
    }
    case "distinctFrom": {
      const [left, right] = [evaluate(expr.left, scope), evaluate(expr.right, scope)];
      const isEqual = left === null || right === null ? left === right : compareValues(left, right) === 0;
      return truthValue(isEqual === expr.isNot, scope);
    }
    case "case":
      return caseValue(expr, scope);
    case "cast":
      return castValue(expr, scope);
    case "exists":
      return truthValue(scope.context.runQuery(expr.query, scope).rows.length > 0, scope);
    case "subquery":
      return subqueryValue(expr, scope);
    case "quantified":
      return quantifiedValue(expr, scope);
    case "array":
      return arrayValue(expr, scope);
    case "row":
      return new Row(expr.items.map((item) => evaluate(item, scope)));
    case "index": {
      const list = evaluate(expr.operand, scope);
      const index = evaluate(expr.index, scope);
      return list instanceof List && index !== null ? (list.items[numberOf(index) - 1] ?? null) : null;
    }
    case "variable":
      return variableValue(expr.name, scope);
    case "star":
    case "default":
      throw new SqlError({ kind: "syntax", near: expr.type === "star" ? "*" : "DEFAULT", rest: "" });
  }
}

function columnValue(expr: ColumnExpr, scope: Scope): Value {
  const found = findColumn(expr, scope);
  if (found) return found.scope.row[found.index] ?? null;
  const error = columnError(expr, scope);
  if (error) throw error;
  for (let each: Scope | undefined = scope; each; each = each.parent)
    if (each.columns.some((column) => column.table === expr.name)) return wholeRow(expr.name, each);
  return null;
}

/** A source's name as a value: its row. */
function wholeRow(table: string, { columns, row }: Scope): Value {
  const own = columns.flatMap((column, i) => (column.table === table ? [i] : []));
  return new Row(
    own.map((i) => row[i] ?? null),
    own.map((i) => columns[i]?.name ?? ""),
  );
}

function callValue(expr: CallExpr, scope: Scope): Value {
  const window = scope.windows?.get(expr);
  if (window !== undefined) return window;
  if (isAggregate(expr)) {
    for (let at: Scope | undefined = scope; at; at = at.parent) if (at.group) return aggregateOf(expr, at);
    throw new SqlError({ kind: "aggregate", where: "WHERE" }, expr.at);
  }
  if (expr.name === "pg_typeof") {
    const [first] = expr.args;
    return (first && typeText(typeOfExpr(first, scope) ?? typeOf(evaluate(first, scope)))) ?? null;
  }
  if (expr.name === "coalesce" || expr.name === "ifnull") {
    for (const arg of expr.args) {
      const value = evaluate(arg, scope);
      if (value !== null) return value;
    }
    return null;
  }
  if (expr.name === "if" && scope.context.rules.isMySql) {
    const [condition, yes, no] = expr.args;
    const chosen = condition && asTruth(evaluate(condition, scope), scope) ? yes : no;
    return chosen ? evaluate(chosen, scope) : null;
  }
  const args = expr.args.map((arg) => evaluate(arg, scope));
  return callFunction(expr, args, scope);
}

function unaryValue(op: string, value: Value, scope: Scope): Value {
  if (op === "not") return truthValue(not(asTruth(value, scope, "NOT")), scope);
  if (value === null || op === "+") return value;
  if (value instanceof Decimal) return value.negated();
  if (value instanceof Float) return new Float(-value.value);
  if (op === "~") return ~numberOf(value);
  if (value instanceof Interval) return new Interval(-value.months, -value.days, -value.ms);
  if (!isNumeric(value) && !scope.context.rules.isMySql)
    throw new SqlError({ kind: "noOperator", operator: "-", left: "", right: typeOf(value).name });
  return numberOf(value) === 0 ? 0 : -numberOf(value);
}

function binaryValue(expr: Extract<Expr, { type: "binary" }>, scope: Scope): Value {
  const { op, left, right, at } = expr;
  if (op === "and" || op === "or" || op === "xor") {
    const first = asTruth(evaluate(left, scope), scope, op.toUpperCase());
    if (first === (op === "or") && op !== "xor") return truthValue(first, scope);
    const second = asTruth(evaluate(right, scope), scope, op.toUpperCase());
    if (op === "and") return truthValue(and(first, second), scope);
    if (op === "or") return truthValue(anyOf([() => first, () => second]), scope);
    return truthValue(first === null || second === null ? null : first !== second, scope);
  }
  try {
    if (op === "||" && !scope.context.rules.isMySql) return concatenatedValue(expr, scope);
    const value = operate(op, left, right, scope);
    return isNumeric(value) && !scope.context.rules.isMySql ? inRange(value, typeOfExpr(expr, scope)) : value;
  } catch (error) {
    if (error instanceof SqlError && error.problem.kind !== "divisionByZero")
      error.at ??= operandAt(right) ?? operandAt(left) ?? at;
    throw error;
  }
}

/** Integers are whole and do not grow beyond their type. @throws SqlError `outOfRange` */
function inRange(value: Value, type: SqlType | undefined): Value {
  if (!type || type.isArray || !isIntegerType(type.name) || value instanceof Float) return value;
  return castTo(value instanceof Decimal ? value.truncate(0) : value, { name: type.name }, { nowMs: 0 });
}

/** Items in their common type. */
function arrayValue(expr: Extract<Expr, { type: "array" }>, scope: Scope): Value {
  const type = typeOfExpr(expr, scope);
  const items = expr.items.map((item) => evaluate(item, scope));
  if (!type || scope.context.rules.isMySql) return new List(items);
  const { isArray: _isArray, ...item } = type;
  return new List(items.map((each) => (each instanceof List ? each : castTo(each, item, scope.context))));
}

function subqueryValue(expr: Extract<Expr, { type: "subquery" }>, scope: Scope): Value {
  const relation = scope.context.runQuery(expr.query, scope);
  const [column] = relation.columns;
  if (relation.columns.length !== 1) throw new SqlError({ kind: "severalColumns" }, expr.at);
  if (column) scope.context.types.set(expr, column.type);
  return singleValue(relation);
}

/** Blanks at the end of `character(n)` are not part of its text. */
function concatenatedValue({ op, left, right }: Extract<Expr, { type: "binary" }>, scope: Scope): Value {
  const text = (expr: Expr) => {
    const value = evaluate(expr, scope);
    const isPadded = typeof value === "string" && typeOfExpr(expr, scope)?.name === "character";
    return isPadded ? value.replace(/ +$/, "") : value;
  };
  return applied(op, text(left), text(right), factsOf(left, right, scope), scope);
}

function operandAt(expr: Expr): number | undefined {
  return expr.type === "string" ? expr.at : undefined;
}

function operate(op: string, left: Expr, right: Expr, scope: Scope): Value {
  return applied(op, evaluate(left, scope), evaluate(right, scope), factsOf(left, right, scope), scope);
}

function factsOf(left: Expr, right: Expr, { context }: Scope): OperandFacts {
  return {
    rules: context.rules,
    nowMs: context.nowMs,
    leftIsLiteral: left.type === "string",
    rightIsLiteral: right.type === "string",
  };
}

function applied(op: string, left: Value, right: Value, facts: OperandFacts, scope: Scope): Value {
  const value = applyOperator(op, left, right, facts);
  return typeof value === "boolean" ? truthValue(value, scope) : value;
}

function inQueryValue(operand: Expr, query: Query, isNot: boolean, scope: Scope): Value {
  const value = evaluate(operand, scope);
  const relation = scope.context.runQuery(query, scope);
  const wanted = value instanceof Row ? value.items : [value];
  if (relation.columns.length !== wanted.length) throw new SqlError({ kind: "severalColumns" });
  const facts = { ...factsOf(operand, operand, scope), rightIsLiteral: false };
  if (relation.rows.length === 0) return truthValue(isNot, scope);
  const conditions = relation.rows.map((row) => (): Truth => {
    spend(scope.context);
    return wanted.reduce<Truth>(
      (truth, each, i) => and(truth, asTruth(applied("=", each, row[i] ?? null, facts, scope), scope)),
      true,
    );
  });
  const found = anyOf(conditions);
  return truthValue(isNot ? not(found) : found, scope);
}

function quantifiedValue({ op, left, right, isAll }: Extract<Expr, { type: "quantified" }>, scope: Scope): Value {
  const value = evaluate(left, scope);
  const list =
    "body" in right ? scope.context.runQuery(right, scope).rows.map((row) => row[0] ?? null) : evaluate(right, scope);
  const given = typeof list === "string" ? castTo(list, { ...typeOf(value), isArray: true }, scope.context) : list;
  if (given === null) return null;
  const items = given instanceof List ? given.items : Array.isArray(given) ? (given as Value[]) : [given as Value];
  const facts = { ...factsOf(left, left, scope), rightIsLiteral: false };
  const conditions = items.map((item) => () => {
    const truth = asTruth(applied(op, value, item, facts, scope), scope);
    return isAll ? not(truth) : truth;
  });
  const found = anyOf(conditions);
  return truthValue(isAll ? not(found) : found, scope);
}

function caseValue(expr: Extract<Expr, { type: "case" }>, scope: Scope): Value {
  for (const { when, result } of expr.branches) {
    const condition = expr.operand ? operate("=", expr.operand, when, scope) : evaluate(when, scope);
    if (asTruth(condition, scope, "CASE/WHEN")) return evaluate(result, scope);
  }
  return expr.otherwise ? evaluate(expr.otherwise, scope) : null;
}

function castValue({ operand, to, at }: Extract<Expr, { type: "cast" }>, scope: Scope): Value {
  const value = evaluate(operand, scope);
  try {
    if (scope.context.rules.isMySql && to.name === "bigint") return value === null ? null : Math.trunc(numberOf(value));
    return castTo(value, resolvedType(to, scope.context), scope.context);
  } catch (error) {
    if (error instanceof SqlError) error.at ??= operandAt(operand) ?? at;
    throw error;
  }
}

/** @throws SqlError if there are several */
function singleValue({ rows }: Relation): Value {
  if (rows.length > 1) throw new SqlError({ kind: "severalRows" });
  return rows[0]?.[0] ?? null;
}

function variableValue(name: string, { context }: Scope): Value {
  const key = name.replace(/^@@(global\.|session\.)?/, "@@");
  const value = context.settings[key];
  if (value !== undefined) return /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (!key.startsWith("@@")) return null;
  const message = `Unknown system variable '${key.slice(2)}'`;
  throw new SqlError({ kind: "other", message, code: "HY000", number: 1193 });
}
