/** A cluster with much overdue work: each request does a bounded part of it, and the order of work is kept. */
import { describe, expect, test } from "vitest";
import { MAX_CATCH_UP_WORK, MAX_WORK_PER_COMMIT } from "../../src/lib/limits.ts";
import { Runtime } from "../../src/runtime/runtime.ts";
import { CONFIG_MAPS, costlyEngine, Isolate, Sandbox, WatchReader } from "./isolates.ts";

const OBJECTS = 40;
/** Each step is so expensive that a few objects are much work. */
const STEPS_PER_REQUEST = 10;
const WORK_PER_STEP = MAX_CATCH_UP_WORK / STEPS_PER_REQUEST;
const COMMITS_PER_REQUEST = MAX_CATCH_UP_WORK / MAX_WORK_PER_COMMIT;

async function sleepingCluster() {
  const sandbox = await Sandbox.create();
  const first = sandbox.isolate();
  for (let i = 0; i < OBJECTS; i++)
    await first.createConfigMap(`c-${String(i).padStart(2, "0")}`, { after: String(1_000 + i) });
  await sandbox.clock.pass(60_000);
  const { stores, clock } = sandbox;
  const engine = costlyEngine(WORK_PER_STEP);
  const isolate = new Isolate(sandbox.access, new Runtime({ stores, engine, clock }));
  return { sandbox, isolate };
}

/** The names of ConfigMaps whose due work is done, from a list's answer. */
function seenIn(body: { items: unknown[] }): string[] {
  const items = body.items as { metadata: { name: string }; data?: { seen?: string } }[];
  return items.filter(({ data }) => data?.seen !== undefined).map(({ metadata }) => metadata.name);
}

describe("a read of a cluster with much overdue work", () => {
  test("does a bounded part of it, reports how far it is behind, and the next reads do the rest", async () => {
    const { sandbox, isolate } = await sleepingCluster();
    const parts: { commits: number; steps: number; behindMs: number }[] = [];
    let before = 0;
    for (let i = 0; i < 8; i++) {
      const { result, roundTrips } = await sandbox.count(() => isolate.send("GET", CONFIG_MAPS));
      if (result.type !== "response") throw new Error(result.type);
      const seen = seenIn(JSON.parse(result.response.body)).length;
      const commits = roundTrips.filter((operation) => operation === "commit").length;
      parts.push({ commits, steps: seen - before, behindMs: result.behindMs ?? 0 });
      before = seen;
    }

    expect(before).toBe(OBJECTS);
    expect(Math.max(...parts.map(({ steps }) => steps))).toBeLessThanOrEqual(STEPS_PER_REQUEST + COMMITS_PER_REQUEST);
    expect(Math.max(...parts.map(({ commits }) => commits))).toBeLessThanOrEqual(COMMITS_PER_REQUEST);
    const behind = parts.map(({ behindMs }) => behindMs);
    // Each object is due a millisecond after the one before, and a minute has passed since.
    expect(behind[0]).toBeGreaterThan(50_000);
    expect(behind[1]).toBeLessThan(behind[0]!);
    expect(behind.at(-1)).toBe(0);
    expect(parts.at(-1)).toEqual({ commits: 0, steps: 0, behindMs: 0 });
  });

  test("shows the state of one instant: all work up to it is done, and no later work", async () => {
    const { isolate } = await sleepingCluster();
    const { body } = await isolate.request("GET", CONFIG_MAPS);
    const seen = seenIn(body);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(OBJECTS);
    expect(seen).toEqual(
      (body.items as { metadata: { name: string } }[]).slice(0, seen.length).map((i) => i.metadata.name),
    );
  });

  test("lets other requests of its isolate take a turn after each part of the work", async () => {
    const { sandbox, isolate } = await sleepingCluster();
    await isolate.request("GET", CONFIG_MAPS);
    expect(sandbox.clock.turns).toBeGreaterThanOrEqual(STEPS_PER_REQUEST - COMMITS_PER_REQUEST);
  });

  test("costs nothing more when little work is due", async () => {
    const sandbox = await Sandbox.create();
    const isolate = sandbox.isolate();
    await isolate.createConfigMap("c", { after: "1000" });
    await sandbox.clock.pass(2_000);
    const { result, roundTrips } = await sandbox.count(() => isolate.send("GET", CONFIG_MAPS));
    expect(roundTrips).toEqual(["commit"]);
    expect(result.behindMs).toBeUndefined();
    expect(sandbox.clock.turns).toBe(0);
  });
});

test("a write that is admitted meanwhile has a later revision and time than all work before it", async () => {
  const { sandbox, isolate } = await sleepingCluster();
  const from = (await sandbox.organization.getCluster(sandbox.clusterId)) as { revision: number };

  const { status } = await isolate.createConfigMap("late");
  expect(status).toBe(201);
  for (let i = 0; i < 8; i++) {
    await sandbox.clock.pass(10);
    await isolate.request("GET", CONFIG_MAPS);
  }

  const history = await sandbox.stores
    .cluster(sandbox.access)
    .history({ afterRevision: from.revision, maxBytes: 10_000_000 });
  const times = history!.log.map(({ timeMs }) => timeMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  const watch = new WatchReader(
    await isolate.send("GET", `${CONFIG_MAPS}?watch=true&resourceVersion=${from.revision}`),
  );
  await sandbox.clock.pass(1_000);
  expect(watch.seen).toHaveLength(OBJECTS + 1);
  await watch.cancel();
});

test("a watch brings the cluster to the present, part by part", async () => {
  const { sandbox, isolate } = await sleepingCluster();
  const answer = await isolate.send("GET", `${CONFIG_MAPS}?watch=true`);
  expect(answer.behindMs).toBeGreaterThan(0);
  const watch = new WatchReader(answer);
  for (let i = 0; i < 100; i++) await sandbox.clock.pass(30);
  expect(watch.seen.filter((line) => line.startsWith("MODIFIED")).length).toBeGreaterThan(OBJECTS / 2);
  const { body } = await isolate.request("GET", CONFIG_MAPS);
  expect(seenIn(body)).toHaveLength(OBJECTS);
  await watch.cancel();
});
