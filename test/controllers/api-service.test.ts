import { describe, expect, it } from "vitest";
import { controllers } from "../../src/controllers/registry.ts";
import { apiServiceKind } from "../../src/kinds/apiregistration/api-service.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { pod, service } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { simpleKubelet } from "../support/simple-kubelet.ts";

const NAME = "v1.things.example.com";

function register(world: TestCluster, backend?: { namespace: string; name: string }): void {
  world.create(apiServiceKind, {
    kind: "APIService",
    apiVersion: "apiregistration.k8s.io/v1",
    metadata: { name: NAME },
    spec: {
      group: "things.example.com",
      version: "v1",
      groupPriorityMinimum: 100,
      versionPriority: 10,
      ...(backend && { service: { ...backend, port: 443 } }),
    },
    status: {},
  });
  world.advance(1000);
}

const available = (world: TestCluster) => world.get(apiServiceKind, NAME)?.status?.conditions?.[0];

describe("an APIService", () => {
  it("is available when this server serves the group", () => {
    const world = new TestCluster({ controllers });
    register(world);
    expect(available(world)).toMatchObject({
      type: "Available",
      status: "True",
      reason: "Local",
      message: "Local APIServices are always available",
    });
  });

  it("reports the missing part of its Service step by step", () => {
    const world = new TestCluster({ controllers: [...controllers, simpleKubelet()] });
    register(world, { namespace: "default", name: "api" });
    expect(available(world)).toMatchObject({
      status: "False",
      reason: "ServiceNotFound",
      message: 'service/api in "default" is not present',
    });
    const created = world.create(serviceKind, service("api"));
    world.advance(1000);
    expect(available(world)).toMatchObject({
      reason: "ServicePortError",
      message: 'service/api in "default" is not listening on port 443',
    });
    world.update(serviceKind, created, ({ spec }) => {
      spec.ports = [{ port: 443, protocol: "TCP", targetPort: 443 }];
    });
    world.advance(1000);
    expect(available(world)).toMatchObject({
      reason: "MissingEndpoints",
      message: 'endpointslices for service/api in "default" have no addresses with port name ""',
    });
    world.create(podKind, pod("api", { labels: { app: "api" } }));
    world.advance(10_000);
    const url = `https://${created.spec.clusterIP}:443/apis/things.example.com/v1`;
    expect(available(world)).toMatchObject({
      status: "False",
      reason: "FailedDiscoveryCheck",
      message: `failing or missing response from ${url}: Get "${url}": dial tcp ${created.spec.clusterIP}:443: connect: connection refused`,
    });
  });
});
