/** Requests for more objects than a cluster holds: the work is proportional to the existing objects. Counts work. */
import { describe, expect, it } from "vitest";
import type { ClusterTransaction } from "../../src/cluster/cluster-transaction.ts";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { type Controller, self } from "../../src/controllers/controller.ts";
import { replicaSetKind } from "../../src/kinds/apps/replica-set.ts";
import { statefulSetKind } from "../../src/kinds/apps/stateful-set.ts";
import { jobKind } from "../../src/kinds/batch/job.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import {
  MAX_CHANGES_PER_COMMIT,
  MAX_CLUSTER_BYTES,
  MAX_COMMIT_BYTES,
  MAX_WORK_PER_COMMIT,
} from "../../src/lib/limits.ts";
import type { ConfigMap, Pod } from "../../src/schema/index.ts";
import { configMap, job, pod, replicaSet, statefulSet } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";

const SECOND = 1000;
const TOO_MANY = 2_000_000_000;
/** More than the work of all pods that fit into a cluster, from creation to Running. */
const WORK_OF_ALL = 2_000_000;

/** A cluster that counts how often each controller runs. */
function countingCluster(nodes?: number): { world: TestCluster; runs: Map<string, number> } {
  const runs = new Map<string, number>();
  const controllers = allControllers.map((controller): typeof controller => ({
    ...controller,
    reconcile(tx, key, nowMs) {
      runs.set(controller.name, (runs.get(controller.name) ?? 0) + 1);
      return controller.reconcile(tx, key, nowMs);
    },
  }));
  const settings = nodes === undefined ? {} : { nodes: Array.from({ length: nodes }, () => ({})) };
  return { world: new TestCluster({ controllers, settings }), runs };
}

function boundPods(world: TestCluster): Pod[] {
  return world.list(podKind, "default").filter(({ spec }) => spec.nodeName);
}

/** Creates `count` pods, which fill the nodes together with the system's pods. */
function fillNodes(world: TestCluster, count: number): void {
  world.create(replicaSetKind, replicaSet("filler", { replicas: count }));
  world.advance(60 * SECOND);
}

describe("a StatefulSet and a Job of two thousand million pods", () => {
  const { world, runs } = countingCluster();
  world.create(statefulSetKind, statefulSet("set", { replicas: TOO_MANY, podManagementPolicy: "Parallel" }));
  world.create(jobKind, job("job", "sleep 7200", { parallelism: TOO_MANY, completions: TOO_MANY }));
  const commitsBefore = world.commits;
  world.advance(60 * SECOND);
  const pods = world.list(podKind, "default").length;

  it("catch up within a few small commits", () => {
    expect(world.commits - commitsBefore).toBeLessThan(WORK_OF_ALL / MAX_WORK_PER_COMMIT);
    expect(Math.max(...world.commitSizes.map(({ changes }) => changes))).toBeLessThan(2 * MAX_CHANGES_PER_COMMIT);
    const heaviest = Math.max(...world.commitSizes.map(({ bytes }) => bytes));
    expect(heaviest).toBeLessThan(1.5 * MAX_COMMIT_BYTES);
  });

  it("end in a quiet cluster: controllers back off and report the reason", () => {
    world.advance(1800 * SECOND);
    const before = new Map(runs);
    world.advance(3600 * SECOND);
    const since = (name: string) => (runs.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(since("statefulset-controller")).toBeLessThan(10);
    expect(since("job-controller")).toBeLessThan(10);
    expect(since("scheduler")).toBe(0);
    for (const owner of ["Job/job", "StatefulSet/set"]) {
      const told = world.events().filter((event) => event.startsWith(`Warning FailedCreate ${owner}`));
      expect(told.length, owner).toBe(1);
      expect(told[0]).toContain("controllers may make no more");
    }
  });

  it("cost about one scheduling attempt for each pod, and one for each place that becomes free", () => {
    expect(pods).toBeGreaterThan(1_000);
    expect(runs.get("scheduler")).toBeLessThan(1.2 * pods);
    const before = runs.get("scheduler") ?? 0;
    world.advance(3600 * SECOND);
    const ended = world.list(podKind, "default").filter(({ status }) => status.phase === "Succeeded").length;
    expect(ended).toBeGreaterThan(20);
    expect((runs.get("scheduler") ?? 0) - before).toBeLessThan(5 * ended);
  });

  it("can be scaled down by their owner", () => {
    expect(world.snapshot.stored.bytes).toBeLessThan(MAX_CLUSTER_BYTES);
    const user = { name: "anna", groups: [] };
    world.write((tx) => {
      const made = { ...configMap("mine"), kind: "ConfigMap", apiVersion: "v1" };
      return (tx as ClusterTransaction).createObject(configMapKind as never, made, { manager: "kubectl", user });
    });
    world.update(statefulSetKind, world.get(statefulSetKind, "set")!, ({ spec }) => {
      spec.replicas = 0;
    });
    world.update(jobKind, world.get(jobKind, "job")!, ({ spec }) => {
      spec.parallelism = 0;
    });
    world.advance(7200 * SECOND);
    const left = world.list(podKind, "default").filter(({ status }) => status.phase !== "Succeeded");
    expect(left).toEqual([]);
  });
});

it("objects with large templates are counted in bytes before five hundred of them are written", () => {
  const { world } = countingCluster();
  const large = replicaSet("large", { replicas: TOO_MANY });
  large.spec.template!.metadata!.annotations = { note: "x".repeat(200_000) };
  world.create(replicaSetKind, large);
  world.advance(60 * SECOND);
  expect(world.snapshot.stored.bytes).toBeLessThan(MAX_CLUSTER_BYTES);
  expect(Math.max(...world.commitSizes.map(({ bytes }) => bytes))).toBeLessThan(1.5 * MAX_COMMIT_BYTES);
});

describe("pods that wait for a place", () => {
  it("share one attempt, and each free place is taken", () => {
    const { world, runs } = countingCluster(1);
    fillNodes(world, 100);
    world.create(replicaSetKind, replicaSet("waiting", { replicas: 400 }));
    world.advance(60 * SECOND);
    const before = boundPods(world).filter(({ metadata }) => metadata.labels?.["app"] === "waiting").length;
    const attempts = runs.get("scheduler") ?? 0;
    world.update(replicaSetKind, world.get(replicaSetKind, "filler")!, ({ spec }) => {
      spec.replicas = 0;
    });
    world.advance(60 * SECOND);
    const after = boundPods(world).filter(({ metadata }) => metadata.labels?.["app"] === "waiting").length;
    expect(after - before).toBe(100);
    expect((runs.get("scheduler") ?? 0) - attempts).toBeLessThan(250);
  });

  it("all get the new reason when it changes", () => {
    const { world } = countingCluster(1);
    fillNodes(world, 110);
    world.create(replicaSetKind, replicaSet("waiting", { replicas: 50 }));
    world.advance(60 * SECOND);
    const [node] = world.list(nodeKind);
    world.update(nodeKind, node!, ({ spec }) => {
      spec.unschedulable = true;
    });
    world.advance(60 * SECOND);
    const waiting = world.list(podKind, "default").filter(({ spec }) => !spec.nodeName);
    expect(waiting.length).toBeGreaterThanOrEqual(50);
    for (const { status } of waiting) {
      expect(status.conditions?.find(({ type }) => type === "PodScheduled")?.message).toContain(
        "1 node(s) were unschedulable",
      );
    }
  });

  it("do not wait for a deleted pod that should have tried for them", () => {
    const { world } = countingCluster(1);
    fillNodes(world, 90);
    const asking = (name: string) => {
      const built = pod(name);
      built.spec.containers[0]!.resources = { requests: { cpu: "2" } };
      return built;
    };
    world.create(podKind, asking("holder"));
    world.advance(60 * SECOND);
    for (const name of ["a", "b"]) world.create(podKind, asking(name));
    world.advance(60 * SECOND);
    expect(boundPods(world).some(({ metadata }) => metadata.name === "a" || metadata.name === "b")).toBe(false);
    world.delete(podKind, world.get(podKind, "holder")!, { gracePeriodSeconds: 0 });
    // The older pod is woken, and deleted before its attempt.
    world.advance(1);
    world.delete(podKind, world.get(podKind, "a")!, { gracePeriodSeconds: 0 });
    world.advance(60 * SECOND);
    expect(world.get(podKind, "b")?.spec.nodeName).toBeDefined();
  });
});

describe("an instant in which more is due than a commit holds", () => {
  const OBJECTS = 2_000;

  /** Objects that all change at one instant; each change is counted in one more object. */
  function run(maxWork: number) {
    const counter: Controller = {
      name: "counter",
      manager: "counter",
      watches: [self(configMapKind)],
      reconcile(tx, key) {
        const object = tx.getByKey(key) as ConfigMap | undefined;
        if (object?.metadata.namespace !== "default" || object.data?.["turn"] !== "wait") return;
        tx.update(configMapKind, object, (draft) => {
          draft.data = { turn: "done" };
        });
        tx.update(configMapKind, { metadata: { name: "total", namespace: "kube-public" } }, (draft) => {
          draft.data = { count: String(Number(draft.data?.["count"] ?? "0") + 1) };
        });
      },
    };
    const world = new TestCluster({ controllers: [counter], maxWork });
    world.write((tx) => {
      const total = configMap("total");
      total.metadata.namespace = "kube-public";
      tx.create(configMapKind, total);
      for (let i = 0; i < OBJECTS; i++) tx.create(configMapKind, configMap(`c-${i}`, { data: { turn: "wait" } }));
    });
    world.advance(SECOND);
    const count = (world.get(configMapKind, "total", "kube-public") as ConfigMap).data?.["count"];
    return { count, commits: world.commits, log: world.log.map(({ revision, body }) => `${revision} ${body}`) };
  }

  it("is split, with the same result byte for byte at every split", () => {
    const whole = run(Number.MAX_SAFE_INTEGER);
    const cut = run(1);
    expect(whole.count).toBe(String(OBJECTS));
    expect(cut.commits).toBeGreaterThan(whole.commits + 2);
    expect(cut.log).toEqual(whole.log);
  });
});
