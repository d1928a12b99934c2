import { describe, expect, it } from "vitest";
import { controllers } from "../../src/controllers/registry.ts";
import { controllerRevisionKind } from "../../src/kinds/apps/controller-revision.ts";
import { daemonSetKind } from "../../src/kinds/apps/daemon-set.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { fromBigInt } from "../../src/lib/integers.ts";
import type { DaemonSet, Node } from "../../src/schema/index.ts";
import { type DaemonSetOptions, daemonSet } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { simpleKubelet } from "../support/simple-kubelet.ts";

function withSet(options: DaemonSetOptions = {}): TestCluster {
  const world = new TestCluster({ controllers: [...controllers, simpleKubelet()] });
  world.create(daemonSetKind, daemonSet("a", options));
  world.advance(5000);
  return world;
}

function set(world: TestCluster): DaemonSet {
  const found = world.get(daemonSetKind, "a");
  if (!found) throw new Error("the DaemonSet is gone");
  return found;
}

function changeNode(world: TestCluster, name: string, edit: (node: Node) => void): void {
  world.update(nodeKind, world.get(nodeKind, name)!, edit);
  world.advance(5000);
}

function setImage(world: TestCluster, image: string): void {
  world.update(daemonSetKind, set(world), (draft) => {
    for (const container of draft.spec.template.spec.containers) container.image = image;
  });
  world.advance(10_000);
}

const nodes = (world: TestCluster) =>
  world
    .list(podKind, "default")
    .map(({ spec }) => spec.nodeName)
    .sort();
const images = (world: TestCluster) => world.list(podKind, "default").map(({ spec }) => spec.containers[0]?.image);

/** `+nginx:1` and `-nginx:1`: created and deleted pods, in order. */
function order(world: TestCluster): string[] {
  return world.log
    .filter(({ key, type }) => key.startsWith("core/pods/default/") && type !== "MODIFIED")
    .map(({ type, body }) => {
      const { spec } = JSON.parse(body) as { spec: { containers: { image: string }[] } };
      return `${type === "ADDED" ? "+" : "-"}${spec.containers[0]?.image}`;
    });
}

describe("a DaemonSet", () => {
  it("has one pod on every node", () => {
    const world = withSet();
    expect(nodes(world)).toEqual(["node-1", "node-2", "node-3"]);
    expect(set(world).status).toEqual({
      currentNumberScheduled: 3,
      numberMisscheduled: 0,
      desiredNumberScheduled: 3,
      numberReady: 3,
      observedGeneration: 1,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
    });
    const [pod] = world.list(podKind, "default");
    const [revision] = world.list(controllerRevisionKind, "default");
    expect(pod?.metadata.labels).toEqual({
      app: "a",
      "controller-revision-hash": revision?.metadata.labels?.["controller-revision-hash"],
      "pod-template-generation": "1",
    });
    expect(pod?.spec.tolerations?.map(({ key }) => key)).toContain("node.kubernetes.io/unschedulable");
  });

  it("follows nodes that come, go, and change their labels", () => {
    const world = withSet({ nodeSelector: { zone: "a" } });
    expect(nodes(world)).toEqual([]);
    const label = (zone: string | undefined) => (node: Node) => {
      const { zone: _, ...others } = node.metadata.labels ?? {};
      node.metadata.labels = zone === undefined ? others : { ...others, zone };
    };
    changeNode(world, "node-1", label("a"));
    changeNode(world, "node-2", label("a"));
    expect(nodes(world)).toEqual(["node-1", "node-2"]);
    changeNode(world, "node-1", label(undefined));
    expect(nodes(world)).toEqual(["node-2"]);
  });

  it("avoids a node whose taint its pods do not tolerate, but stays on a cordoned one", () => {
    const world = withSet();
    changeNode(world, "node-1", (node) => {
      node.spec.taints = [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }];
    });
    expect(nodes(world)).toHaveLength(3);
    changeNode(world, "node-2", (node) => {
      node.spec.taints = [{ key: "dedicated", value: "gpu", effect: "NoSchedule" }];
    });
    // A running pod stays until it is deleted; it is only not counted as desired.
    expect(nodes(world)).toHaveLength(3);
    expect(set(world).status).toMatchObject({ desiredNumberScheduled: 2, numberMisscheduled: 1 });
  });

  it("is updated one node after the other", () => {
    const world = withSet();
    setImage(world, "nginx:2");
    expect(order(world).slice(3)).toEqual(["-nginx:1", "+nginx:2", "-nginx:1", "+nginx:2", "-nginx:1", "+nginx:2"]);
    expect(set(world).status).toMatchObject({ updatedNumberScheduled: 3, numberAvailable: 3, observedGeneration: 2 });
  });

  it("with surge creates the new pod before it deletes the old one", () => {
    const updateStrategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    const world = withSet({ updateStrategy });
    setImage(world, "nginx:2");
    expect(order(world).slice(3, 5)).toEqual(["+nginx:2", "+nginx:2"]);
    expect(images(world)).toEqual(["nginx:2", "nginx:2", "nginx:2"]);
    expect(nodes(world)).toEqual(["node-1", "node-2", "node-3"]);
  });

  it("stops at an image that does not get ready", () => {
    const world = withSet();
    setImage(world, "broken:1");
    expect(images(world).filter((image) => image === "nginx:1")).toHaveLength(2);
  });
});

describe("the cluster's own DaemonSets", () => {
  it("are unchanged when a node changes", () => {
    const world = withSet();
    const before = world.list(podKind, "kube-system").map(({ metadata }) => metadata.uid);
    changeNode(world, "node-1", (node) => {
      node.metadata.labels = { ...node.metadata.labels, disk: "ssd" };
    });
    expect(world.list(podKind, "kube-system").map(({ metadata }) => metadata.uid)).toEqual(before);
    expect(world.list(controllerRevisionKind, "kube-system")).toHaveLength(1);
  });
});

describe("the history of a DaemonSet", () => {
  /** The text that the server sends. */
  function dataOf(world: TestCluster, name: string): string {
    const lines = world.log.filter(({ key }) => key === `apps/controllerrevisions/default/${name}`);
    return /"data":(\{.*\}),"revision"/.exec(lines.at(-1)?.body ?? "")?.[1] ?? "";
  }

  it("has the bytes that a client computes: keys sorted in every object", () => {
    const world = new TestCluster({ controllers: [...controllers, simpleKubelet()] });
    const wanted = daemonSet("a");
    wanted.spec.template.metadata!.annotations = { "z/y": "1", "a.b/c": "2" };
    wanted.spec.template.spec.containers[0]!.env = [{ name: "Z", value: "<&>" }];
    world.create(daemonSetKind, wanted);
    world.advance(5000);
    const [revision] = world.list(controllerRevisionKind, "default");
    expect(dataOf(world, revision?.metadata.name ?? "")).toBe(
      '{"spec":{"template":{"$patch":"replace","metadata":{"annotations":{"a.b/c":"2","z/y":"1"},"labels":{"app":"a"}},' +
        '"spec":{"containers":[{"env":[{"name":"Z","value":"<&>"}],"image":"nginx:1","imagePullPolicy":"IfNotPresent",' +
        '"name":"c","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],' +
        '"dnsPolicy":"ClusterFirst","restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},' +
        '"terminationGracePeriodSeconds":30}}}}',
    );
  });

  it("keeps the newest of two revisions of one template, and relabels the pods", () => {
    const world = withSet();
    const [first] = world.list(controllerRevisionKind, "default");
    world.create(controllerRevisionKind, {
      ...structuredClone(first!),
      metadata: {
        name: "a-copy",
        namespace: "default",
        labels: { app: "a" },
        ownerReferences: structuredClone(first!.metadata.ownerReferences!),
      },
      revision: 2,
    });
    world.advance(5000);
    // Its own new revision wakes no controller, as in Kubernetes.
    expect(world.list(controllerRevisionKind, "default")).toHaveLength(2);
    const uids = world.list(podKind, "default").map(({ metadata }) => metadata.uid);
    world.update(daemonSetKind, set(world), (draft) => {
      draft.spec.minReadySeconds = 1;
    });
    world.advance(10_000);
    const revisions = world.list(controllerRevisionKind, "default");
    expect(revisions.map(({ metadata, revision }) => [metadata.name, revision])).toEqual([["a-copy", 2]]);
    const pods = world.list(podKind, "default");
    expect(pods.map(({ metadata }) => metadata.labels?.["controller-revision-hash"])).toEqual(Array(3).fill("a-copy"));
    expect(pods.map(({ metadata }) => metadata.uid)).toEqual(uids);
  });

  it("counts revisions and generations beyond 2^53 digit by digit", () => {
    const world = withSet();
    const [first] = world.list(controllerRevisionKind, "default");
    world.update(controllerRevisionKind, first!, (draft) => {
      draft.revision = fromBigInt(9007199254740993n);
    });
    world.update(daemonSetKind, set(world), (draft) => {
      draft.metadata.annotations = { "deprecated.daemonset.template.generation": "9007199254740993" };
    });
    setImage(world, "nginx:2");
    const revisions = world.list(controllerRevisionKind, "default").map(({ revision }) => String(revision));
    expect(revisions.sort()).toEqual(["9007199254740993", "9007199254740994"]);
  });

  it("raises the collision count when another template has the name of its revision", () => {
    const world = withSet();
    const [first] = world.list(controllerRevisionKind, "default");
    world.delete(daemonSetKind, set(world), { propagation: "Background" });
    world.advance(60_000);
    world.create(controllerRevisionKind, {
      kind: "ControllerRevision",
      apiVersion: "apps/v1",
      metadata: { name: first?.metadata.name ?? "", namespace: "default" },
      data: { other: true } as unknown as NonNullable<typeof first>["data"],
      revision: 7,
    } as NonNullable<typeof first>);
    world.create(daemonSetKind, daemonSet("a"));
    world.advance(20_000);
    expect(set(world).status.collisionCount).toBe(1);
    const mine = world.list(controllerRevisionKind, "default").filter(({ metadata }) => metadata.ownerReferences);
    expect(mine).toHaveLength(1);
    expect(mine[0]?.metadata.name).not.toBe(first?.metadata.name);
  });
});
