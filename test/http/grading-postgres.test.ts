/** Round trips of graders to a real database: the same counts as in memory. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { PLATFORM_RATE } from "../../src/http/platform/rate.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { controlPlane } from "../../src/runtime/control-plane.ts";
import { RateLimit } from "../../src/runtime/rate-limit.ts";
import { Runtime } from "../../src/runtime/runtime.ts";
import { createPostgresStores } from "../../src/storage/postgres/stores.ts";
import { openPgliteDatabase, type TestDatabase } from "../storage/database.ts";

const ADMIN_TOKEN = "operator";
const CLUSTERS = 100;

let database: TestDatabase;
let app: ReturnType<typeof createApp>;
let key: string;
const trips: string[] = [];
const clusters: string[] = [];

beforeAll(async () => {
  database = await openPgliteDatabase();
  app = newIsolate();
  key = (await post("/v1/organizations", { name: "school" }, ADMIN_TOKEN)).apiKey.key;
  for (let i = 0; i < CLUSTERS; i++) clusters.push((await post("/v1/clusters", { latency: "instant" })).id);
}, 120_000);
afterAll(() => database?.close());

function newIsolate() {
  const { connectionString, fetchEndpoint } = database.endpoint;
  const stores = createPostgresStores({ connectionString, fetchEndpoint, onRoundTrip: (name) => trips.push(name) });
  const runtime = new Runtime({ stores, engine: controlPlane });
  const rateLimit = new RateLimit(PLATFORM_RATE, systemClock);
  const adminTokenHash = createHash("sha256").update(ADMIN_TOKEN).digest("hex");
  const platform = {
    stores,
    runtime,
    rateLimit,
    adminTokenHash,
    publicUrl: "https://sandbar.test",
    caCertificate: null,
  };
  return createApp({ platform: { ...platform, now: Date.now }, runtime, asset: async () => null });
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
async function post(path: string, body: unknown, token = key): Promise<any> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response = await app.request(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

async function tripsOf(work: () => Promise<unknown>): Promise<string[]> {
  trips.length = 0;
  await work();
  return [...trips];
}

describe("round trips to Postgres", () => {
  test("a query over 100 clusters: two when no cluster is cached, one when all are cached", async () => {
    const query = async () => {
      const { rows } = await post("/v1/query", { cel: "nodes.size()" });
      expect(rows.map((row: { value: number }) => row.value)).toEqual(Array(CLUSTERS).fill(3));
    };
    expect(await tripsOf(query)).toEqual(["listClusters", "syncClusters"]);
    expect(await tripsOf(query)).toEqual(["listClusters"]);
  });

  test("a check and an advance: two at most", async () => {
    const [cluster] = clusters;
    const check = () => post(`/v1/clusters/${cluster}/checks`, { checks: [{ cel: "nodes.size() == 3" }] });
    expect(await tripsOf(check)).toEqual(["sync"]);
    const advance = () => post(`/v1/clusters/${cluster}/advance`, { seconds: 86_400 });
    expect(await tripsOf(advance)).toEqual(["sync", "commit"]);
    expect(await tripsOf(check)).toEqual(["sync"]);
  });

  test("an isolate that cached the cluster before the advance gets it in one", async () => {
    const [, cluster] = clusters;
    const cel = "now - namespaces[0].metadata.creationTimestamp > duration('1h')";
    const check = () => post(`/v1/clusters/${cluster}/checks`, { checks: [{ cel }] });
    const here = app;
    expect((await check()).results[0].passed).toBe(false);
    app = newIsolate();
    await post(`/v1/clusters/${cluster}/advance`, { seconds: 2 * 3600 });
    app = here;
    expect(await tripsOf(async () => expect((await check()).results[0].passed).toBe(true))).toEqual(["sync"]);
  });
});
