/** Nodes that run out of memory or disk, and the pods that they evict. */
import { describe, expect, it } from "vitest";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { priorityClassKind } from "../../src/kinds/scheduling/priority-class.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { podUsage } from "../../src/kubelet/usage/pod-usage.ts";
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

const GIB = 1024 ** 3;

/** A node has a disk of 50 GiB, of which its system takes 6 GiB. */
function filling(name: string, script: string, container: Partial<Container> = {}): Pod {
  const mounted = { volumeMounts: [{ name: "scratch", mountPath: "/scratch" }] };
  return podWith(
    name,
    { image: "busybox", command: ["sh", "-c", `${script}; sleep 86400`], ...mounted, ...container },
    { nodeName: "node-1", restartPolicy: "Never", volumes: [{ name: "scratch", emptyDir: {} }] },
  );
}

function diskPressure(world: TestCluster) {
  const { status, spec } = world.get(nodeKind, "node-1")!;
  const { status: value, reason } = status.conditions!.find(({ type }) => type === "DiskPressure")!;
  return { value, reason, taints: (spec.taints ?? []).map(({ key }) => key) };
}

describe("a node without disk", () => {
  it("evicts the pod that takes the most, though no client looks, and recovers after five minutes", () => {
    const world = cluster(
      filling("modest", "fallocate -l 10G /scratch/a"),
      filling("greedy", "sleep 60; dd if=/dev/zero of=/tmp/b bs=1M count=30720"),
    );
    world.advance(50 * SECOND);
    expect(diskPressure(world)).toEqual({ value: "False", reason: "KubeletHasNoDiskPressure", taints: [] });
    world.advance(3 * MINUTE);
    expect(phaseOf(world, "modest")).toBe("Running");
    const { phase, reason, message } = world.get(podKind, "greedy")!.status;
    expect({ phase, reason }).toEqual({ phase: "Failed", reason: "Evicted" });
    expect(message).toMatch(
      /^The node was low on resource: ephemeral-storage\. Threshold quantity: 5Gi, available: \d+Ki\. Container c was using \d+Ki, request is 0, has larger consumption of ephemeral-storage\. $/,
    );
    expect(diskPressure(world)).toEqual({
      ...{ value: "True", reason: "KubeletHasDiskPressure" },
      taints: ["node.kubernetes.io/disk-pressure"],
    });
    expect(world.events("default").filter((line) => line.includes("Node/node-1"))).toEqual(
      expect.arrayContaining([
        "Warning EvictionThresholdMet Node/node-1 x1: Attempting to reclaim ephemeral-storage",
        "Normal NodeHasDiskPressure Node/node-1 x1: Node node-1 status is now: NodeHasDiskPressure",
        expect.stringMatching(
          /^Warning FreeDiskSpaceFailed .*: Failed to garbage collect required amount of images\. Attempted to free \d+ bytes, but only found 0 bytes eligible to free\.$/,
        ),
      ]),
    );
    world.advance(6 * MINUTE);
    expect(diskPressure(world)).toEqual({ value: "False", reason: "KubeletHasNoDiskPressure", taints: [] });
    expect(world.nextDueAtMs).toBeGreaterThan(world.nowMs + 3600 * SECOND);
  });

  it("admits no pod with its name, even one with requests", () => {
    const world = cluster(filling("full", "fallocate -l 41G /scratch/a"));
    world.advance(15 * SECOND);
    world.create(podKind, filling("next", "true", requesting("1Mi")));
    world.advance(5 * SECOND);
    expect(world.get(podKind, "next")!.status).toMatchObject({
      ...{ phase: "Failed", reason: "Evicted" },
      message: "Pod was rejected: The node had condition: [DiskPressure]. ",
    });
  });

  it("has no space for larger files, and frees that of removed ones", () => {
    const script = [
      "fallocate -l 38G /tmp/a && fallocate -l 7G /scratch/b",
      "rm /scratch/b && dd if=/dev/zero of=/scratch/c bs=1G count=7",
      "rm /tmp/a && echo >/scratch/c && fallocate -l 38G /scratch/d && cp /scratch/d /scratch/e",
      "cat /scratch/d; ls -l /scratch | awk '{ print $5, $9 }'; rm /scratch/*",
    ];
    const world = cluster(filling("p", script.join("; ")));
    world.advance(3 * MINUTE);
    expect(phaseOf(world, "p")).toBe("Running");
    expect(diskPressure(world).value).toBe("False");
    const target = { pod: world.get(podKind, "p")!, container: "c" };
    const log = world.write((tx) => containerAccess.readLog(tx, target, { previous: false, timestamps: false }));
    expect(log.text.split("\n")).toEqual([
      "fallocate: fallocate '/scratch/b': No space left on device",
      "dd: error writing '/scratch/c': No space left on device",
      "7+0 records in",
      "6+0 records out",
      expect.stringMatching(/^6442450944 bytes \(6\.0GB\) copied, 6\.\d+ seconds, /),
      "cp: can't create '/scratch/e': No space left on device",
      "cat: can't open '/scratch/d': File too large",
      " ",
      "1 c",
      `${38 * GIB} d`,
      `${6 * GIB - 1} e`,
      "",
    ]);
  });

  it("shows its disk to all containers, as it is at each instant", () => {
    const script = "fallocate -l 10G /tmp/a; fallocate -l 5G /scratch/b; df / /scratch | awk '{ print $2, $3, $5 }'";
    const world = cluster(filling("p", script));
    world.advance(10 * SECOND);
    const target = { pod: world.get(podKind, "p")!, container: "c" };
    const log = world.write((tx) => containerAccess.readLog(tx, target, { previous: false, timestamps: false }));
    expect(log.text).toBe("1K-blocks Used Use%\n52428800 16777216 32%\n52428800 11534336 22%\n");
    world.advance(MINUTE);
    expect(world.write((tx) => podUsage(tx, target.pod))).toMatchObject({
      containers: [{ name: "c", diskBytes: 10 * GIB }],
      volumeBytes: 5 * GIB,
    });
  });

  it("ends a pod whose files exceed its limit, though no client looks", () => {
    const limits = { "ephemeral-storage": "5Mi" };
    const world = cluster(
      filling("p", "sleep 10; dd if=/dev/zero of=file bs=1M count=10", { resources: { limits } }),
      filling("q", `sleep 10; dd if=/dev/zero of=/scratch/f bs=1M count=${GIB / 1024 ** 2}`),
    );
    world.advance(2 * MINUTE);
    expect(world.get(podKind, "p")!.status).toMatchObject({
      ...{ phase: "Failed", reason: "Evicted" },
      message: "Pod ephemeral local storage usage exceeds the total limit of containers 5Mi. ",
    });
    expect(phaseOf(world, "q")).toBe("Running");
  });
});
