/** CREATE, ALTER, DROP and TRUNCATE of tables, views, indexes and sequences. */
import type { ColumnDefinition, ConstraintDefinition, Statement } from "./ast.ts";
import type { Constraint, Table, TableColumn } from "./catalog.ts";
import type { Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import { TableWriter, uniqueKeys } from "./rows.ts";
import { castTo } from "./types.ts";

type Of<T extends Statement["type"]> = Extract<Statement, { type: T }>;

/** The number of rows of CREATE TABLE AS. */
export function createTable(statement: Of<"createTable">, scope: Scope): number | undefined {
  const { workspace, notices, user } = scope.context;
  const { name } = statement;
  if (workspace.find(name)) {
    if (!statement.ifNotExists) throw new SqlError({ kind: "tableExists", name });
    notices.push(`relation "${name}" already exists, skipping`);
    return undefined;
  }
  const table: Table = {
    kind: "table",
    columns: [],
    constraints: [],
    indexes: [],
    nextRow: 1,
    counters: {},
    rows: [],
    owner: user,
  };
  if (statement.like !== undefined) {
    const source = workspace.table(statement.like);
    workspace.put(name, {
      ...table,
      columns: source.columns,
      constraints: source.constraints.filter(({ type }) => type !== "foreign"),
    });
    return undefined;
  }
  workspace.put(name, table);
  for (const column of statement.columns) addColumn(name, table, column, scope);
  for (const column of statement.columns)
    for (const constraint of column.constraints) addConstraint(name, table, constraint, scope);
  for (const constraint of statement.constraints) addConstraint(name, table, constraint, scope);
  return statement.query ? fill(name, table, statement.query, scope) : undefined;
}

function fill(name: string, table: Table, query: NonNullable<Of<"createTable">["query"]>, scope: Scope): number {
  const relation = scope.context.runQuery(query, scope);
  if (table.columns.length === 0)
    table.columns.push(
      ...relation.columns.map((column) => ({ name: column.name, type: column.type, isNotNull: false })),
    );
  const writer = new TableWriter(name, scope);
  for (const row of relation.rows) writer.insert(row);
  return relation.rows.length;
}

export function addColumn(name: string, table: Table, definition: ColumnDefinition, { context }: Scope): void {
  if (table.columns.some((column) => column.name === definition.name))
    throw new SqlError({ kind: "columnExists", name: definition.name, table: name });
  table.columns.push(columnOf(definition));
  if (definition.generated) table.counters[definition.name] = 1;
  if (definition.default && definition.default.type === "string")
    castTo(definition.default.value, definition.type, { nowMs: context.nowMs });
}

export function columnOf(definition: ColumnDefinition): TableColumn {
  const { name, type, isNotNull, defaultText, generated, comment, onUpdateNow } = definition;
  return {
    name,
    type,
    isNotNull,
    ...(defaultText !== undefined && !/^null$/i.test(defaultText) && { defaultText }),
    ...(generated && { generated }),
    ...(comment !== undefined && { comment }),
    ...(onUpdateNow && { onUpdateNow }),
  };
}

export function addConstraint(
  table: string,
  entry: Table,
  definition: ConstraintDefinition,
  { context }: Scope,
): Constraint {
  const { workspace, rules } = context;
  const names = definition.columns.map((name) => {
    const column = entry.columns.find(
      (each) => each.name === name || (rules.isMySql && each.name.toLowerCase() === name.toLowerCase()),
    );
    if (!column) throw new SqlError({ kind: "noColumn", name, ...(definition.type !== "check" && { place: "key" }) });
    return column.name;
  });
  const constraint: Constraint = {
    type: definition.type,
    name: definition.name ?? constraintName(table, entry, definition, rules.isMySql),
    columns: names,
  };
  if (definition.type === "primary") {
    if (entry.constraints.some(({ type }) => type === "primary")) {
      const message = rules.isMySql
        ? "Multiple primary key defined"
        : `multiple primary keys for table "${table}" are not allowed`;
      throw new SqlError({ kind: "other", message, code: rules.isMySql ? "42000" : "42P16", number: 1068 });
    }
    entry.columns = entry.columns.map((column) =>
      names.includes(column.name) ? { ...column, isNotNull: true } : column,
    );
  }
  if (definition.type === "check") constraint.text = definition.text;
  if (definition.type === "foreign") {
    const target = definition.target === table ? entry : workspace.table(definition.target);
    const primary = target.constraints.find(({ type }) => type === "primary")?.columns ?? [];
    const targetColumns = definition.targetColumns ?? primary;
    if (!uniqueKeys(target).some(({ columns }) => [...columns].sort().join() === [...targetColumns].sort().join())) {
      const message = `there is no unique constraint matching given keys for referenced table "${definition.target}"`;
      throw new SqlError({ kind: "other", message, code: "42830", number: 1822 });
    }
    Object.assign(constraint, {
      target: definition.target,
      targetColumns,
      onDelete: definition.onDelete,
      onUpdate: definition.onUpdate,
    });
  }
  entry.constraints = [...entry.constraints, constraint];
  return constraint;
}

function constraintName(
  table: string,
  entry: Table,
  { type, columns }: ConstraintDefinition,
  isMySql: boolean,
): string {
  if (type === "primary") return isMySql ? "PRIMARY" : `${table}_pkey`;
  const taken = (name: string) => entry.constraints.some((constraint) => constraint.name === name);
  const base = isMySql
    ? { unique: columns[0] ?? "", check: `${table}_chk_`, foreign: `${table}_ibfk_` }[type]
    : `${[table, ...columns].join("_")}_${{ unique: "key", check: "check", foreign: "fkey" }[type]}`;
  const isNumbered = isMySql && type !== "unique";
  for (let i = isNumbered ? 1 : 0; ; i++) {
    const name = i === 0 ? base : `${base}${isMySql && type === "unique" ? `_${i + 1}` : i}`;
    if (!taken(name)) return name;
  }
}

export function createIndex(statement: Of<"createIndex">, scope: Scope): void {
  const { workspace, notices } = scope.context;
  const table = workspace.table(statement.table);
  const name = statement.name ?? `${[statement.table, ...statement.columns].join("_")}_idx`;
  const exists = workspace.names().some((each) => {
    const entry = workspace.find(each);
    return entry?.kind === "table" && [...entry.indexes, ...entry.constraints].some((index) => index.name === name);
  });
  if (exists && !scope.context.rules.isMySql) {
    if (!statement.ifNotExists) throw new SqlError({ kind: "tableExists", name });
    notices.push(`relation "${name}" already exists, skipping`);
    return;
  }
  for (const column of statement.columns)
    if (!table.columns.some((each) => each.name === column))
      throw new SqlError({ kind: "noColumn", name: column, place: "key" });
  const { columns, isUnique, method } = statement;
  const changed: Table = { ...table, indexes: [...table.indexes, { name, columns, isUnique, method }] };
  workspace.put(statement.table, changed);
  if (!isUnique) return;
  const seen = new TableWriter(statement.table, scope);
  for (const row of changed.rows) {
    const conflict = seen.conflictOf(row);
    if (!conflict) continue;
    const values = conflict.error.problem.kind === "unique" ? conflict.error.problem.values : [];
    if (scope.context.rules.isMySql) throw conflict.error;
    throw new SqlError({
      kind: "other",
      message: `could not create unique index "${name}"`,
      detail: `Key (${columns.join(", ")})=(${values.join(", ")}) is duplicated.`,
      code: "23505",
      number: 1062,
    });
  }
}
