/** Parts of expressions, without those of subqueries. */
import { isAggregate } from "./aggregates.ts";
import type { CallExpr, ColumnExpr, Expr } from "./ast.ts";

function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.type) {
    case "call":
      return [
        ...expr.args,
        ...(expr.orderBy ?? []).map((item) => item.expr),
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

/** Offset of the first character of an expression, as far as it is known. */
export function startOf(expr: Expr): number | undefined {
  switch (expr.type) {
    case "cast":
      return startOf(expr.operand) ?? expr.at;
    case "binary":
    case "distinctFrom":
    case "quantified":
      return startOf(expr.left);
    case "between":
    case "in":
    case "inQuery":
    case "like":
    case "is":
    case "index":
      return startOf(expr.operand);
    case "column":
    case "string":
    case "literal":
    case "call":
    case "subquery":
    case "star":
      return expr.at;
    default:
      return undefined;
  }
}

/** Whether two expressions are written alike. */
export function sameExpr(left: Expr, right: Expr): boolean {
  return JSON.stringify(left, withoutPlaces) === JSON.stringify(right, withoutPlaces);
}

export function withoutPlaces(key: string, value: unknown): unknown {
  return key === "at" ? undefined : typeof value === "bigint" ? String(value) : value;
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
  if (options.skips?.has(JSON.stringify(expr, withoutPlaces))) return [];
  return childrenOf(expr).flatMap((child) => columnsIn(child, options));
}
