/** ALTER TABLE. */
import type { AlterAction, Statement } from "./ast.ts";
import type { Constraint, Table, TableColumn } from "./catalog.ts";
import type { Scope } from "./context.ts";
import { addColumn, addConstraint, columnOf } from "./define.ts";
import { SqlError } from "./errors.ts";
import { checkReferences, referencesTo, TableWriter } from "./rows.ts";
import { valuesOf } from "./sources.ts";
import { castTo, toStored, typeText } from "./types.ts";
import { resolvedType } from "./types-custom.ts";

type Of<T extends Statement["type"]> = Extract<Statement, { type: T }>;

export function alterTable(statement: Of<"alterTable">, scope: Scope): void {
  const { workspace, notices } = scope.context;
  const name = workspace.keyOf(statement.name);
  if (!workspace.find(name) && statement.ifExists) {
    notices.push(`relation "${name}" does not exist, skipping`);
    return;
  }
  const other = workspace.find(name);
  const [only] = statement.actions;
  if (other && other.kind !== "table" && only?.type === "setOwner" && statement.actions.length === 1) {
    scope.context.demand("OWN", name, other);
    workspace.put(name, { ...other, owner: only.role });
    return;
  }
  const copy: Table = structuredClone(workspace.table(name));
  scope.context.demand("OWN", name, copy);
  workspace.put(name, copy);
  let current = name;
  for (const action of statement.actions) current = alter(current, copy, action, scope);
}

/** Performs one action; the table's name after it. */
function alter(name: string, table: Table, action: AlterAction, scope: Scope): string {
  const { workspace } = scope.context;
  switch (action.type) {
    case "addColumn":
      alterAddColumn(name, table, action, scope);
      return name;
    case "dropColumn":
      dropColumn(name, table, action, scope);
      return name;
    case "renameColumn":
      renameColumn(name, table, action, scope);
      return name;
    case "renameTable":
      if (workspace.find(action.to)) throw new SqlError({ kind: "tableExists", name: action.to });
      workspace.remove(name);
      workspace.put(action.to, table);
      for (const { table: child } of referencesTo(name, scope.context)) retarget(child, name, action.to, scope);
      return action.to;
    case "addConstraint": {
      const constraint = addConstraint(name, table, action.constraint, scope);
      verify(name, table, constraint, scope);
      return name;
    }
    case "dropConstraint": {
      const rest = table.constraints.filter((constraint) => constraint.name !== action.name);
      const indexes = table.indexes.filter((index) => index.name !== action.name);
      if (rest.length === table.constraints.length && indexes.length === table.indexes.length && !action.ifExists) {
        const message = scope.context.rules.isMySql
          ? `Can't DROP '${action.name}'; check that column/key exists`
          : `constraint "${action.name}" of relation "${name}" does not exist`;
        throw new SqlError({
          kind: "other",
          message,
          code: scope.context.rules.isMySql ? "42000" : "42704",
          number: 1091,
        });
      }
      Object.assign(table, { constraints: rest, indexes });
      return name;
    }
    case "setDefault":
    case "setNotNull":
    case "setType":
    case "replaceColumn":
      changeColumn(name, table, action, scope);
      return name;
    case "setGenerated":
      generate(name, table, action.column, action.generated);
      return name;
    case "setOwner":
      table.owner = action.role;
      return name;
    case "accepted":
      return name;
  }
}

function generate(name: string, table: Table, column: string, generated: TableColumn["generated"]): void {
  const index = indexOfColumn(name, table, column);
  const { defaultText: _default, ...rest } = table.columns[index] as TableColumn;
  table.columns = table.columns.map((each, i) => (i === index && generated ? { ...rest, generated } : each));
  table.counters[column] ??= 1;
}

function alterAddColumn(
  name: string,
  table: Table,
  { column, ifNotExists }: Extract<AlterAction, { type: "addColumn" }>,
  scope: Scope,
): void {
  const { notices } = scope.context;
  if (ifNotExists && table.columns.some((each) => each.name === column.name)) {
    notices.push(`column "${column.name}" of relation "${name}" already exists, skipping`);
    return;
  }
  addColumn(name, table, column, scope);
  const writer = new TableWriter(name, scope);
  const definition = columnOf(column);
  const rows = table.rows;
  table.rows = rows.map(([id, values]) => [id, [...values, toStored(writer.defaultOf(definition))]]);
  if (definition.isNotNull && !scope.context.rules.isMySql && table.rows.some(([, values]) => values.at(-1) === null)) {
    const message = `column "${column.name}" of relation "${name}" contains null values`;
    throw new SqlError({ kind: "other", message, code: "23502", number: 1364 });
  }
  for (const constraint of column.constraints)
    verify(name, table, addConstraint(name, table, constraint, scope), scope);
}

function indexOfColumn(name: string, table: Table, column: string): number {
  const index = table.columns.findIndex((each) => each.name === column);
  if (index < 0) throw new SqlError({ kind: "noColumn", name: column, table: name, place: "relation" });
  return index;
}

function dropColumn(
  name: string,
  table: Table,
  action: Extract<AlterAction, { type: "dropColumn" }>,
  { context }: Scope,
): void {
  if (action.ifExists && !table.columns.some((column) => column.name === action.name)) {
    context.notices.push(`column "${action.name}" of relation "${name}" does not exist, skipping`);
    return;
  }
  const index = indexOfColumn(name, table, action.name);
  const keeps = ({ columns }: { columns: readonly string[] }) => !columns.includes(action.name);
  table.columns = table.columns.filter((_column, i) => i !== index);
  table.rows = table.rows.map(([id, values]) => [id, values.filter((_value, i) => i !== index)]);
  table.constraints = table.constraints.filter(keeps);
  table.indexes = table.indexes.filter(keeps);
}

function renameColumn(
  name: string,
  table: Table,
  { from, to }: { from: string; to: string },
  { context }: Scope,
): void {
  const index = indexOfColumn(name, table, from);
  if (from !== to && table.columns.some((column) => column.name === to))
    throw new SqlError({ kind: "columnExists", name: to, table: name });
  const rename = (names: readonly string[]) => names.map((each) => (each === from ? to : each));
  table.columns = table.columns.map((column, i) => (i === index ? { ...column, name: to } : column));
  table.constraints = table.constraints.map((constraint) => ({
    ...constraint,
    columns: rename(constraint.columns),
    ...(constraint.text !== undefined &&
      constraint.columns.includes(from) && { text: constraint.text.replaceAll(from, to) }),
  }));
  table.indexes = table.indexes.map((each) => ({ ...each, columns: rename(each.columns) }));
  const counter = table.counters[from];
  if (counter !== undefined && from !== to) {
    table.counters[to] = counter;
    delete table.counters[from];
  }
  for (const { table: child, constraint } of referencesTo(name, context)) {
    if (child === name) continue;
    const entry = context.workspace.change(child);
    const changed = { ...constraint, targetColumns: rename(constraint.targetColumns ?? []) };
    context.workspace.put(child, {
      ...entry,
      constraints: entry.constraints.map((each) => (each.name === constraint.name ? changed : each)),
    });
  }
}

function retarget(child: string, from: string, to: string, { context }: Scope): void {
  const entry = context.workspace.table(child);
  const constraints = entry.constraints.map((each) => (each.target === from ? { ...each, target: to } : each));
  context.workspace.put(child, { ...entry, constraints });
}

/** Checks the rows that exist. */
function verify(name: string, table: Table, constraint: Constraint, scope: Scope): void {
  const writer = new TableWriter(name, scope);
  if (constraint.type === "foreign") checkReferences(name, table.rows, scope.context);
  else if (constraint.type === "check" || constraint.type === "primary") {
    try {
      for (const [, values] of table.rows) writer.check(valuesOf(table, values));
    } catch (error) {
      if (!(error instanceof SqlError) || error.problem.kind !== "check" || scope.context.rules.isMySql) throw error;
      const message = `check constraint "${constraint.name}" of relation "${name}" is violated by some row`;
      throw new SqlError({ kind: "other", message, code: "23514", number: 3819 });
    }
  }
  if (constraint.type === "unique" || constraint.type === "primary") {
    for (const row of table.rows) {
      const conflict = writer.conflictOf(row);
      if (conflict) throw conflict.error;
    }
  }
}

function isTime(from: string, to: string): boolean {
  return /^(date|timestamp.*)$/.test(from) && /^(date|timestamp.*)$/.test(to);
}

type ColumnChange = Extract<AlterAction, { type: "setDefault" | "setNotNull" | "setType" | "replaceColumn" }>;

function changeColumn(name: string, table: Table, action: ColumnChange, scope: Scope): void {
  const { context } = scope;
  const columnName = action.type === "replaceColumn" ? action.from : action.column;
  const index = indexOfColumn(name, table, columnName);
  const old = table.columns[index];
  if (!old) return;
  const replace = (column: TableColumn) => {
    table.columns = table.columns.map((each, i) => (i === index ? column : each));
  };
  if (action.type === "setDefault") {
    // A dump creates the sequence of a serial column by itself.
    const sequence = /^nextval\('(?:public\.)?([^']*)'(?:::regclass)?\)$/.exec(action.defaultText ?? "")?.[1];
    const own = sequence === undefined ? undefined : context.workspace.find(sequence);
    if (own?.kind === "sequence" && sequence === `${name}_${columnName}_seq`) {
      context.workspace.remove(sequence);
      table.counters[columnName] = own.next;
      generate(name, table, columnName, "serial");
      return;
    }
    const { defaultText: _default, ...rest } = old;
    replace({ ...rest, ...(action.defaultText !== undefined && { defaultText: action.defaultText }) });
    return;
  }
  if (action.type === "setNotNull") {
    if (action.isNotNull && table.rows.some(([, values]) => (values[index] ?? null) === null)) {
      const message = `column "${columnName}" of relation "${name}" contains null values`;
      throw new SqlError({ kind: "other", message, code: "23502", number: 1138 });
    }
    replace({ ...old, isNotNull: action.isNotNull });
    return;
  }
  const to = resolvedType(action.type === "setType" ? action.to : action.column.type, context);
  const isNumber = /^(smallint|integer|bigint|numeric|real|double precision)$/;
  if (action.type === "setType" && !action.using && !context.rules.isMySql && old.type.name !== to.name) {
    const isText = /^(text|character.*)$/.test(to.name);
    if (!isText && !(isNumber.test(old.type.name) && isNumber.test(to.name)) && !isTime(old.type.name, to.name)) {
      const message = `column "${columnName}" cannot be cast automatically to type ${typeText(to)}`;
      const hint = `You might need to specify "USING ${columnName}::${typeText(to)}".`;
      throw new SqlError({ kind: "other", message, code: "42804", number: 1366, hint });
    }
  }
  const columns = table.columns.map((column) => ({ table: name, name: column.name, type: column.type }));
  table.rows = table.rows.map(([id, values]) => {
    const row = valuesOf(table, values);
    const using = action.type === "setType" ? action.using : undefined;
    const value = using ? context.evaluate(using, { ...scope, columns, row }) : (row[index] ?? null);
    const cast = castTo(value, to, { nowMs: context.nowMs, isAssignment: true, column: columnName });
    return [id, values.map((each, i) => (i === index ? toStored(cast) : each))];
  });
  if (action.type === "setType") {
    replace({ ...old, type: to });
    return;
  }
  if (action.column.name !== columnName) renameColumn(name, table, { from: columnName, to: action.column.name }, scope);
  replace(columnOf(action.column));
  for (const constraint of action.column.constraints) addConstraint(name, table, constraint, scope);
}
