/**
 * Applies `migrations/*.sql` in the order of their names, each once and each as one transaction. What was applied, and the hash of
 * its text, stands in the table `sandbar_migrations`; a migration that was edited after it landed is refused.
 *
 *     DATABASE_OWNER_URL=postgres://owner:… DATABASE_URL=postgres://application:… npm run db:migrate
 *
 * The owner's role runs the migrations. The application's role is made if it is missing. With DATABASE_URL alone the same role
 * does both, with a warning.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ApplicationRoleError, databaseUrls, ensureApplicationRole, SHARED_ROLE_WARNING } from "./application-role.ts";
import { PostgresError, type SqlBackend } from "./local/sql/backend.ts";
import { postgresBackend } from "./local/sql/postgres.ts";
import { PROJECT_ROOT } from "./wrangler-config.ts";

/** Any number that no other program uses for its advisory locks on this database. */
const ADVISORY_LOCK = 7262_6172;
const UNIQUE_VIOLATION = "23505";

interface Migration {
  name: string;
  sql: string;
  hash: string;
}

/** Brings the database up to date and gives the names of what was applied now. Safe to run from several places at once. */
export async function migrate(backend: SqlBackend): Promise<string[]> {
  await backend.script(
    locked(`CREATE TABLE IF NOT EXISTS sandbar_migrations (
      name text PRIMARY KEY, hash text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());`),
  );
  const applied = await appliedHashes(backend);
  const done: string[] = [];
  for (const migration of await readMigrations()) {
    const hash = applied.get(migration.name);
    if (hash === undefined) {
      if (await apply(backend, migration)) done.push(migration.name);
    } else if (hash !== migration.hash) {
      throw new Error(
        `Migration ${migration.name} differs from what was applied to this database. Never edit one that has landed: add a new file instead.`,
      );
    }
  }
  return done;
}

async function readMigrations(): Promise<Migration[]> {
  const folder = join(PROJECT_ROOT, "migrations");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return await Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), "utf8");
      return { name, sql, hash: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

async function appliedHashes(backend: SqlBackend): Promise<Map<string, string>> {
  const { rows } = await backend.query({ query: "SELECT name, hash FROM sandbar_migrations" });
  return new Map(rows.map(([name, hash]) => [name ?? "", hash ?? ""]));
}

/** False where another process applied it while this one waited for the lock: its row is then there already. */
async function apply(backend: SqlBackend, { name, sql, hash }: Migration): Promise<boolean> {
  try {
    await backend.script(
      locked(
        // Where row-level security would hide rows from a migration, it fails and does not change fewer.
        `SET LOCAL row_security = off;\nINSERT INTO sandbar_migrations (name, hash) VALUES ('${name.replaceAll("'", "''")}', '${hash}');\n${sql}\n;`,
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
