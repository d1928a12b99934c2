import { describe, expect, it } from "vitest";
import { controllers } from "../../src/controllers/registry.ts";
import { replicaSetKind } from "../../src/kinds/apps/replica-set.ts";
import { limitRangeKind } from "../../src/kinds/core/limit-range.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { resourceQuotaKind } from "../../src/kinds/core/resource-quota.ts";
import { secretKind } from "../../src/kinds/core/secret.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import type { LimitRangeItem, Pod } from "../../src/schema/index.ts";
import { pod, replicaSet } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { simpleKubelet } from "../support/simple-kubelet.ts";

function cluster(): TestCluster {
  return new TestCluster({ controllers: [...controllers, simpleKubelet()] });
}

function grant(world: TestCluster, hard: Record<string, string>, rest: object = {}): void {
  world.create(resourceQuotaKind, {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "q", namespace: "default" },
    spec: { hard, ...rest },
    status: {},
  });
  world.advance(1000);
}

function limit(world: TestCluster, item: LimitRangeItem): void {
  world.create(limitRangeKind, {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "lr", namespace: "default" },
    spec: { limits: [item] },
  });
}

/** A pod of one container `c`. */
function asking(name: string, resources: { requests?: Record<string, string>; limits?: Record<string, string> }): Pod {
  const made = pod(name);
  made.spec.containers = [{ name: "c", image: "nginx", resources }];
  return made;
}

const status = (world: TestCluster) => world.get(resourceQuotaKind, "q")?.status;

describe("a ResourceQuota", () => {
  it("counts the usage, and follows creations and deletions", () => {
    const world = cluster();
    grant(world, { pods: "2", "requests.cpu": "1" });
    expect(status(world)).toEqual({
      hard: { pods: "2", "requests.cpu": "1" },
      used: { pods: "0", "requests.cpu": "0" },
    });
    const created = world.create(podKind, asking("p", { requests: { cpu: "100m" } }));
    world.advance(1000);
    expect(status(world)?.used).toEqual({ pods: "1", "requests.cpu": "100m" });
    world.delete(podKind, created, { gracePeriodSeconds: 0 });
    world.advance(1000);
    expect(status(world)?.used).toEqual({ pods: "0", "requests.cpu": "0" });
  });

  it("refuses pods that exceed it, and pods without the requests that it limits", () => {
    const world = cluster();
    grant(world, { "requests.cpu": "1" });
    world.create(podKind, asking("p1", { requests: { cpu: "10m" } }));
    expect(() => world.create(podKind, asking("nq", { requests: { cpu: "5" } }))).toThrow(
      'pods "nq" is forbidden: exceeded quota: q, requested: requests.cpu=5, used: requests.cpu=10m, ' +
        "limited: requests.cpu=1",
    );
    expect(() => world.create(podKind, asking("nq", {}))).toThrow(
      'pods "nq" is forbidden: failed quota: q: must specify requests.cpu for: c',
    );
  });

  it("limits several writes of one instant, before the status shows their usage", () => {
    const world = cluster();
    grant(world, { pods: "3" });
    const refused = world.write((tx) => {
      const outcomes = ["a", "b", "c", "d", "e"].map((name) => {
        try {
          tx.create(podKind, pod(name));
          return "created";
        } catch {
          return "refused";
        }
      });
      return outcomes.filter((outcome) => outcome === "refused");
    });
    expect(refused).toHaveLength(2);
    world.advance(1000);
    expect(status(world)?.used).toEqual({ pods: "3" });
  });

  it("stops a ReplicaSet, which reports it", () => {
    const world = cluster();
    grant(world, { pods: "1" });
    world.create(replicaSetKind, replicaSet("r", { replicas: 3 }));
    world.advance(5000);
    expect(world.list(podKind, "default")).toHaveLength(1);
    expect(world.get(replicaSetKind, "r")?.status.conditions).toMatchObject([
      { type: "ReplicaFailure", status: "True", reason: "FailedCreate" },
    ]);
    expect(world.get(replicaSetKind, "r")?.status.conditions?.[0]?.message).toMatch(
      /^pods "r-\w{5}" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1$/,
    );
  });

  it("counts objects, and the ports and load balancers of services", () => {
    const world = cluster();
    grant(world, { "count/secrets": "1", "services.nodeports": "1" });
    const secret = (name: string) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace: "default" },
    });
    world.create(secretKind, secret("one"));
    expect(() => world.create(secretKind, secret("over"))).toThrow(
      'secrets "over" is forbidden: exceeded quota: q, requested: count/secrets=1, used: count/secrets=1, ' +
        "limited: count/secrets=1",
    );
    const service = world.create(serviceKind, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "s", namespace: "default" },
      spec: { ports: [{ port: 80 }] },
      status: { loadBalancer: {} },
    });
    const expose = (ports: number[]) =>
      world.update(serviceKind, service, (draft) => {
        draft.spec.type = "NodePort";
        draft.spec.ports = ports.map((port) => ({ name: `p${port}`, port }));
      });
    expect(() => expose([80, 81])).toThrow("exceeded quota: q, requested: services.nodeports=2");
    expose([80]);
    world.advance(1000);
    expect(status(world)?.used).toEqual({ "count/secrets": "1", "services.nodeports": "1" });
  });

  it("with scopes applies only to the pods in scope", () => {
    const world = cluster();
    grant(world, { pods: "0" }, { scopes: ["BestEffort"] });
    expect(() => world.create(podKind, asking("idle", {}))).toThrow("exceeded quota");
    world.create(podKind, asking("busy", { requests: { cpu: "1" } }));
    world.advance(1000);
    expect(status(world)?.used).toEqual({ pods: "0" });
  });
});

describe("a LimitRange", () => {
  const cpu = (amount: string) => ({ cpu: amount });
  const containers = {
    type: "Container",
    max: cpu("1"),
    min: cpu("10m"),
    default: cpu("500m"),
    defaultRequest: cpu("100m"),
    maxLimitRequestRatio: cpu("5"),
  };

  it("sets default requests of containers, and records it in an annotation", () => {
    const world = cluster();
    limit(world, containers);
    const created = world.create(podKind, asking("lrd", {}));
    expect(created.spec.containers[0]?.resources).toEqual({ limits: cpu("500m"), requests: cpu("100m") });
    expect(created.metadata.annotations).toEqual({
      "kubernetes.io/limit-ranger": "LimitRanger plugin set: cpu request for container c; cpu limit for container c",
    });
    expect(created.status.qosClass).toBe("Burstable");
  });

  it("refuses too little, too much and too wide a range", () => {
    const world = cluster();
    limit(world, containers);
    const refusal = (requests: string, limits: string) => () =>
      world.create(podKind, asking("p", { requests: cpu(requests), limits: cpu(limits) }));
    expect(refusal("2", "2")).toThrow('pods "p" is forbidden: maximum cpu usage per Container is 1, but limit is 2');
    expect(refusal("5m", "20m")).toThrow("minimum cpu usage per Container is 10m, but request is 5m");
    expect(refusal("100m", "1")).toThrow(
      "cpu max limit to request ratio per Container is 5, but provided ratio is 10.000000",
    );
    refusal("200m", "1")();
  });

  it("of type Pod compares the sum of the containers", () => {
    const world = cluster();
    limit(world, { type: "Pod", max: cpu("1") });
    const made = asking("p", { limits: cpu("600m") });
    made.spec.containers.push({ name: "d", image: "nginx", resources: { limits: cpu("600m") } });
    expect(() => world.create(podKind, made)).toThrow("maximum cpu usage per Pod is 1, but limit is 1200m");
  });
});
