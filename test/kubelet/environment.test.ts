/** Environment of containers: sources, references, variables of Services. */
import { describe, expect, it } from "vitest";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { secretKind } from "../../src/kinds/core/secret.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import type { Reader } from "../../src/kinds/kind.ts";
import { resourceField } from "../../src/kubelet/downward-api.ts";
import { environmentOf, expandWords } from "../../src/kubelet/environment.ts";
import { expandReferences, expandSubPath } from "../../src/kubelet/expansion.ts";
import type { Container, Node, Pod } from "../../src/schema/index.ts";

describe("references in commands and variables", () => {
  const values: Record<string, string> = { VAR_A: "A", VAR_B: "B", VAR_C: "C", VAR_REF: "$(VAR_A)", VAR_EMPTY: "" };
  it.each([
    ["$(VAR_A)", "A"],
    ["___$(VAR_B)___", "___B___"],
    ["$(VAR_A)-$(VAR_B)-$(VAR_C)", "A-B-C"],
    ["$(VAR_EMPTY)", ""],
    ["$(VAR_REF)", "$(VAR_A)"],
    ["$(VAR_DNE)", "$(VAR_DNE)"],
    ["foo$$bar", "foo$bar"],
    ["$$(VAR_A)", "$(VAR_A)"],
    ["$$$(VAR_A)", "$A"],
    ["$$$$(VAR_A)", "$$(VAR_A)"],
    ["$$$$$(VAR_A)", "$$A"],
    ["$VAR_A", "$VAR_A"],
    ["$(VAR_A", "$(VAR_A"],
    ["$(VAR_A)$", "A$"],
    ["$", "$"],
    ["$$", "$"],
    ["$()", "$()"],
    ["$((VAR_A)", "$((VAR_A)"],
    ["foo\\$(VAR_A)bar", "foo\\Abar"],
    ["$?_boo_$!", "$?_boo_$!"],
    ["$(x\ny)$(VAR_A)", "$(x\ny)A"],
  ])("%j is %j", (text, expected) => {
    expect(expandReferences(text, (name) => values[name])).toBe(expected);
  });

  it("names the missing variables of a subPathExpr", () => {
    expect(expandSubPath("$(VAR_A)/$(VAR_B)", (name) => values[name])).toEqual({ path: "A/B" });
    expect(expandSubPath("$(Z)/$(VAR_EMPTY)/$(A)", (name) => values[name])).toEqual({
      missing: ["A", "VAR_EMPTY", "Z"],
    });
  });
});

describe("the environment of a container", () => {
  it("takes envFrom with prefixes, then env, and keeps the bytes of Secrets", () => {
    expect(
      valuesOf({
        envFrom: [
          { prefix: "P_", configMapRef: { name: "config" } },
          { secretRef: { name: "secret" } },
          { configMapRef: { name: "absent", optional: true } },
        ],
        env: [
          { name: "P_color", value: "$(password)-$(UNSET)-é" },
          { name: "COPY", value: "$(P_color)" },
          { name: "KEY", valueFrom: { configMapKeyRef: { name: "config", key: "size" } } },
          { name: "NONE", valueFrom: { secretKeyRef: { name: "absent", key: "x", optional: true } } },
          { name: "EMPTY" },
        ],
      }),
    ).toMatchObject({
      P_color: "s\xff-$(UNSET)-\xc3\xa9",
      P_size: "7",
      password: "s\xff",
      COPY: "s\xff-$(UNSET)-\xc3\xa9",
      KEY: "7",
      EMPTY: "",
    });
    expect(valuesOf({ env: [{ name: "A", valueFrom: optionalKey("absent") }] })).not.toHaveProperty("A");
    const names = Object.keys(
      valuesOf({ env: [{ name: "B" }, { name: "A" }, { name: "KUBERNETES_PORT", value: "x" }] }),
    );
    expect(names.slice(0, 4)).toEqual(["B", "A", "KUBERNETES_PORT", "MY_DB_SERVICE_HOST"]);
  });

  it.each<[string, Partial<Container>]>([
    ['configmap "no" not found', { envFrom: [{ configMapRef: { name: "no" } }] }],
    ['secret "no" not found', { env: [{ name: "A", valueFrom: { secretKeyRef: { name: "no", key: "k" } } }] }],
    [
      "couldn't find key k in ConfigMap ns/config",
      { env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "config", key: "k" } } }] },
    ],
  ])("fails with %j", (problem, container) => {
    expect(environmentOf(optionsFor(container))).toEqual({ problem });
  });

  it("shows fields of the pod", () => {
    const field = (fieldPath: string) => ({ name: fieldPath, valueFrom: { fieldRef: { fieldPath } } });
    const paths = ["metadata.name", "metadata.labels['app']", "status.hostIP", "status.podIPs", "spec.nodeName"];
    expect(valuesOf({ env: paths.map(field) })).toMatchObject({
      "metadata.name": "p",
      "metadata.labels['app']": "web",
      "status.hostIP": "192.168.0.11",
      "status.podIPs": "10.244.1.2",
      "spec.nodeName": "node-1",
    });
  });

  it("has variables for Services of the namespace and for the API server", () => {
    const values = valuesOf({
      env: [{ name: "URL", value: "http://$(MY_DB_SERVICE_HOST):$(MY_DB_SERVICE_PORT_SQL)" }],
    });
    expect(values).toMatchObject({
      KUBERNETES_SERVICE_HOST: "10.96.0.1",
      KUBERNETES_SERVICE_PORT_HTTPS: "443",
      MY_DB_SERVICE_PORT: "5432",
      MY_DB_PORT: "tcp://10.96.0.7:5432",
      MY_DB_PORT_53_UDP_PROTO: "udp",
      MY_DB_PORT_5432_TCP_ADDR: "10.96.0.7",
      URL: "http://10.96.0.7:5432",
    });
    expect(Object.keys(values).filter((name) => name.startsWith("HEADLESS"))).toEqual([]);
    const without = environmentOf({ ...optionsFor({}), pod: podOf({}, { enableServiceLinks: false }) });
    const names = "values" in without ? Object.keys(without.values) : [];
    expect(names.every((name) => name.startsWith("KUBERNETES_"))).toBe(true);
    expect(names).toContain("KUBERNETES_PORT_443_TCP");
  });

  it("reads a key of a file in a volume", () => {
    const fileKeyRef = { volumeName: "data", path: "a/env", key: "K" };
    const container = { env: [{ name: "A", valueFrom: { fileKeyRef } }] };
    const read = (content: string | undefined) =>
      environmentOf({ ...optionsFor(container), readVolume: () => content });
    expect(read("X='1'\n  # other\n\n  K='v=w #' # comment\nK='2'\n")).toMatchObject({ values: { A: "v=w #" } });
    expect(read("X='a\nK=b'\nK='two\nlines'")).toMatchObject({ values: { A: "two\nlines" } });
    for (const wrong of ["K=v", "K = 'v'", "K='v' w", "K='v", "X\nK='v'", "='v'"]) {
      expect(read(wrong), wrong).toEqual({ problem: "couldn't parse env file" });
    }
    expect(read(undefined)).toEqual({ problem: "couldn't parse env file" });
    expect(read("#K='1'")).toEqual({
      problem:
        'environment variable key "K" not found in file "/var/lib/kubelet/pods/uid/volumes/kubernetes.io~empty-dir/data/a/env"',
    });
  });

  it("expands words of the command", () => {
    expect(expandWords(["echo", "$(A)", "$(constructor)", "ü"], { A: "x" })).toEqual([
      "echo",
      "x",
      "$(constructor)",
      "\xc3\xbc",
    ]);
  });
});

describe("resources as values", () => {
  it.each([
    ["limits.cpu", undefined, "1"],
    ["limits.cpu", "1m", "250"],
    ["requests.cpu", "0", "1"],
    ["limits.memory", undefined, "67108864"],
    ["limits.memory", "1Mi", "64"],
    ["requests.memory", "1Gi", "1"],
    ["limits.ephemeral-storage", "1Gi", "100"],
    ["requests.ephemeral-storage", undefined, "0"],
  ])("%s divided by %s is %s", (resource, divisor, expected) => {
    const container = {
      resources: { limits: { cpu: "250m", memory: "64Mi" }, requests: { cpu: "125m", memory: "32Mi" } },
    };
    const options = optionsFor(container);
    expect(resourceField(options, { resource, ...(divisor && { divisor }) }, options.container)).toBe(expected);
  });

  it("takes missing limits from the pod or the node", () => {
    const options = optionsFor({});
    expect(resourceField(options, { resource: "limits.cpu" }, options.container)).toBe("4");
    const pod = podOf({}, { resources: { limits: { cpu: "2" } } });
    expect(resourceField({ ...options, pod }, { containerName: "c", resource: "limits.cpu" })).toBe("2");
  });
});

function optionalKey(name: string) {
  return { configMapKeyRef: { name, key: "x", optional: true } };
}

function valuesOf(container: Partial<Container>): Record<string, string> {
  const environment = environmentOf(optionsFor(container));
  if ("problem" in environment) throw new Error(environment.problem);
  return environment.values;
}

function optionsFor(container: Partial<Container>) {
  const pod = podOf(container);
  return { pod, node: NODE, podIps: ["10.244.1.2"], reader, container: pod.spec.containers[0]! };
}

function podOf(container: Partial<Container>, spec: Partial<Pod["spec"]> = {}): Pod {
  return {
    metadata: { name: "p", namespace: "ns", uid: "uid", labels: { app: "web" } },
    spec: {
      nodeName: "node-1",
      containers: [{ name: "c", ...container }],
      volumes: [{ name: "data", emptyDir: {} }],
      ...spec,
    },
  } as unknown as Pod;
}

const NODE = {
  metadata: { name: "node-1" },
  status: {
    addresses: [{ type: "InternalIP", address: "192.168.0.11" }],
    allocatable: { cpu: "4", memory: "8Gi", "ephemeral-storage": "100Gi", pods: "110" },
  },
} as unknown as Node;

const OBJECTS: Record<string, unknown> = {
  "configmaps/ns/config": { data: { color: "blue", size: "7" } },
  "secrets/ns/secret": { data: { password: "c/8=" } },
  "services/default/kubernetes": {
    metadata: { name: "kubernetes" },
    spec: { clusterIP: "10.96.0.1", ports: [{ name: "https", port: 443, protocol: "TCP" }] },
  },
  "services/ns/my-db": {
    metadata: { name: "my-db" },
    spec: {
      clusterIP: "10.96.0.7",
      ports: [
        { name: "sql", port: 5432, protocol: "TCP" },
        { name: "dns", port: 53, protocol: "UDP" },
      ],
    },
  },
  "services/ns/headless": { metadata: { name: "headless" }, spec: { clusterIP: "None", ports: [{ port: 80 }] } },
};

const PLURALS = new Map<unknown, string>([
  [configMapKind, "configmaps"],
  [secretKind, "secrets"],
  [serviceKind, "services"],
]);

const reader = {
  get: (kind: unknown, namespace: string, name: string) => OBJECTS[`${PLURALS.get(kind)}/${namespace}/${name}`],
  list: (kind: unknown, namespace: string) =>
    Object.entries(OBJECTS).flatMap(([key, object]) =>
      key.startsWith(`${PLURALS.get(kind)}/${namespace}/`) ? [object] : [],
    ),
} as unknown as Reader;
