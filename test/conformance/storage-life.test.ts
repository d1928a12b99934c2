/**
 * Tests of sig-storage about changes: mounted objects that change, immutable objects, volumes shared by containers.
 * Kubernetes: test/e2e/common/storage, test/e2e/storage (empty_dir_wrapper)
 */
import { expect } from "vitest";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { agnhost, alwaysPod, busybox, configMap, pod, secret } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

/** The tests wait for a kubelet's period of one minute and as long as its cache keeps an object. */
const UPDATE_MS = 4 * 60_000;
const SECONDS = UPDATE_MS / 1000;

function reader(name: string, path: string, volume: string): Json {
  const args = [
    "mounttest",
    "--break_on_expected_content=false",
    `--retry_time=${SECONDS}`,
    `--file_content_in_loop=${path}`,
  ];
  return agnhost(args, {
    name,
    volumeMounts: [{ name: volume, mountPath: path.replace(/\/[^/]*$/, ""), readOnly: true }],
  });
}

async function shows(cluster: ConformanceCluster, name: string, container: string, expected: string) {
  await cluster.eventually(
    async () => (await cluster.log(name, container)).includes(expected),
    UPDATE_MS,
    () => cluster.log(name, container),
  );
}

interface Source {
  make: (name: string, data: Record<string, string>) => Json;
  volume: (name: string, optional?: boolean) => Json;
}

const SOURCES: Readonly<Record<string, Source>> = {
  ConfigMap: { make: configMap, volume: (name, optional) => ({ configMap: { name, optional } }) },
  "Projected configMap": {
    make: configMap,
    volume: (name, optional) => ({ projected: { sources: [{ configMap: { name, optional } }] } }),
  },
  Secrets: { make: secret, volume: (secretName, optional) => ({ secret: { secretName, optional } }) },
  "Projected secret": {
    make: secret,
    volume: (name, optional) => ({ projected: { sources: [{ secret: { name, optional } }] } }),
  },
};

async function updated(cluster: ConformanceCluster, { make, volume }: Source) {
  const source = make("test-upd", { "data-1": "value-1" });
  await cluster.create(source);
  const reading = pod("pod-volume", [reader("test", "/etc/volume/data-1", "v")], {
    volumes: [{ name: "v", ...volume("test-upd") }],
  });
  await cluster.createSync(reading);
  await shows(cluster, "pod-volume", "test", "value-1");
  const changed = make("test-upd", { "data-1": "value-2" });
  await cluster.update(source, (draft) => (draft.data = changed.data));
  await shows(cluster, "pod-volume", "test", "value-2");
}

/** One object is deleted, one changed, and one created while the pod runs. */
async function optional(cluster: ConformanceCluster, { make, volume }: Source) {
  const [deleted, changed, created] = ["test-opt-del", "test-opt-upd", "test-opt-create"].map((name) =>
    make(name, { "data-1": "value-1" }),
  );
  await cluster.create(deleted);
  await cluster.create(changed);
  const path = (what: string, key: string) => `/etc/volumes/${what}/${key}`;
  const reading = pod(
    "pod-volumes",
    [
      reader("del", path("delete", "data-1"), "deleted"),
      reader("upd", path("update", "data-3"), "updated"),
      reader("create", path("create", "data-1"), "created"),
    ],
    {
      volumes: [
        { name: "deleted", ...volume("test-opt-del", true) },
        { name: "updated", ...volume("test-opt-upd", true) },
        { name: "created", ...volume("test-opt-create", true) },
      ],
    },
  );
  await cluster.createSync(reading);
  await shows(cluster, "pod-volumes", "create", `Error reading file ${path("create", "data-1")}`);
  await shows(cluster, "pod-volumes", "upd", `Error reading file ${path("update", "data-3")}`);
  await shows(cluster, "pod-volumes", "del", "value-1");
  await cluster.delete(deleted);
  const { data } = make("", { "data-3": "value-3" });
  await cluster.update(changed, (draft) => (draft.data = data));
  await cluster.create(created);
  await shows(cluster, "pod-volumes", "create", "value-1");
  await shows(cluster, "pod-volumes", "upd", "value-3");
  await shows(cluster, "pod-volumes", "del", `Error reading file ${path("delete", "data-1")}`);
}

async function immutable(cluster: ConformanceCluster, { make }: Source) {
  const kept = make("immutable", { "data-1": "value-1" });
  await cluster.create(kept);
  const change = (text: string) => (draft: Json) => (draft.data = make("", { "data-1": text }).data);
  await cluster.update(kept, change("value-2"));
  await cluster.update(kept, (draft) => (draft.immutable = true));
  await expect(cluster.update(kept, change("value-3"))).rejects.toThrow("field is immutable when `immutable` is set");
  const revert = cluster.update(kept, (draft) => (draft.immutable = false));
  await expect(revert).rejects.toThrow("field is immutable when `immutable` is set");
  await cluster.update(kept, (draft) => (draft.metadata.labels = { label1: "value1" }));
  await cluster.deleteSync(kept);
}

const mounted: Stories = {
  "ConfigMap updates should be reflected in volume": (c) => updated(c, SOURCES["ConfigMap"]!),
  "Projected configMap updates should be reflected in volume": (c) => updated(c, SOURCES["Projected configMap"]!),
  "ConfigMap optional updates should be reflected in volume": (c) => optional(c, SOURCES["ConfigMap"]!),
  "Projected configMap optional updates should be reflected in volume": (c) =>
    optional(c, SOURCES["Projected configMap"]!),
  "Secrets optional updates should be reflected in volume": (c) => optional(c, SOURCES["Secrets"]!),
  "Projected secret optional updates should be reflected in volume": (c) => optional(c, SOURCES["Projected secret"]!),
  "ConfigMap should be immutable if `immutable` field is set": (c) => immutable(c, SOURCES["ConfigMap"]!),
  "Secrets should be immutable if `immutable` field is set": (c) => immutable(c, SOURCES["Secrets"]!),
  "ConfigMap binary data should be reflected in volume": async (cluster) => {
    const binaryData = { "dump.bin": btoa("\xde\xca\xfe\xba\xd0\xfe\xff") };
    await cluster.create(configMap("binary", { "data-1": "value-1" }, { binaryData }));
    const mount = { volumeMounts: [{ name: "v", mountPath: "/etc/configmap-volume", readOnly: true }] };
    const dump = { ...busybox("", mount), name: "dump", command: ["hexdump", "-C", "/etc/configmap-volume/dump.bin"] };
    const reading = pod("pod-configmaps", [reader("test", "/etc/configmap-volume/data-1", "v"), dump], {
      volumes: [{ name: "v", configMap: { name: "binary" } }],
    });
    await cluster.create(reading);
    await cluster.phase(reading, "Running");
    await shows(cluster, "pod-configmaps", "test", "value-1");
    await shows(cluster, "pod-configmaps", "dump", "de ca fe ba d0 fe ff");
  },
};

const METADATA_VOLUMES: Readonly<Record<string, (items: Json[]) => Json>> = {
  "Downward API volume": (items) => ({ downwardAPI: { items } }),
  "Projected downwardAPI": (items) => ({ projected: { sources: [{ downwardAPI: { items } }] } }),
};

/** Labels or annotations change while the pod shows them. */
async function metadata(cluster: ConformanceCluster, prefix: string, field: "labels" | "annotations") {
  const items = [{ path: field, fieldRef: { apiVersion: "v1", fieldPath: `metadata.${field}` } }];
  const args = [
    "mounttest",
    "--break_on_expected_content=false",
    "--retry_time=120",
    `--file_content_in_loop=/etc/podinfo/${field}`,
  ];
  const container = agnhost(args, { volumeMounts: [{ name: "podinfo", mountPath: "/etc/podinfo" }] });
  const before = field === "labels" ? { key1: "value1", key2: "value2" } : { builder: "bar" };
  const volumes = [{ name: "podinfo", ...METADATA_VOLUMES[prefix]!(items) }];
  const showing = alwaysPod("metadata-update", container, { volumes, restartPolicy: "Never" }, { [field]: before });
  await cluster.createSync(showing);
  const [first, second] =
    field === "labels" ? ['key1="value1"\n', 'key3="value3"\n'] : ['builder="bar"\n', 'builder="foo"\n'];
  await shows(cluster, "metadata-update", "test", first!);
  await cluster.update(showing, (draft) => {
    draft.metadata[field] = field === "labels" ? { ...before, key3: "value3" } : { builder: "foo" };
  });
  await shows(cluster, "metadata-update", "test", second!);
}

const downward: Stories = Object.fromEntries(
  Object.keys(METADATA_VOLUMES).flatMap((prefix) =>
    (["labels", "annotations"] as const).map((field) => [
      `${prefix} should update ${field} on modification`,
      (cluster: ConformanceCluster) => metadata(cluster, prefix, field),
    ]),
  ),
);

const RACING_PODS = 5;
const RACING_VOLUMES = 50;

const volumes: Stories = {
  "EmptyDir volumes pod should support shared volumes between containers": async (cluster) => {
    const mount = (mountPath: string) => ({ volumeMounts: [{ name: "shared-data", mountPath }] });
    const main = {
      ...busybox("trap exit TERM; while true; do sleep 1; done", mount("/usr/share/volumeshare")),
      name: "main",
    };
    const sub = {
      ...busybox("echo Hello from the busy-box sub-container > /pod-data/shareddata.txt", mount("/pod-data")),
      name: "sub",
    };
    const sharing = pod("pod-sharedvolume", [main, sub], {
      volumes: [{ name: "shared-data", emptyDir: {} }],
      terminationGracePeriodSeconds: 0,
    });
    await cluster.create(sharing);
    await cluster.phase(sharing, "Running");
    const { stdout } = await cluster.exec("pod-sharedvolume", "main", ["cat", "/usr/share/volumeshare/shareddata.txt"]);
    expect(stdout.trim()).toBe("Hello from the busy-box sub-container");
  },
  "EmptyDir wrapper volumes should not conflict": async (cluster) => {
    await cluster.create(secret("emptydir-wrapper-test", { "data-1": "value-1\n" }));
    await cluster.create(configMap("emptydir-wrapper-test", { "data-1": "value-1\n" }));
    const mounts = [
      { name: "secret-volume", mountPath: "/etc/secret-volume", readOnly: true },
      { name: "configmap-volume", mountPath: "/etc/configmap-volume" },
    ];
    const wrapped = alwaysPod("pod-secrets", agnhost(["test-webserver"], { volumeMounts: mounts }), {
      volumes: [
        { name: "secret-volume", secret: { secretName: "emptydir-wrapper-test" } },
        { name: "configmap-volume", configMap: { name: "emptydir-wrapper-test" } },
      ],
    });
    await cluster.createSync(wrapped);
    await cluster.deleteSync(wrapped);
  },
  "EmptyDir wrapper volumes should not cause race condition when used for configmaps": async (cluster) => {
    const names = Array.from({ length: RACING_VOLUMES }, (_, i) => `racey-configmap-${i}`);
    for (const name of names) await cluster.create(configMap(name, { "data-1": "value-1" }));
    const items = [{ key: "data-1", path: "data-1" }];
    const container = {
      ...busybox(""),
      command: ["sleep", "10000"],
      volumeMounts: names.map((name) => ({ name, mountPath: `/etc/config-${name}` })),
    };
    const template = {
      metadata: { labels: { name: "wrapped-volume-race" } },
      spec: {
        containers: [{ name: "test-container", ...container }],
        volumes: names.map((name) => ({ name, configMap: { name, items } })),
      },
    };
    const selector = { name: "wrapped-volume-race" };
    await cluster.create({
      ...{ apiVersion: "v1", kind: "ReplicationController", metadata: { name: "wrapped-volume-race" } },
      spec: { replicas: RACING_PODS, selector, template },
    });
    await cluster.eventually(async () => {
      const pods = await cluster.list("v1", "pods", "labelSelector=name%3Dwrapped-volume-race");
      return pods.length === RACING_PODS && pods.every(({ status }: Json) => status.phase === "Running");
    });
  },
};

stories("[sig-storage]", { ...mounted, ...downward, ...volumes });
