/** Runs the statements of one message: on the files of a server, with transactions by session. */
import { FileError } from "../../../files/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { type Dialect, SqlError, type Statement } from "./ast.ts";
import type { Database } from "./database.ts";
import { Executor, type Outcome, type SystemTables } from "./execute.ts";
import type { Session } from "./functions.ts";
import { parseStatement } from "./parse-statement.ts";
import type { Relation } from "./query.ts";
import type { Storage } from "./storage.ts";
import { splitStatements } from "./tokens.ts";
import { textOf } from "./types.ts";

/** One result as JSON: rows as texts, or an error. */
export interface ResultBody {
  tag?: string;
  columns?: { name: string; typeName: string }[];
  rows?: (string | null)[][];
  affected?: number;
  notices?: string[];
  /** The session's database after USE. */
  database?: string;
  error?: { code: string; number: number; message: string; detail?: string; position?: number; statement: string };
}

/** Additions of a dialect: databases, SHOW, DESCRIBE, and the tables of its catalogues. */
export interface DialectRules {
  dialect: Dialect;
  systemTables(storage: Storage, database: Database, session: Session): SystemTables;
  /** Statements on the server instead of a database; undefined for others. */
  administer(
    statement: Statement,
    storage: Storage,
    context: { database: Database | undefined; session: Session },
  ): (Outcome & { use?: string }) | undefined;
  noDatabase(): SqlError;
}

interface Input {
  process: ProcessView;
  storage: Storage;
  rules: DialectRules;
  session: Session;
  /** The client's session, for its transaction. */
  id: string;
}

/** The results of a script. It ends at the first error. `sleptMs` of the session grows. */
export function runScript(sql: string, input: Input): ResultBody[] {
  const { rules, session } = input;
  const results: ResultBody[] = [];
  let statements: { text: string; at: number }[];
  try {
    statements = splitStatements(sql, rules.dialect);
  } catch (error) {
    if (error instanceof SqlError) return [{ error: errorBody(error, sql) }];
    throw error;
  }
  for (const { text } of statements) {
    try {
      results.push(runOne(text, input));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      failTransaction(input);
      results.push({ error: errorBody(error, text) });
      break;
    }
  }
  void session;
  return results;
}

function errorBody(
  { code, number, message, detail, position }: SqlError,
  statement: string,
): NonNullable<ResultBody["error"]> {
  return {
    code,
    number,
    message,
    statement,
    ...(detail !== undefined && { detail }),
    ...(position !== undefined && { position }),
  };
}

function runOne(text: string, input: Input): ResultBody {
  const { rules, storage, session } = input;
  const statement = parseStatement(text, rules.dialect);
  if (statement.type === "transaction") return changeTransaction(statement.action, input);
  const open = transactionOf(input);
  if (open?.["failed"] === true)
    throw new SqlError("25P02", "current transaction is aborted, commands ignored until end of transaction block");
  const database =
    session.database !== "" && storage.has(session.database) ? storage.read(session.database) : undefined;
  const special = rules.administer(statement, storage, { database, session });
  if (special) {
    if (special.use !== undefined) session.database = special.use;
    return { ...bodyOf(special, rules.dialect), ...(special.use !== undefined && { database: special.use }) };
  }
  if (!database && needsDatabase(statement)) throw rules.noDatabase();
  const worked = database ?? { tables: {}, views: {} };
  try {
    const outcome = new Executor(worked, session, rules.systemTables(storage, worked, session)).execute(statement);
    if (outcome.changed && database) save(storage, session.database, database, rules.dialect);
    return bodyOf(outcome, rules.dialect);
  } catch (error) {
    if (statement.type === "insert" && database) keepSerial(storage, session.database, database, statement.table);
    throw error;
  }
}

/** Numbers of a sequence are used up even if the statement fails. */
function keepSerial(storage: Storage, name: string, tried: Database, tableName: string): void {
  const stored = storage.read(name);
  const [table, other] = [stored.tables[tableName], tried.tables[tableName]];
  if (!table || !other || table.nextSerial === other.nextSerial) return;
  table.nextSerial = other.nextSerial;
  storage.write(name, stored);
}

/** A query without tables runs without a database. */
function needsDatabase(statement: Statement): boolean {
  return (
    statement.type !== "select" ||
    statement.sources.some(
      ({ from }) => from.type === "table" && !/^(schemata|tables|columns|user|processlist)$/i.test(from.name),
    )
  );
}

function save(storage: Storage, name: string, database: Database, dialect: Dialect): void {
  try {
    storage.write(name, database);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (dialect === "mysql")
      throw new SqlError("HY000", `Error writing file '${error.path}' (OS errno 28 - ${error.message})`, {
        number: 1026,
      });
    throw new SqlError("53100", `could not extend file "${error.path}": ${error.message}`);
  }
}

function bodyOf({ tag, relation, affected, notices }: Outcome, dialect: Dialect): ResultBody {
  return {
    tag,
    ...(relation && { columns: relation.columns, rows: textsOf(relation, dialect) }),
    ...(affected !== undefined && { affected }),
    ...(notices && notices.length > 0 && { notices }),
  };
}

function textsOf({ rows }: Relation, dialect: Dialect): (string | null)[][] {
  return rows.map((row) => row.map((value) => (value === null || value === undefined ? null : textOf(value, dialect))));
}

/** Open transactions by session: the database as it was before. */
function transactions({ process }: Input): JsonObject {
  process.state["transactions"] ??= {};
  return process.state["transactions"] as JsonObject;
}

function transactionOf(input: Input): JsonObject | undefined {
  const open = transactions(input)[input.id];
  return isJsonObject(open) ? open : undefined;
}

function failTransaction(input: Input): void {
  const open = transactionOf(input);
  // MySQL goes on after an error; PostgreSQL ignores all commands until the end of the block.
  if (open && input.rules.dialect === "postgres") open["failed"] = true;
}

function changeTransaction(action: "begin" | "commit" | "rollback", input: Input): ResultBody {
  const { storage, session, id } = input;
  const open = transactionOf(input);
  const all = transactions(input);
  if (action === "begin") {
    if (open) return { tag: "BEGIN", notices: ["there is already a transaction in progress"] };
    const before =
      session.database !== "" && storage.has(session.database)
        ? (storage.read(session.database) as unknown as JsonValue)
        : null;
    all[id] = { database: session.database, before };
    return { tag: "BEGIN" };
  }
  if (!open)
    return { tag: action === "commit" ? "COMMIT" : "ROLLBACK", notices: ["there is no transaction in progress"] };
  delete all[id];
  const isUndone = action === "rollback" || open["failed"] === true;
  if (isUndone && open["before"] !== null)
    save(storage, String(open["database"]), open["before"] as unknown as Database, input.rules.dialect);
  return { tag: isUndone ? "ROLLBACK" : "COMMIT" };
}
