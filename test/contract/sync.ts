/** How a cached cluster is loaded and updated. */

import { describe, expect, test } from "vitest";
import { COLD_PAGE_BYTES, MAX_DIFFERENCE_BYTES, REMEMBERED_VERSIONS } from "../../src/lib/limits.ts";
import {
  applySnapshot,
  type Change,
  FIRST_REVISION,
  indexRow,
  newCluster,
  START_MS,
  type StoreHarness,
  snapshotOf,
  Writer,
} from "./fixtures.ts";

const BIG = 1_000_000;

/** A body of `bytes` bytes that hardly compresses. */
function bigBody(seed: string, bytes: number): string {
  return JSON.stringify({ seed, data: `${seed}-${"0123456789abcdef".repeat(Math.ceil(bytes / 16))}`.slice(0, bytes) });
}

export function describeSync(open: StoreHarness["open"]): void {
  describe("sync", () => {
    test("a fresh cluster is only its row", async () => {
      const { store, clusterId, tenant } = await newCluster(open({ now: () => START_MS }));
      expect(await snapshotOf(store, null)).toEqual({
        cluster: {
          ...{ id: clusterId, organizationId: tenant.id, version: 1, revision: FIRST_REVISION, compactedRevision: 0 },
          ...{ timeMs: START_MS, offsetMs: 0, nextDueAtMs: null, baseId: "base-1", seed: "seed-1" },
          ...{ createdAtMs: START_MS, counters: '{"random":0}', settings: '{"latency":"realistic"}' },
          images: null,
        },
        ...{ rows: [], log: [], removedKeys: [], nextPage: null, reset: false },
      });
    });

    test("an up-to-date cache gets the row and no object", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      await writer.write([{ key: "/pods/shop/a" }, { key: "/pods/shop/b" }]);
      const update = await snapshotOf(store, writer.known);
      expect(update).toMatchObject({ rows: [], log: [], removedKeys: [], nextPage: null, reset: false });
      expect(update.cluster).toMatchObject({ version: 2, revision: FIRST_REVISION + 2, timeMs: START_MS + 1 });
    });

    test("a cache that is behind gets only the changes", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      await writer.write([{ key: "/pods/shop/a" }, { key: "/pods/shop/b" }, { key: "/pods/shop/c" }]);
      const known = writer.known;
      await writer.write([{ key: "/pods/shop/b", body: '{"b":2}' }]);
      await writer.write([
        { key: "/pods/shop/d", body: '{"d":1}', type: "ADDED" },
        { key: "/pods/shop/c", body: '{"c":9}', type: "DELETED" },
      ]);
      const update = await snapshotOf(store, known);
      expect(update.reset).toBe(false);
      expect(update.rows.map((row) => [row.key, row.revision, row.changedVersion]).sort()).toEqual([
        ["/pods/shop/b", known.revision + 1, 3],
        ["/pods/shop/d", known.revision + 2, 4],
      ]);
      expect(update.removedKeys).toEqual(["/pods/shop/c"]);
      const time = { timeMs: START_MS, realTimeMs: START_MS + 5 };
      const [first, second, third] = [known.revision + 1, known.revision + 2, known.revision + 3];
      expect(update.log).toEqual([
        { revision: first, key: "/pods/shop/b", type: "MODIFIED", ...time, previousRevision: 102, body: '{"b":2}' },
        { revision: second, key: "/pods/shop/d", type: "ADDED", ...time, previousRevision: 0, body: '{"d":1}' },
        { revision: third, key: "/pods/shop/c", type: "DELETED", ...time, previousRevision: 103, body: '{"c":9}' },
      ]);
    });

    test("a row whose private state alone changed comes with the body its log row holds", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      await writer.write([{ key: "/pods/shop/a", body: '{"a":1}' }]);
      const known = writer.known;
      const row = indexRow("/pods/shop/a", { revision: known.revision, due: '{"kubelet":5}', privateState: '{"n":1}' });
      await writer.write([], { rows: [row] });
      const update = await snapshotOf(store, known);
      expect(update.log).toEqual([]);
      expect(update.rows).toEqual([{ ...row, changedVersion: 3, body: '{"a":1}' }]);
    });

    test("a removed key that came back is a row, not a removed key; a hidden base object is a deleted row", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      await writer.write([{ key: "/pods/shop/a" }]);
      const known = writer.known;
      await writer.write([{ key: "/pods/shop/a", type: "DELETED" }]);
      await writer.write([{ key: "/pods/shop/a", type: "ADDED" }]);
      await writer.write([{ key: "/nodes//node-1", type: "DELETED", index: true }]);
      const update = await snapshotOf(store, known);
      expect(update.removedKeys).toEqual([]);
      const row = (key: string) => update.rows.find((candidate) => candidate.key === key);
      expect(row("/pods/shop/a")).toMatchObject({ deleted: false, revision: known.revision + 2 });
      expect(row("/nodes//node-1")).toMatchObject({ deleted: true, revision: known.revision + 3, body: null });
      const cold = await snapshotOf(store, null);
      expect(cold.rows.map(({ key, deleted }) => ({ key, deleted }))).toEqual([
        { key: "/nodes//node-1", deleted: true },
        { key: "/pods/shop/a", deleted: false },
      ]);
    });

    test("a cache with a future version, or older than the removed keys, is loaded again", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      await writer.write([{ key: "/pods/shop/a" }, { key: "/pods/shop/gone" }]);
      const old = writer.known;
      await writer.write([{ key: "/pods/shop/gone", type: "DELETED" }]);
      const future = await snapshotOf(store, { version: 1000, revision: 1000 });
      expect(future).toMatchObject({ reset: true, log: [], removedKeys: [] });
      expect(future.rows.map((row) => row.key)).toEqual(["/pods/shop/a"]);

      const enough = REMEMBERED_VERSIONS + 100;
      for (let i = 0; i < enough; i++) await writer.write([]);
      expect(await snapshotOf(store, old)).toMatchObject({ reset: true, rows: [{ key: "/pods/shop/a" }] });
      const recent = { version: writer.version - REMEMBERED_VERSIONS / 2, revision: writer.revision };
      expect(await snapshotOf(store, recent)).toMatchObject({ reset: false, rows: [], removedKeys: [] });
    }, 60_000);

    test("a large cluster is loaded in pages; a sync from the first page's version brings concurrent changes", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      const keys = Array.from({ length: 10 }, (_, i) => `/configmaps/shop/${i}`);
      for (const key of keys) await writer.write([{ key, body: bigBody(key, BIG) }]);

      const copy = new Map<string, string | null>();
      const first = await snapshotOf(store, null);
      applySnapshot(copy, first);
      expect(copy.size).toBeLessThan(keys.length);
      await writer.write([{ key: keys[0]!, type: "DELETED" }]);
      await writer.write([{ key: keys[9]!, body: '{"new":1}' }]);
      let page = first.nextPage;
      let pages = 1;
      while (page !== null) {
        const next = await store.loadPage(page);
        expect(next!.version).toBe(writer.version);
        const bytes = next!.rows.reduce((sum, row) => sum + (row.body?.length ?? 0), 0);
        expect(bytes).toBeLessThanOrEqual(COLD_PAGE_BYTES);
        for (const row of next!.rows) copy.set(row.key, row.body);
        page = next!.nextPage;
        pages++;
      }
      expect(pages).toBe(3);
      applySnapshot(copy, await snapshotOf(store, first.cluster));
      const expected = new Map<string, string>(keys.slice(1, 9).map((key) => [key, bigBody(key, BIG)]));
      expect(copy).toEqual(expected.set(keys[9]!, '{"new":1}'));
    }, 30_000);

    test("a cache that misses more changes than a limit is loaded again, in pages", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      const known = writer.known;
      const count = Math.ceil(MAX_DIFFERENCE_BYTES / BIG) + 1;
      for (let i = 0; i < count; i++)
        await writer.write([{ key: "/configmaps/shop/same", body: bigBody(`${i}`, BIG) }]);
      const update = await snapshotOf(store, known);
      expect(update).toMatchObject({ reset: true, log: [], nextPage: null });
      expect(update.rows.map((row) => row.revision)).toEqual([writer.revision]);
    }, 30_000);

    test("one round trip each, for any result", async () => {
      const operations: string[] = [];
      const stores = open({ now: () => START_MS, onRoundTrip: (operation) => operations.push(operation) });
      const { store } = await newCluster(stores);
      const writer = new Writer(store);
      const changes = (): Change[] => Array.from({ length: 50 }, (_, i) => ({ key: `/pods/shop/${i}` }));
      await writer.write(changes());
      const known = writer.known;
      operations.length = 0;
      await store.sync(known);
      await writer.write(changes());
      await store.sync(known);
      await store.sync(null);
      await store.commit({ ...writer.commitOf(changes()), expectedVersion: known.version });
      expect(operations).toEqual(["sync", "commit", "sync", "sync", "commit"]);
    });
  });
}
