/** Faults that the platform's API injects, and their effects for a student. */
import { beforeEach, describe, expect, test } from "vitest";
import { School, type Student } from "./grading.ts";
import type { Reply } from "./sandbar.ts";

const LEASE = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-2";

let school: School;
let anna: Student;

beforeEach(async () => {
  school = await School.open();
  anna = await school.cluster();
});

function begin(body: unknown, token?: string): Promise<Reply> {
  return school.post(`/v1/clusters/${anna.id}/faults`, body, token);
}

function call(method: string, path = "", token = school.key): Promise<Reply> {
  const { sandbar } = school;
  return sandbar.clock.until(sandbar.call(`/v1/clusters/${anna.id}/faults${path}`, { method, token }), 1);
}

async function node(name: string) {
  const { body } = await anna.kubernetes(`/api/v1/nodes/${name}`);
  const conditions = body.status.conditions as { type: string; status: string; reason: string }[];
  return { ready: conditions.find(({ type }) => type === "Ready"), taints: body.spec.taints ?? [] };
}

/** The names of the app's pods that are not terminating, by node. */
async function pods(app: string): Promise<Record<string, string[]>> {
  const { body } = await anna.kubernetes(`/api/v1/namespaces/default/pods?labelSelector=app%3D${app}`);
  const found: Record<string, string[]> = {};
  for (const { spec, metadata } of body.items) {
    if (!metadata.deletionTimestamp) found[spec.nodeName] = [...(found[spec.nodeName] ?? []), metadata.name];
  }
  return found;
}

describe("a node that is down", () => {
  test("is detected by the control plane, and its pods are replaced elsewhere", async () => {
    await anna.deployment("web", 3);
    await anna.settle();
    const before = await pods("web");
    expect(before["node-2"]).toHaveLength(1);

    const begun = await begin({ kind: "node-down", node: "node-2" });
    expect(begun.status).toBe(201);
    expect(begun.body).toMatchObject({ name: "node-down-node-2", kind: "node-down", node: "node-2" });
    expect((await node("node-2")).ready).toMatchObject({ status: "True" });

    await anna.advance(60);
    const down = await node("node-2");
    expect(down.ready).toMatchObject({ status: "Unknown", reason: "NodeStatusUnknown" });
    expect(down.taints).toHaveLength(2);
    expect(await pods("web")).toEqual(before);

    await anna.advance(330);
    const after = await pods("web");
    expect(after["node-2"]).toBeUndefined();
    expect(Object.values(after).flat()).toHaveLength(3);
  });

  test("sends no heartbeat, in any isolate, until the fault ends", async () => {
    await begin({ kind: "node-down", node: "node-2" });
    const { body: before } = await anna.kubernetes(LEASE);
    school.sandbar.newIsolate();
    await anna.advance(100);
    // Clients see times by their own clock, so a time that does not change gets older.
    const { body: silent } = await anna.kubernetes(LEASE);
    expect(Date.parse(before.spec.renewTime) - Date.parse(silent.spec.renewTime)).toBe(100_000);

    expect((await call("DELETE", "/node-down-node-2")).status).toBe(204);
    await anna.advance(60);
    expect((await node("node-2")).ready).toMatchObject({ status: "True" });
    expect((await node("node-2")).taints).toEqual([]);
    const { body: again } = await anna.kubernetes(LEASE);
    expect(school.sandbar.clock.now() - Date.parse(again.spec.renewTime)).toBeLessThan(11_000);
  });
});

describe("a registry that is down", () => {
  const create = (name: string, image: string, imagePullPolicy = "IfNotPresent") => {
    const body = { metadata: { name }, spec: { containers: [{ name: "c", image, imagePullPolicy }] } };
    return anna.kubernetes("/api/v1/namespaces/default/pods", { method: "POST", body });
  };
  const state = async (name: string) => {
    const { body } = await anna.kubernetes(`/api/v1/namespaces/default/pods/${name}`);
    return body.status.containerStatuses[0].state;
  };

  test("refuses pulls until the fault ends; images on the node stay usable", async () => {
    await create("before", "nginx:1.27");
    await anna.advance(60);
    expect((await state("before")).running).toBeDefined();
    const begun = await begin({ kind: "registry-down", registry: "docker.io" });
    expect([begun.status, begun.body]).toMatchObject([
      201,
      { name: "registry-down-docker.io", kind: "registry-down", registry: "docker.io" },
    ]);
    await create("new", "httpd:2.4");
    await create("other", "registry.k8s.io/pause:3.10");
    await anna.advance(60);
    expect((await state("new")).waiting.message).toMatch(
      /failed to do request: Head "https:\/\/registry-1\.docker\.io\/v2\/library\/httpd\/manifests\/2\.4": dial tcp 203\.0\.113\.\d+:443: connect: connection refused$/,
    );
    expect((await state("other")).running).toBeDefined();
    expect((await state("before")).running).toBeDefined();

    expect((await call("DELETE", "/registry-down-docker.io")).status).toBe(204);
    await anna.advance(400);
    expect((await state("new")).running).toBeDefined();
  });

  test("can be every registry, beside the fault of one", async () => {
    const all = await begin({ kind: "registry-down", registry: "*" });
    expect(all.body).toMatchObject({ name: "registry-down-all", registry: "*" });
    await begin({ kind: "registry-down", registry: "localhost:5000" });
    await begin({ kind: "node-down", node: "node-2" });
    expect((await begin({ kind: "registry-down", registry: "*" })).status).toBe(200);
    const names = (await call("GET")).body.items.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["node-down-node-2", "registry-down-all", "registry-down-localhost:5000"]);
    expect((await call("GET", "/registry-down-localhost:5000")).body).toMatchObject({ registry: "localhost:5000" });
    await create("pulls", "registry.k8s.io/pause:3.10");
    await anna.advance(30);
    expect((await state("pulls")).waiting.reason).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
    expect((await call("DELETE", "/registry-down-all")).status).toBe(204);
    await anna.advance(400);
    expect((await state("pulls")).running).toBeDefined();
    expect((await call("DELETE", "/registry-down-localhost:5000")).status).toBe(204);
    expect((await call("GET")).body.items).toHaveLength(1);
  });
});

describe("faults", () => {
  test("are listed while they are active, and begin once", async () => {
    expect((await call("GET")).body).toEqual({ items: [] });
    const first = await begin({ kind: "node-down", node: "node-3" });
    const second = await begin({ kind: "node-down", node: "node-3" });
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
    await begin({ kind: "node-down", node: "node-1" });
    const names = (await call("GET")).body.items.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["node-down-node-1", "node-down-node-3"]);
    expect((await call("DELETE", "/node-down-node-1")).status).toBe(204);
    expect((await call("DELETE", "/node-down-node-1")).status).toBe(404);
    expect((await call("GET")).body.items).toEqual([first.body]);
  });

  test("end with their node", async () => {
    await begin({ kind: "node-down", node: "node-3" });
    await anna.kubernetes("/api/v1/nodes/node-3", { method: "DELETE" });
    expect((await call("GET")).body.items).toEqual([]);
  });

  test("cost two round trips to begin and to end, one to list", async () => {
    const trips = (work: () => Promise<unknown>) => school.roundTrips(work);
    expect(await trips(() => begin({ kind: "node-down", node: "node-2" }))).toEqual(["sync", "commit"]);
    expect(await trips(() => call("DELETE", "/node-down-node-2"))).toEqual(["sync", "commit"]);
  });

  test.each([
    [{ kind: "node-down", node: "node-9" }, "body.node"],
    [{ kind: "node-down" }, "body.node"],
    [{ kind: "earthquake", node: "node-1" }, "body.kind"],
    [{ kind: "registry-down", node: "node-1" }, "body.registry"],
    [{ kind: "registry-down", registry: "https://docker.io" }, "body.registry"],
    [{ kind: "node-down", node: "node-1", minutes: 5 }, "body.minutes"],
  ])("%j is refused", async (body, location) => {
    const reply = await begin(body);
    expect(reply.status).toBe(422);
    expect(reply.body.errors[0].location).toBe(location);
    expect((await call("GET")).body.items).toEqual([]);
  });

  test("of another organization's cluster are not found", async () => {
    const other = await school.sandbar.organization("other");
    expect((await begin({ kind: "node-down", node: "node-1" }, other)).status).toBe(404);
    expect((await call("GET", "", other)).status).toBe(404);
    expect((await call("DELETE", "/node-down-node-1", other)).status).toBe(404);
    expect((await begin({ kind: "node-down", node: "node-1" }, "sbk_wrong")).status).toBe(401);
  });
});
