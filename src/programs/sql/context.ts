/** The surroundings of an execution: the dialect, the time, the tables. */
import { MAX_SQL_WORK } from "../../lib/container-limits.ts";
import type { CallExpr, Expr, Query } from "./ast.ts";
import type { Workspace } from "./catalog.ts";
import { SqlError } from "./errors.ts";
import type { LexicalRules } from "./lexer.ts";
import type { SqlType } from "./sql-type.ts";
import type { Value } from "./values.ts";

export interface Context {
  readonly rules: LexicalRules;
  readonly nowMs: number;
  readonly random: () => number;
  readonly user: string;
  readonly database: string;
  readonly version: string;
  readonly workspace: Workspace;
  /** Tables that are computed: `pg_catalog.pg_tables`, `information_schema.tables`. */
  readonly systemTable: (schema: string | undefined, name: string) => Relation | undefined;
  /** Values of `@name`, `@@name` and SET. */
  readonly settings: Record<string, string>;
  readonly notices: string[];
  /** Facts about the session that functions return: the last generated id, the process. */
  readonly session: { lastInsertId: number; rowCount: number; pid: number };
  work: number;
  /** Injected, because expressions contain queries and queries contain expressions. */
  readonly evaluate: (expr: Expr, scope: Scope) => Value;
  readonly runQuery: (query: Query, scope: Scope) => Relation;
}

export interface RelationColumn {
  /** The alias of its source; empty for the columns of a result. */
  table: string;
  name: string;
  type: SqlType;
  /** Name of the table that has this column. */
  origin?: string;
  /** Left out of `*`: the second one of two columns that USING joins. */
  isHidden?: boolean;
}

export interface Relation {
  columns: readonly RelationColumn[];
  rows: readonly (readonly Value[])[];
}

/** The scope of an expression: one row, the rows of its group, and the scopes outside. */
export interface Scope {
  context: Context;
  columns: readonly RelationColumn[];
  row: readonly Value[];
  /** Rows of the group, if the query is grouped. */
  group?: readonly (readonly Value[])[];
  /** Values of window functions for this row. */
  windows?: ReadonlyMap<CallExpr, Value>;
  parent?: Scope;
  ctes: ReadonlyMap<string, Relation>;
}

/** Counts a small piece of work. @throws SqlError `tooMuchWork` */
export function spend(context: Context, amount = 1): void {
  context.work += amount;
  if (context.work > MAX_SQL_WORK) throw new SqlError({ kind: "tooMuchWork" });
}
