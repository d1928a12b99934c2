/** INSERT, UPDATE and DELETE. */
import type { Assignment, DeleteStatement, Expr, InsertStatement, SelectItem, UpdateStatement } from "./ast.ts";
import type { Row, Table } from "./catalog.ts";
import type { Context, Relation, Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import { orderRows } from "./order.ts";
import { withCtes } from "./query.ts";
import { checkReferences, followReferences, rowScope, TableWriter, uniqueKeys } from "./rows.ts";
import { relationOfTable, sourceOf, valuesOf } from "./sources.ts";
import { asTruth } from "./truth.ts";
import { toStored } from "./types.ts";
import { typeOfExpr } from "./typing.ts";
import { Moment, numberOf, type Value } from "./values.ts";
import { changeBase, insertIntoBase } from "./view-changes.ts";
import { startOf } from "./walk.ts";

export interface Modified {
  count: number;
  /** Rows of RETURNING. */
  relation?: Relation;
}

/** The table that a statement changes. @throws SqlError if it does not exist or the user may not */
function openForChange(name: string, right: "INSERT" | "UPDATE" | "DELETE", context: Context, at: number): void {
  const table = context.workspace.table(name, at);
  context.demand(right, context.workspace.keyOf(name), table, at);
  if (table.text === undefined) return;
  const message = `cannot change materialized view "${name}"`;
  throw new SqlError({ kind: "other", message, code: "42809", number: 1288 });
}

export function runInsert(given: InsertStatement, outer: Scope): Modified {
  const scope = withCtes(given, outer);
  const statement = insertIntoBase(given, scope);
  const { context } = scope;
  openForChange(statement.table, "INSERT", context, statement.at);
  const writer = new TableWriter(statement.table, scope);
  const { columns } = writer.table;
  const indexes =
    statement.columns?.map((name, i) => writer.column(name, statement.columnPlaces?.[i])) ??
    columns.map((_column, i) => i);
  checkTarget(statement, writer);
  checkValues(statement, writer, indexes, scope);
  const newRows = givenRows(statement, scope);
  const written: Row[] = [];
  const changed: { old: Row; row?: Row }[] = [];
  let count = 0;
  for (const [number, row] of newRows.entries()) {
    if (
      row.length > indexes.length ||
      (statement.columns && row.length < indexes.length) ||
      (context.rules.isMySql && row.length < indexes.length && row.length > 0)
    )
      throw new SqlError({ kind: "columnCount", given: row.length, expected: indexes.length, row: number + 1 });
    const values = columns.map((column, i): Value => {
      const at = indexes.indexOf(i);
      const value = at >= 0 ? row[at] : undefined;
      if (column.computedText !== undefined) {
        if (value !== undefined && value !== DEFAULT) throw computedColumn(column.name);
        return null;
      }
      const isGenerated = column.generated && context.rules.isMySql && (value === null || value === 0);
      if (value === undefined || value === DEFAULT || isGenerated) {
        if (value === undefined && lacksDefault(writer, i))
          throw new SqlError({ kind: "noDefault", column: column.name });
        return writer.defaultOf(column);
      }
      if (column.generated === "always") throw new SqlError({ kind: "generatedAlways", column: column.name });
      const cast = writer.cast(column, value as Value);
      writer.noteGiven(column, cast);
      return cast;
    });
    const result = insertOne(statement, writer, writer.computed(values), scope);
    if (!result) continue;
    count += result.old && context.rules.isMySql ? 2 : 1;
    if (result.old) changed.push({ old: result.old, row: result.row });
    written.push(result.row);
  }
  checkReferences(statement.table, written, context);
  if (changed.length > 0) followReferences(statement.table, changed, scope);
  return { count, ...returned(statement, statement.table, statement.table, written, scope) };
}

/** Counts values and converts literals before any row is written: PostgreSQL does both during its analysis. */
function checkValues(statement: InsertStatement, writer: TableWriter, indexes: readonly number[], scope: Scope): void {
  const body = statement.query?.body;
  if (body?.type !== "values" || scope.context.rules.isMySql) return;
  for (const [number, row] of body.rows.entries()) {
    const extra = row[indexes.length];
    const missing = statement.columns ? statement.columnPlaces?.[row.length] : undefined;
    const problem = { kind: "columnCount", given: row.length, expected: indexes.length, row: number + 1 } as const;
    if (extra) throw new SqlError(problem, startOf(extra));
    if (statement.columns && row.length < indexes.length) throw new SqlError(problem, missing);
  }
  for (const row of body.rows)
    for (const [i, expr] of row.entries()) {
      const column = writer.table.columns[indexes[i] ?? -1];
      if (column && expr.type === "string") castLiteral(writer, column, expr);
      else if (expr.type !== "default") typeOfExpr(expr, scope);
    }
}

/** @throws SqlError with the place of the literal */
function castLiteral(
  writer: TableWriter,
  column: Table["columns"][number],
  expr: Extract<Expr, { type: "string" }>,
): void {
  try {
    writer.cast(column, expr.value);
  } catch (error) {
    if (error instanceof SqlError) error.at ??= expr.at;
    throw error;
  }
}

const DEFAULT = Symbol("DEFAULT");

/** MySQL in strict mode: a column that must not be null needs a value. */
function lacksDefault({ table, context }: TableWriter, index: number): boolean {
  const column = table.columns[index];
  return Boolean(context.rules.isMySql && column?.isNotNull && column.defaultText === undefined && !column.generated);
}

function givenRows({ query }: InsertStatement, scope: Scope): (Value | typeof DEFAULT)[][] {
  if (!query) return [[]];
  const { body } = query;
  if (body.type !== "values") return scope.context.runQuery(query, scope).rows.map((row) => [...row]);
  const valueFor = (expr: Expr) => (expr.type === "default" ? DEFAULT : scope.context.evaluate(expr, scope));
  return body.rows.map((row) => row.map(valueFor));
}

function insertOne(
  statement: InsertStatement,
  writer: TableWriter,
  values: readonly Value[],
  scope: Scope,
): { row: Row; old?: Row } | undefined {
  const { conflict, ignores, replaces } = statement;
  if (!conflict && !ignores && !replaces) return { row: writer.insert(values) };
  const stored: Row = [-1, values.map(toStored)];
  const found = writer.conflictOf(stored);
  const isNamed =
    !conflict ||
    conflict.anyKey ||
    (conflict.columns === undefined && conflict.constraint === undefined) ||
    conflict.constraint === found?.constraint.name ||
    sameNames(conflict.columns, found?.constraint.columns);
  if (!found || !isNamed) return { row: writer.insert(values) };
  const old = writer.table.rows.find(([id]) => id === found.existing);
  if (!old || ignores) return undefined;
  if (replaces) {
    writer.remove(old);
    return { row: writer.insert(values), old };
  }
  if (!conflict?.set) return undefined;
  const inner = conflictScope(statement.table, writer, old, values, scope);
  if (conflict.where && asTruth(scope.context.evaluate(conflict.where, inner), inner) !== true) return undefined;
  return { row: writer.update(old, assigned(conflict.set, writer, old, inner)), old };
}

/** @throws SqlError `noUnique` if ON CONFLICT names columns without a unique constraint */
function checkTarget({ conflict }: InsertStatement, writer: TableWriter): void {
  if (!conflict?.columns) return;
  const exists = uniqueKeys(writer.table).some(({ columns }) => sameNames(columns, conflict.columns));
  if (!exists) throw new SqlError({ kind: "noUnique" });
}

function sameNames(left: readonly string[] | undefined, right: readonly string[] | undefined): boolean {
  return left !== undefined && right !== undefined && [...left].sort().join(",") === [...right].sort().join(",");
}

/** The existing row by the table's name, the new one as `excluded`. */
function conflictScope(name: string, writer: TableWriter, old: Row, values: readonly Value[], scope: Scope): Scope {
  const existing = rowScope(writer.table, name, old, scope);
  const fresh: Scope = {
    ...scope,
    columns: writer.table.columns.map((column) => ({ table: "excluded", name: column.name, type: column.type })),
    row: values,
  };
  return { ...existing, parent: fresh };
}

function assigned(set: readonly Assignment[], writer: TableWriter, old: Row, scope: Scope): Value[] {
  const { table, context } = writer;
  const values = valuesOf(table, old[1]);
  for (const { column, value } of set) {
    const index = writer.column(column);
    const definition = table.columns[index];
    if (!definition) continue;
    const given = value.type === "default" ? writer.defaultOf(definition) : context.evaluate(value, scope);
    values[index] = writer.cast(definition, given);
  }
  for (const [i, column] of table.columns.entries()) {
    const isSet = set.some((each) => each.column === column.name);
    if (column.onUpdateNow && !isSet) values[i] = writer.cast(column, new Moment("timestamp", context.nowMs));
  }
  return writer.computed(values);
}

function computedColumn(name: string): SqlError {
  const message = `cannot insert a non-DEFAULT value into column "${name}"`;
  const detail = `Column "${name}" is a generated column.`;
  return new SqlError({ kind: "other", message, code: "428C9", number: 3105, detail });
}

function checkAssignments(set: readonly Assignment[], writer: TableWriter, { context }: Scope): void {
  if (context.rules.isMySql) return;
  for (const { column, value } of set) {
    const definition = writer.table.columns[writer.column(column)];
    if (definition && value.type === "string") castLiteral(writer, definition, value);
  }
}

export function runUpdate(given: UpdateStatement, outer: Scope): Modified {
  const scope = withCtes(given, outer);
  const statement = changeBase(given, scope);
  const { table: name, alias = name, where, from, ordering } = statement;
  openForChange(name, "UPDATE", scope.context, statement.at);
  const writer = new TableWriter(name, scope);
  for (const { column, at } of statement.set) writer.column(column, at);
  checkAssignments(statement.set, writer, scope);
  const found = matching(name, alias, where, from, ordering, scope);
  const changed = found.map(({ row, scope: inner }) => {
    const values = assigned(statement.set, writer, row, inner);
    return { old: row, row: writer.update(row, values) };
  });
  const rows = changed.map(({ row }) => row);
  checkReferences(name, rows, scope.context);
  followReferences(name, changed, scope);
  const isMySql = scope.context.rules.isMySql;
  const differing = changed.filter(({ old, row }) => JSON.stringify(old[1]) !== JSON.stringify(row[1]));
  return { count: isMySql ? differing.length : rows.length, ...returned(statement, name, alias, rows, scope) };
}

export function runDelete(given: DeleteStatement, outer: Scope): Modified {
  const scope = withCtes(given, outer);
  const statement = changeBase(given, scope);
  const { table: name, alias = name, where, using, ordering } = statement;
  openForChange(name, "DELETE", scope.context, statement.at);
  const writer = new TableWriter(name, scope);
  const rows = matching(name, alias, where, using, ordering, scope).map(({ row }) => row);
  const gone = new Set(rows.map(([id]) => id));
  const { table } = writer;
  for (const [id] of rows) scope.context.workspace.touch(name, id);
  table.rows = table.rows.filter(([id]) => !gone.has(id));
  followReferences(
    name,
    rows.map((old) => ({ old })),
    scope,
  );
  return { count: rows.length, ...returned(statement, name, alias, rows, scope) };
}

/** Rows that WHERE selects, each once, with the scope that SET is evaluated in. */
function matching(
  name: string,
  alias: string,
  where: Expr | undefined,
  from: UpdateStatement["from"],
  { orderBy, limit }: UpdateStatement["ordering"],
  scope: Scope,
): { row: Row; scope: Scope }[] {
  const { context } = scope;
  const table = context.workspace.table(name);
  const relation = relationOfTable(table, name, alias, scope);
  const others = from ? sourceOf(from, scope) : { columns: [], rows: [[]] };
  const columns = [...relation.columns, ...others.columns];
  const found: { row: Row; scope: Scope }[] = [];
  for (const [i, row] of table.rows.entries()) {
    for (const other of others.rows) {
      const inner: Scope = { ...scope, columns, row: [...(relation.rows[i] ?? []), ...other], parent: scope };
      if (where && asTruth(context.evaluate(where, inner), inner) !== true) continue;
      found.push({ row, scope: inner });
      break;
    }
  }
  if (table.rows.length === 0 && where) {
    // Names are checked without rows as well.
    context.evaluate(where, { ...scope, columns, row: columns.map(() => null), parent: scope });
  }
  const ordered = orderRows(found, orderBy, (item, each) => context.evaluate(item.expr, each.scope));
  const size = limit ? context.evaluate(limit, scope) : null;
  return size === null ? ordered : ordered.slice(0, numberOf(size));
}

function returned(
  { returning }: { returning?: readonly SelectItem[] },
  name: string,
  alias: string,
  rows: readonly Row[],
  scope: Scope,
): { relation?: Relation } {
  if (!returning) return {};
  const table = scope.context.workspace.table(name);
  const source = relationOfTable({ ...table, rows: [...rows] }, name, alias, scope);
  const ctes = new Map(scope.ctes).set(alias, source);
  const query = {
    ctes: [],
    isRecursive: false,
    orderBy: [],
    body: {
      type: "select" as const,
      isDistinct: false,
      items: returning,
      groupBy: [],
      from: { type: "table" as const, name: alias, at: 0 },
    },
  };
  return { relation: scope.context.runQuery(query, { ...scope, ctes }) };
}
