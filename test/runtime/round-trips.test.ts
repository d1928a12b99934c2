/** Round trips of requests to the database: a measure of speed without noise. */
import { expect, test } from "vitest";
import { CONFIG_MAPS, configMap, Sandbox } from "./isolates.ts";

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

test("a write costs two, or one if the isolate knows the credential: the commit then checks cache and credential", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();

  const first = await sandbox.count(() => isolate.createConfigMap("a"));
  const second = await sandbox.count(() => isolate.createConfigMap("b"));

  expect([first.result.status, second.result.status]).toEqual([201, 201]);
  expect(first.roundTrips).toEqual(["sync", "commit"]);
  expect(second.roundTrips).toEqual(["commit"]);
});

test("a write with an outdated cache costs two: the conflict brings the missing changes", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  await isolate.createConfigMap("a");
  await sandbox.isolate().createConfigMap("b");

  const { result, roundTrips } = await sandbox.count(() => isolate.createConfigMap("c"));

  expect(result.status).toBe(201);
  expect(roundTrips).toEqual(["commit", "commit"]);
});

test("no refusal comes from an outdated cache", async () => {
  const sandbox = await Sandbox.create();
  const [isolate, other] = [sandbox.isolate(), sandbox.isolate()];
  await isolate.request("GET", CONFIG_MAPS);
  await other.createConfigMap("a");
  await sandbox.clock.pass(1_000);
  await other.request("GET", CONFIG_MAPS);

  const { result, roundTrips } = await sandbox.count(() => isolate.request("DELETE", `${CONFIG_MAPS}/a`));

  expect(result.status).toBe(200);
  expect(roundTrips).toEqual(["sync", "commit"]);
});

test("a credential that was revoked since its last use writes nothing", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  const access = await sandbox.credential("jane");
  await isolate.request("GET", CONFIG_MAPS, undefined, { access });
  await sandbox.organization.revokeCredential(sandbox.clusterId, "cred-jane");

  const write = await isolate.request("POST", CONFIG_MAPS, configMap("a"), { access });
  const refused = await isolate.request("DELETE", `${CONFIG_MAPS}/none`, undefined, { access });
  const read = await isolate.request("GET", CONFIG_MAPS, undefined, { access });

  expect([write.status, refused.status, read.status]).toEqual([401, 401, 401]);
  expect((await isolate.request("GET", `${CONFIG_MAPS}/a`)).status).toBe(404);
});

test("a hundred concurrent reads share a few syncs, each begun after its readers arrived", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  await isolate.request("GET", CONFIG_MAPS);

  const { result, roundTrips } = await sandbox.count(() =>
    Promise.all(Array.from({ length: 100 }, () => isolate.request("GET", CONFIG_MAPS))),
  );

  expect(result.every(({ status }) => status === 200)).toBe(true);
  expect(roundTrips.length).toBeLessThanOrEqual(4);
});

test("a read with due work costs two at most", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  await isolate.createConfigMap("a", { after: "5000" });
  await isolate.request("GET", CONFIG_MAPS);
  await sandbox.clock.pass(60_000);

  const { result, roundTrips } = await sandbox.count(() => isolate.request("GET", `${CONFIG_MAPS}/a`));

  // It happened at its own instant, not at the time of the read.
  expect(Number(result.body.data?.["seen"]) - Date.parse("2026-01-01T00:00:00Z")).toBeLessThan(6_000);
  expect(roundTrips).toEqual(["commit"]);
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

test("discovery in a new isolate checks the credential and loads no object", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();

  const { result, roundTrips } = await sandbox.count(() => isolate.request("GET", "/apis/apps/v1"));

  expect(result.body.kind).toBe("APIResourceList");
  expect(roundTrips).toEqual(["history"]);
  const unknown = { ...sandbox.access, tokenHash: "0".repeat(64) };
  expect((await isolate.request("GET", "/apis/apps/v1", undefined, { access: unknown })).status).toBe(401);
});

test("answers that depend on definitions come from the cache, which one sync confirms", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();

  for (const path of ["/apis", "/apis/example.com/v1", "/apis/example.com/v1/widgets"]) {
    const cold = await sandbox.count(() => sandbox.isolate().request("GET", path));
    expect([path, cold.roundTrips]).toEqual([path, ["sync"]]);
    await isolate.request("GET", CONFIG_MAPS);
    const warm = await sandbox.count(() => isolate.request("GET", path));
    expect([path, warm.roundTrips]).toEqual([path, ["sync"]]);
  }
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

test("the body of a request is read once, and only for an authenticated caller", async () => {
  const sandbox = await Sandbox.create();
  const { runtime } = sandbox.isolate();
  let reads = 0;
  const send = (tokenHash: string, method: string) =>
    runtime.kubernetes(
      { via: "credential", clusterId: sandbox.clusterId, tokenHash },
      {
        ...{ method, path: CONFIG_MAPS, query: new URLSearchParams(), headers: { "content-type": "application/json" } },
        ...{ requestId: "r", shown: { type: "secret" } },
        async readBody() {
          reads++;
          return JSON.stringify(configMap("a"));
        },
      },
      { waitUntil: () => {} },
    );
  expect(await send("0".repeat(64), "POST")).toEqual({ type: "unauthorized" });
  expect(reads).toBe(0);
  const { access } = sandbox;
  expect(await send(access.via === "credential" ? access.tokenHash : "", "POST")).toMatchObject({
    response: { status: 201 },
  });
  expect(reads).toBe(1);
});
