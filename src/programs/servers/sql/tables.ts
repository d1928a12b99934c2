/** Finds tables and columns, or the server's error. */
import { SqlError, type SqlValue } from "./ast.ts";
import type { Database, Table } from "./database.ts";
import type { Scope } from "./evaluate.ts";
import type { Session } from "./functions.ts";

export class Tables {
  readonly database: Database;
  readonly session: Session;

  constructor(database: Database, session: Session) {
    this.database = database;
    this.session = session;
  }

  get isMySql(): boolean {
    return this.session.dialect === "mysql";
  }

  find(name: string): Table | undefined {
    return Object.hasOwn(this.database.tables, name) ? this.database.tables[name] : undefined;
  }

  table(name: string): Table {
    const table = this.find(name);
    if (table) return table;
    throw this.isMySql
      ? new SqlError("42S02", `Table '${this.session.database}.${name}' doesn't exist`, { number: 1146 })
      : new SqlError("42P01", `relation "${name}" does not exist`);
  }

  exists(name: string): SqlError {
    return this.isMySql
      ? new SqlError("42S01", `Table '${name}' already exists`, { number: 1050 })
      : new SqlError("42P07", `relation "${name}" already exists`);
  }

  scope(name: string, alias: string, row: readonly SqlValue[]): Scope {
    const { columns } = this.table(name);
    return { columns: [{ alias, names: columns.map((column) => column.name), types: [] }], values: [row] };
  }

  position(table: Table, tableName: string, name: string): number {
    const index = table.columns.findIndex(
      (column) => column.name === name || (this.isMySql && column.name.toLowerCase() === name.toLowerCase()),
    );
    if (index >= 0) return index;
    throw this.isMySql
      ? new SqlError("42S22", `Unknown column '${name}' in 'field list'`, { number: 1054 })
      : new SqlError("42703", `column "${name}" of relation "${tableName}" does not exist`);
  }
}
