/** Keyspaces, tables and rows as JSON, and statements on them. */
import { type Condition, CqlError, type CqlValue, type Statement, type TableName } from "./cql-parser.ts";

export type Row = Record<string, CqlValue>;

export interface Table {
  /** Names with types, the key first. */
  columns: [string, string][];
  key: string[];
  /** Columns of the partition key. */
  partition: number;
  rows: Row[];
}

export interface Keyspace {
  replication: CqlValue;
  tables: Record<string, Table>;
}

export interface Data {
  keyspaces: Record<string, Keyspace>;
  /** Number of the last change. */
  version: number;
}

export interface Rows {
  columns: [string, string][];
  rows: Row[];
}

export type Result = { rows: Rows } | { keyspace: string } | { done: true; isChange: boolean };

const CHANGED: Result = { done: true, isChange: true };
const UNCHANGED: Result = { done: true, isChange: false };

const at = <T>(record: Record<string, T>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

function keyspaceOf(data: Data, { keyspace, table }: TableName, current: string): Keyspace {
  const name = keyspace ?? current;
  if (name === "")
    throw new CqlError("No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename");
  const found = at(data.keyspaces, name);
  if (!found)
    throw new CqlError(table === "" ? `Keyspace '${name}' does not exist` : `keyspace ${name} does not exist`);
  return found;
}

function tableOf(data: Data, name: TableName, current: string): Table {
  const found = at(keyspaceOf(data, name, current).tables, name.table);
  if (!found) throw new CqlError(`table ${name.table} does not exist`);
  return found;
}

/** @throws CqlError */
export function execute(data: Data, statement: Statement, current: string, nowMs: number): Result {
  switch (statement.type) {
    case "createKeyspace":
      if (at(data.keyspaces, statement.name)) {
        if (statement.ifNotExists) return UNCHANGED;
        throw new CqlError(`Keyspace '${statement.name}' already exists`, "AlreadyExists");
      }
      data.keyspaces[statement.name] = { replication: statement.replication, tables: {} };
      return CHANGED;
    case "dropKeyspace":
      if (!at(data.keyspaces, statement.name)) {
        if (statement.ifExists) return UNCHANGED;
        throw new CqlError(`Keyspace '${statement.name}' doesn't exist`);
      }
      delete data.keyspaces[statement.name];
      return CHANGED;
    case "use":
      if (!at(data.keyspaces, statement.name)) throw new CqlError(`Keyspace '${statement.name}' does not exist`);
      return { keyspace: statement.name };
    case "createTable":
      return createTable(data, statement, current);
    case "dropTable": {
      const { tables } = keyspaceOf(data, statement.table, current);
      if (!at(tables, statement.table.table)) {
        if (statement.ifExists) return UNCHANGED;
        throw new CqlError(`Table '${statement.table.keyspace ?? current}.${statement.table.table}' doesn't exist`);
      }
      delete tables[statement.table.table];
      return CHANGED;
    }
    case "truncate":
      tableOf(data, statement.table, current).rows = [];
      return CHANGED;
    case "insert":
      return insert(tableOf(data, statement.table, current), statement, nowMs);
    case "update":
      return update(tableOf(data, statement.table, current), statement.set, statement.where);
    case "delete": {
      const table = tableOf(data, statement.table, current);
      checkColumns(
        table,
        statement.where.map(({ column }) => column),
      );
      table.rows = table.rows.filter((row) => !matches(row, statement.where));
      return CHANGED;
    }
    case "select":
      return select(tableOf(data, statement.table, current), statement);
  }
}

function createTable(data: Data, statement: Extract<Statement, { type: "createTable" }>, current: string): Result {
  const { table, columns, key, partition, ifNotExists } = statement;
  const { tables } = keyspaceOf(data, table, current);
  if (at(tables, table.table)) {
    if (ifNotExists) return UNCHANGED;
    throw new CqlError(`Table '${table.keyspace ?? current}.${table.table}' already exists`, "AlreadyExists");
  }
  const types = new Map(columns);
  for (const name of key)
    if (!types.has(name)) throw new CqlError(`Unknown definition ${name} referenced in PRIMARY KEY`);
  const others = columns.filter(([name]) => !key.includes(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const ordered: [string, string][] = [
    ...key.map((name): [string, string] => [name, types.get(name) ?? ""]),
    ...others,
  ];
  tables[table.table] = { columns: ordered, key, partition, rows: [] };
  return CHANGED;
}

function checkColumns({ columns }: Table, names: readonly string[]): void {
  for (const name of names)
    if (!columns.some(([column]) => column === name)) throw new CqlError(`Undefined column name ${name} in table`);
}

const isSameKey = ({ key }: Table, a: Row, b: Row): boolean =>
  key.every((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]));

/** Values of functions such as now(). */
function computed(value: CqlValue, nowMs: number): CqlValue {
  if (typeof value !== "string") return value;
  if (value === "totimestamp()" || value === "currenttimestamp()") return new Date(nowMs).toISOString();
  return value;
}

function insert(
  table: Table,
  { columns, values, ifNotExists }: Extract<Statement, { type: "insert" }>,
  nowMs: number,
): Result {
  checkColumns(table, columns);
  const row: Row = {};
  for (const [i, name] of columns.entries()) row[name] = checkedValue(table, name, computed(values[i] ?? null, nowMs));
  for (const name of table.key)
    if (row[name] === undefined || row[name] === null)
      throw new CqlError(
        `Some ${table.key.indexOf(name) < table.partition ? "partition" : "clustering"} key parts are missing: ${name}`,
      );
  const known = table.rows.find((each) => isSameKey(table, each, row));
  if (known && ifNotExists) return UNCHANGED;
  if (known) Object.assign(known, row);
  else table.rows.push(row);
  return CHANGED;
}

const NUMBERS = /^(int|bigint|smallint|tinyint|varint|float|double|decimal|counter)$/;

function checkedValue({ columns }: Table, name: string, value: CqlValue): CqlValue {
  const type = columns.find(([column]) => column === name)?.[1] ?? "text";
  if (value === null) return value;
  if (NUMBERS.test(type) && typeof value !== "number")
    throw new CqlError(`Invalid STRING constant (${String(value)}) for "${name}" of type ${type}`);
  if (/^(text|varchar|ascii)$/.test(type) && typeof value === "number")
    throw new CqlError(`Invalid INTEGER constant (${value}) for "${name}" of type ${type}`);
  return value;
}

function update(table: Table, set: readonly [string, CqlValue][], where: readonly Condition[]): Result {
  checkColumns(table, [...set.map(([name]) => name), ...where.map(({ column }) => column)]);
  const key: Row = Object.fromEntries(
    where.flatMap(({ column, operator, value }) => (operator === "=" ? [[column, value]] : [])),
  );
  for (const name of table.key)
    if (key[name] === undefined) throw new CqlError(`Some partition key parts are missing: ${name}`);
  const known = table.rows.find((each) => isSameKey(table, each, key));
  const row = known ?? { ...key };
  for (const [name, value] of set) row[name] = checkedValue(table, name, value);
  if (!known) table.rows.push(row);
  return CHANGED;
}

function compareValues(a: CqlValue | undefined, b: CqlValue | undefined): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [x, y] = [String(a ?? ""), String(b ?? "")];
  return x < y ? -1 : x > y ? 1 : 0;
}

function matches(row: Row, where: readonly Condition[]): boolean {
  return where.every(({ column, operator, value }) => {
    const own = row[column];
    if (operator === "IN")
      return Array.isArray(value) && value.some((each) => JSON.stringify(each) === JSON.stringify(own));
    if (operator === "=") return JSON.stringify(own) === JSON.stringify(value);
    const order = compareValues(own, value);
    return operator === "<" ? order < 0 : operator === ">" ? order > 0 : operator === "<=" ? order <= 0 : order >= 0;
  });
}

function select(table: Table, { columns, count, where, order, limit }: Extract<Statement, { type: "select" }>): Result {
  const names = columns === "*" ? table.columns.map(([name]) => name) : columns;
  if (!count) checkColumns(table, names);
  checkColumns(
    table,
    where.map(({ column }) => column),
  );
  let rows = table.rows.filter((row) => matches(row, where));
  const clustering = table.key.slice(table.partition);
  // Rows of a partition are sorted by their clustering columns; partitions stay in the order of their tokens.
  rows = [...rows].sort((a, b) => {
    for (const name of clustering) {
      const difference = isSamePartition(table, a, b) ? compareValues(a[name], b[name]) : 0;
      if (difference !== 0) return order?.[0] === name && order[1] ? -difference : difference;
    }
    return 0;
  });
  if (count) return { rows: { columns: [["count", "bigint"]], rows: [{ count: rows.length }] } };
  const types = new Map(table.columns);
  return {
    rows: {
      columns: names.map((name) => [name, types.get(name) ?? ""]),
      rows: limit === undefined ? rows : rows.slice(0, limit),
    },
  };
}

const isSamePartition = ({ key, partition }: Table, a: Row, b: Row): boolean =>
  key.slice(0, partition).every((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]));
