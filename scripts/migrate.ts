/**
 * Brings the database up to date. Tables change by `migrations/*.sql`: in the order of their names, each once and each in one
 * transaction. Functions are `migrations/functions/*.sql`: each file holds the current text of a function and is applied
 * again when its text changed. The tables `sandbar_migrations` and `sandbar_functions` hold what was applied, with the
 * hash of its text. A migration that was edited after it was applied is refused.
 *
 *     DATABASE_OWNER_URL=postgres://owner:… DATABASE_URL=postgres://application:… npm run db:migrate
 *
 * The owner's role runs the migrations. The application's role is created if it is missing. With DATABASE_URL alone the same
 * role does both, with a warning.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  ApplicationRoleError,
  databaseUrls,
  ensureApplicationRole,
  literal,
  SHARED_ROLE_WARNING,
} from "./application-role.ts";
import { PostgresError, type SqlBackend } from "./local/sql/backend.ts";
import { postgresBackend } from "./local/sql/postgres.ts";
import { PROJECT_ROOT } from "./wrangler-config.ts";

/** Any number that no other program uses for its advisory locks on this database. */
const ADVISORY_LOCK = 7262_6172;
const UNIQUE_VIOLATION = "23505";

const MIGRATIONS = join(PROJECT_ROOT, "migrations");
const FUNCTIONS = join(MIGRATIONS, "functions");

export interface SqlFile {
  name: string;
  sql: string;
}

/**
 * Applies the missing migrations, then the changed functions. Returns the names of the files applied. Safe to run from
 * several processes at once.
 */
export async function migrate(backend: SqlBackend): Promise<string[]> {
  const migrations = await applyMigrations(backend);
  const functions = await applyFunctions(backend, await readFunctions());
  return [...migrations, ...functions];
}

/** `last`: the last file to apply; absent: all of them. */
export async function applyMigrations(backend: SqlBackend, { last }: { last?: string } = {}): Promise<string[]> {
  const applied = await appliedHashes(backend, "sandbar_migrations");
  const done: string[] = [];
  for (const migration of await readSqlFiles(MIGRATIONS)) {
    if (last !== undefined && migration.name > last) break;
    const hash = applied.get(migration.name);
    if (hash === undefined) {
      if (await apply(backend, migration)) done.push(migration.name);
    } else if (hash !== hashOf(migration)) {
      throw new Error(
        `Migration ${migration.name} differs from what was applied to this database. Never edit one that has landed: add a new file instead.`,
      );
    }
  }
  return done;
}

/** The current functions, one file for each name. */
export function readFunctions(): Promise<SqlFile[]> {
  return readSqlFiles(FUNCTIONS);
}

/**
 * Applies the files that are new or have changed, all in one transaction, so no caller sees a mixture of old and new
 * functions. Applying a file twice has the same result as applying it once.
 */
export async function applyFunctions(backend: SqlBackend, files: readonly SqlFile[]): Promise<string[]> {
  const applied = await appliedHashes(backend, "sandbar_functions");
  const changed = files.filter((file) => applied.get(file.name) !== hashOf(file));
  if (changed.length === 0) return [];
  const statements = changed.map(
    (file) => `${file.sql}
      INSERT INTO sandbar_functions (name, hash) VALUES (${literal(file.name)}, ${literal(hashOf(file))})
      ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, applied_at = now();`,
  );
  await backend.script(locked(statements.join("\n")));
  return changed.map(({ name }) => `functions/${name}`);
}

async function readSqlFiles(folder: string): Promise<SqlFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(names.map(async (name) => ({ name, sql: await readFile(join(folder, name), "utf8") })));
}

function hashOf({ sql }: SqlFile): string {
  return createHash("sha256").update(sql).digest("hex");
}

/** Hashes by file name. Creates the table if it is missing. */
async function appliedHashes(
  backend: SqlBackend,
  table: "sandbar_migrations" | "sandbar_functions",
): Promise<Map<string, string>> {
  await backend.script(
    locked(`CREATE TABLE IF NOT EXISTS ${table} (
      name text PRIMARY KEY, hash text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());`),
  );
  const { rows } = await backend.query({ query: `SELECT name, hash FROM ${table}` });
  return new Map(rows.map(([name, hash]) => [name ?? "", hash ?? ""]));
}

/** False where another process applied the migration while this one waited for the lock: its row exists by then. */
async function apply(backend: SqlBackend, migration: SqlFile): Promise<boolean> {
  const { name, sql } = migration;
  try {
    await backend.script(
      locked(
        // Where row-level security would hide rows from a migration, the migration fails instead of changing fewer
        // rows.
        `SET LOCAL row_security = off;
        INSERT INTO sandbar_migrations (name, hash) VALUES (${literal(name)}, ${literal(hashOf(migration))});
        ${sql}\n;`,
      ),
    );
    return true;
  } catch (error) {
    const { code, table } = error instanceof PostgresError ? error.fields : {};
    if (code === UNIQUE_VIOLATION && table === "sandbar_migrations") return false;
    throw error;
  }
}

function locked(sql: string): string {
  return `BEGIN; SELECT pg_advisory_xact_lock(${ADVISORY_LOCK});\n${sql}\nCOMMIT;`;
}

if (import.meta.main) {
  const urls = databaseUrls(process.env);
  if (!urls) {
    console.error(
      "Set DATABASE_OWNER_URL to the connection string of the database's owner, DATABASE_URL to the application's.",
    );
    process.exit(1);
  }
  const { ownerUrl, applicationRole } = urls;
  if (applicationRole === null) console.warn(`Warning: ${SHARED_ROLE_WARNING}`);
  const backend = postgresBackend(ownerUrl);
  try {
    const done = await migrate(backend);
    console.log(done.length === 0 ? "Nothing to do: the database is up to date." : `Applied ${done.join(", ")}.`);
    if (applicationRole !== null) {
      await ensureApplicationRole(backend, applicationRole);
      console.log(`The application's role is ${applicationRole.name}.`);
    }
  } catch (error) {
    if (!(error instanceof ApplicationRoleError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    await backend.close();
  }
}
