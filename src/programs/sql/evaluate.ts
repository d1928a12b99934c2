/** The value of an expression in a scope. */

import { aggregateOf, isAggregate } from "./aggregates.ts";
import type { CallExpr, ColumnExpr, Expr, Query } from "./ast.ts";
import { type Relation, type RelationColumn, type Scope, spend } from "./context.ts";
import { Decimal } from "./decimal.ts";
import { SqlError } from "./errors.ts";
import { callFunction } from "./functions.ts";
import { applyOperator, isLike, type OperandFacts } from "./operators.ts";
import type { SqlType } from "./sql-type.ts";
import { and, anyOf, asTruth, not, type Truth, truthValue } from "./truth.ts";
import { castTo } from "./types.ts";
import { compareValues, Float, Interval, isNumeric, List, numberOf, textOf, typeOf, type Value } from "./values.ts";

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
      return singleValue(scope.context.runQuery(expr.query, scope));
    case "quantified":
      return quantifiedValue(expr, scope);
    case "array":
    case "row":
      return new List(expr.items.map((item) => evaluate(item, scope)));
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

/** The index of a column in a scope, or in one outside. @throws SqlError `noColumn`, `ambiguous` */
export function findColumn(expr: ColumnExpr, scope: Scope): { scope: Scope; index: number } | undefined {
  const matches = (column: RelationColumn) =>
    same(column.name, expr.name, scope) &&
    (expr.table === undefined ? !column.isHidden : same(column.table, expr.table, scope));
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const index = at.columns.findIndex(matches);
    if (index < 0) continue;
    if (expr.table === undefined && at.columns.findLastIndex(matches) !== index)
      throw new SqlError({ kind: "ambiguous", name: expr.name }, expr.at);
    return { scope: at, index };
  }
  return undefined;
}

function same(left: string, right: string, { context }: Scope): boolean {
  return left === right || (context.rules.isMySql && left.toLowerCase() === right.toLowerCase());
}

function columnValue(expr: ColumnExpr, scope: Scope): Value {
  const found = findColumn(expr, scope);
  if (found) return found.scope.row[found.index] ?? null;
  const { name, table, at } = expr;
  for (let each: Scope | undefined = scope; each; each = each.parent) {
    const isSource = each.columns.some((column) => column.table === (table ?? name));
    if (isSource && table === undefined) return wholeRow(name, each);
    if (isSource) throw new SqlError({ kind: "noColumn", name, table: table ?? "" }, at);
  }
  if (table !== undefined) throw new SqlError({ kind: "noSource", name: table }, at);
  throw new SqlError({ kind: "noColumn", name }, at);
}

/** A source's name as a value: its row. */
function wholeRow(table: string, { columns, row }: Scope): Value {
  const texts = columns.flatMap((column, i) => (column.table === table ? [textOf(row[i] ?? null)] : []));
  return `(${texts.join(",")})`;
}

function callValue(expr: CallExpr, scope: Scope): Value {
  const window = scope.windows?.get(expr);
  if (window !== undefined) return window;
  if (isAggregate(expr)) {
    for (let at: Scope | undefined = scope; at; at = at.parent) if (at.group) return aggregateOf(expr, at);
    throw new SqlError({ kind: "aggregate", where: "WHERE" }, expr.at);
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
  if (value instanceof Interval) return new Interval(-value.months, -value.days, -value.ms);
  if (!isNumeric(value) && !scope.context.rules.isMySql)
    throw new SqlError({ kind: "noOperator", operator: "-", left: "", right: typeOf(value).name });
  return numberOf(value) === 0 ? 0 : -numberOf(value);
}

function binaryValue({ op, left, right, at }: Extract<Expr, { type: "binary" }>, scope: Scope): Value {
  if (op === "and" || op === "or" || op === "xor") {
    const first = asTruth(evaluate(left, scope), scope, op.toUpperCase());
    if (first === (op === "or") && op !== "xor") return truthValue(first, scope);
    const second = asTruth(evaluate(right, scope), scope, op.toUpperCase());
    if (op === "and") return truthValue(and(first, second), scope);
    if (op === "or") return truthValue(anyOf([() => first, () => second]), scope);
    return truthValue(first === null || second === null ? null : first !== second, scope);
  }
  try {
    return operate(op, left, right, scope);
  } catch (error) {
    if (error instanceof SqlError && error.problem.kind !== "divisionByZero") error.at ??= operandAt(right) ?? at;
    throw error;
  }
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
  const wanted = value instanceof List ? value.items : [value];
  if (relation.columns.length !== wanted.length) throw new SqlError({ kind: "severalColumns" });
  const facts = { ...factsOf(operand, operand, scope), rightIsLiteral: false };
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
    return castTo(value, to, scope.context);
  } catch (error) {
    if (error instanceof SqlError) error.at ??= operandAt(operand) ?? at;
    throw error;
  }
}

/** @throws SqlError if there are several */
function singleValue({ columns, rows }: Relation): Value {
  if (columns.length !== 1) throw new SqlError({ kind: "severalColumns" });
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

/** The type as far as it is known without rows. */
export function staticType(expr: Expr, scope: Scope): SqlType | undefined {
  switch (expr.type) {
    case "column": {
      const found = findColumn(expr, scope);
      return found?.scope.columns[found.index]?.type;
    }
    case "cast":
      return expr.to;
    case "literal":
      return expr.value === null ? undefined : typeOf(expr.value);
    case "call": {
      if (expr.name === "count" || /^(row_number|rank|dense_rank)$/.test(expr.name)) return { name: "bigint" };
      const [first] = expr.args;
      return /^(max|min|sum|coalesce|lag|lead)$/.test(expr.name) && first ? staticType(first, scope) : undefined;
    }
    case "binary":
      if (/^(and|or|=|<>|<|>|<=|>=|~.*|!~.*)$/.test(expr.op)) return { name: "boolean" };
      return /^[-+*/%]$/.test(expr.op) ? (staticType(expr.left, scope) ?? staticType(expr.right, scope)) : undefined;
    case "is":
    case "in":
    case "inQuery":
    case "exists":
    case "like":
    case "between":
      return { name: "boolean" };
    case "unary":
      return expr.op === "not" ? { name: "boolean" } : staticType(expr.operand, scope);
    default:
      return undefined;
  }
}
