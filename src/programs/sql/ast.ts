/** Statements of SQL as the parser gives them. */
import type { SqlType } from "./sql-type.ts";
import type { Value } from "./values.ts";

export type Expr =
  | { type: "literal"; value: Value; at?: number }
  /** A string that takes the type of its neighbour. */
  | { type: "string"; value: string; at: number }
  | ColumnExpr
  | { type: "star"; table?: string; at: number }
  | CallExpr
  | { type: "unary"; op: string; operand: Expr }
  | { type: "binary"; op: string; left: Expr; right: Expr; at: number }
  | { type: "between"; operand: Expr; low: Expr; high: Expr; isNot: boolean }
  | { type: "in"; operand: Expr; items: readonly Expr[]; isNot: boolean }
  | { type: "inQuery"; operand: Expr; query: Query; isNot: boolean }
  | { type: "like"; operand: Expr; pattern: Expr; ignoresCase: boolean; isNot: boolean }
  | { type: "is"; operand: Expr; what: "null" | "true" | "false" | "unknown"; isNot: boolean }
  | { type: "distinctFrom"; left: Expr; right: Expr; isNot: boolean }
  | { type: "case"; operand?: Expr; branches: readonly { when: Expr; result: Expr }[]; otherwise?: Expr }
  | { type: "cast"; operand: Expr; to: SqlType; at: number }
  | { type: "exists"; query: Query }
  | { type: "subquery"; query: Query; at?: number }
  | { type: "quantified"; op: string; left: Expr; right: Expr | Query; isAll: boolean; at: number }
  | { type: "array"; items: readonly Expr[] }
  | { type: "row"; items: readonly Expr[] }
  | { type: "index"; operand: Expr; index: Expr }
  | { type: "variable"; name: string }
  | { type: "default" };

export interface ColumnExpr {
  type: "column";
  table?: string;
  name: string;
  at: number;
}

export interface CallExpr {
  type: "call";
  name: string;
  args: readonly Expr[];
  isDistinct?: boolean;
  orderBy?: readonly OrderItem[];
  filter?: Expr;
  separator?: string;
  over?: Window;
  /** Ordered-set aggregates: `WITHIN GROUP (ORDER BY …)`; the order is in `orderBy`. */
  isWithinGroup?: boolean;
  at: number;
}

export interface Window {
  /** A window of the WINDOW clause that this one extends. */
  base?: string;
  partitionBy: readonly Expr[];
  orderBy: readonly OrderItem[];
  frame?: Frame;
}

export interface Frame {
  mode: "rows" | "range";
  start: FrameBound;
  end: FrameBound;
}

/** Negative offsets precede the current row; without an offset the bound is the partition's end on that side. */
export interface FrameBound {
  side: "preceding" | "current" | "following";
  offset?: Expr;
}

export interface OrderItem {
  expr: Expr;
  isDescending: boolean;
  nullsFirst: boolean;
}

export interface SelectItem {
  expr: Expr;
  alias?: string;
  /** The text of the expression: MySQL's name of the column. */
  text: string;
}

export type Query = { ctes: readonly Cte[]; isRecursive: boolean } & Ordering & { body: QueryBody };

export interface Ordering {
  orderBy: readonly OrderItem[];
  limit?: Expr;
  offset?: Expr;
}

export interface Cte {
  name: string;
  columns?: readonly string[];
  /** A statement that changes rows has its RETURNING as result. */
  query: Query | InsertStatement | UpdateStatement | DeleteStatement;
}

export type QueryBody =
  | SelectBody
  | { type: "values"; rows: readonly (readonly Expr[])[] }
  | { type: "set"; op: "union" | "intersect" | "except"; isAll: boolean; left: QueryBody; right: QueryBody }
  | { type: "nested"; query: Query };

export interface SelectBody {
  type: "select";
  isDistinct: boolean;
  distinctOn?: readonly Expr[];
  items: readonly SelectItem[];
  from?: Source;
  where?: Expr;
  groupBy: readonly Expr[];
  /** ROLLUP, CUBE and GROUPING SETS: the keys of each pass. All keys are in `groupBy`. */
  groupingSets?: readonly (readonly Expr[])[];
  having?: Expr;
  windows?: Readonly<Record<string, Window>>;
}

export type Source =
  | { type: "table"; schema?: string; name: string; alias?: string; at: number }
  | { type: "query"; query: Query; alias: string; columns?: readonly string[]; isLateral?: boolean }
  | { type: "function"; call: CallExpr; alias: string; columns?: readonly string[]; hasOrdinality?: boolean }
  | {
      type: "join";
      kind: JoinKind;
      left: Source;
      right: Source;
      on?: Expr;
      using?: readonly string[];
      isNatural?: boolean;
    };

export type JoinKind = "inner" | "left" | "right" | "full" | "cross";

export interface ColumnDefinition {
  name: string;
  type: SqlType;
  isNotNull: boolean;
  default?: Expr;
  /** The text of the default, for \d and dumps. */
  defaultText?: string;
  /** Serial, identity or AUTO_INCREMENT. */
  generated?: "serial" | "always" | "byDefault";
  /** SQL text of a column that is computed from others. */
  computedText?: string;
  constraints: readonly ConstraintDefinition[];
  comment?: string;
  onUpdateNow?: boolean;
}

export type ConstraintDefinition =
  | { type: "primary" | "unique"; name?: string; columns: readonly string[] }
  | { type: "check"; name?: string; expr: Expr; text: string; columns: readonly string[] }
  | ({ type: "foreign"; name?: string; columns: readonly string[] } & References);

export interface References {
  target: string;
  targetColumns?: readonly string[];
  onDelete: ReferenceAction;
  onUpdate: ReferenceAction;
}

export type ReferenceAction = "NO ACTION" | "RESTRICT" | "CASCADE" | "SET NULL" | "SET DEFAULT";

export type AlterAction =
  | { type: "addColumn"; column: ColumnDefinition; ifNotExists: boolean }
  | { type: "dropColumn"; name: string; ifExists: boolean }
  | { type: "renameColumn"; from: string; to: string }
  | { type: "renameTable"; to: string }
  | { type: "addConstraint"; constraint: ConstraintDefinition }
  | { type: "dropConstraint"; name: string; ifExists: boolean }
  | { type: "setDefault"; column: string; default?: Expr; defaultText?: string }
  | { type: "setNotNull"; column: string; isNotNull: boolean }
  | { type: "setType"; column: string; to: SqlType; using?: Expr }
  | { type: "replaceColumn"; from: string; column: ColumnDefinition }
  | { type: "setGenerated"; column: string; generated: "always" | "byDefault" }
  | { type: "setOwner"; role: string }
  | { type: "accepted" };

export interface InsertStatement {
  type: "insert";
  table: string;
  at: number;
  columns?: readonly string[];
  /** Offsets of the columns. */
  columnPlaces?: readonly number[];
  query?: Query;
  /** Without `query`: all values are defaults. */
  conflict?: Conflict;
  /** MySQL: skips rows that violate a constraint. */
  ignores?: boolean;
  replaces?: boolean;
  returning?: readonly SelectItem[];
  ctes: readonly Cte[];
}

export interface Conflict {
  columns?: readonly string[];
  constraint?: string;
  set?: readonly Assignment[];
  where?: Expr;
  /** MySQL's ON DUPLICATE KEY UPDATE. */
  anyKey?: boolean;
}

export interface Assignment {
  column: string;
  at?: number;
  value: Expr;
}

export type Statement =
  | { type: "query"; query: Query }
  | InsertStatement
  | UpdateStatement
  | DeleteStatement
  | {
      type: "createTable";
      name: string;
      at: number;
      isTemporary: boolean;
      ifNotExists: boolean;
      columns: readonly ColumnDefinition[];
      constraints: readonly ConstraintDefinition[];
      query?: Query;
      like?: string;
      options: Readonly<Record<string, string>>;
    }
  | { type: "alterTable"; name: string; ifExists: boolean; actions: readonly AlterAction[] }
  | { type: "drop"; what: DropKind; names: readonly string[]; ifExists: boolean; isCascade: boolean; table?: string }
  | {
      type: "createIndex";
      name?: string;
      table: string;
      columns: readonly string[];
      isUnique: boolean;
      ifNotExists: boolean;
      method: string;
      where?: string;
      /** Names for the index's own name: `expr` for expressions. */
      words: readonly string[];
    }
  | {
      type: "createView";
      name: string;
      columns?: readonly string[];
      query: Query;
      text: string;
      replaces: boolean;
      isMaterialized: boolean;
    }
  | { type: "refresh"; name: string }
  | { type: "createType"; name: string; values: readonly string[] }
  | {
      type: "createFunction";
      name: string;
      replaces: boolean;
      args: readonly { name: string; type: SqlType }[];
      returns: SqlType;
      body: string;
    }
  | { type: "dropOwned"; roles: readonly string[] }
  | { type: "defaultPrivileges"; schema: string; creator?: string; grant: GrantStatement }
  | { type: "prepare"; name: string; text: string }
  | { type: "execute"; name: string; args: readonly Expr[] }
  | { type: "deallocate"; name: string }
  | { type: "createSequence"; name: string; ifNotExists: boolean; start: number; increment: number }
  | { type: "createSchema"; name: string; ifNotExists: boolean; owner?: string }
  | { type: "createDatabase"; name: string; ifNotExists: boolean; owner?: string }
  | RoleStatement
  | GrantStatement
  | { type: "truncate"; names: readonly string[]; restarts: boolean; isCascade: boolean }
  | {
      type: "transaction";
      what: "begin" | "commit" | "rollback" | "savepoint" | "rollbackTo" | "release";
      name?: string;
      /** `START TRANSACTION`, `ISOLATION LEVEL …`, `READ ONLY` in lower case. */
      words: string;
    }
  | { type: "set"; name: string; value: string; isLocal: boolean; isReset?: boolean }
  | { type: "setVariable"; name: string; value: Expr }
  | { type: "show"; what: string; name?: string; like?: string }
  | { type: "use"; name: string }
  | { type: "describe"; name: string }
  | { type: "explain"; statement: Statement; isAnalyze: boolean }
  | {
      type: "copy";
      table: string;
      query?: Query;
      hasHeader: boolean;
      nullText: string;
      columns?: readonly string[];
      direction: "from" | "to";
      data?: string;
      delimiter: string;
      isCsv: boolean;
    }
  | { type: "accepted"; tag: string };

export type DropKind =
  | "function"
  | "materialized view"
  | "table"
  | "view"
  | "index"
  | "sequence"
  | "schema"
  | "database"
  | "role"
  | "extension"
  | "type";

export interface UpdateStatement {
  type: "update";
  table: string;
  alias?: string;
  at: number;
  set: readonly Assignment[];
  from?: Source;
  where?: Expr;
  returning?: readonly SelectItem[];
  ordering: Ordering;
  ctes: readonly Cte[];
}

export interface DeleteStatement {
  type: "delete";
  table: string;
  alias?: string;
  at: number;
  using?: Source;
  where?: Expr;
  returning?: readonly SelectItem[];
  ordering: Ordering;
  ctes: readonly Cte[];
}

export interface RoleStatement {
  type: "role";
  action: "create" | "alter";
  name: string;
  host?: string;
  password?: string;
  /** LOGIN, SUPERUSER, CREATEDB, … as far as they were given. */
  options: readonly string[];
  ifNotExists: boolean;
  /** The tag of the answer: CREATE ROLE. */
  tag: string;
}

export interface GrantStatement {
  type: "grant";
  action: "grant" | "revoke";
  privileges: readonly string[];
  /** `shop.*`, `ALL TABLES IN SCHEMA public`, a role's name. */
  target: string;
  roles: readonly { name: string; host?: string }[];
}
