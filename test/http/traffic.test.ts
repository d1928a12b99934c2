/** Flows of requests through the platform's API. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { installAllSoftware } from "../support/software.ts";
import { School, type Student } from "./grading.ts";
import type { Reply } from "./sandbar.ts";

let school: School;
let anna: Student;

// The shell and the images are loaded in real time, which the manual clock does not know.
beforeAll(() => installAllSoftware());

beforeEach(async () => {
  school = await School.open();
  anna = await school.cluster();
});

const path = (flow = "") => `/v1/clusters/${anna.id}/traffic${flow && `/${flow}`}`;
const FLOW = { target: { service: { name: "web" } }, rate: 8, durationSeconds: 120 };

function begin(body: object, headers: Record<string, string> = {}, token = school.key): Promise<Reply> {
  const call = school.sandbar.call(path(), { method: "POST", token, body, headers });
  return school.sandbar.clock.until(call, 1);
}

function call(method: string, flow = "", token = school.key): Promise<Reply> {
  return school.sandbar.clock.until(school.sandbar.call(path(flow), { method, token }), 1);
}

async function serve(replicas: number): Promise<void> {
  await anna.deployment("web", replicas);
  const body = { metadata: { name: "web" }, spec: { selector: { app: "web" }, ports: [{ port: 80 }] } };
  const reply = await anna.kubernetes("/api/v1/namespaces/default/services", { method: "POST", body });
  if (reply.status !== 201) throw new Error(reply.text);
  await anna.settle();
}

describe("a flow of requests", () => {
  test("is begun, read while it runs, and stays to be read afterwards", async () => {
    await serve(2);
    const begun = await begin(FLOW);
    expect(begun.status).toBe(201);
    expect(begun.headers.get("location")).toBe(path("flow-1"));
    expect(begun.body).toMatchObject({
      ...{
        id: "flow-1",
        target: { service: { namespace: "default", name: "web" }, method: "GET", path: "/" },
        rate: 8,
      },
      ...{ state: "running", durationSeconds: 120, requests: { sent: 0 }, latencySeconds: null },
    });
    await anna.advance(60);
    const { body } = await call("GET", "flow-1");
    expect(body).toMatchObject({ state: "running", errors: {}, requests: { failed: 0 } });
    expect(body.requests.sent).toBeGreaterThanOrEqual(480);
    expect(body.statusCodes).toEqual({ 200: body.requests.sent });
    const [first, second] = body.pods.map((pod: { requests: number }) => pod.requests);
    expect(Math.abs(first - second)).toBeLessThanOrEqual(1);
    expect(body.latencySeconds.p50).toBeGreaterThan(0);
    await anna.advance(600);
    const list = await call("GET");
    expect(list.body.items).toHaveLength(1);
    expect(list.body.items[0]).toMatchObject({ state: "ended", requests: { sent: 960, answered: 960 } });
    expect(Date.parse(body.until) - Date.parse(body.since)).toBe(120_000);
  });

  test("is ended by a deletion", async () => {
    await serve(1);
    await begin(FLOW);
    expect((await call("DELETE", "flow-1")).status).toBe(204);
    expect((await call("DELETE", "flow-1")).status).toBe(404);
    expect((await call("GET", "flow-1")).status).toBe(404);
    expect((await begin(FLOW)).body.id).toBe("flow-2");
  });

  test("is made once for one Idempotency-Key", async () => {
    await serve(1);
    const key = { "idempotency-key": "load" };
    expect((await begin(FLOW, key)).body.id).toBe("flow-1");
    expect((await begin(FLOW, key)).body.id).toBe("flow-1");
    expect((await begin({ ...FLOW, rate: 9 }, key)).body.code).toBe("idempotency_key_reused");
    await call("DELETE", "flow-1");
    expect((await begin(FLOW, key)).body.code).toBe("gone");
    expect((await begin(FLOW, { "idempotency-key": "x".repeat(300) })).body.code).toBe("invalid_parameter");
    expect((await call("GET")).body.items).toEqual([]);
  });

  test.each([
    [{ target: {}, rate: 1, durationSeconds: 1 }, "body.target", "exactly one target must be given"],
    [
      { target: { service: { name: "nope" } }, rate: 1, durationSeconds: 1 },
      "body.target.service.name",
      "no such Service",
    ],
    [{ target: { nodePort: { port: 80 } }, durationSeconds: 1 }, "body.rate", "expected number"],
    [{ target: { nodePort: { port: 80 } }, rate: 0, durationSeconds: 1 }, "body.rate", "expected number to be >=0.001"],
    [
      { target: { nodePort: { port: 80 } }, rate: 1e9, durationSeconds: 1 },
      "body.rate",
      "expected number to be <=100000",
    ],
    [{ target: { nodePort: { port: 80 } }, rate: 1, durationSeconds: 1.5 }, "body.durationSeconds", "expected int"],
    [
      { target: { nodePort: { port: 80 } }, rate: 1, durationSeconds: 1e7 },
      "body.durationSeconds",
      "expected number to be <=",
    ],
    [
      { target: { nodePort: { port: 80 }, body: "a".repeat(40_000) }, rate: 1, durationSeconds: 1 },
      "body.target",
      "32768 characters",
    ],
    [
      { target: { nodePort: { port: 80 }, path: "x" }, rate: 1, durationSeconds: 1 },
      "body.target.path",
      "must begin with /",
    ],
    [{ target: { nodePort: { port: 80 } }, rate: 1, durationSecond: 1 }, "body", ""],
  ])("%j is refused", async (body, location, message) => {
    const reply = await begin(body);
    expect(reply.status).toBe(422);
    expect(reply.headers.get("content-type")).toContain("application/problem+json");
    expect(reply.body.code).toBe("invalid_body");
    expect(reply.body.errors[0].location).toContain(location);
    expect(reply.body.errors[0].message).toContain(message);
    expect((await call("GET")).body.items).toEqual([]);
  });

  test("needs an API key of the cluster's organization", async () => {
    await serve(1);
    await begin(FLOW);
    const other = await school.sandbar.organization("other");
    for (const method of ["GET", "DELETE"]) {
      expect((await call(method, "flow-1", other)).status).toBe(404);
      expect((await call(method, "flow-1", anna.token)).status).toBe(401);
    }
    expect((await begin(FLOW, {}, other)).status).toBe(404);
    expect((await begin(FLOW, {}, anna.token)).status).toBe(401);
    expect((await call("GET")).body.items).toHaveLength(1);
  });

  test("has a limit in each cluster", async () => {
    await serve(1);
    for (let i = 0; i < 20; i++) expect((await begin({ ...FLOW, durationSeconds: 1 })).status).toBe(201);
    expect((await begin(FLOW)).body).toMatchObject({ code: "limit_reached", status: 422 });
    await call("DELETE", "flow-3");
    expect((await begin(FLOW)).status).toBe(201);
  });
});
