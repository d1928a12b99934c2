/** Aggregate functions over the rows of a group. */
import type { CallExpr, Expr } from "./ast.ts";
import { type Scope, spend } from "./context.ts";
import { Decimal, quotientScale } from "./decimal.ts";
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
  Moment,
  numberOf,
  Row,
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
  jsonb_object_agg: objectOf,
  json_object_agg: objectOf,
  json_objectagg: objectOf,
  stddev: (values) => deviation(values, { isSample: true, isRoot: true }),
  stddev_samp: (values) => deviation(values, { isSample: true, isRoot: true }),
  stddev_pop: (values) => deviation(values, { isSample: false, isRoot: true }),
  variance: (values) => deviation(values, { isSample: true, isRoot: false }),
  var_samp: (values) => deviation(values, { isSample: true, isRoot: false }),
  var_pop: (values) => deviation(values, { isSample: false, isRoot: false }),
  percentile_cont: (values, scope, expr) => percentile(values, scope, expr, true),
  percentile_disc: (values, scope, expr) => percentile(values, scope, expr, false),
  mode: (values) => {
    const counts = new Map<string, number>();
    for (const value of values) counts.set(keyOf(value), (counts.get(keyOf(value)) ?? 0) + 1);
    const most = Math.max(0, ...counts.values());
    return values.find((value) => counts.get(keyOf(value)) === most) ?? null;
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
  const [first] = expr.isWithinGroup ? orderBy.map(({ expr: key }) => key) : expr.args;
  if (!first || first.type === "star") return kept.length;
  if (expr.name.endsWith("object_agg") || expr.name === "json_objectagg")
    return aggregate(pairsOf(expr, ordered), scope, expr);
  return aggregate(valuesOf(expr, first, ordered), scope, expr);
}

/** Keys and values of an aggregate that builds an object, as lists of two. */
function pairsOf({ args }: CallExpr, scopes: readonly Scope[]): Value[] {
  return scopes.map((each) => {
    spend(each.context);
    return new List(args.map((arg) => each.context.evaluate(arg, each)));
  });
}

function objectOf(pairs: readonly Value[], { context }: Scope, { name }: CallExpr): Value {
  if (pairs.length === 0) return null;
  const entries = pairs.map((pair) => (pair instanceof List ? pair.items : []));
  if (context.rules.isMySql || name.startsWith("jsonb")) {
    const object = entries.map(([key = null, value = null]) => [textOf(key), JSON.parse(jsonOf(value))]);
    return new Json(jsonText(Object.fromEntries(object)));
  }
  const parts = entries.map(([key = null, value = null]) => `${JSON.stringify(textOf(key))} : ${jsonOf(value)}`);
  return new Json(`{ ${parts.join(", ")} }`);
}

/** The value at a fraction of the ordered values, which are ordered already. */
function percentile(values: readonly Value[], scope: Scope, { args }: CallExpr, isContinuous: boolean): Value {
  const fraction = args[0] ? numberOf(scope.context.evaluate(args[0], scope)) : 0.5;
  if (values.length === 0) return null;
  if (fraction < 0 || fraction > 1) {
    const message = `percentile value ${fraction} is not between 0 and 1`;
    throw new SqlError({ kind: "other", message, code: "22003", number: 1690 });
  }
  if (!isContinuous) return values[Math.max(0, Math.ceil(fraction * values.length) - 1)] ?? null;
  const at = fraction * (values.length - 1);
  const low = numberOf(values[Math.floor(at)] ?? null);
  const high = numberOf(values[Math.ceil(at)] ?? null);
  return new Float(low + (high - low) * (at - Math.floor(at)));
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

/** Variance, or its root: exact for exact numbers. PostgreSQL: src/backend/utils/adt/numeric.c, numeric_stddev_internal. */
function deviation(values: readonly Value[], options: { isSample: boolean; isRoot: boolean }): Value {
  const count = values.length;
  if (count < (options.isSample ? 2 : 1)) return null;
  const divisor = options.isSample ? count - 1 : count;
  if (values.some((value) => value instanceof Float)) {
    const numbers = values.map(numberOf);
    const mean = numbers.reduce((sum, value) => sum + value, 0) / count;
    const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / divisor;
    return new Float(options.isRoot ? Math.sqrt(variance) : variance);
  }
  const numbers = values.map(decimalOf);
  const zero = new Decimal(0n, 0);
  const sum = numbers.reduce((total, value) => total.plus(value), zero);
  const squares = numbers.reduce((total, value) => total.plus(value.times(value)), zero);
  const numerator = squares.times(Decimal.of(count)).plus(sum.times(sum).negated());
  const denominator = Decimal.of(count).times(Decimal.of(divisor));
  if (numerator.units <= 0n) return zero;
  const variance = numerator.over(denominator, quotientScale(numerator, denominator));
  return options.isRoot ? variance.root() : variance;
}

/** A value as JSON text. */
export function jsonOf(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (isNumeric(value)) return textOf(value);
  if (value instanceof Json) return value.text;
  if (value instanceof List) return `[${value.items.map(jsonOf).join(",")}]`;
  if (value instanceof Row)
    return `{${value.names.map((name, i) => `${JSON.stringify(name)}:${jsonOf(value.items[i] ?? null)}`).join(",")}}`;
  if (value instanceof Moment) return JSON.stringify(textOf(value).replace(" ", "T").replace(/\+00$/, "+00:00"));
  return jsonText(textOf(value));
}
