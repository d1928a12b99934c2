/** Sources of FROM: tables, views, queries, functions and joins. */
import type { Expr, Source } from "./ast.ts";
import type { Table } from "./catalog.ts";
import { type Context, type Relation, type RelationColumn, type Scope, spend } from "./context.ts";
import { SqlError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { parseStatement } from "./parse-statement.ts";
import { renamed } from "./renamed.ts";
import { callSetFunction, type SetResult } from "./set-functions.ts";
import { asTruth } from "./truth.ts";
import { fromStored } from "./types.ts";
import { keyOf, typeOf, type Value } from "./values.ts";
import { columnsIn } from "./walk.ts";

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
  const key = workspace.keyOf(full);
  if (entry?.kind === "table" || entry?.kind === "view") scope.context.demand("SELECT", key, entry, at);
  if (entry?.kind === "table") return relationOfTable(entry, key, alias ?? name, scope);
  if (entry?.kind === "view") {
    const statement = parseStatement(entry.text, scope.context.rules);
    if (statement?.type !== "query") throw new SqlError({ kind: "noTable", name, what: "relation" }, at);
    const { parent: _parent, ...outer } = scope;
    // The view's owner needs the rights on its tables.
    const context: Context = { ...scope.context, user: entry.owner };
    const fresh: Scope = { ...outer, context, columns: [], row: [], ctes: new Map() };
    const relation = scope.context.runQuery(statement.query, fresh);
    scope.context.work = context.work;
    return aliased(renamed(relation, entry.columns), alias ?? name);
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

function functionOf(source: Extract<Source, { type: "function" }>, scope: Scope): Relation {
  const { call, alias, columns: names, hasOrdinality } = source;
  const args = call.args.map((arg) => evaluate(arg, scope));
  const found = callSetFunction(call.name, args, scope) ?? scalarResult(evaluate(call, scope));
  const columns = found.columns.map((column, i) => ({
    table: alias,
    type: column.type,
    name: names?.[i] ?? (column.name === "" ? alias : column.name),
  }));
  if (!hasOrdinality) return { columns, rows: found.rows };
  const ordinality = { table: alias, name: names?.[columns.length] ?? "ordinality", type: { name: "bigint" } };
  return { columns: [...columns, ordinality], rows: found.rows.map((row, i) => [...row, i + 1]) };
}

function scalarResult(value: Value): SetResult {
  return { columns: [{ name: "", type: typeOf(value) }], rows: [[value]] };
}

function joined(source: Extract<Source, { type: "join" }>, scope: Scope): Relation {
  const left = sourceOf(source.left, scope);
  if (isLateral(source.right)) return joinedLaterally(source, left, scope);
  const right = sourceOf(source.right, scope);
  const using = source.isNatural ? commonNames(left.columns, right.columns) : source.using;
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

/** A source that sees the columns on its left: LATERAL, or a function of columns. */
function isLateral(source: Source): boolean {
  if (source.type === "function") return source.call.args.some((arg) => columnsIn(arg).length > 0);
  return source.type === "query" && source.isLateral === true;
}

/** Computes the right side for each row of the left one. */
function joinedLaterally(source: Extract<Source, { type: "join" }>, left: Relation, scope: Scope): Relation {
  const around = (row: Values): Scope => ({ ...scope, columns: left.columns, row, parent: scope });
  const rows: Values[] = [];
  const sample = sourceOf(source.right, around(left.rows[0] ?? left.columns.map(() => null)));
  const columns = [...left.columns, ...sample.columns];
  for (const row of left.rows) {
    const right = sourceOf(source.right, around(row));
    spend(scope.context, right.rows.length + 1);
    const found = right.rows
      .map((other) => [...row, ...other])
      .filter((both) => {
        const inner = { ...scope, columns, row: both, parent: scope };
        return !source.on || asTruth(evaluate(source.on, inner), inner, "JOIN/ON") === true;
      });
    if (found.length === 0 && source.kind === "left") rows.push([...row, ...sample.columns.map(() => null)]);
    rows.push(...found);
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
