import { describe, expect, it } from "vitest";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { ConfigMap, Container, Node, Pod, PodSpec, Probe } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, containerOf, podWith, waitingReason } from "./clusters.ts";

const SECOND = 1000;

function configMap(name: string, data: Record<string, string>): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data } as ConfigMap;
}

/** The seconds since the start at which a watcher saw the pod become ready or not ready. */
function readiness(cluster: TestCluster, name = "p"): [number, boolean][] {
  const seen: [number, boolean][] = [];
  const startMs = cluster.log[0]!.timeMs;
  for (const { key, body, timeMs } of cluster.log) {
    if (key !== `core/pods/default/${name}`) continue;
    const { status } = JSON.parse(body) as Pod;
    const isReady = status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
    if (seen.at(-1)?.[1] !== isReady) seen.push([Math.floor((timeMs - startMs) / SECOND), isReady]);
  }
  return seen;
}

describe("a container that needs a ConfigMap", () => {
  it("waits for a ConfigMap of its environment, and starts once it exists", () => {
    const cluster = clusterWith({}, podWith("p", { envFrom: [{ configMapRef: { name: "settings" } }] }));
    cluster.advance(5 * SECOND);
    expect(containerOf(cluster).state.waiting).toEqual({
      reason: "CreateContainerConfigError",
      message: 'configmap "settings" not found',
    });
    expect(cluster.events()).toContain('Warning Failed Pod/p x1: Error: configmap "settings" not found');
    cluster.create(configMapKind, configMap("settings", { a: "b" }));
    cluster.advance(SECOND);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Running");
  });

  it("waits for a key of a ConfigMap", () => {
    const valueFrom = { configMapKeyRef: { name: "settings", key: "color" } };
    const cluster = clusterWith({});
    cluster.create(configMapKind, configMap("settings", { size: "1" }));
    cluster.create(podKind, podWith("p", { env: [{ name: "COLOR", valueFrom }] }));
    cluster.advance(5 * SECOND);
    expect(containerOf(cluster).state.waiting?.message).toBe("couldn't find key color in ConfigMap default/settings");
  });

  it("waits for a ConfigMap of a volume before anything is created", () => {
    const volumes = [{ name: "v", configMap: { name: "files" } }];
    const cluster = clusterWith({}, podWith("p", {}, { volumes }));
    cluster.advance(20 * SECOND);
    expect(waitingReason(cluster)).toBe("ContainerCreating");
    expect(cluster.get(podKind, "p")?.status.podIP).toBeUndefined();
    expect(cluster.events().join("\n")).toContain(
      'MountVolume.SetUp failed for volume "v" : configmap "files" not found',
    );
    cluster.create(configMapKind, configMap("files", {}));
    cluster.advance(5 * SECOND);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Running");
  });

  it("retries with back-off while nothing changes", () => {
    const cluster = clusterWith({}, podWith("p", { envFrom: [{ secretRef: { name: "none" } }] }));
    const day = 24 * 3600 * SECOND;
    cluster.advance(day);
    const writes = cluster.log.length;
    cluster.advance(day);
    expect(cluster.log.length - writes).toBeLessThan(2 * 24 * 60);
  });
});

describe("a container that crashes for days", () => {
  it("costs a bounded number of writes per restart", () => {
    const cluster = clusterWith({}, podWith("p", { image: "busybox", command: ["sh", "-c", "exit 1"] }));
    const day = 24 * 3600 * SECOND;
    cluster.advance(day);
    const [writes, restarts] = [cluster.log.length, containerOf(cluster).restartCount];
    cluster.advance(day);
    const more = containerOf(cluster).restartCount - restarts;
    // Every five minutes, the longest back-off.
    expect(more).toBeGreaterThan(270);
    expect(more).toBeLessThanOrEqual(288);
    expect((cluster.log.length - writes) / more).toBeLessThan(9);
    expect(cluster.events().join("\n")).toContain("Back-off restarting failed container c in pod p_default");
  });

  it("resets its back-off after a run of ten minutes", () => {
    const cluster = clusterWith({}, podWith("p", { image: "busybox", command: ["sh", "-c", "sleep 900; exit 1"] }));
    cluster.advance(2800 * SECOND);
    expect(containerOf(cluster).restartCount).toBe(3);
    expect(cluster.events().join("\n")).not.toContain("BackOff");
  });
});

describe("images", () => {
  it("reports an invalid name", () => {
    const cluster = clusterWith({}, podWith("p", { image: "Nginx" }));
    cluster.advance(5 * SECOND);
    expect(waitingReason(cluster)).toBe("InvalidImageName");
    expect(containerOf(cluster).state.waiting?.message).toContain("must be lowercase");
  });

  it("is not pulled with the policy Never", () => {
    const cluster = clusterWith({}, podWith("p", { imagePullPolicy: "Never" }));
    cluster.advance(5 * SECOND);
    expect(waitingReason(cluster)).toBe("ErrImageNeverPull");
  });

  it("is cached for the next pod of the node", () => {
    const cluster = clusterWith({}, podWith("first", {}, { nodeName: "node-1" }));
    cluster.advance(10 * SECOND);
    cluster.create(podKind, podWith("second", {}, { nodeName: "node-1" }));
    cluster.advance(10 * SECOND);
    expect(cluster.events()).toContain(
      'Normal Pulled Pod/second x1: Container image "nginx:1" already present on machine and can be accessed by the pod',
    );
  });

  it("may be replaced by another one while the pod waits or runs", () => {
    const cluster = clusterWith({}, podWith("p", { image: "registry.example.com/no-such-image" }));
    cluster.advance(20 * SECOND);
    expect(waitingReason(cluster)).toMatch(/ImagePull/);
    const replace = (image: string) =>
      cluster.update(podKind, cluster.get(podKind, "p")!, ({ spec }) => {
        spec.containers[0]!.image = image;
      });
    replace("nginx:1");
    cluster.advance(10 * SECOND);
    expect(containerOf(cluster)).toMatchObject({ ready: true, restartCount: 0, image: "nginx:1" });
    replace("nginx:2");
    cluster.advance(10 * SECOND);
    expect(containerOf(cluster)).toMatchObject({ ready: true, restartCount: 1, image: "nginx:2" });
  });
});

describe("a container that is changed", () => {
  it.each(["Never", "OnFailure", "Always"])("is started again with every restart policy: %s", (restartPolicy) => {
    const cluster = clusterWith({}, podWith("p", { image: "nginx:1.23" }, { restartPolicy }));
    cluster.advance(10 * SECOND);
    cluster.update(podKind, cluster.get(podKind, "p")!, (draft) => {
      draft.spec.containers[0]!.image = "nginx:1.24";
    });
    cluster.advance(60 * SECOND);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Running");
    expect(containerOf(cluster)).toMatchObject({ ready: true, restartCount: 1, image: "nginx:1.24" });
    const events = cluster.events();
    expect(events).toContain("Normal Killing Pod/p x1: Container c definition changed, will be restarted");
    expect(events).toContain("Normal Created Pod/p x2: Container created");
  });

  it("is stopped for good where a probe fails and nothing may be started again", () => {
    const livenessProbe = { exec: { command: ["false"] }, periodSeconds: 1, failureThreshold: 2 };
    const cluster = clusterWith({}, podWith("p", { livenessProbe }, { restartPolicy: "Never" }));
    cluster.advance(30 * SECOND);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Succeeded");
    expect(containerOf(cluster)).toMatchObject({
      ready: false,
      restartCount: 0,
      state: { terminated: { exitCode: 0 } },
    });
    expect(cluster.events()).toContain("Normal Killing Pod/p x1: Container c failed liveness probe");
  });
});

describe("the end of containers", () => {
  function deleted(container: Partial<Container>, spec: Partial<PodSpec> = {}): TestCluster {
    const cluster = clusterWith({}, podWith("p", container, { terminationGracePeriodSeconds: 10, ...spec }));
    cluster.advance(10 * SECOND);
    cluster.delete(podKind, cluster.get(podKind, "p")!);
    return cluster;
  }
  const lastState = (cluster: TestCluster) =>
    cluster.log
      .filter(({ key }) => key === "core/pods/default/p")
      .map(({ body }) => (JSON.parse(body) as Pod).status.containerStatuses?.[0]?.state.terminated)
      .at(-1);

  it("a server stops on SIGTERM", () => {
    const cluster = deleted({});
    cluster.advance(3 * SECOND);
    expect(cluster.get(podKind, "p")).toBeUndefined();
    expect(lastState(cluster)).toMatchObject({ exitCode: 0, reason: "Completed" });
  });

  it("a stopped pod is seen terminating for a second or two, the time of containerd and volumes", () => {
    const cluster = deleted({});
    const phase = () => cluster.get(podKind, "p")?.status.phase;
    cluster.advance(750);
    expect(phase()).toBe("Running");
    cluster.advance(700);
    expect(phase() ?? "gone").not.toBe("Running");
    cluster.advance(900);
    expect(phase()).toBeUndefined();
  });

  it("a stopped pod is gone at once with instant latency", () => {
    const cluster = clusterWith({ latency: "instant" }, podWith("p", {}));
    cluster.advance(SECOND);
    cluster.delete(podKind, cluster.get(podKind, "p")!);
    cluster.advance(300);
    expect(cluster.get(podKind, "p")).toBeUndefined();
  });

  it("a force-deleted pod has a Killing event, too, and a new pod of its name is independent", () => {
    const cluster = clusterWith({}, podWith("p", {}));
    cluster.advance(10 * SECOND);
    const killed = () => cluster.events().filter((line) => line.includes(" Killing "));
    cluster.delete(podKind, cluster.get(podKind, "p")!, { gracePeriodSeconds: 0 });
    cluster.create(podKind, podWith("p", {}));
    cluster.advance(10 * SECOND);
    expect(killed()).toEqual(["Normal Killing Pod/p x1: Stopping container c"]);
    cluster.delete(podKind, cluster.get(podKind, "p")!);
    cluster.advance(10 * SECOND);
    expect(killed()).toHaveLength(2);
  });

  it("a pod that never ran is force-deleted without an event", () => {
    const cluster = clusterWith({}, podWith("p", {}));
    cluster.advance(300);
    expect(cluster.get(podKind, "p")?.spec.nodeName).toBeDefined();
    cluster.delete(podKind, cluster.get(podKind, "p")!, { gracePeriodSeconds: 0 });
    cluster.advance(SECOND);
    expect(cluster.events().join("\n")).not.toContain("Killing");
  });

  it("a shell ignores SIGTERM, and is killed when its grace period ends", () => {
    const cluster = deleted({ image: "busybox", command: ["sh", "-c", "sleep 3600"] });
    cluster.advance(9 * SECOND);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Running");
    cluster.advance(3 * SECOND);
    expect(cluster.get(podKind, "p")).toBeUndefined();
    expect(lastState(cluster)).toMatchObject({ exitCode: 137, reason: "Error" });
  });

  it("a preStop hook runs first", () => {
    const cluster = deleted({ lifecycle: { preStop: { sleep: { seconds: 5 } } } });
    cluster.advance(4 * SECOND);
    expect(cluster.get(podKind, "p")).toBeDefined();
    cluster.advance(3 * SECOND);
    expect(cluster.get(podKind, "p")).toBeUndefined();
  });

  it("sidecars end after the main containers", () => {
    const initContainers = [{ name: "side", image: "nginx:1", restartPolicy: "Always", resources: {} }];
    const spec = { restartPolicy: "Never", initContainers };
    const cluster = clusterWith({}, podWith("p", { image: "busybox", command: ["sleep", "1"] }, spec));
    cluster.advance(20 * SECOND);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Succeeded");
    expect(cluster.events()).toContain("Normal Killing Pod/p x1: Stopping container side");
  });
});

describe("probes", () => {
  const exec = (command: string[], rest: Partial<Probe> = {}): Probe => ({ exec: { command }, ...rest });

  it("a readiness probe of the wrong port never succeeds, with an event", () => {
    const readinessProbe = { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 };
    const cluster = clusterWith({}, podWith("p", { readinessProbe }));
    cluster.advance(30 * SECOND);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Running");
    expect(containerOf(cluster)).toMatchObject({ ready: false, started: true, restartCount: 0 });
    expect(cluster.events().join("\n")).toMatch(
      /Readiness probe failed: Get "http:\/\/10\.244\.\d\.\d+:8080\/": dial tcp 10\.244\.\d\.\d+:8080: connect: connection refused/,
    );
  });

  it("a liveness probe restarts a container whose file is removed", () => {
    const command = ["/bin/sh", "-c", "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"];
    const livenessProbe = exec(["cat", "/tmp/healthy"], { initialDelaySeconds: 5, periodSeconds: 5 });
    const cluster = clusterWith({}, podWith("p", { image: "busybox", command, livenessProbe }));
    cluster.advance(30 * SECOND);
    expect(containerOf(cluster).restartCount).toBe(0);
    cluster.advance(60 * SECOND);
    expect(containerOf(cluster)).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 137 } } });
    expect(cluster.events()).toEqual(
      expect.arrayContaining([
        "Warning Unhealthy Pod/p x3: Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n",
        "Normal Killing Pod/p x1: Container c failed liveness probe, will be restarted",
      ]),
    );
  });

  it("a server that begins to fail is restarted, again and again", () => {
    const livenessProbe = { httpGet: { path: "/healthz", port: 8080 }, initialDelaySeconds: 3, periodSeconds: 3 };
    const image = "registry.k8s.io/e2e-test-images/agnhost:2.40";
    const cluster = clusterWith({}, podWith("p", { image, args: ["liveness"], livenessProbe }));
    cluster.advance(90 * SECOND);
    expect(containerOf(cluster).restartCount).toBeGreaterThan(2);
    expect(cluster.events().join("\n")).toContain("Liveness probe failed: HTTP probe failed with statuscode: 500");
  });

  it("a startup probe holds back readiness until it succeeds", () => {
    const command = ["sh", "-c", "sleep 12; touch /tmp/up; sleep 9999"];
    const startupProbe = exec(["cat", "/tmp/up"], { periodSeconds: 5, failureThreshold: 10 });
    const cluster = clusterWith({}, podWith("p", { image: "busybox", command, startupProbe }));
    cluster.advance(60 * SECOND);
    expect(readiness(cluster)).toEqual([
      [0, false],
      [15, true],
    ]);
    expect(containerOf(cluster).restartCount).toBe(0);
  });
});

describe("addresses", () => {
  it("are a pod's own, except on the host network", () => {
    const pods = [1, 2, 3, 4, 5].map((n) => podWith(`p${n}`, {}, { nodeName: "node-2" }));
    const cluster = clusterWith({}, ...pods, podWith("host", {}, { nodeName: "node-2", hostNetwork: true }));
    cluster.advance(10 * SECOND);
    const addresses = pods.map(({ metadata }) => cluster.get(podKind, metadata.name!)?.status.podIP);
    expect(new Set(addresses).size).toBe(5);
    for (const address of addresses) expect(address).toMatch(/^10\.244\.2\.\d+$/);
    expect(cluster.get(podKind, "host")?.status.podIP).toBe("192.168.0.12");
  });

  it("are reused when all were allocated, without two pods having the same", () => {
    const cluster = clusterWith({ latency: "instant" }, podWith("stays", {}, { nodeName: "node-2" }));
    cluster.advance(SECOND);
    const stays = cluster.get(podKind, "stays")?.status.podIP;
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 260; i++) {
      cluster.create(podKind, podWith("passes", {}, { nodeName: "node-2" }));
      cluster.advance(SECOND);
      seen.add(cluster.get(podKind, "passes")?.status.podIP);
      cluster.delete(podKind, cluster.get(podKind, "passes")!, { gracePeriodSeconds: 0 });
    }
    expect(seen.has(undefined)).toBe(false);
    expect(seen.has(stays)).toBe(false);
    expect(seen.size).toBe(251);
  });
});

describe("a node that a client created", () => {
  it("runs nothing until a kubelet reports", () => {
    const cluster = clusterWith({});
    const metadata = { name: "paper" };
    const node = cluster.create(nodeKind, { apiVersion: "v1", kind: "Node", metadata, spec: {}, status: {} } as Node);
    cluster.create(podKind, podWith("p", {}, { nodeName: "paper" }));
    cluster.advance(60 * SECOND);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Pending");
    cluster.updateStatus(nodeKind, node, (draft) => {
      draft.status.conditions = [{ type: "Ready", status: "True" }];
    });
    cluster.advance(10 * SECOND);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Running");
  });
});

describe("a cluster with instant latency", () => {
  it("has pods running as soon as they are placed", () => {
    const cluster = clusterWith({ latency: "instant" }, podWith("p", { image: "mysql" }));
    cluster.advance(30);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Running");
  });
});

describe("pods of the base", () => {
  it("are adopted unchanged, and end when they are deleted", () => {
    const cluster = clusterWith({});
    const coreDns = cluster.list(podKind, "kube-system").find(({ metadata }) => metadata.name?.startsWith("coredns"))!;
    cluster.delete(podKind, coreDns);
    cluster.advance(20 * SECOND);
    const names = cluster.list(podKind, "kube-system").map(({ metadata }) => metadata.name);
    expect(names).not.toContain(coreDns.metadata.name);
    expect(names.filter((name) => name?.startsWith("coredns"))).toHaveLength(2);
    expect(cluster.nextDueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(cluster.nowMs + 60 * SECOND);
  });

  it("are mirror pods of static pods: a deleted one is created again, and its containers never stop", () => {
    const cluster = clusterWith({});
    const etcd = cluster.get(podKind, "etcd-node-1", "kube-system")!;
    cluster.advance(60 * SECOND);
    cluster.delete(podKind, etcd);
    cluster.advance(SECOND);
    const renewed = cluster.get(podKind, "etcd-node-1", "kube-system")!;
    expect(renewed.metadata.uid).not.toBe(etcd.metadata.uid);
    expect(renewed.spec).toEqual(etcd.spec);
    expect(renewed.status.phase).toBe("Running");
    expect(renewed.status.containerStatuses).toEqual(etcd.status.containerStatuses);
  });
});
