/** A sync reads one snapshot: a commit between two of its statements does not make it inconsistent. */

import { afterAll, describe, expect, test } from "vitest";
import { newCluster, START_MS, snapshotOf, Writer } from "../contract/fixtures.ts";
import { harnessOn, type TestDatabase, testServer } from "./database.ts";

const server = await testServer();
afterAll(() => server?.stop());

/**
 * Locks the log's table until a reader waits for it, commits, and releases it: the commit is then between the reader's
 * statement for the cluster's row and its statement for the log.
 */
async function commitBetween(
  database: TestDatabase,
  { clusterId, tokenHash }: { clusterId: string; tokenHash: string },
) {
  const log = `[{"r":103,"k":"/pods/shop/late","y":"ADDED","t":${START_MS},"a":${START_MS},"v":0}]`;
  const rows = `[{"k":"/pods/shop/late","u":"late","r":103,"d":false,"w":null,"p":null}]`;
  await database.backend.script(`
    BEGIN;
    LOCK TABLE change IN ACCESS EXCLUSIVE MODE;
    DO $$
    BEGIN
      WHILE NOT EXISTS (SELECT FROM pg_locks WHERE relation = 'change'::regclass AND NOT granted) LOOP
        PERFORM pg_sleep(0.005);
      END LOOP;
    END
    $$;
    DO $$
    BEGIN
      PERFORM sandbar_commit('credential', '${tokenHash}', '${clusterId}', ${START_MS}, 'between', 3,
        103, 0, ${START_MS}, 0, NULL, '{}', '${rows}', NULL, '${log}', '{"late":true}', 0, 100, 1000000, 1000000);
    END
    $$;
    COMMIT;`);
}

async function syncWithCommitBetween(database: TestDatabase) {
  const cluster = await newCluster(harnessOn(database).open({ now: () => START_MS }));
  const writer = new Writer(cluster.store);
  await writer.write([{ key: "/pods/shop/a" }]);
  const { known } = writer;
  await writer.write([{ key: "/pods/shop/b" }]);
  const between = commitBetween(database, cluster);
  // The reader must not start before the table is locked.
  for (;;) {
    const { rows } = await database.backend.query({
      query: "SELECT 1 FROM pg_locks WHERE relation = 'change'::regclass AND mode = 'AccessExclusiveLock' AND granted",
    });
    if (rows.length > 0) break;
  }
  const update = await snapshotOf(cluster.store, known);
  await between;
  const after = await snapshotOf(cluster.store, known);
  expect(after.cluster.version, "the commit came between").toBe(4);
  return update;
}

describe.skipIf(!server)("with a PostgreSQL server", () => {
  test("a commit between two statements of a sync is visible to all of them or to none", async () => {
    const database = await server!.open();
    try {
      const { cluster, log, rows } = await syncWithCommitBetween(database);
      expect([cluster.version, cluster.revision]).toEqual([3, 102]);
      expect(log.map(({ key }) => key)).toEqual(["/pods/shop/b"]);
      expect(rows.map(({ key }) => key)).toEqual(["/pods/shop/b"]);
    } finally {
      await database.close();
    }
  });

  test("the reason is that the function is STABLE: a VOLATILE one is inconsistent", async () => {
    const database = await server!.open();
    try {
      const { rows: volatilities } = await database.backend.query({
        query: `SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND provolatile <> 's'
                AND proname IN ('sandbar_sync', 'sandbar_sync_clusters', 'sandbar_page', 'sandbar_load_page',
                                'sandbar_history', 'sandbar_state_at', 'sandbar_load_base', 'sandbar_identity')`,
      });
      expect(volatilities, "every reading function").toEqual([]);
      await database.owner.script(
        "ALTER FUNCTION sandbar_sync(text, text, text, bigint, bigint, bigint, bigint, bigint, boolean) VOLATILE",
      );
      const { cluster, log } = await syncWithCommitBetween(database);
      expect(cluster.version).toBe(3);
      expect(log.map(({ key }) => key)).toEqual(["/pods/shop/b", "/pods/shop/late"]);
    } finally {
      await database.close();
    }
  });
});
