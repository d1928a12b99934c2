/** A cluster that slept while much became due: bounded commits per request, and order is kept. */
import { expect, test } from "vitest";
import { MAX_CATCH_UP_COMMITS } from "../../src/lib/limits.ts";
import { Runtime } from "../../src/runtime/runtime.ts";
import { CONFIG_MAPS, Isolate, impatientEngine, Sandbox, WatchReader } from "./isolates.ts";

/** Few steps to a commit, so that a few objects are much. */
const STEPS = 5;
async function sleepingCluster() {
  const sandbox = await Sandbox.create();
  const first = sandbox.isolate();
  for (let i = 0; i < 40; i++)
    await first.createConfigMap(`c-${String(i).padStart(2, "0")}`, { after: String(1_000 + i) });
  await sandbox.clock.pass(60_000);
  const { stores, clock } = sandbox;
  const isolate = new Isolate(sandbox.access, new Runtime({ stores, engine: impatientEngine(STEPS), clock }));
  return { sandbox, isolate };
}

test("a request spends a bounded number of commits on what it missed; the next ones do the rest", async () => {
  const { sandbox, isolate } = await sleepingCluster();

  const counts: number[] = [];
  for (let i = 0; i < 20; i++) {
    await sandbox.clock.pass(10);
    const { roundTrips } = await sandbox.count(() => isolate.request("GET", CONFIG_MAPS));
    counts.push(roundTrips.filter((operation) => operation === "commit").length);
  }

  expect(Math.max(...counts)).toBeLessThanOrEqual(MAX_CATCH_UP_COMMITS + 1);
  expect(counts[0]).toBeGreaterThan(1);
  expect(counts.at(-1)).toBe(0);
  const { body } = await isolate.request("GET", CONFIG_MAPS);
  const seen = (body.items as unknown as { data?: { seen?: string } }[]).filter(({ data }) => data?.seen !== undefined);
  expect(seen).toHaveLength(40);
});

test("a write that is admitted meanwhile is later than all that happened before it, in revision and in time", async () => {
  const { sandbox, isolate } = await sleepingCluster();
  const from = (await sandbox.organization.getCluster(sandbox.clusterId)) as { revision: number };

  const { status } = await isolate.createConfigMap("late");
  expect(status).toBe(201);
  for (let i = 0; i < 20; i++) {
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
  expect(watch.seen).toHaveLength(41);
  await watch.cancel();
});
