/** The text of a view's query as the server shows it. Queries of plain columns of one table are written anew. */
import { parseStatement } from "../../sql/parse-statement.ts";

export function viewText(text: string, major: number, tableName: (name: string) => string = (name) => name): string {
  const statement = parseStatement(text, { isMySql: false });
  const body = statement?.type === "query" ? statement.query.body : undefined;
  if (body?.type !== "select" || body.from?.type !== "table" || body.where || body.having || body.isDistinct)
    return ` ${text};`;
  const { query } = statement as Extract<NonNullable<typeof statement>, { type: "query" }>;
  if (query.orderBy.length > 0 || query.limit || query.offset || body.groupBy.length > 0) return ` ${text};`;
  const { name, alias = name } = body.from;
  const items: string[] = [];
  for (const item of body.items) {
    if (item.expr.type !== "column") return ` ${text};`;
    const column = major >= 16 ? item.expr.name : `${alias}.${item.expr.name}`;
    items.push(item.alias === undefined ? column : `${column} AS ${item.alias}`);
  }
  const source = alias === name ? tableName(name) : `${tableName(name)} ${alias}`;
  return ` SELECT ${items.join(",\n    ")}\n   FROM ${source};`;
}
