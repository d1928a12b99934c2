/** Aggregate functions over the rows of a group. */
import type { CallExpr, Expr } from "./ast.ts";
import { type Scope, spend } from "./context.ts";
import { quotientScale } from "./decimal.ts";
import { SqlError } from "./errors.ts";
import { orderRows } from "./order.ts";
import { asTruth } from "./truth.ts";
import { jsonText } from "./types.ts";
import {
  compareValues,
  decimalOf,
  Float,
  Interval,
  isNumeric,
  Json,
  keyOf,
  List,
  numberOf,
  textOf,
  typeOf,
  type Value,
} from "./values.ts";

type Aggregate = (values: readonly Value[], scope: Scope, expr: CallExpr) => Value;

const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  count: (values) => values.length,
  sum: (values, scope) => (values.length === 0 ? null : values.reduce((sum, value) => add(sum, value, scope))),
  avg: average,
  min: (values) => extreme(values, -1),
  max: (values) => extreme(values, 1),
  string_agg: (values, scope, { args }) => {
    const separator = args[1] ? textOf(scope.context.evaluate(args[1], scope)) : "";
    return values.length === 0 ? null : values.map(textOf).join(separator);
  },
  group_concat: (values, _scope, { separator = "," }) =>
    values.length === 0 ? null : values.map(textOf).join(separator),
  array_agg: (values) => (values.length === 0 ? null : new List(values)),
  bool_and: (values) => (values.length === 0 ? null : values.every((value) => value === true)),
  bool_or: (values) => (values.length === 0 ? null : values.includes(true)),
  every: (values) => (values.length === 0 ? null : values.every((value) => value === true)),
  json_agg: (values) => (values.length === 0 ? null : new Json(`[${values.map(jsonOf).join(", ")}]`)),
  jsonb_agg: (values) => (values.length === 0 ? null : new Json(`[${values.map(jsonOf).join(", ")}]`)),
  json_arrayagg: (values) => (values.length === 0 ? null : new Json(`[${values.map(jsonOf).join(", ")}]`)),
  stddev: (values) => deviation(values),
  stddev_samp: (values) => deviation(values),
  variance: (values) => {
    const found = deviation(values);
    return found && new Float(found.value ** 2);
  },
};

/** Aggregates that also see nulls. */
const SEES_NULLS = /^(array_agg|jsonb?_agg|json_arrayagg)$/;

export function isAggregate({ name, over }: CallExpr): boolean {
  return over === undefined && Object.hasOwn(AGGREGATES, name);
}

export function isAggregateName(name: string): boolean {
  return Object.hasOwn(AGGREGATES, name);
}

/** @throws SqlError for a call in a call */
export function aggregateOf(expr: CallExpr, scope: Scope): Value {
  return aggregateOver(expr, scope, scope.group ?? []);
}

/** The aggregate of these rows, which have the columns of the scope. */
export function aggregateOver(expr: CallExpr, scope: Scope, rows: readonly (readonly Value[])[]): Value {
  const aggregate = AGGREGATES[expr.name];
  if (!aggregate) throw new SqlError({ kind: "noFunction", name: expr.name, types: [] }, expr.at);
  const { group: _group, ...outer } = scope;
  const scopes = rows.map((row): Scope => ({ ...outer, row }));
  const { filter, orderBy = [] } = expr;
  const kept = filter ? scopes.filter((each) => asTruth(each.context.evaluate(filter, each), each) === true) : scopes;
  const ordered =
    orderBy.length > 0 ? orderRows(kept, orderBy, (item, each) => each.context.evaluate(item.expr, each)) : kept;
  const [first] = expr.args;
  if (!first || first.type === "star") return kept.length;
  return aggregate(valuesOf(expr, first, ordered), scope, expr);
}

function valuesOf(expr: CallExpr, first: Expr, scopes: readonly Scope[]): Value[] {
  const values: Value[] = [];
  const seen = new Set<string>();
  for (const each of scopes) {
    spend(each.context);
    // MySQL's GROUP_CONCAT joins its arguments.
    const isJoined = expr.name === "group_concat" && expr.args.length > 1;
    const value = isJoined
      ? expr.args.map((arg) => textOf(each.context.evaluate(arg, each))).join("")
      : each.context.evaluate(first, each);
    if (value === null && !SEES_NULLS.test(expr.name)) continue;
    if (expr.isDistinct) {
      const key = keyOf(value);
      if (seen.has(key)) continue;
      seen.add(key);
    }
    values.push(value);
  }
  return values;
}

function add(left: Value, right: Value, { context }: Scope): Value {
  if (left instanceof Interval && right instanceof Interval)
    return new Interval(left.months + right.months, left.days + right.days, left.ms + right.ms);
  if (!isNumeric(left) || !isNumeric(right)) {
    if (context.rules.isMySql) return new Float(numberOf(left) + numberOf(right));
    throw new SqlError({ kind: "noFunction", name: "sum", types: [typeOf(right).name] });
  }
  if (left instanceof Float || right instanceof Float) return new Float(numberOf(left) + numberOf(right));
  if (typeof left === "number" && typeof right === "number") return left + right;
  return decimalOf(left).plus(decimalOf(right));
}

function average(values: readonly Value[], scope: Scope): Value {
  const [first] = values;
  if (first === undefined) return null;
  if (!isNumeric(first) && !scope.context.rules.isMySql)
    throw new SqlError({ kind: "noFunction", name: "avg", types: [typeOf(first).name] });
  const sum = values.reduce((total, value) => add(total, value, scope));
  if (sum instanceof Float) return new Float(sum.value / values.length);
  const [whole, count] = [decimalOf(sum), decimalOf(values.length)];
  return whole.over(count, scope.context.rules.isMySql ? whole.scale + 4 : quotientScale(whole, count));
}

function extreme(values: readonly Value[], sign: 1 | -1): Value {
  let found: Value = null;
  for (const value of values) if (found === null || compareValues(value, found) * sign > 0) found = value;
  return found;
}

function deviation(values: readonly Value[]): Float | null {
  if (values.length < 2) return null;
  const numbers = values.map(numberOf);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return new Float(Math.sqrt(squares / (numbers.length - 1)));
}

/** A value as JSON text. */
export function jsonOf(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (isNumeric(value)) return textOf(value);
  if (value instanceof Json) return value.text;
  if (value instanceof List) return `[${value.items.map(jsonOf).join(", ")}]`;
  return jsonText(textOf(value));
}
