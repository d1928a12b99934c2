/** PGlite, the Postgres that runs inside this process, as a backend of the local SQL endpoint. */
import { PGlite } from "@electric-sql/pglite";
import {
  beginStatement,
  changesSchema,
  PostgresError,
  parameterText,
  type SqlBackend,
  type SqlField,
  type SqlQuery,
  type SqlResult,
  StatementNames,
} from "./backend.ts";
import { type BackendAnswer, FrontendMessages, readAnswer } from "./wire.ts";

/** The message that ends every answer: a letter, its length, and a letter for the transaction. */
const READY_FOR_QUERY = "Z".charCodeAt(0);
const READY_FOR_QUERY_BYTES = 6;

/** A PGlite whose users share its one connection in turn. */
export interface PgliteConnection {
  /** Runs statements as this role, or as the owner of the database. Closing any of the backends closes the database. */
  as(role: string | null): SqlBackend;
}

/** As {@link openPgliteConnection}, with the owner's role alone. */
export async function openPglite(directory?: string): Promise<SqlBackend> {
  return (await openPgliteConnection(directory)).as(null);
}

/**
 * Opens the database in a directory, or in memory without one. The caller must lock the directory: PGlite allows two
 * processes to open it, which corrupts it.
 */
export async function openPgliteConnection(directory?: string): Promise<PgliteConnection> {
  const database = directory === undefined ? new PGlite() : new PGlite(directory);
  await database.waitReady;
  const statements = new PreparedStatements();
  let current: string | null = null;
  return {
    as: (role) =>
      pgliteBackend(database, statements, () => {
        if (current === role) return;
        setAuthorization(database, role);
        current = role;
      }),
  };
}

/** The role as which PGlite opens a database. `SET SESSION AUTHORIZATION DEFAULT` does not return to it. */
const OWNER = "postgres";

/** Runs the next statements as this role, or as the owner. */
function setAuthorization(database: PGlite, role: string | null): void {
  const name = `"${(role ?? OWNER).replaceAll('"', '""')}"`;
  const bytes = new FrontendMessages().query(`RESET ROLE; SET SESSION AUTHORIZATION ${name}`).bytes();
  const { error } = readAnswer(execute(database, bytes));
  if (error) throw new PostgresError(error);
}

/**
 * Speaks the wire protocol with a PGlite. Each call is one synchronous pipeline, so that calls never interleave
 * inside a transaction although PGlite has a single connection.
 */
function pgliteBackend(database: PGlite, statements: PreparedStatements, becomeRole: () => void): SqlBackend {
  const send = (pipeline: Pipeline): SqlResult[] => {
    becomeRole();
    const bytes = pipeline.messages.sync().bytes();
    const answer = readAnswer(execute(database, bytes), pipeline.knownFields);
    if (answer.error) {
      const failure = new PostgresError(answer.error);
      recover(database, answer, pipeline);
      statements.forget(pipeline.newStatements);
      throw failure;
    }
    statements.remember(pipeline, answer.results);
    return answer.results;
  };

  return {
    name: "PGlite",
    async query(query) {
      const pipeline = new Pipeline(statements);
      pipeline.add(query);
      const [result] = send(pipeline);
      if (!result) throw new Error("the database gave no result");
      return result;
    },
    async transaction(queries, options) {
      const pipeline = new Pipeline(statements);
      pipeline.add({ query: beginStatement(options) });
      for (const query of queries) pipeline.add(query);
      pipeline.add({ query: "COMMIT" });
      return send(pipeline).slice(1, -1);
    },
    async script(sql) {
      becomeRole();
      const bytes = new FrontendMessages().query(sql).bytes();
      const answer = readAnswer(execute(database, bytes));
      statements.forgetAll();
      if (!answer.error) return;
      if (answer.transactionStatus !== "I") rollBack(database);
      throw new PostgresError(answer.error);
    },
    async close() {
      await database.close();
    },
  };
}

/**
 * Sends messages and collects the answer, synchronously. PGlite's call with one answer parses every answer again and
 * never frees its rows. Its streaming call does neither, and runs before it awaits.
 */
function execute(database: PGlite, bytes: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [];
  database
    .execProtocolRawStream(bytes, { syncToFs: false, onRawData: (chunk) => chunks.push(chunk.slice()) })
    .catch((error: unknown) => console.error(error));
  const answer = Buffer.concat(chunks);
  const end = answer.subarray(-READY_FOR_QUERY_BYTES);
  if (end.length < READY_FOR_QUERY_BYTES || end[0] !== READY_FOR_QUERY)
    throw new Error("the database broke off its answer");
  return answer;
}

/** After an error the server skips the rest of the pipeline. Ends the transaction and closes the new statements. */
function recover(database: PGlite, answer: BackendAnswer, pipeline: Pipeline): void {
  if (answer.transactionStatus !== "I") rollBack(database);
  if (pipeline.newStatements.size === 0) return;
  const closing = new FrontendMessages();
  for (const statement of pipeline.newStatements) closing.closeStatement(statement.name);
  execute(database, closing.sync().bytes());
}

function rollBack(database: PGlite): void {
  execute(database, new FrontendMessages().query("ROLLBACK").bytes());
}

interface PreparedStatement {
  sql: string;
  name: string;
  /** Its columns, once the server has described them. */
  fields?: SqlField[];
}

/** The prepared statements of the one connection. */
class PreparedStatements {
  #names = new StatementNames();
  #parsed = new Map<string, PreparedStatement>();

  find(sql: string): PreparedStatement | undefined {
    return this.#parsed.get(sql);
  }

  /** A statement to parse now; undefined if it should stay unnamed. */
  prepare(sql: string): PreparedStatement | undefined {
    const name = this.#names.of(sql);
    if (name === undefined) return undefined;
    const statement: PreparedStatement = { sql, name };
    this.#parsed.set(sql, statement);
    return statement;
  }

  remember(pipeline: Pipeline, results: readonly SqlResult[]): void {
    pipeline.statements.forEach((statement, index) => {
      if (statement) statement.fields ??= results[index]?.fields ?? [];
    });
    if (results.some((result) => changesSchema(result.command))) this.forgetAll();
  }

  forget(statements: ReadonlySet<PreparedStatement>): void {
    for (const statement of statements) this.#parsed.delete(statement.sql);
  }

  /** The old ones stay in the server unused: schema changes are rare, and their names are not used again. */
  forgetAll(): void {
    this.#names.forgetAll();
    this.#parsed.clear();
  }
}

/** Statements that are sent to the server as one message. */
class Pipeline {
  readonly messages = new FrontendMessages();
  readonly statements: (PreparedStatement | undefined)[] = [];
  readonly knownFields: (SqlField[] | undefined)[] = [];
  readonly newStatements = new Set<PreparedStatement>();
  readonly #prepared: PreparedStatements;

  constructor(prepared: PreparedStatements) {
    this.#prepared = prepared;
  }

  add({ query, params = [] }: SqlQuery): void {
    let statement = this.#prepared.find(query);
    if (!statement) {
      statement = this.#prepared.prepare(query);
      if (statement) this.newStatements.add(statement);
      this.messages.parse(statement?.name ?? "", query);
    }
    this.messages.bind(statement?.name ?? "", params.map(parameterText));
    if (!statement?.fields) this.messages.describePortal();
    this.messages.execute();
    this.statements.push(statement);
    this.knownFields.push(statement?.fields);
  }
}
