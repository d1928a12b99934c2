/** Nodes that run out of memory, and the pods that they evict. */
import { describe, expect, it } from "vitest";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { priorityClassKind } from "../../src/kinds/scheduling/priority-class.ts";
import type { Container, Pod, PodSpec } from "../../src/schema/index.ts";
import { deployment } from "../support/builders.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, podWith } from "./clusters.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const IMAGE = "polinux/stress";

/** A node has 8 GiB, of which its own processes take 420 MB. */
function holding(name: string, memory: string, container: Partial<Container> = {}, spec: Partial<PodSpec> = {}): Pod {
  const command = ["stress", "--vm", "1", "--vm-bytes", memory, "--vm-hang", "0"];
  return podWith(
    name,
    { image: IMAGE, command, ...container },
    { nodeName: "node-1", restartPolicy: "Never", ...spec },
  );
}

function cluster(...pods: Pod[]): TestCluster {
  const world = clusterWith({ nodes: [{}, {}] });
  world.advance(SECOND);
  for (const pod of pods) world.create(podKind, pod);
  return world;
}

const phaseOf = (world: TestCluster, name: string) => world.get(podKind, name)?.status.phase;
const requesting = (memory: string) => ({ resources: { requests: { memory } } });

function pressure(world: TestCluster) {
  const { status, spec } = world.get(nodeKind, "node-1")!;
  const { status: value, reason } = status.conditions!.find(({ type }) => type === "MemoryPressure")!;
  return { value, reason, taints: (spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`) };
}

describe("a node without memory", () => {
  it("evicts a pod above its requests, says why, and recovers after five minutes", () => {
    const world = cluster(holding("modest", "4000M", requesting("4Gi")), holding("greedy", "4200M"));
    world.advance(30 * SECOND);
    expect(phaseOf(world, "modest")).toBe("Running");
    const { phase, reason, message } = world.get(podKind, "greedy")!.status;
    expect({ phase, reason }).toEqual({ phase: "Failed", reason: "Evicted" });
    expect(message).toMatch(
      /^The node was low on resource: memory\. Threshold quantity: 100Mi, available: \d+Ki\. Container c was using \d+Ki, request is 0, has larger consumption of memory\. $/,
    );
    expect(pressure(world)).toEqual({
      ...{ value: "True", reason: "KubeletHasInsufficientMemory" },
      taints: ["node.kubernetes.io/memory-pressure:NoSchedule"],
    });
    expect(world.events()).toContain(`Warning Evicted Pod/greedy x1: ${message}`);
    expect(world.events("default").filter((line) => line.includes("Node/node-1"))).toEqual(
      expect.arrayContaining([
        "Warning EvictionThresholdMet Node/node-1 x1: Attempting to reclaim memory",
        "Normal NodeHasInsufficientMemory Node/node-1 x1: Node node-1 status is now: NodeHasInsufficientMemory",
      ]),
    );
    world.advance(6 * MINUTE);
    expect(pressure(world)).toEqual({ value: "False", reason: "KubeletHasSufficientMemory", taints: [] });
    expect(phaseOf(world, "modest")).toBe("Running");
  });

  it("evicts pods of the lowest priority first, and critical ones never", () => {
    const world = clusterWith({ nodes: [{}, {}] });
    world.advance(SECOND);
    const metadata = { name: "high" };
    world.create(priorityClassKind, { metadata, value: 1000 } as never);
    world.create(podKind, holding("important", "3000M", {}, { priorityClassName: "high" }));
    world.create(podKind, holding("usual", "2600M"));
    world.create(podKind, holding("critical", "3000M", {}, { priorityClassName: "system-node-critical" }));
    world.advance(MINUTE);
    expect(["important", "usual", "critical"].map((name) => phaseOf(world, name))).toEqual([
      ...["Running", "Failed", "Running"],
    ]);
  });

  it("sends no new pods to it, and controllers replace the evicted ones elsewhere", () => {
    const world = cluster(holding("first", "4200M", requesting("4Gi")));
    const web = deployment("web", { image: IMAGE, replicas: 1 });
    const [container] = web.spec.template.spec!.containers;
    Object.assign(container!, { command: ["stress", "--vm", "1", "--vm-bytes", "4200M", "--vm-hang", "0"] });
    web.spec.template.spec!.nodeSelector = { "kubernetes.io/hostname": "node-1" };
    world.create(deploymentKind, web);
    world.advance(40 * SECOND);
    const pods = world.list(podKind, "default").filter(({ metadata }) => metadata.labels?.["app"] === "web");
    expect(pods.map(({ status }) => status.reason ?? status.phase).sort()).toEqual(["Evicted", "Pending"]);
    const waiting = pods.find(({ status }) => status.phase === "Pending")!;
    const scheduled = waiting.status.conditions!.find(({ type }) => type === "PodScheduled")!;
    expect(scheduled.message).toContain("1 node(s) had untolerated taint(s)");
  });

  it("notices memory that a process takes later", () => {
    const late = "sleep 90; exec stress --vm 1 --vm-bytes 4200M --vm-hang 0";
    const world = cluster(
      holding("modest", "4000M", requesting("4Gi")),
      holding("late", "", { command: ["sh", "-c", late] }),
    );
    world.advance(80 * SECOND);
    expect(pressure(world).value).toBe("False");
    world.advance(40 * SECOND);
    expect(world.get(podKind, "late")!.status.reason).toBe("Evicted");
  });
});

describe("pods with the node's name under pressure", () => {
  it("are rejected without requests, and admitted with them", () => {
    const world = cluster(holding("modest", "4000M", requesting("4Gi")), holding("greedy", "4200M"));
    world.advance(40 * SECOND);
    world.create(podKind, holding("plain", "1M"));
    world.create(podKind, holding("asking", "1M", requesting("1Mi")));
    world.advance(20 * SECOND);
    expect(phaseOf(world, "asking")).toBe("Running");
    expect(world.get(podKind, "plain")!.status).toMatchObject({
      ...{ phase: "Failed", reason: "Evicted" },
      message: "Pod was rejected: The node had condition: [MemoryPressure]. ",
    });
  });
});

describe("a node with memory", () => {
  it("has no due work", () => {
    const world = cluster(holding("one", "200M"), holding("two", "3000M"));
    world.advance(2 * MINUTE);
    world.settle(30 * MINUTE);
    expect(pressure(world)).toEqual({ value: "False", reason: "KubeletHasSufficientMemory", taints: [] });
    const { commits } = world;
    world.advance(30 * MINUTE);
    expect(world.commits).toBe(commits);
  });
});
