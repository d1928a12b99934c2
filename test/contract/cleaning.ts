/** Limits of a database's size: the log's limit in bytes, and the cleaning of rows that are no longer needed. */

import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { HISTORY_PAGE_BYTES, IDEMPOTENCY_TTL_MS, LOG_RETENTION_MS, MAX_CREDENTIALS } from "../../src/lib/limits.ts";
import type { CleaningLimits, ClusterStore, LogRow, Stores } from "../../src/storage/store.ts";
import { clusterOf, newCluster, START_MS, type StoreHarness, snapshotOf, Writer } from "./fixtures.ts";

const LIMITS: CleaningLimits = {
  idempotencyTtlMs: IDEMPOTENCY_TTL_MS,
  logRetentionMs: LOG_RETENTION_MS,
  maxRows: 10_000,
  maxClusters: 10_000,
};

async function wholeLog(store: ClusterStore): Promise<LogRow[]> {
  const log: LogRow[] = [];
  for (let afterRevision = 0; ; ) {
    const page = (await store.history({ afterRevision, maxBytes: HISTORY_PAGE_BYTES }))!;
    log.push(...page.log);
    if (!page.more) return log;
    afterRevision = log.at(-1)!.revision;
  }
}

/** Cleans until a run reaches the last cluster; the clusters of other tests are cleaned, too. */
async function cleanAll(stores: Stores, limits: CleaningLimits = LIMITS) {
  const sum = { credentials: 0, idempotencyKeys: 0, logRows: 0 };
  for (let runs = 0; runs < 200; runs++) {
    const done = await stores.clean(limits);
    sum.credentials += done.credentials;
    sum.idempotencyKeys += done.idempotencyKeys;
    sum.logRows += done.logRows;
    const isBounded = Math.max(done.credentials, done.idempotencyKeys, done.logRows) <= 2 * limits.maxRows;
    expect(isBounded, JSON.stringify(done)).toBe(true);
    expect(done.clusters).toBeLessThanOrEqual(limits.maxClusters);
    if (done.clusters < limits.maxClusters && done.logRows < limits.maxRows / 2) break;
  }
  return sum;
}

export function describeCleaning(open: StoreHarness["open"]): void {
  describe("limits in bytes and cleaning", () => {
    test("the log of one object with endless updates stays within its limit, and the retained part is complete", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      const body = (i: number) => JSON.stringify({ i, text: "x".repeat(10_000) });
      const retainedLogBytes = 200_000;
      await writer.write([{ key: "/configmaps/shop/other", body: body(0) }]);
      for (let i = 1; i <= 180; i++) {
        await writer.write([{ key: "/configmaps/shop/large", body: body(i) }], { retainedLogBytes, compactMaxRows: 8 });
      }
      const log = await wholeLog(store);
      const bytes = log.reduce((sum, row) => sum + row.body.length, 0);
      expect(bytes).toBeLessThan(retainedLogBytes + 3 * 10_100);
      expect(bytes).toBeGreaterThan(retainedLogBytes / 2);
      // Both current objects exist, and every revision after the compacted one.
      const current = await snapshotOf(store, null);
      expect(current.cluster.compactedRevision).toBe(writer.compactedRevision);
      expect(current.rows.map((row) => JSON.parse(row.body!).i)).toEqual([180, 0]);
      const kept = log.map(({ revision }) => revision).filter((revision) => revision > writer.compactedRevision);
      expect(kept.length).toBe(writer.revision - writer.compactedRevision);
      // A writer that knows an older compacted revision does not lower it.
      const before = writer.compactedRevision;
      writer.compactedRevision = 0;
      await writer.write([{ key: "/configmaps/shop/other", body: body(1) }]);
      expect(writer.compactedRevision).toBe(before);
    });

    test("compaction removes more than each commit adds, so it catches up", async () => {
      const { store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      const keys = Array.from({ length: 20 }, (_, i) => `/pods/shop/${i}`);
      for (let round = 0; round < 10; round++) {
        await writer.write(
          keys.map((key) => ({ key, body: `{"round":${round}}` })),
          { compactMaxRows: 4 * keys.length, retainedLogBytes: 100 },
        );
      }
      const log = await wholeLog(store);
      expect(log.length).toBeLessThanOrEqual(3 * keys.length);
    });

    test("expired credentials do not count, and are removed", async () => {
      let nowMs = START_MS;
      const stores = open({ now: () => nowMs });
      const { tenant, clusterId } = await newCluster(stores);
      const create = (name: string, expiresAtMs: number | null) =>
        tenant.organization.createCredential(
          {
            ...{ id: name, clusterId, user: "student", groups: [], createdAtMs: nowMs },
            ...{ expiresAtMs, tokenHash: `hash-${randomUUID()}` },
          },
          null,
        );
      for (let i = 1; i < MAX_CREDENTIALS; i++) {
        expect((await create(`c-${i}`, START_MS + 1000)).outcome).toBe("created");
      }
      expect((await create("one-more", null)).outcome).toBe("limit");
      nowMs += 1000;
      expect((await create("one-more", null)).outcome).toBe("created");
      await cleanAll(stores);
      const left = await tenant.organization.listCredentials(clusterId, { limit: 10 });
      expect((left as { rows: { id: string }[] }).rows.map(({ id }) => id).sort()).toEqual(["cred-1", "one-more"]);
    });

    test("Idempotency-Keys are removed after their day, not before", async () => {
      let nowMs = START_MS;
      const stores = open({ now: () => nowMs });
      const { tenant } = await newCluster(stores);
      const idempotency = { key: "k", requestHash: "h", response: "first" };
      const create = () => tenant.organization.createCluster(clusterOf(), idempotency);
      await create();
      nowMs += IDEMPOTENCY_TTL_MS - 1;
      await cleanAll(stores);
      expect(await create()).toEqual({ outcome: "replayed", response: "first" });
      nowMs += 1;
      expect((await cleanAll(stores)).idempotencyKeys).toBeGreaterThan(0);
      expect((await create()).outcome).toBe("created");
    });

    test("the log of an idle cluster is reduced to the current objects, in bounded runs", async () => {
      let nowMs = START_MS;
      const stores = open({ now: () => nowMs });
      const { store } = await newCluster(stores);
      const writer = new Writer(store);
      for (let i = 0; i < 30; i++) await writer.write([{ key: `/pods/shop/${i % 3}`, body: `{"i":${i}}` }]);
      await writer.write([{ key: "/pods/shop/0", type: "DELETED" }]);
      nowMs = START_MS + LOG_RETENTION_MS - 1;
      await cleanAll(stores);
      expect(await wholeLog(store), "nothing goes before the retention").toHaveLength(31);

      nowMs = START_MS + 2 * LOG_RETENTION_MS;
      await cleanAll(stores, { ...LIMITS, maxRows: 10, maxClusters: 1 });
      await cleanAll(stores);
      const log = await wholeLog(store);
      expect(log.map(({ key }) => key)).toEqual(["/pods/shop/1", "/pods/shop/2"]);
      const { cluster, rows } = await snapshotOf(store, null);
      expect(cluster.compactedRevision).toBe(writer.revision);
      expect(rows.map(({ body }) => body)).toEqual(['{"i":28}', '{"i":29}']);
      // The cluster works as before.
      expect((await writer.write([{ key: "/pods/shop/1" }])).outcome).toBe("applied");
    });

    test("two concurrent runs are harmless", async () => {
      const nowMs = START_MS + 2 * LOG_RETENTION_MS;
      const stores = open({ now: () => nowMs });
      const { store } = await newCluster(stores);
      const writer = new Writer(store);
      for (let i = 0; i < 20; i++) await writer.write([{ key: "/pods/shop/a", body: `{"i":${i}}` }]);
      await Promise.all(Array.from({ length: 4 }, () => stores.clean(LIMITS)));
      await cleanAll(stores);
      const { rows } = await snapshotOf(store, null);
      expect(rows.map(({ body }) => body)).toEqual(['{"i":19}']);
      expect(await wholeLog(store)).toHaveLength(1);
    });
  });
}
