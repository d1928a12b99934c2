/** Runs one statement of any type but transactions. */
import { alterTable } from "./alter.ts";
import type { Expr, Statement } from "./ast.ts";
import type { Context, Scope } from "./context.ts";
import { runCopy } from "./copy.ts";
import { createIndex, createTable } from "./define.ts";
import {
  createFunction,
  createMaterializedView,
  createSchema,
  createSequence,
  createType,
  createView,
  refresh,
} from "./define-objects.ts";
import { drop, truncate } from "./drop.ts";
import { SqlError, unsupported } from "./errors.ts";
import { defaultPrivileges, dropOwned } from "./grants.ts";
import { runDelete, runInsert, runUpdate } from "./modify.ts";
import { parseStatement } from "./parse-statement.ts";
import { modified, shown } from "./results.ts";
import type { Execution, StatementResult } from "./session-state.ts";
import { runTransaction } from "./transactions.ts";
import { textOf } from "./values.ts";

export function runStatement(
  statement: Statement,
  text: string,
  execution: Execution,
  context: Context,
): StatementResult {
  const scope: Scope = { context, columns: [], row: [], ctes: new Map() };
  const { notices } = context;
  const done = (tag: string, count = 0): StatementResult => ({ tag, count, notices });
  switch (statement.type) {
    case "query": {
      const relation = context.runQuery(statement.query, scope);
      return { ...done(`SELECT ${relation.rows.length}`, relation.rows.length), ...shown(relation, context) };
    }
    case "insert":
      return modified("INSERT 0", runInsert(statement, scope), context);
    case "update":
      return modified("UPDATE", runUpdate(statement, scope), context);
    case "delete":
      return modified("DELETE", runDelete(statement, scope), context);
    case "truncate":
      truncate(statement, scope);
      return done("TRUNCATE TABLE");
    case "copy":
      return runCopy(statement, execution.copyData, scope);
    case "transaction":
      return runTransaction(statement, execution);
    case "accepted":
      return done(statement.tag);
    case "explain":
      throw unsupported("EXPLAIN");
    default:
      return runDefinition(statement, scope, done) ?? runServerStatement(statement, text, execution, scope);
  }
}

type Done = (tag: string, count?: number) => StatementResult;

/** Statements on objects of the database; undefined for others. */
function runDefinition(statement: Statement, scope: Scope, done: Done): StatementResult | undefined {
  switch (statement.type) {
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
    case "createView": {
      const count = statement.isMaterialized ? createMaterializedView(statement, scope) : createView(statement, scope);
      return done(count === undefined ? "CREATE VIEW" : `SELECT ${count}`, count ?? 0);
    }
    case "refresh":
      refresh(statement.name, scope);
      return done("REFRESH MATERIALIZED VIEW");
    case "createSequence":
      createSequence(statement, scope);
      return done("CREATE SEQUENCE");
    case "createSchema":
      createSchema(statement, scope);
      return done("CREATE SCHEMA");
    case "createType":
      createType(statement, scope);
      return done("CREATE TYPE");
    case "createFunction":
      createFunction(statement, scope);
      return done("CREATE FUNCTION");
    case "dropOwned":
      dropOwned(statement.roles, scope.context);
      return done("DROP OWNED");
    case "defaultPrivileges":
      defaultPrivileges(statement, scope.context);
      return done("ALTER DEFAULT PRIVILEGES");
    default:
      return undefined;
  }
}

/** Statements on the server and the session. */
function runServerStatement(statement: Statement, text: string, execution: Execution, scope: Scope): StatementResult {
  const { administration, session } = execution;
  const { context } = scope;
  const { notices } = context;
  const done: Done = (tag, count = 0) => ({ tag, count, notices });
  switch (statement.type) {
    case "drop":
      return runDrop(statement, scope, execution, done);
    case "createDatabase":
      administration.createDatabase(statement.name, statement);
      return done("CREATE DATABASE", 1);
    case "role":
      administration.role(statement);
      return done(statement.tag);
    case "grant":
      administration.grant(statement, context);
      return done(/\bon\b/i.test(text) ? statement.action.toUpperCase() : `${statement.action.toUpperCase()} ROLE`);
    case "set":
      return runSet(statement, execution, done);
    case "setVariable":
      session.settings[statement.name.replace(/^@@(global\.|session\.)?/, "@@")] = textOf(
        context.evaluate(statement.value, scope),
      );
      return done("SET");
    case "show":
    case "describe":
    case "use": {
      const relation = administration.show(statement, context);
      if (!relation) throw unsupported(text.trim().replace(/;$/, ""));
      return { ...done("SHOW", relation.rows.length), ...shown(relation, context) };
    }
    case "prepare":
      session.prepared[statement.name] = statement.text;
      return done("PREPARE");
    case "execute":
      return runExecute(statement, execution, scope);
    case "deallocate": {
      if (statement.name !== "" && !Object.hasOwn(session.prepared, statement.name)) throw notPrepared(statement.name);
      if (statement.name === "") session.prepared = {};
      else delete session.prepared[statement.name];
      return done("DEALLOCATE");
    }
    default:
      throw unsupported(text.trim().split(/\s+/, 2).join(" ").toUpperCase());
  }
}

function notPrepared(name: string): SqlError {
  const message = `prepared statement "${name}" does not exist`;
  return new SqlError({ kind: "other", message, code: "26000", number: 1243 });
}

/** Parameters are replaced by their values as literals. */
function runExecute(
  { name, args }: Extract<Statement, { type: "execute" }>,
  execution: Execution,
  scope: Scope,
): StatementResult {
  const text = Object.hasOwn(execution.session.prepared, name) ? execution.session.prepared[name] : undefined;
  if (text === undefined) throw notPrepared(name);
  const values = args.map((arg) => literalText(arg, scope));
  const filled = text.replace(/\$(\d+)/g, (_all, number: string) => values[Number(number) - 1] ?? "NULL");
  const statement = parseStatement(filled, execution.rules);
  if (!statement) throw notPrepared(name);
  return runStatement(statement, filled, execution, scope.context);
}

function literalText(expr: Expr, { context, ...scope }: Scope): string {
  const value = context.evaluate(expr, { context, ...scope });
  if (value === null) return "NULL";
  if (typeof value === "boolean") return String(value);
  return typeof value === "number" ? String(value) : `'${textOf(value).replace(/'/g, "''")}'`;
}

function runSet(
  { name, value, isReset }: Extract<Statement, { type: "set" }>,
  { session, administration, rules, user }: Execution,
  done: Done,
): StatementResult {
  const key = name.toLowerCase();
  if (rules.isMySql) {
    session.settings[key] = value;
    return done("SET");
  }
  if (key === "transaction") {
    if (session.transaction === "none")
      return { ...done("SET"), notices: ["WARNING:SET TRANSACTION can only be used in transaction blocks"] };
    if (/read\s+only/.test(value)) session.isReadOnly = true;
    return done("SET");
  }
  if (isReset || /^default$/i.test(value)) {
    if (key === "all") session.settings = {};
    else delete session.settings[key];
    return done(isReset ? "RESET" : "SET");
  }
  if (key === "role") {
    if (/^none$/i.test(value)) delete session.settings["role"];
    else session.settings["role"] = administration.roleFor(value.replace(/^"(.*)"$/, "$1"), user);
    return done("SET");
  }
  session.settings[key] = administration.settingFor(key, value);
  return done("SET");
}

function runDrop(
  statement: Extract<Statement, { type: "drop" }>,
  scope: Scope,
  { administration }: Execution,
  done: Done,
): StatementResult {
  const { what, names, ifExists } = statement;
  const { notices } = scope.context;
  for (const name of names) {
    if (what === "database" && !administration.dropDatabase(name, ifExists))
      notices.push(`database "${name}" does not exist, skipping`);
  }
  if (what === "role")
    for (const name of administration.dropRoles(names, ifExists, scope.context))
      notices.push(`role "${name}" does not exist, skipping`);
  if (what !== "database" && what !== "role" && what !== "extension") drop(statement, scope);
  return done(`DROP ${what.toUpperCase()}`);
}
