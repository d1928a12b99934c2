/** Refusals by kubelet and container runtime, and termination messages. */
import { describe, expect, it } from "vitest";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { PodSpec } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, containerOf, podWith, waitingReason } from "./clusters.ts";

const SECOND = 1000;

describe("a pod that bypassed the scheduler", () => {
  const asking = (name: string, cpu: string, spec: Partial<PodSpec> = {}) =>
    podWith(name, { resources: { requests: { cpu } } }, { nodeName: "node-1", ...spec });
  const statusOf = (cluster: TestCluster, name: string) => cluster.get(podKind, name)!.status;

  it("fails if its node lacks the requested resources", () => {
    const cluster = clusterWith({}, asking("a", "3"), asking("b", "3"));
    cluster.advance(10 * SECOND);
    expect(statusOf(cluster, "a").phase).toBe("Running");
    const used = 3000 + 1000 * systemCpu(cluster, "node-1");
    const message = `Node didn't have enough resource: cpu, requested: 3000, used: ${used}, capacity: 4000`;
    expect(statusOf(cluster, "b")).toMatchObject({
      ...{ phase: "Failed", reason: "OutOfcpu", message: `Pod was rejected: ${message}` },
    });
    expect(cluster.events()).toContain(`Warning OutOfcpu Pod/b x1: ${message}`);
    cluster.delete(podKind, cluster.get(podKind, "b")!);
    cluster.advance(10 * SECOND);
    expect(cluster.get(podKind, "b")).toBeUndefined();
  });

  it("fails if its affinity or the node's taints exclude the node", () => {
    const cluster = clusterWith({}, asking("elsewhere", "1m", { nodeSelector: { disk: "ssd" } }));
    cluster.update(nodeKind, cluster.get(nodeKind, "node-2")!, ({ spec }) => {
      spec.taints = [{ key: "drill", effect: "NoExecute" }];
    });
    cluster.create(podKind, asking("unwanted", "1m", { nodeName: "node-2" }));
    cluster.advance(10 * SECOND);
    expect(statusOf(cluster, "elsewhere")).toMatchObject({
      reason: "NodeAffinity",
      message: "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    });
    const message = "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate";
    expect(cluster.events()).toContain(`Warning TaintToleration Pod/unwanted x1: ${message}`);
  });
});

/** CPU requests of the system's own pods on a node. */
function systemCpu(cluster: TestCluster, node: string): number {
  const pods = cluster.list(podKind, "kube-system").filter(({ spec }) => spec.nodeName === node);
  const requests = pods.flatMap(({ spec }) => spec.containers.map(({ resources }) => resources?.requests?.["cpu"]));
  return requests.reduce((sum, cpu) => sum + Number.parseInt(cpu ?? "0", 10) / 1000, 0);
}

describe("a command that the image does not have", () => {
  const MESSAGE =
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " +
    "unable to start container process: error during container init: exec: ";
  const NOT_FOUND = `${MESSAGE}"slep": executable file not found in $PATH`;

  it("cannot be run, again and again", () => {
    const cluster = clusterWith({}, podWith("p", { image: "busybox", command: ["slep", "60"] }));
    cluster.advance(8 * SECOND);
    expect(cluster.events()).toContain(`Warning Failed Pod/p x2: Error: ${NOT_FOUND}`);
    expect(cluster.events().join("\n")).not.toContain("Started");
    expect(containerOf(cluster)).toMatchObject({
      ...{ ready: false, started: false, restartCount: 1 },
      state: { waiting: { reason: "RunContainerError", message: NOT_FOUND } },
      lastState: {
        terminated: { exitCode: 128, reason: "StartError", message: NOT_FOUND, startedAt: "1970-01-01T00:00:00Z" },
      },
    });
    cluster.advance(20 * SECOND);
    expect(waitingReason(cluster)).toMatch(/CrashLoopBackOff|RunContainerError/);
    cluster.advance(600 * SECOND);
    expect(waitingReason(cluster)).toBe("CrashLoopBackOff");
    expect(containerOf(cluster).restartCount).toBeGreaterThan(4);
    expect(containerOf(cluster).restartCount).toBeLessThan(9);
  });

  it.each(["/bin/nothing-here", "/sbin/serve"])("is known from a known image's folders: %s", (path) => {
    const cluster = clusterWith({}, podWith("p", { image: "nginx", command: [path] }, { restartPolicy: "Never" }));
    cluster.advance(10 * SECOND);
    const message = `${MESSAGE}"${path}": stat ${path}: no such file or directory`;
    expect(containerOf(cluster).state.terminated).toMatchObject({ exitCode: 128, reason: "StartError", message });
    const events = cluster.events().filter((line) => / (Created|Started|Failed) /.test(line));
    expect(events).toEqual([
      "Normal Created Pod/p x1: Container created",
      `Warning Failed Pod/p x1: Error: ${message}`,
    ]);
  });

  it("ends a pod that is not restarted", () => {
    const command = ["/opt/no-such-program"];
    const cluster = clusterWith({}, podWith("p", { command }, { restartPolicy: "Never" }));
    cluster.advance(10 * SECOND);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Failed");
    expect(containerOf(cluster).state.terminated).toMatchObject({
      ...{ exitCode: 128, reason: "StartError" },
      message: `${MESSAGE}"/opt/no-such-program": stat /opt/no-such-program: no such file or directory`,
    });
  });

  it.each([
    ["busybox", "/bin/sleep"],
    ["busybox", "/app/run"],
    ["alpine", "apk"],
    ["nginx", "/bin/bash"],
    ["nginx", "/usr/sbin/nginx"],
    ["registry.example.com/own", "serve"],
  ])("%s may have %s", (image, command) => {
    const cluster = clusterWith({}, podWith("p", { image, command: [command, "600"] }));
    cluster.advance(10 * SECOND);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Running");
  });
});

describe("the termination message of a container", () => {
  it.each([
    ["sleep 2; echo Sleep expired > /dev/termination-log", undefined, "Sleep expired\n"],
    ["echo 'out of stock' >/tmp/why; exit 1", "/tmp/why", "out of stock\n"],
    ["echo to nobody > /dev/null; echo to somebody else > /tmp/other", undefined, undefined],
  ])("%s", (script, terminationMessagePath, message) => {
    const container = {
      image: "busybox",
      command: ["sh", "-c", script],
      ...(terminationMessagePath && { terminationMessagePath }),
    };
    const cluster = clusterWith({}, podWith("p", container, { restartPolicy: "Never" }));
    cluster.advance(10 * SECOND);
    expect(containerOf(cluster).state.terminated?.message).toBe(message);
  });
});
