/**
 * The connection to the database: statements over HTTP, each call one round trip. Every statement is SQL of drizzle,
 * from its query builder or from its `sql` template.
 */

import { neon, neonConfig } from "@neondatabase/serverless";
import type { SQL } from "drizzle-orm";
import type { BatchItem, BatchResponse } from "drizzle-orm/batch";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import { PgDialect } from "drizzle-orm/pg-core";
import { DATABASE_TIMEOUT_MS, MAX_SERIALIZATION_TRIES } from "../../lib/limits.ts";
import { CommitUnknownError, StoreSizeError, StoreUnavailableError } from "../store.ts";
import { EndpointError, isRetriable, sqlState, storeError } from "./errors.ts";

export interface ClientOptions {
  connectionString: string;
  /** Where statements are sent instead of Neon's own address. */
  fetchEndpoint?: string;
  /** Called with the operation's name before each round trip. */
  onRoundTrip?: (operation: string) => void;
  /** An answer that takes longer is given up. */
  timeoutMs?: number;
  /** Called after each round trip that failed because of the database or the connection to it, for the log. */
  onFailure?: (failure: DatabaseFailure) => void;
}

/** Contains no data that a client sent. */
export interface DatabaseFailure {
  operation: string;
  /** Null where no answer arrived. */
  sqlState: string | null;
  message: string;
}

/** A row of an answer with many rows: values in the order of its columns, as Postgres' own text. */
export type TextRow = (string | null)[];

/** The row of an answer with one row: values by the names of its columns, as Postgres' own text. */
export type NamedRow = Readonly<Record<string, string | null>>;

/**
 * Each method is one round trip. It retries serialization failures and throws the store's errors (`errors.ts`).
 * `operation` names the round trip in logs and tests.
 */
export interface DatabaseClient {
  /** Builds queries for `batch`. Nothing is executed through it directly. */
  builder: NeonHttpDatabase;
  /** Runs the queries in one transaction. */
  batch<T extends readonly [BatchItem<"pg">, ...BatchItem<"pg">[]]>(
    operation: string,
    queries: T,
  ): Promise<BatchResponse<T>>;
  rows(operation: string, query: SQL): Promise<TextRow[]>;
  /** The first row; undefined when the answer has none. */
  row(operation: string, query: SQL): Promise<NamedRow | undefined>;
  /** The first column of the first row; null when the answer has no row. */
  value(operation: string, query: SQL): Promise<string | null>;
}

const KNOWN_FAILURES = [StoreUnavailableError, CommitUnknownError, StoreSizeError];

/**
 * The driver reports an answer's status only in a message, so statuses that do not come from Postgres are thrown
 * here.
 */
neonConfig.fetchFunction = async (url: string, options: RequestInit): Promise<Response> => {
  const response = await fetch(url, options);
  if (response.ok || response.status === 400) return response;
  await response.body?.cancel();
  throw new EndpointError(response.status);
};

const RAW_TEXT = { getTypeParser: () => (text: string) => text };

export function createClient(options: ClientOptions): DatabaseClient {
  const { connectionString, fetchEndpoint, onRoundTrip, onFailure, timeoutMs = DATABASE_TIMEOUT_MS } = options;
  if (fetchEndpoint !== undefined) useEndpoint(connectionString, fetchEndpoint);
  // The driver copies these options for every request, so every request gets a signal of its own.
  const fetchOptions = {
    get signal() {
      return AbortSignal.timeout(timeoutMs);
    },
  };
  const driver = neon(connectionString, { fetchOptions });

  /** Counts a round trip, retries serialization failures, and throws the store's errors for the driver's. */
  async function roundTrip<T>(operation: string, run: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      onRoundTrip?.(operation);
      try {
        return await run();
      } catch (error) {
        if (isRetriable(error) && attempt < MAX_SERIALIZATION_TRIES) continue;
        const failure = storeError(error, { isCommit: operation === "commit" });
        if (KNOWN_FAILURES.some((known) => failure instanceof known)) {
          onFailure?.({ operation, sqlState: sqlState(error), message: (failure as Error).message });
        }
        throw failure;
      }
    }
  }

  const builder = drizzle({ client: driver });
  const dialect = new PgDialect();

  async function rows(operation: string, query: SQL): Promise<TextRow[]> {
    const { sql, params } = dialect.sqlToQuery(query);
    const options = { arrayMode: true, types: RAW_TEXT } as const;
    return roundTrip(operation, async () => (await driver.query(sql, params, options)) as TextRow[]);
  }

  return {
    builder,
    batch: (operation, queries) => roundTrip(operation, () => builder.batch(queries)),
    rows,
    async row(operation, query) {
      const { sql, params } = dialect.sqlToQuery(query);
      const found = await roundTrip(operation, async () => driver.query(sql, params, { types: RAW_TEXT }));
      return found[0];
    },
    value: async (operation, query) => (await rows(operation, query))[0]?.[0] ?? null,
  };
}

/** Endpoints by host and port: the driver has one setting for all its clients, and tests have several clients. */
const endpoints = new Map<string, string>();

function useEndpoint(connectionString: string, endpoint: string): void {
  const url = new URL(connectionString);
  if (endpoints.size === 0) {
    const standard = neonConfig.fetchEndpoint;
    neonConfig.fetchEndpoint = (host, port, options) => {
      const known = endpoints.get(`${host}:${port}`);
      if (known !== undefined) return known;
      return typeof standard === "function" ? standard(host, port, options) : standard;
    };
  }
  endpoints.set(`${url.hostname}:${url.port}`, endpoint);
}
