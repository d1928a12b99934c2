import { describe, expect, it } from "vitest";
import { controllers } from "../../src/controllers/registry.ts";
import { controllerRevisionKind } from "../../src/kinds/apps/controller-revision.ts";
import { statefulSetKind } from "../../src/kinds/apps/stateful-set.ts";
import { persistentVolumeClaimKind } from "../../src/kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { MAX_POD_CHANGES_PER_RECONCILE } from "../../src/lib/limits.ts";
import type { StatefulSet } from "../../src/schema/index.ts";
import { type StatefulSetOptions, statefulSet } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { simpleKubelet } from "../support/simple-kubelet.ts";

function withSet(options: StatefulSetOptions, settleMs = 10_000): TestCluster {
  const world = new TestCluster({ controllers: [...controllers, simpleKubelet()] });
  world.create(statefulSetKind, statefulSet("s", options));
  world.advance(settleMs);
  return world;
}

function set(world: TestCluster): StatefulSet {
  const found = world.get(statefulSetKind, "s");
  if (!found) throw new Error("the StatefulSet is gone");
  return found;
}

function change(world: TestCluster, edit: (spec: StatefulSet["spec"]) => void): void {
  world.update(statefulSetKind, set(world), (draft) => edit(draft.spec));
  world.advance(10_000);
}

const setImage = (image: string) => (spec: StatefulSet["spec"]) => {
  for (const container of spec.template.spec.containers) container.image = image;
};

const names = (world: TestCluster) => world.list(podKind, "default").map(({ metadata }) => metadata.name);
const images = (world: TestCluster) => world.list(podKind, "default").map(({ spec }) => spec.containers[0]?.image);

/** `+s-0` and `-s-0`: created and deleted pods, in order. */
function order(world: TestCluster): string[] {
  return world.log
    .filter(({ key, type }) => key.startsWith("core/pods/default/") && type !== "MODIFIED")
    .map(({ key, type }) => `${type === "ADDED" ? "+" : "-"}${key.split("/").at(-1)}`);
}

describe("a StatefulSet", () => {
  it("with more replicas than a cluster holds creates its pods in bounded steps", () => {
    const world = new TestCluster({ controllers });
    world.create(statefulSetKind, statefulSet("s", { replicas: 2_000_000_000, podManagementPolicy: "Parallel" }));
    world.advance(12);
    const first = names(world).length;
    expect(first).toBeGreaterThanOrEqual(MAX_POD_CHANGES_PER_RECONCILE);
    world.advance(12);
    expect(names(world).length).toBeGreaterThan(first);
  });

  it("creates its pods one after the other, with stable names", () => {
    const world = withSet({ replicas: 3 });
    expect(order(world)).toEqual(["+s-0", "+s-1", "+s-2"]);
    const first = world.get(podKind, "s-0");
    // The revision name of this template in a v1.36 control plane.
    expect(first?.metadata.labels).toMatchObject({
      "apps.kubernetes.io/pod-index": "0",
      "statefulset.kubernetes.io/pod-name": "s-0",
      "controller-revision-hash": set(world).status.updateRevision,
    });
    expect(first?.spec).toMatchObject({ hostname: "s-0", subdomain: "s" });
    expect(set(world).status).toEqual({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: set(world).status.updateRevision,
      updateRevision: "s-7877749d74",
      collisionCount: 0,
      availableReplicas: 3,
    });
    expect(world.events()).toEqual(
      ["s-0", "s-1", "s-2"].map((name) => {
        return `Normal SuccessfulCreate StatefulSet/s x1: Create Pod ${name} in StatefulSet s successful`;
      }),
    );
  });

  it("waits for a pod that does not get ready, unless its policy is Parallel", () => {
    expect(names(withSet({ replicas: 3, image: "broken:1" }))).toEqual(["s-0"]);
    expect(names(withSet({ replicas: 3, image: "broken:1", podManagementPolicy: "Parallel" }))).toHaveLength(3);
  });

  it("scales down from the end", () => {
    const world = withSet({ replicas: 3 });
    change(world, (spec) => {
      spec.replicas = 1;
    });
    expect(order(world).slice(3)).toEqual(["-s-2", "-s-1"]);
    expect(set(world).status).toMatchObject({ replicas: 1, currentReplicas: 1 });
  });

  it("is updated from the end, and the new revision becomes the current one", () => {
    const world = withSet({ replicas: 3 });
    const before = set(world).status.currentRevision;
    change(world, setImage("nginx:2"));
    expect(order(world).slice(3)).toEqual(["-s-2", "+s-2", "-s-1", "+s-1", "-s-0", "+s-0"]);
    expect(images(world)).toEqual(["nginx:2", "nginx:2", "nginx:2"]);
    const { currentRevision, updateRevision, currentReplicas } = set(world).status;
    expect([currentRevision, currentReplicas]).toEqual([updateRevision, 3]);
    expect(currentRevision).not.toBe(before);
  });

  it("keeps ordinals below the partition at the old revision, also when they are recreated", () => {
    const world = withSet({
      replicas: 3,
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } },
    });
    change(world, setImage("nginx:2"));
    expect(images(world)).toEqual(["nginx:1", "nginx:1", "nginx:2"]);
    world.delete(podKind, world.get(podKind, "s-0")!);
    world.advance(10_000);
    expect(images(world)).toEqual(["nginx:1", "nginx:1", "nginx:2"]);
  });

  it("stops at a broken image; a rollback waits until the broken pod is removed by hand", () => {
    const world = withSet({ replicas: 2 });
    change(world, setImage("broken:1"));
    expect(images(world)).toEqual(["nginx:1", "broken:1"]);
    change(world, setImage("nginx:1"));
    expect(
      world
        .list(controllerRevisionKind, "default")
        .map(({ revision }) => revision)
        .sort(),
    ).toEqual([2, 3]);
    expect(images(world)).toEqual(["nginx:1", "broken:1"]);
    world.delete(podKind, world.get(podKind, "s-1")!);
    world.advance(10_000);
    expect(images(world)).toEqual(["nginx:1", "nginx:1"]);
  });

  it("with OnDelete updates a pod when it is deleted", () => {
    const world = withSet({ replicas: 2, updateStrategy: { type: "OnDelete" } });
    change(world, setImage("nginx:2"));
    expect(images(world)).toEqual(["nginx:1", "nginx:1"]);
    world.delete(podKind, world.get(podKind, "s-0")!);
    world.advance(10_000);
    expect(images(world)).toEqual(["nginx:2", "nginx:1"]);
  });
});

describe("claims of a StatefulSet", () => {
  const claims = (world: TestCluster) => world.list(persistentVolumeClaimKind, "default");

  it("are created for each pod, mounted by it, and stay when it is deleted", () => {
    const world = withSet({ replicas: 2, claim: "data", podManagementPolicy: "Parallel" });
    expect(claims(world).map(({ metadata }) => metadata.name)).toEqual(["data-s-0", "data-s-1"]);
    expect(world.get(podKind, "s-0")?.spec.volumes?.[0]).toEqual({
      name: "data",
      persistentVolumeClaim: { claimName: "data-s-0" },
    });
    world.delete(statefulSetKind, set(world));
    world.advance(10_000);
    expect(names(world)).toEqual([]);
    expect(claims(world)).toHaveLength(2);
  });

  it("are owned by their set or by a condemned pod when the retention policy is Delete", () => {
    const retention = { whenDeleted: "Delete", whenScaled: "Delete" };
    const world = withSet({ replicas: 2, claim: "data", podManagementPolicy: "Parallel", retention });
    expect(claims(world).map(({ metadata }) => metadata.ownerReferences?.[0]?.kind)).toEqual([
      "StatefulSet",
      "StatefulSet",
    ]);
    change(world, (spec) => {
      spec.replicas = 1;
    });
    expect(
      claims(world)
        .filter(({ metadata }) => !metadata.deletionTimestamp)
        .map(({ metadata }) => metadata.name),
    ).toEqual(["data-s-0"]);
  });
});

describe("a StatefulSet with volumes", () => {
  const volumes = (world: TestCluster) =>
    Object.fromEntries(
      world
        .list(persistentVolumeClaimKind, "default")
        .map(({ metadata, spec }) => [metadata.name ?? "", spec.volumeName]),
    );

  it("keeps its volumes when its pods or the set itself are deleted and recreated", () => {
    const world = withSet({ replicas: 2, claim: "data" });
    const before = volumes(world);
    expect(Object.values(before).every((name) => name?.startsWith("pvc-"))).toBe(true);
    for (const name of names(world)) world.delete(podKind, world.get(podKind, name ?? "")!);
    world.advance(10_000);
    change(world, (spec) => {
      spec.replicas = 0;
    });
    change(world, (spec) => {
      spec.replicas = 2;
    });
    world.delete(statefulSetKind, set(world));
    world.advance(10_000);
    expect(names(world)).toEqual([]);
    world.create(statefulSetKind, statefulSet("s", { replicas: 2, claim: "data" }));
    world.advance(10_000);
    expect(names(world)).toEqual(["s-0", "s-1"]);
    expect(volumes(world)).toEqual(before);
  });

  it("gives a pod that is scaled down and up a new volume with the retention policy Delete", () => {
    const retention = { whenDeleted: "Retain", whenScaled: "Delete" };
    const world = withSet({ replicas: 2, claim: "data", retention });
    const before = volumes(world);
    for (const replicas of [1, 2]) {
      world.update(statefulSetKind, set(world), ({ spec }) => {
        spec.replicas = replicas;
      });
      world.advance(200);
    }
    world.advance(60_000);
    const after = volumes(world);
    expect(names(world)).toEqual(["s-0", "s-1"]);
    expect(after["data-s-0"]).toBe(before["data-s-0"]);
    expect(after["data-s-1"]).toMatch(/^pvc-/);
    expect(world.get(persistentVolumeClaimKind, "data-s-1")?.metadata.deletionTimestamp).toBeUndefined();
  });

  it("does not create a pod while its claim is being deleted", () => {
    const world = withSet({ replicas: 1, claim: "data" });
    const claim = world.get(persistentVolumeClaimKind, "data-s-0")!;
    world.delete(persistentVolumeClaimKind, claim);
    world.advance(1000);
    expect(world.get(persistentVolumeClaimKind, "data-s-0")?.metadata.uid).toBe(claim.metadata.uid);
    world.delete(podKind, world.get(podKind, "s-0")!);
    world.advance(60_000);
    const renewed = world.get(persistentVolumeClaimKind, "data-s-0");
    expect(renewed?.metadata.uid).not.toBe(claim.metadata.uid);
    expect(renewed?.status.phase).toBe("Bound");
    expect(set(world).status).toMatchObject({ replicas: 1, readyReplicas: 1 });
  });

  it("restores the identity labels of its pods", () => {
    const world = withSet({ replicas: 1 });
    world.update(podKind, world.get(podKind, "s-0")!, (draft) => {
      draft.metadata.labels = { app: "s", "controller-revision-hash": set(world).status.currentRevision ?? "" };
    });
    world.advance(1000);
    expect(world.get(podKind, "s-0")?.metadata.labels).toMatchObject({
      "apps.kubernetes.io/pod-index": "0",
      "statefulset.kubernetes.io/pod-name": "s-0",
    });
  });
});

describe("revisions of a StatefulSet", () => {
  it("are kept up to the limit, besides the revisions in use", () => {
    const world = withSet({ replicas: 1 });
    change(world, (spec) => {
      spec.revisionHistoryLimit = 1;
    });
    for (const tag of ["2", "3", "4"]) change(world, setImage(`nginx:${tag}`));
    expect(
      world
        .list(controllerRevisionKind, "default")
        .map(({ revision }) => revision)
        .sort(),
    ).toEqual([3, 4]);
  });

  it("get another name when theirs is taken", () => {
    const world = new TestCluster({ controllers: [...controllers, simpleKubelet()] });
    world.create(controllerRevisionKind, {
      kind: "ControllerRevision",
      apiVersion: "apps/v1",
      metadata: { name: "s-7877749d74", namespace: "default" },
      data: {},
      revision: 1,
    });
    world.create(statefulSetKind, statefulSet("s", { replicas: 1 }));
    world.advance(10_000);
    expect(set(world).status).toMatchObject({ collisionCount: 1, readyReplicas: 1 });
    expect(set(world).status.updateRevision).not.toBe("s-7877749d74");
  });
});

describe("a StatefulSet whose node is lost", () => {
  it("waits with the replacement until the old pod is certainly deleted", () => {
    const world = new TestCluster({ controllers: [...controllers, simpleKubelet({ stopAfterMs: 3_600_000 })] });
    world.create(statefulSetKind, statefulSet("s", { replicas: 2 }));
    world.advance(10_000);
    const old = world.get(podKind, "s-0")!;
    world.delete(podKind, old);
    world.advance(600_000);
    expect(world.get(podKind, "s-0")?.metadata.uid).toBe(old.metadata.uid);
    world.delete(podKind, old, { gracePeriodSeconds: 0 });
    world.advance(10_000);
    expect(world.get(podKind, "s-0")?.metadata.uid).not.toBe(old.metadata.uid);
  });
});
