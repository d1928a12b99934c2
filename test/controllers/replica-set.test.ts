import { describe, expect, it } from "vitest";
import { controllers } from "../../src/controllers/registry.ts";
import { rankForDeletion } from "../../src/controllers/replica-set/deletion-order.ts";
import { replicaSetKind } from "../../src/kinds/apps/replica-set.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { formatTime } from "../../src/lib/time.ts";
import type { Pod } from "../../src/schema/index.ts";
import { pod, replicaSet } from "../support/builders.ts";
import { START_MS, TestCluster } from "../support/cluster.ts";
import { simpleKubelet } from "../support/simple-kubelet.ts";

function cluster(): TestCluster {
  return new TestCluster({ controllers: [...controllers, simpleKubelet()] });
}

const owner = ({ metadata }: Pod) => metadata.ownerReferences?.[0]?.name;

describe("a ReplicaSet", () => {
  it("keeps its number of pods and writes Events", () => {
    const world = cluster();
    const created = world.create(replicaSetKind, replicaSet("r", { replicas: 2 }));
    world.advance(5000);
    const names = world.list(podKind, "default").map(({ metadata }) => metadata.name);
    expect(names).toHaveLength(2);
    expect(world.events().sort()).toEqual(
      names.map((name) => `Normal SuccessfulCreate ReplicaSet/r x1: Created pod: ${name}`).sort(),
    );
    expect(world.get(replicaSetKind, "r")?.status).toEqual({
      replicas: 2,
      fullyLabeledReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      terminatingReplicas: 0,
      observedGeneration: 1,
    });
    world.update(replicaSetKind, created, (draft) => {
      draft.spec.replicas = 1;
    });
    world.advance(100);
    expect(world.get(replicaSetKind, "r")?.status).toMatchObject({ replicas: 1, terminatingReplicas: 1 });
    world.advance(5000);
    expect(world.get(replicaSetKind, "r")?.status).toMatchObject({ replicas: 1, terminatingReplicas: 0 });
    const [left] = world.list(podKind, "default");
    const gone = names.find((name) => name !== left?.metadata.name);
    expect(world.events()).toContain(`Normal SuccessfulDelete ReplicaSet/r x1: Deleted pod: ${gone}`);
  });

  it("adopts matching orphans and deletes surplus pods", () => {
    const world = cluster();
    for (const name of ["orphan-0", "orphan-1", "orphan-2"]) world.create(podKind, pod(name, { labels: { app: "r" } }));
    world.advance(5000);
    world.create(replicaSetKind, replicaSet("r", { replicas: 2 }));
    world.advance(5000);
    expect(world.list(podKind, "default").map(owner)).toEqual(["r", "r"]);
    expect(world.events().filter((line) => line.includes("SuccessfulCreate"))).toEqual([]);
  });

  it("releases a pod whose labels change, and replaces it", () => {
    const world = cluster();
    world.create(replicaSetKind, replicaSet("r", { replicas: 2 }));
    world.advance(5000);
    const [first] = world.list(podKind, "default");
    world.update(podKind, first!, (draft) => {
      draft.metadata.labels = { app: "free" };
    });
    world.advance(5000);
    const pods = world.list(podKind, "default");
    expect(pods).toHaveLength(3);
    expect(pods.filter((candidate) => owner(candidate) === undefined).map(({ metadata }) => metadata.name)).toEqual([
      first?.metadata.name,
    ]);
  });

  it("ignores matching pods of other owners", () => {
    const world = cluster();
    world.create(replicaSetKind, replicaSet("r", { replicas: 1 }));
    world.advance(5000);
    world.create(replicaSetKind, replicaSet("other", { replicas: 1, labels: {} }));
    world.update(replicaSetKind, world.get(replicaSetKind, "other")!, (draft) => {
      draft.spec.replicas = 0;
    });
    world.advance(5000);
    expect(world.list(podKind, "default").map(owner)).toEqual(["r"]);
  });
});

describe("the order in which surplus pods are deleted", () => {
  const nowMs = START_MS + 3_600_000;
  interface Traits {
    node?: string;
    phase?: string;
    readySinceMs?: number;
    restarts?: number;
    cost?: string;
    createdMs?: number;
  }

  function candidate(name: string, traits: Traits): Pod {
    const { node, phase = "Running", readySinceMs, restarts = 0, cost, createdMs = START_MS } = traits;
    const made = pod(
      name,
      cost === undefined ? {} : { annotations: { "controller.kubernetes.io/pod-deletion-cost": cost } },
    );
    made.metadata.creationTimestamp = formatTime(createdMs);
    made.metadata.uid = name;
    if (node) made.spec.nodeName = node;
    made.status.phase = phase;
    made.status.containerStatuses = [
      { name: "c", image: "nginx", imageID: "", ready: true, restartCount: restarts, state: {}, lastState: {} },
    ];
    if (readySinceMs !== undefined) {
      made.status.conditions = [{ type: "Ready", status: "True", lastTransitionTime: formatTime(readySinceMs) }];
    }
    return made;
  }

  const order = (pods: Pod[], related = pods) =>
    rankForDeletion(pods, related, nowMs).map(({ metadata }) => metadata.name);

  it.each<[string, Traits, Traits]>([
    ["not assigned before assigned", {}, { node: "n", phase: "Pending" }],
    ["pending before running", { node: "n", phase: "Pending" }, { node: "n" }],
    ["not ready before ready", { node: "n" }, { node: "n", readySinceMs: START_MS }],
    ["cheap before dear", { node: "n", cost: "-5" }, { node: "n", cost: "5", restarts: 9 }],
    [
      "ready for a short time before long",
      { node: "n", readySinceMs: nowMs - 1000 },
      { node: "n", readySinceMs: START_MS },
    ],
    ["often restarted first", { node: "n", restarts: 3 }, { node: "n", restarts: 1 }],
    ["young before old", { node: "n", createdMs: nowMs - 2000 }, { node: "n" }],
  ])("%s", (_, first, second) => {
    // The other related pods are on another node, so that the number of pods per node does not decide here.
    expect(order([candidate("b", second), candidate("a", first)], [])).toEqual(["a", "b"]);
  });

  it("deletes from the node with more related pods first", () => {
    const alone = candidate("alone", { node: "one", restarts: 5 });
    const crowded = candidate("crowded", { node: "two" });
    const neighbour = candidate("neighbour", { node: "two" });
    expect(order([alone, crowded], [alone, crowded, neighbour])).toEqual(["crowded", "alone"]);
  });
});
