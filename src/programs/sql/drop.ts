/** DROP and TRUNCATE of objects in a database. */
import type { Statement } from "./ast.ts";
import { schemaOf } from "./catalog.ts";
import type { Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import { nounOf } from "./privileges.ts";
import { referencesTo } from "./rows.ts";

type Of<T extends Statement["type"]> = Extract<Statement, { type: T }>;

export function truncate({ names, restarts, isCascade }: Of<"truncate">, { context }: Scope): void {
  const all = new Set(names);
  for (const name of all) {
    const children = referencesTo(name, context).filter(({ table }) => !all.has(table));
    if (children.length > 0 && !isCascade) {
      throw new SqlError({
        kind: "other",
        message: "cannot truncate a table referenced in a foreign key constraint",
        detail: `Table "${children[0]?.table}" references "${name}".`,
        hint: `Truncate table "${children[0]?.table}" at the same time, or use TRUNCATE ... CASCADE.`,
        code: "0A000",
        number: 1701,
      });
    }
    for (const { table } of children) {
      context.notices.push(`truncate cascades to table "${table}"`);
      all.add(table);
    }
    const table = context.workspace.table(name);
    const counters = restarts
      ? Object.fromEntries(Object.keys(table.counters).map((column) => [column, 1]))
      : table.counters;
    context.demand("TRUNCATE", context.workspace.keyOf(name), table);
    context.workspace.put(name, { ...table, rows: [], counters });
  }
}

/** DROP of objects inside a database. */
export function drop({ what, names: given, ifExists, isCascade, table }: Of<"drop">, { context }: Scope): void {
  const { workspace, notices } = context;
  if (what === "schema") {
    for (const name of given) dropSchema(name, { ifExists, isCascade }, context);
    return;
  }
  if (what === "type" || what === "function") {
    for (const name of given) dropNamed(what, name, ifExists, context);
    return;
  }
  const names = given.map((name) => (what === "index" ? name : workspace.keyOf(name)));
  for (const name of names) {
    if (what === "index") {
      dropIndex(name, ifExists, table, context);
      continue;
    }
    const entry = workspace.find(name);
    if (!entry || nounOf(entry) !== what) {
      if (entry && entry.kind !== "schema") throw wrongKind(name, nounOf(entry), what);
      if (!ifExists) throw new SqlError({ kind: "noTable", name, what: what as "table" | "view" | "sequence" });
      notices.push(`${what} "${name}" does not exist, skipping`);
      continue;
    }
    context.demand("OWN", name, entry);
    const children =
      what === "table"
        ? referencesTo(name, context).filter((each) => each.table !== name && !names.includes(each.table))
        : [];
    const views =
      what === "table" || what === "view" ? viewsOn(name, context).filter((view) => !names.includes(view)) : [];
    if ((children.length > 0 || views.length > 0) && !isCascade && !(context.rules.isMySql && children.length === 0)) {
      const dependents = [
        ...children.map(
          (child) => `constraint ${child.constraint.name} on table ${child.table} depends on table ${name}`,
        ),
        ...views.map((view) => `view ${view} depends on ${what} ${name}`),
      ];
      throw new SqlError({ kind: "dependents", name: `${what} ${name}`, dependents });
    }
    for (const { table: child, constraint } of children) {
      const other = workspace.table(child);
      notices.push(`drop cascades to constraint ${constraint.name} on table ${child}`);
      workspace.put(child, {
        ...other,
        constraints: other.constraints.filter((each) => each.name !== constraint.name),
      });
    }
    if (!context.rules.isMySql) {
      for (const view of views) {
        notices.push(`drop cascades to view ${view}`);
        workspace.remove(view);
      }
    }
    workspace.remove(name);
  }
}

function wrongKind(name: string, is: string, what: string): SqlError {
  const article = (noun: string) => (/^[aeiou]/.test(noun) ? "an" : "a");
  const message = `"${name}" is not ${article(what)} ${what}`;
  const hint = `Use DROP ${is.toUpperCase()} to remove ${article(is)} ${is}.`;
  return new SqlError({ kind: "other", message, code: "42809", number: 1347, hint });
}

function dropSchema(
  name: string,
  { ifExists, isCascade }: { ifExists: boolean; isCascade: boolean },
  context: Scope["context"],
): void {
  const { workspace, notices } = context;
  const key = `@schema.${name}`;
  const schema = workspace.find(key);
  if (!schema) {
    if (!ifExists) throw new SqlError({ kind: "noTable", name, what: "schema" });
    notices.push(`schema "${name}" does not exist, skipping`);
    return;
  }
  context.demand("OWN", key, schema);
  const inside = workspace.names().flatMap((each) => {
    const entry = schemaOf(each) === name ? workspace.find(each) : undefined;
    return entry ? [{ key: each, text: `${nounOf(entry)} ${each}` }] : [];
  });
  if (inside.length > 0 && !isCascade) {
    const dependents = inside.map(({ text }) => `${text} depends on schema ${name}`);
    throw new SqlError({ kind: "dependents", name: `schema ${name}`, dependents });
  }
  if (inside.length === 1) notices.push(`drop cascades to ${inside[0]?.text}`);
  if (inside.length > 1)
    notices.push(
      `drop cascades to ${inside.length} other objects\nDETAIL:  ${inside.map(({ text }) => `drop cascades to ${text}`).join("\n")}`,
    );
  for (const each of inside) workspace.remove(each.key);
  workspace.remove(key);
}

function dropNamed(what: "type" | "function", name: string, ifExists: boolean, context: Scope["context"]): void {
  const { workspace, notices } = context;
  const key = `@${what}.${name}`;
  const entry = workspace.find(key);
  if (!entry) {
    const message = what === "type" ? `type "${name}" does not exist` : `could not find a function named "${name}"`;
    if (!ifExists) throw new SqlError({ kind: "other", message, code: "42704", number: 1305 });
    notices.push(`${what} ${what === "type" ? `"${name}"` : `${name}()`} does not exist, skipping`);
    return;
  }
  const users = workspace.names().flatMap((table) => {
    const each = workspace.find(table);
    if (what !== "type" || each?.kind !== "table") return [];
    const columns = each.columns.filter((column) => column.type.isCustom && column.type.name === name);
    return columns.map((column) => `column ${column.name} of table ${table} depends on type ${name}`);
  });
  if (users.length > 0) throw new SqlError({ kind: "dependents", name: `type ${name}`, dependents: users });
  workspace.remove(key);
}

/** Views whose text names the table. */
function viewsOn(name: string, { workspace }: Scope["context"]): string[] {
  return workspace.names().filter((each) => {
    const entry = workspace.find(each);
    return (
      (entry?.kind === "view" || (entry?.kind === "table" && entry.text !== undefined)) &&
      (entry.text ?? "").split(/[^\w.$]+/).some((word) => word.toLowerCase() === name.toLowerCase())
    );
  });
}

function dropIndex(name: string, ifExists: boolean, table: string | undefined, context: Scope["context"]): void {
  const { workspace } = context;
  for (const each of table === undefined ? workspace.names() : [table]) {
    const entry = workspace.find(each);
    if (entry?.kind !== "table" || !entry.indexes.some((index) => index.name === name)) continue;
    workspace.put(each, { ...entry, indexes: entry.indexes.filter((index) => index.name !== name) });
    return;
  }
  if (!ifExists) throw new SqlError({ kind: "noTable", name, what: "index" });
  context.notices.push(`index "${name}" does not exist, skipping`);
}
