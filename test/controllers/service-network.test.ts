import { describe, expect, it } from "vitest";
import { controllers } from "../../src/controllers/registry.ts";
import { eventKind } from "../../src/kinds/core/event.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { ipAddressKind } from "../../src/kinds/networking/ip-address.ts";
import { serviceCIDRKind } from "../../src/kinds/networking/service-cidr.ts";
import type { Service } from "../../src/schema/index.ts";
import { service } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";

const cluster = () => new TestCluster({ controllers });
const addressOf = (world: TestCluster, name: string) => world.get(serviceKind, name)?.spec.clusterIP ?? "";
const named = (name: string, clusterIP?: string): Service => {
  const made = service(name);
  if (clusterIP) made.spec.clusterIP = clusterIP;
  return made;
};

function addRange(world: TestCluster, name: string, ...cidrs: string[]): void {
  world.create(serviceCIDRKind, {
    kind: "ServiceCIDR",
    apiVersion: "networking.k8s.io/v1",
    metadata: { name },
    spec: { cidrs },
    status: {},
  });
  world.advance(1000);
}

const readiness = (world: TestCluster, name: string) => world.get(serviceCIDRKind, name)?.status?.conditions?.[0];
const warnings = (world: TestCluster) => world.list(eventKind, "default").map(({ reason }) => reason);

describe("an address of a Service", () => {
  it("has an IPAddress as long as the Service holds it", () => {
    const world = cluster();
    const created = world.create(serviceKind, named("web"));
    world.advance(100);
    const address = world.get(ipAddressKind, addressOf(world, "web"));
    expect(address?.metadata.labels).toEqual({
      "ipaddress.kubernetes.io/ip-family": "IPv4",
      "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
    });
    expect(address?.spec).toEqual({ parentRef: { resource: "services", namespace: "default", name: "web" } });
    expect(address?.metadata.managedFields?.[0]?.manager).toBe("kube-apiserver");

    world.delete(serviceKind, created);
    world.advance(100);
    expect(world.get(ipAddressKind, address?.metadata.name ?? "")).toBeUndefined();
    expect(warnings(world)).toEqual([]);
  });

  it("gets its IPAddress again after a client deletes it, with a warning", () => {
    const world = cluster();
    world.create(serviceKind, named("web"));
    world.advance(100);
    const address = addressOf(world, "web");
    world.write((tx) => tx.delete(ipAddressKind, { metadata: { name: address } }));
    world.advance(100);
    expect(world.get(ipAddressKind, address)).toBeDefined();
    expect(warnings(world)).toEqual(["ClusterIPNotAllocated"]);
  });

  it("is not given to a Service while an IPAddress of something else holds it", () => {
    const world = cluster();
    const parentRef = { group: "example.com", resource: "gateways", name: "g" };
    const metadata = { name: "10.96.7.7" };
    world.create(ipAddressKind, {
      kind: "IPAddress",
      apiVersion: "networking.k8s.io/v1",
      metadata,
      spec: { parentRef },
    });
    expect(() => world.create(serviceKind, named("web", "10.96.7.7"))).toThrow("provided IP is already allocated");
  });
});

describe("a ServiceCIDR", () => {
  it("is ready and protected at once, and Services may have addresses of it", () => {
    const world = cluster();
    expect(() => world.create(serviceKind, named("web", "172.20.0.9"))).toThrow("does not match the current range");
    addRange(world, "more", "172.20.0.0/24");
    expect(readiness(world, "more")).toMatchObject({ status: "True", message: "Kubernetes Service CIDR is ready" });
    expect(world.get(serviceCIDRKind, "more")?.metadata.finalizers).toEqual([
      "networking.k8s.io/service-cidr-finalizer",
    ]);
    world.create(serviceKind, named("web", "172.20.0.9"));
    expect(() => world.create(serviceKind, named("net", "172.20.0.0"))).toThrow("does not match the current range");
    expect(() => world.create(serviceKind, named("all", "172.20.0.255"))).toThrow("does not match the current range");
  });

  it("stays while a Service needs it, allocates no new address, and is removed ten seconds later", () => {
    const world = cluster();
    addRange(world, "more", "172.20.0.0/24");
    const created = world.create(serviceKind, named("web", "172.20.0.9"));
    world.advance(100);
    world.write((tx) => tx.delete(serviceCIDRKind, { metadata: { name: "more" } }));
    world.advance(60_000);
    expect(readiness(world, "more")).toMatchObject({ status: "False", reason: "Terminating" });
    expect(() => world.create(serviceKind, named("late", "172.20.0.10"))).toThrow("does not match the current range");
    world.delete(serviceKind, created);
    world.advance(1000);
    expect(world.get(serviceCIDRKind, "more")).toBeUndefined();
  });

  it("is removed ten seconds after its deletion when it is unused, or when another range contains it", () => {
    const world = cluster();
    addRange(world, "inner", "10.96.8.0/24");
    world.create(serviceKind, named("web", "10.96.8.9"));
    world.write((tx) => tx.delete(serviceCIDRKind, { metadata: { name: "inner" } }));
    world.advance(9000);
    expect(world.get(serviceCIDRKind, "inner")).toBeDefined();
    world.advance(2000);
    expect(world.get(serviceCIDRKind, "inner")).toBeUndefined();
  });
});
