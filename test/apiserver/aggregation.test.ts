/** APIServices whose Service does not answer, from a client's point of view. */
import { describe, expect, it } from "vitest";
import { JANE, Server } from "./server.ts";

const PATH = "/apis/apiregistration.k8s.io/v1/apiservices";
const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

const apiService = (group: string, version: string, groupPriorityMinimum = 100) => ({
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  metadata: { name: `${version}.${group}` },
  spec: {
    group,
    version,
    groupPriorityMinimum,
    versionPriority: 10,
    service: { namespace: "kube-system", name: "metrics-server" },
  },
});

function serverWith(...bodies: object[]): Server {
  const server = new Server();
  for (const body of bodies) expect(server.post(PATH, body).status).toBe(201);
  return server;
}

describe("an APIService whose Service does not answer", () => {
  it("makes all paths of its version unavailable, for authorized users", () => {
    const server = serverWith(apiService("metrics.k8s.io", "v1beta1"));
    for (const path of ["", "/nodes", "/namespaces/default/pods"]) {
      const answer = server.get(`/apis/metrics.k8s.io/v1beta1${path}`);
      expect([answer.status, answer.text]).toEqual([503, "service unavailable\n"]);
    }
    expect(server.get("/apis/metrics.k8s.io/v1beta1/nodes", { user: JANE }).status).toBe(403);
    expect(server.get("/apis/metrics.k8s.io/v1/nodes").status).toBe(404);
    server.delete(`${PATH}/v1beta1.metrics.k8s.io`);
    expect(server.get("/apis/metrics.k8s.io/v1beta1/nodes").status).toBe(404);
  });

  it("is in discovery, stale, by its priority", () => {
    const server = serverWith(apiService("metrics.k8s.io", "v1beta1"), apiService("high.example.com", "v1", 2000));
    const { groups } = server.get("/apis").body;
    expect(groups.slice(-2)).toEqual(
      [
        { name: "high.example.com", version: "v1" },
        { name: "metrics.k8s.io", version: "v1beta1" },
      ].map(({ name, version }) => {
        const named = { groupVersion: `${name}/${version}`, version };
        return { name, versions: [named], preferredVersion: named };
      }),
    );
    expect(server.get("/apis", { accept: AGGREGATED }).body.items.at(-1)).toEqual({
      metadata: { name: "metrics.k8s.io" },
      versions: [{ version: "v1beta1", freshness: "Stale" }],
    });
    expect(server.get("/apis/metrics.k8s.io").body.preferredVersion.version).toBe("v1beta1");
    expect(server.get("/").body.paths).toContain("/apis/metrics.k8s.io/v1beta1");
  });

  it("does not affect built-in groups", () => {
    const server = serverWith(apiService("apps", "v2"));
    expect(server.get("/apis/apps/v1/deployments").status).toBe(200);
  });

  it("must be named after its version and group", () => {
    const server = new Server();
    const body = apiService("metrics.k8s.io", "v1beta1");
    const answer = server.post(PATH, { ...body, metadata: { name: "metrics" } });
    expect(answer.status).toBe(422);
    expect(answer.body.message).toBe(
      'APIService.apiregistration.k8s.io "metrics" is invalid: metadata.name: Invalid value: "metrics": must be `spec.version+"."+spec.group`: "v1beta1.metrics.k8s.io"',
    );
  });
});
