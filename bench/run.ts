/**
 * `npm run bench [name…]`: where the time goes, as ratios to the floor of the same run: `SELECT 1` through the same Worker,
 * driver and endpoint (`/v1/health`). On PGlite, and on a real PostgreSQL where one is installed or DATABASE_URL names one.
 * Absolute numbers say more about the machine than about this.
 */
import { databaseUrls } from "../scripts/application-role.ts";
import { startPostgres } from "../scripts/local/postgres.ts";
import { type LocalDatabase, openEmbeddedDatabase, openServerDatabase } from "../scripts/local/sql/database.ts";
import { scenarios } from "./scenarios.ts";
import { startTarget } from "./target.ts";

interface Database {
  name: string;
  database: LocalDatabase;
  stop(): Promise<void>;
}

async function* databases(): AsyncGenerator<Database> {
  const pglite = await openEmbeddedDatabase();
  yield { name: "PGlite", database: pglite, stop: () => pglite.close() };
  const own = process.env["DATABASE_URL"] ? null : await startPostgres();
  const urls = databaseUrls(own ? { DATABASE_URL: own.applicationUrl, DATABASE_OWNER_URL: own.ownerUrl } : process.env);
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

const wanted = process.argv.slice(2);
for await (const { name, database, stop } of databases()) {
  await database.migrate();
  const backend = database.application;
  console.log(`\n${name}`);
  try {
    for (const scenario of scenarios) {
      if (wanted.length > 0 && !wanted.some((word) => scenario.name.includes(word))) continue;
      const target = await startTarget(backend);
      try {
        for (const line of await scenario.run(target, backend)) console.log(`  ${line}`);
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
