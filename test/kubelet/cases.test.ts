/** Small inputs of public exercises, and the states that a real cluster shows for them. */
import { describe, expect, it } from "vitest";
import { findImageProgram } from "../../src/images/find.ts";
import { jobKind } from "../../src/kinds/batch/job.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import type { Container, Job, Pod, PodSpec, Service } from "../../src/schema/index.ts";
import { job, pod as podNamed } from "../support/builders.ts";
import type { TestCluster } from "../support/cluster.ts";
import { findProgram } from "../support/software.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

/** Programs that are not written yet. */
const lacks = (...names: string[]) => names.some((name) => !findProgram(name) && !findImageProgram(name));

const SECOND = 1000;
const MINUTE = 60 * SECOND;

function logOf(cluster: TestCluster, pod: Pod, { previous = false, container = "c" } = {}): string {
  const options = { previous, timestamps: false };
  return cluster.write((tx) => containerAccess.readLog(tx, { pod, container }, options)).text;
}

/** The state of a pod's first container after its first run, in a pod that does not restart it. */
function ran(container: Partial<Container>, spec: Partial<PodSpec> = {}, forMs = 20 * SECOND) {
  const cluster = clusterWith({ unknownImages: "fail" }, podWith("p", container, { restartPolicy: "Never", ...spec }));
  cluster.advance(forMs);
  const pod = cluster.get(podKind, "p")!;
  const { terminated } = containerOf(cluster).state;
  return { cluster, pod, exitCode: terminated?.exitCode, reason: terminated?.reason, phase: pod.status.phase };
}

function sh(script: string, image = "busybox"): Partial<Container> {
  return { image, command: ["sh", "-c", script] };
}

function jobOf(
  container: Partial<Container>,
  change: (made: Job) => void = () => {},
): { cluster: TestCluster; job: Job } {
  const cluster = clusterWith({ unknownImages: "fail" });
  const made = job("j", "");
  const template = made.spec.template.spec!;
  template.containers = [{ name: "c", ...container } as Container];
  change(made);
  cluster.create(jobKind, made);
  cluster.advance(MINUTE);
  return { cluster, job: cluster.get(jobKind, "j")! };
}

describe("scripts end", () => {
  it.skipIf(lacks("base64")).each([
    ["for i in 1 2; do echo $i; done", "1\n2\n"],
    ["if true; then echo yes; fi", "yes\n"],
    ["echo a | base64 | head -c 3", "YQo"],
    ["x=$((1+1)); echo $x", "2\n"],
  ])("in a Job: %s", (script, log) => {
    const { cluster, job: done } = jobOf(sh(script));
    expect(done.status.succeeded).toBe(1);
    const [pod] = cluster.list<Pod>(podKind, "default");
    expect(logOf(cluster, pod!)).toBe(log);
  });

  it("in an init container", () => {
    const init = { name: "i", ...sh("for i in 1 2; do echo $i; sleep 1; done") } as Container;
    const { pod, cluster } = ran({ image: "nginx" }, { initContainers: [init], restartPolicy: "Always" });
    expect(pod.status.phase).toBe("Running");
    expect(logOf(cluster, pod, { container: "i" })).toBe("1\n2\n");
  });

  it.skipIf(lacks("python3"))("with the exit codes of an Indexed Job's program", () => {
    const command = ["python3", "-c", "import os,sys; sys.exit(0 if os.environ['JOB_COMPLETION_INDEX']>'1' else 1)"];
    const { job: done } = jobOf({ image: "python", command }, ({ spec }) => {
      Object.assign(spec, { completionMode: "Indexed", completions: 4, parallelism: 4, backoffLimitPerIndex: 0 });
      delete spec.backoffLimit;
    });
    expect(done.status.failedIndexes).toBe("0,1");
    expect(done.status.conditions?.find(({ type }) => type === "Failed")?.status).toBe("True");
  });
});

describe("exit codes", () => {
  it.each([
    ["ls /nope", 1],
    ["cat /nope", 1],
    ["test -f /nope", 1],
    ["[ 1 -eq 2 ]", 1],
    ["grep foo /etc/hostname", 1],
    ["cd /nope && echo x", 2],
    ["exit 3", 3],
    ["nonsense", 127],
    ["kill -9 $$; sleep 1", 0],
  ])("busybox: %s", (script, exitCode) => {
    expect(ran(sh(script)).exitCode).toBe(exitCode);
  });

  it.each(["gcr.io/google-containers/busybox", "k8s.gcr.io/busybox", "quay.io/any/tools"])("args of %s", (image) => {
    expect(ran({ image, args: ["sh", "-c", "exit 3"] })).toMatchObject({ exitCode: 3, reason: "Error" });
  });
});

describe("images", () => {
  it.skipIf(lacks("python3", "node")).each(["busybox", "ubuntu", "node", "python"])(
    "%s without a terminal ends, again and again",
    (image) => {
      const { cluster } = ran({ image }, { restartPolicy: "Always" }, MINUTE);
      expect(containerOf(cluster).restartCount).toBeGreaterThan(1);
      expect(containerOf(cluster).lastState.terminated).toMatchObject({ exitCode: 0, reason: "Completed" });
      expect(cluster.events().join("\n")).toContain("Back-off restarting failed container c in pod");
    },
  );

  it.each([
    ["nginx:1.91", false],
    ["nginx:9.99-nope", false],
    ["busybox:9", false],
    ["myrepo/doesnotexist", false],
    ["non-existing-repo/non-existing-image", false],
    ["nginx:1.24", true],
  ])("%s is pulled: %s", (image, isPulled) => {
    const { cluster } = ran({ image });
    expect(containerOf(cluster).state.waiting?.reason ?? "").toMatch(
      isPulled ? /^$/ : /^(ErrImagePull|ImagePullBackOff)$/,
    );
  });

  it("a new one restarts the container under every policy", () => {
    const cluster = clusterWith({}, podWith("p", { image: "nginx:1.23" }, { restartPolicy: "Never" }));
    cluster.advance(20 * SECOND);
    cluster.update(podKind, cluster.get(podKind, "p")!, (draft) => {
      draft.spec.containers[0]!.image = "nginx:1.24";
    });
    cluster.advance(5 * MINUTE);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Running");
    expect(containerOf(cluster)).toMatchObject({ restartCount: 1, image: "nginx:1.24", ready: true });
    expect(cluster.events()).toContain("Normal Created Pod/p x2: Container created");
  });

  it("nginx needs to write", () => {
    const securityContext = { readOnlyRootFilesystem: true };
    expect(ran({ image: "nginx", securityContext })).toMatchObject({ exitCode: 1, reason: "Error" });
    const folders = ["/var/cache/nginx", "/var/run"];
    const volumes = folders.map((_, i) => ({ name: `v${i}`, emptyDir: {} }));
    const volumeMounts = folders.map((mountPath, i) => ({ name: `v${i}`, mountPath }));
    expect(ran({ image: "nginx", securityContext, volumeMounts }, { volumes }).phase).toBe("Running");
  });

  it("two servers of one port cannot share a pod", () => {
    const second = { name: "d", image: "nginx" } as Container;
    const spec = podWith("p", { image: "nginx" }).spec;
    const cluster = clusterWith({}, podWith("p", {}, { containers: [...spec.containers, second] }));
    cluster.advance(20 * SECOND);
    const [first, other] = cluster.get(podKind, "p")!.status.containerStatuses!;
    expect(first?.ready).toBe(true);
    expect(other?.restartCount).toBeGreaterThan(0);
  });
});

describe("memory", () => {
  it.skipIf(lacks("stress"))("beyond the limit ends a program", () => {
    const resources = { limits: { memory: "100Mi" } };
    const args = ["--vm", "1", "--vm-bytes", "250M", "--vm-hang", "1"];
    const outcome = ran({ image: "polinux/stress", command: ["stress"], args, resources });
    expect(outcome).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
  });
});

describe("waiting for a Service", () => {
  const server = (): Pod => {
    const made = podNamed("db");
    made.metadata.labels = { app: "db" };
    return made;
  };
  const service = {
    ...{ apiVersion: "v1", kind: "Service", metadata: { name: "db", namespace: "default" }, status: {} },
    spec: { selector: { app: "db" }, ports: [{ port: 80 }] },
  } as unknown as Service;

  it.skipIf(lacks("nslookup", "nc", "wget")).each([
    ["until nslookup db; do sleep 2; done", "busybox"],
    ["until nslookup db; do sleep 2; done", "busybox:1.28"],
    ["until nslookup db.default.svc.cluster.local; do echo waiting; sleep 2; done", "busybox:1.36"],
    ["until nc -z db 80; do sleep 2; done", "busybox"],
    ["until wget -q -O- http://db; do sleep 2; done", "busybox"],
    ["until wget -q -O /dev/null http://db; do sleep 2; done", "alpine"],
    ["until curl -sf http://db; do sleep 2; done", "nginx"],
    ["until curl -s -o /dev/null http://db.default; do sleep 2; done", "nginx"],
  ])("ends when it answers: %s (%s)", (script, image) => {
    const init = { name: "i", ...sh(script, image) } as Container;
    const cluster = clusterWith({}, podWith("p", {}, { initContainers: [init] }));
    cluster.advance(MINUTE);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Pending");
    cluster.create(serviceKind, service);
    cluster.create(podKind, server());
    cluster.advance(MINUTE);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Running");
  });
});

describe("probes", () => {
  it("of the old example restart the container four times in five minutes", () => {
    const args = ["/bin/sh", "-c", "touch /tmp/healthy; sleep 30; rm -rf /tmp/healthy; sleep 600"];
    const livenessProbe = { exec: { command: ["cat", "/tmp/healthy"] }, initialDelaySeconds: 5, periodSeconds: 5 };
    const cluster = clusterWith({}, podWith("p", { image: "registry.k8s.io/busybox", args, livenessProbe }));
    cluster.advance(5 * MINUTE);
    expect(containerOf(cluster).restartCount).toBeGreaterThanOrEqual(3);
    expect(containerOf(cluster).restartCount).toBeLessThanOrEqual(4);
  });

  it("by a program that the image lacks have no outcome", () => {
    const probe = { exec: { command: ["curl", "-f", "http://localhost"] }, periodSeconds: 5 };
    const cluster = clusterWith({}, podWith("p", { ...sh("sleep 3600"), readinessProbe: probe, livenessProbe: probe }));
    cluster.advance(MINUTE);
    expect(containerOf(cluster)).toMatchObject({ ready: false, restartCount: 0 });
    expect(cluster.events().join("\n")).toMatch(
      /Warning Unhealthy Pod\/p x\d+: Readiness probe errored and resulted in unknown state: rpc error: .* exec: "curl": executable file not found in \$PATH/,
    );
  });

  it("of agnhost's echo with code 500 restart it", () => {
    const livenessProbe = { httpGet: { path: "/echo?code=500", port: 8080 }, periodSeconds: 5 };
    const image = "registry.k8s.io/e2e-test-images/agnhost:2.53";
    const cluster = clusterWith({}, podWith("p", { image, args: ["netexec"], livenessProbe }));
    cluster.advance(3 * MINUTE);
    expect(containerOf(cluster).restartCount).toBeGreaterThan(0);
    expect(cluster.events().join("\n")).toContain("Liveness probe failed: HTTP probe failed with statuscode: 500");
  });

  it("that take too long fail", () => {
    const readinessProbe = { exec: { command: ["sleep", "5"] }, timeoutSeconds: 2, periodSeconds: 10 };
    const cluster = clusterWith({}, podWith("p", { ...sh("sleep 3600"), readinessProbe }));
    cluster.advance(MINUTE);
    expect(containerOf(cluster).ready).toBe(false);
    expect(cluster.events().join("\n")).toContain(
      `Readiness probe failed: command timed out: "sleep 5" timed out after 2s`,
    );
  });
});

describe("hooks", () => {
  it.each([["false"], ["/scripts/missing.sh"]])("postStart %s kills the container", (command) => {
    const lifecycle = { postStart: { exec: { command: [command] } } };
    const cluster = clusterWith({}, podWith("p", { image: "nginx", lifecycle }));
    cluster.advance(9 * SECOND);
    expect(containerOf(cluster).state.waiting?.reason).toBe("PostStartHookError");
    expect(cluster.events().join("\n")).toContain("Warning FailedPostStartHook Pod/p x2: PostStartHook failed");
  });

  it("postStart holds back the container until it has ended", () => {
    const lifecycle = { postStart: { exec: { command: ["sleep", "20"] } } };
    const cluster = clusterWith({}, podWith("p", { image: "nginx", lifecycle }));
    cluster.advance(15 * SECOND);
    expect(cluster.get(podKind, "p")?.status.phase).toBe("Pending");
    cluster.advance(15 * SECOND);
    expect(containerOf(cluster)).toMatchObject({ ready: true, restartCount: 0 });
  });

  it("preStop false is told, and the stop goes on", () => {
    const lifecycle = { preStop: { exec: { command: ["false"] } } };
    const cluster = clusterWith({}, podWith("p", { image: "nginx", lifecycle }));
    cluster.advance(20 * SECOND);
    cluster.delete(podKind, cluster.get(podKind, "p")!);
    cluster.advance(10 * SECOND);
    expect(cluster.get(podKind, "p")).toBeUndefined();
    expect(cluster.events()).toContain("Warning FailedPreStopHook Pod/p x1: PreStopHook failed");
  });

  it("preStop runs within the grace period", () => {
    const lifecycle = { preStop: { exec: { command: ["sleep", "60"] } } };
    const spec = { terminationGracePeriodSeconds: 10 };
    const cluster = clusterWith({}, podWith("p", { image: "nginx", lifecycle }, spec));
    cluster.advance(20 * SECOND);
    cluster.delete(podKind, cluster.get(podKind, "p")!);
    cluster.advance(9 * SECOND);
    expect(cluster.get(podKind, "p")).toBeDefined();
    cluster.advance(6 * SECOND);
    expect(cluster.get(podKind, "p")).toBeUndefined();
  });
});

describe("the end of a pod", () => {
  it("by force is told", () => {
    const cluster = clusterWith({}, podWith("p", { image: "nginx" }));
    cluster.advance(20 * SECOND);
    cluster.delete(podKind, cluster.get(podKind, "p")!, { gracePeriodSeconds: 0 });
    expect(cluster.events()).toContain("Normal Killing Pod/p x1: Stopping container c");
  });

  it("waits for a script that traps the signal", () => {
    const script = `trap 'echo bye; exit 5' TERM; while true; do sleep 1; done`;
    const cluster = clusterWith({}, podWith("p", sh(script), { restartPolicy: "Never", activeDeadlineSeconds: 10 }));
    cluster.advance(MINUTE);
    expect(containerOf(cluster).state.terminated?.exitCode).toBe(5);
    expect(logOf(cluster, cluster.get(podKind, "p")!)).toBe("bye\n");
  });

  it("restarts all containers if a rule says so", () => {
    const rules = [{ action: "RestartAllContainers", exitCodes: { operator: "In", values: [88] } }];
    const trigger = { name: "t", ...sh("sleep 10; exit 88"), restartPolicy: "Never", restartPolicyRules: rules };
    const spec = podWith("p", { image: "nginx" }).spec;
    const containers = [...spec.containers, trigger as unknown as Container];
    const cluster = clusterWith({}, podWith("p", {}, { containers, restartPolicy: "Never" }));
    cluster.advance(18 * SECOND);
    const statuses = cluster.get(podKind, "p")!.status.containerStatuses!;
    expect(statuses.map(({ restartCount }) => restartCount)).toEqual([1, 1]);
    expect(cluster.get(podKind, "p")!.status.phase).toBe("Running");
  });
});

describe("termination messages", () => {
  it("are the content of the file, or the end of the log", () => {
    const fromFile = ran(sh("echo done > /dev/termination-log")).cluster;
    expect(containerOf(fromFile).state.terminated?.message).toBe("done\n");
    const terminationMessagePolicy = "FallbackToLogsOnError";
    const fromLog = ran({ ...sh("seq 200; exit 1"), terminationMessagePolicy }).cluster;
    expect(containerOf(fromLog).state.terminated?.message).toMatch(/^121\n122\n[\s\S]*200\n$/);
  });
});

describe("environment and user", () => {
  it.skipIf(lacks("id", "hostname"))("reach the program", () => {
    const env = [
      { name: "A", value: "1" },
      { name: "B", value: "$(A)2" },
    ];
    const securityContext = { runAsUser: 1000, runAsGroup: 3000 };
    const { cluster, pod } = ran({
      image: "busybox",
      command: ["sh", "-c"],
      args: ["echo $(A) $B; id -u; id -g; pwd; hostname"],
      workingDir: "/tmp",
      env,
      securityContext,
    });
    expect(logOf(cluster, pod)).toBe("1 12\n1000\n3000\n/tmp\np\n");
  });
});
