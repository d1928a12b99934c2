/** Many clusters of one organization are synced in one round trip. */

import { describe, expect, test } from "vitest";
import { COLD_PAGE_BYTES } from "../../src/lib/limits.ts";
import { FIRST_REVISION, newCluster, newTenant, START_MS, type StoreHarness, snapshotOf, Writer } from "./fixtures.ts";

export function describeManyClusters(open: StoreHarness["open"]): void {
  describe("many clusters at once", () => {
    test("each has the result of its own sync, in one round trip", async () => {
      const operations: string[] = [];
      const stores = open({ now: () => START_MS, onRoundTrip: (operation) => operations.push(operation) });
      const tenant = await newTenant(stores);
      const [fresh, behind, current] = [
        await newCluster(stores, tenant),
        await newCluster(stores, tenant),
        await newCluster(stores, tenant),
      ];
      const first = { version: 1, revision: FIRST_REVISION };
      await new Writer(behind.store).write([{ key: "/pods/shop/a" }]);
      const writer = new Writer(current.store);
      await writer.write([{ key: "/pods/shop/b" }]);
      const asked = [
        { id: fresh.clusterId, known: null },
        { id: behind.clusterId, known: first },
        { id: current.clusterId, known: writer.known },
      ];
      operations.length = 0;
      const { updates, read } = (await tenant.organization.syncClusters(asked))!;
      expect([operations.length, read, updates.size]).toEqual([1, 3, 3]);
      expect(updates.get(fresh.clusterId)).toEqual(await snapshotOf(fresh.store, null));
      expect(updates.get(behind.clusterId)).toEqual(await snapshotOf(behind.store, first));
      expect(updates.get(behind.clusterId)!.log).toHaveLength(1);
      expect(updates.get(current.clusterId)).toMatchObject({ rows: [], log: [] });
      expect(await tenant.organization.syncClusters([])).toEqual({ updates: new Map(), read: 0 });
    });

    test("a foreign or deleted cluster has no snapshot; an unknown caller gets no snapshots", async () => {
      const stores = open({ now: () => START_MS });
      const mine = await newCluster(stores);
      const foreign = await newCluster(stores);
      await new Writer(foreign.store).write([{ key: "/secrets/shop/password" }]);
      const asked = [foreign.clusterId, "no-such-cluster", mine.clusterId].map((id) => ({ id, known: null }));
      const { updates, read } = (await mine.tenant.organization.syncClusters(asked))!;
      expect([[...updates.keys()], read]).toEqual([[mine.clusterId], 3]);
      for (const hash of ["guess", "", mine.tokenHash]) {
        expect(await stores.organization(hash).syncClusters(asked)).toBeNull();
      }
    });

    test("stops when the bodies reach the answer's limit, but reads at least one cluster", async () => {
      const stores = open({ now: () => START_MS });
      const tenant = await newTenant(stores);
      const body = JSON.stringify("x".repeat(COLD_PAGE_BYTES / 2));
      const asked: { id: string; known: null }[] = [];
      for (let i = 0; i < 3; i++) {
        const { store, clusterId } = await newCluster(stores, tenant);
        await new Writer(store).write([{ key: "/configmaps/shop/large", body }]);
        asked.push({ id: clusterId, known: null });
      }
      const { updates, read } = (await tenant.organization.syncClusters(asked))!;
      expect([read, updates.size]).toEqual([2, 2]);
    });
  });
}
