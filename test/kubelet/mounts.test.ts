/** Volumes of pods as their containers see them. */
import { describe, expect, it } from "vitest";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { secretKind } from "../../src/kinds/core/secret.ts";
import type { ConfigMap, Secret, Volume, VolumeMount } from "../../src/schema/index.ts";
import { configMap } from "../support/builders.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, podWith } from "./clusters.ts";
import { fileRows, inFiles } from "./files-of-pods.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe("a ConfigMap as files", () => {
  const CONFIG = { color: "blue\n", "ui.properties": "a=1\n" };

  it("is a folder with a time in its name behind links", () => {
    const cluster = running({ volume: { configMap: { name: "config" } } }, configMap("config", { data: CONFIG }));
    inFiles(cluster, (files) => {
      expect(files.read("/etc/config/color")).toBe("blue\n");
      const names = files.list("/etc/config");
      expect(names).toEqual([
        expect.stringMatching(/^\.\.2026_01_01_00_00_0\d\.\d+$/),
        "..data",
        "color",
        "ui.properties",
      ]);
      expect(files.findLink("/etc/config/color")).toMatchObject({ type: "link", target: "..data/color" });
      expect(files.realPath("/etc/config/color")).toBe(`/etc/config/${names[0]}/color`);
      expect(files.stat("/etc/config/color")).toMatchObject({ mode: 0o644, uid: 0, gid: 0 });
      expect(() => files.write("/etc/config/color", "red")).toThrow("Read-only file system");
      expect(files.mountOf("/etc/config/color")).toMatchObject({ path: "/etc/config", readOnly: true });
    });
  });

  it("shows selected keys at their paths with their modes", () => {
    const items = [{ key: "color", path: "deep/down/paint", mode: 0o400 }];
    const volume = { configMap: { name: "config", items, defaultMode: 0o444 } };
    const cluster = running(
      { volume, spec: { securityContext: { fsGroup: 2000 } } },
      configMap("config", { data: CONFIG }),
    );
    inFiles(cluster, (files) => {
      expect(files.list("/etc/config").slice(1)).toEqual(["..data", "deep"]);
      expect(files.stat("/etc/config/deep/down/paint")).toMatchObject({ mode: 0o440, gid: 2000 });
      expect(files.stat("/etc/config")).toMatchObject({ mode: 0o2777, gid: 2000 });
    });
  });

  it("follows a change at the pod's next sync, within 60 to 90 s", () => {
    const cluster = running({ volume: { configMap: { name: "config" } } }, configMap("config", { data: CONFIG }));
    const before = inFiles(cluster, (files) => files.list("/etc/config"));
    cluster.advance(5 * MINUTE);
    change(cluster, { color: "red\n" });
    cluster.advance(SECOND);
    expect(inFiles(cluster, (files) => files.read("/etc/config/color"))).toBe("blue\n");
    change(cluster, { color: "green\n" });
    cluster.advance(SECOND);
    expect(inFiles(cluster, (files) => files.list("/etc/config"))).toEqual(before);
    cluster.advance(90 * SECOND);
    inFiles(cluster, (files) => {
      expect(files.read("/etc/config/color")).toBe("green\n");
      expect(files.list("/etc/config")).toHaveLength(4);
      expect(files.list("/etc/config")[0]).not.toBe(before[0]);
    });
    expect(fileRows(cluster).filter((key) => key.startsWith("sandbar/mounted-"))).toEqual([]);
  });

  it("keeps its files when it is removed, and shows the next one of its name", () => {
    const cluster = running({ volume: { configMap: { name: "config" } } }, configMap("config", { data: CONFIG }));
    cluster.delete(configMapKind, cluster.get(configMapKind, "config")!);
    cluster.advance(10 * MINUTE);
    expect(inFiles(cluster, (files) => files.read("/etc/config/color"))).toBe("blue\n");
    cluster.create(configMapKind, configMap("config", { data: { color: "white\n" } }));
    cluster.advance(90 * SECOND);
    expect(inFiles(cluster, (files) => files.list("/etc/config").slice(1))).toEqual(["..data", "color"]);
    cluster.delete(podKind, cluster.get(podKind, "p")!, { gracePeriodSeconds: 0 });
    cluster.advance(MINUTE);
    expect(fileRows(cluster)).toEqual([]);
  });

  it("may be absent if it is optional, and appears", () => {
    const cluster = running({ volume: { configMap: { name: "config", optional: true } } });
    expect(inFiles(cluster, (files) => files.list("/etc/config"))).toHaveLength(2);
    cluster.advance(3 * MINUTE);
    cluster.create(configMapKind, configMap("config", { data: CONFIG }));
    cluster.advance(90 * SECOND);
    expect(inFiles(cluster, (files) => files.read("/etc/config/color"))).toBe("blue\n");
  });

  it("does not follow a change in a file that is mounted alone", () => {
    const cluster = running(
      {
        volume: { configMap: { name: "config" } },
        mounts: [
          { name: "v", mountPath: "/etc/nginx/nginx.conf", subPath: "color" },
          { name: "v", mountPath: "/all" },
        ],
      },
      configMap("config", { data: CONFIG }),
    );
    expect(inFiles(cluster, (files) => files.read("/etc/nginx/nginx.conf"))).toBe("blue\n");
    change(cluster, { color: "red\n" });
    cluster.advance(2 * MINUTE);
    inFiles(cluster, (files) => {
      expect(files.read("/etc/nginx/nginx.conf")).toBe("blue\n");
      expect(files.read("/all/color")).toBe("red\n");
      expect(files.list("/etc/nginx")).toEqual(["nginx.conf"]);
    });
    change(cluster, { color: "pink\n" });
    cluster.advance(2 * MINUTE);
    expect(inFiles(cluster, (files) => files.read("/etc/nginx/nginx.conf"))).toBe("blue\n");
  });

  it("gives a missing single file as a directory, which cannot be mounted onto a file", () => {
    const cluster = running(
      {
        volume: { configMap: { name: "config" } },
        mounts: [{ name: "v", mountPath: "/etc/nginx/nginx.conf", subPath: "missing" }],
      },
      configMap("config", { data: CONFIG }),
    );
    expect(() => inFiles(cluster, () => {})).toThrow("Not a directory");
  });
});

describe("other data of the cluster as files", () => {
  it("shows a Secret's bytes in memory", () => {
    const secret = { metadata: { name: "s", namespace: "default" }, data: { key: "AP/h" } } as unknown as Secret;
    const cluster = running({ volume: { secret: { secretName: "s", defaultMode: 0o400 } } }, secret);
    inFiles(cluster, (files) => {
      expect(files.read("/etc/config/key")).toBe("\0\xff\xe1");
      expect(files.stat("/etc/config/key")).toMatchObject({ mode: 0o400 });
      expect(files.mountOf("/etc/config/key")).toMatchObject({ fileSystemType: "tmpfs", readOnly: true });
    });
  });

  it("projects several sources and the token of the account", () => {
    const sources = [
      { configMap: { name: "config", items: [{ key: "a", path: "one" }] } },
      { downwardAPI: { items: [{ path: "labels", fieldRef: { apiVersion: "v1", fieldPath: "metadata.labels" } }] } },
      {
        downwardAPI: {
          items: [{ path: "cpu", resourceFieldRef: { containerName: "c", resource: "limits.cpu", divisor: "1m" } }],
        },
      },
    ];
    const cluster = running(
      { volume: { projected: { sources } }, labels: { app: "web", tier: "a" } },
      configMap("config", { data: { a: "1", b: "2" } }),
    );
    inFiles(cluster, (files) => {
      expect(files.list("/etc/config").slice(1)).toEqual(["..data", "cpu", "labels", "one"]);
      expect(files.read("/etc/config/labels")).toBe('app="web"\ntier="a"');
      expect(files.read("/etc/config/cpu")).toBe("4000");
      const account = "/var/run/secrets/kubernetes.io/serviceaccount";
      expect(files.list(account).slice(1)).toEqual(["..data", "ca.crt", "namespace", "token"]);
      expect(files.read(`${account}/namespace`)).toBe("default");
    });
  });

  it("shows a changed label soon, in a new folder", () => {
    const items = [{ path: "labels", fieldRef: { apiVersion: "v1", fieldPath: "metadata.labels" } }];
    const cluster = running({ volume: { downwardAPI: { items } }, labels: { app: "web" } });
    const before = inFiles(cluster, (files) => files.list("/etc/config")[0]);
    cluster.update(podKind, cluster.get(podKind, "p")!, ({ metadata }) => {
      metadata.labels = { app: "db" };
    });
    expect(inFiles(cluster, (files) => files.read("/etc/config/labels"))).toBe('app="web"');
    cluster.advance(SECOND);
    inFiles(cluster, (files) => {
      expect(files.read("/etc/config/labels")).toBe('app="db"');
      expect(files.list("/etc/config")[0]).not.toBe(before);
    });
    expect(cluster.nextDueAtMs).toBeNull();
  });

  it.each<[string, Volume]>([
    ['configmap "no" not found', { name: "v", configMap: { name: "no" } }],
    [
      "references non-existent secret key: k",
      { name: "v", secret: { secretName: "s", items: [{ key: "k", path: "p" }] } },
    ],
    [
      '[configmap "no" not found, secret "none" not found]',
      { name: "v", projected: { sources: [{ configMap: { name: "no" } }, { secret: { name: "none" } }] } },
    ],
    [
      "hostPath type check failed: /nope is not a directory",
      { name: "v", hostPath: { path: "/nope", type: "Directory" } },
    ],
    ["hostPath type check failed: /etc is not a file", { name: "v", hostPath: { path: "/etc", type: "File" } }],
    [
      "hostPath type check failed: /var/run/docker.sock is not a socket file",
      { name: "v", hostPath: { path: "/var/run/docker.sock", type: "Socket" } },
    ],
    ["open /no/file: no such file or directory", { name: "v", hostPath: { path: "/no/file", type: "FileOrCreate" } }],
  ])("FailedMount: %s", (problem, volume) => {
    const secret = { metadata: { name: "s", namespace: "default" }, data: {} } as unknown as Secret;
    const cluster = running({ volume }, secret);
    expect(cluster.get(podKind, "p")!.status.phase).toBe("Pending");
    const message = `Warning FailedMount Pod/p x\\d+: MountVolume.SetUp failed for volume "v" : `;
    const event = cluster.events().find((text) => text.includes("FailedMount"));
    expect(event).toMatch(new RegExp(`^${message}`));
    expect(event).toContain(problem);
  });
});

describe("emptyDir", () => {
  it("is shared by the containers of a pod and goes with it", () => {
    const cluster = running({ volume: { emptyDir: {} } });
    inFiles(cluster, (files) => {
      expect(files.stat("/etc/config")).toMatchObject({ mode: 0o777 });
      files.write("/etc/config/a", "1");
    });
    expect(inFiles(cluster, (files) => files.read("/other/a"), { container: "d" })).toBe("1");
    expect(fileRows(cluster).some((key) => key.startsWith("sandbar/pod-volumes/"))).toBe(true);
    cluster.delete(podKind, cluster.get(podKind, "p")!);
    cluster.advance(2 * MINUTE);
    expect(cluster.get(podKind, "p")).toBeUndefined();
    expect(fileRows(cluster)).toEqual([]);
  });

  it("in memory has the size of its limit", () => {
    const cluster = running({ volume: { emptyDir: { medium: "Memory", sizeLimit: "1Ki" } } });
    inFiles(cluster, (files) => {
      expect(files.mountOf("/etc/config")).toMatchObject({ fileSystemType: "tmpfs", sizeBytes: 1024 });
      expect(() => files.write("/etc/config/a", "x".repeat(1025))).toThrow("No space left on device");
    });
  });

  it("makes the folders of subPaths", () => {
    const mounts = [
      { name: "v", mountPath: "/data", subPathExpr: "logs/$(NAME)" },
      { name: "v", mountPath: "/all" },
    ];
    const cluster = running({ volume: { emptyDir: {} }, mounts, env: [{ name: "NAME", value: "web" }] });
    inFiles(cluster, (files) => {
      files.write("/data/x", "1");
      expect(files.read("/all/logs/web/x")).toBe("1");
    });
    const missing = running({ volume: { emptyDir: {} }, mounts });
    expect(() => inFiles(missing, () => {})).toThrow("missing value for NAME");
  });
});

describe("hostPath", () => {
  it("is the disk of the node for as long as the node exists", () => {
    const cluster = running({ volume: { hostPath: { path: "/srv/data", type: "DirectoryOrCreate" } } });
    const node = cluster.get(podKind, "p")!.spec.nodeName!;
    inFiles(cluster, (files) => files.write("/etc/config/a", "1"));
    cluster.delete(podKind, cluster.get(podKind, "p")!, { gracePeriodSeconds: 0 });
    const host = { name: "v", hostPath: { path: "/" } };
    const mounts = [{ name: "v", mountPath: "/host" }];
    const next = podWith("q", { name: "c", volumeMounts: mounts }, { volumes: [host], nodeName: node });
    cluster.create(podKind, next);
    cluster.advance(MINUTE);
    inFiles(
      cluster,
      (files) => {
        expect(files.read("/host/srv/data/a")).toBe("1");
        expect(files.read("/host/etc/hostname")).toBe(`${node}\n`);
        expect(files.list("/host/var/log")).toContain("pods");
      },
      { pod: "q" },
    );
    cluster.delete(podKind, cluster.get(podKind, "q")!, { gracePeriodSeconds: 0 });
    cluster.delete(nodeKind, cluster.get(nodeKind, node)!);
    cluster.advance(MINUTE);
    expect(fileRows(cluster)).toEqual([]);
  });
});

describe("files of kubelet and runtime", () => {
  it("writes hosts, resolver, hostname and the termination message", () => {
    const spec = {
      hostname: "web",
      subdomain: "sub",
      hostAliases: [{ ip: "10.0.0.9", hostnames: ["a.example", "b.example"] }],
      dnsConfig: {
        nameservers: ["1.2.3.4"],
        searches: ["my.search"],
        options: [{ name: "ndots", value: "2" }, { name: "edns0" }],
      },
    };
    const cluster = running({ volume: { emptyDir: {} }, spec });
    inFiles(cluster, (files, volumes) => {
      const ip = cluster.get(podKind, "p")!.status.podIP;
      expect(files.read("/etc/hosts").split("\n").slice(-5)).toEqual([
        `${ip}\tweb.sub.default.svc.cluster.local\tweb`,
        "",
        "# Entries added by HostAliases.",
        "10.0.0.9\ta.example\tb.example",
        "",
      ]);
      expect(files.read("/etc/resolv.conf")).toBe(
        "search default.svc.cluster.local svc.cluster.local cluster.local my.search\n" +
          "nameserver 10.96.0.10\nnameserver 1.2.3.4\noptions ndots:2 edns0\n",
      );
      expect(files.read("/etc/hostname")).toBe("web\n");
      files.write("/dev/termination-log", "done");
      const container = { role: "main" as const, spec: cluster.get(podKind, "p")!.spec.containers[0]! };
      const record = { starts: 1 } as never;
      expect(volumes.terminationMessage({ ...container, record })).toBe("done");
      files.write("/dev/shm/x", "1");
      expect(files.list("/dev")).toContain("urandom");
    });
    expect(inFiles(cluster, (files) => files.read("/etc/hosts"))).toContain("web.sub");
  });

  it("has /proc and the limits of the control group", () => {
    const cluster = running({ volume: { emptyDir: {} } });
    inFiles(cluster, (files) => {
      expect(files.read("/proc/1/cmdline")).toBe("/bin/sleep\x009\0");
      expect(files.read("/proc/self/status")).toContain("Name:\tsleep\n");
      expect(files.read("/proc/cpuinfo").match(/^processor/gm)).toHaveLength(4);
      expect(files.read("/proc/meminfo")).toMatch(/^MemTotal: +8388608 kB\n/);
      expect(files.read("/proc/mounts")).toContain("overlay / overlay rw,relatime 0 0\n");
      expect(files.read("/proc/1/cgroup")).toBe("0::/\n");
      expect(files.read("/sys/fs/cgroup/memory.max")).toBe("67108864\n");
      expect(files.read("/sys/fs/cgroup/cpu.max")).toBe("50000 100000\n");
      expect(files.read("/proc/sys/kernel/hostname")).toBe("p\n");
      expect(() => files.write("/sys/fs/cgroup/memory.max", "1")).toThrow("Read-only file system");
    });
  });
});

interface Running {
  volume: Partial<Volume>;
  mounts?: VolumeMount[];
  spec?: Parameters<typeof podWith>[2];
  labels?: Record<string, string>;
  env?: { name: string; value: string }[];
}

/** A pod `p` with the volume at /etc/config of container `c` and at /other of container `d`; advanced by 20 s. */
/** An image outside the catalogue runs as a server. */
const SERVER = "example.com/server";

function running(options: Running, ...objects: (ConfigMap | Secret)[]): TestCluster {
  const { volume, spec = {}, labels, env } = options;
  const mounts = options.mounts ?? [{ name: "v", mountPath: "/etc/config" }];
  const cluster = clusterWith({});
  for (const object of objects) {
    if (object.kind === "ConfigMap") cluster.create(configMapKind, object as ConfigMap);
    else cluster.create(secretKind, { ...object, kind: "Secret", apiVersion: "v1" } as Secret);
  }
  cluster.advance(5 * SECOND);
  const pod = podWith("p", { name: "c", image: SERVER, volumeMounts: mounts, ...(env && { env }) }, spec);
  pod.spec.volumes = [{ ...volume, name: "v" } as Volume];
  pod.spec.containers.push({
    ...pod.spec.containers[0]!,
    name: "d",
    volumeMounts: [{ name: "v", mountPath: "/other" }],
  });
  if (labels) pod.metadata.labels = labels;
  cluster.create(podKind, pod);
  cluster.advance(20 * SECOND);
  return cluster;
}

function change(cluster: TestCluster, data: Record<string, string>): void {
  cluster.update(configMapKind, cluster.get(configMapKind, "config")!, (draft) => {
    draft.data = { ...draft.data, ...data };
  });
}
