/** What a request costs at the database: the one figure of speed that no noise can touch. */
import { expect, test } from "vitest";
import { CONFIG_MAPS, Sandbox } from "./isolates.ts";

test("a read of a cluster in memory with nothing due costs one round trip", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  await isolate.request("GET", CONFIG_MAPS);

  const { result, roundTrips } = await sandbox.count(() => isolate.request("GET", "/api/v1/nodes"));

  expect(result.body.items).toHaveLength(3);
  expect(roundTrips).toEqual(["sync"]);
});

test("a read in a new isolate costs one as well while the cluster fits into a page", async () => {
  const sandbox = await Sandbox.create();
  await sandbox.isolate().createConfigMap("a");

  const { result, roundTrips } = await sandbox.count(() => sandbox.isolate().request("GET", `${CONFIG_MAPS}/a`));

  expect(result.status).toBe(200);
  expect(roundTrips).toEqual(["sync"]);
});

test("a write costs two", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();

  const { result, roundTrips } = await sandbox.count(() => isolate.createConfigMap("a"));

  expect(result.status).toBe(201);
  expect(roundTrips).toEqual(["sync", "commit"]);
});

test("a read that finds something due costs two", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  await isolate.createConfigMap("a", { after: "5000" });
  await isolate.request("GET", CONFIG_MAPS);
  await sandbox.clock.pass(60_000);

  const { result, roundTrips } = await sandbox.count(() => isolate.request("GET", `${CONFIG_MAPS}/a`));

  // It happened at its own instant, not when somebody looked.
  expect(Number(result.body.data?.["seen"]) - Date.parse("2026-01-01T00:00:00Z")).toBeLessThan(6_000);
  expect(roundTrips).toEqual(["sync", "commit"]);
  expect((await sandbox.count(() => isolate.request("GET", CONFIG_MAPS))).roundTrips).toEqual(["sync"]);
});

test("a refused write, and a dry run, cost one: there is nothing to commit", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  await isolate.createConfigMap("a");
  await sandbox.clock.pass(1_000);
  await isolate.request("GET", CONFIG_MAPS);

  const refused = await sandbox.count(() => isolate.createConfigMap("a"));
  const invalid = await sandbox.count(() => isolate.createConfigMap("Not A Name"));
  const dry = await sandbox.count(() =>
    isolate.request("POST", `${CONFIG_MAPS}?dryRun=All`, {
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: { name: "b" },
    }),
  );

  expect([refused.result.status, invalid.result.status, dry.result.status]).toEqual([409, 422, 201]);
  for (const { roundTrips } of [refused, invalid, dry]) expect(roundTrips).toEqual(["sync"]);
});

test("discovery in a new isolate proves the credential and loads no object", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();

  const { result, roundTrips } = await sandbox.count(() => isolate.request("GET", "/apis/apps/v1"));

  expect(result.body.kind).toBe("APIResourceList");
  expect(roundTrips).toEqual(["history"]);
  const unknown = { ...sandbox.access, tokenHash: "0".repeat(64) };
  expect((await isolate.request("GET", "/apis/apps/v1", undefined, { access: unknown })).status).toBe(401);
});

test("a page of a list at an older revision is answered from memory", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  for (const name of ["a", "b", "c", "d"]) await isolate.createConfigMap(name);
  await sandbox.clock.pass(1_000);
  const first = await isolate.request("GET", `${CONFIG_MAPS}?limit=2`);
  await isolate.request("DELETE", `${CONFIG_MAPS}/c`);
  await sandbox.clock.pass(1_000);
  await isolate.request("GET", CONFIG_MAPS);

  const token = (first.body.metadata as unknown as { continue: string }).continue;
  const query = `${CONFIG_MAPS}?limit=10&continue=${encodeURIComponent(token)}`;
  const warm = await sandbox.count(() => isolate.request("GET", query));
  const cold = await sandbox.isolate().request("GET", query);

  const names = (answer: typeof first) => answer.body.items.map(({ metadata }) => metadata.name);
  expect([...names(first), ...names(warm.result)]).toEqual(["a", "b", "c", "d", "kube-root-ca.crt"]);
  expect(names(cold)).toEqual(names(warm.result));
  expect(warm.roundTrips.every((operation) => operation === "sync")).toBe(true);
});
