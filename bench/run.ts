/**
 * `npm run bench [PGlite | PostgreSQL] [name…]`: durations as ratios to the floor of the same run, which is `SELECT
 * 1` through the same Worker, driver and endpoint (`/v1/health`). Runs on PGlite, and on PostgreSQL if it is
 * installed or DATABASE_URL names a server. Absolute numbers depend mostly on the machine.
 */
import { databaseUrls } from "../scripts/application-role.ts";
import { startPostgres, type ThrowAwayPostgres } from "../scripts/local/postgres.ts";
import { type LocalDatabase, openEmbeddedDatabase, openServerDatabase } from "../scripts/local/sql/database.ts";
import { postgresBackend } from "../scripts/local/sql/postgres.ts";
import { scenarios } from "./scenarios.ts";
import { startTarget } from "./target.ts";

const DATABASES = ["PGlite", "PostgreSQL"];
const words = process.argv.slice(2);
const asked = words.filter((word) => DATABASES.includes(word));
const wanted = words.filter((word) => !DATABASES.includes(word));

function isWanted(database: string): boolean {
  return asked.length === 0 || asked.includes(database);
}

interface Database {
  name: string;
  database: LocalDatabase;
  stop(): Promise<void>;
}

async function* databases(): AsyncGenerator<Database> {
  if (isWanted("PGlite")) {
    const pglite = await openEmbeddedDatabase();
    yield { name: "PGlite", database: pglite, stop: () => pglite.close() };
  }
  if (!isWanted("PostgreSQL")) return;
  const own = process.env["DATABASE_URL"] ? null : await startPostgres();
  const urls = databaseUrls(own ? await ownDatabase(own) : process.env);
  if (!urls) return;
  const postgres = openServerDatabase(urls);
  yield {
    name: "PostgreSQL",
    database: postgres,
    async stop() {
      await postgres.close();
      await own?.stop();
    },
  };
}

/** Creates a database that belongs to the owner of the tables; the temporary server has none. */
async function ownDatabase({ ownerUrl, applicationUrl }: ThrowAwayPostgres) {
  const server = postgresBackend(ownerUrl);
  await server.script("CREATE DATABASE bench");
  await server.close();
  const inBench = (url: string) => url.replace(/\/postgres$/, "/bench");
  return { DATABASE_URL: inBench(applicationUrl), DATABASE_OWNER_URL: inBench(ownerUrl) };
}

for await (const { name, database, stop } of databases()) {
  await database.migrate();
  const backend = database.application;
  console.log(`\n${name}`);
  try {
    for (const scenario of scenarios) {
      if (wanted.length > 0 && !wanted.some((word) => scenario.name.includes(word))) continue;
      const target = await startTarget(backend);
      try {
        for (const line of await scenario.run(target, database)) console.log(`  ${line}`);
      } catch (error) {
        console.log(`  ${scenario.name}: ${error instanceof Error ? error.message : String(error)}`);
      } finally {
        await target.stop();
      }
    }
  } finally {
    await stop();
  }
}
