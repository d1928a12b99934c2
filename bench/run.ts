/**
 * `npm run bench [name…]`: where the time goes, as ratios to the floor of the same run: `SELECT 1` through the same Worker,
 * driver and endpoint (`/v1/health`). On PGlite, and on a real PostgreSQL where one is installed or DATABASE_URL names one.
 * Absolute numbers say more about the machine than about this.
 */
import { startPostgres } from "../scripts/local/postgres.ts";
import type { SqlBackend } from "../scripts/local/sql/backend.ts";
import { openPglite } from "../scripts/local/sql/pglite.ts";
import { postgresBackend } from "../scripts/local/sql/postgres.ts";
import { migrate } from "../scripts/migrate.ts";
import { scenarios } from "./scenarios.ts";
import { startTarget } from "./target.ts";

interface Database {
  name: string;
  backend: SqlBackend;
  stop(): Promise<void>;
}

async function* databases(): AsyncGenerator<Database> {
  const pglite = await openPglite();
  yield { name: "PGlite", backend: pglite, stop: () => pglite.close() };
  const url = process.env["DATABASE_URL"];
  const own = url ? null : await startPostgres();
  if (!url && !own) return;
  const postgres = postgresBackend(url ?? own!.url);
  yield {
    name: "PostgreSQL",
    backend: postgres,
    async stop() {
      await postgres.close();
      await own?.stop();
    },
  };
}

const wanted = process.argv.slice(2);
for await (const { name, backend, stop } of databases()) {
  await migrate(backend);
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
