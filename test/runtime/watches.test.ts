/** Watches: in order, without gap or repetition, through any isolate and across reconnects; and their cost. */
import { expect, test } from "vitest";
import { CONFIG_MAPS, type Isolate, Sandbox, WatchReader } from "./isolates.ts";

const SECOND_MS = 1_000;

async function resourceVersion(isolate: Isolate): Promise<string> {
  return (await isolate.request("GET", CONFIG_MAPS)).body.metadata.resourceVersion;
}

/** A watch from now on. */
async function watchNow(isolate: Isolate, query = ""): Promise<WatchReader> {
  return isolate.watch(`resourceVersion=${await resourceVersion(isolate)}&${query}`);
}

test("a write in the same isolate reaches the watch at once, without another round trip", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  const watch = await watchNow(isolate);
  await sandbox.clock.pass(0);

  const { roundTrips } = await sandbox.count(async () => {
    await isolate.createConfigMap("a");
    await sandbox.clock.pass(0);
  });

  expect(watch.seen).toEqual(["ADDED a"]);
  expect(roundTrips).toEqual(["commit"]);
});

test("a write in another isolate reaches it within a second", async () => {
  const sandbox = await Sandbox.create();
  const watch = await watchNow(sandbox.isolate());
  await sandbox.clock.pass(0);

  await sandbox.isolate().createConfigMap("a");
  await sandbox.clock.pass(SECOND_MS);

  expect(watch.seen).toEqual(["ADDED a"]);
});

test("ten watches of an idle cluster cost one query a second", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  const watches = await Promise.all(Array.from({ length: 10 }, () => watchNow(isolate)));
  await sandbox.clock.pass(SECOND_MS);

  const { roundTrips } = await sandbox.count(() => sandbox.clock.pass(30 * SECOND_MS));

  expect(roundTrips.length).toBeLessThanOrEqual(31);
  expect(roundTrips.every((operation) => operation === "sync")).toBe(true);
  await Promise.all(watches.map((watch) => watch.cancel()));
  await sandbox.clock.pass(SECOND_MS);
  expect((await sandbox.count(() => sandbox.clock.pass(60 * SECOND_MS))).roundTrips).toEqual([]);
});

test("a watch advances time: due work happens when it is due, with a commit at each instant", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  const watch = await watchNow(isolate);
  await isolate.createConfigMap("a", { after: "5000" });
  await sandbox.clock.pass(3 * SECOND_MS);
  expect(watch.seen).toEqual(["ADDED a"]);

  const { roundTrips } = await sandbox.count(() => sandbox.clock.pass(3 * SECOND_MS));

  expect(watch.seen).toEqual(["ADDED a", "MODIFIED a"]);
  // The change, and the run of the controller that it woke.
  expect(roundTrips.filter((operation) => operation === "commit").length).toBeLessThanOrEqual(2);
  expect(roundTrips.length).toBeLessThanOrEqual(6);
});

test("when the polling request ends, another one takes over", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  const first = await watchNow(isolate);
  const second = await watchNow(isolate);
  await sandbox.clock.pass(2 * SECOND_MS);

  await first.cancel();
  await sandbox.isolate().createConfigMap("a");
  await sandbox.clock.pass(SECOND_MS);

  expect(second.seen).toEqual(["ADDED a"]);
});

test("watches in two isolates see the writes of both, in one order", async () => {
  const sandbox = await Sandbox.create();
  const isolates = [sandbox.isolate(), sandbox.isolate()];
  const watches = await Promise.all(isolates.map((isolate) => watchNow(isolate)));

  for (let i = 0; i < 40; i++) {
    const isolate = isolates[i % 2]!;
    await sandbox.clock.until(isolate.createConfigMap(`c-${i}`));
    if (i % 5 === 0) await sandbox.clock.until(isolate.request("DELETE", `${CONFIG_MAPS}/c-${i}`));
    await sandbox.clock.pass(100);
  }
  await sandbox.clock.pass(2 * SECOND_MS);

  const expected = Array.from({ length: 40 }, (_, i) => [`ADDED c-${i}`, ...(i % 5 === 0 ? [`DELETED c-${i}`] : [])]);
  for (const watch of watches) {
    expect(watch.seen).toEqual(expected.flat());
    const revisions = watch.events.map(({ revision }) => revision);
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
  }
});

test("a client that reconnects, each time to another isolate, misses and repeats nothing", async () => {
  const sandbox = await Sandbox.create();
  const writer = sandbox.isolate();
  let revision = Number(await resourceVersion(writer));
  const seen: string[] = [];

  for (let round = 0; round < 8; round++) {
    const watch = await sandbox.isolate().watch(`resourceVersion=${revision}`);
    for (let i = 0; i < 3; i++) {
      await writer.createConfigMap(`c-${round}-${i}`);
      await sandbox.clock.pass(300);
    }
    await sandbox.clock.pass(SECOND_MS);
    await watch.cancel();
    seen.push(...watch.seen);
    revision = watch.lastRevision || revision;
    // Written while no watch is open: the next isolate finds it in the store's log.
    await writer.createConfigMap(`c-${round}-between`);
  }
  const last = await sandbox.isolate().watch(`resourceVersion=${revision}`);
  await sandbox.clock.pass(SECOND_MS);
  seen.push(...last.seen);

  const rounds = Array.from({ length: 8 }, (_, r) => [0, 1, 2, "between"].map((i) => `ADDED c-${r}-${i}`));
  expect(seen).toEqual(rounds.flat());
});

test("a selector sees objects enter and leave, also in the part of the log that is only in the store", async () => {
  const sandbox = await Sandbox.create();
  const writer = sandbox.isolate();
  const from = await resourceVersion(writer);
  const live = await writer.watch(`resourceVersion=${from}&labelSelector=app%3Dweb`);
  await writer.createConfigMap("a");
  const label = (app: string | null) => writer.request("PATCH", `${CONFIG_MAPS}/a`, { metadata: { labels: { app } } });
  await label("web");
  await label("db");
  await label("web");
  await writer.request("DELETE", `${CONFIG_MAPS}/a`);
  const replayed = await sandbox.isolate().watch(`resourceVersion=${from}&labelSelector=app%3Dweb`);
  await sandbox.clock.pass(SECOND_MS);

  const expected = ["ADDED a", "DELETED a", "ADDED a", "DELETED a"];
  expect(live.seen).toEqual(expected);
  expect(replayed.seen).toEqual(expected);
});

test("a base object that changes is MODIFIED for a watch that replays the log", async () => {
  const sandbox = await Sandbox.create();
  const writer = sandbox.isolate();
  const from = await resourceVersion(writer);
  await writer.request("PATCH", `${CONFIG_MAPS}/kube-root-ca.crt`, { metadata: { labels: { mine: "yes" } } });

  const watch = await sandbox.isolate().watch(`resourceVersion=${from}&labelSelector=mine`);
  await sandbox.clock.pass(SECOND_MS);

  expect(watch.seen).toEqual(["ADDED kube-root-ca.crt"]);
});

test("bookmarks come each minute, to clients that asked for them", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  const asked = await watchNow(isolate, "allowWatchBookmarks=true");
  const silent = await watchNow(isolate);
  await isolate.createConfigMap("a");

  await sandbox.clock.pass(130 * SECOND_MS);

  expect(asked.events.map(({ type }) => type)).toEqual(["ADDED", "BOOKMARK", "BOOKMARK"]);
  expect(asked.lastRevision).toBe(Number(await resourceVersion(isolate)));
  expect(silent.events.map(({ type }) => type)).toEqual(["ADDED"]);
});

test("a watch ends when its time is over", async () => {
  const sandbox = await Sandbox.create();
  const watch = await watchNow(sandbox.isolate(), "timeoutSeconds=10");

  await sandbox.clock.pass(9 * SECOND_MS);
  expect(watch.ended).toBe(false);
  await sandbox.clock.pass(2 * SECOND_MS);
  expect(watch.ended).toBe(true);
});

test("a revoked credential's watches end, in every isolate; other watches continue", async () => {
  const sandbox = await Sandbox.create();
  const jane = await sandbox.credential("jane");
  const isolates = [sandbox.isolate(), sandbox.isolate()];
  const hers = await Promise.all(isolates.map((isolate) => isolate.watch("", { access: jane })));
  const mine = await Promise.all(isolates.map((isolate) => isolate.watch("")));
  await sandbox.clock.pass(SECOND_MS);

  await sandbox.organization.revokeCredential(sandbox.clusterId, "cred-jane");
  isolates[0]!.runtime.credentialRevoked(sandbox.clusterId, "cred-jane");
  await sandbox.clock.pass(0);
  expect(hers.map(({ ended }) => ended)).toEqual([true, false]);
  await sandbox.clock.pass(3 * SECOND_MS);

  expect(hers.map(({ ended }) => ended)).toEqual([true, true]);
  expect(mine.map(({ ended }) => ended)).toEqual([false, false]);
});

test("a deleted cluster's watches end, in every isolate", async () => {
  const sandbox = await Sandbox.create();
  const isolates = [sandbox.isolate(), sandbox.isolate()];
  const watches = await Promise.all(isolates.map((isolate) => watchNow(isolate)));

  await sandbox.organization.deleteCluster(sandbox.clusterId);
  isolates[0]!.runtime.clusterDeleted(sandbox.clusterId);
  await sandbox.clock.pass(0);
  expect(watches.map(({ ended }) => ended)).toEqual([true, false]);
  await sandbox.clock.pass(2 * SECOND_MS);

  expect(watches.map(({ ended }) => ended)).toEqual([true, true]);
  expect((await isolates[0]!.request("GET", CONFIG_MAPS)).status).toBe(401);
});

test("a client that disconnects is detected, and its polling ends", async () => {
  const sandbox = await Sandbox.create();
  const client = new AbortController();
  await sandbox.isolate().watch("", { signal: client.signal });
  await sandbox.clock.pass(2 * SECOND_MS);

  client.abort();
  await sandbox.clock.pass(SECOND_MS);

  expect((await sandbox.count(() => sandbox.clock.pass(60 * SECOND_MS))).roundTrips).toEqual([]);
});

test("a log older than its retention is compacted, and watches from before it get 410", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  const from = await resourceVersion(isolate);
  for (let i = 0; i < 5; i++) await isolate.createConfigMap(`c-${i}`);
  for (let minute = 0; minute < 30; minute++) {
    await sandbox.clock.pass(60 * SECOND_MS);
    await isolate.request("PATCH", `${CONFIG_MAPS}/c-0`, { data: { minute: String(minute) } });
  }

  const answer = await sandbox.isolate().request("GET", `${CONFIG_MAPS}?watch=true&resourceVersion=${from}`);

  expect(answer.body).toMatchObject({ type: "ERROR", object: { reason: "Expired", code: 410 } });
  // Current objects stay, at any age.
  expect((await sandbox.isolate().request("GET", CONFIG_MAPS)).body.items).toHaveLength(6);
});

test("a slow client's events are not queued: they are read from the log when it reads again", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  const from = await resourceVersion(isolate);
  const answer = await isolate.send("GET", `${CONFIG_MAPS}?watch=true&resourceVersion=${from}`);
  if (answer.type !== "stream") throw new Error("no watch");
  const text = "x".repeat(100_000);
  for (let i = 0; i < 30; i++) await isolate.createConfigMap(`c-${i}`, { text });
  await sandbox.clock.pass(5 * SECOND_MS);

  const watch = new WatchReader(answer);
  await sandbox.clock.pass(5 * SECOND_MS);

  expect(watch.seen).toEqual(Array.from({ length: 30 }, (_, i) => `ADDED c-${i}`));
});
