/** Private states count against the limit of a cluster's size, by the same octets in every isolate. */
import { expect, it } from "vitest";
import type { ClusterTransaction } from "../../src/cluster/cluster-transaction.ts";
import type { LoadedRow } from "../../src/cluster/rows.ts";
import { Snapshot } from "../../src/cluster/snapshot.ts";
import type { Controller } from "../../src/controllers/controller.ts";
import { self } from "../../src/controllers/controller.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { MAX_CLUSTER_BYTES } from "../../src/lib/limits.ts";
import { TestCluster } from "../support/cluster.ts";

const MEBIBYTE = 1024 * 1024;
const map = (name: string) => ({
  kind: "ConfigMap",
  apiVersion: "v1",
  metadata: { name, namespace: "default" },
});

/** Remembers a mebibyte about each ConfigMap. */
const hoarder: Controller = {
  name: "hoarder",
  manager: "hoarder",
  watches: [self(configMapKind)],
  reconcile(tx, key) {
    if (tx.getByKey(key)) tx.setPrivateState(key, "hoarder", { text: "ü".repeat(MEBIBYTE / 2), count: [1, 2] });
  },
};

it("a cluster whose controllers remember as much as it may hold is full, until something is deleted", () => {
  const rows = new Map<string, LoadedRow>();
  const world = new TestCluster({
    controllers: [hoarder],
    onCommit: ({ rows: written, removedKeys, log, expectedVersion }) => {
      const bodies = new Map(log.map(({ key, revision, body }) => [`${key} ${revision}`, body]));
      for (const row of written) {
        const body = bodies.get(`${row.key} ${row.revision}`) ?? rows.get(row.key)?.body ?? null;
        rows.set(row.key, { ...row, body, changedVersion: expectedVersion + 1 });
      }
      for (const key of removedKeys) rows.delete(key);
    },
  });
  const before = world.snapshot.stored.bytes;
  const user = { name: "anna", groups: [] };
  const create = (name: string) =>
    world.write((tx) =>
      (tx as ClusterTransaction).createObject(configMapKind as never, map(name), { manager: "m", user }),
    );
  let made = 0;
  expect(() => {
    for (; made < 100; made++) {
      create(`m-${made}`);
      world.advance(1000);
    }
  }).toThrow(/bytes; its limit is/);
  expect(made).toBe(Math.floor((MAX_CLUSTER_BYTES - before) / MEBIBYTE));

  const loaded = Snapshot.load(world.snapshot.meta, world.snapshot.base, rows.values());
  expect(loaded.stored).toEqual(world.snapshot.stored);

  const { bytes } = world.snapshot.stored;
  world.delete(configMapKind, world.get(configMapKind, "m-0")!);
  expect(world.snapshot.stored.bytes).toBeLessThan(bytes - MEBIBYTE);
  create("again");
});
