/** Nodes that fail and come back, as students see it with kubectl. */
import { beforeEach, describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { beginFault, endFault } from "../../src/control-plane/faults.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { statefulSetKind } from "../../src/kinds/apps/stateful-set.ts";
import { leaseKind } from "../../src/kinds/coordination/lease.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { faultsOf } from "../../src/kinds/faults.ts";
import { leaseAtRead, nodeAtRead } from "../../src/kinds/heartbeats.ts";
import type { Node, NodeCondition, Pod } from "../../src/schema/index.ts";
import { deployment, statefulSet } from "../support/builders.ts";
import { START_MS, TestCluster } from "../support/cluster.ts";

const SECOND = 1000;
const GRACE = 55 * SECOND;
const TOLERATION = 300 * SECOND;
const UNREACHABLE = "node.kubernetes.io/unreachable";

let cluster: TestCluster;

beforeEach(() => {
  cluster = new TestCluster({ controllers: allControllers });
  cluster.advance(3 * SECOND);
});

function fail(node: string): void {
  cluster.write((tx) => beginFault(tx, { kind: "node-down", node }));
}

function recover(node: string): void {
  cluster.write((tx) => endFault(tx, `node-down-${node}`));
}

function faults() {
  return cluster.write((tx) => faultsOf(tx, ["node-1", "node-2", "node-3"]));
}

function node(name: string): Node {
  return cluster.get(nodeKind, name)!;
}

function condition({ status }: Node | Pod, type: string): NodeCondition | undefined {
  return (status.conditions as NodeCondition[] | undefined)?.find((each) => each.type === type);
}

function taints(name: string): string[] {
  return (node(name).spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
}

function podsOf(app: string): Pod[] {
  return cluster.list(podKind, "default").filter(({ metadata }) => metadata.labels?.["app"] === app);
}

/** The present output of `kubectl get nodes` and `kubectl get leases -n kube-node-lease`. */
function lastHeard(name: string): { status?: string | null; lease?: string } {
  return cluster.write((tx) => ({
    status: condition(nodeAtRead(node(name), tx.nowMs, tx), "Ready")?.lastHeartbeatTime,
    lease: leaseAtRead(cluster.get(leaseKind, name, "kube-node-lease")!, tx.nowMs, tx).spec.renewTime as string,
  }));
}

/** A StatefulSet's pod and its node. */
function statefulPod(): { name: string; node: string; uid: string } {
  cluster.create(statefulSetKind, statefulSet("db", { replicas: 1 }));
  cluster.advance(30 * SECOND);
  const [pod] = podsOf("db");
  return { name: pod!.metadata.name!, node: pod!.spec.nodeName!, uid: pod!.metadata.uid! };
}

describe("a node that goes down", () => {
  it("is Ready until its grace period ends, then Unknown and unreachable", () => {
    cluster.advance(4 * SECOND);
    fail("node-2");
    cluster.advance(40 * SECOND);
    expect(condition(node("node-2"), "Ready")?.status).toBe("True");
    cluster.advance(10 * SECOND);
    const conditions = node("node-2").status.conditions!;
    expect(conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`)).toEqual([
      "MemoryPressure Unknown NodeStatusUnknown",
      "DiskPressure Unknown NodeStatusUnknown",
      "PIDPressure Unknown NodeStatusUnknown",
      "Ready Unknown NodeStatusUnknown",
    ]);
    expect(condition(node("node-2"), "Ready")).toMatchObject({
      message: "Kubelet stopped posting node status.",
      lastHeartbeatTime: "2026-01-01T00:00:00Z",
      lastTransitionTime: "2026-01-01T00:00:50Z",
    });
    expect(taints("node-2").sort()).toEqual([`${UNREACHABLE}:NoExecute`, `${UNREACHABLE}:NoSchedule`]);
    expect(taints("node-1")).toEqual([]);
    expect(cluster.events()).toContain("Normal NodeNotReady Node/node-2 x1: Node node-2 status is now: NodeNotReady");
  });

  it("sends no heartbeat from the moment of its failure", () => {
    cluster.advance(320 * SECOND);
    fail("node-2");
    cluster.advance(15 * SECOND);
    const frozen = { status: "2026-01-01T00:05:00Z", lease: "2026-01-01T00:05:20.000000Z" };
    expect(lastHeard("node-2")).toEqual(frozen);
    expect(lastHeard("node-1").lease).toBe("2026-01-01T00:05:30.000000Z");
    cluster.advance(1000 * SECOND);
    expect(lastHeard("node-2")).toEqual(frozen);
    expect(lastHeard("node-1").status).toBe("2026-01-01T00:20:00Z");
  });

  it("has unready pods; a Deployment's are replaced elsewhere when their toleration ends", () => {
    cluster.create(deploymentKind, deployment("web", { replicas: 3 }));
    cluster.advance(30 * SECOND);
    const lost = podsOf("web").filter(({ spec }) => spec.nodeName === "node-2");
    expect(lost).toHaveLength(1);
    const name = lost[0]!.metadata.name!;
    fail("node-2");
    cluster.advance(GRACE);
    expect(condition(cluster.get(podKind, name)!, "Ready")?.status).toBe("False");
    expect(cluster.events()).toContain(`Warning NodeNotReady Pod/${name} x1: Node is not ready`);
    expect(podsOf("web")).toHaveLength(3);

    cluster.advance(TOLERATION + 30 * SECOND);
    expect(cluster.get(podKind, name)!.metadata.deletionTimestamp).toBeDefined();
    expect(cluster.get(deploymentKind, "web")!.status.readyReplicas).toBe(3);
    expect(podsOf("web").filter(({ spec }) => spec.nodeName === "node-2")).toHaveLength(1);

    cluster.advance(3600 * SECOND);
    expect(cluster.get(podKind, name)!.status.phase).toBe("Running");
  });

  it("never has two pods of one ordinal: a StatefulSet's is replaced when the old one was force-deleted", () => {
    const old = statefulPod();
    fail(old.node);
    cluster.advance(GRACE + TOLERATION + 600 * SECOND);
    const [stuck, ...others] = podsOf("db");
    expect(others).toEqual([]);
    expect(stuck!.metadata).toMatchObject({ uid: old.uid, deletionTimestamp: expect.anything() });

    cluster.delete(podKind, stuck!, { gracePeriodSeconds: 0 });
    cluster.advance(30 * SECOND);
    const [next] = podsOf("db");
    expect(next!.metadata.name).toBe(old.name);
    expect(next!.metadata.uid).not.toBe(old.uid);
    expect(next!.spec.nodeName).not.toBe(old.node);
    expect(condition(next!, "Ready")?.status).toBe("True");
  });

  it("never has two pods of one ordinal: or when the node was deleted", () => {
    const old = statefulPod();
    fail(old.node);
    cluster.advance(GRACE + TOLERATION + 60 * SECOND);
    cluster.delete(nodeKind, node(old.node));
    cluster.advance(90 * SECOND);
    const [next, ...others] = podsOf("db");
    expect(others).toEqual([]);
    expect(next!.metadata.uid).not.toBe(old.uid);
    expect(condition(next!, "Ready")?.status).toBe("True");
    expect(faults()).toEqual([]);
  });

  it("never has two pods of one ordinal: or when the node was declared out of service", () => {
    const old = statefulPod();
    fail(old.node);
    cluster.advance(GRACE);
    cluster.update(nodeKind, node(old.node), ({ spec }) => {
      const taint = { key: "node.kubernetes.io/out-of-service", value: "nodeshutdown", effect: "NoExecute" };
      spec.taints = [...(spec.taints ?? []), taint];
    });
    cluster.advance(SECOND);
    expect(podsOf("db")[0]!.metadata).toMatchObject({ uid: old.uid, deletionTimestamp: expect.anything() });
    cluster.advance(90 * SECOND);
    const [next, ...others] = podsOf("db");
    expect(others).toEqual([]);
    expect(next!.spec.nodeName).not.toBe(old.node);
    expect(condition(next!, "Ready")?.status).toBe("True");
  });

  it("never has two pods of one ordinal: or when the node came back", () => {
    const old = statefulPod();
    fail(old.node);
    cluster.advance(GRACE + TOLERATION + 60 * SECOND);
    recover(old.node);
    cluster.advance(60 * SECOND);
    const [next, ...others] = podsOf("db");
    expect(others).toEqual([]);
    expect(next!.metadata.uid).not.toBe(old.uid);
    expect(condition(next!, "Ready")?.status).toBe("True");
  });
});

describe("a node that comes back", () => {
  it("is Ready again, without taints, and its pods serve as before", () => {
    const old = statefulPod();
    fail(old.node);
    cluster.advance(GRACE + 60 * SECOND);
    expect(faults()).toMatchObject([{ name: `node-down-${old.node}`, node: old.node }]);
    recover(old.node);
    expect(faults()).toEqual([]);
    cluster.advance(10 * SECOND);
    expect(condition(node(old.node), "Ready")).toMatchObject({ status: "True", reason: "KubeletReady" });
    expect(taints(old.node)).toEqual([]);
    const message = `Node ${old.node} status is now: NodeReady`;
    expect(cluster.events()).toContain(`Normal NodeReady Node/${old.node} x1: ${message}`);
    const [pod] = podsOf("db");
    expect(pod!.metadata.uid).toBe(old.uid);
    expect(condition(pod!, "Ready")?.status).toBe("True");
    cluster.advance(TOLERATION);
    expect(podsOf("db")[0]!.metadata.uid).toBe(old.uid);
  });

  it("gets no taint if it was down for less than the grace period", () => {
    const old = statefulPod();
    const before = cluster.log.length;
    fail(old.node);
    cluster.advance(20 * SECOND);
    recover(old.node);
    cluster.advance(120 * SECOND);
    expect(cluster.log.slice(before).map(({ key }) => key)).toEqual([
      `coordination.k8s.io/leases/kube-node-lease/${old.node}`,
    ]);
    expect(cluster.nextDueAtMs === null || cluster.nextDueAtMs > cluster.nowMs + 60 * SECOND).toBe(true);
  });

  it("ends pods that were deleted while it was down", () => {
    const old = statefulPod();
    fail(old.node);
    cluster.delete(podKind, podsOf("db")[0]!);
    cluster.advance(40 * SECOND);
    expect(podsOf("db").map(({ metadata }) => metadata.uid)).toEqual([old.uid]);
    recover(old.node);
    cluster.advance(40 * SECOND);
    expect(podsOf("db").map(({ metadata }) => metadata.uid)).not.toEqual([old.uid]);
  });
});

describe("taints of the node controller", () => {
  it("a cordoned node has the unschedulable taint until it is uncordoned", () => {
    const cordon = (unschedulable: boolean) =>
      cluster.update(nodeKind, node("node-1"), ({ spec }) => {
        if (unschedulable) spec.unschedulable = true;
        else delete spec.unschedulable;
      });
    cordon(true);
    cluster.advance(SECOND);
    expect(taints("node-1")).toEqual(["node.kubernetes.io/unschedulable:NoSchedule"]);
    cordon(false);
    cluster.advance(SECOND);
    expect(taints("node-1")).toEqual([]);
  });

  it("evict no pods when all nodes are silent, because then the network has failed", () => {
    for (const name of ["node-1", "node-2", "node-3"]) fail(name);
    cluster.advance(GRACE + TOLERATION);
    for (const name of ["node-1", "node-2", "node-3"]) expect(taints(name)).toEqual([`${UNREACHABLE}:NoSchedule`]);
    recover("node-3");
    cluster.advance(20 * SECOND);
    expect(taints("node-3")).toEqual([]);
    expect(taints("node-1")).toEqual([`${UNREACHABLE}:NoSchedule`, `${UNREACHABLE}:NoExecute`]);
  });

  it("a node that only a client created is Unknown after a minute, and its pods never run", () => {
    const written = { apiVersion: "v1", kind: "Node", metadata: { name: "paper" }, spec: {}, status: {} };
    cluster.create(nodeKind, written as unknown as Node);
    cluster.advance(70 * SECOND);
    expect(condition(node("paper"), "Ready")).toMatchObject({ status: "Unknown", reason: "NodeStatusNeverUpdated" });
    expect(taints("paper").sort()).toEqual([`${UNREACHABLE}:NoExecute`, `${UNREACHABLE}:NoSchedule`]);
    expect(cluster.events().join()).not.toContain("NodeNotReady");
  });
});

it("a deleted node's pods are removed, with an Event", () => {
  expect(START_MS % (10 * SECOND)).toBe(0);
  const old = statefulPod();
  cluster.delete(nodeKind, node(old.node));
  cluster.advance(90 * SECOND);
  const [next] = podsOf("db");
  expect(next!.metadata.uid).not.toBe(old.uid);
  expect(next!.spec.nodeName).not.toBe(old.node);
  const message = `Node ${old.node} event: Removing Node ${old.node} from Controller`;
  expect(cluster.events()).toContain(`Normal RemovingNode Node/${old.node} x1: ${message}`);
});
