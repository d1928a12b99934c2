/** UNION, INTERSECT and EXCEPT. */
import type { QueryBody } from "./ast.ts";
import type { Relation, RelationColumn, Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import type { SqlType } from "./sql-type.ts";
import { castTo } from "./types.ts";
import { wider } from "./typing.ts";
import { keyOf, type Value } from "./values.ts";

type Values = readonly Value[];

export function runSetOperation(
  { op, isAll }: Extract<QueryBody, { type: "set" }>,
  left: Relation,
  right: Relation,
  scope: Scope,
): Relation {
  const name = op.toUpperCase();
  if (left.columns.length !== right.columns.length)
    throw new SqlError({ kind: "setColumns", operator: name }, right.columns.at(-1)?.at);
  const columns = left.columns.map((column, i) => matched(column, right.columns[i] ?? column, name, scope));
  const first = converted(left, columns, scope);
  const second = converted(right, columns, scope);
  if (op === "union") return { columns, rows: isAll ? [...first, ...second] : distinct([...first, ...second]) };
  const counts = new Map<string, number>();
  for (const row of second) counts.set(keyOfRow(row), (counts.get(keyOfRow(row)) ?? 0) + 1);
  if (!isAll)
    return { columns, rows: distinct(first.filter((row) => counts.has(keyOfRow(row)) === (op === "intersect"))) };
  const rows = first.filter((row) => {
    const count = counts.get(keyOfRow(row)) ?? 0;
    if (count > 0) counts.set(keyOfRow(row), count - 1);
    return count > 0 === (op === "intersect");
  });
  return { columns, rows };
}

/** The column of the result: literals take the type of the other side. */
function matched(left: RelationColumn, right: RelationColumn, operator: string, { context }: Scope): RelationColumn {
  if (left.isLiteral && !right.isLiteral) return { ...left, type: right.type, isLiteral: false };
  if (right.isLiteral || context.rules.isMySql) return left;
  const type = wider([left.type, right.type]) ?? left.type;
  if (kindOf(left.type) === kindOf(right.type)) return { ...left, type };
  const message = `${operator} types ${left.type.name} and ${right.type.name} cannot be matched`;
  throw new SqlError({ kind: "placed", message, code: "42804", number: 1064 }, right.at);
}

function kindOf({ name, isArray }: SqlType): string {
  const kind = /^(smallint|integer|bigint|numeric|real|double precision)$/.test(name)
    ? "number"
    : /^(text|character.*)$/.test(name)
      ? "text"
      : /^(date|timestamp.*)$/.test(name)
        ? "time"
        : name;
  return isArray ? `${kind}[]` : kind;
}

function converted({ columns, rows }: Relation, to: readonly RelationColumn[], { context }: Scope): readonly Values[] {
  if (!columns.some((column, i) => column.isLiteral && !to[i]?.isLiteral)) return rows;
  return rows.map((row) =>
    row.map((value, i) => {
      const column = columns[i];
      const type = to[i]?.type;
      if (!column?.isLiteral || to[i]?.isLiteral || !type || context.rules.isMySql) return value;
      try {
        return castTo(value, type, { nowMs: context.nowMs });
      } catch (error) {
        if (error instanceof SqlError) error.at ??= column.at;
        throw error;
      }
    }),
  );
}

function keyOfRow(row: Values): string {
  return row.map((value) => keyOf(value)).join("\u0001");
}

function distinct(rows: readonly Values[]): Values[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = keyOfRow(row);
    return !seen.has(key) && Boolean(seen.add(key));
  });
}
