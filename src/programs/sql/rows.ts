/** Writes rows of tables with their constraints: NOT NULL, CHECK, UNIQUE and FOREIGN KEY. */
import { type Constraint, plainName, type Row, type Table, type TableColumn } from "./catalog.ts";
import type { Context, Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import { parseStoredExpression } from "./parse-statement.ts";
import { relationOfTable, valuesOf } from "./sources.ts";
import type { Stored } from "./sql-type.ts";
import { asTruth } from "./truth.ts";
import { castTo, fromStored, toStored } from "./types.ts";
import { Float, isNumeric, keyOf, Moment, numberOf, textOf, type Value } from "./values.ts";

/** One table while a statement changes it. */
export class TableWriter {
  readonly name: string;
  readonly context: Context;
  readonly scope: Scope;
  readonly #keys = new Map<string, Map<string, number>>();

  constructor(name: string, scope: Scope) {
    this.name = name;
    this.scope = scope;
    this.context = scope.context;
  }

  get table(): Table {
    return this.context.workspace.change(this.name);
  }

  column(name: string, at?: number): number {
    const { isMySql } = this.context.rules;
    const index = this.table.columns.findIndex(
      (column) => column.name === name || (isMySql && column.name.toLowerCase() === name.toLowerCase()),
    );
    if (index < 0) throw new SqlError({ kind: "noColumn", name, table: this.name, place: "relation" }, at);
    return index;
  }

  /** The value in the column's type. @throws SqlError */
  cast(column: TableColumn, value: Value): Value {
    const casting = { nowMs: this.context.nowMs, isAssignment: true, column: column.name };
    const { isMySql } = this.context.rules;
    if (isMySql && value !== null && column.type.name === "boolean") return numberOf(value) !== 0;
    if (!isMySql && typeof value === "boolean" && column.type.name !== "boolean" && !/char|text/.test(column.type.name))
      throw this.#mismatch(column, value);
    if (!isMySql && isNumeric(value) && ["boolean", "date", "uuid", "json", "jsonb"].includes(column.type.name))
      throw this.#mismatch(column, value);
    if (!isMySql && value instanceof Moment && /integer|bigint|numeric|boolean/.test(column.type.name))
      throw this.#mismatch(column, value);
    return castTo(value, column.type, casting);
  }

  #mismatch({ name, type }: TableColumn, value: Value): SqlError {
    const given =
      typeof value === "boolean"
        ? "boolean"
        : value instanceof Moment
          ? value.kind
          : value instanceof Float
            ? "double precision"
            : typeof value === "number"
              ? "integer"
              : "numeric";
    const message = `column "${name}" is of type ${type.name} but expression is of type ${given}`;
    const hint = "You will need to rewrite or cast the expression.";
    return new SqlError({ kind: "other", message, code: "42804", number: 1366, hint });
  }

  /** The default of a column; a generated column takes its next number. */
  defaultOf(column: TableColumn): Value {
    if (column.generated) {
      const value = this.context.workspace.count(this.name, column.name);
      this.context.session.lastInsertId = value;
      this.context.session.currentValues[`${plainName(this.name)}_${column.name}_seq`] = value;
      return value;
    }
    if (column.defaultText === undefined) return null;
    const expr = parseStoredExpression(column.defaultText, this.context.rules);
    return this.cast(column, this.context.evaluate(expr, this.scope));
  }

  /** The values with those of computed columns. */
  computed(values: readonly Value[]): Value[] {
    const { columns } = this.table;
    const scope: Scope = {
      context: this.context,
      columns: columns.map(({ name, type }) => ({ table: this.name, name, type })),
      row: values,
      ctes: new Map(),
    };
    return columns.map((column, i) => {
      if (column.computedText === undefined) return values[i] ?? null;
      const expr = parseStoredExpression(column.computedText, this.context.rules);
      return this.cast(column, this.context.evaluate(expr, scope));
    });
  }

  /** A number given for a generated column moves MySQL's counter. */
  noteGiven(column: TableColumn, value: Value): void {
    if (!column.generated || !this.context.rules.isMySql || value === null) return;
    const next = this.table.counters[column.name] ?? 1;
    if (numberOf(value) >= next) this.context.workspace.setCounter(this.name, column.name, numberOf(value) + 1);
  }

  insert(values: readonly Value[]): Row {
    const { table } = this;
    const row: Row = [table.nextRow++, values.map(toStored)];
    this.check(values);
    const conflict = this.conflictOf(row);
    if (conflict) throw conflict.error;
    this.#remember(row);
    table.rows.push(row);
    this.context.workspace.touch(this.name, row[0]);
    return row;
  }

  update(old: Row, values: readonly Value[]): Row {
    const { table } = this;
    const row: Row = [old[0], values.map(toStored)];
    this.check(values);
    this.#forget(old);
    const conflict = this.conflictOf(row);
    if (conflict) throw conflict.error;
    this.#remember(row);
    const index = table.rows.findIndex(([id]) => id === old[0]);
    table.rows[index] = row;
    this.context.workspace.touch(this.name, row[0]);
    return row;
  }

  remove(row: Row): void {
    const { table } = this;
    this.#forget(row);
    const index = table.rows.findIndex(([id]) => id === row[0]);
    if (index >= 0) table.rows.splice(index, 1);
    this.context.workspace.touch(this.name, row[0]);
  }

  /** NOT NULL and CHECK. */
  check(values: readonly Value[]): void {
    const { table } = this;
    for (const [i, column] of table.columns.entries()) {
      if (!column.isNotNull || (values[i] ?? null) !== null) continue;
      throw new SqlError({ kind: "notNull", table: this.name, column: column.name, row: rowText(values) });
    }
    const columns = table.columns.map(({ name, type }) => ({ table: this.name, name, type }));
    for (const { type, name, text } of byName(table.constraints)) {
      if (type !== "check" || text === undefined) continue;
      const expr = parseStoredExpression(text, this.context.rules);
      const scope: Scope = { context: this.context, columns, row: values, ctes: new Map() };
      if (asTruth(this.context.evaluate(expr, scope), scope, "CHECK") === false)
        throw new SqlError({ kind: "check", table: this.name, constraint: name, row: rowText(values) });
    }
  }

  /** The row that has the same key in a unique constraint. */
  conflictOf(row: Row): { error: SqlError; existing: number; constraint: Constraint } | undefined {
    for (const constraint of uniqueKeys(this.table)) {
      const key = this.#keyFor(constraint, row);
      const existing = key === undefined ? undefined : this.#keysOf(constraint).get(key);
      if (existing === undefined || existing === row[0]) continue;
      const isPlain = constraint.columns.every((each) => this.table.columns.some((column) => column.name === each));
      const parts = isPlain
        ? columnValues(this.table, constraint.columns, row)
        : this.#valuesFor(constraint.columns, row);
      const values = parts.map(textOf);
      const { name, columns } = constraint;
      const error = new SqlError({ kind: "unique", table: this.name, constraint: name, columns, values });
      return { error, existing, constraint };
    }
    return undefined;
  }

  /** Undefined if the row cannot conflict: a part is null, or a partial index leaves it out. */
  #keyFor({ columns, text }: Constraint, row: Row): string | undefined {
    const { table, context } = this;
    const isPlain = text === undefined && columns.every((name) => table.columns.some((each) => each.name === name));
    if (isPlain) return keyOfRow(table, columns, row, context.rules.isMySql);
    const scope = rowScope(table, this.name, row, this.scope);
    const valueAt = (sql: string) => context.evaluate(parseStoredExpression(sql, context.rules), scope);
    if (text !== undefined && asTruth(valueAt(text), scope) !== true) return undefined;
    const values = columns.map(valueAt);
    return values.includes(null) ? undefined : values.map((value) => keyOf(value)).join("\u0001");
  }

  #valuesFor(columns: readonly string[], row: Row): Value[] {
    const scope = rowScope(this.table, this.name, row, this.scope);
    return columns.map((sql) => this.context.evaluate(parseStoredExpression(sql, this.context.rules), scope));
  }

  #keysOf(constraint: Constraint): Map<string, number> {
    const known = this.#keys.get(constraint.name);
    if (known) return known;
    const keys = new Map<string, number>();
    for (const row of this.table.rows) {
      const key = this.#keyFor(constraint, row);
      if (key !== undefined) keys.set(key, row[0]);
    }
    this.#keys.set(constraint.name, keys);
    return keys;
  }

  #remember(row: Row): void {
    for (const constraint of uniqueKeys(this.table)) {
      const key = this.#keyFor(constraint, row);
      if (key !== undefined) this.#keysOf(constraint).set(key, row[0]);
    }
  }

  #forget(row: Row): void {
    for (const constraint of uniqueKeys(this.table)) {
      const key = this.#keyFor(constraint, row);
      const keys = this.#keysOf(constraint);
      if (key !== undefined && keys.get(key) === row[0]) keys.delete(key);
    }
  }
}

/** CHECK constraints are tested in the order of their names. */
function byName(constraints: readonly Constraint[]): Constraint[] {
  return [...constraints].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `1, Alice, null`: PostgreSQL's text of a row in messages. */
function rowText(values: readonly Value[]): string {
  return values.map((value) => (value === null ? "null" : textOf(value))).join(", ");
}

/** Unique constraints, and unique indexes as if they were constraints. */
export function uniqueKeys({ constraints, indexes }: Table): Constraint[] {
  return [
    ...constraints.filter(({ type }) => type === "primary" || type === "unique"),
    ...indexes
      .filter(({ isUnique, name }) => isUnique && !constraints.some((constraint) => constraint.name === name))
      .map(
        ({ name, columns, where }): Constraint => ({
          type: "unique",
          name,
          columns,
          ...(where !== undefined && { text: where }),
        }),
      ),
  ];
}

function columnValues(table: Table, columns: readonly string[], [, values]: Row): Value[] {
  return columns.map((name) => {
    const index = table.columns.findIndex((column) => column.name === name);
    const column = table.columns[index];
    return column ? fromStored(values[index] ?? null, column.type) : null;
  });
}

/** Undefined if a part is null: such rows do not conflict. */
function keyOfRow(table: Table, columns: readonly string[], row: Row, ignoresCase: boolean): string | undefined {
  const values = columnValues(table, columns, row);
  if (values.includes(null)) return undefined;
  return values.map((value) => (ignoresCase ? keyOf(value).toLowerCase() : keyOf(value))).join("\u0001");
}

/** Checks that the rows that foreign keys of this table name exist. */
export function checkReferences(name: string, rows: readonly Row[], { workspace }: Context): void {
  const table = workspace.table(name);
  for (const constraint of table.constraints) {
    const { type, target, columns } = constraint;
    if (type !== "foreign" || target === undefined || rows.length === 0) continue;
    const other = workspace.table(target);
    const targetColumns = targetOf(constraint, other);
    const present = new Set(other.rows.map((row) => keyOfRow(other, targetColumns, row, false)));
    for (const row of rows) {
      const key = keyOfRow(table, columns, row, false);
      if (key === undefined || present.has(key)) continue;
      const values = columnValues(table, columns, row).map(textOf);
      throw new SqlError({
        kind: "foreignKey",
        table: name,
        target,
        constraint: constraint.name,
        columns,
        targetColumns,
        values,
        side: "child",
      });
    }
  }
}

function targetOf({ targetColumns }: Constraint, target: Table): readonly string[] {
  return targetColumns ?? target.constraints.find(({ type }) => type === "primary")?.columns ?? [];
}

/** Tables whose foreign keys name this one. */
export function referencesTo(name: string, { workspace }: Context): { table: string; constraint: Constraint }[] {
  return workspace.names().flatMap((table) => {
    const entry = workspace.find(table);
    if (entry?.kind !== "table") return [];
    return entry.constraints
      .filter((constraint) => constraint.type === "foreign" && constraint.target === name)
      .map((constraint) => ({ table, constraint }));
  });
}

/** Follows the foreign keys of other tables after rows of this one are gone or have other keys. */
export function followReferences(name: string, changed: readonly { old: Row; row?: Row }[], scope: Scope): void {
  const { context } = scope;
  const table = context.workspace.table(name);
  for (const { table: child, constraint } of referencesTo(name, context)) {
    const targetColumns = targetOf(constraint, table);
    const still = new Set(table.rows.map((row) => keyOfRow(table, targetColumns, row, false)));
    const lost = new Map<string, Row | undefined>();
    for (const { old, row } of changed) {
      const key = keyOfRow(table, targetColumns, old, false);
      if (key !== undefined && !still.has(key)) lost.set(key, row);
    }
    if (lost.size > 0) followOne(name, child, constraint, targetColumns, lost, scope);
  }
}

function followOne(
  name: string,
  child: string,
  constraint: Constraint,
  targetColumns: readonly string[],
  lost: ReadonlyMap<string, Row | undefined>,
  scope: Scope,
): void {
  const { workspace } = scope.context;
  const other = workspace.table(child);
  const { columns } = constraint;
  const affected = other.rows.filter((row) => lost.has(keyOfRow(other, columns, row, false) ?? ""));
  const removed: { old: Row; row?: Row }[] = [];
  for (const row of affected) {
    const target = lost.get(keyOfRow(other, columns, row, false) ?? "");
    const action = (target ? constraint.onUpdate : constraint.onDelete) ?? "NO ACTION";
    const writer = new TableWriter(child, scope);
    if (action === "CASCADE" && !target) {
      writer.remove(row);
      removed.push({ old: row });
    } else if (action === "CASCADE" && target) {
      const parent = workspace.table(name);
      const fresh = columnValues(parent, targetColumns, target);
      removed.push({
        old: row,
        row: writer.update(
          row,
          replaced(other, columns, row, (i) => fresh[i] ?? null),
        ),
      });
    } else if (action === "SET NULL") {
      removed.push({
        old: row,
        row: writer.update(
          row,
          replaced(other, columns, row, () => null),
        ),
      });
    } else if (action === "SET DEFAULT") {
      const defaults = (i: number) => {
        const column = other.columns.find((each) => each.name === columns[i]);
        return column ? writer.defaultOf(column) : null;
      };
      removed.push({ old: row, row: writer.update(row, replaced(other, columns, row, defaults)) });
    } else {
      const values = columnValues(other, columns, row).map(textOf);
      throw new SqlError({
        kind: "foreignKey",
        table: child,
        target: name,
        constraint: constraint.name,
        columns,
        targetColumns,
        values,
        side: "parent",
      });
    }
  }
  if (removed.length > 0 && child !== name) followReferences(child, removed, scope);
}

function replaced(table: Table, columns: readonly string[], [, values]: Row, valueAt: (i: number) => Value): Value[] {
  return table.columns.map(({ name, type }, i) => {
    const at = columns.indexOf(name);
    return at >= 0 ? valueAt(at) : fromStored((values[i] ?? null) as Stored, type);
  });
}

/** The scope of one row of a table. */
export function rowScope(table: Table, alias: string, row: Row, scope: Scope): Scope {
  const { columns } = relationOfTable({ ...table, rows: [] }, alias, alias, scope);
  return { ...scope, columns, row: valuesOf(table, row[1]), parent: scope };
}
