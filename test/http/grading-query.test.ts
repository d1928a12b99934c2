/** Queries over many clusters, and their cost. */
import { beforeAll, describe, expect, test } from "vitest";
import { School, type Student } from "./grading.ts";

const REPLICAS = "deployments.filter(d, d.metadata.name == 'web').map(d, d.spec.replicas).sum()";

describe("a query", () => {
  let school: School;
  let students: Student[];

  beforeAll(async () => {
    school = await School.open();
    students = [];
    for (let n = 1; n <= 5; n++) students.push(await school.cluster({ course: n <= 3 ? "a" : "b", n: String(n) }));
    for (const [n, student] of students.entries()) if (n > 0) await student.deployment("web", n);
    await school.sandbar.clock.pass(60_000);
  });

  test("answers for each matching cluster, brought to the present", async () => {
    const { status, body } = await school.query({ selector: "course=a", cel: REPLICAS });

    expect(status).toBe(200);
    const byId = new Map(body.rows.map((row: { clusterId: string }) => [row.clusterId, row]));
    const rows = students.slice(0, 3).map((student, n) => [
      student.id,
      {
        clusterId: student.id,
        labels: { course: "a", n: String(n + 1) },
        resourceVersion: expect.stringMatching(/^\d+$/),
        revision: expect.stringMatching(/^\d+$/),
        value: n,
      },
    ]);
    expect([...byId].sort()).toEqual(rows.sort());
    expect(body.cursor).toBeUndefined();
  });

  test("has an error or a value for each cluster", async () => {
    const cel = "deployments.filter(d, d.metadata.name == 'web')[0].status.readyReplicas";
    const { body } = await school.query({ cel });
    const [none] = body.rows.filter((row: { clusterId: string }) => row.clusterId === students[0]!.id);
    expect(none.error).toMatch(/^there is no item 0 in the list/);
    expect(body.rows.filter((row: { value?: number }) => row.value !== undefined)).toHaveLength(4);
  });

  test("has pages", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await school.query({ cel: "1", limit: 2, ...(cursor && { cursor }) });
      expect(body.rows.length).toBeLessThanOrEqual(2);
      seen.push(...body.rows.map((row: { clusterId: string }) => row.clusterId));
      cursor = body.cursor;
    } while (cursor);
    expect(seen).toEqual(students.map(({ id }) => id).sort());
  });

  test.each([
    [{ cel: "pods.size(" }, "body.cel"],
    [{ cel: "x".repeat(10_001) }, "body.cel"],
    [{ cel: "1", selector: "a in" }, "body.selector"],
    [{ cel: "1", cursor: "%%" }, "body.cursor"],
    [{ cel: "1", limit: 101 }, "body.limit"],
    [{ selector: "" }, "body.cel"],
    [{ cel: "1", where: "" }, "body.where"],
  ])("%.60j is refused where it is wrong", async (body, location) => {
    const reply = await school.query(body);
    expect(reply.status).toBe(422);
    expect(reply.body.errors[0].location).toBe(location);
  });

  test("an expression that costs too much, and a huge value, is an error of each row", async () => {
    const costly = await school.query({ cel: "objects.all(a, objects.all(b, objects.all(c, true)))", limit: 1 });
    expect(costly.body.rows[0].error).toContain("costs more than 200000");
    const huge = await school.query({ cel: "objects", limit: 1 });
    expect(huge.body.rows[0].error).toContain("more than 32768 characters");
  });

  test("sees nothing of other organizations", async () => {
    const other = await school.sandbar.organization("other");
    const reply = await school.post("/v1/query", { cel: "1" }, other);
    expect(reply.body).toEqual({ rows: [], nextCursor: null });
    expect((await school.post("/v1/query", { cel: "1" }, `sbk_${"x".repeat(43)}`)).status).toBe(401);
  });
});

describe("round trips of a query over 100 clusters", () => {
  let school: School;
  const students: Student[] = [];

  beforeAll(async () => {
    school = await School.open();
    for (let n = 0; n < 100; n++) {
      const id = await school.sandbar.cluster(school.key, { labels: { n: String(n) }, latency: "instant" });
      students.push(await school.student(id));
    }
    await school.sandbar.clock.pass(60_000);
    for (const student of students) await student.kubernetes("/api/v1/namespaces");
  }, 60_000);

  test("no due work and all in memory: one", async () => {
    await school.query({ cel: "pods.size()" });
    expect(await school.roundTrips(() => school.query({ cel: "pods.size()" }))).toEqual(["listClusters"]);
  });

  test("an isolate with an empty cache: two", async () => {
    school.sandbar.newIsolate();
    const trips = await school.roundTrips(async () => {
      expect((await school.query({ cel: "nodes.size()" })).body.rows).toHaveLength(100);
    });
    expect(trips).toEqual(["listClusters", "syncClusters"]);
  });

  test("clusters with due work cost a commit each, the others none", async () => {
    for (const student of students.slice(0, 3)) await student.deployment("web", 1);
    await school.sandbar.clock.pass(60_000);
    const cel = "deployments.exists(d, d.metadata.name == 'web' && d.status.?readyReplicas.orValue(0) == 1)";
    let values: unknown[] = [];
    const trips = await school.roundTrips(async () => {
      values = (await school.query({ cel })).body.rows.map((row: { value: unknown }) => row.value);
    });
    expect(trips.toSorted()).toEqual(["commit", "commit", "commit", "listClusters"]);
    expect(values.filter((value) => value === true)).toHaveLength(3);
  });

  test("clusters with changes by other isolates are synced together", async () => {
    const mine = school.sandbar.newIsolate();
    await school.query({ cel: "1" });
    const elsewhere = school.sandbar.newIsolate();
    for (const student of students.slice(0, 10)) {
      await student.kubernetes("/api/v1/namespaces/default/configmaps", {
        method: "POST",
        body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "from-elsewhere" } },
      });
    }
    expect(elsewhere).not.toBe(mine);
    school.sandbar.useIsolate(mine);
    const trips = await school.roundTrips(async () => {
      const { body } = await school.query({ cel: "configmaps.exists(c, c.metadata.name == 'from-elsewhere')" });
      expect(body.rows.filter((row: { value: unknown }) => row.value === true)).toHaveLength(10);
    });
    expect(trips).toEqual(["listClusters", "syncClusters"]);
  });
});
