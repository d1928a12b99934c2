/**
 * Tests of sig-storage in which a pod runs to its end and its log is read.
 * Kubernetes: test/e2e/common/storage
 */
import type { Json } from "./cluster.ts";
import { agnhost, busybox, configMap, pod, secret } from "./objects.ts";
import { type OutputCase, outputCases } from "./output-case.ts";

const CONFIG_DATA = { "data-1": "value-1", "data-2": "value-2", "data-3": "value-3" };
const SECRET_DATA = { "data-1": "value-1\n", "data-2": "value-2\n", "data-3": "value-3\n" };

/** How a test mounts a ConfigMap or Secret: directly or projected, with a mode, a user and a mapping. */
interface MountOptions {
  defaultMode?: number;
  itemMode?: number;
  mapped?: boolean;
  runAsUser?: number;
  fsGroup?: number;
  /** The same object a second time. */
  twice?: boolean;
}

interface Source {
  prefix: string;
  object: Json;
  volume: (items: Json, defaultMode?: number) => Json;
}

const NAME = "test-volume-data";

const SOURCES: Readonly<Record<string, Source>> = {
  configMap: {
    prefix: "ConfigMap",
    object: configMap(NAME, CONFIG_DATA),
    volume: (items, defaultMode) => ({ configMap: { name: NAME, ...items, ...modeOf(defaultMode) } }),
  },
  secret: {
    prefix: "Secrets",
    object: secret(NAME, SECRET_DATA),
    volume: (items, defaultMode) => ({ secret: { secretName: NAME, ...items, ...modeOf(defaultMode) } }),
  },
  projectedConfigMap: {
    prefix: "Projected configMap",
    object: configMap(NAME, CONFIG_DATA),
    volume: (items, defaultMode) => ({
      projected: { ...modeOf(defaultMode), sources: [{ configMap: { name: NAME, ...items } }] },
    }),
  },
  projectedSecret: {
    prefix: "Projected secret",
    object: secret(NAME, SECRET_DATA),
    volume: (items, defaultMode) => ({
      projected: { ...modeOf(defaultMode), sources: [{ secret: { name: NAME, ...items } }] },
    }),
  },
};

function modeOf(defaultMode: number | undefined): Json {
  return defaultMode === undefined ? {} : { defaultMode };
}

function mounted(source: Source, title: string, options: MountOptions = {}): OutputCase {
  const { defaultMode, itemMode, mapped, runAsUser, fsGroup, twice } = options;
  const key = mapped ? "data-2" : "data-1";
  const path = mapped ? "path/to/data-2" : "data-1";
  const items = mapped ? { items: [{ key, path, ...(itemMode !== undefined && { mode: itemMode }) }] } : {};
  const file = `/etc/volume/${path}`;
  const security = {
    ...(runAsUser !== undefined && { runAsUser }),
    ...(fsGroup !== undefined && { fsGroup }),
  };
  const mounts = [{ name: "v", mountPath: "/etc/volume", readOnly: true }];
  if (twice) mounts.push({ name: "v2", mountPath: "/etc/volume-2", readOnly: true });
  const volumes = mounts.map(({ name }) => ({ name, ...source.volume(items, defaultMode) }));
  const mode = itemMode ?? defaultMode ?? 0o644;
  return {
    title: `${source.prefix} ${title}`,
    objects: () => [source.object],
    pod: () =>
      pod(
        "pod-volume",
        [agnhost(["mounttest", `--file_content=${file}`, `--file_mode=${file}`], { volumeMounts: mounts })],
        { volumes, securityContext: security },
      ),
    output: [`content of file "${file}": value-${mapped ? 2 : 1}`, `mode of file "${file}": ${MODES.get(mode)}`],
  };
}

const MODES: ReadonlyMap<number, string> = new Map([
  [0o400, "-r--------"],
  [0o440, "-r--r-----"],
  [0o644, "-rw-r--r--"],
]);

const USER = { runAsUser: 1000 };
const GROUP = { runAsUser: 1000, fsGroup: 1001, defaultMode: 0o440 };
const MAPPED = { mapped: true };

function configMapCases(source: Source): OutputCase[] {
  return [
    mounted(source, "should be consumable from pods in volume"),
    mounted(source, "should be consumable from pods in volume with defaultMode set", { defaultMode: 0o400 }),
    mounted(source, "should be consumable from pods in volume as non-root", USER),
    mounted(source, "should be consumable from pods in volume with mappings", MAPPED),
    mounted(source, "should be consumable from pods in volume with mappings and Item mode set", {
      ...MAPPED,
      itemMode: 0o400,
    }),
    mounted(source, "should be consumable from pods in volume with mappings as non-root", { ...MAPPED, ...USER }),
    mounted(source, "should be consumable in multiple volumes in the same pod", { twice: true }),
  ];
}

function secretCases(source: Source): OutputCase[] {
  return [
    mounted(source, "should be consumable from pods in volume"),
    mounted(source, "should be consumable from pods in volume with defaultMode set", { defaultMode: 0o400 }),
    mounted(source, "should be consumable from pods in volume as non-root with defaultMode and fsGroup set", GROUP),
    mounted(source, "should be consumable from pods in volume with mappings", MAPPED),
    mounted(source, "should be consumable from pods in volume with mappings and Item Mode set", {
      ...MAPPED,
      itemMode: 0o400,
    }),
    mounted(source, "should be consumable in multiple volumes in a pod", { twice: true }),
  ];
}

const OTHER_NAMESPACE = "secret-namespace";

const otherNamespace: OutputCase = {
  ...mounted(
    SOURCES["secret"]!,
    "should be able to mount in a volume regardless of a different secret existing with same name in different namespace",
  ),
  objects: () => [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: OTHER_NAMESPACE } },
    secret(NAME, { this_should_not_match: "similarly\n" }, { metadata: { name: NAME, namespace: OTHER_NAMESPACE } }),
    secret(NAME, SECRET_DATA),
  ],
};

/** The downward API as a volume of its own, and projected. */
function downwardCases(prefix: string, volume: (items: Json[], defaultMode?: number) => Json): OutputCase[] {
  const name = { path: "podname", fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } };
  const resource = (path: string, field: string) => ({
    path,
    resourceFieldRef: { containerName: "test", resource: field },
  });
  const limits = { requests: { cpu: "250m", memory: "32Mi" }, limits: { cpu: "1250m", memory: "64Mi" } };
  const one = (title: string, options: { item: Json; defaultMode?: number; args?: string[]; resources?: Json }) => {
    const { item, defaultMode, resources = {} } = options;
    const file = `/etc/podinfo/${item.path}`;
    const args = options.args ?? [`--file_content=${file}`];
    return {
      title: `${prefix} ${title}`,
      pod: () =>
        pod(
          "downwardapi-volume",
          [
            agnhost(["mounttest", ...args], {
              resources,
              volumeMounts: [{ name: "podinfo", mountPath: "/etc/podinfo" }],
            }),
          ],
          { volumes: [{ name: "podinfo", ...volume([item], defaultMode) }] },
          { labels: { foo: "bar" } },
        ),
    };
  };
  const modeArgs = ["--file_mode=/etc/podinfo/podname"];
  const MODE_LINE = 'mode of file "/etc/podinfo/podname": -r--------';
  return [
    { ...one("should provide podname only", { item: name }), output: ["downwardapi-volume\n"] },
    {
      ...one("should set DefaultMode on files", { item: name, defaultMode: 0o400, args: modeArgs }),
      output: [MODE_LINE],
    },
    {
      ...one("should set mode on item file", { item: { ...name, mode: 0o400 }, args: modeArgs }),
      output: [MODE_LINE],
    },
    {
      ...one("should provide container's cpu limit", { item: resource("cpu_limit", "limits.cpu"), resources: limits }),
      output: ['content of file "/etc/podinfo/cpu_limit": 2\n'],
    },
    {
      ...one("should provide container's memory limit", {
        item: resource("memory_limit", "limits.memory"),
        resources: limits,
      }),
      output: ["67108864\n"],
    },
    {
      ...one("should provide container's cpu request", {
        item: resource("cpu_request", "requests.cpu"),
        resources: limits,
      }),
      output: ['content of file "/etc/podinfo/cpu_request": 1\n'],
    },
    {
      ...one("should provide container's memory request", {
        item: resource("memory_request", "requests.memory"),
        resources: limits,
      }),
      output: ["33554432\n"],
    },
    {
      ...one("should provide node allocatable (cpu) as default cpu limit if the limit is not set", {
        item: resource("cpu_limit", "limits.cpu"),
      }),
      output: [/cpu_limit": [1-9]/],
    },
    {
      ...one("should provide node allocatable (memory) as default memory limit if the limit is not set", {
        item: resource("memory_limit", "limits.memory"),
      }),
      output: [/memory_limit": [1-9]/],
    },
  ];
}

const FILE = "/test-volume/test-file";

function emptyDirCase(
  user: "root" | "non-root",
  mode: "0644" | "0666" | "0777",
  medium: "tmpfs" | "default",
): OutputCase {
  const shown = { "0644": "-rw-r--r--", "0666": "-rw-rw-rw-", "0777": "-rwxrwxrwx" }[mode];
  return {
    title: `EmptyDir volumes should support (${user},${mode},${medium})`,
    pod: () =>
      pod(
        "pod-emptydir",
        [
          agnhost(["mounttest", "--fs_type=/test-volume", `--new_file_${mode}=${FILE}`, `--file_perm=${FILE}`], {
            volumeMounts: [{ name: "test-volume", mountPath: "/test-volume" }],
            ...(user === "non-root" && { securityContext: { runAsUser: 1001 } }),
          }),
        ],
        { volumes: [{ name: "test-volume", emptyDir: medium === "tmpfs" ? { medium: "Memory" } : {} }] },
      ),
    output: [
      `perms of file "${FILE}": ${shown}`,
      `content of file "${FILE}": mount-tester new file`,
      ...(medium === "tmpfs" ? ['mount type of "/test-volume": tmpfs'] : []),
    ],
  };
}

function emptyDirMode(medium: "tmpfs" | "default"): OutputCase {
  return {
    title: `EmptyDir volumes volume on ${medium === "tmpfs" ? "tmpfs" : "default medium"} should have the correct mode`,
    pod: () =>
      pod(
        "pod-emptydir",
        [
          agnhost(["mounttest", "--fs_type=/test-volume", "--file_perm=/test-volume"], {
            volumeMounts: [{ name: "test-volume", mountPath: "/test-volume" }],
          }),
        ],
        { volumes: [{ name: "test-volume", emptyDir: medium === "tmpfs" ? { medium: "Memory" } : {} }] },
      ),
    output: [
      'perms of file "/test-volume": -rwxrwxrwx',
      ...(medium === "tmpfs" ? ['mount type of "/test-volume": tmpfs'] : []),
    ],
  };
}

const combined: OutputCase = {
  title: "Projected combined should project all components that make up the projection API",
  objects: () => [
    configMap("configmap-all", { "configmap-data": "configmap-value-1" }),
    secret("secret-all", { "secret-data": "secret-value-1" }),
  ],
  pod: () =>
    pod(
      "projected-volume",
      [
        busybox("cat /all/podname && cat /all/secret-data && cat /all/configmap-data", {
          volumeMounts: [{ name: "podinfo", mountPath: "/all", readOnly: false }],
        }),
      ],
      {
        volumes: [
          {
            name: "podinfo",
            projected: {
              sources: [
                { downwardAPI: { items: [{ path: "podname", fieldRef: { fieldPath: "metadata.name" } }] } },
                { secret: { name: "secret-all" } },
                { configMap: { name: "configmap-all" } },
              ],
            },
          },
        ],
      },
    ),
  output: ["projected-volume", "secret-value-1", "configmap-value-1"],
};

/** Paths inside of a volume that the kubelet writes. */
function subPathCase(
  title: string,
  volume: Json,
  file: string,
  content: string,
  mountPath = "/test-volume/file",
): OutputCase {
  return {
    title: `Subpath Atomic writer volumes should support subpaths with ${title}`,
    objects: () => [
      configMap("my-configmap", { "configmap-key": "configmap-value" }),
      secret("my-secret", { "secret-key": "secret-value" }),
    ],
    pod: () =>
      pod(
        "pod-subpath-test",
        [
          agnhost(
            [
              "mounttest",
              `--file_content_in_loop=${mountPath}`,
              "--retry_time=20",
              "--break_on_expected_content=false",
            ],
            {
              volumeMounts: [{ name: "test-volume", mountPath, subPath: file, readOnly: false }],
            },
          ),
        ],
        { volumes: [{ name: "test-volume", ...volume }] },
      ),
    output: [`content of file "${mountPath}": ${content}`],
  };
}

const CONFIG_VOLUME = { configMap: { name: "my-configmap", items: [{ key: "configmap-key", path: "configmap-key" }] } };
const subPaths: OutputCase[] = [
  subPathCase("configmap pod", CONFIG_VOLUME, "configmap-key", "configmap-value"),
  subPathCase(
    "configmap pod with mountPath of existing file",
    CONFIG_VOLUME,
    "configmap-key",
    "configmap-value",
    "/etc/resolv.conf",
  ),
  subPathCase("secret pod", { secret: { secretName: "my-secret" } }, "secret-key", "secret-value"),
  subPathCase(
    "downward pod",
    { downwardAPI: { items: [{ path: "downward/podname", fieldRef: { fieldPath: "metadata.name" } }] } },
    "downward/podname",
    "pod-subpath-test",
  ),
  subPathCase(
    "projected pod",
    {
      projected: {
        sources: [
          { configMap: { name: "my-configmap", items: [{ key: "configmap-key", path: "projected/configmap-key" }] } },
        ],
      },
    },
    "projected/configmap-key",
    "configmap-value",
  ),
];

const USERS = ["root", "non-root"] as const;
const FILE_MODES = ["0644", "0666", "0777"] as const;
const MEDIA = ["tmpfs", "default"] as const;

outputCases("[sig-storage]", [
  ...configMapCases(SOURCES["configMap"]!),
  ...configMapCases(SOURCES["projectedConfigMap"]!),
  ...secretCases(SOURCES["secret"]!),
  otherNamespace,
  ...secretCases(SOURCES["projectedSecret"]!),
  ...downwardCases("Downward API volume", (items, defaultMode) => ({ downwardAPI: { items, ...modeOf(defaultMode) } })),
  ...downwardCases("Projected downwardAPI", (items, defaultMode) => ({
    projected: { ...modeOf(defaultMode), sources: [{ downwardAPI: { items } }] },
  })),
  ...USERS.flatMap((user) => FILE_MODES.flatMap((mode) => MEDIA.map((medium) => emptyDirCase(user, mode, medium)))),
  emptyDirMode("tmpfs"),
  emptyDirMode("default"),
  combined,
  ...subPaths,
]);
