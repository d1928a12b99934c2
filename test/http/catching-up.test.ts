/** Answers to clients and graders of a cluster with more overdue work than one request may do. */
import { describe, expect, test } from "vitest";
import { MAX_CATCH_UP_WORK, MAX_LOOK_WORK, MAX_QUERY_WORK, WORK_BETWEEN_PAUSES } from "../../src/lib/limits.ts";
import { costlyEngine } from "../runtime/isolates.ts";
import { TestSandbar } from "./sandbar.ts";

const HEADER = "sandbar-catching-up";
const SEEN = "configmaps.filter(c, has(c.data) && 'seen' in c.data).size()";
/** Each step costs a tenth of the work of one request. */
const WORK_PER_STEP = MAX_CATCH_UP_WORK / 10;
/** More than a read may wait for. */
const OVERDUE = Math.ceil(MAX_LOOK_WORK / WORK_PER_STEP) + 40;

async function sleepingClusters(count: number, overdue: number) {
  const sandbar = new TestSandbar(undefined, costlyEngine(WORK_PER_STEP));
  const key = await sandbar.organization();
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const id = await sandbar.cluster(key, { labels: { course: "k8s" } });
    const token = await sandbar.adminOf(key, id);
    for (let n = 0; n < overdue; n++) {
      const body = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `c-${n}` },
        data: { after: `${1000 + n}` },
      };
      await sandbar.call(`/clusters/${id}/api/v1/namespaces/default/configmaps`, { method: "POST", token, body });
    }
    ids.push(id);
  }
  await sandbar.clock.pass(60_000);
  return { sandbar, key, ids };
}

describe("a cluster with much overdue work", () => {
  test("reports on every read by how many seconds it is behind, until it has caught up", async () => {
    const { sandbar, key, ids } = await sleepingClusters(1, 30);
    const token = await sandbar.adminOf(key, ids[0]!);
    const read = async (path: string) => {
      const { status, headers } = await sandbar.call(`/clusters/${ids[0]}${path}`, { token });
      expect(status).toBe(200);
      return headers.get(HEADER);
    };
    expect(Number(await read("/api/v1/namespaces"))).toBeGreaterThan(50);
    expect(Number(await read("/api/v1/namespaces/default"))).toBeGreaterThan(50);
    for (let i = 0; i < 4; i++) await read("/api/v1/namespaces");
    expect(await read("/api/v1/namespaces")).toBeNull();
  });

  test("is awaited by checks for a bounded time", async () => {
    const { sandbar, key, ids } = await sleepingClusters(1, 30);
    const body = { checks: [{ cel: `${SEEN} == 30` }] };
    const reply = await sandbar.call(`/v1/clusters/${ids[0]}/checks`, { method: "POST", token: key, body });
    expect(reply.body.catchingUp).toBeUndefined();
    expect(reply.body.results[0]).toMatchObject({ passed: true });
  });

  test("is marked as behind in a report that was made before it caught up", async () => {
    const { sandbar, key, ids } = await sleepingClusters(1, OVERDUE);
    const body = { checks: [{ cel: `${SEEN} == ${OVERDUE}` }] };
    const check = () => sandbar.call(`/v1/clusters/${ids[0]}/checks`, { method: "POST", token: key, body });
    const first = await check();
    expect(first.body).toMatchObject({ catchingUp: true, results: [{ passed: false }] });
    const second = await check();
    expect(second.body.catchingUp).toBeUndefined();
    expect(second.body.results).toMatchObject([{ passed: true }]);
  });

  test("is marked in its row of a query; a page ends when its budget of work is spent", async () => {
    const clusters = 30;
    const { sandbar, key } = await sleepingClusters(clusters, 15);
    const body: Record<string, unknown> = { selector: "course=k8s", cel: SEEN };
    const turnsBefore = sandbar.clock.turns;
    const first = await sandbar.call("/v1/query", { method: "POST", token: key, body });
    const turns = sandbar.clock.turns - turnsBefore;
    expect(turns).toBeGreaterThan(0);
    // A pause asks for two turns. Parts without a place for a pause make up for the clusters whose budget was spent.
    expect(turns).toBeLessThan(4 * (MAX_QUERY_WORK / WORK_BETWEEN_PAUSES));
    const rows = [...first.body.rows];
    expect(rows[0]).toMatchObject({ catchingUp: true });
    expect(rows[0].value).toBeLessThan(15);
    for (let { cursor } = first.body; cursor; ) {
      const next = await sandbar.call("/v1/query", { method: "POST", token: key, body: { ...body, cursor } });
      rows.push(...next.body.rows);
      cursor = next.body.cursor;
    }
    expect(new Set(rows.map((row) => row.clusterId)).size).toBe(clusters);
    const again = await sandbar.call("/v1/query", { method: "POST", token: key, body });
    const done = again.body.rows.filter((row: { catchingUp?: true }) => !row.catchingUp);
    expect(done[0]).toMatchObject({ value: 15 });
  });

  test("catches up with real time before it is advanced, and reports the remainder of the advance", async () => {
    const { sandbar, key, ids } = await sleepingClusters(1, OVERDUE * 4);
    const call = { method: "POST", token: key, body: { seconds: 60 }, headers: { "idempotency-key": "exam" } };
    const advance = () => sandbar.call(`/v1/clusters/${ids[0]}/advance`, call);
    const first = await advance();
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ remainingSeconds: 60, offsetSeconds: 0, steps: 0, commits: 0 });
    let last = first;
    for (let i = 0; i < 10 && last.body.remainingSeconds > 0; i++) last = await advance();
    expect(last.body).toMatchObject({ remainingSeconds: 0, offsetSeconds: 60 });
  });
});
