/** A PostgreSQL server, reached over TCP, as a backend of the local SQL endpoint. */
import pg from "pg";
import {
  beginStatement,
  changesSchema,
  ERROR_FIELDS,
  type ErrorFieldName,
  PostgresError,
  parameterText,
  type SqlBackend,
  type SqlQuery,
  type SqlResult,
  StatementNames,
} from "./backend.ts";

const MAX_CONNECTIONS = 20;

/** Values are not parsed: Neon's driver parses them itself. */
const AS_TEXT = { getTypeParser: () => (text: string) => text };

/** Connects lazily, with a bounded pool; each connection prepares the statements that it runs. */
export function postgresBackend(url: string): SqlBackend {
  // A pipelined batch is one exchange with the server, as between Neon's proxy and its database.
  const config: pg.PoolConfig & { pipeline: boolean } = { connectionString: url, max: MAX_CONNECTIONS, pipeline: true };
  const pool = new pg.Pool(config);
  // A broken idle connection is replaced at the next query; without a listener its error would end the process.
  pool.on("error", () => {});
  const names = new StatementNames();

  const run = async (client: pg.Pool | pg.PoolClient, { query, params = [] }: SqlQuery): Promise<SqlResult> => {
    const name = names.of(query);
    const result = await client.query<(string | null)[]>({
      ...(name === undefined ? {} : { name }),
      text: query,
      values: params.map(parameterText),
      rowMode: "array",
      types: AS_TEXT,
    });
    if (changesSchema(result.command)) names.forgetAll();
    return {
      command: result.command,
      rowCount: result.rowCount,
      fields: result.fields.map((field) => ({
        name: field.name,
        tableID: field.tableID,
        columnID: field.columnID,
        dataTypeID: field.dataTypeID,
        dataTypeSize: field.dataTypeSize,
        dataTypeModifier: field.dataTypeModifier,
        format: "text",
      })),
      rows: result.rows,
      rowAsArray: true,
    };
  };

  return {
    name: `PostgreSQL at ${new URL(url).host}`,
    async query(query) {
      return await run(pool, query).catch(rethrow);
    },
    async transaction(queries, options) {
      return await withClient(pool, async (client) => {
        // If a statement fails, those behind it fail too, and COMMIT of a failed transaction rolls it back.
        const begin = client.query(beginStatement(options));
        const outcomes = queries.map((query) => run(client, query));
        const commit = client.query("COMMIT");
        return (await Promise.all([begin, Promise.all(outcomes), commit]))[1];
      });
    },
    async script(sql) {
      await withClient(pool, async (client) => {
        await client.query(sql);
        names.forgetAll();
      });
    },
    async close() {
      await pool.end();
    },
  };
}

async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(rethrow);
  let broken = false;
  try {
    return await work(client);
  } catch (error) {
    // A connection that cannot roll back is closed instead of returned to the pool.
    await client.query("ROLLBACK").catch(() => {
      broken = true;
    });
    return rethrow(error);
  } finally {
    client.release(broken);
  }
}

/** Converts the driver's errors into ours; failures of the connection are thrown unchanged. */
function rethrow(error: unknown): never {
  if (!(error instanceof pg.DatabaseError)) throw error;
  const fields: Partial<Record<ErrorFieldName, string>> = { message: error.message };
  for (const name of Object.values(ERROR_FIELDS)) {
    const value = error[name as keyof pg.DatabaseError];
    if (typeof value === "string") fields[name] = value;
  }
  throw new PostgresError(fields);
}
