/**
 * Tests of sig-network and sig-instrumentation about objects of the API.
 * Kubernetes: test/e2e/network (endpointslice, ingress, service_cidrs, …), test/e2e/instrumentation
 */
import { expect } from "vitest";
import { apiOperations } from "./api-case.ts";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { agnhost, alwaysPod, named, service } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const MINUTE_MS = 60_000;

const event = (name: string) => ({
  ...named("v1", "Event", {
    reason: "Test",
    type: "Normal",
    message: "This is a test event",
    source: { component: "e2e" },
  })(name),
  involvedObject: {},
});
const newEvent = (name: string) => ({
  ...named("events.k8s.io/v1", "Event", { reason: "Test", type: "Normal", note: "This is a test event", action: "Do" })(
    name,
  ),
  ...{
    eventTime: "2026-01-01T00:00:00.000000Z",
    reportingController: "test-controller",
    reportingInstance: "test-node",
  },
  regarding: { namespace: "default" },
});

const instrumentation: Stories = {
  "Events should manage the lifecycle of an event": (c) =>
    apiOperations(c, { object: (name) => ({ ...event(name), involvedObject: { namespace: c.namespace } }) }),
  "Events should delete a collection of events": (c) =>
    apiOperations(c, { object: (name) => ({ ...event(name), involvedObject: { namespace: c.namespace } }) }),
  "Events API should ensure that an event can be fetched, patched, deleted, and listed": (c) =>
    apiOperations(c, { object: (name) => ({ ...newEvent(name), regarding: { namespace: c.namespace } }) }),
  "Events API should delete a collection of events": (c) =>
    apiOperations(c, { object: (name) => ({ ...newEvent(name), regarding: { namespace: c.namespace } }) }),
};

const backend = { service: { name: "svc", port: { number: 80 } } };
const slice = named("discovery.k8s.io/v1", "EndpointSlice", {
  addressType: "IPv4",
  endpoints: [{ addresses: ["1.2.3.4"] }],
  ports: [],
});

async function slicesFollow(cluster: ConformanceCluster) {
  const labels = { foo: "bar" };
  await cluster.create(service("example-int-port", labels, [{ name: "example", port: 80, targetPort: 3000 }]));
  await cluster.create(service("example-empty-selector", { none: "match" }, [{ name: "example", port: 80 }]));
  const ports = [{ name: "example-name", containerPort: 3000 }];
  const made = await cluster.createSync(alwaysPod("pod1", agnhost(["netexec"], { ports }), {}, { labels }));
  await cluster.eventually(async () => {
    const slices = await cluster.list(
      "discovery.k8s.io/v1",
      "endpointslices",
      "labelSelector=kubernetes.io/service-name%3Dexample-int-port",
    );
    return slices[0]?.endpoints?.[0]?.addresses[0] === made.status.podIP && slices[0].ports[0].port === 3000;
  });
  const { subsets } = await cluster.get(named("v1", "Endpoints")("example-int-port"));
  expect(subsets[0].addresses[0].ip).toBe(made.status.podIP);
  const empty = named("v1", "Service")("example-empty-selector");
  await cluster.eventually(
    async () =>
      (await cluster.request("GET", cluster.path("v1", "endpoints", "example-empty-selector"))).status === 200,
  );
  await cluster.delete(empty);
  await cluster.eventually(
    async () =>
      (await cluster.request("GET", cluster.path("v1", "endpoints", "example-empty-selector"))).status === 404,
  );
}

const networkApi: Stories = {
  "API Server should provide secure master service": async (cluster) => {
    const { body } = await cluster.request("GET", "/api/v1/namespaces/default/services/kubernetes");
    expect(body.spec.ports[0]).toMatchObject({ name: "https", port: 443 });
  },
  "API Server should have Endpoints and EndpointSlices pointing to API Server": async (cluster) => {
    const { body } = await cluster.request("GET", "/api/v1/namespaces/default/endpoints/kubernetes");
    expect(body.subsets).toHaveLength(1);
    const path =
      "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name%3Dkubernetes";
    const { items } = (await cluster.request("GET", path)).body;
    expect(items[0].endpoints[0].addresses[0]).toBe(body.subsets[0].addresses[0].ip);
  },
  "EndpointSlice should create Endpoints and EndpointSlices for Pods matching a Service": slicesFollow,
  "EndpointSlice should create and delete EndpointSlices for a Service with a selector that matches no pods":
    slicesFollow,
  "EndpointsController should create Endpoints for Pods matching a Service": slicesFollow,
  "EndpointsController should create and delete Endpoints for a Service with a selector that matches no pods":
    slicesFollow,
  "EndpointSlice should support creating EndpointSlice API operations": (c) => apiOperations(c, { object: slice }),
  "EndpointSlice should support a Service with multiple endpoint IPs specified in multiple EndpointSlices": (c) =>
    manySlices(c, false),
  "EndpointSlice should support a Service with multiple ports specified in multiple EndpointSlices": (c) =>
    manySlices(c, true),
  "EndpointSliceMirroring should mirror a custom Endpoints resource through create update and delete": async (
    cluster,
  ) => {
    await cluster.create({ ...service("example-custom", undefined, [{ name: "example", port: 80 }]) });
    const custom = named("v1", "Endpoints", { subsets: [{ addresses: [{ ip: "10.1.2.3" }], ports: [{ port: 80 }] }] })(
      "example-custom",
    );
    await cluster.create(custom);
    const addresses = async () => {
      const slices = await cluster.list(
        "discovery.k8s.io/v1",
        "endpointslices",
        "labelSelector=kubernetes.io/service-name%3Dexample-custom",
      );
      return slices.flatMap(({ endpoints }) => (endpoints ?? []).flatMap((one: Json) => one.addresses)).join();
    };
    await cluster.eventually(async () => (await addresses()) === "10.1.2.3");
    await cluster.update(
      custom,
      (draft) => (draft.subsets = [{ addresses: [{ ip: "10.2.3.4" }], ports: [{ port: 9090 }] }]),
    );
    await cluster.eventually(async () => (await addresses()) === "10.2.3.4");
    await cluster.delete(custom);
    await cluster.eventually(async () => (await addresses()) === "");
  },
  "Endpoints should test the lifecycle of an Endpoint": (c) =>
    apiOperations(c, {
      object: named("v1", "Endpoints", {
        subsets: [{ addresses: [{ ip: "10.0.0.24" }], ports: [{ name: "http", port: 80 }] }],
      }),
    }),
  "Ingress API should support creating Ingress API operations": (c) =>
    apiOperations(c, {
      object: named("networking.k8s.io/v1", "Ingress", { spec: { defaultBackend: backend } }),
      status: {
        patch: { loadBalancer: { ingress: [{ ip: "169.1.1.1" }] } },
        shows: ({ status }) => status.loadBalancer.ingress[0].ip,
        expected: "169.1.1.1",
      },
    }),
  "IngressClass API should support creating IngressClass API operations": (c) =>
    apiOperations(c, {
      object: named("networking.k8s.io/v1", "IngressClass", { spec: { controller: "example.com/controller" } }),
    }),
  "ServiceCIDR and IPAddress API should support ServiceCIDR API operations": (c) =>
    apiOperations(c, {
      object: (name) =>
        named("networking.k8s.io/v1", "ServiceCIDR", { spec: { cidrs: [`10.${name.length}.0.0/24`] } })(name),
      hasNoCollection: true,
    }),
  "ServiceCIDR and IPAddress API should support IPAddress API operations": (c) =>
    apiOperations(c, {
      object: (name) => ({
        ...{ apiVersion: "networking.k8s.io/v1", kind: "IPAddress" },
        metadata: { name: `192.0.2.${["one", "two", "three"].indexOf(name.replace(/.*-/, "")) + 1}` },
        spec: { parentRef: { group: "", resource: "services", name: "svc", namespace: c.namespace } },
      }),
    }),
  "Services should complete a service status lifecycle": (c) =>
    apiOperations(c, {
      object: (name) => service(name.slice(-40), { a: "b" }, [{ port: 80 }], { type: "LoadBalancer" }),
      status: {
        patch: {
          conditions: [
            {
              type: "StatusPatched",
              status: "True",
              reason: "E2E",
              message: "Set",
              lastTransitionTime: "2026-01-01T00:00:00Z",
            },
          ],
        },
        shows: ({ status }) => status.conditions[0].type,
        expected: "StatusPatched",
      },
    }),
  "Services should delete a collection of services": (c) =>
    apiOperations(c, { object: (name) => service(name.slice(-40), { a: "b" }, [{ port: 80 }]) }),
  "Services should find a service from listing all namespaces": async (cluster) => {
    const { items } = (await cluster.request("GET", "/api/v1/services")).body;
    expect(items.some(({ metadata }: Json) => metadata.name === "kubernetes" && metadata.namespace === "default")).toBe(
      true,
    );
  },
};

/** A Service without selector, whose slices a client writes. */
async function manySlices(cluster: ConformanceCluster, hasPorts: boolean) {
  const ports = hasPorts
    ? [
        { name: "port80", port: 80 },
        { name: "port81", port: 81 },
      ]
    : [{ name: "port80", port: 80 }];
  const { spec } = await cluster.create(service("example-custom-endpoints", undefined, ports));
  const first = await cluster.createSync(alwaysPod("pod1", agnhost(["netexec", "--http-port=9090"])));
  const second = await cluster.createSync(alwaysPod("pod2", agnhost(["netexec", "--http-port=9090"])));
  for (const [i, { status }] of [first, second].entries()) {
    await cluster.create({
      ...slice(`custom-endpoints-${i}`),
      metadata: { name: `custom-endpoints-${i}`, labels: { "kubernetes.io/service-name": "example-custom-endpoints" } },
      endpoints: [{ addresses: [status.podIP] }],
      ports: [{ name: hasPorts ? `port8${i}` : "port80", port: 9090 }],
    });
  }
  await cluster.createSync(alwaysPod("execpod", agnhost(["pause"])));
  const ask = (port: number) => cluster.shell("execpod", "test", `curl -s http://${spec.clusterIP}:${port}/hostName`);
  if (hasPorts) {
    expect([await ask(80), await ask(81)]).toEqual(["pod1", "pod2"]);
    return;
  }
  const seen = new Set<string>();
  await cluster.eventually(async () => {
    seen.add(await ask(80));
    return seen.size === 2;
  }, MINUTE_MS);
}

stories("[sig-instrumentation]", instrumentation);
stories("[sig-network]", networkApi);
