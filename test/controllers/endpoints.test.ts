import { describe, expect, it } from "vitest";
import { planSlices } from "../../src/controllers/endpoints/slice-plan.ts";
import { controllers } from "../../src/controllers/registry.ts";
import { replicaSetKind } from "../../src/kinds/apps/replica-set.ts";
import { endpointsKind } from "../../src/kinds/core/endpoints.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { endpointSliceKind } from "../../src/kinds/discovery/endpoint-slice.ts";
import { MAX_ENDPOINTS_PER_SLICE } from "../../src/lib/limits.ts";
import type { Endpoint, EndpointSlice, Service } from "../../src/schema/index.ts";
import { pod, replicaSet, service } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { simpleKubelet } from "../support/simple-kubelet.ts";

const TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time";

function cluster(): TestCluster {
  return new TestCluster({ controllers: [...controllers, simpleKubelet({ stopAfterMs: 2000 })] });
}

function sliceOf(world: TestCluster): EndpointSlice {
  const slices = world.list(endpointSliceKind, "default").filter(({ metadata }) => metadata.name !== "kubernetes");
  expect(slices).toHaveLength(1);
  return slices[0]!;
}

describe("a Service with a selector", () => {
  it("has Endpoints and a slice from the first moment, both empty", () => {
    const world = cluster();
    const created = world.create(serviceKind, service("web"));
    world.advance(1000);
    const slice = sliceOf(world);
    expect(slice).toMatchObject({ addressType: "IPv4", endpoints: null, ports: null });
    expect(slice.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(slice.metadata.labels).toEqual({
      "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
      "kubernetes.io/service-name": "web",
    });
    expect(slice.metadata.annotations).toEqual({ [TRIGGER]: created.metadata.creationTimestamp });
    expect(slice.metadata.ownerReferences?.[0]).toMatchObject({ kind: "Service", name: "web", controller: true });
    const endpoints = world.get(endpointsKind, "web");
    expect(endpoints?.subsets).toBeUndefined();
    expect(endpoints?.metadata.labels).toEqual({ "endpoints.kubernetes.io/managed-by": "endpoint-controller" });
  });

  it.each(["https-webhook-server", "80-80"])(
    "lists them under the port name %s, which no container may have",
    (name) => {
      const world = cluster();
      world.create(serviceKind, service("web", { ports: [{ name, port: 80, protocol: "TCP", targetPort: 8080 }] }));
      world.create(replicaSetKind, replicaSet("web", { replicas: 1 }));
      world.advance(5000);
      expect(sliceOf(world).ports).toEqual([{ name, protocol: "TCP", port: 8080 }]);
      expect(sliceOf(world).endpoints).toHaveLength(1);
    },
  );

  it("lists ready pods, and a terminating one as serving but not ready", () => {
    const world = cluster();
    world.create(
      serviceKind,
      service("web", { ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: 8080 }] }),
    );
    world.create(replicaSetKind, replicaSet("web", { replicas: 2 }));
    world.advance(5000);
    const name = sliceOf(world).metadata.name;
    const pods = world.list(podKind, "default");
    const expected = pods.map(({ metadata, spec, status }) => ({
      addresses: [status.podIP],
      conditions: { ready: true, serving: true, terminating: false },
      targetRef: { kind: "Pod", namespace: "default", name: metadata.name, uid: metadata.uid },
      nodeName: spec.nodeName,
    }));
    expect(sliceOf(world).endpoints).toHaveLength(2);
    expect(sliceOf(world).endpoints).toEqual(expect.arrayContaining(expected));
    expect(sliceOf(world).ports).toEqual([{ name: "http", protocol: "TCP", port: 8080 }]);
    const addresses = world.get(endpointsKind, "web")?.subsets?.[0]?.addresses?.map(({ ip }) => ip);
    expect(addresses).toEqual(pods.map(({ status }) => status.podIP).sort());

    world.delete(replicaSetKind, world.get(replicaSetKind, "web")!);
    world.advance(1000);
    expect(sliceOf(world).metadata.name).toBe(name);
    expect(sliceOf(world).endpoints?.map(({ conditions }) => conditions)).toEqual([
      { ready: false, serving: true, terminating: true },
      { ready: false, serving: true, terminating: true },
    ]);
    expect(world.get(endpointsKind, "web")?.subsets).toBeUndefined();
    world.advance(5000);
    expect(sliceOf(world)).toMatchObject({ endpoints: null, ports: null });
  });

  it("shows unready pods as not ready, and publishes them if the Service asks for it", () => {
    const world = cluster();
    world.create(serviceKind, service("web"));
    const created = world.create(podKind, pod("p", { labels: { app: "web" }, image: "broken:1" }));
    world.updateStatus(podKind, created, (draft) => {
      draft.status = { phase: "Running", podIP: "10.244.1.7", podIPs: [{ ip: "10.244.1.7" }] };
    });
    world.advance(1000);
    expect(sliceOf(world).endpoints?.[0]?.conditions).toEqual({ ready: false, serving: false, terminating: false });
    expect(world.get(endpointsKind, "web")?.subsets?.[0]).toMatchObject({ notReadyAddresses: [{ ip: "10.244.1.7" }] });
    world.update(serviceKind, world.get(serviceKind, "web")!, (draft) => {
      draft.spec.publishNotReadyAddresses = true;
    });
    world.advance(1000);
    expect(sliceOf(world).endpoints?.[0]?.conditions).toEqual({ ready: true, serving: false, terminating: false });
    expect(world.get(endpointsKind, "web")?.subsets?.[0]).toMatchObject({ addresses: [{ ip: "10.244.1.7" }] });
  });

  it("resolves a named target port per pod", () => {
    const world = cluster();
    world.create(serviceKind, service("web", { ports: [{ port: 80, protocol: "TCP", targetPort: "http" }] }));
    world.create(podKind, pod("a", { labels: { app: "web" }, port: { name: "http", containerPort: 8081 } }));
    world.create(podKind, pod("b", { labels: { app: "web" }, port: { name: "http", containerPort: 8082 } }));
    world.advance(5000);
    const slices = world.list(endpointSliceKind, "default").filter(({ metadata }) => metadata.name !== "kubernetes");
    expect(slices.map(({ ports }) => ports?.[0]?.port).sort()).toEqual([8081, 8082]);
    expect(world.get(endpointsKind, "web")?.subsets?.map(({ ports }) => ports?.[0]?.port)).toEqual([8081, 8082]);
  });

  it("is deleted with its endpoints", () => {
    const world = cluster();
    const created = world.create(serviceKind, service("web"));
    world.advance(1000);
    world.delete(serviceKind, created);
    world.advance(1000);
    expect(world.get(endpointsKind, "web")).toBeUndefined();
    expect(world.list(endpointSliceKind, "default").map(({ metadata }) => metadata.name)).toEqual(["kubernetes"]);
  });

  it("gets its Endpoints again after a client deletes them", () => {
    const world = cluster();
    world.create(serviceKind, service("web"));
    world.advance(1000);
    world.delete(endpointsKind, world.get(endpointsKind, "web")!);
    world.delete(endpointSliceKind, sliceOf(world));
    world.advance(1000);
    expect(world.get(endpointsKind, "web")).toBeDefined();
    expect(sliceOf(world).endpoints).toBeNull();
  });

  it("marks what belongs to a headless Service", () => {
    const world = cluster();
    world.create(serviceKind, service("db", { headless: true, labels: { tier: "data" } }));
    world.advance(1000);
    expect(sliceOf(world).metadata.labels).toMatchObject({ "service.kubernetes.io/headless": "", tier: "data" });
    expect(world.get(endpointsKind, "db")?.metadata.labels).toEqual({
      "endpoints.kubernetes.io/managed-by": "endpoint-controller",
      "service.kubernetes.io/headless": "",
      tier: "data",
    });
  });
});

describe("a Service without a selector", () => {
  it("gets no endpoints from the controller", () => {
    const world = cluster();
    world.create(serviceKind, service("external", { selector: {} }));
    world.advance(1000);
    expect(world.get(endpointsKind, "external")).toBeUndefined();
  });
});

describe("the plan of slices", () => {
  const ports = [{ name: "", protocol: "TCP", port: 80 }];
  const endpoints = (from: number, to: number): Endpoint[] =>
    Array.from({ length: to - from }, (_, i) => ({
      addresses: [`10.0.${Math.floor((from + i) / 250)}.${(from + i) % 250}`],
      conditions: { ready: true },
      targetRef: { kind: "Pod", name: `p${from + i}` },
    }));
  const slice = (name: string, held: Endpoint[]): EndpointSlice => ({
    kind: "EndpointSlice",
    apiVersion: "discovery.k8s.io/v1",
    metadata: { name },
    addressType: "IPv4",
    endpoints: held,
    ports,
  });

  it("opens a second slice when the first is full", () => {
    const all = endpoints(0, MAX_ENDPOINTS_PER_SLICE + 1);
    const plan = planSlices([slice("a", all.slice(0, MAX_ENDPOINTS_PER_SLICE))], [{ ports, endpoints: all }]);
    expect(plan.unchanged.map(({ metadata }) => metadata.name)).toEqual(["a"]);
    expect(plan.missing.map(({ endpoints: held }) => held.length)).toEqual([1]);
  });

  it("fills the fullest slice that has room and touches no other", () => {
    const plan = planSlices(
      [slice("a", endpoints(0, 10)), slice("b", endpoints(10, 60)), slice("c", endpoints(60, 160))],
      [{ ports, endpoints: endpoints(0, 165) }],
    );
    expect(plan.unchanged.map(({ metadata }) => metadata.name).sort()).toEqual(["a", "c"]);
    expect(plan.changed.map(({ slice: { metadata }, content }) => [metadata.name, content.endpoints.length])).toEqual([
      ["b", 55],
    ]);
    expect(plan.missing).toEqual([]);
  });

  it("drops an empty slice, and keeps one empty slice in the end", () => {
    const some = planSlices(
      [slice("a", endpoints(0, 2)), slice("b", endpoints(2, 4))],
      [{ ports, endpoints: endpoints(0, 2) }],
    );
    expect(some.surplus.map(({ metadata }) => metadata.name)).toEqual(["b"]);
    const none = planSlices([slice("a", endpoints(0, 2))], []);
    expect(none.surplus).toEqual([]);
    expect(none.changed.map(({ content }) => content)).toEqual([{ ports: [], endpoints: [] }]);
  });
});

describe("Endpoints written by hand, for a Service without a selector", () => {
  const MIRROR = "endpointslicemirroring-controller.k8s.io";
  const manual = (world: TestCluster, ports = [{ port: 5432, protocol: "TCP" }]) =>
    world.create(endpointsKind, {
      kind: "Endpoints",
      apiVersion: "v1",
      metadata: {
        name: "db",
        namespace: "default",
        labels: { tier: "data" },
        annotations: { note: "x", "kubectl.kubernetes.io/last-applied-configuration": "{}" },
      },
      subsets: [{ addresses: [{ ip: "192.0.2.7" }], notReadyAddresses: [{ ip: "192.0.2.8" }], ports }],
    });
  const outside = (): Service => {
    const made = service("db", { ports: [{ port: 5432, protocol: "TCP", targetPort: 5432 }] });
    delete made.spec.selector;
    return made;
  };

  it("are mirrored into a slice that follows them and goes with them", () => {
    const world = cluster();
    world.create(serviceKind, outside());
    const endpoints = manual(world);
    world.advance(1000);
    const slice = sliceOf(world);
    expect(slice).toMatchObject({
      addressType: "IPv4",
      endpoints: [
        { addresses: ["192.0.2.7"], conditions: { ready: true } },
        { addresses: ["192.0.2.8"], conditions: { ready: false } },
      ],
      ports: [{ name: "", port: 5432, protocol: "TCP" }],
    });
    expect(slice.metadata.labels).toEqual({
      tier: "data",
      "kubernetes.io/service-name": "db",
      "endpointslice.kubernetes.io/managed-by": MIRROR,
    });
    expect(slice.metadata.annotations).toEqual({ note: "x" });
    expect(slice.metadata.ownerReferences?.[0]).toMatchObject({ kind: "Endpoints", name: "db", controller: true });

    world.update(endpointsKind, endpoints, (draft) => {
      draft.subsets = [{ addresses: [{ ip: "192.0.2.9" }], ports: [{ port: 5432, protocol: "TCP" }] }];
    });
    world.advance(1000);
    expect(sliceOf(world).metadata.name).toBe(slice.metadata.name);
    expect(sliceOf(world).endpoints?.map(({ addresses }) => addresses[0])).toEqual(["192.0.2.9"]);

    world.delete(endpointsKind, endpoints);
    world.advance(1000);
    expect(world.list(endpointSliceKind, "default").map(({ metadata }) => metadata.name)).toEqual(["kubernetes"]);
  });

  it("are not mirrored while the Service has a selector, or when they say so", () => {
    const world = cluster();
    world.create(serviceKind, service("web"));
    world.advance(1000);
    expect(sliceOf(world).metadata.labels?.["endpointslice.kubernetes.io/managed-by"]).not.toBe(MIRROR);
    const other = cluster();
    other.create(serviceKind, outside());
    const endpoints = manual(other);
    other.update(endpointsKind, endpoints, ({ metadata }) => {
      metadata.labels = { "endpointslice.kubernetes.io/skip-mirror": "true" };
    });
    other.advance(1000);
    expect(other.list(endpointSliceKind, "default")).toHaveLength(1);
  });
});
