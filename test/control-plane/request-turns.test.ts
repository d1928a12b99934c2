/** Large requests pause within the write path, so that other clusters of the isolate get a turn. Counts work. */
import { describe, expect, it } from "vitest";
import type { ApiOutcome, ApiRequest } from "../../src/apiserver/request.ts";
import { withInfo } from "../../src/apiserver/request-info.ts";
import { Snapshot } from "../../src/cluster/snapshot.ts";
import { begin, handleInParts } from "../../src/control-plane/index.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { WORK_BETWEEN_PAUSES } from "../../src/lib/limits.ts";
import { Turns, WORK } from "../../src/lib/work.ts";
import { configMap } from "../support/builders.ts";
import { START_MS, TestCluster } from "../support/cluster.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const KEYS = 16_000;
/** Passes over a large body: parser, constructor, decoder; defaults, managers, checks, form, size; the record. */
const PASSES = 8;

const data = Object.fromEntries(Array.from({ length: KEYS }, (_, i) => [`key-${i}`, `value ${i}`]));
const large = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "large" }, data };
const asJson = JSON.stringify(large);
const asYaml = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: large}\ndata:\n${Object.entries(data)
  .map(([key, value]) => `  ${key}: "${value}"\n`)
  .join("")}`;

/** Answers the request and returns the work between its pauses. */
function answer(
  world: Pick<TestCluster, "snapshot">,
  request: Partial<ApiRequest> & Pick<ApiRequest, "method" | "path">,
) {
  const tx = begin(world.snapshot);
  const asked: ApiRequest = withInfo({
    query: new URLSearchParams(),
    headers: { "content-type": "application/json" },
    body: "",
    requestId: "request",
    caller: { type: "user", user: { name: "admin", groups: ["system:masters"] } },
    offsetMs: 0,
    receivedAtMs: START_MS,
    keptRevision: 0,
    ...request,
  });
  const turns = new Turns(tx.writeSet);
  const stretches: number[] = [];
  const parts = handleInParts(tx, asked, new Map());
  for (let before = 0; ; ) {
    const part = parts.next();
    if (!part.done && turns.over() === 0) continue;
    stretches.push(tx.writeSet.work - before);
    before = tx.writeSet.work;
    if (!part.done) continue;
    if (tx.writeSet.difference()) world.snapshot.adopt(tx.writeSet.committed());
    return { status: statusOf(part.value), stretches };
  }
}

/** The cluster after a cold load: no object is parsed. */
function reloaded({ snapshot }: TestCluster): Pick<TestCluster, "snapshot"> {
  const rows = [...snapshot.entries()]
    .filter(({ isStored }) => isStored)
    .map(({ key, uid, revision, changedVersion, body, exists }) => {
      return { key, uid, revision, changedVersion, deleted: !exists, due: null, privateState: null, body };
    });
  return { snapshot: Snapshot.load(snapshot.meta, snapshot.base, rows) };
}

function statusOf(outcome: ApiOutcome): number {
  if (outcome.type !== "response") throw new Error(outcome.type);
  return outcome.response.status;
}

/** The object with its managed fields; a merge reads the object twice. */
const MAX_CHARACTERS = 2.5 * asYaml.length;

/** The price of one pass over a text of this length, with the pause's own threshold and small work around it. */
function onePassOf(characters: number): number {
  return characters * Math.max(WORK.bodyCharacter, WORK.largeObjectCharacter) + 2 * WORK_BETWEEN_PAUSES;
}

describe("a large request pauses after each pass over its body", () => {
  const yaml = { "content-type": "application/yaml" };
  const patch = { "content-type": "application/strategic-merge-patch+json" };
  const apply = { "content-type": "application/apply-patch+yaml" };
  const writes = [
    { name: "create from YAML", method: "POST", path: CONFIG_MAPS, headers: yaml, body: asYaml, status: 201 },
    { name: "create from JSON", method: "POST", path: CONFIG_MAPS, body: asJson, status: 201 },
    { name: "update", method: "PUT", path: `${CONFIG_MAPS}/large`, body: asJson, exists: true, status: 200 },
    {
      ...{ name: "patch", method: "PATCH", path: `${CONFIG_MAPS}/large`, headers: patch, exists: true, status: 200 },
      body: JSON.stringify({ metadata: { labels: { small: "patch" } } }),
    },
    {
      ...{ name: "apply", method: "PATCH", path: `${CONFIG_MAPS}/large`, headers: apply, body: asYaml, status: 201 },
      query: new URLSearchParams("fieldManager=test"),
    },
  ];

  it.each(writes)("$name", ({ name: _, status, exists = false, ...request }) => {
    const world = new TestCluster({ controllers: [] });
    if (exists) world.create(configMapKind, configMap("large", { data }));
    const answered = answer(world, request);
    expect(answered.status).toBe(status);
    expect(answered.stretches.length).toBeGreaterThanOrEqual(PASSES - 2);
    expect(Math.max(...answered.stretches)).toBeLessThan(onePassOf(MAX_CHARACTERS));
  });

  it("dry run", () => {
    const world = new TestCluster({ controllers: [] });
    const query = new URLSearchParams("dryRun=All");
    const { status, stretches } = answer(world, { method: "POST", path: CONFIG_MAPS, body: asJson, query });
    expect(status).toBe(201);
    expect(stretches.length).toBeGreaterThanOrEqual(PASSES - 2);
    expect(world.get(configMapKind, "large")).toBeUndefined();
  });
});

describe("other requests", () => {
  it("pause while they delete a collection", () => {
    const world = new TestCluster({ controllers: [] });
    world.write((tx) => {
      for (let i = 0; i < 500; i++) tx.create(configMapKind, configMap(`c-${i}`));
    });
    const { status, stretches } = answer(world, { method: "DELETE", path: CONFIG_MAPS });
    expect(status).toBe(200);
    expect(world.list(configMapKind, "default")).toEqual([]);
    expect(stretches.length).toBeGreaterThan((500 * WORK.write) / (WORK_BETWEEN_PAUSES + WORK.write) - 1);
    // The last one includes the answer, which lists all objects.
    expect(Math.max(...stretches.slice(0, -1))).toBeLessThan(WORK_BETWEEN_PAUSES + 2 * WORK.write);
  });

  const lists: (Partial<ApiRequest> & { name: string })[] = [
    { name: "as a table", headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" } },
    { name: "without data", headers: { accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io" } },
    { name: "as YAML", headers: { accept: "application/yaml" } },
    { name: "by a label", headers: {}, query: new URLSearchParams("labelSelector=app=web") },
    { name: "after an advance of time", headers: {}, offsetMs: 60_000 },
  ];

  it.each(lists)("pause while they list $name", ({ name: _, ...request }) => {
    const world = new TestCluster({ controllers: [] });
    world.write((tx) => {
      for (let i = 0; i < 1_000; i++) tx.create(configMapKind, configMap(`c-${i}`, { data: { key: "x".repeat(500) } }));
    });
    // A snapshot whose objects were not parsed yet, as after a cold load.
    const { status, stretches } = answer(reloaded(world), { method: "GET", path: CONFIG_MAPS, ...request });
    expect(status).toBe(200);
    expect(stretches.length).toBeGreaterThan(2);
    expect(Math.max(...stretches.slice(0, -1))).toBeLessThan(WORK_BETWEEN_PAUSES + 100);
  });

  it("run in one part when they are small", () => {
    const world = new TestCluster({ controllers: [] });
    const body = JSON.stringify({ ...large, data: { key: "value" } });
    const { status, stretches } = answer(world, { method: "POST", path: CONFIG_MAPS, body });
    expect(status).toBe(201);
    expect(stretches).toHaveLength(1);
  });
});
