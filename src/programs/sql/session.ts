/** Executes statements of one client session: results, transactions, and errors. */

import type { Statement } from "./ast.ts";
import { commitCounters, SessionStore, TEMPORARY, Workspace } from "./catalog.ts";
import type { Context } from "./context.ts";
import { SqlError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { runDelete, runInsert, runUpdate } from "./modify.ts";
import { parseStatement } from "./parse-statement.ts";
import { runQuery } from "./query.ts";
import type { Execution, SessionState, StatementResult } from "./session-state.ts";
import { runStatement } from "./statements.ts";
import { commit, runTransaction } from "./transactions.ts";

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
    if (session.isReadOnly && WRITING.has(statement.type)) throw readOnly(statement, text);
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

const WRITING: ReadonlySet<Statement["type"]> = new Set([
  "insert",
  "update",
  "delete",
  "createTable",
  "alterTable",
  "createIndex",
  "createView",
  "drop",
  "truncate",
]);

function readOnly(statement: Statement, text: string): SqlError {
  const words = text.trim().split(/\s+/, 2);
  const isChange = ["insert", "update", "delete"].includes(statement.type);
  const what = (isChange ? words.slice(0, 1) : words).join(" ").toUpperCase();
  const message = `cannot execute ${what} in a read-only transaction`;
  return new SqlError({ kind: "other", message, code: "25006", number: 1792 });
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

function contextOf(execution: Execution): Context {
  const { rules, nowMs, random, user, database, version, session, store, pid, administration } = execution;
  const path = rules.isMySql ? ["public"] : [TEMPORARY, ...searchPath(session, user)];
  const context: Context = {
    rules,
    nowMs,
    random,
    user: session.settings["role"] ?? user,
    sessionUser: user,
    database,
    version,
    workspace: new Workspace(new SessionStore(store, session.temporary), session.changes, path),
    systemTable: (schema, name) => administration.systemTable(schema, name, context),
    demand(right, key, entry, at) {
      // `this` is the context of a view where one is open: its owner's rights count.
      administration.demand(this, right, key, entry, at);
    },
    settings: session.settings,
    notices: [],
    session: {
      lastInsertId: session.lastInsertId,
      rowCount: session.rowCount,
      pid,
      currentValues: session.currentValues,
    },
    work: 0,
    types: new WeakMap(),
    evaluate,
    runQuery,
    runChange: (statement, scope) => {
      const run = { insert: runInsert, update: runUpdate, delete: runDelete }[statement.type];
      return run(statement as never, scope).relation ?? { columns: [], rows: [] };
    },
  };
  return context;
}

/** Schemas of `search_path`; `$user` is the schema with the user's name. */
function searchPath({ settings }: SessionState, user: string): string[] {
  const given = settings["search_path"];
  if (given === undefined) return [user, "public"].filter((name) => name !== "postgres");
  const names = given.split(",").map((name) => name.trim().replace(/^["'](.*)["']$/, "$1"));
  return names.map((name) => (name === "$user" ? user : name)).filter((name) => name !== "");
}
