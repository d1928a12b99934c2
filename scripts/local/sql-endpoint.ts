/**
 * Neon's SQL over HTTP, on this machine. `@neondatabase/serverless` sends to this server the requests that it sends
 * to Neon in production; PGlite or any PostgreSQL executes them. The Worker is the same in both cases.
 *
 * A POST carries `{query, params}`, or `{queries: […]}` for one transaction. An error of the database is HTTP 400
 * with its SQLSTATE in `code`, which the driver reads. Callers need the password of the connection string.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  PostgresError,
  type SqlBackend,
  type SqlQuery,
  type SqlResult,
  type TransactionOptions,
} from "./sql/backend.ts";

/** Neon's limit of a request, 64 MB. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Longer than the client keeps its connections, so that it never uses a connection that is being closed. */
const KEEP_ALIVE_TIMEOUT_MS = 5 * 60 * 1000;

const ISOLATION_LEVELS: Record<string, TransactionOptions["isolationLevel"]> = {
  ReadUncommitted: "READ UNCOMMITTED",
  ReadCommitted: "READ COMMITTED",
  RepeatableRead: "REPEATABLE READ",
  Serializable: "SERIALIZABLE",
};

export interface SqlEndpointOptions {
  backend: SqlBackend;
  /** Default: a free port. */
  port?: number;
  /** Called after every answered request; tests count round trips with it. */
  onRequest?: (statements: readonly SqlQuery[]) => void;
}

export interface SqlEndpoint {
  /** For the Worker's `DATABASE_URL`; it carries the secret. */
  connectionString: string;
  /** For the Worker's `SQL_ENDPOINT_URL`, which becomes `neonConfig.fetchEndpoint`. */
  fetchEndpoint: string;
  /** Stops serving. The backend stays open: the caller that opened it closes it. */
  close(): Promise<void>;
}

/** Serves a backend on a loopback port. */
export async function startSqlEndpoint({ backend, port = 0, onRequest }: SqlEndpointOptions): Promise<SqlEndpoint> {
  const password = randomBytes(24).toString("base64url");
  const isAllowed = passwordCheck(password);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS }, (request, response) => {
    answer(request, response, { backend, isAllowed, onRequest }).catch((error: unknown) => {
      sendJson(response, 500, { message: String(error), code: null });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: boundPort } = server.address() as AddressInfo;

  return {
    connectionString: `postgresql://sandbar:${password}@127.0.0.1:${boundPort}/sandbar`,
    fetchEndpoint: `http://127.0.0.1:${boundPort}/sql`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface RequestContext {
  backend: SqlBackend;
  isAllowed: (connectionString: string | undefined) => boolean;
  onRequest: SqlEndpointOptions["onRequest"];
}

async function answer(request: IncomingMessage, response: ServerResponse, context: RequestContext): Promise<void> {
  if (request.method !== "POST") return sendJson(response, 405, { message: "POST statements here", code: null });
  if (!context.isAllowed(header(request.headers, "neon-connection-string"))) {
    return sendJson(response, 401, { message: "password authentication failed", code: "28P01" });
  }
  const text = await readBody(request);
  if (text === null) return sendJson(response, 413, { message: `more than ${MAX_BODY_BYTES} bytes`, code: null });
  const statements = parseBody(text);
  if (!statements) return sendJson(response, 400, { message: "neither {query} nor {queries}", code: null });

  try {
    const { backend } = context;
    if (Array.isArray(statements)) {
      const results = await backend.transaction(statements, transactionOptions(request.headers));
      sendJson(response, 200, { results });
    } else {
      sendJson(response, 200, await backend.query(statements));
    }
  } catch (error) {
    if (error instanceof PostgresError) sendJson(response, 400, error.fields);
    else sendJson(response, 500, failureOf(error));
  }
  context.onRequest?.(Array.isArray(statements) ? statements : [statements]);
}

/** The error of a real server: a full disk, or an unknown error. */
function failureOf(error: unknown): { message: string; code: string | null } {
  const { message, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  return { message, code: code === "ENOSPC" ? "53100" : null };
}

function transactionOptions(headers: IncomingHttpHeaders): TransactionOptions {
  return {
    isolationLevel: ISOLATION_LEVELS[header(headers, "neon-batch-isolation-level") ?? ""],
    readOnly: header(headers, "neon-batch-read-only") === "true",
    deferrable: header(headers, "neon-batch-deferrable") === "true",
  };
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The whole body; null if it is over the limit. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    byteCount += chunk.length;
    if (byteCount > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** One statement, a list of them for a transaction, or null for anything else. */
function parseBody(text: string): SqlQuery | SqlQuery[] | null {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof body !== "object" || body === null) return null;
  if ("queries" in body) return Array.isArray(body.queries) && body.queries.every(isQuery) ? body.queries : null;
  return isQuery(body) ? body : null;
}

function isQuery(value: unknown): value is SqlQuery {
  if (typeof value !== "object" || value === null || !("query" in value)) return false;
  return typeof value.query === "string" && (!("params" in value) || Array.isArray(value.params));
}

function sendJson(response: ServerResponse, status: number, body: SqlResult | object): void {
  if (response.headersSent) return;
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

/** Compares in constant time, so that the password cannot be found byte by byte. */
function passwordCheck(password: string): RequestContext["isAllowed"] {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const expected = digest(password);
  return (connectionString) => {
    if (connectionString === undefined || !URL.canParse(connectionString)) return false;
    return timingSafeEqual(digest(new URL(connectionString).password), expected);
  };
}
