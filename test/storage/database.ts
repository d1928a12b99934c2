/** Databases for tests: migrated, behind the local SQL endpoint, each gone afterwards. */

import { randomUUID } from "node:crypto";
import type { SqlBackend } from "../../scripts/local/sql/backend.ts";
import { openPglite } from "../../scripts/local/sql/pglite.ts";
import { postgresBackend } from "../../scripts/local/sql/postgres.ts";
import { type SqlEndpoint, startSqlEndpoint } from "../../scripts/local/sql-endpoint.ts";
import { migrate } from "../../scripts/migrate.ts";
import { createPostgresStores } from "../../src/storage/postgres/stores.ts";
import type { StoreHarness } from "../contract/fixtures.ts";

export interface TestDatabase {
  /** Runs SQL as the tables' owner. */
  backend: SqlBackend;
  endpoint: SqlEndpoint;
  close(): Promise<void>;
}

export async function openPgliteDatabase(): Promise<TestDatabase> {
  return serve(await openPglite());
}

/** A database of its own on the server, removed at the end. */
export async function openServerDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `sandbar_test_${randomUUID().replaceAll("-", "")}`;
  const server = postgresBackend(serverUrl);
  await server.script(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const database = await serve(postgresBackend(url.href));
  return {
    ...database,
    async close() {
      await database.close();
      await server.script(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.close();
    },
  };
}

async function serve(backend: SqlBackend): Promise<TestDatabase> {
  await migrate(backend);
  const endpoint = await startSqlEndpoint({ backend });
  return {
    backend,
    endpoint,
    async close() {
      await endpoint.close();
      await backend.close();
    },
  };
}

export function harnessOn(database: TestDatabase): StoreHarness {
  const { connectionString, fetchEndpoint } = database.endpoint;
  return {
    open: (options) => createPostgresStores({ connectionString, fetchEndpoint, ...options }),
    close: () => database.close(),
  };
}
