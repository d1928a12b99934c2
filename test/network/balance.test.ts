/** Which endpoint serves a call: session affinity with its time-out, hints, traffic policies, endpoints that end. */
import { beforeEach, describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { eventKind } from "../../src/kinds/core/event.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { endpointSliceKind } from "../../src/kinds/discovery/endpoint-slice.ts";
import { chooseEndpoint } from "../../src/network/balance.ts";
import type { Service, ServiceSpec } from "../../src/schema/index.ts";
import { pod } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";

const ZONE = "topology.kubernetes.io/zone";
let cluster: TestCluster;

beforeEach(() => {
  cluster = new TestCluster({ controllers: allControllers, settings: { latency: "instant" } });
});

/** Pods `web-0`, `web-1`, … on these nodes, which lie in zones `a`, `b`, … , behind the Service `web`. */
function serve(nodes: readonly string[], spec: Partial<ServiceSpec> = {}): void {
  cluster.list(nodeKind).forEach((node, i) => {
    cluster.update(nodeKind, node, ({ metadata }) => {
      metadata.labels = { ...metadata.labels, [ZONE]: "abc"[i] ?? "z" };
    });
  });
  nodes.forEach((node, i) => {
    const built = pod(`web-${i}`);
    built.metadata.labels = { app: "web" };
    built.spec = { ...built.spec, nodeName: node };
    cluster.create(podKind, built);
  });
  const ports = [{ port: 80, targetPort: 80, protocol: "TCP" }];
  cluster.create(serviceKind, {
    ...{ apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "default" } },
    spec: { selector: { app: "web" }, ports, ...spec },
    status: {},
  } as unknown as Service);
  cluster.advance(10_000);
}

/** The pod that serves a call of a client on a node. */
function call(client: string, nodeName: string, more: { isExternal?: boolean; isOutside?: true } = {}): string {
  const { isExternal = false, isOutside } = more;
  return cluster.write((tx) => {
    const service = tx.get(serviceKind, "default", "web")!;
    const source = { address: client, nodeName, ...(isOutside && { isOutside }) };
    const chosen = chooseEndpoint(tx, { service, port: service.spec.ports![0]!, isExternal }, source);
    if (typeof chosen === "string") return chosen;
    return tx.list(podKind).find(({ status }) => status.podIP === chosen.address)?.metadata.name ?? "";
  });
}

describe("session affinity", () => {
  const spec = { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } };

  it("keeps a client at its endpoint, and spreads clients", () => {
    serve(["node-1", "node-2", "node-3"], spec);
    const first = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((client) => call(client, "node-1"));
    expect(new Set(first).size).toBe(3);
    const again = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((client) => call(client, "node-2"));
    expect(again).toEqual(first);
  });

  it("ends after the time-out, which each call renews", () => {
    serve(["node-1", "node-2"], spec);
    const first = call("10.0.0.1", "node-1");
    cluster.advance(50_000);
    expect(call("10.0.0.1", "node-1")).toBe(first);
    cluster.advance(50_000);
    expect(call("10.0.0.1", "node-1")).toBe(first);
    cluster.advance(61_000);
    expect(call("10.0.0.1", "node-1")).not.toBe(first);
  });

  it("ends with the endpoint, and other clients stay where they are", () => {
    serve(["node-1", "node-2", "node-3"], spec);
    const clients = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
    const first = clients.map((client) => call(client, "node-1"));
    cluster.delete(podKind, cluster.get(podKind, first[0]!)!);
    cluster.advance(40_000);
    const second = clients.map((client) => call(client, "node-1"));
    expect(second[0]).not.toBe(first[0]);
    expect(second.slice(1)).toEqual(first.slice(1));
  });
});

describe("trafficDistribution", () => {
  const hints = () =>
    cluster
      .list(endpointSliceKind, "default")
      .flatMap(({ endpoints }) => (endpoints ?? []).flatMap((one) => one.hints ?? []));

  it.each(["PreferClose", "PreferSameZone"])("%s keeps calls in the zone of the client", (trafficDistribution) => {
    serve(["node-1", "node-2"], { trafficDistribution });
    expect(hints()).toEqual([{ forZones: [{ name: "a" }] }, { forZones: [{ name: "b" }] }]);
    expect([call("10.0.0.1", "node-1"), call("10.0.0.1", "node-1")]).toEqual(["web-0", "web-0"]);
    expect(call("10.0.0.1", "node-2")).toBe("web-1");
    // The third zone has no endpoint, so its clients use all of them.
    expect(new Set([call("10.0.0.1", "node-3"), call("10.0.0.1", "node-3")]).size).toBe(2);
  });

  it("PreferSameNode keeps calls on the node of the client, else in its zone", () => {
    serve(["node-1", "node-1", "node-2"], { trafficDistribution: "PreferSameNode" });
    expect(hints()).toContainEqual({ forZones: [{ name: "b" }], forNodes: [{ name: "node-2" }] });
    expect(call("10.0.0.1", "node-2")).toBe("web-2");
    expect(new Set([call("10.0.0.1", "node-1"), call("10.0.0.1", "node-1")])).toEqual(new Set(["web-0", "web-1"]));
  });

  it("without it there are no hints", () => {
    serve(["node-1", "node-2"]);
    expect(hints()).toEqual([]);
  });
});

describe("topology-mode: Auto", () => {
  const AUTO = { "service.kubernetes.io/topology-mode": "Auto" };
  /** The zones for which the endpoints of each zone are. */
  const hints = () => {
    const endpoints = cluster.list(endpointSliceKind, "default").flatMap((slice) => slice.endpoints ?? []);
    const own = endpoints.filter(({ targetRef }) => targetRef?.kind === "Pod");
    return own.map(({ zone, hints }) => `${zone} for ${hints?.forZones?.map(({ name }) => name) ?? "all"}`).sort();
  };
  const events = () =>
    cluster
      .list(eventKind, "default")
      .filter(({ reason }) => reason?.startsWith("TopologyAware"))
      .map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
  const annotate = (annotations: Record<string, string> | undefined) => {
    cluster.update(serviceKind, cluster.get(serviceKind, "web")!, ({ metadata }) => {
      metadata.annotations = annotations;
    });
    cluster.advance(10_000);
  };
  const scaleTo = (nodes: readonly string[]) => {
    nodes.forEach((nodeName, i) => {
      const built = pod(`more-${i}`);
      built.metadata.labels = { app: "web" };
      cluster.create(podKind, { ...built, spec: { ...built.spec, nodeName } });
    });
    cluster.advance(10_000);
  };

  it("gives each zone a part of the endpoints, and keeps calls in the zone", () => {
    serve(["node-1", "node-2", "node-3"]);
    annotate(AUTO);
    expect(hints()).toEqual(["a for a", "b for b", "c for c"]);
    expect(events()).toEqual([
      "Normal TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4",
    ]);
    expect([call("10.0.0.1", "node-2"), call("10.0.0.1", "node-2")]).toEqual(["web-1", "web-1"]);
  });

  it("lets zones with many endpoints give some to the others", () => {
    serve(["node-1", "node-1", "node-1", "node-2", "node-2", "node-2"]);
    annotate(AUTO);
    expect(hints()).toEqual(["a for a", "a for a", "a for c", "b for b", "b for b", "b for c"]);
    expect(call("10.0.0.1", "node-3")).toMatch(/^web-/);
  });

  it("has no hints with fewer endpoints than zones, until there are more", () => {
    serve(["node-1", "node-2"]);
    annotate(AUTO);
    expect(hints()).toEqual(["a for all", "b for all"]);
    expect(events()).toEqual([
      "Warning TopologyAwareHintsDisabled: Insufficient number of endpoints (2 endpoints, 3 zones), addressType: IPv4",
    ]);
    scaleTo(["node-3"]);
    expect(hints()).toEqual(["a for a", "b for b", "c for c"]);
    annotate(undefined);
    expect(hints()).toEqual(["a for all", "b for all", "c for all"]);
    expect(events().at(-1)).toContain("Topology Aware Hints has been disabled, addressType: IPv4");
  });

  it("has none where a zone would get too many calls", () => {
    serve(["node-1", "node-2", "node-3"]);
    annotate(AUTO);
    scaleTo(["node-1"]);
    // Four endpoints for three equal zones: each would need two.
    expect(hints()).toEqual(["a for all", "a for all", "b for all", "c for all"]);
    expect(events().at(-1)).toContain("Unable to allocate minimum required endpoints to each zone without exceeding");
  });

  it("loses its hints when a node loses its zone", () => {
    serve(["node-1", "node-2", "node-3"]);
    annotate(AUTO);
    cluster.update(nodeKind, cluster.get(nodeKind, "node-3")!, ({ metadata }) => delete metadata.labels?.[ZONE]);
    cluster.advance(10_000);
    expect(hints()).toEqual(["a for all", "b for all", "undefined for all"]);
    expect(events().at(-1)).toContain("Insufficient Node information: allocatable CPU or zone not specified");
  });
});

describe("traffic policies", () => {
  it("internalTrafficPolicy Local serves from the node of the client only", () => {
    serve(["node-1", "node-2"], { internalTrafficPolicy: "Local" });
    expect(call("10.0.0.1", "node-1")).toBe("web-0");
    expect(call("10.0.0.1", "node-3")).toBe("dropped");
  });

  it("externalTrafficPolicy Local serves from the node where the packets arrive", () => {
    serve(["node-1", "node-2"], { type: "NodePort", externalTrafficPolicy: "Local" });
    const outside = { isExternal: true, isOutside: true } as const;
    expect(call("198.51.100.1", "node-2", outside)).toBe("web-1");
    expect(call("198.51.100.1", "node-3", outside)).toBe("dropped");
    // Clients in the cluster are not outside traffic.
    expect(call("10.0.0.1", "node-3", { isExternal: true })).toMatch(/^web-/);
  });
});
