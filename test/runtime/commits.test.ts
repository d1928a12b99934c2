/** Many writers, several isolates and lost answers: every accepted write is applied exactly once. */
import { expect, test } from "vitest";
import { type ClusterStore, CommitUnknownError, StoreUnavailableError } from "../../src/storage/store.ts";
import { type Answer, CONFIG_MAPS, configMap, Sandbox } from "./isolates.ts";

/** Every commit takes this long, so that other requests arrive meanwhile. */
function slowCommits(sandbox: Sandbox, delayMs = 5) {
  return (store: ClusterStore): ClusterStore => ({
    ...store,
    async commit(commit) {
      await new Promise<void>((resolve) => sandbox.clock.after(delayMs, resolve));
      return store.commit(commit);
    },
  });
}

const created = (answers: Answer[]) => answers.filter(({ status }) => status === 201);

test("fifty writers in one isolate share a few commits, and each gets its own answer", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate({ tamper: slowCommits(sandbox) });
  await isolate.request("GET", CONFIG_MAPS);

  const names = Array.from({ length: 50 }, (_, i) => `writer-${i}`);
  const { result, roundTrips } = await sandbox.count(() =>
    sandbox.clock.until(Promise.all(names.map((name) => isolate.createConfigMap(name)))),
  );

  expect(result.map(({ body }) => body.metadata.name)).toEqual(names);
  const revisions = result.map(({ body }) => Number(body.metadata.resourceVersion));
  expect(new Set(revisions).size).toBe(50);
  expect(roundTrips.filter((operation) => operation === "commit").length).toBeLessThanOrEqual(3);
  const listed = await sandbox.isolate().request("GET", CONFIG_MAPS);
  expect(listed.body.items).toHaveLength(51);
});

test("writers in three isolates: every accepted write exists once, none fails", async () => {
  const sandbox = await Sandbox.create();
  const isolates = [1, 2, 3].map(() => sandbox.isolate({ tamper: slowCommits(sandbox) }));

  const work = isolates.flatMap((isolate, i) =>
    Array.from({ length: 17 }, (_, j) => isolate.createConfigMap(`writer-${i}-${j}`)),
  );
  const answers = await sandbox.clock.until(Promise.all(work));

  expect(created(answers)).toHaveLength(51);
  const revisions = answers.map(({ body }) => Number(body.metadata.resourceVersion));
  expect(new Set(revisions).size).toBe(51);
  const listed = await sandbox.isolate().request("GET", CONFIG_MAPS);
  const byName = new Map(listed.body.items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
  for (const { body } of answers) expect(byName.get(body.metadata.name!)).toBe(body.metadata.resourceVersion);
});

test("of two updates from the same revision one is refused, in the same or another isolate", async () => {
  const sandbox = await Sandbox.create();
  const [a, b] = [sandbox.isolate(), sandbox.isolate()];
  const { body } = await a!.createConfigMap("shared");
  await b!.request("GET", CONFIG_MAPS);
  const update = (value: string) => ({ ...body, data: { value } });

  const answers = await sandbox.clock.until(
    Promise.all([
      a!.request("PUT", `${CONFIG_MAPS}/shared`, update("a")),
      b!.request("PUT", `${CONFIG_MAPS}/shared`, update("b")),
    ]),
  );

  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(answers.find(({ status }) => status === 409)?.body.message).toContain("the object has been modified");
});

test("a commit whose answer is lost is found by its id, not repeated", async () => {
  const sandbox = await Sandbox.create();
  let lose = true;
  const isolate = sandbox.isolate({
    tamper: (store) => ({
      ...store,
      async commit(commit) {
        const result = await store.commit(commit);
        if (!lose) return result;
        lose = false;
        throw new CommitUnknownError("cut off");
      },
    }),
  });

  const { result, roundTrips } = await sandbox.count(() => isolate.request("POST", CONFIG_MAPS, generated()));

  expect(result.status).toBe(201);
  expect(roundTrips).toEqual(["sync", "commit", "findCommit"]);
  const listed = await isolate.request("GET", CONFIG_MAPS);
  expect(listed.body.items.filter(({ metadata }) => metadata.name.startsWith("generated-"))).toHaveLength(1);
});

test("a commit that was lost before it arrived is repeated once", async () => {
  const sandbox = await Sandbox.create();
  let lose = true;
  const late: (() => Promise<unknown>)[] = [];
  const isolate = sandbox.isolate({
    tamper: (store) => ({
      ...store,
      async commit(commit) {
        if (!lose) return store.commit(commit);
        lose = false;
        late.push(() => store.commit(commit));
        throw new CommitUnknownError("cut off");
      },
    }),
  });

  const answer = await sandbox.clock.until(isolate.request("POST", CONFIG_MAPS, generated()));
  // The first attempt was only slow and arrives now. It must not be applied.
  for (const arrive of late) await arrive();

  expect(answer.status).toBe(201);
  const listed = await sandbox.isolate().request("GET", CONFIG_MAPS);
  expect(listed.body.items.filter(({ metadata }) => metadata.name.startsWith("generated-"))).toHaveLength(1);
});

test("a request is retried when the database is unavailable for a moment; after several attempts it is a 503", async () => {
  const sandbox = await Sandbox.create();
  let failures = 1;
  const isolate = sandbox.isolate({
    tamper: (store) => ({
      ...store,
      async commit(commit) {
        if (failures-- > 0) throw new StoreUnavailableError("away");
        return store.commit(commit);
      },
    }),
  });

  expect((await sandbox.clock.until(isolate.createConfigMap("a"))).status).toBe(201);
  failures = 1_000;
  const refused = await sandbox.clock.until(isolate.createConfigMap("b"));
  expect([refused.status, refused.body.reason]).toEqual([503, "ServiceUnavailable"]);
  failures = 0;
  expect((await sandbox.clock.until(isolate.createConfigMap("b"))).status).toBe(201);
});

test("a leader that dies is replaced: waiting requests are answered, its own commit is not repeated", async () => {
  const sandbox = await Sandbox.create();
  let dead = false;
  const isolate = sandbox.isolate({
    tamper: (store) => ({
      ...store,
      async commit(commit) {
        const result = await store.commit(commit);
        if (dead) return result;
        dead = true;
        // The leader's request never returns, as when the runtime cancels a request.
        return new Promise(() => {});
      },
    }),
  });

  void isolate.createConfigMap("leader");
  await sandbox.clock.pass(1);
  const follower = await sandbox.clock.until(isolate.createConfigMap("follower"), 1_000);

  expect(follower.status).toBe(201);
  const listed = await sandbox.isolate().request("GET", CONFIG_MAPS);
  const names = listed.body.items.map(({ metadata }) => metadata.name);
  expect(names).toEqual(["follower", "kube-root-ca.crt", "leader"]);
});

test("an endless race ends with 429 and Retry-After, and changes nothing", async () => {
  const sandbox = await Sandbox.create();
  const other = sandbox.isolate();
  let n = 0;
  const isolate = sandbox.isolate({
    tamper: (store) => ({
      ...store,
      async commit(commit) {
        await other.createConfigMap(`other-${n++}`);
        return store.commit(commit);
      },
    }),
  });

  const answer = await sandbox.clock.until(isolate.createConfigMap("mine"));

  expect([answer.status, answer.body.reason]).toEqual([429, "TooManyRequests"]);
  expect((await other.request("GET", `${CONFIG_MAPS}/mine`)).status).toBe(404);
});

test("a credential that is revoked between sync and commit fails only its own request", async () => {
  const sandbox = await Sandbox.create();
  const jane = await sandbox.credential("jane");
  const isolate = sandbox.isolate({ tamper: slowCommits(sandbox) });
  await isolate.request("GET", CONFIG_MAPS);

  const hers = isolate.request("POST", CONFIG_MAPS, configMap("hers"), { access: jane });
  await sandbox.clock.pass(0);
  const mine = isolate.createConfigMap("mine");
  await sandbox.clock.pass(0);
  await sandbox.organization.revokeCredential(sandbox.clusterId, "cred-jane");
  const answers = await sandbox.clock.until(Promise.all([hers, mine]));

  expect(answers.map(({ status }) => status)).toEqual([401, 201]);
  const listed = await sandbox.isolate().request("GET", CONFIG_MAPS);
  expect(listed.body.items.map(({ metadata }) => metadata.name)).toEqual(["kube-root-ca.crt", "mine"]);
});

function generated() {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "generated-" } };
}
