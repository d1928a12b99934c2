/** In-place changes of resources, of containers and of the pod as a whole. */
import { describe, expect, it } from "vitest";
import { handle } from "../../src/apiserver/handle.ts";
import { withInfo } from "../../src/apiserver/request-info.ts";
import type { ClusterTransaction } from "../../src/cluster/cluster-transaction.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { quantityMilliValue } from "../../src/lib/quantity.ts";
import type { PodSpec, ResourceRequirements } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

const SECOND = 1000;

/** `kubectl patch pod p --subresource resize`. Returns the causes of a refusal, or its message if it has none. */
function resize(cluster: TestCluster, spec: object): string[] {
  return cluster.write((tx) => {
    const outcome = handle(
      tx as ClusterTransaction,
      {
        ...withInfo({
          method: "PATCH",
          path: "/api/v1/namespaces/default/pods/p/resize",
          query: new URLSearchParams(),
        }),
        headers: { accept: "application/json", "content-type": "application/strategic-merge-patch+json" },
        body: JSON.stringify({ spec }),
        caller: { type: "user", user: { name: "kubernetes-admin", groups: ["system:masters"] } },
        requestId: "r",
        offsetMs: 0,
      },
      new Map(),
    );
    if (outcome.type !== "response") throw new Error("a resize is answered at once");
    const { status, body } = outcome.response;
    if (status === 200) return [];
    if (status === 403) return [JSON.parse(body).message];
    const causes: { field: string; message: string }[] = JSON.parse(body).details?.causes ?? [];
    return causes.map(({ field, message }) => `${field}: ${message}`);
  });
}

function running(resources: ResourceRequirements | undefined, ofContainer: ResourceRequirements = {}): TestCluster {
  const spec: Partial<PodSpec> = resources ? { resources } : {};
  const cluster = clusterWith({}, podWith("p", { resources: ofContainer }, spec));
  cluster.advance(10 * SECOND);
  return cluster;
}

const podOf = (cluster: TestCluster) => cluster.get(podKind, "p")!;
const conditionsOf = (cluster: TestCluster) =>
  (podOf(cluster).status.conditions ?? []).filter(({ type }) => type.startsWith("PodResize"));

describe("resources of the pod as a whole", () => {
  it("default their requests to the limits", () => {
    const cluster = running({ limits: { cpu: "200m", memory: "64Mi" } }, { requests: { cpu: "50m" } });
    expect(podOf(cluster).spec.resources?.requests).toEqual({ cpu: "50m", memory: "64Mi" });
    expect(podOf(cluster).status).toMatchObject({
      allocatedResources: { cpu: "50m", memory: "64Mi" },
      resources: { limits: { cpu: "200m", memory: "64Mi" }, requests: { cpu: "50m", memory: "64Mi" } },
    });
  });

  it("are resized in place: granted at once, applied after a moment, without a restart", () => {
    const cluster = running({ limits: { cpu: "200m" }, requests: { cpu: "100m" } });
    expect(resize(cluster, { resources: { limits: { cpu: "400m" }, requests: { cpu: "300m" } } })).toEqual([]);
    expect(podOf(cluster).metadata.generation).toBe(2);
    cluster.advance(100);
    expect(conditionsOf(cluster)).toMatchObject([
      { type: "PodResizeInProgress", status: "True", observedGeneration: 2 },
    ]);
    expect(podOf(cluster).status).toMatchObject({
      allocatedResources: { cpu: "300m" },
      resources: { limits: { cpu: "200m" }, requests: { cpu: "100m" } },
    });
    cluster.advance(5 * SECOND);
    expect(conditionsOf(cluster)).toEqual([]);
    expect(podOf(cluster).status).toMatchObject({
      allocatedResources: { cpu: "300m" },
      resources: { limits: { cpu: "400m" }, requests: { cpu: "300m" } },
    });
    expect(containerOf(cluster)).toMatchObject({ ready: true, restartCount: 0 });
    const events = cluster.events().filter((line) => line.includes("Resize"));
    const what = '{"containers":[{"name":"c","resources":{}}],"generation":2}';
    expect(events).toEqual([
      `Normal ResizeStarted Pod/p x1: Pod resize started: ${what}`,
      `Normal ResizeCompleted Pod/p x1: Pod resize completed: ${what}`,
    ]);
  });

  it("are refused if the node could never grant them", () => {
    const cluster = running({ requests: { cpu: "100m" } });
    expect(resize(cluster, { resources: { requests: { cpu: "1000" } } })).toEqual([
      expect.stringMatching(
        /^pods "p" is forbidden: node didn't have enough allocatable resources: cpu, requested: 1000000, allocatable: \d+$/,
      ),
    ]);
    expect(podOf(cluster).spec.resources).toEqual({ requests: { cpu: "100m" } });
  });

  it.each<[ResourceRequirements, object, string]>([
    [
      { requests: { cpu: "1" } },
      { resources: null },
      "spec.resources: Forbidden: pod-level resources cannot be removed",
    ],
    [
      { requests: { cpu: "1", memory: "1Mi" } },
      { resources: { requests: { memory: null } } },
      "spec.resources.requests: Forbidden: pod-level resource requests cannot be removed",
    ],
    [
      { requests: { cpu: "100m" }, limits: { cpu: "100m", memory: "1Mi" } },
      { resources: { requests: { cpu: "50m" } } },
      'spec: Invalid value: "Guaranteed": Pod QOS Class may not change as a result of resizing',
    ],
  ])("may not be resized: %j by %j", (resources, patch, problem) => {
    expect(resize(running(resources), patch)).toContain(problem);
  });

  it.each<[ResourceRequirements, ResourceRequirements, string]>([
    [
      { requests: { cpu: "100m" } },
      { requests: { cpu: "200m" } },
      'spec.resources.requests[cpu]: Invalid value: "100m": must be greater than or equal to aggregate container requests of 200m',
    ],
    [
      { limits: { cpu: "100m" }, requests: { cpu: "50m" } },
      { limits: { cpu: "200m" }, requests: { cpu: "50m" } },
      'spec.resources.containers[0][cpu].limits: Invalid value: "200m": must be less than or equal to pod limits of 100m',
    ],
    [
      { requests: { "ephemeral-storage": "1Gi" } },
      {},
      'spec.resources.requests[ephemeral-storage]: Unsupported value: "ephemeral-storage": supported values: "cpu", "hugepages-", "memory"',
    ],
    [
      { requests: { cpu: "2" }, limits: { cpu: "1" } },
      {},
      'spec.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    ],
  ])("are refused at creation: %j with %j", (resources, ofContainer, problem) => {
    expect(() => running(resources, ofContainer)).toThrow(problem);
  });
});

describe("a resize that the node cannot grant yet", () => {
  it("is deferred, and granted when another pod ends", () => {
    const cluster = running(undefined, { requests: { cpu: "100m" } });
    const { nodeName } = podOf(cluster).spec;
    const capacity = quantityMilliValue(cluster.get(nodeKind, nodeName!, "")!.status.allocatable!["cpu"]!);
    const neighbour = { resources: { requests: { cpu: `${capacity - 2000}m` } } };
    cluster.create(podKind, podWith("other", neighbour, { nodeName: nodeName! }));
    cluster.advance(10 * SECOND);
    expect(resize(cluster, { containers: [{ name: "c", resources: { requests: { cpu: "3" } } }] })).toEqual([]);
    cluster.advance(5 * SECOND);
    expect(conditionsOf(cluster)).toMatchObject([
      {
        ...{ type: "PodResizePending", status: "True", reason: "Deferred", observedGeneration: 2 },
        message: expect.stringMatching(
          `^Node didn't have enough resource: cpu, requested: 3000, used: \\d+, capacity: ${capacity}$`,
        ),
      },
    ]);
    expect(containerOf(cluster)).toMatchObject({
      allocatedResources: { cpu: "100m" },
      resources: { requests: { cpu: "100m" } },
    });
    const told = cluster.events().filter((line) => line.includes("ResizeDeferred"));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(
      /^Warning ResizeDeferred Pod\/p x1: Pod resize Deferred: \{"containers":.*"error":"Node didn't/,
    );
    cluster.delete(podKind, cluster.get(podKind, "other")!, { gracePeriodSeconds: 0 });
    cluster.advance(5 * SECOND);
    expect(conditionsOf(cluster)).toEqual([]);
    expect(containerOf(cluster)).toMatchObject({ restartCount: 0, resources: { requests: { cpu: "3" } } });
  });
});

describe("a policy of the container", () => {
  const resizePolicy = [
    { resourceName: "cpu", restartPolicy: "NotRequired" },
    { resourceName: "memory", restartPolicy: "RestartContainer" },
  ];
  const before = { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "20m", memory: "128Mi" } };

  it.each<[string, ResourceRequirements, number]>([
    ["CPU goes on", { requests: { cpu: "15m" }, limits: { cpu: "30m" } }, 0],
    ["the memory limit restarts it", { limits: { memory: "200Mi" } }, 1],
    ["the memory request restarts it", { requests: { memory: "100Mi" } }, 1],
  ])("decides: %s", (_, resources, restartCount) => {
    const cluster = clusterWith({}, podWith("p", { image: "nginx", resources: before, resizePolicy }));
    cluster.advance(10 * SECOND);
    expect(resize(cluster, { containers: [{ name: "c", resources }] })).toEqual([]);
    cluster.advance(10 * SECOND);
    expect(conditionsOf(cluster)).toEqual([]);
    const { requests, limits } = resources;
    expect(containerOf(cluster)).toMatchObject({
      ...{ restartCount, ready: true },
      resources: { requests: { ...before.requests, ...requests }, limits: { ...before.limits, ...limits } },
    });
    const reasons = cluster
      .events()
      .map((line) => line.split(" ")[1])
      .filter((reason) => reason === "Killing" || reason?.startsWith("Resize"));
    expect(reasons).toEqual(["ResizeStarted", ...(restartCount ? ["Killing"] : []), "ResizeCompleted"]);
    if (restartCount) {
      expect(cluster.events()).toContain("Normal Killing Pod/p x1: Container c resize requires restart");
    }
  });

  it("a memory limit below the usage is not applied", () => {
    const command = ["stress", "--vm", "1", "--vm-bytes", "60M", "--vm-hang", "0"];
    const container = { image: "polinux/stress", command, resources: before };
    const cluster = clusterWith({}, podWith("p", container));
    cluster.advance(10 * SECOND);
    const resources = { requests: { memory: "32Mi" }, limits: { memory: "32Mi" } };
    expect(resize(cluster, { containers: [{ name: "c", resources }] })).toEqual([]);
    cluster.advance(5 * SECOND);
    const message = expect.stringMatching(
      /^attempting to set container "c" memory limit \(33554432\) below current usage \(\d+\)$/,
    );
    expect(conditionsOf(cluster)).toMatchObject([
      { type: "PodResizeInProgress", status: "True", reason: "Error", message },
    ]);
    expect(containerOf(cluster)).toMatchObject({ restartCount: 0, resources: { limits: { memory: "128Mi" } } });
    expect(cluster.events().filter((line) => line.includes("ResizeError"))).toHaveLength(1);
    cluster.advance(3600 * SECOND);
    expect(cluster.nextDueAtMs).toBeNull();
  });
});

describe("containers of a resize", () => {
  const requests = { cpu: "10m" };

  it("keep their names", () => {
    const cluster = running(undefined, { requests });
    const containers = [
      { name: "other", resources: { requests } },
      { $patch: "delete", name: "c" },
    ];
    expect(resize(cluster, { containers })).toEqual([
      "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize",
    ]);
    expect(podOf(cluster)).toMatchObject({ metadata: { generation: 1 }, spec: { containers: [{ name: "c" }] } });
  });

  it("are neither added nor removed", () => {
    const cluster = running(undefined, { requests });
    const problem = (field: string) => `spec.${field}: Forbidden: ${field} may not be added or removed on resize`;
    const added = [{ name: "d", image: "nginx" }];
    expect(resize(cluster, { containers: added })).toEqual([problem("containers")]);
    expect(resize(cluster, { initContainers: added })).toEqual([problem("initContainers")]);
  });
});

describe("resources of a container", () => {
  it("are granted at once and applied after a moment", () => {
    const cluster = running(undefined, { requests: { cpu: "10m" }, limits: { cpu: "20m" } });
    expect(resize(cluster, { containers: [{ name: "c", resources: { requests: { cpu: "15m" } } }] })).toEqual([]);
    cluster.advance(100);
    expect(containerOf(cluster)).toMatchObject({
      allocatedResources: { cpu: "15m" },
      resources: { requests: { cpu: "10m" } },
    });
    expect(podOf(cluster).status.allocatedResources).toEqual({ cpu: "15m" });
    cluster.advance(5 * SECOND);
    expect(containerOf(cluster)).toMatchObject({ restartCount: 0, resources: { requests: { cpu: "15m" } } });
  });

  it.each<[ResourceRequirements, ResourceRequirements, string]>([
    [
      {},
      { requests: { memory: "40Mi" } },
      'spec: Invalid value: "BestEffort": Pod QOS Class may not change as a result of resizing',
    ],
    [
      { requests: { cpu: "10m" }, limits: { cpu: "20m" } },
      { limits: { cpu: null as unknown as string } },
      "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed",
    ],
    [
      { requests: { cpu: "10m" } },
      { requests: { "ephemeral-storage": "1Gi" } },
      "spec: Forbidden: only cpu and memory resources are mutable",
    ],
  ])("may not be resized: %j by %j", (resources, patch, problem) => {
    expect(resize(running(undefined, resources), { containers: [{ name: "c", resources: patch }] })).toContain(problem);
  });
});
