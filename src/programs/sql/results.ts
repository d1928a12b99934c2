/** Results of statements as texts for clients. */
import type { Context, Relation } from "./context.ts";
import type { LexicalRules } from "./lexer.ts";
import type { Modified } from "./modify.ts";
import type { ResultColumn, StatementResult } from "./session-state.ts";
import type { SqlType } from "./sql-type.ts";
import { isRightAligned, typeText } from "./types.ts";
import { Moment, textOf, type Value } from "./values.ts";

export function modified(tag: string, { count, relation }: Modified, context: Context): StatementResult {
  const result: StatementResult = { tag: `${tag} ${count}`, count, notices: context.notices };
  return relation ? { ...result, ...shown(relation, context) } : result;
}

/** A result as texts. */
export function shown(
  { columns, rows }: Relation,
  { rules }: Context,
): { columns: ResultColumn[]; rows: (string | null)[][] } {
  return {
    columns: columns.map(({ name, type }) => ({ name, type: typeText(type), isRight: isRightAligned(type) })),
    rows: rows.map((row) => row.map((value, i) => outputText(value, columns[i]?.type, rules))),
  };
}

/** The text that a client sees. */
export function outputText(value: Value, type: SqlType | undefined, { isMySql }: LexicalRules): string | null {
  if (value === null) return null;
  if (!isMySql) return textOf(value);
  if (typeof value === "boolean") return value ? "1" : "0";
  if (value instanceof Moment && value.kind !== "date") {
    const whole = new Moment(
      value.kind === "timestamptz" ? "timestamp" : value.kind,
      Math.floor(value.ms / 1000) * 1000,
    );
    return textOf(whole);
  }
  return type?.name === "boolean" && typeof value === "string" ? value : textOf(value);
}
