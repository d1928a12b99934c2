/**
 * Tests of sig-node about pods: their life in the API, generations, programs and files in them.
 * Kubernetes: test/e2e/common/node (pods, kubelet, kubelet_etc_hosts, image_volume, containers), test/e2e/node (pods)
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

stories("[sig-node]", { ...life, ...generation, ...programs });
