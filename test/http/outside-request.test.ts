/** Requests of a client outside of a cluster, through the platform's API. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { installAllSoftware } from "../support/software.ts";
import { School, type Student } from "./grading.ts";
import type { Reply } from "./sandbar.ts";

const AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.59";

let school: School;
let anna: Student;

// The shell and the images are loaded in real time, which the manual clock does not know.
beforeAll(() => installAllSoftware());

beforeEach(async () => {
  school = await School.open();
  anna = await school.cluster();
});

function request(body: object, token?: string): Promise<Reply> {
  return school.post(`/v1/clusters/${anna.id}/http`, body, token);
}

async function create(path: string, body: object): Promise<void> {
  const reply = await anna.kubernetes(path, { method: "POST", body });
  if (reply.status !== 201) throw new Error(reply.text);
}

/** Pods of agnhost's netexec on the given nodes, one on each. */
async function pods(app: string, ...nodes: string[]): Promise<void> {
  for (const node of nodes) {
    const containers = [{ name: "web", image: AGNHOST, args: ["netexec", "--http-port=8080"] }];
    const metadata = { name: `${app}-${node}`, labels: { app } };
    await create("/api/v1/namespaces/default/pods", { metadata, spec: { nodeName: node, containers } });
  }
  await anna.settle();
}

async function service(name: string, spec: object): Promise<void> {
  const ports = [{ port: 80, targetPort: 8080 }];
  await create("/api/v1/namespaces/default/services", { metadata: { name }, spec: { ports, ...spec } });
  await anna.settle();
}

async function podsOf(count: number, body: object): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const { name } = (await request({ ...body, path: "/hostname" })).body.pod;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe("a request to a Service", () => {
  test("is answered by its pods in turn, with status, headers and body", async () => {
    await pods("web", "node-1", "node-2");
    await service("web", { type: "NodePort", selector: { app: "web" } });
    const reply = await request({ service: { name: "web" }, path: "/hostname" });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ status: 200, encoding: "utf-8", isTruncated: false, error: null, proxy: null });
    expect(reply.body.body).toBe(reply.body.pod.name);
    expect(reply.body.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(await podsOf(6, { service: { name: "web", port: 80 } })).toEqual({ "web-node-1": 3, "web-node-2": 3 });
  });

  test("carries its method, headers and body to the pod", async () => {
    await pods("web", "node-1");
    await service("web", { selector: { app: "web" } });
    const target = { service: { name: "web" } };
    const posted = await request({ ...target, method: "POST", path: "/echo?msg=hi&code=418", headers: { "X-A": "b" } });
    expect(posted.body).toMatchObject({ status: 418, body: "hi" });
    const header = await request({ ...target, path: "/header?key=X-A", headers: { "X-A": "b" } });
    expect(header.body).toMatchObject({ status: 200, body: "b" });
  });

  test("without ready endpoints is refused, and one to an external name does not resolve", async () => {
    await service("empty", { type: "NodePort", selector: { app: "nothing" } });
    const refused = await request({ service: { name: "empty" } });
    expect(refused.body).toMatchObject({ status: null, pod: null, error: { code: "connection_refused" } });
    await service("outside", { type: "ExternalName", externalName: "example.com", ports: [] });
    const unknown = await request({ service: { name: "outside" } });
    expect(unknown.body.error).toEqual({ code: "unknown_host", message: "could not resolve host: example.com" });
    await service("headless", { clusterIP: "None", selector: { app: "nothing" } });
    expect((await request({ service: { name: "headless" } })).body.error.code).toBe("unknown_host");
  });

  test("shows the node's address to the pod, and the client's with externalTrafficPolicy Local", async () => {
    await pods("web", "node-2");
    const spec = { type: "NodePort", selector: { app: "web" } };
    await service("cluster", { ...spec, ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] });
    const local = { ...spec, externalTrafficPolicy: "Local" };
    await service("local", { ...local, ports: [{ port: 80, targetPort: 8080, nodePort: 30081 }] });
    const client = async (port: number, node: string) => {
      const reply = await request({ nodePort: { port, node }, path: "/clientip", from: "203.0.113.9" });
      return reply.body.error?.code ?? reply.body.body.replace(/:\d+$/, "");
    };
    expect(await client(30080, "node-1")).toBe("192.168.0.11");
    expect(await client(30081, "node-2")).toBe("203.0.113.9");
    // The other nodes have no endpoint of their own, so they drop the packets.
    expect(await client(30081, "node-1")).toBe("timed_out");
  });

  test("ends where a policy forbids the client's address", async () => {
    await pods("web", "node-1");
    await service("web", { type: "NodePort", selector: { app: "web" } });
    const from = [{ ipBlock: { cidr: "203.0.113.0/24" } }];
    await create("/apis/networking.k8s.io/v1/namespaces/default/networkpolicies", {
      ...{
        metadata: { name: "one-network" },
        spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from }] },
      },
    });
    const asked = (address: string) => request({ service: { name: "web" }, from: address, timeoutSeconds: 5 });
    expect((await asked("203.0.113.9")).body.status).toBe(200);
    expect((await asked("198.51.100.9")).body).toMatchObject({
      ...{ status: null, durationSeconds: 5, error: { code: "timed_out" } },
    });
  });

  test("waits as long as the client does", async () => {
    await pods("web", "node-1");
    await service("web", { selector: { app: "web" } });
    const patient = await request({ service: { name: "web" } });
    const { durationSeconds } = patient.body;
    expect(patient.body.status).toBe(200);
    const hasty = await request({ service: { name: "web" }, timeoutSeconds: durationSeconds - 0.001 });
    expect(hasty.body).toMatchObject({ durationSeconds: durationSeconds - 0.001, error: { code: "timed_out" } });
  });
});

describe("a request to a port of a node", () => {
  test("reaches no one else's port, and a node that is down does not answer", async () => {
    expect((await request({ nodePort: { port: 31234 } })).body).toMatchObject({
      ...{ connected: { address: "192.168.0.11", port: 31234 }, error: { code: "connection_refused" } },
    });
    await school.post(`/v1/clusters/${anna.id}/faults`, { kind: "node-down", node: "node-1" });
    expect((await request({ nodePort: { port: 31234, node: "node-1" } })).body.error.code).toBe("timed_out");
    expect((await request({ nodePort: { port: 31234 } })).body.connected.address).toBe("192.168.0.12");
  });
});

describe("a request from outside", () => {
  test("is written into the log of its pod, in the commit", async () => {
    await anna.deployment("web", 1);
    await service("web", { selector: { app: "web" }, ports: [{ port: 80 }] });
    const trips = await school.roundTrips(() => request({ service: { name: "web" }, path: "/found-me" }));
    expect(trips).toEqual(["sync", "commit"]);
    const [pod] = (await anna.kubernetes("/api/v1/namespaces/default/pods?labelSelector=app%3Dweb")).body.items;
    const log = await anna.kubernetes(`/api/v1/namespaces/default/pods/${pod.metadata.name}/log`);
    expect(log.text).toContain("GET /found-me HTTP/1.1");
  });

  test.each([
    [{}, "body", "exactly one target must be given: service, nodePort, ingress, gateway"],
    [{ service: { name: "a" }, nodePort: { port: 1 } }, "body", "exactly one target must be given"],
    [{ service: { name: "nope" } }, "body.service.name", "the cluster has no such Service"],
    [{ service: { name: "kubernetes", port: 81 } }, "body.service.port", "no such TCP port; its ports: 443 (https)"],
    [{ nodePort: { port: 80, node: "node-9" } }, "body.nodePort.node", "the cluster has no such node"],
    [{ ingress: { name: "nope" } }, "body.ingress.name", "the cluster has no such Ingress"],
    [{ gateway: { name: "nope" } }, "body.gateway.name", "the cluster has no such Gateway"],
    [{ nodePort: { port: 0 } }, "body.nodePort.port", "expected number to be >=1"],
    [{ nodePort: { port: 80 }, path: "no-slash" }, "body.path", "must begin with /"],
    [{ nodePort: { port: 80 }, path: "/a b" }, "body.path", "percent-encoded"],
    [{ nodePort: { port: 80 }, method: "BREW" }, "body.method", "Invalid option"],
    [{ nodePort: { port: 80 }, headers: { "a b": "c" } }, "body.headers", "must be a header's name"],
    [{ nodePort: { port: 80 }, headers: { a: "b\r\nc: d" } }, "body.headers.a", "must not contain control characters"],
    [{ nodePort: { port: 80 }, headers: { "Content-Length": "9" } }, "body.headers", "leave it out"],
    [{ nodePort: { port: 80 }, body: "?", encoding: "base64" }, "body.body", "must be base64"],
    [{ nodePort: { port: 80 }, from: "::1" }, "body.from", "must be an IPv4 address"],
    [{ nodePort: { port: 80 }, timeoutSeconds: 0 }, "body.timeoutSeconds", "expected number to be >="],
    [{ nodePort: { port: 80 }, tmeoutSeconds: 1 }, "body.tmeoutSeconds", "did you mean timeoutSeconds?"],
  ])("%j is refused", async (body, location, message) => {
    const reply = await request(body);
    expect(reply.status).toBe(422);
    expect(reply.body.code).toBe("invalid_body");
    expect(reply.body.errors[0].location).toContain(location);
    expect(reply.body.errors[0].message).toContain(message);
  });

  test("needs an API key of the cluster's organization", async () => {
    const other = await school.sandbar.organization("other");
    const target = { nodePort: { port: 80 } };
    expect((await request(target, other)).status).toBe(404);
    expect((await request(target, "sbk_wrong")).status).toBe(401);
    // Credentials of the cluster, administrators' ones included, are for Kubernetes' API only.
    const body = { user: "eve", role: "viewer" };
    const { token } = (await school.post(`/v1/clusters/${anna.id}/credentials`, body)).body;
    expect((await request(target, token)).status).toBe(401);
    expect((await request(target, anna.token)).status).toBe(401);
  });

  test("has limits", async () => {
    const target = { nodePort: { port: 80 } };
    const headers = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`h${i}`, "v"]));
    expect((await request({ ...target, headers })).body.errors[0].message).toBe("at most 50 headers");
    expect((await request({ ...target, body: "a".repeat(131_073) })).status).toBe(422);
    expect((await request({ ...target, body: "a".repeat(300_000) })).status).toBe(413);
  });
});
