/** The clusters that an isolate caches. */
import { expect, test } from "vitest";
import { newCluster } from "../../src/platform/clusters.ts";
import { Runtime } from "../../src/runtime/runtime.ts";
import type { ClusterAccess } from "../../src/storage/store.ts";
import { Isolate, Sandbox, testEngine } from "./isolates.ts";

test("the cache is bounded by memory: the least recently used clusters are dropped, and loaded again on request", async () => {
  const sandbox = await Sandbox.create();
  const { stores, clock } = sandbox;
  const ids = [sandbox.clusterId];
  for (let i = 0; i < 3; i++) {
    const cluster = newCluster({}, { caCertificate: null, now: () => clock.now() });
    await sandbox.organization.createCluster(cluster, null);
    ids.push(cluster.id);
  }
  const accesses: ClusterAccess[] = [];
  for (const id of ids) {
    sandbox.clusterId = id;
    accesses.push(await sandbox.credential(`admin-of-${id}`));
  }
  // Room for about two clusters with parsed objects.
  const runtime = new Runtime({ stores, engine: testEngine, clock, maxCacheBytes: 600_000 });
  const isolate = new Isolate(sandbox.access, runtime);
  const look = (i: number) =>
    isolate.request("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles", undefined, { access: accesses[i]! });

  for (const i of [0, 1, 2, 3, 0, 1, 2, 3, 3, 3]) expect((await look(i)).body.items.length).toBeGreaterThan(50);

  expect(runtime.cache.size).toBeLessThan(4);
  expect(runtime.cache.sizeBytes).toBeLessThanOrEqual(600_000);
  expect(runtime.cache.peek(ids[3]!)).toBeDefined();
});

test("a request for an unknown or foreign cluster leaves nothing in memory", async () => {
  const sandbox = await Sandbox.create();
  const runtime = new Runtime({ stores: sandbox.stores, engine: testEngine, clock: sandbox.clock });
  const isolate = new Isolate(sandbox.access, runtime);

  for (let i = 0; i < 20; i++) {
    const access = { via: "credential", clusterId: `c${i}`, tokenHash: "0".repeat(64) } as const;
    expect((await isolate.request("GET", "/api/v1/pods", undefined, { access })).status).toBe(401);
  }

  expect(runtime.cache.size).toBe(0);
});
