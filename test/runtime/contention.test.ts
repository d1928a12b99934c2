/** Fifty writers on one cluster through three isolates, on real databases, which the memory store does not prove. */
import { randomUUID } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { newCluster } from "../../src/platform/clusters.ts";
import { sha256Hex } from "../../src/platform/secrets.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { Runtime } from "../../src/runtime/runtime.ts";
import { createPostgresStores } from "../../src/storage/postgres/stores.ts";
import type { ClusterAccess } from "../../src/storage/store.ts";
import { openPgliteDatabase, type TestDatabase, testServer } from "../storage/database.ts";
import { type Answer, CONFIG_MAPS, Isolate, testEngine, WatchReader } from "./isolates.ts";

const server = await testServer();
afterAll(() => server?.stop());

contention("PGlite", openPgliteDatabase);
describe.skipIf(!server)("with a PostgreSQL server", () => {
  contention("PostgreSQL", () => server!.open());
});

function contention(name: string, open: () => Promise<TestDatabase>): void {
  describe(`fifty writers, three isolates, ${name}`, () => {
    test("every accepted write exists once, revisions rise, and a watch has them all in order", async () => {
      const database = await open();
      try {
        const { isolates, access } = await cluster(database);
        for (const isolate of isolates) await isolate.request("GET", CONFIG_MAPS);
        const watch = new WatchReader(
          await isolates[0]!.send("GET", `${CONFIG_MAPS}?watch=true`, undefined, { access }),
        );

        const answers = await Promise.all(
          Array.from({ length: 50 }, async (_, writer) => {
            const isolate = isolates[writer % isolates.length]!;
            const made: Answer[] = [];
            for (let i = 0; i < 4; i++) made.push(await isolate.createConfigMap(`c-${writer}-${i}`));
            return made;
          }),
        );

        const made = answers.flat();
        // No request is refused: a lost race is retried, well within the limit.
        expect(made.filter(({ status }) => status !== 201)).toEqual([]);
        const revisions = made.map(({ body }) => Number(body.metadata.resourceVersion));
        expect(new Set(revisions).size).toBe(200);
        for (const mine of answers) {
          const own = mine.map(({ body }) => Number(body.metadata.resourceVersion));
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        }
        const listed = await isolates[1]!.request("GET", CONFIG_MAPS);
        const stored = new Map(listed.body.items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
        for (const { body } of made) expect(stored.get(body.metadata.name!)).toBe(body.metadata.resourceVersion);

        await untilSeen(watch, 201);
        const seen = watch.events.slice(1).map(({ revision }) => revision);
        expect(seen).toEqual(revisions.toSorted((a, b) => a - b));
        await watch.cancel();
      } finally {
        await database.close();
      }
    }, 300_000);
  });
}

async function cluster(database: TestDatabase): Promise<{ isolates: Isolate[]; access: ClusterAccess }> {
  const { connectionString, fetchEndpoint } = database.endpoint;
  const open = () => createPostgresStores({ connectionString, fetchEndpoint });
  const stores = open();
  const createdAtMs = Date.now();
  const keyHash = sha256Hex(randomUUID());
  const key = { id: randomUUID(), name: "key", prefix: "sbk_", createdAtMs, keyHash };
  await stores.admin().createOrganization({ id: randomUUID(), name: "school", createdAtMs }, key, null);
  const made = newCluster({}, { caCertificate: null, now: Date.now });
  await stores.organization(keyHash).createCluster(made, null);
  const tokenHash = sha256Hex(randomUUID());
  const credential = { id: randomUUID(), clusterId: made.id, user: "admin", groups: ["system:masters"] };
  const times = { createdAtMs, expiresAtMs: null };
  await stores.organization(keyHash).createCredential({ ...credential, ...times, tokenHash }, null);
  const access = { via: "credential", clusterId: made.id, tokenHash } as const;
  const isolate = () => new Isolate(access, new Runtime({ stores: open(), engine: testEngine, clock: systemClock }));
  return { isolates: [isolate(), isolate(), isolate()], access };
}

/** Waits for the events; the test's time limit ends the wait. */
async function untilSeen(watch: WatchReader, count: number): Promise<void> {
  while (watch.events.length < count) await new Promise((resolve) => setTimeout(resolve, 50));
}
