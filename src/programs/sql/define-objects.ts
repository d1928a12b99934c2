/** CREATE of views, sequences, schemas, types and functions. */
import type { Statement } from "./ast.ts";
import { type Table, TEMPORARY } from "./catalog.ts";
import type { Scope } from "./context.ts";
import { fillTable } from "./define.ts";
import { SqlError } from "./errors.ts";
import { parseStatement } from "./parse-statement.ts";
import { resolvedType } from "./types-custom.ts";

type Of<T extends Statement["type"]> = Extract<Statement, { type: T }>;

export function createView(statement: Of<"createView">, scope: Scope): undefined {
  const { workspace, user } = scope.context;
  const { name, text, columns } = statement;
  const existing = workspace.find(name);
  if (existing && !(statement.replaces && existing.kind === "view")) throw new SqlError({ kind: "tableExists", name });
  const key = existing ? workspace.keyOf(name) : workspace.newKeyOf(name);
  scope.context.demand(existing ? "OWN" : "CREATE", key, existing);
  scope.context.runQuery(statement.query, scope);
  workspace.put(key, { kind: "view", text, owner: user, ...(columns && { columns }) });
  return undefined;
}

/** The number of rows. */
export function createMaterializedView({ name, query, text }: Of<"createView">, scope: Scope): number {
  const { workspace, user } = scope.context;
  if (workspace.find(name)) throw new SqlError({ kind: "tableExists", name });
  const key = workspace.newKeyOf(name);
  scope.context.demand("CREATE", key, undefined);
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
  workspace.put(key, table);
  const count = fillTable(key, table, query, scope);
  table.text = text;
  return count;
}

export function refresh(name: string, scope: Scope): void {
  const { workspace, rules } = scope.context;
  const table = workspace.find(name);
  if (table?.kind !== "table") throw new SqlError({ kind: "noTable", name, what: "relation" });
  if (table.text === undefined) {
    const message = `"${name}" is not a materialized view`;
    throw new SqlError({ kind: "other", message, code: "0A000", number: 1347 });
  }
  scope.context.demand("OWN", workspace.keyOf(name), table);
  const statement = parseStatement(table.text, rules);
  if (statement?.type !== "query") return;
  const { text, ...plain } = table;
  const fresh: Table = { ...plain, rows: [] };
  workspace.put(name, fresh);
  fillTable(name, fresh, statement.query, scope);
  fresh.text = text;
}

export function createSequence({ name, ifNotExists, start, increment }: Of<"createSequence">, scope: Scope): void {
  const { workspace, notices, user } = scope.context;
  if (workspace.find(name)) {
    if (!ifNotExists) throw new SqlError({ kind: "tableExists", name });
    notices.push(`relation "${name}" already exists, skipping`);
    return;
  }
  const key = workspace.newKeyOf(name);
  scope.context.demand("CREATE", key, undefined);
  workspace.put(key, { kind: "sequence", next: start, increment, owner: user });
}

export function createSchema({ name, ifNotExists, owner }: Of<"createSchema">, { context }: Scope): void {
  const { workspace, notices, user } = context;
  if (workspace.find(`@schema.${name}`) || name === "public") {
    if (!ifNotExists)
      throw new SqlError({ kind: "other", message: `schema "${name}" already exists`, code: "42P06", number: 1007 });
    notices.push(`schema "${name}" already exists, skipping`);
    return;
  }
  if (/^(pg_|information_schema$)/.test(name) || name === TEMPORARY) {
    const message = `unacceptable schema name "${name}"`;
    const detail = 'The prefix "pg_" is reserved for system schemas.';
    throw new SqlError({ kind: "other", message, code: "42939", number: 1007, detail });
  }
  context.demand("CREATE", "@database", undefined);
  workspace.put(`@schema.${name}`, { kind: "schema", owner: owner ?? user });
}

export function createType({ name, values }: Of<"createType">, { context }: Scope): void {
  const { workspace, user } = context;
  if (workspace.find(`@type.${name}`))
    throw new SqlError({ kind: "other", message: `type "${name}" already exists`, code: "42710", number: 1050 });
  context.demand("CREATE", workspace.newKeyOf(name), undefined);
  workspace.put(`@type.${name}`, { kind: "type", owner: user, values });
}

export function createFunction(
  { name, replaces, args, returns, body }: Of<"createFunction">,
  { context }: Scope,
): void {
  const { workspace, user } = context;
  if (workspace.find(`@function.${name}`) && !replaces) {
    const message = `function "${name}" already exists with same argument types`;
    throw new SqlError({ kind: "other", message, code: "42723", number: 1304 });
  }
  context.demand("CREATE", workspace.newKeyOf(name), undefined);
  parseStatement(body, context.rules);
  const resolved = args.map((arg) => ({ ...arg, type: resolvedType(arg.type, context) }));
  workspace.put(`@function.${name}`, {
    kind: "function",
    owner: user,
    args: resolved,
    returns: resolvedType(returns, context),
    body,
  });
}
