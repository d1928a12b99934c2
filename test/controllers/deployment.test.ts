import { describe, expect, it } from "vitest";
import { controllers } from "../../src/controllers/registry.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { replicaSetKind } from "../../src/kinds/apps/replica-set.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { Deployment, DeploymentStatus } from "../../src/schema/index.ts";
import { type DeploymentOptions, deployment } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { simpleKubelet } from "../support/simple-kubelet.ts";

function cluster(): TestCluster {
  return new TestCluster({ controllers: [...controllers, simpleKubelet()] });
}

/** A cluster in which `web` was rolled out. */
function withWeb(options: DeploymentOptions): TestCluster {
  const world = cluster();
  world.create(deploymentKind, deployment("web", options));
  world.advance(5000);
  return world;
}

function web(world: TestCluster): Deployment {
  const found = world.get(deploymentKind, "web");
  if (!found) throw new Error("the Deployment is gone");
  return found;
}

function change(world: TestCluster, edit: (spec: Deployment["spec"]) => void, settleMs = 10_000): void {
  world.update(deploymentKind, web(world), (draft) => edit(draft.spec));
  world.advance(settleMs);
}

function setImage(world: TestCluster, image: string, settleMs?: number): void {
  change(
    world,
    (spec) => {
      for (const container of spec.template.spec.containers) container.image = image;
    },
    settleMs,
  );
}

/** The scaling Events of `kubectl describe deployment`, with ReplicaSets named `rs1`, `rs2` … by first mention. */
function scalings(world: TestCluster): string[] {
  const names: string[] = [];
  const alias = (name: string) => {
    if (!names.includes(name)) names.push(name);
    return `rs${names.indexOf(name) + 1}`;
  };
  return world
    .events()
    .filter((line) => line.includes("ScalingReplicaSet"))
    .map((line) => line.replace(/^.*: Scaled/, "Scaled").replace(/web-\w+/, alias));
}

function conditions(status: DeploymentStatus): string[] {
  return (status.conditions ?? []).map(({ type, status: value, reason }) => `${type}=${value} ${reason}`);
}

/** `<revision>: <replicas>` of every ReplicaSet, by revision. */
function revisions(world: TestCluster): string[] {
  return world
    .list(replicaSetKind, "default")
    .map(({ metadata, spec }) => `${metadata.annotations?.["deployment.kubernetes.io/revision"]}: ${spec.replicas}`)
    .sort();
}

describe("a new Deployment", () => {
  it("creates a ReplicaSet, which creates the pods, and reports its progress", () => {
    const world = withWeb({ replicas: 3 });
    const [replicaSet] = world.list(replicaSetKind, "default");
    expect(scalings(world)).toEqual(["Scaled up replica set rs1 from 0 to 3"]);
    expect(world.list(podKind, "default")).toHaveLength(3);
    expect(replicaSet?.metadata.annotations).toEqual({
      "deployment.kubernetes.io/desired-replicas": "3",
      "deployment.kubernetes.io/max-replicas": "4",
      "deployment.kubernetes.io/revision": "1",
    });
    expect(replicaSet?.spec.selector.matchLabels).toEqual(replicaSet?.metadata.labels);
    const { conditions: _, ...numbers } = web(world).status;
    expect(numbers).toEqual({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
    });
    expect(
      web(world).status.conditions?.map(({ type, status, reason, message }) => [type, status, reason, message]),
    ).toEqual([
      ["Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability."],
      [
        "Progressing",
        "True",
        "NewReplicaSetAvailable",
        `ReplicaSet "${replicaSet?.metadata.name}" has successfully progressed.`,
      ],
    ]);
  });

  it("shows the same steps to a watcher as a real one", () => {
    const world = withWeb({ replicas: 3 });
    const steps = world.log
      .filter(({ key }) => key.startsWith("apps/deployments/"))
      .map(({ body }) => conditions((JSON.parse(body) as Deployment).status));
    const distinct = steps.filter((step, i) => JSON.stringify(step) !== JSON.stringify(steps[i - 1]));
    expect(distinct).toEqual([
      [],
      ["Progressing=True NewReplicaSetCreated"],
      ["Progressing=True NewReplicaSetCreated", "Available=False MinimumReplicasUnavailable"],
      ["Available=False MinimumReplicasUnavailable", "Progressing=True ReplicaSetUpdated"],
      ["Available=True MinimumReplicasAvailable", "Progressing=True NewReplicaSetAvailable"],
    ]);
  });

  it("leaves a moment in which a client may still update it", () => {
    const world = cluster();
    const created = world.create(deploymentKind, deployment("web", { replicas: 1 }));
    world.update(deploymentKind, created, (draft) => {
      draft.spec.replicas = 2;
    });
    world.advance(5000);
    expect(scalings(world)).toEqual(["Scaled up replica set rs1 from 0 to 2"]);
  });

  it("has no due work afterwards", () => {
    const world = withWeb({ replicas: 2 });
    world.settle(3_600_000);
    expect(world.nextDueAtMs).toBeNull();
  });
});

describe("a rolling update", () => {
  it("moves by a quarter of four pods", () => {
    const world = withWeb({ replicas: 4 });
    setImage(world, "nginx:2");
    expect(scalings(world).slice(1)).toEqual([
      "Scaled up replica set rs2 from 0 to 1",
      "Scaled down replica set rs1 from 4 to 3",
      "Scaled up replica set rs2 from 1 to 2",
      "Scaled down replica set rs1 from 3 to 2",
      "Scaled up replica set rs2 from 2 to 3",
      "Scaled down replica set rs1 from 2 to 1",
      "Scaled up replica set rs2 from 3 to 4",
      "Scaled down replica set rs1 from 1 to 0",
    ]);
    expect(web(world).metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("2");
    expect(revisions(world)).toEqual(["1: 0", "2: 4"]);
  });

  it("deletes no pod before another one is available with maxUnavailable 0", () => {
    const world = withWeb({
      replicas: 3,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    setImage(world, "nginx:2");
    expect(scalings(world).slice(1)).toEqual([
      "Scaled up replica set rs2 from 0 to 1",
      "Scaled down replica set rs1 from 3 to 2",
      "Scaled up replica set rs2 from 1 to 2",
      "Scaled down replica set rs1 from 2 to 1",
      "Scaled up replica set rs2 from 2 to 3",
      "Scaled down replica set rs1 from 1 to 0",
    ]);
  });

  it("waits for minReadySeconds after each pod", () => {
    const world = withWeb({ replicas: 1, minReadySeconds: 10 });
    expect(web(world).status).toMatchObject({ readyReplicas: 1, unavailableReplicas: 1 });
    world.advance(10_000);
    expect(web(world).status).toMatchObject({ readyReplicas: 1, availableReplicas: 1 });
    setImage(world, "nginx:2", 9000);
    expect(revisions(world)).toEqual(["1: 1", "2: 1"]);
    world.advance(5000);
    expect(revisions(world)).toEqual(["1: 0", "2: 1"]);
  });

  it("fails at its deadline when pods do not get ready, and recovers with a better image", () => {
    const world = withWeb({ replicas: 2, progressDeadlineSeconds: 5 });
    setImage(world, "broken:1");
    const [, stuck] = world
      .list(replicaSetKind, "default")
      .sort((a, b) => ((a.spec.replicas ?? 0) < (b.spec.replicas ?? 0) ? 1 : -1));
    expect(conditions(web(world).status)).toContain("Progressing=False ProgressDeadlineExceeded");
    expect(web(world).status.conditions?.find(({ type }) => type === "Progressing")?.message).toBe(
      `ReplicaSet "${stuck?.metadata.name}" has timed out progressing.`,
    );
    setImage(world, "nginx:3");
    expect(scalings(world).slice(1)).toEqual([
      "Scaled up replica set rs2 from 0 to 1",
      "Scaled down replica set rs2 from 1 to 0",
      "Scaled up replica set rs3 from 0 to 1",
      "Scaled down replica set rs1 from 2 to 1",
      "Scaled up replica set rs3 from 1 to 2",
      "Scaled down replica set rs1 from 1 to 0",
    ]);
    expect(conditions(web(world).status)).toContain("Progressing=True NewReplicaSetAvailable");
  });
});

describe("the Recreate strategy", () => {
  it("starts new pods only when the last old one has stopped", () => {
    const world = withWeb({ replicas: 2, strategy: { type: "Recreate" } });
    setImage(world, "nginx:2");
    expect(scalings(world).slice(1)).toEqual([
      "Scaled down replica set rs1 from 2 to 0",
      "Scaled up replica set rs2 from 0 to 2",
    ]);
    const images = (body: string) =>
      (JSON.parse(body) as { spec: { containers: { image: string }[] } }).spec.containers[0]?.image;
    const order = world.log
      .filter(({ key, type }) => key.startsWith("core/pods/default/") && type !== "MODIFIED")
      .map(({ type, body }) => `${type} ${images(body)}`);
    expect(order).toEqual([
      "ADDED nginx:1",
      "ADDED nginx:1",
      "DELETED nginx:1",
      "DELETED nginx:1",
      "ADDED nginx:2",
      "ADDED nginx:2",
    ]);
  });
});

describe("history", () => {
  it("reuses the ReplicaSet of an old revision with the same template, as the newest revision", () => {
    const world = withWeb({ replicas: 2 });
    setImage(world, "nginx:2");
    setImage(world, "nginx:3");
    setImage(world, "nginx:1");
    expect(revisions(world)).toEqual(["2: 0", "3: 0", "4: 2"]);
    const returned = world.list(replicaSetKind, "default").find(({ spec }) => spec.replicas === 2);
    expect(returned?.metadata.annotations?.["deployment.kubernetes.io/revision-history"]).toBe("1");
    expect(web(world).metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("4");
  });

  /** Sets the revision of the present ReplicaSet, and rolls out another image. */
  function rolledOutAfter(revision: string): TestCluster {
    const world = withWeb({ replicas: 1 });
    const [present] = world.list(replicaSetKind, "default");
    world.update(replicaSetKind, present!, (draft) => {
      draft.metadata.annotations = { ...draft.metadata.annotations, "deployment.kubernetes.io/revision": revision };
    });
    setImage(world, "nginx:2");
    return world;
  }

  it("continues from a revision beyond 2^53 without losing a digit", () => {
    const world = rolledOutAfter("3546343826724305832");
    expect(revisions(world)).toEqual(["3546343826724305832: 0", "3546343826724305833: 1"]);
    expect(web(world).metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3546343826724305833");
    // A rollback raises the old ReplicaSet's revision to the newest plus one.
    setImage(world, "nginx:1");
    expect(revisions(world)).toEqual(["3546343826724305833: 0", "3546343826724305834: 1"]);
  });

  it.each(["9223372036854775808", "many", "1.0"])("does not count the revision %s, which Go refuses", (revision) => {
    expect(revisions(rolledOutAfter(revision)).sort()).toEqual(["1: 1", `${revision}: 0`].sort());
  });

  it("keeps no more old ReplicaSets than revisionHistoryLimit", () => {
    const world = withWeb({ replicas: 1, revisionHistoryLimit: 1 });
    setImage(world, "nginx:2");
    setImage(world, "nginx:3");
    setImage(world, "nginx:4");
    expect(revisions(world)).toEqual(["3: 0", "4: 1"]);
  });

  it("copies the change cause to the ReplicaSet, but not kubectl's last-applied annotation", () => {
    const world = withWeb({
      replicas: 1,
      annotations: {
        "kubernetes.io/change-cause": "first",
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
      },
    });
    const annotations = world.list(replicaSetKind, "default")[0]?.metadata.annotations;
    expect(annotations?.["kubernetes.io/change-cause"]).toBe("first");
    expect(annotations).not.toHaveProperty("kubectl.kubernetes.io/last-applied-configuration");
  });

  it("tries another hash when the name of the new ReplicaSet is taken", () => {
    const world = withWeb({ replicas: 1 });
    const [taken] = world.list(replicaSetKind, "default");
    world.delete(deploymentKind, web(world), { propagation: "Orphan" });
    world.advance(1000);
    world.update(replicaSetKind, taken!, (draft) => {
      draft.metadata.labels = { app: "other" };
    });
    world.create(deploymentKind, deployment("web", { replicas: 1 }));
    world.advance(5000);
    expect(web(world).status.collisionCount).toBe(1);
    expect(world.list(replicaSetKind, "default")).toHaveLength(2);
  });
});

describe("scaling", () => {
  it("changes the one ReplicaSet", () => {
    const world = withWeb({ replicas: 2 });
    change(world, (spec) => {
      spec.replicas = 4;
    });
    change(world, (spec) => {
      spec.replicas = 1;
    });
    expect(scalings(world).slice(1)).toEqual([
      "Scaled up replica set rs1 from 2 to 4",
      "Scaled down replica set rs1 from 4 to 1",
    ]);
    expect(world.list(podKind, "default")).toHaveLength(1);
  });

  it("scales the ReplicaSets in proportion during a rollout", () => {
    const world = withWeb({
      replicas: 6,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
    });
    setImage(world, "broken:1");
    change(world, (spec) => {
      spec.replicas = 12;
    });
    expect(scalings(world).slice(1)).toEqual([
      "Scaled up replica set rs2 from 0 to 3",
      "Scaled down replica set rs1 from 6 to 4",
      "Scaled up replica set rs2 from 3 to 5",
      "Scaled up replica set rs2 from 5 to 8",
      "Scaled up replica set rs1 from 4 to 7",
    ]);
  });

  it("works while paused, and the rollout waits for the resume", () => {
    const world = withWeb({ replicas: 2 });
    change(world, (spec) => {
      spec.paused = true;
    });
    expect(conditions(web(world).status)).toContain("Progressing=Unknown DeploymentPaused");
    change(world, (spec) => {
      spec.replicas = 3;
      for (const container of spec.template.spec.containers) container.image = "nginx:2";
    });
    expect(revisions(world)).toEqual(["1: 3"]);
    change(world, (spec) => {
      delete spec.paused;
    });
    expect(revisions(world)).toEqual(["1: 0", "2: 3"]);
    expect(conditions(web(world).status)).toContain("Progressing=True NewReplicaSetAvailable");
  });
});

describe("pods of a Deployment", () => {
  it("are replaced when they are deleted", () => {
    const world = withWeb({ replicas: 2 });
    const [victim] = world.list(podKind, "default");
    world.delete(podKind, victim!);
    world.advance(5000);
    const pods = world.list(podKind, "default");
    expect(pods).toHaveLength(2);
    expect(pods.map(({ metadata }) => metadata.uid)).not.toContain(victim?.metadata.uid);
    expect(conditions(web(world).status)).toEqual([
      "Progressing=True NewReplicaSetAvailable",
      "Available=True MinimumReplicasAvailable",
    ]);
  });
});
