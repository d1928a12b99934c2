/** Sessions of clients, the input of a statement, and its result. */
import type { GrantStatement, RoleStatement, Statement } from "./ast.ts";
import type { Changes, Entry, EntryStore } from "./catalog.ts";
import type { Context, Relation, Right } from "./context.ts";
import type { LexicalRules } from "./lexer.ts";

/** JSON: part of the server's state between two messages. */
export interface SessionState {
  /** Changes of the open transaction. */
  changes: Changes;
  transaction: "none" | "open" | "failed";
  savepoints: { name: string; changes: Changes }[];
  settings: Record<string, string>;
  lastInsertId: number;
  rowCount: number;
  /** Tables of this session alone. */
  temporary: Record<string, Entry>;
  /** Texts of PREPARE. */
  prepared: Record<string, string>;
  isReadOnly: boolean;
  /** Last values of sequences that this session used. */
  currentValues: Record<string, number>;
}

export function newSession(settings: Record<string, string>): SessionState {
  return {
    changes: {},
    transaction: "none",
    savepoints: [],
    settings,
    lastInsertId: 0,
    rowCount: 0,
    temporary: {},
    prepared: {},
    isReadOnly: false,
    currentValues: {},
  };
}

export interface ResultColumn {
  name: string;
  /** The type's name: `integer`. */
  type: string;
  isRight: boolean;
}

/** JSON. */
export interface StatementResult {
  /** PostgreSQL's tag: `INSERT 0 1`. */
  tag: string;
  /** Rows that the statement changed or returned. */
  count: number;
  columns?: ResultColumn[];
  rows?: (string | null)[][];
  notices: string[];
  /** Rows of COPY TO STDOUT. */
  copied?: string[];
  /** MySQL's counts of an UPDATE. */
  matched?: number;
}

/** Commands that concern the server, not one database. */
export interface Administration {
  createDatabase(name: string, options: { ifNotExists: boolean; owner?: string }): void;
  /** False if it does not exist and `ifExists`. */
  dropDatabase(name: string, ifExists: boolean): boolean;
  role(statement: RoleStatement): void;
  /** All or none. The names that do not exist, if `ifExists`. */
  dropRoles(names: readonly string[], ifExists: boolean, context: Context): string[];
  /** The role of SET ROLE. @throws SqlError if the user may not take it */
  roleFor(name: string, user: string): string;
  /** The value of a setting as SHOW gives it. @throws SqlError for an unknown setting */
  settingFor(name: string, value: string): string;
  grant(statement: GrantStatement, context: Context): void;
  /** @throws SqlError if the context's user may not */
  demand(context: Context, right: Right, key: string, entry: Entry | undefined, at?: number): void;
  /** SHOW, DESCRIBE and USE of the dialect; undefined: unknown. */
  show(statement: Extract<Statement, { type: "show" | "describe" | "use" }>, context: Context): Relation | undefined;
  systemTable(schema: string | undefined, name: string, context: Context): Relation | undefined;
}

export interface Execution {
  rules: LexicalRules;
  store: EntryStore;
  session: SessionState;
  administration: Administration;
  nowMs: number;
  random: () => number;
  user: string;
  database: string;
  version: string;
  pid: number;
  /** Lines of COPY FROM STDIN, which the client sends with the statement. */
  copyData?: string;
  /** Keeps changes in the transaction although the client has not begun one. */
  isPartOfScript?: boolean;
}
