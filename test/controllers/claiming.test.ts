/** Every controller with a selector adopts matching orphans again, and releases objects that no longer match. */
import { describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { controllerOf } from "../../src/controllers/controller.ts";
import { controllerRevisionKind } from "../../src/kinds/apps/controller-revision.ts";
import { daemonSetKind } from "../../src/kinds/apps/daemon-set.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { replicaSetKind } from "../../src/kinds/apps/replica-set.ts";
import { statefulSetKind } from "../../src/kinds/apps/stateful-set.ts";
import { cronJobKind } from "../../src/kinds/batch/cron-job.ts";
import { jobKind } from "../../src/kinds/batch/job.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { replicationControllerKind } from "../../src/kinds/core/replication-controller.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { endpointSliceKind } from "../../src/kinds/discovery/endpoint-slice.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import type { KubernetesObject, ReplicationController } from "../../src/schema/index.ts";
import { cronJob, daemonSet, deployment, job, pod, replicaSet, service, statefulSet } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";

const TRACKING = "batch.kubernetes.io/job-tracking";

interface Family {
  owner: KindDefinition<never>;
  object: KubernetesObject;
  claimed: KindDefinition<KubernetesObject>;
  /** The label of the selector. */
  label: string;
  count: number;
}

const replicationController: ReplicationController = {
  kind: "ReplicationController",
  apiVersion: "v1",
  metadata: { name: "a", namespace: "default" },
  spec: {
    replicas: 2,
    selector: { app: "a" },
    template: { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "c", image: "nginx:1" }] } },
  },
  status: { replicas: 0 },
} as unknown as ReplicationController;

const families = {
  "a ReplicaSet's pods": [replicaSetKind, replicaSet("a", { replicas: 2 }), podKind, "app", 2],
  "a ReplicationController's pods": [replicationControllerKind, replicationController, podKind, "app", 2],
  "a Deployment's ReplicaSets": [deploymentKind, deployment("a", { replicas: 1 }), replicaSetKind, "app", 1],
  "a StatefulSet's pods": [statefulSetKind, statefulSet("a", { replicas: 2 }), podKind, "app", 2],
  "a DaemonSet's pods": [daemonSetKind, daemonSet("a"), podKind, "app", 3],
  "a DaemonSet's revisions": [daemonSetKind, daemonSet("a"), controllerRevisionKind, "app", 1],
  "a Job's pods": [
    jobKind,
    job("a", "sleep 10000", { parallelism: 2 }),
    podKind,
    "batch.kubernetes.io/controller-uid",
    2,
  ],
} as const;

function family(name: keyof typeof families): Family {
  const [owner, object, claimed, label, count] = families[name];
  return { owner, object, claimed: claimed as unknown as KindDefinition<KubernetesObject>, label, count } as Family;
}

const names = Object.keys(families) as (keyof typeof families)[];

function running({ owner, object }: Family): TestCluster {
  const world = new TestCluster({ controllers: allControllers });
  world.create(owner as KindDefinition<KubernetesObject>, structuredClone(object));
  world.advance(20_000);
  return world;
}

function owned(world: TestCluster, { owner, claimed }: Family): KubernetesObject[] {
  const uid = world.get(owner as KindDefinition<KubernetesObject>, "a")?.metadata.uid;
  return world.list(claimed, "default").filter((object) => controllerOf(object)?.uid === uid);
}

const uids = (objects: readonly KubernetesObject[]) => objects.map(({ metadata }) => metadata.uid).sort();
const live = (objects: readonly KubernetesObject[]) => objects.filter(({ metadata }) => !metadata.deletionTimestamp);

describe.each(names)("%s", (name) => {
  const each = family(name);

  it("are adopted again when a client takes their references away", () => {
    const world = running(each);
    const before = owned(world, each);
    expect(before).toHaveLength(each.count);
    for (const object of before) {
      world.update(each.claimed, object, (draft) => {
        delete draft.metadata.ownerReferences;
      });
    }
    expect(owned(world, each)).toEqual([]);
    world.advance(5000);
    expect(uids(owned(world, each))).toEqual(uids(before));
    expect(uids(world.list(each.claimed, "default"))).toEqual(uids(before));
  });

  it("are released when their label changes, and adopted again when it comes back", () => {
    const world = running(each);
    const [object] = owned(world, each);
    const value = object?.metadata.labels?.[each.label] ?? "";
    world.update(each.claimed, object!, (draft) => {
      draft.metadata.labels = { ...draft.metadata.labels, [each.label]: "other" };
    });
    world.advance(20_000);
    const released = world.get(each.claimed, object?.metadata.name ?? "");
    expect(released?.metadata.uid).toBe(object?.metadata.uid);
    expect(released?.metadata.ownerReferences).toBeUndefined();
    expect(released?.metadata.finalizers).toBeUndefined();

    world.update(each.claimed, released!, (draft) => {
      draft.metadata.labels = { ...draft.metadata.labels, [each.label]: value };
    });
    world.advance(40_000);
    // The controller has replaced the released object. The surplus is deleted, but a Deployment keeps it as history.
    const count = each.claimed.plural === "replicasets" ? each.count + 1 : each.count;
    expect(live(owned(world, each))).toHaveLength(count);
    expect(live(world.list(each.claimed, "default"))).toHaveLength(count);
  });
});

describe("orphans", () => {
  it("are adopted by the owner whose selector matches their new label", () => {
    const world = new TestCluster({ controllers: allControllers });
    world.create(replicaSetKind, replicaSet("a"));
    world.create(replicaSetKind, replicaSet("b", { replicas: 2 }));
    world.advance(10_000);
    const [mine] = world.list(podKind, "default").filter((each) => controllerOf(each)?.name === "a");
    world.update(replicaSetKind, world.get(replicaSetKind, "b")!, (draft) => {
      draft.spec.replicas = 3;
    });
    world.update(podKind, mine!, (draft) => {
      draft.metadata.labels = { app: "b" };
    });
    world.advance(10_000);
    const counts = ["a", "b"].map(
      (name) => world.list(podKind, "default").filter((each) => controllerOf(each)?.name === name).length,
    );
    expect(counts).toEqual([1, 3]);
    const moved = world.get(podKind, mine?.metadata.name ?? "");
    if (moved) expect(controllerOf(moved)?.name).toBe("b");
  });

  it("of a changed selector are adopted by the controller that selects them", () => {
    const world = new TestCluster({ controllers: allControllers });
    world.create(replicationControllerKind, structuredClone(replicationController));
    world.advance(10_000);
    const before = uids(world.list(podKind, "default"));
    world.update(replicationControllerKind, world.get(replicationControllerKind, "a")!, (draft) => {
      draft.spec.selector = { app: "b" };
      draft.spec.template!.metadata = { labels: { app: "b" } };
    });
    world.advance(10_000);
    const orphans = world.list(podKind, "default").filter((each) => !controllerOf(each));
    expect(uids(orphans)).toEqual(before);

    world.create(replicaSetKind, replicaSet("a", { replicas: 2 }));
    world.advance(10_000);
    const adopted = world.list(podKind, "default").filter((each) => controllerOf(each)?.kind === "ReplicaSet");
    expect(uids(adopted)).toEqual(before);
    expect(world.list(podKind, "default")).toHaveLength(4);
  });

  it("of a Job lose the finalizer at once, and get it again when they are adopted", () => {
    const each = family("a Job's pods");
    const world = running(each);
    const [first] = owned(world, each);
    world.update(podKind, first as never, (draft: KubernetesObject) => {
      delete draft.metadata.ownerReferences;
    });
    world.advance(500);
    expect(world.get(podKind, first?.metadata.name ?? "")?.metadata.finalizers).toBeUndefined();
    world.advance(3000);
    const again = world.get(podKind, first?.metadata.name ?? "");
    expect([controllerOf(again!)?.name, again?.metadata.finalizers]).toEqual(["a", [TRACKING]]);
  });

  it("of a Job that is deleted without them can be deleted", () => {
    const each = family("a Job's pods");
    const world = running(each);
    world.delete(jobKind, world.get(jobKind, "a")!, { propagation: "Orphan" });
    world.advance(5000);
    const pods = world.list(podKind, "default");
    expect(pods.map(({ metadata }) => [metadata.ownerReferences, metadata.finalizers])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it("of a StatefulSet's history are adopted at its next change", () => {
    const world = new TestCluster({ controllers: allControllers });
    world.create(statefulSetKind, statefulSet("a", { replicas: 1 }));
    world.advance(10_000);
    const [revision] = world.list(controllerRevisionKind, "default");
    world.update(controllerRevisionKind, revision!, (draft) => {
      delete draft.metadata.ownerReferences;
    });
    world.update(statefulSetKind, world.get(statefulSetKind, "a")!, (draft) => {
      draft.spec.replicas = 2;
    });
    world.advance(10_000);
    const revisions = world.list(controllerRevisionKind, "default");
    expect(revisions.map((each) => [each.metadata.name, controllerOf(each)?.name])).toEqual([
      [revision?.metadata.name, "a"],
    ]);
  });

  it("of a CronJob are not adopted, and stay in its list while they exist", () => {
    const world = new TestCluster({ controllers: allControllers });
    world.create(cronJobKind, cronJob("a", "sleep 10000"));
    world.advance(70_000);
    const [mine] = world.list(jobKind, "default");
    world.update(jobKind, mine!, (draft) => {
      delete draft.metadata.ownerReferences;
    });
    world.advance(5000);
    expect(controllerOf(world.get(jobKind, mine?.metadata.name ?? "")!)).toBeUndefined();
    const active = () => (world.get(cronJobKind, "a")?.status.active ?? []).map(({ name }) => name);
    expect(active()).toContain(mine?.metadata.name);
    world.delete(jobKind, world.get(jobKind, mine?.metadata.name ?? "")!, { propagation: "Background" });
    world.advance(65_000);
    expect(active()).not.toContain(mine?.metadata.name);
    expect(world.events()).toContain(`Normal MissingJob CronJob/a x1: Active job went missing: ${mine?.metadata.name}`);
  });
});

describe("the slices of a Service", () => {
  const SERVICE_NAME = "kubernetes.io/service-name";

  function withService(): TestCluster {
    const world = new TestCluster({ controllers: allControllers });
    world.create(serviceKind, service("a"));
    world.create(serviceKind, service("b"));
    world.create(podKind, pod("p", { labels: { app: "a" } }));
    world.advance(10_000);
    return world;
  }

  const slicesOf = (world: TestCluster, name: string) =>
    world.list(endpointSliceKind, "default").filter(({ metadata }) => metadata.labels?.[SERVICE_NAME] === name);

  it("are created again for the old Service and updated for the new one when their label changes", () => {
    const world = withService();
    const [mine] = slicesOf(world, "a");
    world.update(endpointSliceKind, mine!, (draft) => {
      draft.metadata.labels = { ...draft.metadata.labels, [SERVICE_NAME]: "b" };
    });
    world.advance(5000);
    expect(slicesOf(world, "a").flatMap(({ endpoints }) => endpoints ?? [])).toHaveLength(1);
    expect(slicesOf(world, "b").flatMap(({ endpoints }) => endpoints ?? [])).toEqual([]);
  });

  it("are removed when a client creates one in the controller's name", () => {
    const world = withService();
    const [mine] = slicesOf(world, "a");
    const { name: _, uid: __, resourceVersion: ___, ownerReferences: ____, ...metadata } = mine!.metadata;
    world.create(endpointSliceKind, {
      ...structuredClone(mine!),
      metadata: { ...structuredClone(metadata), name: "stray" },
      endpoints: [{ addresses: ["10.9.9.9"], conditions: {} }],
    });
    world.advance(5000);
    const addresses = slicesOf(world, "a").flatMap(({ endpoints }) => (endpoints ?? []).flatMap((e) => e.addresses));
    expect(addresses).not.toContain("10.9.9.9");
    expect(addresses).toHaveLength(1);
  });
});
