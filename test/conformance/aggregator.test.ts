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

    // The object of the registration itself: status, patch, update, list, deletion by a label.
    const path = `${API_SERVICES}/${NAME}`;
    const merge = { contentType: "application/merge-patch+json" };
    const label = { "e2e-sample": "updated" };
    expect(availableOf((await c.request("GET", `${path}/status`)).body).status).toBe("True");
    const priority = await c.request("PATCH", path, { spec: { versionPriority: 400 } }, merge);
    expect([priority.status, priority.body.spec.versionPriority]).toEqual([200, 400]);
    const { items } = (await c.request("GET", API_SERVICES)).body;
    expect(items.map(({ metadata }: Json) => metadata.name)).toContain(NAME);
    const labelled = { ...priority.body, metadata: { ...priority.body.metadata, labels: label } };
    const updated = await c.request("PUT", path, labelled);
    expect(updated.body.metadata.labels).toEqual(label);
    const condition = { type: "StatusUpdated", status: "True", reason: "E2E", message: "Set from e2e test" };
    const conditions = [...updated.body.status.conditions, condition];
    expect((await c.request("PUT", `${path}/status`, { ...updated.body, status: { conditions } })).status).toBe(200);
    expect((await c.request("GET", `${path}/status`)).body.status.conditions).toContainEqual({
      ...condition,
      lastTransitionTime: null,
    });

    await c.request("DELETE", `/apis/apps/v1/namespaces/${c.namespace}/deployments/sample-api`);
    await c.eventually(async () => (await c.request("GET", flunders)).status === 503);
    await c.eventually(
      async () => availableOf((await c.request("GET", `${API_SERVICES}/${NAME}`)).body).reason === "MissingEndpoints",
    );
    expect((await c.request("DELETE", `${API_SERVICES}?labelSelector=e2e-sample%3Dupdated`)).status).toBe(200);
    expect((await c.request("GET", flunders)).status).toBe(404);
    const left = (await c.request("GET", `${API_SERVICES}?labelSelector=e2e-sample%3Dupdated`)).body.items;
    expect(left).toEqual([]);
  },
  "a watch goes on: it shows creations, changes and deletions of the server's objects": async (c) => {
    await register(c);
    const flunders = `/apis/${GROUP}/v1alpha1/namespaces/${c.namespace}/flunders`;
    const flunder = (name: string, labels: Json = {}) => ({
      ...{ apiVersion: `${GROUP}/v1alpha1`, kind: "Flunder", metadata: { name, labels }, spec: {} },
    });
    const seen = (events: readonly Json[]) => events.map(({ type, object }) => `${type} ${object.metadata.name}`);
    await c.request("POST", flunders, flunder("old"));
    const { resourceVersion } = (await c.request("GET", flunders)).body.metadata;
    const change = async () => {
      await c.request("POST", flunders, flunder("a", { wanted: "yes" }));
      await c.pass(5000);
      const merge = { contentType: "application/merge-patch+json" };
      await c.request("PATCH", `${flunders}/a`, { spec: { reference: "b" } }, merge);
      await c.pass(5000);
      await c.request("POST", flunders, flunder("b"));
      await c.request("DELETE", `${flunders}/a`);
    };
    const events = await c.watch(
      `${flunders}?watch=true&resourceVersion=${resourceVersion}`,
      ({ length }) => length >= 4,
      change,
    );
    expect(seen(events).slice(0, 2)).toEqual(["ADDED a", "MODIFIED a"]);
    expect(seen(events).slice(2).sort()).toEqual(["ADDED b", "DELETED a"]);
    expect(events[1]!.object).toMatchObject({
      kind: "Flunder",
      apiVersion: `${GROUP}/v1alpha1`,
      spec: { reference: "b" },
    });

    const initial = await c.watch(
      `${flunders}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
      ({ length }) => length >= 3,
    );
    expect(initial.map(({ type }) => type)).toEqual(["ADDED", "ADDED", "BOOKMARK"]);
    await c.request("DELETE", `${API_SERVICES}/${NAME}`);
  },
  "a watch ends with its server": async (c) => {
    await register(c);
    const flunders = `/apis/${GROUP}/v1alpha1/namespaces/${c.namespace}/flunders`;
    const answer = await c.send("GET", `${flunders}?watch=true`);
    if (answer.type !== "stream") throw new Error(`a watch was answered with a ${answer.type}`);
    const reader = answer.body.getReader();
    let isOver = false;
    const reading = (async () => {
      while (!(await reader.read()).done);
      isOver = true;
    })();
    await c.request("DELETE", `${API_SERVICES}/${NAME}`);
    await c.eventually(async () => isOver);
    await reading;
  },
  "OpenAPI documents of the server are in the index, passed on, and part of version 2": async (c) => {
    await register(c);
    const name = `apis/${GROUP}/v1alpha1`;
    const index = await c.send("GET", "/openapi/v3");
    const custom = index.type === "openapi" ? index.custom : undefined;
    if (custom?.form !== "index") throw new Error("the index has no additions");
    expect(Object.keys(custom.hashes)).toEqual([name]);
    const hash = custom.hashes[name];

    const { status, headers, body } = await c.request("GET", `/openapi/v3/${name}?hash=${hash}`);
    expect([status, headers["etag"]]).toEqual([200, `"${hash}"`]);
    expect(Object.keys(body.paths)).toContain(`/${name}/namespaces/{namespace}/flunders/{name}`);
    const flunder = "io.k8s.sample-apiserver.pkg.apis.wardle.v1alpha1.Flunder";
    const { schemas } = body.components;
    expect(schemas[flunder]["x-kubernetes-group-version-kind"]).toEqual([
      { group: GROUP, version: "v1alpha1", kind: "Flunder" },
    ]);
    for (const reference of JSON.stringify(body).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(Object.keys(schemas)).toContain(reference[1]);
    }
    const unchanged = { headers: { "if-none-match": `"${hash}"` } };
    expect((await c.request("GET", `/openapi/v3/${name}`, undefined, unchanged)).status).toBe(304);

    const old = await c.send("GET", "/openapi/v2");
    const additions = old.type === "openapi" ? old.custom : undefined;
    if (additions?.form !== "v2") throw new Error("version 2 has no additions");
    expect(Object.keys(additions.definitions)).toContain(flunder);
    // Types that the built-in document has are not there twice, and the other version is not registered.
    expect(Object.keys(additions.definitions).filter((each) => /\.meta\.v1\.|v1beta1/.test(each))).toEqual([]);
    expect(Object.keys(additions.paths).every((path) => path.startsWith(`/${name}/`))).toBe(true);
    expect(additions.protobuf().length).toBeGreaterThan(1000);

    await c.request("DELETE", `/apis/apps/v1/namespaces/${c.namespace}/deployments/sample-api`);
    await c.eventually(async () => (await c.request("GET", `/openapi/v3/${name}`)).status === 503);
    await c.eventually(async () => {
      const later = await c.send("GET", "/openapi/v3");
      return later.type === "openapi" && later.custom === undefined;
    });
    await c.request("DELETE", `${API_SERVICES}/${NAME}`);
  },
  "an object whose name a Fischer forbids is refused by the server's own admission": async (c) => {
    await register(c);
    const root = `/apis/${GROUP}/v1alpha1`;
    const fischer = { apiVersion: `${GROUP}/v1alpha1`, kind: "Fischer", metadata: { name: "f" } };
    expect((await c.request("POST", `${root}/fischers`, { ...fischer, disallowedFlunders: ["bad"] })).status).toBe(201);
    const flunder = (name: string) => ({ apiVersion: `${GROUP}/v1alpha1`, kind: "Flunder", metadata: { name } });
    const refused = await c.request("POST", `${root}/namespaces/${c.namespace}/flunders`, flunder("bad"));
    expect([refused.status, refused.body.message]).toEqual([
      403,
      'flunders.wardle.example.com "bad" is forbidden: this name may not be used, please change the resource name',
    ]);
    expect((await c.request("POST", `${root}/namespaces/${c.namespace}/flunders`, flunder("good"))).status).toBe(201);
    await c.request("DELETE", `${API_SERVICES}/${NAME}`);
  },
  "a namespace in deletion takes its objects along, and waits for a server that does not answer": async (c) => {
    await register(c);
    const namespaces = "/api/v1/namespaces";
    const create = async (name: string) => {
      const metadata = { name };
      await c.request("POST", namespaces, { apiVersion: "v1", kind: "Namespace", metadata });
      const flunders = `/apis/${GROUP}/v1alpha1/namespaces/${name}/flunders`;
      const flunder = { apiVersion: `${GROUP}/v1alpha1`, kind: "Flunder", metadata: { name: "one" } };
      expect((await c.request("POST", flunders, flunder)).status).toBe(201);
      return flunders;
    };
    const isGone = async (name: string) => (await c.request("GET", `${namespaces}/${name}`)).status === 404;
    const first = await create("emptied");
    await c.request("DELETE", `${namespaces}/emptied`);
    await c.eventually(() => isGone("emptied"));
    expect((await c.request("GET", first)).body.items).toEqual([]);

    await create("stuck");
    await c.request("DELETE", `/apis/apps/v1/namespaces/${c.namespace}/deployments/sample-api`);
    await c.eventually(
      async () => availableOf((await c.request("GET", `${API_SERVICES}/${NAME}`)).body).status === "False",
    );
    await c.request("DELETE", `${namespaces}/stuck`);
    await c.pass(120_000);
    const { status } = (await c.request("GET", `${namespaces}/stuck`)).body;
    expect(status.phase).toBe("Terminating");
    expect(status.conditions[0]).toMatchObject({
      type: "NamespaceDeletionDiscoveryFailure",
      status: "True",
      reason: "DiscoveryFailed",
      message: `Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: ${GROUP}/v1alpha1: stale GroupVersion discovery: ${GROUP}/v1alpha1`,
    });
    await c.request("DELETE", `${API_SERVICES}/${NAME}`);
    await c.eventually(() => isGone("stuck"));
  },
});
