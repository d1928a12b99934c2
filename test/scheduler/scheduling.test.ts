import { describe, expect, it } from "vitest";
import type { NodeSettings } from "../../src/cluster/settings.ts";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { persistentVolumeClaimKind } from "../../src/kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { podDisruptionBudgetKind } from "../../src/kinds/policy/pod-disruption-budget.ts";
import { priorityClassKind } from "../../src/kinds/scheduling/priority-class.ts";
import { storageClassKind } from "../../src/kinds/storage/storage-class.ts";
import { SELECTED_NODE } from "../../src/kinds/storage/volume-names.ts";
import type { Node, Pod, PodSpec } from "../../src/schema/index.ts";
import { pod } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";

const SECOND = 1000;

function podWith(name: string, spec: Partial<PodSpec>, labels: Record<string, string> = {}): Pod {
  const built = pod(name, { labels });
  built.spec = { ...built.spec, ...spec };
  return built;
}

function asking(name: string, requests: Record<string, string>, spec: Partial<PodSpec> = {}): Pod {
  const built = podWith(name, spec);
  built.spec.containers[0]!.resources = { requests };
  return built;
}

function clusterOf(nodes: NodeSettings[], ...pods: Pod[]): TestCluster {
  // No controller changes the claims of the story.
  const controllers = allControllers.filter(({ name }) => !name.includes("volume"));
  const cluster = new TestCluster({ controllers, settings: { nodes, latency: "instant" } });
  for (const each of pods) place(cluster, each);
  return cluster;
}

/** Creates the pod and runs the scheduler. Returns the node's name, or the reason why the pod is pending. */
function place(cluster: TestCluster, wanted: Pod): string {
  cluster.create(podKind, wanted);
  cluster.advance(SECOND);
  return whereIs(cluster, wanted.metadata.name ?? "");
}

function whereIs(cluster: TestCluster, name: string): string {
  const { spec, status } = cluster.get(podKind, name)!;
  return spec.nodeName ?? status.conditions?.find(({ type }) => type === "PodScheduled")?.message ?? "nowhere";
}

function changeNode(cluster: TestCluster, name: string, change: (node: Node) => void): void {
  cluster.update(nodeKind, cluster.get(nodeKind, name)!, change);
  cluster.advance(SECOND);
}

/** The first part of the message: the nodes' reasons. */
function reasonsOf(message: string): string {
  return message.replace(/ no new claims.*/, "");
}

describe("which nodes a pod may run on", () => {
  it("by selector and affinity", () => {
    const cluster = clusterOf([{ labels: { disk: "hdd", cores: "4" } }, { labels: { disk: "ssd", cores: "16" } }, {}]);
    const required = (key: string, operator: string, values?: string[]): Partial<PodSpec> => ({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key, operator, ...(values && { values }) }] }],
          },
        },
      },
    });
    expect(place(cluster, podWith("a", { nodeSelector: { disk: "ssd" } }))).toBe("node-2");
    expect(place(cluster, podWith("b", required("disk", "NotIn", ["hdd", "ssd"])))).toBe("node-3");
    expect(place(cluster, podWith("c", required("cores", "Lt", ["8"])))).toBe("node-1");
    expect(place(cluster, podWith("d", required("disk", "DoesNotExist")))).toBe("node-3");
    expect(reasonsOf(place(cluster, podWith("e", required("disk", "In", ["nvme"]))))).toBe(
      "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
    );
  });

  it("by taints, cordons and resources, each node with its reason", () => {
    const taints = [{ key: "gpu", value: "yes", effect: "NoSchedule" as const }];
    const cluster = clusterOf([{ taints }, {}, { capacity: { memory: "1Gi" } }, { capacity: { pods: "1" } }]);
    changeNode(cluster, "node-2", ({ spec }) => {
      spec.unschedulable = true;
    });
    expect(reasonsOf(place(cluster, asking("a", { memory: "2Gi" })))).toBe(
      "0/4 nodes are available: 1 Insufficient memory, 1 Too many pods, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable.",
    );
    const tolerations = [{ key: "gpu", operator: "Equal", value: "yes", effect: "NoSchedule" }];
    expect(place(cluster, asking("b", { memory: "2Gi" }, { tolerations }))).toBe("node-1");
  });

  it("by host ports", () => {
    const withPort = (name: string) => {
      const built = pod(name);
      built.spec.containers[0]!.ports = [{ containerPort: 80, hostPort: 8080, protocol: "TCP" }];
      return built;
    };
    const cluster = clusterOf([{}, {}], withPort("a"), withPort("b"));
    expect([whereIs(cluster, "a"), whereIs(cluster, "b")].sort()).toEqual(["node-1", "node-2"]);
    expect(reasonsOf(place(cluster, withPort("c")))).toBe(
      "0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports.",
    );
  });

  it("by the pods of the nodes", () => {
    const term = { labelSelector: { matchLabels: { app: "db" } }, topologyKey: "kubernetes.io/hostname" };
    const terms = { requiredDuringSchedulingIgnoredDuringExecution: [term] };
    const cluster = clusterOf([{}, {}, {}]);
    const apart = (name: string) => podWith(name, { affinity: { podAntiAffinity: terms } }, { app: "db" });
    const nodes = ["a", "b", "c"].map((name) => place(cluster, apart(name)));
    expect(new Set(nodes).size).toBe(3);
    expect(reasonsOf(place(cluster, apart("d")))).toBe(
      "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.",
    );
    expect(reasonsOf(place(cluster, podWith("e", {}, { app: "db" })))).toBe(
      "0/3 nodes are available: 3 node(s) didn't satisfy existing pods anti-affinity rules.",
    );
    const near = clusterOf([{}, {}, {}], podWith("db", { nodeName: "node-2" }, { app: "db" }));
    expect(place(near, podWith("web", { affinity: { podAffinity: terms } }))).toBe("node-2");
  });

  it("by a required topology spread over zones", () => {
    const zone = (name: string) => ({ labels: { "topology.kubernetes.io/zone": name } });
    const cluster = clusterOf([zone("a"), zone("a"), zone("b")]);
    const constraint = {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "DoNotSchedule",
      labelSelector: { matchLabels: { app: "web" } },
    };
    const zones = ["1", "2", "3", "4"].map((n) => {
      const node = place(cluster, podWith(n, { topologySpreadConstraints: [constraint] }, { app: "web" }));
      return node === "node-3" ? "b" : "a";
    });
    expect(zones.filter((name) => name === "b")).toHaveLength(2);
    changeNode(cluster, "node-3", ({ spec }) => {
      spec.unschedulable = true;
    });
    place(cluster, podWith("5", { topologySpreadConstraints: [constraint] }, { app: "web" }));
    expect(reasonsOf(place(cluster, podWith("6", { topologySpreadConstraints: [constraint] }, { app: "web" })))).toBe(
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match pod topology spread constraints.",
    );
  });
});

describe("which node is best", () => {
  it("replicas are spread over the nodes", () => {
    const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "u", controller: true };
    // The garbage collector would remove pods whose owner does not exist.
    const controllers = allControllers.filter(({ name }) => name === "scheduler");
    const cluster = new TestCluster({ controllers, settings: { nodes: [{}, {}, {}] } });
    const nodes = [1, 2, 3, 4, 5, 6].map((n) => {
      const built = pod(`web-${n}`);
      built.metadata.ownerReferences = [owner];
      return place(cluster, built);
    });
    for (const node of ["node-1", "node-2", "node-3"]) expect(nodes.filter((name) => name === node)).toHaveLength(2);
  });

  it("preferences count, and PreferNoSchedule taints, too", () => {
    const cluster = clusterOf([
      { taints: [{ key: "slow", effect: "PreferNoSchedule" }] },
      { labels: { disk: "ssd" } },
      { taints: [{ key: "slow", effect: "PreferNoSchedule" }] },
    ]);
    expect(place(cluster, pod("a"))).toBe("node-2");
    const preference = { matchExpressions: [{ key: "disk", operator: "In", values: ["ssd"] }] };
    const affinity = {
      nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference }] },
    };
    expect(place(cluster, podWith("b", { affinity }))).toBe("node-2");
  });

  it("the same seed has the same result", () => {
    const run = (seed: string) => {
      const cluster = new TestCluster({ controllers: allControllers, seed, settings: { latency: "instant" } });
      return Array.from({ length: 12 }, (_, n) => place(cluster, pod(`p${n}`))).join();
    };
    expect(run("x")).toBe(run("x"));
    expect(new Set(["a", "b", "c", "d"].map(run)).size).toBeGreaterThan(1);
  });
});

describe("a pod that cannot be placed", () => {
  it("is placed when a node gets free, a label appears or a cordon is lifted", () => {
    const cluster = clusterOf([{ capacity: { cpu: "2" } }], asking("first", { cpu: "1" }));
    expect(reasonsOf(place(cluster, asking("second", { cpu: "1" })))).toBe(
      "0/1 nodes are available: 1 Insufficient cpu.",
    );
    expect(place(cluster, podWith("picky", { nodeSelector: { disk: "ssd" } }))).toMatch(/didn't match/);
    cluster.delete(podKind, cluster.get(podKind, "first")!, { gracePeriodSeconds: 0 });
    cluster.advance(SECOND);
    expect(whereIs(cluster, "second")).toBe("node-1");
    changeNode(cluster, "node-1", ({ metadata }) => {
      metadata.labels = { ...metadata.labels, disk: "ssd" };
    });
    expect(whereIs(cluster, "picky")).toBe("node-1");
  });

  it("reports the effect of preemption", () => {
    const cluster = clusterOf([{ capacity: { cpu: "2" } }], asking("first", { cpu: "1" }));
    expect(place(cluster, asking("second", { cpu: "1" }))).toBe(
      "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    );
    expect(place(cluster, asking("huge", { cpu: "9" }))).toMatch(/1 Preemption is not helpful for scheduling\.$/);
  });

  it("has no due work while nothing changes", () => {
    const cluster = clusterOf([{}], podWith("picky", { nodeSelector: { disk: "ssd" } }));
    expect(cluster.nextDueAtMs).toBeNull();
  });
});

describe("volumes", () => {
  const claim = (name: string, storageClassName: string) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: "default" },
    spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    status: {},
  });
  const using = (name: string, claimName: string) =>
    podWith(name, { volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] });
  const lateClass = (provisioner: string) => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "late" },
    provisioner,
    volumeBindingMode: "WaitForFirstConsumer",
  });

  it("a pod waits for a claim that does not exist or is not bound", () => {
    const cluster = clusterOf([{}]);
    expect(place(cluster, using("a", "data"))).toBe(
      '0/1 nodes are available: persistentvolumeclaim "data" not found. not found',
    );
    cluster.create(persistentVolumeClaimKind, claim("data", "by-hand"));
    cluster.advance(SECOND);
    expect(whereIs(cluster, "a")).toBe(
      "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found",
    );
  });

  it("a claim may wait for the pod, which waits until its volume exists", () => {
    const cluster = clusterOf([{}, {}, {}]);
    cluster.create(storageClassKind, lateClass("example.com/slow"));
    const data = cluster.create(persistentVolumeClaimKind, claim("data", "late"));
    expect(place(cluster, using("a", "data"))).toBe("nowhere");
    const chosen = cluster.get(persistentVolumeClaimKind, "data")!.metadata.annotations?.[SELECTED_NODE];
    expect(chosen).toMatch(/^node-[123]$/);
    cluster.update(persistentVolumeClaimKind, data, ({ spec }) => {
      spec.volumeName = "v1";
    });
    cluster.updateStatus(persistentVolumeClaimKind, data, ({ status }) => {
      status.phase = "Bound";
    });
    cluster.advance(SECOND);
    expect(whereIs(cluster, "a")).toBe(chosen);
  });

  it("a pod reports that no existing volume fits", () => {
    const cluster = clusterOf([{}, {}]);
    cluster.create(storageClassKind, lateClass("kubernetes.io/no-provisioner"));
    cluster.create(persistentVolumeClaimKind, claim("data", "late"));
    expect(reasonsOf(place(cluster, using("a", "data")))).toBe(
      "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.",
    );
  });
});

describe("priority", () => {
  const important = {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name: "important" },
    value: 1000,
  };

  it("as few pods as possible are preempted", () => {
    const cluster = clusterOf([{ capacity: { cpu: "4" } }], asking("small", { cpu: "1" }), asking("big", { cpu: "2" }));
    cluster.create(priorityClassKind, important);
    place(cluster, asking("vip", { cpu: "2" }, { priorityClassName: "important" }));
    cluster.advance(5 * SECOND);
    expect(whereIs(cluster, "vip")).toBe("node-1");
    expect(cluster.get(podKind, "big")).toBeUndefined();
    expect(cluster.get(podKind, "small")).toBeDefined();
  });

  /** A budget that allows no disruption of pods with the label. */
  function guard(cluster: TestCluster, labels: Record<string, string>): void {
    cluster.create(podDisruptionBudgetKind, {
      ...{ kind: "PodDisruptionBudget", apiVersion: "policy/v1", metadata: { name: "guard", namespace: "default" } },
      spec: { maxUnavailable: 0, selector: { matchLabels: labels } },
      status: {} as never,
    });
    cluster.advance(SECOND);
  }
  const guarded = (name: string) => ({
    ...asking(name, { cpu: "1500m" }),
    metadata: { name, namespace: "default", labels: { keep: "me" } },
  });

  it("pods whose budgets allow no disruption stay, if others can be preempted", () => {
    const cluster = clusterOf([{ capacity: { cpu: "4" } }], guarded("a"), asking("b", { cpu: "1500m" }));
    cluster.create(priorityClassKind, important);
    guard(cluster, { keep: "me" });
    place(cluster, asking("vip", { cpu: "1500m" }, { priorityClassName: "important" }));
    cluster.advance(5 * SECOND);
    expect(whereIs(cluster, "vip")).toBe("node-1");
    expect(cluster.get(podKind, "a")).toBeDefined();
    expect(cluster.get(podKind, "b")).toBeUndefined();
  });

  it("a node where no budget is violated is preferred, and a budget does not stop preemption", () => {
    const nodes = [{ capacity: { cpu: "2500m" } }, { capacity: { cpu: "2500m" } }];
    const cluster = clusterOf(nodes, guarded("a"));
    const other = whereIs(cluster, "a") === "node-1" ? "node-2" : "node-1";
    place(cluster, { ...asking("b", { cpu: "1500m" }), metadata: { name: "b", namespace: "default" } });
    cluster.create(priorityClassKind, important);
    guard(cluster, { keep: "me" });
    place(cluster, asking("vip", { cpu: "1500m" }, { priorityClassName: "important" }));
    cluster.advance(5 * SECOND);
    expect([whereIs(cluster, "vip"), cluster.get(podKind, "b")]).toEqual([other, undefined]);
    place(cluster, asking("second", { cpu: "1500m" }, { priorityClassName: "important" }));
    cluster.advance(5 * SECOND);
    expect(cluster.get(podKind, "a")).toBeUndefined();
  });

  it("a pod that never preempts waits", () => {
    const cluster = clusterOf([{ capacity: { cpu: "2" } }], asking("small", { cpu: "1" }));
    cluster.create(priorityClassKind, { ...important, preemptionPolicy: "Never" });
    const message = place(cluster, asking("vip", { cpu: "1" }, { priorityClassName: "important" }));
    expect(message).toMatch(/preemption: not eligible due to preemptionPolicy=Never\.$/);
    expect(cluster.get(podKind, "small")).toBeDefined();
  });

  it("of pods created together the one with the higher priority is placed first", () => {
    const cluster = clusterOf([{ capacity: { cpu: "2" } }]);
    cluster.create(priorityClassKind, important);
    cluster.create(podKind, asking("a-normal", { cpu: "1" }));
    cluster.create(podKind, asking("b-vip", { cpu: "1" }, { priorityClassName: "important" }));
    cluster.advance(SECOND);
    expect(whereIs(cluster, "b-vip")).toBe("node-1");
    expect(whereIs(cluster, "a-normal")).toMatch(/Insufficient cpu/);
    expect(cluster.events().join("\n")).not.toContain("Preempted");
  });
});
