/** Sources of FROM: tables, views, queries, functions and joins. */
import type { Expr, Source } from "./ast.ts";
import type { Table } from "./catalog.ts";
import { type Relation, type RelationColumn, type Scope, spend } from "./context.ts";
import { SqlError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { applyOperator, parsedJson } from "./operators.ts";
import { parseStatement } from "./parse-statement.ts";
import { renamed } from "./renamed.ts";
import { asTruth } from "./truth.ts";
import { fromStored, jsonText } from "./types.ts";
import { compareValues, Interval, Json, keyOf, List, Moment, numberOf, typeOf, type Value } from "./values.ts";

type Values = readonly Value[];

export function sourceOf(source: Source, scope: Scope): Relation {
  switch (source.type) {
    case "table":
      return tableOf(source, scope);
    case "query":
      return aliased(renamed(scope.context.runQuery(source.query, scope), source.columns), source.alias);
    case "function":
      return functionOf(source, scope);
    case "join":
      return joined(source, scope);
  }
}

function aliased(relation: Relation, alias: string): Relation {
  return { ...relation, columns: relation.columns.map((column) => ({ ...column, table: alias })) };
}

function tableOf({ schema, name, alias, at }: Extract<Source, { type: "table" }>, scope: Scope): Relation {
  const { workspace, systemTable } = scope.context;
  const cte = schema === undefined ? scope.ctes.get(name) : undefined;
  if (cte) return aliased(cte, alias ?? name);
  const full = schema === undefined ? name : `${schema}.${name}`;
  const entry = workspace.find(full);
  if (entry?.kind === "table") return relationOfTable(entry, full, alias ?? name, scope);
  if (entry?.kind === "view") {
    const statement = parseStatement(entry.text, scope.context.rules);
    if (statement?.type !== "query") throw new SqlError({ kind: "noTable", name, what: "relation" }, at);
    const { parent: _parent, ...outer } = scope;
    const fresh: Scope = { ...outer, columns: [], row: [], ctes: new Map() };
    return aliased(renamed(scope.context.runQuery(statement.query, fresh), entry.columns), alias ?? name);
  }
  const system = systemTable(schema, name);
  if (system) return aliased(system, alias ?? name);
  throw new SqlError({ kind: "noTable", name: full, what: "relation" }, at);
}

/** The rows of a table as values. */
export function relationOfTable(table: Table, name: string, alias: string, { context }: Scope): Relation {
  spend(context, table.rows.length);
  return {
    columns: table.columns.map((column) => ({ table: alias, name: column.name, type: column.type, origin: name })),
    rows: table.rows.map(([, values]) => valuesOf(table, values)),
  };
}

export function valuesOf({ columns }: Table, stored: Table["rows"][number][1]): Value[] {
  return columns.map(({ type }, i) => fromStored(stored[i] ?? null, type));
}

function functionOf({ call, alias, columns }: Extract<Source, { type: "function" }>, scope: Scope): Relation {
  const args = call.args.map((arg) => evaluate(arg, scope));
  const name = columns?.[0] ?? alias;
  const oneColumn = (values: readonly Value[]): Relation => ({
    columns: [{ table: alias, name, type: typeOf(values[0] ?? null) }],
    rows: values.map((value) => [value]),
  });
  switch (call.name) {
    case "generate_series":
      return oneColumn(series(args, scope));
    case "unnest":
      return oneColumn(args[0] instanceof List ? args[0].items : []);
    case "jsonb_array_elements":
    case "json_array_elements": {
      const items = parsedJson(args[0] ?? null);
      return oneColumn(Array.isArray(items) ? items.map((item) => new Json(jsonText(item))) : []);
    }
    case "jsonb_array_elements_text":
    case "json_array_elements_text": {
      const items = parsedJson(args[0] ?? null);
      return oneColumn(
        Array.isArray(items) ? items.map((item) => (typeof item === "string" ? item : jsonText(item))) : [],
      );
    }
    default:
      return oneColumn([evaluate(call, scope)]);
  }
}

function series([from = null, to = null, step = 1]: readonly Value[], { context }: Scope): Value[] {
  const values: Value[] = [];
  if (from === null || to === null) return values;
  const facts = { rules: context.rules, nowMs: context.nowMs, leftIsLiteral: false, rightIsLiteral: false };
  const isDown = step instanceof Interval ? step.days < 0 || step.ms < 0 || step.months < 0 : numberOf(step) < 0;
  if (!(step instanceof Interval) && numberOf(step) === 0) {
    throw new SqlError({ kind: "other", message: "step size cannot equal zero", code: "22023", number: 1064 });
  }
  let at: Value = from instanceof Moment && from.kind === "date" ? new Moment("timestamptz", from.ms) : from;
  while (compareValues(at, to) * (isDown ? -1 : 1) <= 0) {
    spend(context);
    values.push(at);
    at = applyOperator("+", at, step, facts);
  }
  return values;
}

function joined(source: Extract<Source, { type: "join" }>, scope: Scope): Relation {
  const left = sourceOf(source.left, scope);
  // A lateral source sees the columns on its left; it is computed once here.
  const right = sourceOf(source.right, scope);
  const using = source.kind === "natural" ? commonNames(left.columns, right.columns) : source.using;
  const columns = [
    ...left.columns,
    ...right.columns.map((column) => (using?.includes(column.name) ? { ...column, isHidden: true } : column)),
  ];
  const match = matcher(source.on, using, left, right, columns, scope);
  const rows: Values[] = [];
  const usedRight = new Set<Values>();
  const { kind } = source;
  for (const row of left.rows) {
    let hasMatch = false;
    for (const other of match(row)) {
      hasMatch = true;
      usedRight.add(other);
      rows.push([...row, ...other]);
    }
    if (!hasMatch && (kind === "left" || kind === "full")) rows.push([...row, ...right.columns.map(() => null)]);
  }
  if (kind === "right" || kind === "full") {
    for (const other of right.rows)
      if (!usedRight.has(other)) rows.push(rowOfRight(left, other, columns, using, right));
  }
  return { columns, rows };
}

function commonNames(left: readonly RelationColumn[], right: readonly RelationColumn[]): string[] {
  return left.map(({ name }) => name).filter((name) => right.some((column) => column.name === name));
}

/** A row without a partner on the left; columns of USING have the value of the right side. */
function rowOfRight(
  left: Relation,
  other: Values,
  columns: readonly RelationColumn[],
  using: readonly string[] | undefined,
  right: Relation,
): Values {
  const own = left.columns.map((column, i) => {
    if (!using?.includes(columns[i]?.name ?? "")) return null;
    return other[right.columns.findIndex(({ name }) => name === column.name)] ?? null;
  });
  return [...own, ...other];
}

type Matcher = (row: Values) => readonly Values[];

/** Finds the partners of a row: by a hash of equal columns where that is possible, otherwise by trying all. */
function matcher(
  on: Expr | undefined,
  using: readonly string[] | undefined,
  left: Relation,
  right: Relation,
  columns: readonly RelationColumn[],
  scope: Scope,
): Matcher {
  const pairs = using
    ? using.map((name) => [indexOfName(left, name), indexOfName(right, name)] as const)
    : equalColumns(on, left, right);
  const isTrue = (row: Values) => {
    const inner = { ...scope, columns, row, parent: scope };
    return on === undefined || asTruth(evaluate(on, inner), inner, "JOIN/ON") === true;
  };
  const spendOn = (count: number) => spend(scope.context, count + 1);
  if (pairs.length === 0) {
    return (row) => {
      spendOn(right.rows.length);
      return right.rows.filter((other) => isTrue([...row, ...other]));
    };
  }
  const byKey = new Map<string, Values[]>();
  for (const other of right.rows) {
    const key = joinKey(
      other,
      pairs.map(([, index]) => index),
    );
    if (key === undefined) continue;
    const known = byKey.get(key);
    if (known) known.push(other);
    else byKey.set(key, [other]);
  }
  return (row) => {
    const key = joinKey(
      row,
      pairs.map(([index]) => index),
    );
    const found = key === undefined ? [] : (byKey.get(key) ?? []);
    spendOn(found.length);
    return found.filter((other) => isTrue([...row, ...other]));
  };
}

function indexOfName({ columns }: Relation, name: string): number {
  const index = columns.findIndex((column) => column.name === name);
  if (index < 0) throw new SqlError({ kind: "noColumn", name });
  return index;
}

function joinKey(row: Values, indexes: readonly number[]): string | undefined {
  const values = indexes.map((index) => row[index] ?? null);
  return values.includes(null) ? undefined : values.map((value) => keyOf(value)).join("\u0001");
}

/** `a.x = b.y` joined by AND. Texts are left out, because MySQL ignores their case. */
function equalColumns(on: Expr | undefined, left: Relation, right: Relation): (readonly [number, number])[] {
  if (on?.type !== "binary") return [];
  if (on.op === "and") return [...equalColumns(on.left, left, right), ...equalColumns(on.right, left, right)];
  if (on.op !== "=" || on.left.type !== "column" || on.right.type !== "column") return [];
  const find = ({ columns }: Relation, { table, name }: { table?: string; name: string }) =>
    columns.findIndex((column) => column.name === name && column.table === table && column.type.name === "integer");
  const straight = [find(left, on.left), find(right, on.right)] as const;
  const crossed = [find(left, on.right), find(right, on.left)] as const;
  return [straight, crossed].filter(([a, b]) => a >= 0 && b >= 0);
}
