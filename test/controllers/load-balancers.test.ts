import { describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { TestCluster, type TestClusterOptions } from "../support/cluster.ts";

function clusterWith(settings: TestClusterOptions["settings"]): TestCluster {
  return new TestCluster({ controllers: allControllers, settings });
}

function create(cluster: TestCluster, name: string, spec: object = {}) {
  const ports = [{ port: 80 }];
  return cluster.create(serviceKind, {
    metadata: { name, namespace: "default" },
    spec: { type: "LoadBalancer", ports, ...spec },
  } as never);
}

const addressOf = (cluster: TestCluster, name: string) =>
  cluster.get(serviceKind, name)?.status?.loadBalancer?.ingress?.[0]?.ip;

describe("a Service of the type LoadBalancer", () => {
  it("gets an address of its own, with the events of a cloud, and keeps it until it is deleted", () => {
    const cluster = clusterWith({ latency: "realistic", loadBalancers: "assigned" });
    create(cluster, "a");
    create(cluster, "b");
    cluster.advance(1_000);
    expect(addressOf(cluster, "a")).toBeUndefined();
    cluster.advance(4_000);
    expect([addressOf(cluster, "a"), addressOf(cluster, "b")]).toEqual(["198.51.100.10", "198.51.100.11"]);
    expect(cluster.events().join("\n")).toMatch(/EnsuringLoadBalancer[\s\S]*EnsuredLoadBalancer/);
    cluster.delete(serviceKind, cluster.get(serviceKind, "a")!);
    cluster.advance(1_000);
    expect(cluster.get(serviceKind, "a")).toBeUndefined();
    create(cluster, "c");
    cluster.advance(4_000);
    expect(addressOf(cluster, "c")).toBe("198.51.100.10");
  });

  it("gives it up when it becomes another type", () => {
    const cluster = clusterWith({ latency: "instant", loadBalancers: "assigned" });
    const service = create(cluster, "a");
    cluster.advance(1_000);
    cluster.update(serviceKind, service, ({ spec }) => {
      spec.type = "NodePort";
    });
    cluster.advance(1_000);
    expect(addressOf(cluster, "a")).toBeUndefined();
    expect(cluster.get(serviceKind, "a")?.metadata.finalizers ?? []).toEqual([]);
  });

  it("has none where the setting says so, where it has a class, and where another controller wrote one", () => {
    const plain = clusterWith({ latency: "instant" });
    create(plain, "a");
    plain.advance(10_000);
    expect(addressOf(plain, "a")).toBeUndefined();
    const cluster = clusterWith({ latency: "instant", loadBalancers: "assigned" });
    create(cluster, "classed", { loadBalancerClass: "example.com/lb" });
    const own = create(cluster, "own");
    cluster.updateStatus(serviceKind, own, (draft) => {
      draft.status = { loadBalancer: { ingress: [{ ip: "203.0.113.1" }] } };
    });
    cluster.advance(10_000);
    expect([addressOf(cluster, "classed"), addressOf(cluster, "own")]).toEqual([undefined, "203.0.113.1"]);
  });
});
