/** Statements of SQL as the parser gives them. */
import type { SqlType } from "./sql-type.ts";
import type { Value } from "./values.ts";

export type Expr =
  | { type: "literal"; value: Value }
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
  | { type: "subquery"; query: Query }
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
  over?: { partitionBy: readonly Expr[]; orderBy: readonly OrderItem[] };
  at: number;
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
  query: Query;
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
  having?: Expr;
}

export type Source =
  | { type: "table"; schema?: string; name: string; alias?: string; at: number }
  | { type: "query"; query: Query; alias: string; columns?: readonly string[] }
  | { type: "function"; call: CallExpr; alias: string; columns?: readonly string[] }
  | { type: "join"; kind: JoinKind; left: Source; right: Source; on?: Expr; using?: readonly string[] };

export type JoinKind = "inner" | "left" | "right" | "full" | "cross" | "natural";

export interface ColumnDefinition {
  name: string;
  type: SqlType;
  isNotNull: boolean;
  default?: Expr;
  /** The text of the default, for \d and dumps. */
  defaultText?: string;
  /** Serial, identity or AUTO_INCREMENT. */
  generated?: "serial" | "always" | "byDefault";
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
  | { type: "accepted" };

export interface InsertStatement {
  type: "insert";
  table: string;
  at: number;
  columns?: readonly string[];
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
    }
  | { type: "createView"; name: string; columns?: readonly string[]; query: Query; text: string; replaces: boolean }
  | { type: "createSequence"; name: string; ifNotExists: boolean; start: number; increment: number }
  | { type: "createSchema"; name: string; ifNotExists: boolean }
  | { type: "createDatabase"; name: string; ifNotExists: boolean; owner?: string }
  | RoleStatement
  | GrantStatement
  | { type: "truncate"; names: readonly string[]; restarts: boolean; isCascade: boolean }
  | {
      type: "transaction";
      what: "begin" | "commit" | "rollback" | "savepoint" | "rollbackTo" | "release";
      name?: string;
    }
  | { type: "set"; name: string; value: string; isLocal: boolean }
  | { type: "setVariable"; name: string; value: Expr }
  | { type: "show"; what: string; name?: string; like?: string }
  | { type: "use"; name: string }
  | { type: "describe"; name: string }
  | { type: "explain"; statement: Statement; isAnalyze: boolean }
  | {
      type: "copy";
      table: string;
      columns?: readonly string[];
      direction: "from" | "to";
      data?: string;
      delimiter: string;
      isCsv: boolean;
    }
  | { type: "accepted"; tag: string };

export type DropKind = "table" | "view" | "index" | "sequence" | "schema" | "database" | "role" | "extension" | "type";

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
