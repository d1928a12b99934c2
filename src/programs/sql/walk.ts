/** Parts of expressions, without those of subqueries. */
import { isAggregate } from "./aggregates.ts";
import type { CallExpr, ColumnExpr, Expr } from "./ast.ts";

function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.type) {
    case "call":
      return [
        ...expr.args,
        ...(expr.filter ? [expr.filter] : []),
        ...(expr.over ? [...expr.over.partitionBy, ...expr.over.orderBy.map((item) => item.expr)] : []),
      ];
    case "unary":
    case "like":
    case "is":
    case "cast":
      return expr.type === "like" ? [expr.operand, expr.pattern] : [expr.operand];
    case "binary":
    case "distinctFrom":
      return [expr.left, expr.right];
    case "between":
      return [expr.operand, expr.low, expr.high];
    case "in":
      return [expr.operand, ...expr.items];
    case "inQuery":
      return [expr.operand];
    case "case":
      return [
        ...(expr.operand ? [expr.operand] : []),
        ...expr.branches.flatMap(({ when, result }) => [when, result]),
        ...(expr.otherwise ? [expr.otherwise] : []),
      ];
    case "quantified":
      return "body" in expr.right ? [expr.left] : [expr.left, expr.right];
    case "array":
    case "row":
      return expr.items;
    case "index":
      return [expr.operand, expr.index];
    default:
      return [];
  }
}

export function callsIn(expr: Expr): CallExpr[] {
  const inner = childrenOf(expr).flatMap(callsIn);
  return expr.type === "call" ? [expr, ...inner] : inner;
}

export function aggregatesIn(expr: Expr): CallExpr[] {
  return callsIn(expr).filter(isAggregate);
}

interface ColumnOptions {
  skipsAggregates?: boolean;
  /** Expressions that are left out, by their JSON without positions. */
  skips?: ReadonlySet<string>;
}

export function columnsIn(expr: Expr, options: ColumnOptions = {}): ColumnExpr[] {
  if (expr.type === "column") return [expr];
  if (options.skipsAggregates && expr.type === "call" && isAggregate(expr)) return [];
  if (
    options.skips?.has(
      JSON.stringify(expr, (key, value) =>
        key === "at" ? undefined : typeof value === "bigint" ? String(value) : value,
      ),
    )
  )
    return [];
  return childrenOf(expr).flatMap((child) => columnsIn(child, options));
}
