/** A check right after a change waits for its effect, in real time, with few round trips. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadContainers } from "../../src/runtime/provide.ts";
import { School, type Student } from "./grading.ts";

const OWN = "pods.filter(p, p.metadata.namespace == 'default')";
const RUN = { name: "All run", cel: `${OWN}.size() == 3 && ${OWN}.all(p, p.status.phase == 'Running')` };
const READY = "deployments.filter(d, d.metadata.name == 'web').map(d, d.status.?readyReplicas.orValue(0)).sum()";

let school: School;
let anna: Student;

// The test's clock runs on while a module is loaded.
beforeAll(async () => {
  await loadContainers();
});

beforeEach(async () => {
  school = await School.open();
  const id = await school.sandbar.cluster(school.key, { labels: { course: "a" }, seed: "wait" });
  anna = await school.student(id);
  await anna.settle();
});

/** The answer, how long it took in seconds, and its round trips. */
async function asked(path: string, body: object) {
  const { clock, roundTrips } = school.sandbar;
  const startMs = clock.now();
  const before = roundTrips.length;
  const reply = await clock.until(school.sandbar.call(path, { method: "POST", token: school.key, body }), 50);
  expect(reply.status, reply.text).toBe(200);
  return { body: reply.body, seconds: (clock.now() - startMs) / 1000, trips: roundTrips.slice(before) };
}

const checks = (...body: [object[], object?]) => {
  const [list, wait] = body;
  return asked(`/v1/clusters/${anna.id}/checks`, { checks: list, ...(wait && { wait }) });
};

describe("checks", () => {
  test("wait until all pass, and not longer; the cluster's clock is still real time", async () => {
    await anna.deployment("web", 3);
    expect((await checks([RUN])).body.results[0].passed).toBe(false);
    const { body, seconds, trips } = await checks([RUN, { cel: "pod.size() > 1" }], { seconds: 30 });
    expect(body.results[0]).toMatchObject({ passed: true });
    // Invalid checks do not wait.
    expect(body.results[1].error).toMatch(/^Unknown variable: pod/);
    expect(seconds).toBeGreaterThan(0.2);
    expect(seconds).toBeLessThan(29);
    expect(trips.length).toBeLessThanOrEqual(24);
    // The difference is a few steps of the test's clock: each pause of long work is one.
    expect(school.sandbar.clock.now() - Date.parse(body.time)).toBeLessThanOrEqual(200);
  });

  test("end at the time limit, with round trips in proportion to it", async () => {
    const never = { cel: "deployments.exists(d, d.metadata.name == 'nothing')" };
    const short = await checks([never], { seconds: 10 });
    expect(short.body.results[0]).toMatchObject({ passed: false });
    expect(short.seconds).toBeCloseTo(10, 0);
    expect(short.trips.length).toBeLessThanOrEqual(4);
    const long = await checks([never], { seconds: 60 });
    expect(long.seconds).toBeCloseTo(60, 0);
    expect(long.trips.length).toBeLessThanOrEqual(17);
  });

  test("see a student's concurrent changes, also through another isolate", async () => {
    const waiting = asked(`/v1/clusters/${anna.id}/checks`, {
      checks: [{ cel: "services.exists(s, s.metadata.name == 'late')" }],
      wait: { seconds: 30 },
    });
    const other = school.sandbar.newIsolate();
    school.sandbar.useIsolate(other);
    const body = {
      ...{ apiVersion: "v1", kind: "Service", metadata: { name: "late" } },
      spec: { ports: [{ port: 80 }] },
    };
    await school.sandbar.clock.pass(3000);
    await anna.kubernetes("/api/v1/namespaces/default/services", { method: "POST", body });
    const { body: report, seconds } = await waiting;
    expect(report.results[0]).toMatchObject({ passed: true });
    expect(seconds).toBeLessThan(10);
  });

  test("do not wait without a time limit, or when all pass", async () => {
    expect((await checks([{ cel: "true" }], { seconds: 60 })).seconds).toBeLessThan(1);
    expect((await checks([{ cel: "false" }])).seconds).toBeLessThan(1);
  });

  test.each([[{ seconds: 61 }], [{ seconds: -1 }], [{}], [{ seconds: 1, minutes: 1 }], [30]])(
    "%j is refused",
    async (wait) => {
      const reply = await school.post(`/v1/clusters/${anna.id}/checks`, { checks: [{ cel: "true" }], wait });
      expect(reply.status).toBe(422);
      expect(reply.body.errors[0].location).toMatch(/^body\.wait/);
    },
  );
});

describe("a query", () => {
  test("waits until its rows are true", async () => {
    await anna.deployment("web", 2);
    const { body, seconds } = await asked("/v1/query", { cel: `${READY} == 2`, wait: { seconds: 30 } });
    expect(body.rows).toMatchObject([{ value: true }]);
    expect(seconds).toBeLessThan(29);
  });

  test("of other values waits until no work is due", async () => {
    await anna.deployment("web", 2);
    expect((await asked("/v1/query", { cel: READY })).body.rows).toMatchObject([{ value: 0 }]);
    const { body, seconds, trips } = await asked("/v1/query", { cel: READY, wait: { seconds: 60 } });
    expect(body.rows).toMatchObject([{ value: 2 }]);
    expect(seconds).toBeLessThan(59);
    expect(trips.length).toBeLessThanOrEqual(50);
  });

  test("reads only clusters whose rows are not yet true", async () => {
    for (let n = 0; n < 3; n++) {
      const id = await school.sandbar.cluster(school.key, { labels: { course: "a" }, latency: "instant" });
      const student = await school.student(id);
      await student.deployment("web", 1);
      await student.settle();
    }
    const cel = `${READY} > 0`;
    const { body, trips } = await asked("/v1/query", { cel, wait: { seconds: 10 } });
    expect(body.rows.filter(({ value }: { value: boolean }) => value)).toHaveLength(3);
    // Each attempt lists the page once and evaluates the one cluster that is not ready, which is in memory.
    expect(new Set(trips)).toEqual(new Set(["listClusters"]));
    expect(trips.length).toBeLessThanOrEqual(4);
  });
});
