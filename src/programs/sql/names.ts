/** Columns by name: in a scope and in those around it. */
import type { ColumnExpr } from "./ast.ts";
import type { RelationColumn, Scope } from "./context.ts";
import { SqlError } from "./errors.ts";

/** The index of a column in a scope, or in one outside. @throws SqlError `ambiguous` */
export function findColumn(expr: ColumnExpr, scope: Scope): { scope: Scope; index: number } | undefined {
  const matches = (column: RelationColumn) =>
    same(column.name, expr.name, scope) &&
    (expr.table === undefined ? !column.isHidden : same(column.table, expr.table, scope));
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const index = at.columns.findIndex(matches);
    if (index < 0) continue;
    if (expr.table === undefined && at.columns.findLastIndex(matches) !== index)
      throw new SqlError({ kind: "ambiguous", name: expr.name }, expr.at);
    return { scope: at, index };
  }
  return undefined;
}

function same(left: string, right: string, { context }: Scope): boolean {
  return left === right || (context.rules.isMySql && left.toLowerCase() === right.toLowerCase());
}

/** The error for a column that was not found; undefined if the name is that of a source, which is a row. */
export function columnError({ name, table, at }: ColumnExpr, scope: Scope): SqlError | undefined {
  for (let each: Scope | undefined = scope; each; each = each.parent) {
    const isSource = each.columns.some((column) => column.table === (table ?? name));
    if (isSource && table === undefined) return undefined;
    if (isSource) return new SqlError({ kind: "noColumn", name, table: table ?? "", ...hintOf(name, table, each) }, at);
  }
  if (table !== undefined) return new SqlError({ kind: "noSource", name: table }, at);
  return new SqlError({ kind: "noColumn", name, ...hintOf(name, undefined, scope) }, at);
}

const MAX_DISTANCE = 3;

/** The column with the most similar name. PostgreSQL: src/backend/parser/parse_relation.c, updateFuzzyAttrMatchState. */
function hintOf(name: string, table: string | undefined, { columns }: Scope): { similar?: string } {
  let best = MAX_DISTANCE + 1;
  let found: RelationColumn[] = [];
  for (const column of columns) {
    if (column.isHidden || column.table === "" || (table !== undefined && column.table !== table)) continue;
    const distance = editDistance(name, column.name);
    if (distance > name.length / 2 || distance > MAX_DISTANCE || distance > best) continue;
    if (distance < best) found = [];
    best = distance;
    found.push(column);
  }
  const texts = found.map((column) => `"${column.table}.${column.name}"`);
  return texts.length === 0 || texts.length > 2 ? {} : { similar: texts.join(" or the column ") };
}

/** Levenshtein's distance. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
