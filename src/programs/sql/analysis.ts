/** Checks of a SELECT before its rows are read, in the order of PostgreSQL's analysis. */
import type { Expr, OrderItem, SelectBody, SelectItem } from "./ast.ts";
import type { Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import { findColumn } from "./names.ts";
import { typeOfExpr } from "./typing.ts";
import { aggregatesIn, callsIn, sameExpr, startOf } from "./walk.ts";

/** @throws SqlError */
export function analyze(
  body: SelectBody,
  items: readonly SelectItem[],
  orderBy: readonly OrderItem[],
  base: Scope,
): void {
  const { where, having, groupBy } = body;
  for (const { expr } of items) analyzeExpr(expr, base);
  if (where) {
    refuse(where, "WHERE");
    analyzeExpr(where, base);
    demandCondition(where, "WHERE", base);
  }
  if (having) {
    analyzeExpr(having, base);
    demandCondition(having, "HAVING", base);
  }
  const names = items.map(({ alias }) => alias);
  const isName = (expr: Expr) => expr.type === "column" && expr.table === undefined && names.includes(expr.name);
  const isPosition = (expr: Expr) => expr.type === "literal" && typeof expr.value === "number";
  for (const { expr } of orderBy)
    if (!isPosition(expr) && !isName(expr) && !(expr.type === "column" && isItem(expr, items))) analyzeExpr(expr, base);
  for (const expr of groupBy) {
    if (isPosition(expr)) continue;
    refuse(expr, "GROUP BY");
    if (!isName(expr)) analyzeExpr(expr, base);
  }
  checkDistinct(body, items, orderBy, base);
}

/** The item's own name: `SELECT t.name … ORDER BY name`. */
function isItem(expr: Extract<Expr, { type: "column" }>, items: readonly SelectItem[]): boolean {
  return expr.table === undefined && items.some((item) => item.expr.type === "column" && item.expr.name === expr.name);
}

function analyzeExpr(expr: Expr, base: Scope): void {
  typeOfExpr(expr, base);
  for (const call of aggregatesIn(expr)) {
    const [inner] = call.args.flatMap(aggregatesIn);
    if (!inner) continue;
    const message = base.context.rules.isMySql
      ? "Invalid use of group function"
      : "aggregate function calls cannot be nested";
    throw new SqlError({ kind: "placed", message, code: "42803", number: 1111 }, inner.at);
  }
}

function refuse(expr: Expr, where: string): void {
  const [call] = aggregatesIn(expr);
  if (call) throw new SqlError({ kind: "aggregate", where }, call.at);
  const window = callsIn(expr).find(({ over }) => over !== undefined);
  if (!window) return;
  const message = `window functions are not allowed in ${where}`;
  throw new SqlError({ kind: "placed", message, code: "42P20", number: 3593 }, window.at);
}

function demandCondition(expr: Expr, place: string, base: Scope): void {
  const type = typeOfExpr(expr, base);
  if (!type || base.context.rules.isMySql || type.name === "boolean" || type.name === "unknown") return;
  const message = `argument of ${place} must be type boolean, not type ${type.name}`;
  throw new SqlError({ kind: "placed", message, code: "42804", number: 1064 }, startOf(expr));
}

/** DISTINCT is ordered by columns of its result only. */
function checkDistinct(
  { isDistinct, distinctOn }: SelectBody,
  items: readonly SelectItem[],
  orderBy: readonly OrderItem[],
  base: Scope,
): void {
  if (!isDistinct || distinctOn || base.context.rules.isMySql) return;
  const isShown = (expr: Expr) =>
    (expr.type === "literal" && typeof expr.value === "number") ||
    items.some((item) => sameExpr(item.expr, expr) || sameColumn(item.expr, expr, base)) ||
    (expr.type === "column" && expr.table === undefined && items.some(({ alias }) => alias === expr.name));
  for (const { expr } of orderBy) {
    if (isShown(expr)) continue;
    const message = "for SELECT DISTINCT, ORDER BY expressions must appear in select list";
    throw new SqlError({ kind: "placed", message, code: "42P10", number: 3065 }, startOf(expr));
  }
}

function sameColumn(left: Expr, right: Expr, base: Scope): boolean {
  if (left.type !== "column" || right.type !== "column") return false;
  const index = findColumn(left, base)?.index;
  return index !== undefined && index === findColumn(right, base)?.index;
}
