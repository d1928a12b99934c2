/** Executes statements of one client session: results, transactions, and errors. */

import { alterTable } from "./alter.ts";
import type { GrantStatement, RoleStatement, Statement } from "./ast.ts";
import { type Changes, commitChanges, commitCounters, type EntryStore, Workspace } from "./catalog.ts";
import type { Context, Relation, Scope } from "./context.ts";
import { copyText } from "./copy.ts";
import { createIndex, createTable } from "./define.ts";
import { drop, truncate } from "./drop.ts";
import { SqlError, unsupported } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import type { LexicalRules } from "./lexer.ts";
import { type Modified, runDelete, runInsert, runUpdate } from "./modify.ts";
import { parseStatement } from "./parse-statement.ts";
import { runQuery } from "./query.ts";
import { valuesOf } from "./sources.ts";
import type { SqlType } from "./sql-type.ts";
import { isRightAligned, typeText } from "./types.ts";
import { Moment, textOf, type Value } from "./values.ts";

/** JSON: part of the server's state between two messages. */
export interface SessionState {
  /** Changes of the open transaction. */
  changes: Changes;
  transaction: "none" | "open" | "failed";
  savepoints: { name: string; changes: Changes }[];
  settings: Record<string, string>;
  lastInsertId: number;
  rowCount: number;
}

export function newSession(settings: Record<string, string>): SessionState {
  return { changes: {}, transaction: "none", savepoints: [], settings, lastInsertId: 0, rowCount: 0 };
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
  dropDatabase(name: string, ifExists: boolean): void;
  role(statement: RoleStatement): void;
  dropRole(name: string, ifExists: boolean): void;
  grant(statement: GrantStatement): void;
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

/** Undefined for an empty statement. @throws SqlError; the session is then as PostgreSQL or MySQL leaves it */
export function executeStatement(text: string, execution: Execution): StatementResult | undefined {
  const { session, rules, store } = execution;
  let context: Context | undefined;
  try {
    const statement = parseStatement(text, rules);
    if (!statement) return undefined;
    if (statement.type === "transaction") return runTransaction(statement, execution);
    if (session.transaction === "failed") throw new SqlError({ kind: "abortedTransaction" });
    if (rules.isMySql && IMPLICIT_COMMIT.has(statement.type)) commit(execution);
    context = contextOf(execution);
    const result = runStatement(statement, text, execution, context);
    Object.assign(session.changes, context.workspace.changes);
    session.lastInsertId = context.session.lastInsertId;
    session.rowCount = result.count;
    if (session.transaction === "none" && !execution.isPartOfScript) commit(execution);
    return result;
  } catch (error) {
    if (error instanceof SqlError) {
      if (context) commitCounters(store, context.workspace.counters);
      if (session.transaction === "open" && !rules.isMySql) session.transaction = "failed";
      if (session.transaction === "none") session.changes = {};
    }
    throw error;
  }
}

const IMPLICIT_COMMIT: ReadonlySet<Statement["type"]> = new Set([
  "createTable",
  "alterTable",
  "drop",
  "createIndex",
  "createView",
  "createDatabase",
  "role",
  "grant",
  "truncate",
]);

/** Writes the changes of the transaction to the store. */
export function commit({ session, store }: Pick<Execution, "session" | "store">): void {
  const { changes } = session;
  session.changes = {};
  session.savepoints = [];
  session.transaction = "none";
  commitChanges(store, changes);
}

function contextOf(execution: Execution): Context {
  const { rules, nowMs, random, user, database, version, session, store, pid, administration } = execution;
  const context: Context = {
    rules,
    nowMs,
    random,
    user,
    database,
    version,
    workspace: new Workspace(store, session.changes),
    systemTable: (schema, name) => administration.systemTable(schema, name, context),
    settings: session.settings,
    notices: [],
    session: { lastInsertId: session.lastInsertId, rowCount: session.rowCount, pid },
    work: 0,
    evaluate,
    runQuery,
  };
  return context;
}

function runTransaction(
  { what, name = "" }: Extract<Statement, { type: "transaction" }>,
  execution: Execution,
): StatementResult {
  const { session } = execution;
  const notices: string[] = [];
  const isOpen = session.transaction !== "none";
  const point = session.savepoints.findLastIndex((savepoint) => savepoint.name === name);
  const result = (tag: string): StatementResult => ({ tag, count: 0, notices });
  switch (what) {
    case "begin":
      if (execution.rules.isMySql) commit(execution);
      else if (isOpen) notices.push("WARNING:there is already a transaction in progress");
      session.transaction = session.transaction === "failed" ? "failed" : "open";
      return result("BEGIN");
    case "commit": {
      if (!isOpen) notices.push("WARNING:there is no transaction in progress");
      const isFailed = session.transaction === "failed";
      if (isFailed) session.changes = {};
      commit(execution);
      return result(isFailed ? "ROLLBACK" : "COMMIT");
    }
    case "rollback":
      if (!isOpen) notices.push("WARNING:there is no transaction in progress");
      session.changes = {};
      commit(execution);
      return result("ROLLBACK");
    case "savepoint":
      if (session.transaction === "failed") throw new SqlError({ kind: "abortedTransaction" });
      session.savepoints.push({ name, changes: structuredClone(session.changes) });
      return result("SAVEPOINT");
    case "rollbackTo":
    case "release": {
      const savepoint = session.savepoints[point];
      if (!savepoint) {
        const message = execution.rules.isMySql
          ? `SAVEPOINT ${name} does not exist`
          : `savepoint "${name}" does not exist`;
        throw new SqlError({ kind: "other", message, code: "3B001", number: 1305 });
      }
      session.savepoints.splice(what === "release" ? point : point + 1);
      if (what === "release") return result("RELEASE");
      session.changes = structuredClone(savepoint.changes);
      session.transaction = "open";
      return result("ROLLBACK");
    }
  }
}

function runStatement(statement: Statement, text: string, execution: Execution, context: Context): StatementResult {
  const { administration, session } = execution;
  const scope: Scope = { context, columns: [], row: [], ctes: new Map() };
  const { notices, workspace } = context;
  const done = (tag: string, count = 0): StatementResult => ({ tag, count, notices });
  switch (statement.type) {
    case "query": {
      const relation = runQuery(statement.query, scope);
      return { ...done(`SELECT ${relation.rows.length}`, relation.rows.length), ...shown(relation, context) };
    }
    case "insert":
      return modified("INSERT 0", runInsert(statement, scope), context);
    case "update":
      return modified("UPDATE", runUpdate(statement, scope), context);
    case "delete":
      return modified("DELETE", runDelete(statement, scope), context);
    case "createTable": {
      const count = createTable(statement, scope);
      return done(count === undefined ? "CREATE TABLE" : `SELECT ${count}`, count ?? 0);
    }
    case "alterTable":
      alterTable(statement, scope);
      return done("ALTER TABLE");
    case "createIndex":
      createIndex(statement, scope);
      return done("CREATE INDEX");
    case "createView":
      return createView(statement, scope);
    case "createSequence":
      if (workspace.find(statement.name)) {
        if (!statement.ifNotExists) throw new SqlError({ kind: "tableExists", name: statement.name });
        notices.push(`relation "${statement.name}" already exists, skipping`);
      } else {
        const { start, increment } = statement;
        workspace.put(statement.name, { kind: "sequence", next: start, increment, owner: context.user });
      }
      return done("CREATE SEQUENCE");
    case "createSchema":
      return done("CREATE SCHEMA");
    case "drop":
      return runDrop(statement, scope, administration);
    case "truncate":
      truncate(statement, scope);
      return done("TRUNCATE TABLE");
    case "createDatabase":
      administration.createDatabase(statement.name, statement);
      return done("CREATE DATABASE", 1);
    case "role":
      administration.role(statement);
      return done(statement.tag);
    case "grant":
      administration.grant(statement);
      return done(/\bon\b/i.test(text) ? statement.action.toUpperCase() : `${statement.action.toUpperCase()} ROLE`);
    case "set":
      session.settings[statement.name.toLowerCase()] = statement.value;
      return done("SET");
    case "setVariable":
      session.settings[statement.name.replace(/^@@(global\.|session\.)?/, "@@")] = textOf(
        evaluate(statement.value, scope),
      );
      return done("SET");
    case "show":
    case "describe":
    case "use": {
      const relation = administration.show(statement, context);
      if (!relation) throw unsupported(text.trim().replace(/;$/, ""));
      return { ...done("SHOW", relation.rows.length), ...shown(relation, context) };
    }
    case "explain":
      throw unsupported("EXPLAIN");
    case "copy":
      return runCopy(statement, execution, scope);
    case "accepted":
      return done(statement.tag);
    case "transaction":
      return runTransaction(statement, execution);
  }
}

function createView(statement: Extract<Statement, { type: "createView" }>, scope: Scope): StatementResult {
  const { workspace, user, notices } = scope.context;
  const existing = workspace.find(statement.name);
  if (existing && !(statement.replaces && existing.kind === "view"))
    throw new SqlError({ kind: "tableExists", name: statement.name });
  runQuery(statement.query, scope);
  const { text, columns } = statement;
  workspace.put(statement.name, { kind: "view", text, owner: user, ...(columns && { columns }) });
  return { tag: "CREATE VIEW", count: 0, notices };
}

function runDrop(
  statement: Extract<Statement, { type: "drop" }>,
  scope: Scope,
  administration: Administration,
): StatementResult {
  const { what, names, ifExists } = statement;
  if (what === "database") for (const name of names) administration.dropDatabase(name, ifExists);
  else if (what === "role") for (const name of names) administration.dropRole(name, ifExists);
  else if (what === "table" || what === "view" || what === "index" || what === "sequence") drop(statement, scope);
  return { tag: `DROP ${what.toUpperCase()}`, count: 0, notices: scope.context.notices };
}

function modified(tag: string, { count, relation }: Modified, context: Context): StatementResult {
  const result: StatementResult = { tag: `${tag} ${count}`, count, notices: context.notices };
  return relation ? { ...result, ...shown(relation, context) } : result;
}

/** A result as texts. */
function shown(
  { columns, rows }: Relation,
  { rules }: Context,
): { columns: ResultColumn[]; rows: (string | null)[][] } {
  return {
    columns: columns.map(({ name, type }) => ({ name, type: typeText(type), isRight: isRightAligned(type) })),
    rows: rows.map((row) => row.map((value, i) => outputText(value, columns[i]?.type, rules))),
  };
}

/** The text that a client sees. */
function outputText(value: Value, type: SqlType | undefined, { isMySql }: LexicalRules): string | null {
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

function runCopy(statement: Extract<Statement, { type: "copy" }>, execution: Execution, scope: Scope): StatementResult {
  const { context } = scope;
  const { table: name, delimiter, isCsv } = statement;
  const table = context.workspace.table(name);
  const columns = statement.columns ?? table.columns.map((column) => column.name);
  if (statement.direction === "to") {
    const indexes = columns.map((column) => table.columns.findIndex((each) => each.name === column));
    const copied = table.rows.map(([, stored]) => {
      const values = valuesOf(table, stored);
      return copyText(
        indexes.map((index) => outputText(values[index] ?? null, undefined, context.rules)),
        delimiter,
      );
    });
    return { tag: `COPY ${copied.length}`, count: copied.length, notices: context.notices, copied };
  }
  const lines = (execution.copyData ?? "").split("\n").filter((line) => line !== "" && line !== "\\.");
  const rows = lines.map((line) => line.split(delimiter).map((field) => copiedValue(field, isCsv)));
  const body = { type: "values" as const, rows };
  const query = { ctes: [], isRecursive: false, orderBy: [], body };
  const { count } = runInsert({ type: "insert", table: name, at: 0, columns, query, ctes: [] }, scope);
  return { tag: `COPY ${count}`, count, notices: context.notices };
}

function copiedValue(field: string, isCsv: boolean) {
  if (isCsv ? field === "" : field === "\\N") return { type: "literal" as const, value: null };
  const value = isCsv
    ? field.replace(/^"(.*)"$/s, "$1").replace(/""/g, '"')
    : field.replace(/\\([nt\\])/g, (_all, letter: string) => (letter === "n" ? "\n" : letter === "t" ? "\t" : "\\"));
  return { type: "string" as const, value, at: 0 };
}
