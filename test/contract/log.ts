/** The log: history in order, the state at any retained revision, and compaction that preserves both. */

import { describe, expect, test } from "vitest";
import { HISTORY_PAGE_BYTES, REMEMBERED_VERSIONS } from "../../src/lib/limits.ts";
import type { ClusterStore, LogRow } from "../../src/storage/store.ts";
import {
  type Change,
  FIRST_REVISION,
  newCluster,
  START_MS,
  type StoreHarness,
  snapshotOf,
  Writer,
} from "./fixtures.ts";

/** The state at a revision, computed from the whole log: the last row of each key. */
function stateOf(log: readonly LogRow[], revision: number): Map<string, string> {
  const state = new Map<string, string>();
  for (const row of log) {
    if (row.revision > revision) break;
    if (row.type === "DELETED") state.delete(row.key);
    else state.set(row.key, row.body);
  }
  return state;
}

async function wholeLog(store: ClusterStore): Promise<LogRow[]> {
  return (await store.history({ afterRevision: 0, maxBytes: HISTORY_PAGE_BYTES }))!.log;
}

async function stateAt(store: ClusterStore, revision: number): Promise<Map<string, string>> {
  const found = await store.stateAt({ revision, keyPrefix: "", maxRows: 1000 });
  return new Map(found!.log.filter((row) => row.type !== "DELETED").map((row) => [row.key, row.body]));
}

/** 40 commits over a few keys: created, changed, deleted, created again. */
async function livelyCluster(store: ClusterStore): Promise<Writer> {
  const writer = new Writer(store);
  const alive = new Set<string>();
  for (let i = 0; i < 40; i++) {
    const key = `/pods/shop/${(i * 7) % 5}`;
    const change: Change = { key, body: `{"i":${i}}`, type: alive.has(key) ? "MODIFIED" : "ADDED" };
    if (alive.has(key) && i % 3 === 0) {
      change.type = "DELETED";
      alive.delete(key);
    } else alive.add(key);
    await writer.write([change]);
  }
  return writer;
}

export function describeLog(open: StoreHarness["open"]): void {
  describe("log", () => {
    test("history is read forward, limited by bytes and filtered by key prefix", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      for (const name of ["a", "b", "c"]) {
        await writer.write([
          { key: `/pods/shop/${name}`, body: `{"pod":"${name}"}` },
          { key: `/pods/shopping/${name}`, body: `{"pod":"${name}"}` },
        ]);
      }
      const all = (await store.history({ afterRevision: 0, maxBytes: 1e6 }))!;
      expect(all).toMatchObject({ more: false, compactedRevision: 0 });
      expect(all.log.map((row) => row.revision)).toEqual([101, 102, 103, 104, 105, 106]);
      const shop = (await store.history({ afterRevision: 101, maxBytes: 1e6, keyPrefix: "/pods/shop/" }))!;
      expect(shop.log.map((row) => row.key)).toEqual(["/pods/shop/b", "/pods/shop/c"]);
      const size = all.log[0]!.body.length;
      const some = (await store.history({ afterRevision: 101, maxBytes: 2 * size }))!;
      expect([some.log.map((row) => row.revision), some.more]).toEqual([[102, 103], true]);
      const atLeastOne = (await store.history({ afterRevision: 105, maxBytes: 1 }))!;
      expect([atLeastOne.log.map((row) => row.revision), atLeastOne.more]).toEqual([[106], false]);
      expect((await store.history({ afterRevision: 106, maxBytes: 1 }))!.log).toEqual([]);
    });

    test("limits count bytes, not characters", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      for (const key of ["/a", "/b", "/c"]) await writer.write([{ key, body: '"集集集集集集集集集集"' }]);
      const page = (await store.history({ afterRevision: 0, maxBytes: 65 }))!;
      expect([page.log.length, page.more]).toEqual([2, true]);
    });

    test("the state at a revision is each key's newest row until then, in key order, in pages", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = await livelyCluster(store);
      const log = await wholeLog(store);
      for (let revision = FIRST_REVISION; revision <= writer.revision; revision++) {
        expect(await stateAt(store, revision)).toEqual(stateOf(log, revision));
      }
      await writer.write([{ key: "/services/shop/web" }, { key: "/pods/shopping/x" }]);
      const revision = writer.revision;
      const paged: LogRow[] = [];
      let more = true;
      while (more) {
        const afterKey = paged.at(-1)?.key;
        const page = (await store.stateAt({ revision, keyPrefix: "/pods/shop/", afterKey, maxRows: 2 }))!;
        paged.push(...page.log);
        more = page.more;
      }
      expect(paged.map((row) => row.key)).toEqual([0, 1, 2, 3, 4].map((i) => `/pods/shop/${i}`));
      const deleted = paged.filter((row) => row.type === "DELETED").map((row) => row.key);
      const current = await snapshotOf(store, null);
      const gone = paged.filter(({ key }) => !current.rows.some((row) => row.key === key)).map((row) => row.key);
      expect(deleted).toEqual(gone);
    });

    test("compaction is bounded, and keeps the rows of retained revisions and current objects", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = await livelyCluster(store);
      const log = await wholeLog(store);
      const compactedRevision = FIRST_REVISION + 30;
      const maxRows = 4;
      const cluster = () => ({ ...writer.commitOf([]).cluster, compactedRevision });

      let before = log.length;
      await writer.write([], { cluster: cluster() });
      expect(await wholeLog(store), "nothing is removed unless asked").toHaveLength(before);
      const sizes: number[] = [];
      for (;;) {
        await writer.write([], { cluster: cluster(), compactMaxRows: maxRows });
        const after = (await wholeLog(store)).length;
        expect(before - after).toBeLessThanOrEqual(maxRows);
        for (let revision = compactedRevision; revision <= FIRST_REVISION + log.length; revision++) {
          expect(await stateAt(store, revision)).toEqual(stateOf(log, revision));
        }
        sizes.push(after);
        if (sizes.length > 30) break;
        before = after;
      }
      const rest = await wholeLog(store);
      const needed = log.filter((row) => {
        const newer = log.some(
          (n) => n.key === row.key && n.revision > row.revision && n.revision <= compactedRevision,
        );
        return !newer && !(row.type === "DELETED" && row.revision <= compactedRevision);
      });
      const kept = new Set(rest.map((row) => row.revision));
      expect(needed.filter((row) => !kept.has(row.revision))).toEqual([]);
      expect(rest.length - needed.length, "besides, only deletions whose key is back").toBeLessThanOrEqual(5);
      const cold = await snapshotOf(store, null);
      expect(new Map(cold.rows.map((row) => [row.key, row.body]))).toEqual(stateOf(log, writer.revision));
      const answer = (await store.history({ afterRevision: 0, maxBytes: 1 }))!;
      expect(answer.compactedRevision).toBe(compactedRevision);
    });

    test("compaction keeps the deletion of a base object, and removes other deletions", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      await writer.write([{ key: "/nodes//node-1", type: "DELETED", index: true }]);
      await writer.write([{ key: "/pods/shop/a", type: "ADDED" }]);
      await writer.write([{ key: "/pods/shop/a", type: "DELETED" }]);
      const compactedRevision = writer.revision;
      for (let i = 0; i < 5; i++) {
        await writer.write([], { cluster: { ...writer.commitOf([]).cluster, compactedRevision }, compactMaxRows: 10 });
      }
      expect((await wholeLog(store)).map((row) => [row.key, row.type])).toEqual([["/nodes//node-1", "DELETED"]]);
    });

    test("a deletion with an index row is removed at the latest with its removed key", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      await writer.write([{ key: "/pods/shop/a", type: "ADDED" }]);
      await writer.write([{ key: "/pods/shop/a", type: "DELETED", index: true }]);
      const compactedRevision = writer.revision;
      const compact = (removedKeys: string[] = []) => {
        const cluster = { ...writer.commitOf([]).cluster, compactedRevision };
        return writer.write([], { cluster, removedKeys, compactMaxRows: 10 });
      };
      await compact();
      expect((await wholeLog(store)).map((row) => row.type)).toEqual(["DELETED"]);
      await compact(["/pods/shop/a"]);
      for (let i = 0; i < REMEMBERED_VERSIONS + 100; i++) await compact();
      expect(await wholeLog(store)).toEqual([]);
    }, 60_000);
  });
}
