/** Databases as JSON: tables with their rows, views, indexes. One file holds one database. */
import type { ColumnDefinition, Select, SqlValue, TableConstraint } from "./ast.ts";

export interface Table {
  columns: ColumnDefinition[];
  constraints: TableConstraint[];
  rows: SqlValue[][];
  /** The next number of a serial column. */
  nextSerial: number;
  indexes: { name: string; columns: string[]; isUnique: boolean }[];
}

export interface Database {
  tables: Record<string, Table>;
  views: Record<string, Select>;
}

export function emptyDatabase(): Database {
  return { tables: {}, views: {} };
}

/** Columns of every unique key: the primary key first. */
export function uniqueKeys({
  columns,
  constraints,
  indexes,
}: Table): { name: string; columns: string[]; isPrimary: boolean }[] {
  const keys: { name: string; columns: string[]; isPrimary: boolean }[] = [];
  for (const { name, isPrimary, isUnique } of columns) {
    if (isPrimary) keys.unshift({ name: "pkey", columns: [name], isPrimary: true });
    else if (isUnique) keys.push({ name: `${name}_key`, columns: [name], isPrimary: false });
  }
  for (const { type, columns: names, name } of constraints) {
    if (type === "primary") keys.unshift({ name: name ?? "pkey", columns: names, isPrimary: true });
    if (type === "unique") keys.push({ name: name ?? `${names.join("_")}_key`, columns: names, isPrimary: false });
  }
  for (const { name, columns: names, isUnique } of indexes)
    if (isUnique) keys.push({ name, columns: names, isPrimary: false });
  return keys;
}
