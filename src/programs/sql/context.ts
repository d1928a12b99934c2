/** The surroundings of an execution: the dialect, the time, the tables. */
import { MAX_SQL_WORK } from "../../lib/container-limits.ts";
import type { CallExpr, DeleteStatement, Expr, InsertStatement, Query, UpdateStatement } from "./ast.ts";
import type { Entry, Workspace } from "./catalog.ts";
import { SqlError } from "./errors.ts";
import type { LexicalRules } from "./lexer.ts";
import type { Privilege } from "./privileges.ts";
import type { SqlType } from "./sql-type.ts";
import type { Value } from "./values.ts";

export interface Context {
  readonly rules: LexicalRules;
  readonly nowMs: number;
  readonly random: () => number;
  /** The role whose rights count: that of SET ROLE, or a view's owner. */
  readonly user: string;
  readonly sessionUser: string;
  /** @throws SqlError if the user may not. `key` is that of the entry. */
  readonly demand: (right: Right, key: string, entry: Entry | undefined, at?: number) => void;
  readonly database: string;
  readonly version: string;
  readonly workspace: Workspace;
  /** Tables that are computed: `pg_catalog.pg_tables`, `information_schema.tables`. */
  readonly systemTable: (schema: string | undefined, name: string) => Relation | undefined;
  /** Values of `@name`, `@@name` and SET. */
  readonly settings: Record<string, string>;
  readonly notices: string[];
  /** Facts about the session that functions return: the last generated id, the process. */
  readonly session: { lastInsertId: number; rowCount: number; pid: number; currentValues: Record<string, number> };
  work: number;
  /** Types of expressions that were analysed. */
  readonly types: WeakMap<Expr, SqlType | undefined>;
  /** Injected, because expressions contain queries and queries contain expressions. */
  readonly evaluate: (expr: Expr, scope: Scope) => Value;
  readonly runQuery: (query: Query, scope: Scope) => Relation;
  /** The rows of RETURNING. */
  readonly runChange: (statement: InsertStatement | UpdateStatement | DeleteStatement, scope: Scope) => Relation;
}

/** A privilege, or ownership. */
export type Right = Privilege | "OWN";

export interface RelationColumn {
  /** The alias of its source; empty for the columns of a result. */
  table: string;
  name: string;
  type: SqlType;
  /** Name of the table that has this column. */
  origin?: string;
  /** Left out of `*`: the second one of two columns that USING joins. */
  isHidden?: boolean;
  /** A string that takes the type of its partner in a set operation. */
  isLiteral?: boolean;
  /** Offset of the expression. */
  at?: number;
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
  /** Values of window functions and of functions that return several rows, for this row. */
  windows?: ReadonlyMap<CallExpr, Value>;
  parent?: Scope;
  ctes: ReadonlyMap<string, Relation>;
}

/** Counts a small piece of work. @throws SqlError `tooMuchWork` */
export function spend(context: Context, amount = 1): void {
  context.work += amount;
  if (context.work > MAX_SQL_WORK) throw new SqlError({ kind: "tooMuchWork" });
}
