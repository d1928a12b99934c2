/** Databases for tests: migrated, behind the local SQL endpoint, and dropped afterwards. */

import { randomUUID } from "node:crypto";
import { databaseUrls } from "../../scripts/application-role.ts";
import { startPostgres } from "../../scripts/local/postgres.ts";
import type { SqlBackend } from "../../scripts/local/sql/backend.ts";
import { type LocalDatabase, openEmbeddedDatabase, openServerDatabase } from "../../scripts/local/sql/database.ts";
import { postgresBackend } from "../../scripts/local/sql/postgres.ts";
import { type SqlEndpoint, startSqlEndpoint } from "../../scripts/local/sql-endpoint.ts";
import { createPostgresStores } from "../../src/storage/postgres/stores.ts";
import type { StoreHarness } from "../contract/fixtures.ts";

export interface TestDatabase extends Pick<LocalDatabase, "owner" | "application"> {
  /** Runs SQL as a superuser if possible, so that tests see all rows; else as the tables' owner. */
  backend: SqlBackend;
  endpoint: SqlEndpoint;
  close(): Promise<void>;
}

export async function openPgliteDatabase(): Promise<TestDatabase> {
  const database = await openEmbeddedDatabase();
  return serve(database, database.owner);
}

/** A server for test databases. */
export interface TestServer {
  open(): Promise<TestDatabase>;
  /** True if the application logs in as a role that owns nothing. */
  separatesRoles: boolean;
  stop(): Promise<void>;
}

/**
 * The server of `DATABASE_URL` (with `DATABASE_OWNER_URL` and `DATABASE_ADMIN_URL` where roles are separate), or one that is
 * started for this run. Null where PostgreSQL is not installed.
 */
export async function testServer(): Promise<TestServer | null> {
  const given = process.env["DATABASE_URL"] !== undefined;
  const own = given ? null : await startPostgres();
  if (!given && !own) return null;
  const environment = own ? { DATABASE_URL: own.applicationUrl, DATABASE_OWNER_URL: own.ownerUrl } : process.env;
  const urls = databaseUrls(environment)!;
  const adminUrl = own?.url ?? process.env["DATABASE_ADMIN_URL"] ?? urls.ownerUrl;
  return {
    separatesRoles: urls.applicationRole !== null,
    async open() {
      const name = `sandbar_test_${randomUUID().replaceAll("-", "")}`;
      const server = postgresBackend(adminUrl);
      await server.script(`CREATE DATABASE ${name} OWNER "${decodeURIComponent(new URL(urls.ownerUrl).username)}"`);
      const inDatabase = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
      const database = openServerDatabase({
        ...urls,
        ownerUrl: inDatabase(urls.ownerUrl),
        applicationUrl: inDatabase(urls.applicationUrl),
      });
      const admin = postgresBackend(inDatabase(adminUrl));
      const served = await serve(database, admin);
      return {
        ...served,
        async close() {
          await served.close();
          await admin.close();
          await server.script(`DROP DATABASE ${name} WITH (FORCE)`);
          await server.close();
        },
      };
    },
    stop: async () => own?.stop(),
  };
}

async function serve(database: LocalDatabase, backend: SqlBackend): Promise<TestDatabase> {
  await database.migrate();
  // Tests bring their own clock.
  await database.owner.script("CREATE FUNCTION sandbar_test_clock() RETURNS void LANGUAGE sql AS ''");
  const { owner, application } = database;
  const endpoint = await startSqlEndpoint({ backend: application });
  return {
    backend,
    owner,
    application,
    endpoint,
    async close() {
      await endpoint.close();
      await database.close();
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
