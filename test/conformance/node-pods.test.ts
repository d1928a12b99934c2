/**
 * Tests of sig-node about pods: their life in the API, programs in them, files, ephemeral containers, generations.
 * Kubernetes: test/e2e/common/node (pods, kubelet, kubelet_etc_hosts, ephemeral_containers, image_volume, expansion,
 * sysctl, containers, runtimeclass), test/e2e/node (pods, taints)
 */
import { expect } from "vitest";
import { type ConformanceCluster, conditionOf, containerStatus, type Json } from "./cluster.ts";
import { AGNHOST, agnhost, alwaysPod, BUSYBOX, busybox, HTTPD, NGINX, PAUSE, pod } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

function labelled(name: string, container: Json, labels: Json, spec: Json = {}): Json {
  return alwaysPod(name, container, spec, { labels });
}

async function count(cluster: ConformanceCluster, selector: string): Promise<number> {
  return (await cluster.list("v1", "pods", `labelSelector=${encodeURIComponent(selector)}`)).length;
}

const life: Stories = {
  "Pods should get a host IP": async (cluster) => {
    const { status } = await cluster.createSync(alwaysPod("pod-hostip", { image: PAUSE }));
    expect(status.hostIP).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  },
  "Pods should be submitted and removed": async (cluster) => {
    const submitted = labelled("pod-submit-remove", { image: NGINX }, { name: "foo", time: "1" });
    expect(await count(cluster, "time=1")).toBe(0);
    const path = `${cluster.path("v1", "pods")}?watch=true&labelSelector=time%3D1`;
    const events = await cluster.watch(
      path,
      (seen) => seen.some(({ type }) => type === "DELETED"),
      async () => {
        await cluster.create(submitted);
        expect(await count(cluster, "time=1")).toBe(1);
        await cluster.phase(submitted, "Running");
        await cluster.delete(submitted, { gracePeriodSeconds: 30 });
      },
    );
    expect(events[0]?.type).toBe("ADDED");
    const last = events.at(-1)!.object;
    expect(last.metadata.deletionTimestamp).toBeDefined();
    expect(last.spec.terminationGracePeriodSeconds).not.toBe(0);
    expect(await count(cluster, "time=1")).toBe(0);
  },
  "Pods should be updated": async (cluster) => {
    const updated = labelled("pod-update", { image: NGINX }, { name: "foo", time: "1" });
    await cluster.createSync(updated);
    await cluster.update(updated, (draft) => (draft.metadata.labels.time = "2"));
    await cluster.phase(updated, "Running");
    expect(await count(cluster, "time=2")).toBe(1);
  },
  "Pods should allow activeDeadlineSeconds to be updated": async (cluster) => {
    const limited = labelled("pod-update-activedeadlineseconds", { image: NGINX }, { name: "foo" });
    await cluster.createSync(limited);
    await cluster.update(limited, (draft) => (draft.spec.activeDeadlineSeconds = 5));
    await cluster.eventually(async () => {
      const { status } = await cluster.get(limited);
      return status.phase === "Failed" && status.reason === "DeadlineExceeded";
    });
  },
  "Pods should support remote command execution over websockets": async (cluster) => {
    await cluster.createSync(alwaysPod("pod-exec-websocket", busybox("echo container is alive; sleep 600")));
    const { stdout } = await cluster.exec("pod-exec-websocket", "test", ["echo", "remote execution test"]);
    expect(stdout).toContain("remote execution test");
  },
  "Pods should delete a collection of pods": async (cluster) => {
    for (const name of ["test-pod-1", "test-pod-2", "test-pod-3"]) {
      const one = pod(
        name,
        [{ image: AGNHOST }],
        { terminationGracePeriodSeconds: 1 },
        { labels: { type: "Testing" } },
      );
      await cluster.createSync(one);
    }
    const path = `${cluster.path("v1", "pods")}?labelSelector=type%3DTesting`;
    expect((await cluster.request("DELETE", path, { gracePeriodSeconds: 1 })).status).toBe(200);
    await cluster.eventually(async () => (await count(cluster, "type=Testing")) === 0);
  },
  "Pods should run through the lifecycle of Pods and PodStatus": async (cluster) => {
    const spec = { terminationGracePeriodSeconds: 1 };
    const tested = labelled("pod-test", { image: AGNHOST }, { "test-pod-static": "true" }, spec);
    await cluster.createSync(tested);
    const patch = {
      metadata: { labels: { "test-pod": "patched" } },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "test", image: HTTPD }] },
    };
    await cluster.patch(tested, patch);
    const patched = await cluster.get(tested);
    expect(patched.metadata.labels["test-pod"]).toBe("patched");
    expect(patched.spec.containers[0].image).toBe(HTTPD);
    await cluster.ready(tested);
    const replaced = await cluster.update(
      tested,
      (draft) => {
        for (const condition of draft.status.conditions) {
          if (/Ready$/.test(condition.type)) condition.status = "False";
        }
      },
      "status",
    );
    expect([conditionOf(replaced, "Ready"), conditionOf(replaced, "ContainersReady")]).toEqual(["False", "False"]);
    const path = `${cluster.path("v1", "pods")}?labelSelector=test-pod-static%3Dtrue`;
    await cluster.request("DELETE", path, { gracePeriodSeconds: 1 });
    await cluster.eventually(
      async () => (await cluster.request("GET", cluster.pathOf(tested))).status === 404,
      MINUTE_MS,
    );
  },
  "Pods should patch a pod status": async (cluster) => {
    const tested = labelled("pod-patch-status", { image: AGNHOST }, { "patch-status": "true" });
    await cluster.createSync(tested);
    const status = { status: { message: "Patched by e2e test", reason: "E2E" } };
    const patched = await cluster.patch(tested, status, { subresource: "status" });
    expect(patched.status).toMatchObject({ message: "Patched by e2e test", reason: "E2E" });
  },
  "Pods Extended Pods Set QOS Class should be set on Pods with matching resource requests and limits for memory and cpu":
    async (cluster) => {
      const amounts = { cpu: "100m", memory: "100Mi" };
      const created = await cluster.create(
        alwaysPod("pod-qos-class", agnhost(["pause"], { resources: { limits: amounts, requests: amounts } })),
      );
      expect(created.status.qosClass).toBe("Guaranteed");
    },
};

const generation: Stories = {
  "Pods Extended (pod generation) Pod Generation pod generation should start at 1 and increment per update": async (
    c,
  ) => {
    const made = alwaysPod("pod-generation", agnhost(["pause"]), {
      initContainers: [{ name: "init", image: BUSYBOX }],
    });
    expect((await c.createSync(made)).metadata.generation).toBe(1);
    const updates: [change: (draft: Json) => void, bumps: boolean][] = [
      [() => {}, false],
      [
        (draft) => draft.spec.tolerations.push({ key: "foo", operator: "Equal", value: "bar", effect: "NoSchedule" }),
        true,
      ],
      [(draft) => (draft.spec.activeDeadlineSeconds = 5000), true],
      [(draft) => (draft.spec.containers[0].image = NGINX), true],
      [(draft) => (draft.spec.initContainers[0].image = PAUSE), true],
      [(draft) => (draft.metadata.annotations = { key: "value" }), false],
      [(draft) => (draft.metadata.generation = 1), false],
    ];
    let expected = 1;
    for (const [change, bumps] of updates) {
      const { metadata } = await c.update(made, change);
      expected += bumps ? 1 : 0;
      expect(metadata.generation).toBe(expected);
      await c.eventually(async () => (await c.get(made)).status.observedGeneration === expected, MINUTE_MS);
    }
  },
  "Pods Extended (pod generation) Pod Generation custom-set generation on new pods and graceful delete": async (c) => {
    const made = alwaysPod("pod-generation", agnhost(["pause"]), {}, { generation: 100 });
    expect((await c.createSync(made)).metadata.generation).toBe(1);
    await c.request("DELETE", `${c.pathOf(made)}?gracePeriodSeconds=60`);
    expect((await c.get(made)).metadata.generation).toBe(2);
  },
  "Pods Extended (pod generation) Pod Generation issue 500 podspec updates and verify generation and observedGeneration eventually converge":
    async (c) => {
      const made = alwaysPod("pod-generation", agnhost(["pause"]));
      await c.createSync(made);
      for (let i = 0; i < 500; i++) {
        await c.update(made, (draft) =>
          draft.spec.tolerations.push({ key: `k-${i}`, operator: "Equal", value: "bar", effect: "NoSchedule" }),
        );
      }
      const seen = await c.eventually(async () => {
        const now = await c.get(made);
        return now.status.observedGeneration === now.metadata.generation && now;
      }, 30 * SECOND_MS);
      expect(seen.metadata.generation).toBe(501);
    },
};

const programs: Stories = {
  "Containers should use the image defaults if command and args are blank": async (cluster) => {
    await cluster.createSync(alwaysPod("client-containers", { image: AGNHOST }));
    await cluster.eventually(async () => (await cluster.log("client-containers")).includes("Paused"));
  },
  "Kubelet when scheduling a busybox command in a pod should print the output to logs": async (cluster) => {
    await cluster.createSync(pod("busybox-scheduling", [busybox("echo 'Hello World' ; sleep 240")]));
    const since = new Date(cluster.nowMs - 60 * MINUTE_MS).toISOString();
    expect(await cluster.log("busybox-scheduling", "", `sinceTime=${since}`)).toBe("Hello World\n");
  },
  "Kubelet when scheduling a busybox command that always fails in a pod should have an terminated reason": async (
    c,
  ) => {
    const failing = pod("bin-false", [{ image: BUSYBOX, command: ["/bin/false"] }]);
    await c.create(failing);
    const { terminated } = containerStatus(await c.phase(failing, "Failed")).state;
    expect(terminated).toMatchObject({ exitCode: 1, reason: "Error" });
  },
  "Kubelet when scheduling a busybox command that always fails in a pod should be possible to delete": async (c) => {
    const failing = pod("bin-false", [{ image: BUSYBOX, command: ["/bin/false"] }]);
    await c.create(failing);
    await c.deleteSync(failing);
  },
  "Kubelet when scheduling a read only busybox container should not write to root filesystem": async (cluster) => {
    const container = { image: BUSYBOX, command: ["/bin/sh", "-c", "echo test > /file; sleep 240"] };
    const securityContext = { readOnlyRootFilesystem: true };
    await cluster.createSync(pod("busybox-readonly-fs", [{ ...container, securityContext }]));
    expect(await cluster.log("busybox-readonly-fs")).toBe("/bin/sh: can't create /file: Read-only file system\n");
  },
  "KubeletManagedEtcHosts should test kubelet managed /etc/hosts file": async (cluster) => {
    const mount = (mountPath: string) => ({ name: "host-etc-hosts", mountPath });
    const volumes = [{ name: "host-etc-hosts", hostPath: { path: "/etc/hosts", type: "FileOrCreate" } }];
    const original = [mount("/etc/hosts-original")];
    const containers = (volumeMounts: Json[][]) =>
      volumeMounts.map((mounts, i) => ({ name: `busybox-${i + 1}`, image: AGNHOST, volumeMounts: mounts }));
    const spec = { volumes, restartPolicy: "Always" };
    const both = [...original, mount("/etc/hosts")];
    await cluster.createSync(pod("test-pod", containers([original, original, both]), spec));
    const onHost = { ...spec, hostNetwork: true, securityContext: {} };
    await cluster.createSync(pod("test-host-network-pod", containers([original, original]), onHost));
    const isManaged = async (name: string, container: string) => {
      const { stdout: hosts } = await cluster.exec(name, container, ["cat", "/etc/hosts"]);
      const { stdout: ofHost } = await cluster.exec(name, container, ["cat", "/etc/hosts-original"]);
      expect(hosts.length * ofHost.length).toBeGreaterThan(0);
      return hosts.startsWith("# Kubernetes-managed hosts file.") && hosts !== ofHost;
    };
    expect(await isManaged("test-pod", "busybox-1")).toBe(true);
    expect(await isManaged("test-pod", "busybox-2")).toBe(true);
    expect(await isManaged("test-pod", "busybox-3")).toBe(false);
    expect(await isManaged("test-host-network-pod", "busybox-1")).toBe(false);
    expect(await isManaged("test-host-network-pod", "busybox-2")).toBe(false);
  },
  "ImageVolume should succeed with pod and pull policy of Always": async (cluster) => {
    const image = { reference: "registry.k8s.io/e2e-test-images/kitten:1.8", pullPolicy: "Always" };
    const container = busybox("while true; do echo test; sleep 1; done", {
      volumeMounts: [{ name: "volume", mountPath: "/volume" }],
    });
    await cluster.createSync(alwaysPod("test-pod", container, { volumes: [{ name: "volume", image }] }));
    expect((await cluster.exec("test-pod", "test", ["/bin/cat", "/volume/data.json"])).stdout).toContain("kitten.jpg");
    const { stdout } = await cluster.exec("test-pod", "test", ["/bin/cat", "/volume/etc/os-release"]);
    expect(stdout).toContain("Alpine Linux");
  },
};

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

stories("[sig-node]", { ...life, ...generation, ...programs, ...ephemeral, ...subPaths, ...others });
