/** Advances of time: their effect, their cost, and what clients see. */
import { beforeEach, describe, expect, test } from "vitest";
import { School, type Student } from "./grading.ts";
import type { Reply } from "./sandbar.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

let school: School;
let anna: Student;

beforeEach(async () => {
  school = await School.open();
  anna = await school.cluster();
  await anna.deployment("web", 2);
  await anna.settle();
});

describe("an advance", () => {
  test("moves the cluster's time ahead of real time, and several advances add up", async () => {
    const realMs = school.sandbar.clock.now();
    const first = await anna.advance(HOUR);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ offsetSeconds: HOUR, commits: 1, remainingSeconds: 0 });
    expect(Date.parse(first.body.time)).toBeGreaterThanOrEqual(realMs + HOUR * 1000);
    expect((await anna.advance(60)).body.offsetSeconds).toBe(HOUR + 60);
    const shown = await school.sandbar.call(`/v1/clusters/${anna.id}`, { token: school.key });
    expect(shown.body).toMatchObject({ offsetSeconds: HOUR + 60 });
    const { body } = await anna.check({
      cel: "now - deployments.filter(d, d.metadata.name == 'web')[0].metadata.creationTimestamp > duration('1h')",
    });
    expect(body.results[0]).toMatchObject({ passed: true });
    expect(Date.parse(body.time)).toBeGreaterThanOrEqual(realMs + (HOUR + 60) * 1000);
  });

  test.each([
    ["an hour", HOUR],
    ["a day", DAY],
    ["thirty days", 30 * DAY],
  ])("%s costs little when nothing happens", async (_, seconds) => {
    await anna.advance(3 * HOUR);
    const rows = await logRows();
    const trips = await school.roundTrips(async () => {
      const { body } = await anna.advance(seconds);
      expect(body).toMatchObject({ commits: 1, remainingSeconds: 0 });
      expect(body.steps).toBeLessThanOrEqual(5);
    });
    expect(trips).toEqual(["sync", "commit"]);
    expect((await logRows()) - rows).toBeLessThanOrEqual(5);
  });

  test("work happens at its own instant, at any distance from now", async () => {
    const pod = {
      ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "long" } },
      spec: { activeDeadlineSeconds: 20 * DAY, containers: [{ name: "c", image: "nginx" }] },
    };
    await anna.kubernetes("/api/v1/namespaces/default/pods", { method: "POST", body: pod });
    await anna.advance(40 * DAY);
    const cel = "pods.filter(p, p.metadata.name == 'long')[0]";
    const { body } = await school.query({ cel: `[${cel}.status.phase, ${cel}.status.?reason.orValue('')]` });
    expect(body.rows[0].value).toEqual(["Failed", "DeadlineExceeded"]);
    const { body: age } = await school.query({
      cel: `now - ${cel}.status.conditions.map(c, c.lastTransitionTime).max() > duration('456h')`,
    });
    expect(age.rows[0]).toMatchObject({ value: true });
  });

  test("Events expire after their hour, for graders and clients", async () => {
    const cel = "events.exists(e, e.metadata.namespace == 'default')";
    expect(await anna.verdict({ cel })).toMatchObject({ passed: true });
    await anna.advance(2 * HOUR);
    expect(await anna.verdict({ cel })).toMatchObject({ passed: false });
  });

  test("clients see everything as much older, in tables and in objects", async () => {
    const read = async () => {
      const table = await anna.kubernetes("/apis/apps/v1/namespaces/default/deployments", {
        headers: { accept: TABLE },
      });
      const object = await anna.kubernetes("/apis/apps/v1/namespaces/default/deployments/web");
      return { age: table.body.rows[0].cells[4], createdMs: Date.parse(object.body.metadata.creationTimestamp) };
    };
    const before = await read();
    await anna.advance(DAY);
    const after = await read();
    expect(before.age).toMatch(/^\d+[sm]/);
    expect(after.age).toMatch(/^24h$/);
    expect(after.createdMs).toBe(before.createdMs - DAY * 1000);
  });

  test("times that clients write are converted, too", async () => {
    await anna.advance(DAY);
    const realMs = school.sandbar.clock.now();
    const renewTime = new Date(realMs).toISOString().replace("Z", "000Z");
    const body = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "lock" },
      spec: { renewTime },
    };
    const path = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
    const created = await anna.kubernetes(path, { method: "POST", body });
    expect(created.body.spec.renewTime).toBe(renewTime);
    expect(Math.abs(Date.parse(created.body.metadata.creationTimestamp) - realMs)).toBeLessThan(2_000);
    expect((await anna.kubernetes(`${path}/lock`)).body.spec.renewTime).toBe(renewTime);
  });

  test("watches and continue tokens from before it end with 410, new ones work", async () => {
    const pods = "/api/v1/namespaces/default/pods";
    const page = await anna.kubernetes(`${pods}?limit=1`);
    const { resourceVersion, continue: token } = page.body.metadata;
    const watch = await school.sandbar.raw(
      `/clusters/${anna.id}${pods}?watch=true&resourceVersion=${resourceVersion}`,
      {
        token: anna.token,
      },
    );
    const lines = watch.text();

    await anna.advance(HOUR);

    const events = (await school.sandbar.clock.until(lines, 10))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
    const [, asked, oldest] = /^too old resource version: (\d+) \((\d+)\)$/.exec(events.at(-1).object.message)!;
    expect(asked).toBe(resourceVersion);
    expect(Number(oldest)).toBeGreaterThan(Number(asked));
    expect((await anna.kubernetes(`${pods}?limit=1&continue=${encodeURIComponent(token)}`)).status).toBe(410);
    const list = await anna.kubernetes(pods);
    expect(list.status).toBe(200);
    expect(Number(list.body.metadata.resourceVersion)).toBeGreaterThan(Number(resourceVersion));
    const late = await anna.kubernetes(`${pods}?watch=true&resourceVersion=${resourceVersion}&timeoutSeconds=1`);
    expect(late.status === 410 || late.text.includes('"code":410')).toBe(true);
  });

  test("a watch in another isolate ends as well", async () => {
    const pods = "/api/v1/namespaces/default/pods";
    const { body } = await anna.kubernetes(pods);
    const { resourceVersion } = body.metadata;
    const watch = await school.sandbar.raw(
      `/clusters/${anna.id}${pods}?watch=true&resourceVersion=${resourceVersion}`,
      {
        token: anna.token,
      },
    );
    const lines = watch.text();
    school.sandbar.newIsolate();
    await anna.advance(HOUR);
    const text = await school.sandbar.clock.until(lines, 50);
    expect(text).toContain('"code":410');
  });

  test("advances, checks and writes that race each other in several isolates all count", async () => {
    const { sandbar } = school;
    const isolates = [sandbar.newIsolate(), sandbar.newIsolate(), sandbar.newIsolate()];
    const configMaps = `/clusters/${anna.id}/api/v1/namespaces/default/configmaps`;
    const replies: Promise<Reply>[] = [];
    for (const [n, isolate] of isolates.entries()) {
      sandbar.useIsolate(isolate);
      for (let i = 0; i < 3; i++) {
        const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: `c-${n}-${i}` } };
        const own = `/v1/clusters/${anna.id}`;
        replies.push(
          sandbar.call(`${own}/advance`, { method: "POST", token: school.key, body: { seconds: 60 } }),
          sandbar.call(configMaps, { method: "POST", token: anna.token, body }),
          sandbar.call(`${own}/checks`, { method: "POST", token: school.key, body: { checks: [{ cel: "true" }] } }),
        );
      }
    }
    const statuses = (await sandbar.clock.until(Promise.all(replies), 5)).map(({ status }) => status);

    expect(statuses).toEqual(Array(9).fill([200, 201, 200]).flat());
    const shown = await sandbar.call(`/v1/clusters/${anna.id}`, { token: school.key });
    expect(shown.body.offsetSeconds).toBe(9 * 60);
    const cel = "configmaps.filter(c, c.metadata.name.startsWith('c-')).size() == 9";
    expect(await anna.verdict({ cel })).toMatchObject({ passed: true });
    // In every order, no request's time was combined with the offset of another one.
    const realMs = sandbar.clock.now();
    const { body } = await anna.kubernetes("/api/v1/namespaces/default/configmaps");
    const created = body.items.filter(({ metadata }: Named) => metadata.name.startsWith("c-"));
    for (const { metadata } of created as Named[]) {
      const agoMs = realMs - Date.parse(metadata.creationTimestamp);
      expect(agoMs).toBeLessThanOrEqual(9 * 60_000 + 60_000);
      expect(agoMs).toBeGreaterThan(-2_000);
    }
  });

  test.each([{ seconds: 0 }, { seconds: -5 }, { seconds: 1e9 }, { seconds: "60" }, {}])(
    "%j is refused",
    async (body) => {
      const reply = await school.post(`/v1/clusters/${anna.id}/advance`, body);
      expect(reply.status).toBe(422);
      expect(reply.body.errors[0].location).toBe("body.seconds");
    },
  );

  test("another organization's cluster is not found", async () => {
    const other = await school.sandbar.organization("other");
    expect((await school.post(`/v1/clusters/${anna.id}/advance`, { seconds: 60 }, other)).status).toBe(404);
  });
});

interface Named {
  metadata: { name: string; creationTimestamp: string };
}

/** The cluster's current revision. */
async function logRows(): Promise<number> {
  const { body } = await anna.check({ cel: "true" });
  return Number(body.revision);
}
