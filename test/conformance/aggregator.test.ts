/**
 * The test of sig-api-machinery about an aggregated API server in a pod.
 * Kubernetes: test/e2e/apimachinery/aggregator.go
 */
import { expect } from "vitest";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { deployServer } from "./server-in-pod.ts";
import { stories } from "./stories.ts";

const GROUP = "wardle.example.com";
const API_SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
const NAME = `v1alpha1.${GROUP}`;

function availableOf({ status }: Json): Json {
  return status?.conditions?.find(({ type }: Json) => type === "Available");
}

async function register(c: ConformanceCluster): Promise<void> {
  const { caBundle, service } = await deployServer(
    c,
    "sample-api",
    [
      {
        name: "sample-apiserver",
        image: "registry.k8s.io/e2e-test-images/sample-apiserver:1.29.2",
        args: ["--etcd-servers=http://127.0.0.1:2379", "--tls-cert-file=/certs/tls.crt", "--secure-port=443"],
      },
      {
        name: "etcd",
        image: "registry.k8s.io/etcd:3.6.6-0",
        command: ["/usr/local/bin/etcd", "--listen-client-urls", "http://127.0.0.1:2379"],
      },
    ],
    443,
  );
  const spec = { group: GROUP, version: "v1alpha1", groupPriorityMinimum: 2000, versionPriority: 200, caBundle };
  const apiService = {
    ...{ apiVersion: "apiregistration.k8s.io/v1", kind: "APIService", metadata: { name: NAME } },
    spec: { ...spec, service: service("") },
  };
  expect((await c.request("POST", API_SERVICES, apiService)).status).toBe(201);
  await c.eventually(
    async () => availableOf((await c.request("GET", `${API_SERVICES}/${NAME}`)).body)?.status === "True",
    60_000,
    async () => availableOf((await c.request("GET", `${API_SERVICES}/${NAME}`)).body),
  );
}

stories("sig-api-machinery", {
  "Aggregator Should be able to support the 1.17 Sample API Server using the current Aggregator": async (c) => {
    await register(c);
    const { body: registered } = await c.request("GET", `${API_SERVICES}/${NAME}`);
    expect(availableOf(registered)).toMatchObject({ reason: "Passed", message: "all checks passed" });

    const flunders = `/apis/${GROUP}/v1alpha1/namespaces/${c.namespace}/flunders`;
    const flunder = { apiVersion: `${GROUP}/v1alpha1`, kind: "Flunder", metadata: { name: "sample" }, spec: {} };
    const created = await c.request("POST", flunders, flunder);
    expect([created.status, created.body?.metadata?.namespace]).toEqual([201, c.namespace]);
    expect((await c.request("POST", flunders, flunder)).body.reason).toBe("AlreadyExists");
    expect((await c.request("GET", `${flunders}/sample`)).body).toEqual(created.body);
    const patch = { metadata: { labels: { a: "b" } }, spec: { reference: "other" } };
    const patched = await c.request("PATCH", `${flunders}/sample`, patch, {
      contentType: "application/merge-patch+json",
    });
    expect(patched.body).toMatchObject({ metadata: { labels: { a: "b" } }, spec: { reference: "other" } });
    const { body } = await c.request("GET", `${flunders}?labelSelector=a%3Db`);
    expect([body.kind, body.items.length]).toEqual(["FlunderList", 1]);
    expect((await c.request("GET", `${flunders}?labelSelector=a%3Dc`)).body.items).toEqual([]);

    const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    const { body: groups } = await c.request("GET", "/apis", undefined, { headers: { accept: aggregated } });
    const [version] = groups.items.find(({ metadata }: Json) => metadata.name === GROUP).versions;
    expect(version.freshness).toBe("Current");
    expect(version.resources.map(({ resource }: Json) => resource)).toEqual(["fischers", "flunders"]);
    expect((await c.request("GET", `/apis/${GROUP}/v1alpha1`)).body.resources).toHaveLength(2);

    expect((await c.request("DELETE", `${flunders}/sample`)).body.status).toBe("Success");
    expect((await c.request("GET", `${flunders}/sample`)).status).toBe(404);

    await c.request("DELETE", `/apis/apps/v1/namespaces/${c.namespace}/deployments/sample-api`);
    await c.eventually(async () => (await c.request("GET", flunders)).status === 503);
    await c.eventually(
      async () => availableOf((await c.request("GET", `${API_SERVICES}/${NAME}`)).body).reason === "MissingEndpoints",
    );
    expect((await c.request("DELETE", `${API_SERVICES}/${NAME}`)).status).toBe(200);
    expect((await c.request("GET", flunders)).status).toBe(404);
  },
});
