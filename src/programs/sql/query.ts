/** Runs queries: sources, conditions, groups, window functions, order, limits, and set operations. */

import { analyze } from "./analysis.ts";
import type { CallExpr, Cte, Expr, OrderItem, Query, QueryBody, SelectBody, SelectItem } from "./ast.ts";
import { type Relation, type RelationColumn, type Scope, spend } from "./context.ts";
import { SqlError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { grouped, windowCalls } from "./grouping.ts";
import { orderRows } from "./order.ts";
import { outputColumns, outputIndex, type Produced, typeOfColumn } from "./output.ts";
import { renamed } from "./renamed.ts";
import { callSetFunction, isSetFunction } from "./set-functions.ts";
import { runSetOperation } from "./set-operations.ts";
import { sourceOf } from "./sources.ts";
import type { SqlType } from "./sql-type.ts";
import { asTruth } from "./truth.ts";
import { typeOfExpr, wider } from "./typing.ts";
import { keyOf, numberOf, type Value } from "./values.ts";
import { callsIn, sameExpr } from "./walk.ts";
import { windowValues } from "./windows.ts";

type Values = readonly Value[];

/** The result of a query; `outer` is the scope around it. @throws SqlError */
export function runQuery(query: Query, outer: Scope): Relation {
  const scope = withCtes(query, outer);
  const { body } = query;
  if (body.type === "select") return runSelect(body, query, scope);
  const relation = runBody(body, scope);
  const ordered = orderRows(relation.rows, query.orderBy, (item, row) => {
    const index = outputIndex(item.expr, relation.columns);
    if (index !== undefined) return row[index] ?? null;
    return evaluate(item.expr, { ...scope, columns: relation.columns, row });
  });
  return { columns: relation.columns, rows: limited(ordered, query, scope) };
}

/** The scope with the results of WITH. */
export function withCtes(
  { ctes, isRecursive = false }: { ctes: readonly Cte[]; isRecursive?: boolean },
  outer: Scope,
): Scope {
  if (ctes.length === 0) return outer;
  const known = new Map(outer.ctes);
  const scope = { ...outer, ctes: known };
  for (const { name, columns, query } of ctes) {
    const relation = !("body" in query)
      ? scope.context.runChange(query, scope)
      : isRecursive
        ? runRecursive(name, columns, query, scope)
        : runQuery(query, scope);
    known.set(name, renamed(relation, columns));
  }
  return scope;
}

/** `start UNION [ALL] step`: the step sees the rows of the round before. */
function runRecursive(name: string, columns: readonly string[] | undefined, query: Query, scope: Scope): Relation {
  const { body } = query;
  if (body.type !== "set" || body.op !== "union") return runQuery(query, scope);
  const start = renamed(runBody(body.left, scope), columns);
  const seen = new Set<string>();
  const fresh = (rows: readonly Values[]) =>
    body.isAll ? rows : rows.filter((row) => !seen.has(rowKey(row)) && Boolean(seen.add(rowKey(row))));
  let round = fresh(start.rows);
  const all = [...round];
  while (round.length > 0) {
    spend(scope.context, 10);
    const ctes = new Map(scope.ctes).set(name, { columns: start.columns, rows: round });
    round = fresh(runBody(body.right, { ...scope, ctes }).rows);
    all.push(...round);
    spend(scope.context, round.length);
  }
  return { columns: start.columns, rows: all };
}

function runBody(body: QueryBody, scope: Scope): Relation {
  switch (body.type) {
    case "select":
      return runSelect(body, { orderBy: [] }, scope);
    case "nested":
      return runQuery(body.query, scope);
    case "values": {
      const rows = body.rows.map((row) => row.map((expr) => evaluate(expr, scope)));
      const columns = (rows[0] ?? []).map((_value, i) => ({
        table: "",
        name: scope.context.rules.isMySql ? `column_${i}` : `column${i + 1}`,
        type: typeOfColumn(rows, i, wider(body.rows.map((row) => row[i] && typeOfExpr(row[i], scope)))),
      }));
      return { columns, rows };
    }
    case "set":
      return runSetOperation(body, runBody(body.left, scope), runBody(body.right, scope), scope);
  }
}

type Tail = Pick<Query, "orderBy" | "limit" | "offset">;

function runSelect(body: SelectBody, tail: Tail, outer: Scope): Relation {
  const source = body.from ? sourceOf(body.from, outer) : { columns: [], rows: [[]] };
  const { group: _group, windows: _windows, ...around } = outer;
  const base: Scope = { ...around, columns: source.columns, row: [], parent: outer };
  const { where } = body;
  const items = expanded(body.items, source.columns);
  analyze(body, items, tail.orderBy, base);
  const scopes = source.rows.map((row): Scope => ({ ...base, row }));
  const kept = where ? scopes.filter((scope) => asTruth(evaluate(where, scope), scope) === true) : scopes;
  const units = grouped(body, items, tail.orderBy, kept, base);
  const windows = windowCalls(items, tail.orderBy);
  const withWindows = windows.length > 0 ? windowValues(windows, units, body.windows ?? {}) : units;
  const produced = withSets(items, withWindows).map((scope): Produced => {
    spend(scope.context);
    return { scope, values: items.map(({ expr }) => evaluate(expr, scope)) };
  });
  const columns = outputColumns(items, produced, units[0] ?? base);
  const unique = body.isDistinct && !body.distinctOn ? distinctProduced(produced) : produced;
  const ordered = orderRows(unique, tail.orderBy, (item, row) => orderValue(item, row, columns, items));
  const chosen = body.distinctOn ? firstOfEach(ordered, body.distinctOn) : ordered;
  return {
    columns,
    rows: limited(
      chosen.map(({ values }) => values),
      tail,
      outer,
    ),
  };
}

/** Functions that return several rows make several rows of one; shorter ones end with nulls. */
function withSets(items: readonly SelectItem[], scopes: readonly Scope[]): readonly Scope[] {
  const calls = items.flatMap(({ expr }) => callsIn(expr).filter(({ name }) => isSetFunction(name)));
  if (calls.length === 0) return scopes;
  return scopes.flatMap((scope) => {
    const values = calls.map((call) => setValues(call, scope));
    const count = Math.max(...values.map(({ length }) => length));
    return Array.from({ length: count }, (_, i): Scope => {
      const windows = new Map(scope.windows);
      for (const [at, call] of calls.entries()) windows.set(call, values[at]?.[i] ?? null);
      return { ...scope, windows };
    });
  });
}

function setValues(call: CallExpr, scope: Scope): Value[] {
  const args = call.args.map((arg) => evaluate(arg, scope));
  const result = callSetFunction(call.name, args, scope);
  return (result?.rows ?? []).map((row) => (row.length === 1 ? (row[0] ?? null) : `(${row.map(String).join(",")})`));
}

/** The items without `*`. */
function expanded(items: readonly SelectItem[], columns: readonly RelationColumn[]): SelectItem[] {
  return items.flatMap((item) => {
    if (item.expr.type !== "star") return [item];
    const { table, at } = item.expr;
    const found = columns.filter((column) => (table === undefined ? !column.isHidden : column.table === table));
    if (found.length === 0 && table !== undefined) throw new SqlError({ kind: "noSource", name: table }, at);
    return found.map(({ table: source, name }) => ({
      expr: { type: "column" as const, table: source, name, at },
      text: name,
      alias: name,
    }));
  });
}

function rowKey(row: Values): string {
  return row.map((value) => keyOf(value)).join("\u0001");
}

function distinctProduced(rows: readonly Produced[]): Produced[] {
  const seen = new Set<string>();
  return rows.filter(({ values }) => {
    const key = rowKey(values);
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

function firstOfEach(rows: readonly Produced[], exprs: readonly Expr[]): Produced[] {
  const seen = new Set<string>();
  return rows.filter(({ scope }) => {
    const key = exprs.map((expr) => keyOf(evaluate(expr, scope))).join("\u0001");
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

function orderValue(
  { expr }: OrderItem,
  { values, scope }: Produced,
  columns: readonly RelationColumn[],
  items: readonly SelectItem[],
): Value {
  const index = outputIndex(expr, columns);
  if (index !== undefined) return orderedEnum(values[index] ?? null, columns[index]?.type);
  const same = items.findIndex((item) => sameExpr(item.expr, expr));
  const value = same >= 0 ? (values[same] ?? null) : evaluate(expr, scope);
  return orderedEnum(value, typeOfExpr(expr, scope));
}

/** Values of an enumeration are ordered as they were listed. */
function orderedEnum(value: Value, type: SqlType | undefined): Value {
  return type?.values && typeof value === "string" ? type.values.indexOf(value) : value;
}

function limited(rows: readonly Values[], { limit, offset }: Tail, scope: Scope): readonly Values[] {
  const count = (expr: Expr | undefined) => {
    const value = expr ? evaluate(expr, scope) : null;
    return value === null ? undefined : numberOf(value);
  };
  const start = count(offset) ?? 0;
  const size = count(limit);
  return rows.slice(start, size === undefined ? undefined : start + size);
}
