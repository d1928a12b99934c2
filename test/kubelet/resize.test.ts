/** In-place changes of resources, of containers and of the pod as a whole. */
import { describe, expect, it } from "vitest";
import { handle } from "../../src/apiserver/handle.ts";
import { withInfo } from "../../src/apiserver/request-info.ts";
import type { ClusterTransaction } from "../../src/cluster/cluster-transaction.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { PodSpec, ResourceRequirements } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

const SECOND = 1000;

/** `kubectl patch pod p --subresource resize`. Returns the causes of a refusal. */
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

  it("stay as they are while the node cannot grant more", () => {
    const cluster = running({ requests: { cpu: "100m" } });
    expect(resize(cluster, { resources: { requests: { cpu: "1000" } } })).toEqual([]);
    cluster.advance(5 * SECOND);
    expect(conditionsOf(cluster)).toMatchObject([
      {
        type: "PodResizePending",
        reason: "Infeasible",
        message: expect.stringMatching(/^Node didn't have enough capacity: cpu, requested: 1000000, capacity: \d+$/),
      },
    ]);
    expect(podOf(cluster).status.resources).toEqual({ requests: { cpu: "100m" } });
    expect(podOf(cluster).status.allocatedResources).toEqual({ cpu: "100m" });
    expect(resize(cluster, { resources: { requests: { cpu: "200m" } } })).toEqual([]);
    cluster.advance(5 * SECOND);
    expect(podOf(cluster).status.resources).toEqual({ requests: { cpu: "200m" } });
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
