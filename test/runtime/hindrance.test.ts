/**
 * Due work that fails or cannot be committed never prevents a read or a deletion, is reported, and has a limited number
 * of attempts.
 */
import { expect, test } from "vitest";
import { MAX_COMMIT_BYTES, MAX_LOST_ANSWERS } from "../../src/lib/limits.ts";
import { refuseLargeCommit } from "../../src/storage/check.ts";
import { type ClusterStore, type Commit, CommitUnknownError, StoreSizeError } from "../../src/storage/store.ts";
import { CONFIG_MAPS, faultyEngine, Sandbox } from "./isolates.ts";

const EVENTS = "/api/v1/namespaces/default/events";
const LARGE = "x".repeat(1_000_000);

/** Receives every commit before the store. */
function seeing(look: (commit: Commit) => void) {
  return (store: ClusterStore): ClusterStore => ({
    ...store,
    commit(commit) {
      look(commit);
      return store.commit(commit);
    },
  });
}

test("a bug in one piece of work is skipped, reported in an Event and logged; all other work continues", async () => {
  const sandbox = await Sandbox.create();
  const logged: unknown[] = [];
  const isolate = sandbox.isolate({ engine: faultyEngine, onHindrance: (error) => logged.push(error) });
  expect((await isolate.createConfigMap("bad", { breaks: "yes" })).status).toBe(201);
  expect((await isolate.createConfigMap("good", { after: "5000" })).status).toBe(201);
  await sandbox.clock.pass(10_000);

  expect((await isolate.request("GET", `${CONFIG_MAPS}/bad`)).status).toBe(200);
  expect(String(logged[0])).toBe("ReconcileError: faulty failed for core/configmaps/default/bad: a planted mistake");
  expect((await isolate.request("GET", `${CONFIG_MAPS}/good`)).body.data?.["seen"]).toBeDefined();
  const { body } = await isolate.request("GET", EVENTS);
  expect((body.items as unknown as { message: string }[]).map(({ message }) => message)).toEqual([
    "faulty failed with an internal error and tries again in 1000 s",
  ]);

  // It is not retried at each request, but it is retried later.
  const tries = logged.length;
  await sandbox.clock.pass(10_000);
  await isolate.request("GET", CONFIG_MAPS);
  expect(logged.length).toBe(tries);
  await sandbox.clock.pass(1_000_000);
  expect((await isolate.request("GET", CONFIG_MAPS)).status).toBe(200);
  expect(logged.length).toBeGreaterThan(tries);

  expect((await isolate.request("DELETE", `${CONFIG_MAPS}/bad`)).status).toBe(200);
  expect((await isolate.createConfigMap("after", { after: "1000" })).status).toBe(201);
});

test("an advance that the store refuses prevents no read, write or deletion", async () => {
  const sandbox = await Sandbox.create();
  const logged: unknown[] = [];
  let refused = 0;
  const isolate = sandbox.isolate({
    onHindrance: (error) => logged.push(error),
    tamper: seeing(({ log }) => {
      if (!log.some(({ body, type }) => type !== "DELETED" && body.includes('"seen":'))) return;
      refused++;
      throw new StoreSizeError("planted");
    }),
  });
  expect((await isolate.createConfigMap("cause", { after: "5000" })).status).toBe(201);
  await sandbox.clock.pass(10_000);

  const read = await isolate.send("GET", `${CONFIG_MAPS}/cause`);
  expect(read.type === "response" && read.response.status).toBe(200);
  expect(read.behindMs).toBeGreaterThan(0);
  expect(refused).toBe(1);
  expect((await isolate.createConfigMap("other")).status).toBe(201);
  expect((await isolate.request("DELETE", `${CONFIG_MAPS}/cause`)).status).toBe(200);
  refused = 0;
  expect((await isolate.send("GET", CONFIG_MAPS)).behindMs).toBeUndefined();
  expect(refused).toBe(0);
  expect(logged.length).toBeGreaterThan(0);
});

test("a request whose write the store refuses fails; requests of the same batch succeed", async () => {
  const sandbox = await Sandbox.create();
  let commits = 0;
  const isolate = sandbox.isolate({
    onHindrance: () => {},
    tamper: seeing(({ log }) => {
      commits++;
      if (log.some(({ body }) => body.includes("too much"))) throw new StoreSizeError("planted");
    }),
  });
  await isolate.request("GET", CONFIG_MAPS);
  const requests = [
    isolate.createConfigMap("first"),
    isolate.createConfigMap("large", { text: "too much" }),
    isolate.createConfigMap("last"),
  ];
  const answers = await sandbox.clock.until(Promise.all(requests));
  expect(answers.map(({ status }) => status)).toEqual([201, 413, 201]);
  expect(answers[1]!.body.reason).toBe("RequestEntityTooLarge");
  expect(commits).toBeLessThan(8);
});

test("a database that loses every answer gets a limited number of attempts", async () => {
  const sandbox = await Sandbox.create();
  let commits = 0;
  const isolate = sandbox.isolate({
    tamper: (store) => ({
      ...store,
      async commit() {
        commits++;
        throw new CommitUnknownError("planted");
      },
    }),
  });
  await isolate.request("GET", CONFIG_MAPS);
  const { status, body } = await sandbox.clock.until(isolate.createConfigMap("one"));
  expect([status, body.reason]).toEqual([503, "ServiceUnavailable"]);
  expect(commits).toBe(MAX_LOST_ANSWERS);
});

test("many small changes of large objects that arrive together take several commits, none of them large", async () => {
  const sandbox = await Sandbox.create();
  const sizes: number[] = [];
  const isolate = sandbox.isolate({
    tamper: seeing((commit) => {
      refuseLargeCommit(commit);
      sizes.push(commit.log.reduce((sum, { body }) => sum + body.length, 0));
    }),
  });
  for (let i = 0; i < 12; i++) await isolate.createConfigMap(`c-${i}`, { text: LARGE });
  sizes.length = 0;
  const patches = Array.from({ length: 60 }, (_, i) =>
    isolate.request("PATCH", `${CONFIG_MAPS}/c-${i % 12}`, { metadata: { labels: { round: String(i) } } }),
  );
  const answers = await sandbox.clock.until(Promise.all(patches));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(Math.max(...sizes)).toBeLessThan(MAX_COMMIT_BYTES);
  expect(sizes.length).toBeGreaterThan(3);
});

test("a collection that is too large for one commit is deleted with several requests", async () => {
  const sandbox = await Sandbox.create();
  const sizes: number[] = [];
  const isolate = sandbox.isolate({
    tamper: seeing(({ log }) => sizes.push(log.reduce((sum, { body }) => sum + body.length, 0))),
  });
  for (let i = 0; i < 14; i++) await isolate.createConfigMap(`c-${i}`, { text: LARGE });
  const first = await isolate.request("DELETE", CONFIG_MAPS);
  expect([first.status, first.body.details?.retryAfterSeconds]).toEqual([429, 1]);
  expect(first.body.message).toMatch(/^deleted \d+ of 1\d objects; please try again for the others$/);
  expect((await isolate.request("DELETE", CONFIG_MAPS)).status).toBe(200);
  expect((await isolate.request("GET", CONFIG_MAPS)).body.items).toEqual([]);
  expect(Math.max(...sizes)).toBeLessThan(1.2 * MAX_COMMIT_BYTES);
});
