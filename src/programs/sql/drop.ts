/** DROP and TRUNCATE of objects in a database. */
import type { Statement } from "./ast.ts";
import type { Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
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
    context.workspace.put(name, { ...table, rows: [], counters });
  }
}

/** DROP of objects inside a database. */
export function drop({ what, names, ifExists, isCascade, table }: Of<"drop">, { context }: Scope): void {
  const { workspace, notices } = context;
  for (const name of names) {
    if (what === "index") {
      dropIndex(name, ifExists, table, context);
      continue;
    }
    const entry = workspace.find(name);
    if (entry?.kind !== what) {
      if (!ifExists) throw new SqlError({ kind: "noTable", name, what: what as "table" | "view" | "sequence" });
      notices.push(`${what} "${name}" does not exist, skipping`);
      continue;
    }
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

/** Views whose text names the table. */
function viewsOn(name: string, { workspace }: Scope["context"]): string[] {
  return workspace.names().filter((each) => {
    const entry = workspace.find(each);
    return (
      entry?.kind === "view" && entry.text.split(/[^\w.$]+/).some((word) => word.toLowerCase() === name.toLowerCase())
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
