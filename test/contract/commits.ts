/** A commit is applied once or not at all, with concurrent writers and lost messages. */

import { describe, expect, test } from "vitest";
import { InvariantError } from "../../src/lib/assert.ts";
import { MAX_SENT_COMMIT_BYTES } from "../../src/lib/limits.ts";
import { type CommitResult, StoreSizeError } from "../../src/storage/store.ts";
import {
  applySnapshot,
  FIRST_REVISION,
  indexRow,
  newCluster,
  type OpenCluster,
  START_MS,
  type StoreHarness,
  snapshotOf,
  Writer,
} from "./fixtures.ts";

const WRITERS = 50;

/** Bodies that jsonb, a parser or an escape would change. */
const DIFFICULT_BODIES = [
  '{"number":1e3,"zero":-0.0,"long":9007199254740993}',
  '{"z":1,"a":2,"10":3,"9":4,"__proto__":5,"z2":"twice"}',
  '{"nul":"\\u0000","separator":"\\u001e\\u001f","lone":"\\ud800","pair":"\\ud83d\\ude00","escaped":"\\\\u0000"}',
  '{"text":"äöü – 集群 😀 \u007f\u2028\u2029","quotes":"\\"\'{}(),\\\\","slash":"\\/"}',
  '{ "spaces" : [ 1 , 2 ] }\t\n',
  "{}",
  '""',
  "null",
];

export function describeCommits(open: StoreHarness["open"]): void {
  describe("commit", () => {
    test("writes the cluster's row, index rows and log together", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const commit = new Writer(store).commitOf([{ key: "/pods/shop/a", type: "ADDED" }], {
        cluster: {
          ...{ revision: FIRST_REVISION + 1, compactedRevision: 7, timeMs: START_MS + 1, offsetMs: 3_600_000 },
          ...{ nextDueAtMs: START_MS + 50, counters: '{"random":9}' },
        },
      });
      expect(await store.commit(commit)).toEqual({ outcome: "applied", version: 2, compactedRevision: 7 });
      const update = await snapshotOf(store, null);
      expect(update.cluster).toMatchObject({ ...commit.cluster, version: 2, seed: "seed-1" });
      expect(update.rows).toEqual([{ ...commit.rows[0], changedVersion: 2, body: commit.log[0]!.body }]);
      expect((await store.history({ afterRevision: 0, maxBytes: 1e6 }))!.log).toEqual(commit.log);
    });

    test("bodies, private state and due times are read as they were written", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      const changes = DIFFICULT_BODIES.map((body, i) => ({ key: `/configmaps/shop/${i}`, body }));
      const commit = writer.commitOf(changes);
      const rows = commit.rows.map((row, i) => ({
        ...row,
        due: DIFFICULT_BODIES[i]!,
        privateState: DIFFICULT_BODIES[i]!,
      }));
      await store.commit({ ...commit, rows });
      const cold = await snapshotOf(store, null);
      expect(cold.rows.map((row) => row.body)).toEqual(DIFFICULT_BODIES);
      expect(cold.rows.map((row) => row.due)).toEqual(DIFFICULT_BODIES);
      expect(cold.rows.map((row) => row.privateState)).toEqual(DIFFICULT_BODIES);
      const warm = await snapshotOf(store, { version: 1, revision: FIRST_REVISION });
      expect(warm.log.map((row) => row.body)).toEqual(DIFFICULT_BODIES);
    });

    test("at another version writes nothing and returns the changes since the expected version", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      await writer.write([{ key: "/pods/shop/a" }, { key: "/pods/shop/b" }]);
      const late = writer.commitOf([{ key: "/pods/shop/late" }]);
      await writer.write([{ key: "/pods/shop/a", body: '{"a":2}' }]);
      await writer.write([{ key: "/pods/shop/b", type: "DELETED" }]);
      const result = await store.commit(late);
      expect(result).toMatchObject({
        outcome: "conflict",
        update: {
          cluster: { version: 4, revision: writer.revision },
          rows: [{ key: "/pods/shop/a", changedVersion: 3 }],
          log: [
            { key: "/pods/shop/a", body: '{"a":2}', type: "MODIFIED" },
            { key: "/pods/shop/b", type: "DELETED" },
          ],
          ...{ removedKeys: ["/pods/shop/b"], reset: false },
        },
      });
      const cold = await snapshotOf(store, null);
      expect(cold.rows.map((row) => row.key)).toEqual(["/pods/shop/a"]);
      expect(await store.commit({ ...late, expectedVersion: 9 })).toMatchObject({ outcome: "conflict" });
    });

    test("sent twice is applied once with the same answer, and is found by its id", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      const commit = writer.commitOf([{ key: "/pods/shop/a" }]);
      expect(await store.commit(commit)).toEqual({ outcome: "applied", version: 2, compactedRevision: 0 });
      expect(await store.commit(commit)).toEqual({ outcome: "applied", version: 2, compactedRevision: 0 });
      expect(await store.findCommit(commit.commitId)).toBe(2);
      expect((await store.history({ afterRevision: 0, maxBytes: 1e6 }))!.log).toHaveLength(1);
      expect((await snapshotOf(store, null)).cluster.version).toBe(2);
    });

    test("that is too large is refused with its own error before it is sent, without effect", async () => {
      const operations: string[] = [];
      const { store } = await newCluster(open({ now: () => START_MS, onRoundTrip: (name) => operations.push(name) }));
      const writer = new Writer(store);
      const bodies = ["x".repeat(MAX_SENT_COMMIT_BYTES), '"'.repeat(MAX_SENT_COMMIT_BYTES / 2)];
      for (const body of bodies) {
        operations.length = 0;
        await expect(writer.write([{ key: "/configmaps/shop/a", body }])).rejects.toThrow(StoreSizeError);
        expect(operations).toEqual([]);
      }
      expect((await snapshotOf(store, null)).rows).toEqual([]);
      const within = "x".repeat(MAX_SENT_COMMIT_BYTES / 3);
      expect((await writer.write([{ key: "/configmaps/shop/a", body: within }])).outcome).toBe("applied");
    });

    test("that was not found can no longer be applied", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const commit = new Writer(store).commitOf([{ key: "/pods/shop/a" }]);
      expect(await store.findCommit(commit.commitId)).toBeNull();
      const late = await store.commit(commit);
      expect(late).toMatchObject({ outcome: "conflict", update: { rows: [], log: [], reset: false } });
      expect((await snapshotOf(store, null)).rows).toEqual([]);
    });

    test("of another cluster is not found by its id", async () => {
      const stores = open({ now: () => START_MS });
      const mine = await newCluster(stores);
      const other = await newCluster(stores, mine.tenant);
      const commit = new Writer(mine.store).commitOf([]);
      await mine.store.commit(commit);
      expect(await other.store.findCommit(commit.commitId)).toBeNull();
      expect(await mine.store.findCommit(commit.commitId)).toBe(2);
    });

    test("that contradicts itself or the log throws, without effect", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      await writer.write([{ key: "/pods/shop/a" }]);
      const good = writer.commitOf([{ key: "/pods/shop/b" }]);
      const twice = { ...good, rows: [indexRow("/pods/shop/b"), indexRow("/pods/shop/b")] };
      await expect(store.commit(twice)).rejects.toThrow(InvariantError);
      await expect(store.commit({ ...good, removedKeys: ["/pods/shop/b"] })).rejects.toThrow(InvariantError);
      const unordered = { ...good, log: [good.log[0]!, good.log[0]!] };
      await expect(store.commit(unordered)).rejects.toThrow(InvariantError);
      const old = { ...good, log: [{ ...good.log[0]!, revision: writer.revision }] };
      await expect(store.commit(old)).rejects.toThrow();
      expect((await snapshotOf(store, null)).cluster).toMatchObject({ version: 2, revision: writer.revision });
      expect(await writer.write([{ key: "/pods/shop/b" }])).toMatchObject({ outcome: "applied" });
    });

    test("without changes only advances the time", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      const known = writer.known;
      await writer.write([]);
      const update = await snapshotOf(store, known);
      expect(update).toMatchObject({ rows: [], log: [], cluster: { version: 2, timeMs: START_MS + 1 } });
    });

    test(`${WRITERS} writers at once: every accepted write exists exactly once`, async () => {
      const opened = await newCluster(open({ now: () => START_MS }));
      const accepted = await Promise.all(Array.from({ length: WRITERS }, (_, i) => writeUntilApplied(opened, i)));
      expect([...accepted].sort((a, b) => a - b)).toEqual(Array.from({ length: WRITERS }, (_, i) => i + 2));

      const { log } = (await opened.store.history({ afterRevision: 0, maxBytes: 1e6 }))!;
      expect(log.map((row) => row.revision)).toEqual(Array.from({ length: WRITERS }, (_, i) => FIRST_REVISION + 1 + i));
      expect(new Set(log.map((row) => row.key)).size).toBe(WRITERS);
      const cold = await snapshotOf(opened.store, null);
      expect(cold.cluster.version).toBe(WRITERS + 1);
      expect(cold.rows).toHaveLength(WRITERS);
    }, 60_000);
  });
}

/** One of many writers. Updates its cache only from its conflicts' answers, and compares the cache at the end. */
async function writeUntilApplied({ store }: OpenCluster, index: number): Promise<number> {
  const copy = new Map<string, string | null>();
  const first = await snapshotOf(store, null);
  applySnapshot(copy, first);
  let { cluster } = first;
  for (;;) {
    const writer = new Writer(store);
    writer.version = cluster.version;
    writer.revision = cluster.revision;
    const result: CommitResult = await writer.write([{ key: `/configmaps/shop/${index}`, body: `{"n":${index}}` }]);
    if (result.outcome === "applied") return result.version;
    if (result.outcome === "unauthorized") throw new Error("refused");
    applySnapshot(copy, result.update);
    cluster = result.update.cluster;
    expect(copy.size, "each earlier commit made one object").toBe(cluster.revision - FIRST_REVISION);
  }
}
