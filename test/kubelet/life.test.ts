/**
 * The life of containers as users see it: rules of restarts, throttling, volumes and variables of every source,
 * termination messages, ephemeral containers.
 */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import type { Container, ContainerStatus, EphemeralContainer, PodSpec } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, podWith } from "./clusters.ts";

const SECOND = 1000;

type Rules = NonNullable<Container["restartPolicyRules"]>;

function sh(script: string): Partial<Container> {
  return { image: "busybox", command: ["sh", "-c", script] };
}

function named(name: string, container: Partial<Container>): Container {
  return { name, ...container } as Container;
}

function logOf(cluster: TestCluster, container = "c", previous = false): string {
  const target = { pod: cluster.get(podKind, "p")!, container };
  return cluster.write((tx) => containerAccess.readLog(tx, target, { previous, timestamps: false })).text;
}

function statusOf(cluster: TestCluster, name = "c"): ContainerStatus {
  const { containerStatuses = [], initContainerStatuses = [] } = cluster.get(podKind, "p")!.status;
  return [...containerStatuses, ...initContainerStatuses].find((status) => status.name === name)!;
}

function rule(action: string, operator: string, ...values: number[]): Rules[number] {
  return { action, exitCodes: { operator, values } };
}

/** A volume that every container of the pod mounts at /data. */
const DATA: Partial<PodSpec> = { volumes: [{ name: "data", emptyDir: {} }] };
const volumeMounts = [{ name: "data", mountPath: "/data" }];
/** Ends with the codes of the list one run after the other, then with 0. */
function exits(...codes: number[]): Partial<Container> {
  const cases = codes.map((code, run) => `${run}) exit ${code};;`).join(" ");
  return {
    ...sh(`n=$(cat /data/n 2>/dev/null || echo 0); echo $((n+1)) > /data/n; case $n in ${cases} esac`),
    volumeMounts,
  };
}

describe("restart rules of a container", () => {
  it.each<[string, Partial<Container>, Partial<PodSpec>, [phase: string, restarts: number, exitCode: number]]>([
    [
      "a code that is listed",
      { ...exits(42), restartPolicyRules: [rule("Restart", "In", 42)] },
      {},
      ["Succeeded", 1, 0],
    ],
    ["another code", { ...exits(1), restartPolicyRules: [rule("Restart", "In", 42)] }, {}, ["Failed", 0, 1]],
    [
      "a code that is not excepted",
      { ...exits(7), restartPolicyRules: [rule("Restart", "NotIn", 0)] },
      {},
      ["Succeeded", 1, 0],
    ],
    ["the excepted code", { ...exits(3), restartPolicyRules: [rule("Restart", "NotIn", 3, 0)] }, {}, ["Failed", 0, 3]],
    [
      "the first rule that matches",
      { ...exits(5, 6), restartPolicyRules: [rule("Restart", "In", 5), rule("Restart", "In", 6)] },
      {},
      ["Succeeded", 2, 0],
    ],
    ["no rule, but the container's own policy", { ...exits(1), restartPolicy: "OnFailure" }, {}, ["Succeeded", 1, 0]],
    ["the container's policy Never", { ...exits(1) }, { restartPolicy: "OnFailure" }, ["Failed", 0, 1]],
  ])("%s", (_, container, spec, [phase, restarts, exitCode]) => {
    const policy = container.restartPolicy ?? "Never";
    const cluster = clusterWith(
      {},
      podWith("p", { ...container, restartPolicy: policy }, { restartPolicy: "Never", ...DATA, ...spec }),
    );
    cluster.advance(60 * SECOND);
    expect(cluster.get(podKind, "p")!.status.phase).toBe(phase);
    expect(statusOf(cluster)).toMatchObject({ restartCount: restarts, state: { terminated: { exitCode } } });
  });

  it("hold for init containers", () => {
    const init = named("i", { ...exits(42), restartPolicy: "Never", restartPolicyRules: [rule("Restart", "In", 42)] });
    const cluster = clusterWith(
      {},
      podWith("p", sh("echo done"), { restartPolicy: "Never", initContainers: [init], ...DATA }),
    );
    cluster.advance(60 * SECOND);
    expect(cluster.get(podKind, "p")!.status.phase).toBe("Succeeded");
    expect(statusOf(cluster, "i").restartCount).toBe(1);
    expect(logOf(cluster)).toBe("done\n");
  });

  it("leave the other containers alone", () => {
    const containers = [
      named("once", { ...sh("echo one"), restartPolicy: "Never" }),
      named("server", { image: "nginx" }),
    ];
    const cluster = clusterWith({}, podWith("p", {}, { containers, restartPolicy: "Always" }));
    cluster.advance(60 * SECOND);
    expect(statusOf(cluster, "once")).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 0 } } });
    expect(statusOf(cluster, "server")).toMatchObject({ restartCount: 0, ready: true });
    expect(cluster.get(podKind, "p")!.status.phase).toBe("Running");
  });
});

describe("RestartAllContainers", () => {
  const restartPolicyRules = [rule("RestartAllContainers", "In", 88)];

  function restarted() {
    const initContainers = [
      named("prepare", { ...sh("echo prepared; echo x >> /data/runs"), volumeMounts }),
      named("side", { ...sh("sleep 1d"), restartPolicy: "Always", volumeMounts }),
    ];
    const trigger = named("trigger", {
      ...sh('if [ "$(wc -l < /data/runs)" = 1 ]; then sleep 10; exit 88; fi; sleep 1d'),
      ...{ volumeMounts, restartPolicy: "Never", restartPolicyRules },
    });
    const containers = [named("main", { image: "nginx" }), trigger];
    const cluster = clusterWith({}, podWith("p", {}, { initContainers, containers, restartPolicy: "Never", ...DATA }));
    cluster.advance(8 * SECOND);
    return cluster;
  }

  it("runs every container again from the first init container on; volumes and the address stay", () => {
    const cluster = restarted();
    const before = cluster.get(podKind, "p")!.status;
    expect(before.conditions).toContainEqual(
      expect.objectContaining({ type: "AllContainersRestarting", status: "False" }),
    );
    cluster.advance(30 * SECOND);
    const {
      phase,
      podIP,
      initContainerStatuses = [],
      containerStatuses = [],
      conditions,
    } = cluster.get(podKind, "p")!.status;
    expect({ phase, podIP }).toEqual({ phase: "Running", podIP: before.podIP });
    const counts = [...initContainerStatuses, ...containerStatuses].map(({ name, restartCount }) => [
      name,
      restartCount,
    ]);
    expect(counts).toEqual([
      ["prepare", 1],
      ["side", 1],
      ["main", 1],
      ["trigger", 1],
    ]);
    expect(conditions).toContainEqual(expect.objectContaining({ type: "AllContainersRestarting", status: "False" }));
    expect(containerStatuses.every(({ state }) => state.running)).toBe(true);
  });

  it("does so after the exit of an init container, too", () => {
    const initContainers = [
      named("first", { ...sh("echo x >> /data/runs"), volumeMounts }),
      named("second", {
        ...sh('[ "$(wc -l < /data/runs)" = 1 ] && exit 88; exit 0'),
        ...{ volumeMounts, restartPolicy: "Never", restartPolicyRules },
      }),
    ];
    const cluster = clusterWith(
      {},
      podWith("p", sh("wc -l < /data/runs"), { initContainers, restartPolicy: "Never", ...DATA }),
    );
    cluster.advance(60 * SECOND);
    expect(statusOf(cluster, "first").restartCount).toBe(1);
    expect(statusOf(cluster, "second")).toMatchObject({ restartCount: 1, state: { terminated: { exitCode: 0 } } });
  });
});

describe("the control group of a container", () => {
  /** Lines of cpu.stat after ten seconds of work. */
  function cpuStat(work: string, cpu?: string): Record<string, number> {
    const script = `${work}; cat /sys/fs/cgroup/cpu.stat`;
    const container = {
      image: "polinux/stress",
      command: ["sh", "-c", script],
      ...(cpu && { resources: { limits: { cpu } } }),
    };
    const cluster = clusterWith({}, podWith("p", container, { restartPolicy: "Never" }));
    cluster.advance(120 * SECOND);
    const lines = logOf(cluster)
      .split("\n")
      .filter((line) => /^\w+ \d+$/.test(line));
    return Object.fromEntries(lines.map((line) => [line.split(" ")[0]!, Number(line.split(" ")[1])]));
  }

  it("counts no periods without a limit", () => {
    expect(cpuStat("stress --cpu 2 --timeout 10")).toMatchObject({ nr_periods: 0, nr_throttled: 0, throttled_usec: 0 });
  });

  it.each<[string, string, { usedSeconds: number; throttled: boolean; lostSeconds: number }]>([
    ["stress --cpu 2 --timeout 10", "500m", { usedSeconds: 5, throttled: true, lostSeconds: 15 }],
    ["stress --cpu 1 --timeout 10", "1", { usedSeconds: 10, throttled: false, lostSeconds: 0 }],
    ["sleep 10", "100m", { usedSeconds: 0, throttled: false, lostSeconds: 0 }],
  ])("counts throttled periods: %s under %s", (work, cpu, { usedSeconds, throttled, lostSeconds }) => {
    const stat = cpuStat(work, cpu);
    expect(Math.round(stat["usage_usec"]! / 1e6)).toBe(usedSeconds);
    expect(stat["nr_throttled"]! > 90).toBe(throttled);
    expect(stat["nr_periods"]! >= stat["nr_throttled"]!).toBe(true);
    expect(Math.round(stat["throttled_usec"]! / 1e6)).toBe(lostSeconds);
  });

  it("shows a busy loop of the shell as throttled", () => {
    const stat = cpuStat("i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done", "200m");
    expect(stat["nr_throttled"]).toBeGreaterThan(0);
    expect(stat["throttled_usec"]! / stat["usage_usec"]!).toBeCloseTo(4, 0);
  });
});

describe("variables and volumes of every source", () => {
  it.each<[string, Partial<Container>, Partial<PodSpec>, string]>([
    [
      "subPathExpr",
      {
        ...sh("cat /data/own; ls /all"),
        env: [{ name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
        volumeMounts: [
          { name: "data", mountPath: "/data", subPathExpr: "logs/$(POD)" },
          { name: "data", mountPath: "/all" },
        ],
      } as Partial<Container>,
      {
        ...DATA,
        initContainers: [named("i", { ...sh("mkdir -p /data/logs/p; echo mine > /data/logs/p/own"), volumeMounts })],
      },
      "mine\nlogs\n",
    ],
    [
      "a key of a file of a volume",
      {
        ...sh("echo $URL $NONE."),
        env: [
          { name: "URL", valueFrom: { fileKeyRef: { volumeName: "data", path: "config.env", key: "URL" } } },
          {
            name: "NONE",
            valueFrom: { fileKeyRef: { volumeName: "data", path: "config.env", key: "X", optional: true } },
          },
        ],
      } as Partial<Container>,
      {
        ...DATA,
        initContainers: [
          named("i", { ...sh(`printf "A='1'\\nURL='http://db:80'\\n" > /data/config.env`), volumeMounts }),
        ],
      },
      "http://db:80 .\n",
    ],
    [
      "mountPropagation",
      {
        ...sh("echo x > /data/f; cat /data/f"),
        volumeMounts: [{ ...volumeMounts[0]!, mountPropagation: "HostToContainer" }],
      },
      DATA,
      "x\n",
    ],
    [
      "an image",
      {
        ...sh("cat /web/html/index.html | head -2; touch /web/x"),
        volumeMounts: [{ name: "web", mountPath: "/web", subPath: "usr/share/nginx" }],
      },
      { volumes: [{ name: "web", image: { reference: "nginx:1.27", pullPolicy: "IfNotPresent" } }] },
      "<!DOCTYPE html>\n<html>\ntouch: /web/x: Read-only file system\n",
    ],
  ])("%s", (_, container, spec, log) => {
    const cluster = clusterWith({}, podWith("p", container, { restartPolicy: "Never", ...spec }));
    cluster.advance(60 * SECOND);
    expect(logOf(cluster)).toBe(log);
  });
});

describe("termination messages", () => {
  it.each<[string, Partial<Container>, string | undefined]>([
    ["the file", sh("echo why > /dev/termination-log; exit 1"), "why\n"],
    ["the file of a success", sh("printf ok > /dev/termination-log"), "ok"],
    ["another path", { ...sh("echo x > /tmp/end; exit 1"), terminationMessagePath: "/tmp/end" }, "x\n"],
    ["nothing", sh("echo log; exit 1"), undefined],
    [
      "the log after an error",
      { ...sh("echo log; exit 1"), terminationMessagePolicy: "FallbackToLogsOnError" },
      "log\n",
    ],
    ["no log after a success", { ...sh("echo log"), terminationMessagePolicy: "FallbackToLogsOnError" }, undefined],
    [
      "the file before the log",
      {
        ...sh("echo log; echo file > /dev/termination-log; exit 1"),
        terminationMessagePolicy: "FallbackToLogsOnError",
      },
      "file\n",
    ],
    ["the first 4096 bytes", sh("head -c 5000 /dev/zero | tr '\\0' x > /dev/termination-log"), "x".repeat(4096)],
  ])("%s", (_, container, message) => {
    const cluster = clusterWith({}, podWith("p", container, { restartPolicy: "Never" }));
    cluster.advance(30 * SECOND);
    expect(statusOf(cluster).state.terminated?.message).toBe(message);
  });
});

describe("a container ends and begins", () => {
  it.each<[string, Partial<Container>, Partial<PodSpec>, string]>([
    [
      "a signal of its own",
      { ...sh("trap 'echo usr1; exit 0' USR1; sleep 1d & wait"), lifecycle: { stopSignal: "SIGUSR1" } },
      { os: { name: "linux" } },
      "usr1\n",
    ],
    ["TERM", sh("trap 'echo term; exit 0' TERM; sleep 1d & wait"), {}, "term\n"],
  ])("by %s", (_, container, spec, log) => {
    const cluster = clusterWith(
      {},
      podWith("p", container, { activeDeadlineSeconds: 10, restartPolicy: "Never", ...spec }),
    );
    cluster.advance(60 * SECOND);
    expect(logOf(cluster)).toBe(log);
  });

  it.each(["Always", "OnFailure", "Never"])("with another image under the policy %s", (restartPolicy) => {
    const cluster = clusterWith({}, podWith("p", { image: "nginx:1.26" }, { restartPolicy }));
    cluster.advance(20 * SECOND);
    cluster.update(podKind, cluster.get(podKind, "p")!, (draft) => {
      draft.spec.containers[0]!.image = "nginx:1.27";
    });
    cluster.advance(5 * 60 * SECOND);
    expect(statusOf(cluster)).toMatchObject({
      restartCount: 1,
      ready: true,
      image: expect.stringMatching(/nginx:1.27$/),
    });
    expect(cluster.events()).toContain("Normal Killing Pod/p x1: Container c definition changed, will be restarted");
    expect(cluster.nextDueAtMs).toBeNull();
  });

  it("beside an ephemeral container, which never starts again", () => {
    const cluster = clusterWith({}, podWith("p", { image: "nginx" }, { restartPolicy: "Always" }));
    cluster.advance(20 * SECOND);
    cluster.write((tx) =>
      tx.updateSubresource(podKind, "ephemeralcontainers", cluster.get(podKind, "p")!, ({ spec }) => {
        spec.ephemeralContainers = [named("debug", sh("echo hi; exit 3")) as EphemeralContainer];
      }),
    );
    cluster.advance(60 * SECOND);
    const [debug] = cluster.get(podKind, "p")!.status.ephemeralContainerStatuses ?? [];
    expect(debug).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 3 } } });
    expect(cluster.get(podKind, "p")!.status.phase).toBe("Running");
    expect(logOf(cluster, "debug")).toBe("hi\n");
  });
});
