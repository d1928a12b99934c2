/** Runs queries: sources, conditions, groups, window functions, order, limits, and set operations. */

import { isAggregate } from "./aggregates.ts";
import type { CallExpr, Expr, OrderItem, Query, QueryBody, SelectBody, SelectItem } from "./ast.ts";
import { type Relation, type RelationColumn, type Scope, spend } from "./context.ts";
import { SqlError } from "./errors.ts";
import { evaluate, findColumn, staticType } from "./evaluate.ts";
import { orderRows } from "./order.ts";
import { renamed } from "./renamed.ts";
import { sourceOf } from "./sources.ts";
import type { SqlType } from "./sql-type.ts";
import { asTruth } from "./truth.ts";
import { isNumeric, keyOf, numberOf, typeOf, type Value } from "./values.ts";
import { aggregatesIn, callsIn, columnsIn } from "./walk.ts";
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

function withCtes({ ctes, isRecursive }: Query, outer: Scope): Scope {
  if (ctes.length === 0) return outer;
  const known = new Map(outer.ctes);
  const scope = { ...outer, ctes: known };
  for (const { name, columns, query } of ctes) {
    const relation = isRecursive ? runRecursive(name, columns, query, scope) : runQuery(query, scope);
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
        type: typeOfColumn(rows, i, undefined),
      }));
      return { columns, rows };
    }
    case "set":
      return runSetOperation(body, scope);
  }
}

function runSetOperation({ op, isAll, left, right }: Extract<QueryBody, { type: "set" }>, scope: Scope): Relation {
  const first = runBody(left, scope);
  const second = runBody(right, scope);
  if (first.columns.length !== second.columns.length)
    throw new SqlError({ kind: "setColumns", operator: op.toUpperCase() });
  const { columns } = first;
  if (op === "union") {
    const rows = [...first.rows, ...second.rows];
    return { columns, rows: isAll ? rows : distinct(rows) };
  }
  const others = new Set(second.rows.map(rowKey));
  const rows = first.rows.filter((row) => others.has(rowKey(row)) === (op === "intersect"));
  return { columns, rows: isAll ? rows : distinct(rows) };
}

function rowKey(row: Values): string {
  return row.map((value) => keyOf(value)).join("\u0001");
}

function distinct(rows: readonly Values[]): Values[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = rowKey(row);
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

type Tail = Pick<Query, "orderBy" | "limit" | "offset">;

/** A row of the result with the scope that it was computed in. */
interface Produced {
  values: Values;
  scope: Scope;
}

function runSelect(body: SelectBody, tail: Tail, outer: Scope): Relation {
  const source = body.from ? sourceOf(body.from, outer) : { columns: [], rows: [[]] };
  const { group: _group, windows: _windows, ...around } = outer;
  const base: Scope = { ...around, columns: source.columns, row: [], parent: outer };
  const { where } = body;
  if (where) refuseAggregates(where, "WHERE", source.rows.length === 0 ? base : undefined);
  const scopes = source.rows.map((row): Scope => ({ ...base, row }));
  const kept = where ? scopes.filter((scope) => asTruth(evaluate(where, scope), scope) === true) : scopes;
  const items = expanded(body.items, source.columns);
  const units = grouped(body, items, tail.orderBy, kept, base);
  const windows = windowCalls(items, tail.orderBy);
  const withWindows = windows.length > 0 ? windowValues(windows, units) : units;
  const produced = withWindows.map((scope): Produced => {
    spend(scope.context);
    return { scope, values: items.map(({ expr }) => evaluate(expr, scope)) };
  });
  const columns = outputColumns(items, produced, units[0] ?? base);
  // An error of a name shows without rows as well.
  if (produced.length === 0) for (const { expr } of items) checkNames(expr, base);
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

function refuseAggregates(expr: Expr, where: string, emptyScope: Scope | undefined): void {
  const [call] = aggregatesIn(expr);
  if (call) throw new SqlError({ kind: "aggregate", where }, call.at);
  if (emptyScope) checkNames(expr, emptyScope);
}

/** @throws SqlError `noColumn` */
function checkNames(expr: Expr, scope: Scope): void {
  for (const column of columnsIn(expr)) if (!findColumn(column, scope)) evaluate(column, scope);
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

/** One scope for each row or group. */
function grouped(
  { groupBy, having }: SelectBody,
  items: readonly SelectItem[],
  orderBy: readonly OrderItem[],
  rows: readonly Scope[],
  base: Scope,
): Scope[] {
  const exprs = [...items.map(({ expr }) => expr), ...orderBy.map(({ expr }) => expr), ...(having ? [having] : [])];
  const hasAggregates = exprs.some((expr) => aggregatesIn(expr).length > 0);
  if (groupBy.length === 0 && !hasAggregates && !having) return [...rows];
  const keys = groupBy.map((expr) => groupExpression(expr, items, base));
  checkGrouping(exprs, keys, base);
  const groups = new Map<string, Scope[]>();
  if (keys.length === 0) groups.set("", [...rows]);
  for (const row of keys.length > 0 ? rows : []) {
    const key = keys.map((expr) => keyOf(evaluate(expr, row))).join("\u0001");
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const scopes = [...groups.values()].map(
    (group): Scope => ({
      ...base,
      row: group[0]?.row ?? base.columns.map(() => null),
      group: group.map(({ row }) => row),
    }),
  );
  return having ? scopes.filter((scope) => asTruth(evaluate(having, scope), scope, "HAVING") === true) : scopes;
}

/** GROUP BY takes positions and names of the result. */
function groupExpression(expr: Expr, items: readonly SelectItem[], base: Scope): Expr {
  if (expr.type === "literal" && typeof expr.value === "number") {
    const item = items[expr.value - 1];
    if (!item) throw new SqlError({ kind: "positionRange", position: expr.value });
    return item.expr;
  }
  if (expr.type !== "column" || expr.table !== undefined || findColumn(expr, base)) return expr;
  return items.find(({ alias }) => alias === expr.name)?.expr ?? expr;
}

/** @throws SqlError `grouping` for a column that is neither grouped nor aggregated */
function checkGrouping(exprs: readonly Expr[], keys: readonly Expr[], base: Scope): void {
  const indexOf = (expr: Expr) => (expr.type === "column" ? findColumn(expr, base)?.index : undefined);
  const allowed = new Set(keys.map(indexOf));
  const texts = new Set(keys.map((key) => JSON.stringify(key, withoutPlaces)));
  const sources = new Set([...allowed].map((index) => (index === undefined ? "" : base.columns[index]?.table)));
  for (const [position, expr] of exprs.entries()) {
    if (texts.has(JSON.stringify(expr, withoutPlaces))) continue;
    for (const column of columnsIn(expr, { skipsAggregates: true, skips: texts })) {
      const found = findColumn(column, base);
      if (!found || found.scope !== base || allowed.has(found.index)) continue;
      const source = base.columns[found.index];
      // A primary key in GROUP BY determines the other columns of its table.
      if (source && sources.has(source.table) && hasGroupedKey(source.table, allowed, base)) continue;
      const name = `${source?.table ? `${source.table}.` : ""}${column.name}`;
      throw new SqlError({ kind: "grouping", column: name, position: position + 1 }, column.at);
    }
  }
}

function withoutPlaces(key: string, value: unknown): unknown {
  return key === "at" ? undefined : typeof value === "bigint" ? String(value) : value;
}

function hasGroupedKey(source: string, allowed: ReadonlySet<number | undefined>, { columns, context }: Scope): boolean {
  const names = [...allowed].flatMap((index) => (index === undefined ? [] : [columns[index]]));
  return names.some((column) => {
    if (column?.table !== source) return false;
    const table = context.workspace.find(column.origin ?? source);
    return (
      table?.kind === "table" &&
      table.constraints.some(
        ({ type, columns: key }) =>
          type === "primary" && key.every((name) => names.some((each) => each?.name === name)),
      )
    );
  });
}

function windowCalls(items: readonly SelectItem[], orderBy: readonly OrderItem[]): CallExpr[] {
  const exprs = [...items.map(({ expr }) => expr), ...orderBy.map(({ expr }) => expr)];
  return exprs.flatMap((expr) => callsIn(expr).filter((call) => call.over !== undefined && !isAggregate(call)));
}

function outputColumns(items: readonly SelectItem[], rows: readonly Produced[], scope: Scope): RelationColumn[] {
  const values = rows.map((row) => row.values);
  return items.map((item, i) => {
    const known = staticType(item.expr, scope);
    return { table: "", name: outputName(item, scope), type: typeOfColumn(values, i, known) };
  });
}

function typeOfColumn(rows: readonly Values[], index: number, known: SqlType | undefined): SqlType {
  const first = rows.find((row) => (row[index] ?? null) !== null)?.[index] ?? null;
  if (known && (first === null || typeof first === "string" || !isNumeric(first) || known.name !== "integer"))
    return known;
  return first === null ? { name: "text" } : typeOf(first);
}

function outputName({ expr, alias, text }: SelectItem, { context }: Scope): string {
  if (alias !== undefined) return alias;
  if (expr.type === "column") return expr.name;
  if (context.rules.isMySql) return expr.type === "string" ? expr.value : text;
  return defaultName(expr) ?? "?column?";
}

/** PostgreSQL's name of a column without an alias. */
function defaultName(expr: Expr): string | undefined {
  switch (expr.type) {
    case "column":
      return expr.name;
    case "call":
      return expr.name === "btrim" ? "btrim" : expr.name;
    case "cast":
      return defaultName(expr.operand) ?? castName(expr.to);
    case "case":
      return (expr.otherwise && defaultName(expr.otherwise)) ?? "case";
    case "exists":
      return "exists";
    case "array":
      return "array";
    case "row":
      return "row";
    case "literal":
      return typeof expr.value === "boolean" ? "bool" : undefined;
    case "subquery": {
      const { body } = expr.query;
      const item = body.type === "select" ? body.items[0] : undefined;
      return item && (item.alias ?? defaultName(item.expr));
    }
    default:
      return undefined;
  }
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  integer: "int4",
  bigint: "int8",
  smallint: "int2",
  boolean: "bool",
  "character varying": "varchar",
  character: "bpchar",
  "double precision": "float8",
  real: "float4",
  "timestamp without time zone": "timestamp",
  "timestamp with time zone": "timestamptz",
  "time without time zone": "time",
};

function castName({ name }: SqlType): string {
  return SHORT_NAMES[name] ?? name;
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

/** The position that an item of ORDER BY names in the result: by number or by alias. */
function outputIndex(expr: Expr, columns: readonly RelationColumn[]): number | undefined {
  if (expr.type === "literal" && typeof expr.value === "number") {
    if (!columns[expr.value - 1]) throw new SqlError({ kind: "positionRange", position: expr.value });
    return expr.value - 1;
  }
  if (expr.type !== "column" || expr.table !== undefined) return undefined;
  const index = columns.findIndex(({ name }) => name === expr.name);
  return index < 0 ? undefined : index;
}

function orderValue(
  { expr }: OrderItem,
  { values, scope }: Produced,
  columns: readonly RelationColumn[],
  items: readonly SelectItem[],
): Value {
  const index = outputIndex(expr, columns);
  if (index !== undefined) return values[index] ?? null;
  const same = items.findIndex(
    (item) => JSON.stringify(item.expr, withoutPlaces) === JSON.stringify(expr, withoutPlaces),
  );
  return same >= 0 ? (values[same] ?? null) : evaluate(expr, scope);
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
