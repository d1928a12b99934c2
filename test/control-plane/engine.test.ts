import { describe, expect, it } from "vitest";
import type { BaseTemplate } from "../../src/cluster/base-template.ts";
import type { ClusterTransaction } from "../../src/cluster/cluster-transaction.ts";
import type { LoadedRow } from "../../src/cluster/rows.ts";
import { Snapshot } from "../../src/cluster/snapshot.ts";
import { ControllerManager } from "../../src/control-plane/controller-manager.ts";
import { type Controller, self } from "../../src/controllers/controller.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { objectKey } from "../../src/kinds/kind.ts";
import { runToEnd } from "../../src/lib/work.ts";
import type { ConfigMap } from "../../src/schema/index.ts";

const START_MS = Date.parse("2026-01-01T00:00:00Z");
const noPolicy = { admit() {}, validateAdmission() {} };
const base: BaseTemplate = {
  id: "test",
  objects: [
    {
      key: "core/configmaps/default/first",
      body: '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"first","namespace":"default","uid":"<uid:1>","resourceVersion":"1","creationTimestamp":"<time>"},"data":{"a":"1"}}',
    },
  ],
};
const meta = {
  id: "c1",
  version: 1,
  revision: 1,
  compactedRevision: 0,
  timeMs: START_MS,
  offsetMs: 0,
  nextDueAtMs: null,
  baseId: "test",
  seed: "seed",
  createdAtMs: START_MS,
  counters: '{"random":0}',
  settings: '{"nodes":[],"latency":"realistic","unknownImages":"run","caCertificate":""}',
};

function configMap(name: string, data: Record<string, string> = {}): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data } as ConfigMap;
}

/** Raises `data.count` every ten seconds, up to three. */
const counter: Controller = {
  name: "counter",
  manager: "counter",
  watches: [self(configMapKind)],
  reconcile(tx, key, nowMs) {
    const object = tx.getByKey(key) as ConfigMap | undefined;
    const count = Number(object?.data?.["count"] ?? Number.NaN);
    if (!object || Number.isNaN(count) || count >= 3) return;
    const last = tx.privateState<number>(key, "counter");
    if (last !== undefined && nowMs < last + 10_000) return last + 10_000;
    tx.update(configMapKind, object, (draft) => {
      draft.data = { ...draft.data, count: String(count + 1) };
    });
    tx.setPrivateState(key, "counter", nowMs);
    return nowMs + 10_000;
  },
};

function cluster(controllers: Controller[] = [counter]) {
  const engine = new ControllerManager(controllers, noPolicy);
  const world = Snapshot.load(meta, base, []);
  const stored = new Map<string, LoadedRow>();
  const commit = (tx: ClusterTransaction) => {
    const difference = tx.writeSet.difference();
    if (!difference) return null;
    const committed = tx.writeSet.committed();
    for (const row of difference.rows) {
      const entry = committed.entries.get(row.key);
      stored.set(row.key, { ...row, changedVersion: committed.meta.version, body: entry?.body ?? null });
    }
    for (const key of difference.removedKeys) stored.delete(key);
    world.adopt(committed);
    return difference;
  };
  return { engine, world, commit, reload: () => Snapshot.load(world.meta, base, stored.values()) };
}

describe("the engine of time", () => {
  it("reacts after the cause, each step at its own instant, and then has no due work", () => {
    const { engine, world, commit } = cluster();
    const tx = engine.begin(world);
    tx.create(configMapKind, configMap("web", { count: "0" }));
    tx.flush();
    expect(tx.get(configMapKind, "default", "web")?.data).toEqual({ count: "0" });
    engine.advance(tx, START_MS + 60_000);
    expect(tx.get(configMapKind, "default", "web")?.data).toEqual({ count: "3" });
    const difference = commit(tx);
    expect(difference?.log.map(({ type, timeMs }) => [type, timeMs - START_MS])).toEqual([
      ["ADDED", 0],
      ["MODIFIED", 12],
      ["MODIFIED", 10_012],
      ["MODIFIED", 20_012],
    ]);
    expect(difference?.log.map(({ revision }) => revision)).toEqual([2, 3, 4, 5]);
    expect(difference?.log.map(({ previousRevision }) => previousRevision)).toEqual([0, 2, 3, 4]);
    const later = engine.begin(world);
    expect(engine.advance(later, START_MS + 3_600_000).complete).toBe(true);
    expect(later.writeSet.isDirty).toBe(false);
    expect(world.meta.nextDueAtMs).toBeNull();
  });

  it("gives the same bytes in one run, in pieces, and from a reloaded snapshot", () => {
    const bodies = (pieces: number[], reload: boolean) => {
      const made = cluster();
      let world = made.world;
      const first = made.engine.begin(world);
      first.create(configMapKind, {
        ...configMap("", { count: "0" }),
        metadata: { generateName: "web-", namespace: "default" },
      } as ConfigMap);
      first.flush();
      made.commit(first);
      for (const piece of pieces) {
        const tx = made.engine.begin(world);
        made.engine.advance(tx, START_MS + piece);
        if (made.commit(tx) && reload) world = made.world;
      }
      if (reload) world = made.reload();
      return [...world.entries()].map((entry) => entry.body).sort();
    };
    const whole = bodies([60_000], false);
    expect(bodies([5, 12, 500, 15_000, 60_000], false)).toEqual(whole);
    expect(bodies([5, 12, 500, 15_000, 60_000], true)).toEqual(whole);
  });

  it("folds the changes of one object within one instant, but never across a uid", () => {
    const { engine, world, commit } = cluster([]);
    const tx = engine.begin(world);
    const first = tx.get(configMapKind, "default", "first")!;
    tx.update(configMapKind, first, (draft) => {
      draft.data = { a: "2" };
    });
    tx.update(configMapKind, first, (draft) => {
      draft.data = { a: "3" };
    });
    tx.delete(configMapKind, first);
    tx.create(configMapKind, configMap("first", { a: "new" }));
    tx.create(configMapKind, configMap("fleeting"));
    tx.delete(configMapKind, configMap("fleeting"));
    tx.flush();
    const difference = commit(tx);
    expect(difference?.log.map(({ type, key }) => `${type} ${key}`)).toEqual([
      "DELETED core/configmaps/default/first",
      "ADDED core/configmaps/default/first",
    ]);
    expect(world.entry("core/configmaps/default/first")?.object?.["data"]).toEqual({ a: "new" });
    expect(world.entry("core/configmaps/default/fleeting")).toBeUndefined();
  });

  it("hides a deleted base object and rolls back an attempt completely", () => {
    const { engine, world, commit, reload } = cluster();
    const tx = engine.begin(world);
    tx.attempt(() => {
      tx.create(configMapKind, configMap("dry"));
      tx.flush();
      expect(tx.keys("core/configmaps").length).toBe(2);
    });
    expect(tx.keys("core/configmaps")).toEqual(["core/configmaps/default/first"]);
    expect(tx.writeSet.difference()).toBeNull();
    tx.delete(configMapKind, configMap("first"));
    tx.flush();
    commit(tx);
    expect(reload().entry(objectKey(configMapKind, "default", "first"))?.exists).toBe(false);
    expect(world.index.keys("core/configmaps")).toEqual([]);
  });

  it("caches a value derived from a kind's objects until one of them is written, also if the write is rolled back", () => {
    const { engine, world } = cluster([]);
    const tx = engine.begin(world);
    let computed = 0;
    const names = () =>
      tx.derived("test/names", [configMapKind], () => {
        computed++;
        return tx.list(configMapKind).map(({ metadata }) => metadata.name);
      });
    expect([names(), names(), computed]).toEqual([["first"], ["first"], 1]);
    tx.create(configMapKind, configMap("web"));
    expect([names(), computed]).toEqual([["first", "web"], 2]);
    tx.attempt(() => {
      tx.delete(configMapKind, configMap("web"));
      expect([names(), computed]).toEqual([["first"], 3]);
    });
    expect([names(), computed]).toEqual([["first", "web"], 4]);
  });

  it("stops at the end of the instant that reaches the step limit, and continues from there", () => {
    const { engine, world } = cluster();
    const tx = engine.begin(world);
    for (let i = 0; i < 10; i++) tx.create(configMapKind, configMap(`c${i}`, { count: "2" }));
    tx.flush();
    expect(runToEnd(engine.advanceInParts(tx, START_MS + 1000, { maxSteps: 4 }))).toEqual({
      complete: false,
      steps: 10,
    });
    expect(engine.advance(tx, START_MS + 1000).complete).toBe(true);
    const counts = tx.list(configMapKind, "default").map(({ data }) => data?.["count"] ?? "-");
    expect(counts.filter((count) => count === "3")).toHaveLength(10);
  });
});
