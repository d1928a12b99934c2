/** The way to the database: statements over HTTP, each call one round trip, rows as Postgres' own text. */

import { type NeonQueryFunction, neon, neonConfig } from "@neondatabase/serverless";
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
  /** Told of each round trip that failed because of the database or the way to it, for the log. */
  onFailure?: (failure: DatabaseFailure) => void;
}

/** Holds nothing that a client sent. */
export interface DatabaseFailure {
  operation: string;
  /** Null where no answer arrived. */
  sqlState: string | null;
  message: string;
}

export type TextRow = (string | null)[];

export interface DatabaseClient {
  /** The driver, for the query builder. Calls through it go inside `roundTrip`. */
  driver: NeonQueryFunction<false, false>;
  /** Runs one statement that calls a function of the database. */
  call(operation: string, statement: string, parameters: readonly SqlParameter[]): Promise<TextRow[]>;
  /** Counts a round trip, tries serialization failures again, and turns the driver's errors into the store's. */
  roundTrip<T>(operation: string, run: () => Promise<T>): Promise<T>;
}

export type SqlParameter = string | number | null;

const KNOWN_FAILURES = [StoreUnavailableError, CommitUnknownError, StoreSizeError];

/** The driver tells the status of an answer in a message only; statuses that do not come from Postgres become errors here. */
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

  return {
    driver,
    roundTrip,
    call: (operation, statement, parameters) =>
      roundTrip(
        operation,
        async () => (await driver.query(statement, [...parameters], { arrayMode: true, types: RAW_TEXT })) as TextRow[],
      ),
  };
}

/** Endpoints by host and port: the driver's setting is one for all its clients, tests have several. */
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

/** `name($1, …, $n)` as a statement. */
export function callStatement(name: string, parameterCount: number): string {
  const placeholders = Array.from({ length: parameterCount }, (_, index) => `$${index + 1}`).join(", ");
  return `SELECT * FROM ${name}(${placeholders})`;
}
