/** INSERT, UPDATE and DELETE on views that show rows of one table: they change the table. */
import type { DeleteStatement, Expr, InsertStatement, SelectBody, UpdateStatement } from "./ast.ts";
import type { Context, Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import { parseStatement } from "./parse-statement.ts";

interface Base {
  table: string;
  /** The table's columns by those of the view. */
  columns: ReadonlyMap<string, string>;
  where?: Expr;
}

/** Undefined if the name is not that of a view. @throws SqlError if the view's rows are not those of one table */
function baseOf(name: string, { workspace, rules }: Context): Base | undefined {
  const entry = workspace.find(name);
  if (entry?.kind !== "view") return undefined;
  const statement = parseStatement(entry.text, rules);
  const body = statement?.type === "query" ? statement.query.body : undefined;
  const isSimple = body?.type === "select" && !body.isDistinct && body.groupBy.length === 0 && !body.having;
  if (!isSimple || body.from?.type !== "table") throw notUpdatable(name);
  const columns = columnsOf(body, body.from.name, workspace, entry.columns);
  const table = body.from.schema === undefined ? body.from.name : `${body.from.schema}.${body.from.name}`;
  return { table, columns, ...(body.where && { where: body.where }) };
}

function columnsOf(
  { items }: SelectBody,
  table: string,
  workspace: Context["workspace"],
  names: readonly string[] | undefined,
): Map<string, string> {
  const pairs = items.flatMap(({ expr, alias }): [string, string][] => {
    if (expr.type === "star") return workspace.table(table).columns.map(({ name }) => [name, name]);
    return expr.type === "column" ? [[alias ?? expr.name, expr.name]] : [];
  });
  return new Map(pairs.map(([shown, name], i) => [names?.[i] ?? shown, name]));
}

function notUpdatable(name: string): SqlError {
  const message = `cannot change view "${name}"`;
  const detail = "Views that do not select from a single table are not automatically updatable.";
  return new SqlError({ kind: "other", message, code: "55000", number: 1288, detail });
}

export function insertIntoBase(statement: InsertStatement, { context }: Scope): InsertStatement {
  const base = baseOf(statement.table, context);
  if (!base) return statement;
  const columns = statement.columns ?? [...base.columns.keys()];
  return { ...statement, table: base.table, columns: columns.map((name) => base.columns.get(name) ?? name) };
}

export function changeBase<T extends UpdateStatement | DeleteStatement>(statement: T, { context }: Scope): T {
  const base = baseOf(statement.table, context);
  if (!base) return statement;
  const { where = base.where } = statement;
  const both: Expr | undefined =
    statement.where && base.where
      ? { type: "binary", op: "and", left: statement.where, right: base.where, at: statement.at }
      : where;
  return { ...statement, table: base.table, alias: statement.alias ?? base.table, ...(both && { where: both }) };
}
