/** CREATE, ALTER, DROP and TRUNCATE of tables, views, indexes and sequences. */
import type { ColumnDefinition, ConstraintDefinition, Statement } from "./ast.ts";
import { type Constraint, plainName, type Table, type TableColumn } from "./catalog.ts";
import type { Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import { initialGrants } from "./grants.ts";
import { TableWriter, uniqueKeys } from "./rows.ts";
import type { SqlType } from "./sql-type.ts";
import { castTo } from "./types.ts";
import { resolvedType } from "./types-custom.ts";

type Of<T extends Statement["type"]> = Extract<Statement, { type: T }>;

/** The number of rows of CREATE TABLE AS. */
export function createTable(statement: Of<"createTable">, scope: Scope): number | undefined {
  const { workspace, notices, user } = scope.context;
  const name = workspace.newKeyOf(statement.name, statement.isTemporary);
  if (workspace.find(statement.isTemporary ? name : statement.name)) {
    if (!statement.ifNotExists) throw new SqlError({ kind: "tableExists", name: plainName(statement.name) });
    notices.push(`relation "${plainName(statement.name)}" already exists, skipping`);
    return undefined;
  }
  scope.context.demand("CREATE", name, undefined, statement.at);
  const table: Table = {
    kind: "table",
    columns: [],
    constraints: [],
    indexes: [],
    nextRow: 1,
    counters: {},
    rows: [],
    owner: user,
    ...initialGrants(name, scope.context),
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
  return statement.query ? fillTable(name, table, statement.query, scope) : undefined;
}

/** Inserts the rows of a query; a table without columns gets those of the query. */
export function fillTable(
  name: string,
  table: Table,
  query: NonNullable<Of<"createTable">["query"]>,
  scope: Scope,
): number {
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
  table.columns.push(columnOf({ ...definition, type: resolvedType(definition.type, context) }));
  if (definition.generated) table.counters[definition.name] = 1;
  if (definition.default && definition.default.type === "string")
    castTo(definition.default.value, resolvedType(definition.type, context), { nowMs: context.nowMs });
}

export function columnOf(definition: ColumnDefinition): TableColumn {
  const { name, type, isNotNull, defaultText, generated, comment, onUpdateNow, computedText } = definition;
  return {
    name,
    type,
    isNotNull,
    ...(defaultText !== undefined && !/^null$/i.test(defaultText) && { defaultText }),
    ...(generated && { generated }),
    ...(computedText !== undefined && { computedText }),
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
    const isSelf = definition.target === table || definition.target === plainName(table);
    const target = isSelf ? entry : workspace.table(definition.target);
    if (!isSelf) context.demand("REFERENCES", workspace.keyOf(definition.target), target);
    const primary = target.constraints.find(({ type }) => type === "primary")?.columns ?? [];
    const targetColumns = definition.targetColumns ?? primary;
    for (const name of targetColumns) {
      if (rules.isMySql || target.columns.some((each) => each.name === name)) continue;
      const message = `column "${name}" referenced in foreign key constraint does not exist`;
      throw new SqlError({ kind: "other", message, code: "42703", number: 1072 });
    }
    if (!uniqueKeys(target).some(({ columns }) => [...columns].sort().join() === [...targetColumns].sort().join())) {
      const message = `there is no unique constraint matching given keys for referenced table "${definition.target}"`;
      throw new SqlError({ kind: "other", message, code: "42830", number: 1822 });
    }
    checkTypes(constraint, entry, names, target, targetColumns);
    Object.assign(constraint, {
      target: isSelf ? table : workspace.keyOf(definition.target),
      targetColumns,
      onDelete: definition.onDelete,
      onUpdate: definition.onUpdate,
    });
  }
  entry.constraints = [...entry.constraints, constraint];
  return constraint;
}

/** @throws SqlError if columns of a foreign key and of the table that it names cannot be compared */
function checkTypes(
  { name }: Constraint,
  entry: Table,
  columns: readonly string[],
  target: Table,
  targetColumns: readonly string[],
): void {
  for (const [i, column] of columns.entries()) {
    const own = entry.columns.find((each) => each.name === column)?.type;
    const other = target.columns.find((each) => each.name === targetColumns[i])?.type;
    if (!own || !other || kindOf(own) === kindOf(other)) continue;
    const message = `foreign key constraint "${name}" cannot be implemented`;
    const detail = `Key columns "${column}" and "${targetColumns[i]}" are of incompatible types: ${own.name} and ${other.name}.`;
    throw new SqlError({ kind: "other", message, code: "42804", number: 3780, detail });
  }
}

function kindOf({ name }: SqlType): string {
  if (/^(smallint|integer|bigint|numeric|real|double precision)$/.test(name)) return "number";
  if (/^(text|character.*)$/.test(name)) return "text";
  return /^(date|timestamp.*)$/.test(name) ? "time" : name;
}

function constraintName(key: string, entry: Table, { type, columns }: ConstraintDefinition, isMySql: boolean): string {
  const table = plainName(key);
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
  scope.context.demand("OWN", workspace.keyOf(statement.table), table);
  const name = statement.name ?? `${[plainName(statement.table), ...statement.words].join("_")}_idx`;
  const exists = workspace.names().some((each) => {
    const entry = workspace.find(each);
    return entry?.kind === "table" && [...entry.indexes, ...entry.constraints].some((index) => index.name === name);
  });
  if (exists && !scope.context.rules.isMySql) {
    if (!statement.ifNotExists) throw new SqlError({ kind: "tableExists", name });
    notices.push(`relation "${name}" already exists, skipping`);
    return;
  }
  for (const column of statement.columns) {
    const isName = /^\w+$/.test(column);
    if (isName && !table.columns.some((each) => each.name === column))
      throw new SqlError({ kind: "other", message: `column "${column}" does not exist`, code: "42703", number: 1072 });
  }
  const { columns, isUnique, method, where } = statement;
  const index = { name, columns, isUnique, method, ...(where !== undefined && { where }) };
  const changed: Table = { ...table, indexes: [...table.indexes, index] };
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
