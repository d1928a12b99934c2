/** Runs statements on a database and says what the server answers. */
import { type Assignment, type ColumnDefinition, type Select, SqlError, type SqlValue, type Statement } from "./ast.ts";
import { Constraints } from "./constraints.ts";
import type { Database, Table } from "./database.ts";
import type { Scope } from "./evaluate.ts";
import type { Session } from "./functions.ts";
import { Query, type Relation } from "./query.ts";
import { Tables } from "./tables.ts";
import { coerce } from "./types.ts";

export interface Outcome {
  /** The command tag: `INSERT 0 1`, `SELECT 3`. */
  tag: string;
  relation?: Relation;
  /** Rows that changed. */
  affected?: number;
  changed: boolean;
  notices?: string[];
  /** MySQL's LAST_INSERT_ID. */
  insertId?: number;
}

/** Tables of the catalogues, which the dialect provides. */
export type SystemTables = (name: string) => Relation | undefined;

export class Executor {
  readonly #database: Database;
  readonly #session: Session;
  readonly #query: Query;
  readonly #tables: Tables;
  readonly #constraints: Constraints;

  constructor(database: Database, session: Session, system: SystemTables) {
    this.#database = database;
    this.#session = session;
    this.#query = new Query(session, (name) => this.#relation(name) ?? system(name));
    this.#tables = new Tables(database, session);
    this.#constraints = new Constraints(this.#tables, this.#query.evaluator);
  }

  get #isMySql(): boolean {
    return this.#session.dialect === "mysql";
  }

  execute(statement: Statement): Outcome {
    switch (statement.type) {
      case "select": {
        const relation = this.#query.run(statement);
        return { tag: `SELECT ${relation.rows.length}`, relation, changed: false };
      }
      case "insert":
        return this.#insert(statement);
      case "update":
        return this.#update(statement);
      case "delete":
        return this.#delete(statement);
      case "createTable":
        return this.#createTable(statement);
      case "createView":
        if (this.#database.views[statement.name] && !statement.orReplace) throw this.#tables.exists(statement.name);
        this.#database.views[statement.name] = statement.select;
        return { tag: "CREATE VIEW", changed: true };
      case "createIndex":
        return this.#createIndex(statement);
      case "drop":
        return this.#drop(statement);
      case "truncate":
        for (const name of statement.tables) this.#tables.table(name).rows = [];
        return { tag: "TRUNCATE TABLE", changed: true };
      case "alterTable":
        for (const action of statement.actions) this.#alter(statement.table, action);
        return { tag: "ALTER TABLE", changed: true };
      case "explain":
        throw new SqlError("0A000", "EXPLAIN is not supported: this server has no planner");
      case "accepted":
        return { tag: statement.tag, changed: false };
      default:
        throw new SqlError("0A000", `${statement.type} is not supported`);
    }
  }

  #relation(name: string): Relation | undefined {
    const table = this.#tables.find(name);
    if (table)
      return {
        columns: table.columns.map(({ name: column, typeName }) => ({ name: column, typeName })),
        rows: table.rows,
      };
    const view = this.#database.views[name];
    return view && this.#query.run(view);
  }

  #insert(statement: Extract<Statement, { type: "insert" }>): Outcome {
    const table = this.#tables.table(statement.table);
    const names = statement.columns ?? table.columns.map(({ name }) => name);
    const positions = names.map((name) => this.#tables.position(table, statement.table, name));
    const rows = this.#rowsToInsert(statement.source);
    const inserted: SqlValue[][] = [];
    let [affected, insertId] = [0, 0];
    for (const values of rows) {
      if (
        values.length > names.length ||
        (values.length < names.length && (statement.columns || this.#isMySql) && values.length > 0)
      )
        throw this.#countMismatch(values.length > names.length);
      const given = new Map(values.map((value, i) => [positions[i] as number, value]));
      const row = table.columns.map((column, i) =>
        this.#valueOf(table, column, given.has(i) ? given.get(i) : undefined),
      );
      const serial = table.columns.findIndex(({ isSerial }) => isSerial);
      const conflict = this.#constraints.conflict(table, row);
      if (conflict && statement.conflict) {
        affected += this.#resolveConflict(statement, table, conflict.row, row, inserted);
        continue;
      }
      if (conflict) throw this.#constraints.duplicate(statement.table, conflict, row);
      this.#constraints.check(statement.table, table, row);
      table.rows.push(row);
      inserted.push(row);
      if (serial >= 0 && insertId === 0) insertId = Number(row[serial]);
      affected++;
    }
    const relation = this.#returning(statement, statement.table, inserted);
    return {
      tag: `INSERT 0 ${affected}`,
      affected,
      changed: true,
      ...(relation && { relation }),
      ...(insertId > 0 && { insertId }),
    };
  }

  /** A word DEFAULT among the values is undefined. */
  #rowsToInsert(source: Select): (SqlValue | undefined)[][] {
    if (!source.values) return this.#query.run(source).rows;
    const empty: Scope = { columns: [], values: [] };
    return source.values.map((row) =>
      row.map((value) =>
        value.type === "column" && value.name.toLowerCase() === "default"
          ? undefined
          : this.#query.evaluator.value(value, empty),
      ),
    );
  }

  #countMismatch(hasMore: boolean): SqlError {
    if (this.#isMySql)
      return new SqlError("21S01", "Column count doesn't match value count at row 1", { number: 1136 });
    return new SqlError(
      "42601",
      hasMore ? "INSERT has more expressions than target columns" : "INSERT has more target columns than expressions",
    );
  }

  #valueOf(table: Table, column: ColumnDefinition, given: SqlValue | undefined): SqlValue {
    const isNext = column.isSerial && (given === undefined || (given === null && this.#isMySql));
    if (isNext) return table.nextSerial++;
    const value =
      given !== undefined
        ? given
        : column.default
          ? this.#query.evaluator.value(column.default, { columns: [], values: [] })
          : null;
    const stored = coerce(value, column.typeName, column.name, this.#session.dialect);
    if (column.isSerial && typeof stored === "number" && this.#isMySql)
      table.nextSerial = Math.max(table.nextSerial, stored + 1);
    return stored;
  }

  #resolveConflict(
    statement: Extract<Statement, { type: "insert" }>,
    table: Table,
    old: SqlValue[],
    row: SqlValue[],
    inserted: SqlValue[][],
  ): number {
    const { conflict } = statement;
    if (conflict?.action === "nothing") return 0;
    if (conflict?.action === "replace") {
      table.rows[table.rows.indexOf(old)] = row;
      return 2;
    }
    const base = this.#tables.scope(statement.table, statement.table, old);
    const proposed = { alias: "excluded", names: table.columns.map(({ name }) => name), types: [] };
    const set = (conflict?.set ?? []).map(({ column, value }) => {
      // MySQL's VALUES(column) is the proposed value.
      const source = value.type === "call" && value.name === "values" && value.args[0] ? value.args[0] : value;
      const scope =
        source === value
          ? { ...base, outer: { columns: [proposed], values: [row] } }
          : { columns: [proposed], values: [row] };
      return [
        this.#tables.position(table, statement.table, column),
        this.#query.evaluator.value(source, scope),
      ] as const;
    });
    for (const [at, value] of set)
      old[at] = coerce(
        value,
        table.columns[at]?.typeName ?? "text",
        table.columns[at]?.name ?? "",
        this.#session.dialect,
      );
    inserted.push(old);
    return this.#isMySql ? 2 : 1;
  }

  #returning(
    { returning }: { returning?: Select["items"] },
    table: string,
    rows: readonly SqlValue[][],
    alias = table,
  ): Relation | undefined {
    if (!returning) return undefined;
    const { columns } = this.#tables.table(table);
    const name = "returning rows";
    const relation: Relation = {
      columns: columns.map((column) => ({ name: column.name, typeName: column.typeName })),
      rows: [...rows],
    };
    const query = new Query(this.#session, (wanted) => (wanted === name ? relation : this.#relation(wanted)));
    return query.run({
      type: "select",
      isDistinct: false,
      items: returning,
      sources: [{ from: { type: "table", name }, alias, join: "first" }],
      groupBy: [],
      orderBy: [],
    });
  }

  #update(statement: Extract<Statement, { type: "update" }>): Outcome {
    const table = this.#tables.table(statement.table);
    const { where } = statement;
    const chosen = table.rows.filter(
      (row) => !where || this.#query.evaluator.isTrue(where, this.#tables.scope(statement.table, statement.alias, row)),
    );
    const changed = chosen.map((row) => this.#assigned(statement.table, statement.alias, table, row, statement.set));
    chosen.forEach((row, i) => {
      const next = changed[i] as SqlValue[];
      const conflict = this.#constraints.conflict(table, next, row);
      if (conflict) throw this.#constraints.duplicate(statement.table, conflict, next);
      this.#constraints.check(statement.table, table, next);
      row.splice(0, row.length, ...next);
    });
    const relation = this.#returning(statement, statement.table, chosen, statement.alias);
    return {
      tag: `UPDATE ${chosen.length}`,
      affected: chosen.length,
      changed: chosen.length > 0,
      ...(relation && { relation }),
    };
  }

  #assigned(
    name: string,
    alias: string,
    table: Table,
    row: readonly SqlValue[],
    set: readonly Assignment[],
  ): SqlValue[] {
    const next = [...row];
    const scope = this.#tables.scope(name, alias, row);
    for (const { column, value } of set) {
      const at = this.#tables.position(table, name, column);
      next[at] = coerce(
        this.#query.evaluator.value(value, scope),
        table.columns[at]?.typeName ?? "text",
        column,
        this.#session.dialect,
      );
    }
    return next;
  }

  #delete(statement: Extract<Statement, { type: "delete" }>): Outcome {
    const table = this.#tables.table(statement.table);
    const { where } = statement;
    const gone = table.rows.filter(
      (row) => !where || this.#query.evaluator.isTrue(where, this.#tables.scope(statement.table, statement.alias, row)),
    );
    for (const row of gone) this.#constraints.removeReferences(statement.table, table, row);
    table.rows = table.rows.filter((row) => !gone.includes(row));
    const relation = this.#returning(statement, statement.table, gone, statement.alias);
    return {
      tag: `DELETE ${gone.length}`,
      affected: gone.length,
      changed: gone.length > 0,
      ...(relation && { relation }),
    };
  }

  #createTable(statement: Extract<Statement, { type: "createTable" }>): Outcome {
    const { name, ifNotExists, columns, constraints, as } = statement;
    if (this.#tables.find(name) || this.#database.views[name]) {
      if (!ifNotExists) throw this.#tables.exists(name);
      return { tag: "CREATE TABLE", changed: false, notices: [`relation "${name}" already exists, skipping`] };
    }
    const relation = as && this.#query.run(as);
    for (const { references } of [...columns, ...constraints])
      if (references && references.table !== name) this.#tables.table(references.table);
    for (const { type, columns: keys } of constraints) {
      if (type === "primary") for (const column of columns) if (keys.includes(column.name)) column.notNull = true;
    }
    this.#database.tables[name] = {
      columns: relation ? relation.columns : columns,
      constraints,
      rows: relation ? relation.rows.map((row) => [...row]) : [],
      nextSerial: 1,
      indexes: [],
    };
    return { tag: relation ? `SELECT ${relation.rows.length}` : "CREATE TABLE", changed: true };
  }

  #createIndex({ name, table, columns, isUnique, ifNotExists }: Extract<Statement, { type: "createIndex" }>): Outcome {
    const found = this.#tables.table(table);
    const exists = Object.values(this.#database.tables).some(({ indexes }) =>
      indexes.some((index) => index.name === name),
    );
    if (exists && !ifNotExists) throw this.#tables.exists(name);
    if (!exists) found.indexes.push({ name, columns, isUnique });
    return { tag: "CREATE INDEX", changed: !exists };
  }

  #drop({ kind, names, ifExists }: Extract<Statement, { type: "drop" }>): Outcome {
    const notices: string[] = [];
    for (const name of names) {
      const isView = kind === "view";
      const exists =
        kind === "index"
          ? Object.values(this.#database.tables).some(({ indexes }) => indexes.some((index) => index.name === name))
          : isView
            ? name in this.#database.views
            : this.#tables.find(name) !== undefined;
      if (!exists && !ifExists) {
        throw this.#isMySql
          ? new SqlError("42S02", `Unknown table '${this.#session.database}.${name}'`, { number: 1051 })
          : new SqlError("42P01", `${kind} "${name}" does not exist`);
      }
      if (!exists) notices.push(`${kind} "${name}" does not exist, skipping`);
      if (kind === "index")
        for (const table of Object.values(this.#database.tables))
          table.indexes = table.indexes.filter((index) => index.name !== name);
      else if (isView) delete this.#database.views[name];
      else delete this.#database.tables[name];
    }
    return { tag: `DROP ${kind.toUpperCase()}`, changed: true, notices };
  }

  #alter(name: string, action: Extract<Statement, { type: "alterTable" }>["actions"][number]): void {
    const table = this.#tables.table(name);
    switch (action.type) {
      case "addColumn": {
        const { column } = action;
        if (table.columns.some((each) => each.name === column.name))
          throw this.#isMySql
            ? new SqlError("42S21", `Duplicate column name '${column.name}'`, { number: 1060 })
            : new SqlError("42701", `column "${column.name}" of relation "${name}" already exists`);
        table.columns.push(column);
        for (const row of table.rows) row.push(this.#valueOf(table, column, undefined));
        return;
      }
      case "dropColumn": {
        const at = table.columns.findIndex((column) => column.name === action.name);
        if (at < 0 && !action.ifExists)
          throw new SqlError("42703", `column "${action.name}" of relation "${name}" does not exist`);
        if (at < 0) return;
        table.columns.splice(at, 1);
        for (const row of table.rows) row.splice(at, 1);
        return;
      }
      case "renameColumn": {
        const at = this.#tables.position(table, name, action.from);
        const column = table.columns[at];
        if (column) column.name = action.to;
        return;
      }
      case "renameTable":
        this.#database.tables[action.to] = table;
        delete this.#database.tables[name];
        return;
      case "addConstraint":
        table.constraints.push(action.constraint);
        return;
      case "other":
        return;
    }
  }
}
