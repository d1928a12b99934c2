/**
 * Tests of sig-node about ephemeral containers, sub-paths with variables, runtime classes, sysctls and taints.
 * Kubernetes: test/e2e/common/node (ephemeral_containers, expansion, runtimeclass, sysctl), test/e2e/node (taints)
 */
import { expect } from "vitest";
import { type ConformanceCluster, conditionOf, containerStatus, type Json } from "./cluster.ts";
import { AGNHOST, alwaysPod, BUSYBOX, busybox, PAUSE, pod } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

const DEBUGGER = {
  ...{ name: "debugger", image: BUSYBOX, stdin: true, tty: true },
  command: ["/bin/sh", "-c", "while true; do echo polo; sleep 2; done"],
};

async function debugged(cluster: ConformanceCluster): Promise<Json> {
  const target = alwaysPod("ephemeral-containers-target-pod", {
    image: BUSYBOX,
    command: ["/bin/sleep"],
    args: ["10000"],
  });
  expect((await cluster.createSync(target)).metadata.generation).toBe(1);
  const patch = { spec: { ephemeralContainers: [DEBUGGER] } };
  await cluster.patch(target, patch, { subresource: "ephemeralcontainers" });
  await cluster.eventually(
    async () => containerStatus(await cluster.get(target), "debugger")?.state?.running !== undefined,
    MINUTE_MS,
  );
  expect((await cluster.get(target)).metadata.generation).toBe(2);
  const { stdout } = await cluster.exec(target.metadata.name, "debugger", ["/bin/echo", "marco"]);
  expect(stdout).toContain("marco");
  expect(await cluster.log(target.metadata.name, "debugger")).toContain("polo");
  return target;
}

const ephemeral: Stories = {
  "Ephemeral Containers [NodeConformance] will start an ephemeral container in an existing pod": async (cluster) => {
    await debugged(cluster);
  },
  "Ephemeral Containers [NodeConformance] should update the ephemeral containers in an existing pod": async (
    cluster,
  ) => {
    const target = await debugged(cluster);
    const path = `${cluster.pathOf(target)}/ephemeralcontainers`;
    expect((await cluster.request("GET", path)).body.spec.ephemeralContainers).toHaveLength(1);
    const second = {
      name: "debugger2",
      image: AGNHOST,
      imagePullPolicy: "IfNotPresent",
      terminationMessagePolicy: "File",
    };
    await cluster.update(target, (draft) => draft.spec.ephemeralContainers.push(second), "ephemeralcontainers");
    expect((await cluster.request("GET", path)).body.spec.ephemeralContainers).toHaveLength(2);
    // A strategic patch without an order names only the new container.
    const third = { spec: { ephemeralContainers: [{ ...second, name: "debugger3" }] } };
    await cluster.patch(target, third, { subresource: "ephemeralcontainers" });
    expect((await cluster.request("GET", path)).body.spec.ephemeralContainers).toHaveLength(3);
  },
};

// ---- Sub-paths with variables

const ANNOTATION = {
  name: "ANNOTATION",
  valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.annotations['mysubpath']" } },
};

function subPathPod(env: Json[], mounts: Json[], annotations: Json = {}): Json {
  const container = { image: BUSYBOX, command: ["sh", "-c", "tail -f /dev/null"], env, volumeMounts: mounts };
  return pod("var-expansion", [container], { volumes: [{ name: "workdir1", emptyDir: {} }] }, { annotations });
}

async function refusedSubPath(cluster: ConformanceCluster, value: string) {
  const mounts = [{ name: "workdir1", mountPath: "/logscontainer", subPathExpr: "$(POD_NAME)" }];
  const refused = subPathPod([{ name: "POD_NAME", value }], mounts);
  await cluster.create(refused);
  await cluster.eventually(async () => {
    const { state } = containerStatus(await cluster.get(refused)) ?? {};
    return state?.waiting?.reason === "CreateContainerConfigError";
  });
}

const EXPANDED = [{ name: "POD_NAME", value: "foo" }, ANNOTATION];
const BOTH_MOUNTS = [
  { name: "workdir1", mountPath: "/subpath_mount", subPathExpr: "$(ANNOTATION)/$(POD_NAME)" },
  { name: "workdir1", mountPath: "/volume_mount" },
];

const subPaths: Stories = {
  "Variable Expansion should fail substituting values in a volume subpath with backticks": (c) =>
    refusedSubPath(c, ".."),
  "Variable Expansion should fail substituting values in a volume subpath with absolute path": (c) =>
    refusedSubPath(c, "/tmp"),
  "Variable Expansion should verify that a failing subpath expansion can be modified during the lifecycle of a container":
    async (cluster) => {
      const failing = subPathPod(EXPANDED, BOTH_MOUNTS, { notmysubpath: "mypath" });
      await cluster.create(failing);
      await cluster.pass(2 * MINUTE_MS);
      expect((await cluster.get(failing)).status.phase).toBe("Pending");
      await cluster.update(failing, (draft) => (draft.metadata.annotations.mysubpath = "mypath"));
      await cluster.phase(failing, "Running", 2 * MINUTE_MS);
      await cluster.deleteSync(failing);
    },
  "Variable Expansion should succeed in writing subpaths in container": async (cluster) => {
    const writing = subPathPod(EXPANDED, BOTH_MOUNTS, { mysubpath: "mypath" });
    await cluster.create(writing);
    await cluster.phase(writing, "Running");
    await cluster.shell("var-expansion", "test", "touch /volume_mount/mypath/foo/test.log");
    await cluster.shell("var-expansion", "test", "test -f /subpath_mount/test.log");
    await cluster.update(writing, (draft) => (draft.metadata.annotations.mysubpath = "mynewpath"));
    await cluster.phase(writing, "Running");
    await cluster.deleteSync(writing);
  },
};

// ---- Runtime classes, sysctls, taints

function runtimeClass(name: string, handler: string, more: Json = {}): Json {
  return { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name }, handler, ...more };
}

function classPod(runtimeClassName: string): Json {
  return pod(`test-runtimeclass-${runtimeClassName}`, [busybox("true")], { runtimeClassName });
}

async function refusedClass(cluster: ConformanceCluster, name: string) {
  const { status, body } = await cluster.request("POST", cluster.path("v1", "pods"), classPod(name));
  expect(status).toBe(403);
  expect(body.message).toContain(`RuntimeClass "${name}" not found`);
}

async function taint(cluster: ConformanceCluster, name: string, taints: Json[]) {
  await cluster.update({ apiVersion: "v1", kind: "Node", metadata: { name } }, (draft) => (draft.spec.taints = taints));
}

const EVICT = { key: "kubernetes.io/e2e-evict-taint-key", value: "evictTaintVal", effect: "NoExecute" };

function tolerating(name: string, seconds: number, spec: Json = {}): Json {
  const toleration = { key: EVICT.key, value: EVICT.value, effect: "NoExecute", tolerationSeconds: seconds };
  return alwaysPod(name, { image: PAUSE }, { tolerations: [toleration], terminationGracePeriodSeconds: 1, ...spec });
}

const others: Stories = {
  "RuntimeClass should reject a Pod requesting a non-existent RuntimeClass": (c) => refusedClass(c, "nonexistent"),
  "RuntimeClass should schedule a Pod requesting a RuntimeClass without PodOverhead": async (cluster) => {
    await cluster.create(runtimeClass("preconfigured-handler", "test-handler"));
    const asking = await cluster.create(classPod("preconfigured-handler"));
    const seen = await cluster.eventually(async () => {
      const now = await cluster.get(asking);
      return conditionOf(now, "PodScheduled") === "True" && now;
    });
    expect(seen.spec.overhead).toBeUndefined();
    await cluster.delete(runtimeClass("preconfigured-handler", ""));
  },
  "RuntimeClass should schedule a Pod requesting a RuntimeClass and initialize its Overhead": async (cluster) => {
    const overhead = { podFixed: { cpu: "10m", memory: "1Mi" } };
    await cluster.create(runtimeClass("with-overhead", "test-handler", { overhead }));
    const asking = await cluster.create(classPod("with-overhead"));
    await cluster.eventually(async () => conditionOf(await cluster.get(asking), "PodScheduled") === "True");
    expect((await cluster.get(asking)).spec.overhead).toEqual({ cpu: "10m", memory: "1Mi" });
    await cluster.delete(runtimeClass("with-overhead", ""));
  },
  "RuntimeClass should reject a Pod requesting a deleted RuntimeClass": async (cluster) => {
    await cluster.create(runtimeClass("delete-me", "runc"));
    await cluster.deleteSync(runtimeClass("delete-me", ""));
    await refusedClass(cluster, "delete-me");
  },
  "Sysctls [LinuxOnly] [NodeConformance] should reject invalid sysctls": async (cluster) => {
    const names = ["foo-", "kernel.shmmax", "safe-and-unsafe", "bar.."];
    const sysctls = names.map((name, i) => ({ name, value: i === 1 ? "100000000" : "bar" }));
    const refused = pod("sysctl", [busybox("true")], { securityContext: { sysctls } });
    const { status, body } = await cluster.request("POST", cluster.path("v1", "pods"), refused);
    expect(status).toBe(422);
    expect(body.message).toContain('Invalid value: "foo-"');
    expect(body.message).toContain('Invalid value: "bar.."');
    expect(body.message).not.toContain("safe-and-unsafe");
    expect(body.message).not.toContain("kernel.shmmax");
  },
  "NoExecuteTaintManager Single Pod [Serial] removing taint cancels eviction": async (cluster) => {
    const kept = tolerating("taint-eviction-4", 60);
    const { spec } = await cluster.createSync(kept);
    await taint(cluster, spec.nodeName, [EVICT]);
    await cluster.pass(30 * SECOND_MS);
    expect((await cluster.get(kept)).metadata.deletionTimestamp).toBeUndefined();
    await taint(cluster, spec.nodeName, []);
    await cluster.pass(65 * SECOND_MS);
    expect((await cluster.get(kept)).metadata.deletionTimestamp).toBeUndefined();
  },
  "NoExecuteTaintManager Multiple Pods [Serial] evicts pods with minTolerationSeconds": async (cluster) => {
    const { spec } = await cluster.createSync(tolerating("taint-eviction-b1", 40));
    const nodeSelector = { "kubernetes.io/hostname": spec.nodeName };
    await cluster.createSync(tolerating("taint-eviction-b2", 10, { nodeSelector }));
    await taint(cluster, spec.nodeName, [EVICT]);
    const gone = async (name: string) =>
      (await cluster.request("GET", cluster.path("v1", "pods", name))).status === 404;
    await cluster.eventually(() => gone("taint-eviction-b2"), 30 * SECOND_MS);
    expect(await gone("taint-eviction-b1")).toBe(false);
    await cluster.eventually(() => gone("taint-eviction-b1"), 60 * SECOND_MS);
    await taint(cluster, spec.nodeName, []);
  },
};

stories("[sig-node]", { ...ephemeral, ...subPaths, ...others });
