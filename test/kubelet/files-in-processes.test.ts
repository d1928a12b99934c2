/** Files as the programs of containers see them: scripts that write, look and wait. */
import { describe, expect, it } from "vitest";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { persistentVolumeClaimKind } from "../../src/kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { Container, PersistentVolumeClaim, PodSpec } from "../../src/schema/index.ts";
import { configMap } from "../support/builders.ts";
import { clusterWith, podWith } from "./clusters.ts";
import { logOfContainer } from "./files-of-pods.ts";

const SECOND = 1000;

describe("an open descriptor", () => {
  it("is written and read by a process whose user may not open the file", () => {
    const text =
      "umask 077; echo secret > /tmp/in; su -s /bin/sh nobody -c 'cat; echo $USER; cat /tmp/in' < /tmp/in > /tmp/out; cat /tmp/out";
    const cluster = clusterWith({}, script(text, {}));
    cluster.advance(10 * SECOND);
    expect(logOfContainer(cluster)).toBe("cat: can't open '/tmp/in': Permission denied\nsecret\nnobody\n");
  });
});

describe("scripts and volumes", () => {
  it("share an emptyDir between an init container and a container", () => {
    const volumeMounts = [{ name: "work", mountPath: "/work" }];
    const cluster = clusterWith(
      {},
      script(
        "cat /work/a; ls /work; touch /root-file && ls / | grep root-file",
        {
          ...{ volumeMounts },
        },
        {
          initContainers: [{ ...box("echo hello > /work/a"), name: "first", volumeMounts } as Container],
          volumes: [{ name: "work", emptyDir: {} }],
        },
      ),
    );
    cluster.advance(60 * SECOND);
    expect(logOfContainer(cluster)).toBe("hello\na\nroot-file\n");
  });

  it("see a changed ConfigMap at the next sync of the kubelet, and the old one before", () => {
    const cluster = clusterWith({});
    cluster.create(configMapKind, configMap("config", { data: { color: "blue" } }));
    const volumes = [{ name: "v", configMap: { name: "config" } }];
    const text = "while true; do echo $(cat /etc/config/color); sleep 10; done";
    cluster.create(podKind, script(text, { volumeMounts: [{ name: "v", mountPath: "/etc/config" }] }, { volumes }));
    cluster.advance(100 * SECOND);
    cluster.update(configMapKind, cluster.get(configMapKind, "config")!, (draft) => {
      draft.data = { color: "red" };
    });
    // No look happens meanwhile.
    cluster.advance(3600 * SECOND);
    const lines = logOfContainer(cluster).trim().split("\n");
    const reds = lines.indexOf("red");
    expect(lines.slice(0, reds).every((line) => line === "blue")).toBe(true);
    expect(lines.slice(reds).every((line) => line === "red")).toBe(true);
    // The pod began within 10 s, and the change came at 100 s.
    expect(reds).toBeGreaterThanOrEqual(9);
    expect(reds).toBeLessThanOrEqual(19);
  });

  it("find their data again after the pod was replaced", () => {
    const cluster = clusterWith({});
    cluster.create(persistentVolumeClaimKind, {
      ...{ kind: "PersistentVolumeClaim", apiVersion: "v1", metadata: { name: "data", namespace: "default" } },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
    } as unknown as PersistentVolumeClaim);
    const volumes = [{ name: "v", persistentVolumeClaim: { claimName: "data" } }];
    const start = (name: string) => {
      const pod = script(
        "date >> /data/log; wc -l < /data/log; echo x > /tmp/mine; ls /tmp",
        {
          volumeMounts: [{ name: "v", mountPath: "/data" }],
        },
        { volumes },
      );
      pod.metadata.name = name;
      cluster.create(podKind, pod);
      cluster.advance(60 * SECOND);
    };
    start("a");
    start("b");
    expect(logOfContainer(cluster, "a")).toBe("1\nmine\n");
    expect(logOfContainer(cluster, "b")).toBe("2\nmine\n");
  });

  it("see what pods beside them write, at the instant of each look", () => {
    const volumes = [{ name: "v", hostPath: { path: "/shared", type: "DirectoryOrCreate" } }];
    const volumeMounts = [{ name: "v", mountPath: "/shared" }];
    const start = (name: string, text: string) => {
      const pod = script(text, { volumeMounts }, { volumes, nodeName: "node-1" });
      pod.metadata.name = name;
      cluster.create(podKind, pod);
    };
    const cluster = clusterWith({});
    start("writer", "while true; do echo x >> /shared/log; sleep 5; done");
    cluster.advance(10 * SECOND);
    start("reader", "a=$(wc -l < /shared/log); sleep 50; b=$(wc -l < /shared/log); echo $((b - a))");
    start("follower", "touch /shared/go; tail -n 0 -f /shared/go");
    cluster.advance(20 * SECOND);
    start("touch", "echo now >> /shared/go");
    // No look happens meanwhile.
    cluster.advance(600 * SECOND);
    expect(logOfContainer(cluster, "reader")).toBe("10\n");
    expect(logOfContainer(cluster, "follower")).toContain("now\n");
  });

  it("get Linux' errors", () => {
    const cluster = clusterWith(
      {},
      script(
        "echo x > /ro/a; echo x > /etc/a; echo x > /small/a && ls -l /small/a | wc -l; head -c 2000 /dev/zero > /small/b; cat /small/b | wc -c",
        {
          volumeMounts: [
            { name: "v", mountPath: "/ro", readOnly: true },
            { name: "m", mountPath: "/small" },
          ],
          securityContext: { readOnlyRootFilesystem: true },
        },
        {
          volumes: [
            { name: "v", emptyDir: {} },
            { name: "m", emptyDir: { medium: "Memory", sizeLimit: "1Ki" } },
          ],
        },
      ),
    );
    cluster.advance(60 * SECOND);
    const log = logOfContainer(cluster);
    expect(log).toContain("can't create /ro/a: Read-only file system");
    expect(log).toContain("can't create /etc/a: Read-only file system");
    expect(log).toContain("No space left on device");
  });

  it("read /proc and the kubelet's files", () => {
    const cluster = clusterWith(
      {},
      script(
        "cat /proc/1/comm; cat /etc/hostname; grep -c processor /proc/cpuinfo; cat /sys/fs/cgroup/memory.max; " +
          "grep nameserver /etc/resolv.conf; tail -n 1 /etc/hosts | cut -f 2; grep -c ^shm /proc/mounts; " +
          "echo bye > /dev/termination-log",
        { resources: { limits: { memory: "64Mi" } } },
      ),
    );
    cluster.advance(60 * SECOND);
    expect(logOfContainer(cluster)).toBe("sh\np\n4\n67108864\nnameserver 10.96.0.10\np\n1\n");
    const { state, lastState } = cluster.get(podKind, "p")!.status.containerStatuses![0]!;
    expect((state.terminated ?? lastState.terminated)?.message).toBe("bye\n");
  });
});

function box(text: string): Partial<Container> {
  return { image: "busybox:1.36", command: ["sh", "-c", text] };
}

/** A pod `p` that runs the script once. */
function script(text: string, container: Partial<Container> = {}, spec: Partial<PodSpec> = {}) {
  return podWith("p", { ...box(text), ...container }, { restartPolicy: "Never", ...spec });
}
