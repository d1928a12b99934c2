/** The columns of a result: names, types, and the positions that ORDER BY names. */
import type { Expr, SelectItem } from "./ast.ts";
import type { RelationColumn, Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import type { SqlType } from "./sql-type.ts";
import { typeOfExpr } from "./typing.ts";
import { typeOf, type Value } from "./values.ts";
import { startOf } from "./walk.ts";

type Values = readonly Value[];

/** A row of the result with the scope that it was computed in. */
export interface Produced {
  values: Values;
  scope: Scope;
}

export function outputColumns(items: readonly SelectItem[], rows: readonly Produced[], scope: Scope): RelationColumn[] {
  const values = rows.map((row) => row.values);
  return items.map((item, i) => {
    const known = typeOfExpr(item.expr, scope);
    const at = startOf(item.expr);
    return {
      table: "",
      name: outputName(item, scope),
      type: typeOfColumn(values, i, known),
      ...(item.expr.type === "string" && { isLiteral: true }),
      ...(at !== undefined && { at }),
    };
  });
}

export function typeOfColumn(rows: readonly Values[], index: number, known: SqlType | undefined): SqlType {
  if (known) return known.name === "unknown" ? { name: "text" } : known;
  const first = rows.find((row) => (row[index] ?? null) !== null)?.[index] ?? null;
  return first === null ? { name: "text" } : typeOf(first);
}

function outputName({ expr, alias, text }: SelectItem, { context }: Scope): string {
  if (alias !== undefined) return alias;
  if (expr.type === "column") return expr.name;
  if (context.rules.isMySql) return expr.type === "string" ? expr.value : text;
  return defaultName(expr) ?? "?column?";
}

/** PostgreSQL's name of a column without an alias. */
function defaultName(expr: Expr): string | undefined {
  switch (expr.type) {
    case "column":
      return expr.name;
    case "call":
      return expr.name;
    case "cast":
      return (expr.operand.type === "cast" ? undefined : defaultName(expr.operand)) ?? castName(expr.to);
    case "index":
      return defaultName(expr.operand);
    case "case":
      return (expr.otherwise && defaultName(expr.otherwise)) ?? "case";
    case "exists":
      return "exists";
    case "array":
      return "array";
    case "row":
      return "row";
    case "literal":
      return typeof expr.value === "boolean" ? "bool" : undefined;
    case "subquery": {
      const { body } = expr.query;
      const item = body.type === "select" ? body.items[0] : undefined;
      return item && (item.alias ?? defaultName(item.expr));
    }
    default:
      return undefined;
  }
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  integer: "int4",
  bigint: "int8",
  smallint: "int2",
  boolean: "bool",
  "character varying": "varchar",
  character: "bpchar",
  "double precision": "float8",
  real: "float4",
  "timestamp without time zone": "timestamp",
  "timestamp with time zone": "timestamptz",
  "time without time zone": "time",
};

function castName({ name }: SqlType): string {
  return SHORT_NAMES[name] ?? name;
}

/** The position that an item of ORDER BY names in the result: by number or by alias. */
export function outputIndex(expr: Expr, columns: readonly RelationColumn[]): number | undefined {
  if (expr.type === "literal" && typeof expr.value === "number") {
    if (!columns[expr.value - 1]) throw new SqlError({ kind: "positionRange", position: expr.value }, expr.at);
    return expr.value - 1;
  }
  if (expr.type !== "column" || expr.table !== undefined) return undefined;
  const index = columns.findIndex(({ name }) => name === expr.name);
  return index < 0 ? undefined : index;
}
