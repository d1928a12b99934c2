/** Which endpoint serves a call: session affinity with its time-out, hints, traffic policies, endpoints that end. */
import { beforeEach, describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
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
