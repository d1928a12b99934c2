/** GROUP BY: one scope for each group, and the check that columns are grouped. */
import { isAggregate } from "./aggregates.ts";
import type { CallExpr, Expr, OrderItem, SelectBody, SelectItem } from "./ast.ts";
import type { Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { findColumn } from "./names.ts";
import { asTruth } from "./truth.ts";
import { keyOf } from "./values.ts";
import { aggregatesIn, callsIn, columnsIn, withoutPlaces } from "./walk.ts";

/** One scope for each row or group. */
export function grouped(
  { groupBy, groupingSets, having }: SelectBody,
  items: readonly SelectItem[],
  orderBy: readonly OrderItem[],
  rows: readonly Scope[],
  base: Scope,
): Scope[] {
  const exprs = [...items.map(({ expr }) => expr), ...orderBy.map(({ expr }) => expr), ...(having ? [having] : [])];
  const hasAggregates = exprs.some((expr) => aggregatesIn(expr).length > 0);
  if (groupBy.length === 0 && !hasAggregates && !having) return [...rows];
  const keys = groupBy.map((expr) => groupExpression(expr, items, base));
  checkGrouping(exprs, keys, base);
  const sets = groupingSets?.map((set) => set.map((expr) => keys[groupBy.indexOf(expr)] ?? expr)) ?? [keys];
  const scopes = sets.flatMap((set) => groupsOf(set, keys, rows, base));
  return having ? scopes.filter((scope) => asTruth(evaluate(having, scope), scope, "HAVING") === true) : scopes;
}

/** The groups of one set of keys. Columns of other keys are null. */
function groupsOf(set: readonly Expr[], keys: readonly Expr[], rows: readonly Scope[], base: Scope): Scope[] {
  const groups = new Map<string, Scope[]>();
  if (set.length === 0) groups.set("", [...rows]);
  for (const row of set.length > 0 ? rows : []) {
    const key = set.map((expr) => keyOf(evaluate(expr, row))).join("\u0001");
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const absent = keys.filter((key) => !set.includes(key));
  const empty = new Set(absent.map((key) => (key.type === "column" ? findColumn(key, base)?.index : undefined)));
  return [...groups.values()].map((group): Scope => {
    const row = group[0]?.row ?? base.columns.map(() => null);
    return {
      ...base,
      row: empty.size > 0 ? row.map((value, i) => (empty.has(i) ? null : value)) : row,
      group: group.map((each) => each.row),
      ...(group[0]?.windows && { windows: group[0].windows }),
    };
  });
}

/** GROUP BY takes positions and names of the result. */
function groupExpression(expr: Expr, items: readonly SelectItem[], base: Scope): Expr {
  if (expr.type === "literal" && typeof expr.value === "number") {
    const item = items[expr.value - 1];
    if (!item) throw new SqlError({ kind: "positionRange", position: expr.value, clause: "GROUP BY" }, expr.at);
    return item.expr;
  }
  if (expr.type !== "column" || expr.table !== undefined || findColumn(expr, base)) return expr;
  return items.find(({ alias }) => alias === expr.name)?.expr ?? expr;
}

/** @throws SqlError `grouping` for a column that is neither grouped nor aggregated */
function checkGrouping(exprs: readonly Expr[], keys: readonly Expr[], base: Scope): void {
  const indexOf = (expr: Expr) => (expr.type === "column" ? findColumn(expr, base)?.index : undefined);
  const allowed = new Set(keys.map(indexOf));
  const texts = new Set(keys.map((key) => JSON.stringify(key, withoutPlaces)));
  const sources = new Set([...allowed].map((index) => (index === undefined ? "" : base.columns[index]?.table)));
  for (const [position, expr] of exprs.entries()) {
    if (texts.has(JSON.stringify(expr, withoutPlaces))) continue;
    for (const column of columnsIn(expr, { skipsAggregates: true, skips: texts })) {
      const found = findColumn(column, base);
      if (!found || found.scope !== base || allowed.has(found.index)) continue;
      const source = base.columns[found.index];
      // A primary key in GROUP BY determines the other columns of its table.
      if (source && sources.has(source.table) && hasGroupedKey(source.table, allowed, base)) continue;
      const name = `${source?.table ? `${source.table}.` : ""}${column.name}`;
      throw new SqlError({ kind: "grouping", column: name, position: position + 1 }, column.at);
    }
  }
}

function hasGroupedKey(source: string, allowed: ReadonlySet<number | undefined>, { columns, context }: Scope): boolean {
  const names = [...allowed].flatMap((index) => (index === undefined ? [] : [columns[index]]));
  return names.some((column) => {
    if (column?.table !== source) return false;
    const table = context.workspace.find(column.origin ?? source);
    return (
      table?.kind === "table" &&
      table.constraints.some(
        ({ type, columns: key }) =>
          type === "primary" && key.every((name) => names.some((each) => each?.name === name)),
      )
    );
  });
}

export function windowCalls(items: readonly SelectItem[], orderBy: readonly OrderItem[]): CallExpr[] {
  const exprs = [...items.map(({ expr }) => expr), ...orderBy.map(({ expr }) => expr)];
  return exprs.flatMap((expr) => callsIn(expr).filter((call) => call.over !== undefined && !isAggregate(call)));
}
