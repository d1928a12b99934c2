/** A database with its two roles: the owner, which migrates, and the application, which owns nothing. */
import { type DatabaseUrls, ensureApplicationRole } from "../../application-role.ts";
import { migrate } from "../../migrate.ts";
import type { SqlBackend } from "./backend.ts";
import { openPgliteConnection } from "./pglite.ts";
import { postgresBackend } from "./postgres.ts";

/** The name of the application's role in the embedded database. */
const EMBEDDED_ROLE = "sandbar_web";

export interface LocalDatabase {
  /** Names the database for people. */
  readonly name: string;
  /** Runs statements as the tables' owner. */
  owner: SqlBackend;
  /** Runs statements as the application does. */
  application: SqlBackend;
  /** Applies the migrations and creates the application's role. Returns the names of the applied files. */
  migrate(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * PGlite, in a directory or in memory. Both sides share its one connection, whose session authorization changes between them:
 *a single connection allows no more, since a client that may run any statement can change it back.
 */
export async function openEmbeddedDatabase(directory?: string): Promise<LocalDatabase> {
  const connection = await openPgliteConnection(directory);
  const owner = connection.as(null);
  return {
    name: owner.name,
    owner,
    application: connection.as(EMBEDDED_ROLE),
    migrate: () => migrateWithRole(owner, { name: EMBEDDED_ROLE, password: null }),
    close: () => owner.close(),
  };
}

/** A PostgreSQL server: one pool of connections for each role, or one pool if both are the same role. */
export function openServerDatabase({ ownerUrl, applicationUrl, applicationRole }: DatabaseUrls): LocalDatabase {
  const owner = postgresBackend(ownerUrl);
  const application = applicationRole === null ? owner : postgresBackend(applicationUrl);
  return {
    name: owner.name,
    owner,
    application,
    migrate: () => migrateWithRole(owner, applicationRole),
    async close() {
      await owner.close();
      if (application !== owner) await application.close();
    },
  };
}

async function migrateWithRole(owner: SqlBackend, role: DatabaseUrls["applicationRole"]): Promise<string[]> {
  const applied = await migrate(owner);
  if (role !== null) await ensureApplicationRole(owner, role);
  return applied;
}
