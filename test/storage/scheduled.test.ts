/** The Worker's cron trigger cleans the database that the Worker is bound to. */
import { expect, test } from "vitest";
import worker from "../../src/worker.ts";
import { clusterOf, newTenant } from "../contract/fixtures.ts";
import { harnessOn, openPgliteDatabase } from "./database.ts";

test("the schedule removes expired credentials and leaves good ones", async () => {
  const database = await openPgliteDatabase();
  try {
    const { organization } = await newTenant(harnessOn(database).open({ now: Date.now }));
    const cluster = clusterOf({ createdAtMs: Date.now() });
    await organization.createCluster(cluster, null);
    for (const [id, expiresAtMs] of Object.entries({ good: null, old: Date.now() - 1000 })) {
      const row = { id, clusterId: cluster.id, user: "student", groups: [], createdAtMs: 1, expiresAtMs };
      await organization.createCredential({ ...row, tokenHash: `hash-${id}` }, null);
    }
    const bindings = {
      DATABASE_URL: database.endpoint.connectionString,
      SQL_ENDPOINT_URL: database.endpoint.fetchEndpoint,
      ADMIN_TOKEN_HASH: "0".repeat(64),
    };
    await worker.scheduled({} as never, bindings as never);
    const left = await organization.listCredentials(cluster.id, { limit: 10 });
    expect((left as { rows: { id: string }[] }).rows.map(({ id }) => id)).toEqual(["good"]);
  } finally {
    await database.close();
  }
});
