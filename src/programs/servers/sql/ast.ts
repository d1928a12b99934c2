/** The parts of SQL that the databases here understand, as JSON. */

export type SqlValue = null | boolean | number | string;

export type Expression =
  | { type: "value"; value: SqlValue }
  | { type: "column"; table?: string; name: string }
  | { type: "star"; table?: string }
  | { type: "call"; name: string; args: Expression[]; isDistinct?: boolean }
  | { type: "unary"; operator: string; value: Expression }
  | { type: "binary"; operator: string; left: Expression; right: Expression }
  | { type: "in"; value: Expression; list: Expression[] | Select; isNot: boolean }
  | { type: "between"; value: Expression; low: Expression; high: Expression; isNot: boolean }
  | { type: "case"; subject?: Expression; branches: { when: Expression; result: Expression }[]; otherwise?: Expression }
  | { type: "cast"; value: Expression; to: string }
  | { type: "subquery"; select: Select }
  | { type: "exists"; select: Select };

export interface Source {
  /** A table, a query, a function that returns rows, or VALUES. */
  from:
    | { type: "table"; name: string }
    | { type: "query"; select: Select }
    | { type: "function"; name: string; args: Expression[] };
  alias: string;
  columns?: string[];
  join: "first" | "cross" | "inner" | "left" | "right" | "full";
  on?: Expression;
  using?: string[];
}

export interface Select {
  type: "select";
  isDistinct: boolean;
  items: { value: Expression; alias?: string }[];
  sources: Source[];
  where?: Expression;
  groupBy: Expression[];
  having?: Expression;
  orderBy: { value: Expression; isDescending: boolean; nullsFirst?: boolean }[];
  limit?: Expression;
  offset?: Expression;
  /** Rows of VALUES instead of items. */
  values?: Expression[][];
  union?: { select: Select; operator: "union" | "unionAll" | "intersect" | "except" };
  with?: { name: string; columns?: string[]; select: Select }[];
}

export interface ColumnDefinition {
  name: string;
  /** `integer`, `character varying(20)`, …: in the words of the dialect's listings. */
  typeName: string;
  notNull?: boolean;
  isPrimary?: boolean;
  isUnique?: boolean;
  isSerial?: boolean;
  default?: Expression;
  check?: Expression;
  references?: { table: string; columns: string[]; onDelete?: string };
}

export interface TableConstraint {
  type: "primary" | "unique" | "foreign" | "check";
  name?: string;
  columns: string[];
  check?: Expression;
  references?: { table: string; columns: string[]; onDelete?: string };
}

export type Statement =
  | Select
  | {
      type: "insert";
      table: string;
      columns?: string[];
      source: Select;
      returning?: Select["items"];
      conflict?: { action: "nothing" | "update" | "replace"; columns: string[]; set: Assignment[] };
    }
  | { type: "update"; table: string; alias: string; set: Assignment[]; where?: Expression; returning?: Select["items"] }
  | { type: "delete"; table: string; alias: string; where?: Expression; returning?: Select["items"] }
  | {
      type: "createTable";
      name: string;
      ifNotExists: boolean;
      columns: ColumnDefinition[];
      constraints: TableConstraint[];
      as?: Select;
    }
  | { type: "createView"; name: string; select: Select; orReplace: boolean }
  | { type: "createIndex"; name: string; table: string; columns: string[]; isUnique: boolean; ifNotExists: boolean }
  | { type: "createDatabase"; name: string; ifNotExists: boolean }
  | { type: "drop"; kind: string; names: string[]; ifExists: boolean }
  | { type: "truncate"; tables: string[] }
  | { type: "alterTable"; table: string; actions: AlterAction[] }
  | { type: "transaction"; action: "begin" | "commit" | "rollback" }
  | { type: "show"; what: string; like?: string }
  | { type: "use"; database: string }
  | { type: "describe"; table: string }
  | { type: "explain"; statement: Statement }
  /** Accepted without effect: roles, grants, settings, extensions. The tag is what the server answers. */
  | { type: "accepted"; tag: string };

export interface Assignment {
  column: string;
  value: Expression;
}

export type AlterAction =
  | { type: "addColumn"; column: ColumnDefinition }
  | { type: "dropColumn"; name: string; ifExists: boolean }
  | { type: "renameColumn"; from: string; to: string }
  | { type: "renameTable"; to: string }
  | { type: "addConstraint"; constraint: TableConstraint }
  | { type: "other" };

export type Dialect = "postgres" | "mysql";

/** An error of a statement: its SQLSTATE, its text, and where it lies in the statement (1 is the first character). */
export class SqlError extends Error {
  override name = "SqlError";
  readonly code: string;
  readonly position: number | undefined;
  readonly detail: string | undefined;
  /** MySQL's number. */
  readonly number: number;

  constructor(
    code: string,
    message: string,
    { position, detail, number = 1064 }: { position?: number; detail?: string; number?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.position = position;
    this.detail = detail;
    this.number = number;
  }
}
