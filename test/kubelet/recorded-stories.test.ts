/** Pods as recorded from a real cluster: every status that a watcher saw, in order, and the Events. */
import { describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { priorityClassKind } from "../../src/kinds/scheduling/priority-class.ts";
import type { Container, Pod, PodSpec } from "../../src/schema/index.ts";
import { pod } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { goldenStory, storyOf } from "../support/pod-story.ts";

const SECOND = 1000;

function podWith(name: string, container: Partial<Container>, spec: Partial<PodSpec> = {}): Pod {
  const built = pod(name, { image: "nginx" });
  built.spec = { ...built.spec, ...spec };
  Object.assign(built.spec.containers[0]!, container);
  return built;
}

function container(name: string, image: string, rest: Partial<Container> = {}): Container {
  return { name, image, resources: {}, ...rest };
}

function cluster(): TestCluster {
  return new TestCluster({ controllers: allControllers });
}

const stories: Record<string, (cluster: TestCluster) => void> = {
  "crash-loop": (c) => {
    c.create(podKind, podWith("p", { command: ["sh", "-c", "exit 1"] }));
    c.advance(65 * SECOND);
  },
  "image-pull-back-off": (c) => {
    c.create(podKind, podWith("p", { image: "registry.example.com/no-such-image:1" }));
    c.advance(30 * SECOND);
  },
  "deleted-gracefully": (c) => {
    c.create(podKind, podWith("p", {}, { terminationGracePeriodSeconds: 2 }));
    c.advance(10 * SECOND);
    c.delete(podKind, pod("p"));
    c.advance(10 * SECOND);
  },
  exits: (c) => {
    c.create(podKind, podWith("ok", { command: ["true"] }, { restartPolicy: "Never" }));
    c.create(podKind, podWith("bad", { command: ["sh", "-c", "exit 5"] }, { restartPolicy: "Never" }));
    c.create(podKind, podWith("onf", { command: ["true"] }, { restartPolicy: "OnFailure" }));
    c.advance(20 * SECOND);
  },
  "init-and-sidecar": (c) => {
    const initContainers = [
      container("i1", "busybox", { command: ["sh", "-c", "sleep 1; exit 0"] }),
      container("side", "busybox", { restartPolicy: "Always", command: ["sleep", "infinity"] }),
      container("i2", "busybox", { command: ["sh", "-c", "sleep 1; exit 0"] }),
    ];
    c.create(podKind, podWith("p", {}, { initContainers }));
    c.advance(20 * SECOND);
  },
  "init-fails": (c) => {
    const initContainers = [container("i", "busybox", { command: ["false"] })];
    c.create(podKind, podWith("p", {}, { initContainers, restartPolicy: "Never" }));
    c.advance(20 * SECOND);
  },
  unschedulable: (c) => {
    c.create(podKind, podWith("sel", {}, { nodeSelector: { no: "where" } }));
    c.create(podKind, podWith("big", { resources: { requests: { cpu: "64" } } }));
    c.create(podKind, podWith("taint-tol", {}, { tolerations: [{ operator: "Exists" }], nodeName: "node-2" }));
    c.advance(10 * SECOND);
  },
  "scheduling-gate": (c) => {
    const created = c.create(podKind, podWith("p", {}, { schedulingGates: [{ name: "example.com/g" }] }));
    c.advance(2 * SECOND);
    c.update(podKind, created, (draft) => {
      delete draft.spec.schedulingGates;
    });
    c.advance(10 * SECOND);
  },
  "active-deadline": (c) => {
    c.create(podKind, podWith("p", {}, { activeDeadlineSeconds: 3 }));
    c.advance(10 * SECOND);
  },
  preemption: (c) => {
    c.create(priorityClassKind, {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name: "important" },
      value: 1000,
    });
    c.updateStatus(nodeKind, c.get(nodeKind, "node-3")!, ({ status }) => {
      status.capacity = { ...status.capacity, "example.com/slot": "1" };
      status.allocatable = { ...status.allocatable, "example.com/slot": "1" };
    });
    const resources = { limits: { "example.com/slot": "1" } };
    c.create(podKind, podWith("low", { resources }, { terminationGracePeriodSeconds: 1 }));
    c.advance(10 * SECOND);
    c.create(podKind, podWith("high", { resources }, { priorityClassName: "important" }));
    c.advance(10 * SECOND);
  },
  "readiness-gate": (c) => {
    const gated = c.create(podKind, podWith("p", {}, { readinessGates: [{ conditionType: "example.com/r" }] }));
    c.advance(10 * SECOND);
    c.updateStatus(podKind, gated, ({ status }) => {
      status.conditions = [{ type: "example.com/r", status: "True" }, ...(status.conditions ?? [])];
    });
    c.advance(10 * SECOND);
  },
  "ephemeral-container": (c) => {
    const running = c.create(podKind, podWith("p", {}));
    c.advance(10 * SECOND);
    const debug = container("dbg", "busybox", { command: ["sleep", "2"] });
    c.write((tx) =>
      tx.updateSubresource(podKind, "ephemeralcontainers", running, ({ spec }) => {
        spec.ephemeralContainers = [debug];
      }),
    );
    c.advance(10 * SECOND);
  },
  "no-execute-taint": (c) => {
    const toleration = { key: "rec", operator: "Exists" };
    const brief = { ...toleration, effect: "NoExecute", tolerationSeconds: 3 };
    c.create(podKind, podWith("plain", {}, { nodeName: "node-3" }));
    c.create(podKind, podWith("tol3", {}, { nodeName: "node-3", tolerations: [brief] }));
    c.create(podKind, podWith("tol", {}, { nodeName: "node-3", tolerations: [toleration] }));
    c.advance(10 * SECOND);
    const node = c.update(nodeKind, c.get(nodeKind, "node-3")!, (draft) => {
      draft.spec.taints = [{ key: "rec", value: "v", effect: "NoExecute" }];
    });
    c.advance(9 * SECOND);
    c.update(nodeKind, node, (draft) => {
      delete draft.spec.taints;
    });
    c.advance(3 * SECOND);
  },
};

/** States that may continue longer in the recording: the beginning must be equal. */
function expectSameBeginning(actual: readonly string[], expected: readonly string[]): void {
  const length = Math.min(actual.length, expected.length);
  expect(actual.slice(0, length)).toEqual(expected.slice(0, length));
}

function sandboxAsIn(recorded: readonly string[], actual: readonly string[]): readonly string[] {
  return recorded.some(isSandboxOnly) ? actual : actual.filter((change) => !isSandboxOnly(change));
}

/** A state in which the sandbox is ready just before its container runs. Only some watchers see it. */
function isSandboxOnly(change: string): boolean {
  return change.includes("PodReadyToStartContainers True") && change.includes("c: waiting ContainerCreating");
}

describe("a pod's life, as recorded", () => {
  for (const [name, play] of Object.entries(stories)) {
    it(name, () => {
      const story = cluster();
      play(story);
      const [actual, expected] = [storyOf(story), goldenStory(name)];
      expect(Object.keys(actual.changes).sort()).toEqual(Object.keys(expected.changes).sort());
      const isOpenEnded = name === "crash-loop" || name === "image-pull-back-off";
      for (const [podName, changes] of Object.entries(expected.changes)) {
        if (isOpenEnded) expectSameBeginning(actual.changes[podName] ?? [], changes);
        else expect(sandboxAsIn(changes, actual.changes[podName] ?? [])).toEqual(changes);
      }
      expect(actual.events).toEqual(expected.events);
    });
  }
});
