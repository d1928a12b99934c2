/**
 * Tests of sig-scheduling and sig-architecture.
 * Kubernetes: test/e2e/scheduling, test/e2e/architecture
 */
import { expect } from "vitest";
import { apiOperations } from "./api-case.ts";
import { type ConformanceCluster, conditionOf, type Json } from "./cluster.ts";
import { AGNHOST, alwaysPod, named, PAUSE, pod } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const priorityClass = (name: string, value: number) => named("scheduling.k8s.io/v1", "PriorityClass", { value })(name);

/** Two pods fill the scarce resource of one node, so a more important one needs the place of the less important. */
async function preempts(cluster: ConformanceCluster, important: Json): Promise<Json> {
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } };
  const scarce = "scheduling.k8s.io/foo";
  const patch = { status: { capacity: { [scarce]: "2" }, allocatable: { [scarce]: "2" } } };
  await cluster.patch(node, patch, { subresource: "status" });
  await cluster.eventually(async () => (await cluster.get(node)).status.allocatable[scarce] === "2");
  const amounts = { [scarce]: "1" };
  const resources = { requests: amounts, limits: amounts };
  const spec = (priorityClassName: string) => ({
    priorityClassName,
    nodeSelector: { "kubernetes.io/hostname": "node-1" },
  });
  const low = alwaysPod("pod-low", { image: PAUSE, resources }, spec("e2e-low"));
  const medium = alwaysPod("pod-medium", { image: PAUSE, resources }, spec("e2e-medium"));
  for (const [name, value] of [
    ["e2e-low", 1],
    ["e2e-medium", 100],
    ["e2e-high", 1000],
  ] as const) {
    const made = priorityClass(name, value);
    if ((await cluster.request("GET", cluster.pathOf(made))).status === 404) await cluster.create(made);
  }
  await cluster.createSync(low);
  await cluster.createSync(medium);
  const winner = {
    ...important,
    spec: { ...important.spec, containers: [{ ...important.spec.containers[0], resources }] },
  };
  winner.spec.nodeSelector = { "kubernetes.io/hostname": "node-1" };
  await cluster.create(winner);
  return { low, medium, winner };
}

const scheduling: Stories = {
  "LimitRange should create a LimitRange with defaults and ensure pod has those defaults applied.": async (cluster) => {
    const limits = [
      {
        type: "Container",
        min: { cpu: "50m", memory: "100Mi", "ephemeral-storage": "100Gi" },
        max: { cpu: "500m", memory: "500Mi", "ephemeral-storage": "500Gi" },
        default: { cpu: "500m", memory: "500Mi", "ephemeral-storage": "500Gi" },
        defaultRequest: { cpu: "100m", memory: "200Mi", "ephemeral-storage": "200Gi" },
      },
    ];
    await cluster.create(named("v1", "LimitRange", { spec: { limits } })("limit-range"));
    const made = await cluster.create(pod("pod-no-resources", [{ image: PAUSE }]));
    expect(made.spec.containers[0].resources).toEqual({
      requests: limits[0]!.defaultRequest,
      limits: limits[0]!.default,
    });
    const small = pod("too-small", [{ image: PAUSE, resources: { requests: { cpu: "10m" } } }]);
    expect((await cluster.request("POST", cluster.path("v1", "pods"), small)).status).toBe(403);
    const large = pod("too-large", [{ image: PAUSE, resources: { limits: { cpu: "600m" } } }]);
    expect((await cluster.request("POST", cluster.path("v1", "pods"), large)).status).toBe(403);
  },
  "LimitRange should list, patch and delete a LimitRange by collection": (c) =>
    apiOperations(c, {
      object: named("v1", "LimitRange", {
        spec: { limits: [{ type: "Container", max: { cpu: "500m" }, default: { cpu: "500m" } }] },
      }),
    }),
  "SchedulerPredicates [Serial] validates that NodeSelector is respected if not matching": async (cluster) => {
    const made = alwaysPod("restricted-pod", { image: PAUSE }, { nodeSelector: { label: "nonempty" } });
    await cluster.create(made);
    await cluster.pass(10_000);
    expect(conditionOf(await cluster.get(made), "PodScheduled")).toBe("False");
    const events = await cluster.list("v1", "events", "fieldSelector=reason%3DFailedScheduling");
    expect(events[0]?.message).toContain("node(s) didn't match Pod's node affinity/selector");
  },
  "SchedulerPredicates [Serial] validates that NodeSelector is respected if matching": async (cluster) => {
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-2" } };
    await cluster.patch(node, { metadata: { labels: { "kubernetes.io/e2e": "42" } } });
    const made = alwaysPod("with-labels", { image: PAUSE }, { nodeSelector: { "kubernetes.io/e2e": "42" } });
    expect((await cluster.createSync(made)).spec.nodeName).toBe("node-2");
    await cluster.patch(node, { metadata: { labels: { "kubernetes.io/e2e": null } } });
  },
  "SchedulerPredicates [Serial] validates resource limits of pods that are allowed to run": async (cluster) => {
    const made = alwaysPod("additional-pod", { image: PAUSE, resources: { requests: { cpu: "1000" } } });
    await cluster.create(made);
    await cluster.pass(10_000);
    const events = await cluster.list("v1", "events", "fieldSelector=reason%3DFailedScheduling");
    expect(events[0]?.message).toContain("Insufficient cpu");
  },
  "SchedulerPredicates [Serial] validates that there exists conflict between pods with same hostPort and protocol but one using 0.0.0.0 hostIP":
    async (cluster) => {
      const nodeSelector = { "kubernetes.io/hostname": "node-1" };
      const ports = (hostIP: string) => [{ containerPort: 80, hostPort: 54322, hostIP, protocol: "TCP" }];
      await cluster.createSync(alwaysPod("pod4", { image: AGNHOST, ports: ports("") }, { nodeSelector }));
      const second = alwaysPod("pod5", { image: AGNHOST, ports: ports("192.168.0.11") }, { nodeSelector });
      await cluster.create(second);
      await cluster.pass(10_000);
      expect(conditionOf(await cluster.get(second), "PodScheduled")).toBe("False");
    },
  "SchedulerPreemption [Serial] validates basic preemption works": async (cluster) => {
    const { low, medium, winner } = await preempts(
      cluster,
      alwaysPod("preemptor-pod", { image: PAUSE }, { priorityClassName: "e2e-high" }),
    );
    await cluster.phase(winner, "Running");
    expect((await cluster.request("GET", cluster.pathOf(low))).status).toBe(404);
    expect((await cluster.get(medium)).metadata.deletionTimestamp).toBeUndefined();
  },
  "SchedulerPreemption [Serial] validates lower priority pod preemption by critical pod": async (cluster) => {
    const critical = alwaysPod(
      "critical-pod",
      { image: PAUSE },
      { priorityClassName: "system-cluster-critical" },
      { namespace: "kube-system" },
    );
    const { low, winner } = await preempts(cluster, critical);
    await cluster.phase(winner, "Running");
    expect((await cluster.request("GET", cluster.pathOf(low))).status).toBe(404);
    await cluster.deleteSync(winner, { gracePeriodSeconds: 0 });
  },
  "SchedulerPreemption [Serial] validates pod disruption condition is added to the preempted pod": async (cluster) => {
    const important = alwaysPod("preemptor-pod", { image: PAUSE }, { priorityClassName: "e2e-high" });
    const path = `${cluster.path("v1", "pods")}?watch=true&fieldSelector=metadata.name%3Dpod-low`;
    const events = await cluster.watch(
      path,
      (seen) => seen.some(({ object }) => conditionOf(object, "DisruptionTarget") === "True"),
      async () => {
        await preempts(cluster, important);
      },
    );
    const seen = events.find(({ object }) => conditionOf(object, "DisruptionTarget") === "True")!.object;
    expect(seen.status.conditions.find(({ type }: Json) => type === "DisruptionTarget").reason).toBe(
      "PreemptionByScheduler",
    );
  },
  "SchedulerPreemption [Serial] PriorityClass endpoints verify PriorityClass endpoints can be operated with different HTTP methods":
    (c) => apiOperations(c, { object: (name) => ({ ...priorityClass(name, 1), description: "e2e" }) }),
};

stories("[sig-scheduling]", scheduling);
stories("[sig-architecture]", {
  "Conformance Tests should have at least two untainted nodes": async (cluster) => {
    const { items } = (await cluster.request("GET", "/api/v1/nodes")).body;
    expect(items.filter(({ spec }: Json) => !spec.taints?.length).length).toBeGreaterThanOrEqual(2);
  },
});
