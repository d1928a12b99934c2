/** The interface of a database for the local SQL endpoint: it runs statements and returns rows as Postgres' own text. */

export interface SqlQuery {
  query: string;
  /** Values in Postgres' text form, as Neon's driver sends them. */
  params?: readonly unknown[];
}

export interface SqlField {
  name: string;
  tableID: number;
  columnID: number;
  dataTypeID: number;
  dataTypeSize: number;
  dataTypeModifier: number;
  format: "text";
}

/** The result of one statement in the format of Neon's driver. */
export interface SqlResult {
  command: string;
  rowCount: number | null;
  fields: SqlField[];
  rows: (string | null)[][];
  rowAsArray: true;
}

/** Options of a batch's transaction. */
export interface TransactionOptions {
  isolationLevel?: "READ UNCOMMITTED" | "READ COMMITTED" | "REPEATABLE READ" | "SERIALIZABLE";
  readOnly?: boolean;
  deferrable?: boolean;
}

export interface SqlBackend {
  /** Names the database for people. */
  readonly name: string;
  /** Runs one statement by itself. Rejects with a {@link PostgresError} if the database refuses it. */
  query(query: SqlQuery): Promise<SqlResult>;
  /** Runs all statements in one transaction: all of them, or none and a {@link PostgresError}. */
  transaction(queries: readonly SqlQuery[], options: TransactionOptions): Promise<SqlResult[]>;
  /** Runs a script of many statements without parameters; outside a transaction unless the script begins one. */
  script(sql: string): Promise<void>;
  close(): Promise<void>;
}

/** Fields of a Postgres error as drivers name them, by their letter in the wire protocol. */
export const ERROR_FIELDS = {
  S: "severity",
  C: "code",
  M: "message",
  D: "detail",
  H: "hint",
  P: "position",
  p: "internalPosition",
  q: "internalQuery",
  W: "where",
  s: "schema",
  t: "table",
  c: "column",
  d: "dataType",
  n: "constraint",
  F: "file",
  L: "line",
  R: "routine",
} as const;

export type ErrorFieldName = (typeof ERROR_FIELDS)[keyof typeof ERROR_FIELDS];

/** An error of Postgres about a statement; `fields.code` is the SQLSTATE. */
export class PostgresError extends Error {
  override readonly name = "PostgresError";
  readonly fields: Partial<Record<ErrorFieldName, string>>;

  constructor(fields: Partial<Record<ErrorFieldName, string>>) {
    super(fields.message ?? "unknown error of the database");
    this.fields = fields;
  }
}

/** The statement that opens a batch's transaction. */
export function beginStatement(options: TransactionOptions): string {
  const parts = ["BEGIN"];
  if (options.isolationLevel) parts.push(`ISOLATION LEVEL ${options.isolationLevel}`);
  if (options.readOnly) parts.push("READ ONLY");
  if (options.deferrable) parts.push("DEFERRABLE");
  return parts.join(" ");
}

/** A parameter in text form; null stays null. Neon's driver sends text already, other callers may not. */
export function parameterText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const MAX_PREPARED_STATEMENTS = 256;

/**
 * Names of prepared statements. A server parses and plans a named statement once. The Worker has few different
 * statements, so all of them fit. Over the limit a new statement stays unnamed, and no other statement loses its
 * name.
 */
export class StatementNames {
  #names = new Map<string, string>();
  #counter = 0;

  /** The name of this text; undefined if it should run unnamed. */
  of(sql: string): string | undefined {
    const known = this.#names.get(sql);
    if (known !== undefined || this.#names.size >= MAX_PREPARED_STATEMENTS) return known;
    this.#counter += 1;
    const name = `sandbar_${this.#counter}`;
    this.#names.set(sql, name);
    return name;
  }

  /** After a change of the schema a plan may return other columns, so all statements get new names. */
  forgetAll(): void {
    this.#names.clear();
  }
}

/** Whether a command may have changed what prepared statements mean. */
export function changesSchema(command: string): boolean {
  return command === "CREATE" || command === "ALTER" || command === "DROP";
}
