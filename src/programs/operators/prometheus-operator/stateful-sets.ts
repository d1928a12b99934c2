/**
 * The StatefulSets of Prometheus and of Alertmanager.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/prometheus/server/statefulset.go,
 * pkg/alertmanager/statefulset.go
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { metadataOf, nameOf, namespaceOf } from "../objects.ts";

export interface Component {
  kind: "Prometheus" | "Alertmanager";
  /** `prometheus` */
  prefix: string;
  port: number;
  image: string;
  /** Secret with the configuration, and the file in it. */
  secret: string;
  configFile: string;
  /** The configuration that the reloader writes. */
  outFile: string;
  args: readonly string[];
  dataPath: string;
  /** ConfigMaps with rules. */
  rules: readonly string[];
}

const configFolder = ({ prefix }: Pick<Component, "prefix">) => `/etc/${prefix}/config`;
const outFolder = ({ prefix }: Pick<Component, "prefix">) => `/etc/${prefix}/config_out`;

/** The configuration that the main container reads. */
export function outPath(component: Pick<Component, "prefix" | "outFile">): string {
  return `${outFolder(component)}/${component.outFile}`;
}

/** Where a ConfigMap with rules is mounted. */
export function rulesFolder(prefix: string, configMap: string): string {
  return `/etc/${prefix}/rules/${configMap}`;
}

export function ownerOf(owner: JsonObject, kind: string): JsonObject {
  const uid = metadataOf(owner)["uid"]!;
  const reference = { apiVersion: "monitoring.coreos.com/v1", kind, name: nameOf(owner), uid };
  return { ...reference, controller: true, blockOwnerDeletion: true };
}

function labelsOf(owner: JsonObject, { prefix }: Pick<Component, "prefix">): JsonObject {
  const name = nameOf(owner);
  return {
    "app.kubernetes.io/instance": name,
    "app.kubernetes.io/managed-by": "prometheus-operator",
    "app.kubernetes.io/name": prefix,
    "operator.prometheus.io/name": name,
    "operator.prometheus.io/shard": "0",
    [prefix]: name,
  };
}

export function statefulSetFor(owner: JsonObject, component: Component, reloader: string): JsonObject {
  const { kind, prefix, port, image, secret, args, dataPath, rules } = component;
  const spec = objectIn(owner["spec"]);
  const labels = labelsOf(owner, component);
  const name = `${prefix}-${nameOf(owner)}`;
  const claim = objectIn(objectIn(spec["storage"])["volumeClaimTemplate"]);
  const hasClaim = Object.keys(claim).length > 0;
  const data =
    hasClaim && typeof metadataOf(claim)["name"] === "string" ? String(metadataOf(claim)["name"]) : `${name}-db`;
  const ruleMounts = rules.map((each): JsonObject => ({ name: each, mountPath: rulesFolder(prefix, each) }));
  const configMounts: JsonObject[] = [
    { name: "config", mountPath: configFolder(component) },
    { name: "config-out", mountPath: outFolder(component) },
  ];
  const probe = (path: string, more: JsonObject): JsonObject => ({
    httpGet: { path, port: "web" },
    timeoutSeconds: 3,
    ...more,
  });
  const main: JsonObject = {
    name: prefix,
    image,
    args: [...args],
    ports: [{ name: "web", containerPort: port, protocol: "TCP" }],
    volumeMounts: [
      { name: "config-out", mountPath: outFolder(component), readOnly: true },
      { name: data, mountPath: dataPath },
      ...ruleMounts,
    ],
    readinessProbe: probe("/-/ready", { periodSeconds: 5, failureThreshold: 3 }),
    livenessProbe: probe("/-/healthy", { periodSeconds: 5, failureThreshold: 6 }),
    startupProbe: probe("/-/ready", { periodSeconds: 15, failureThreshold: 60 }),
    resources: objectIn(spec["resources"]),
  };
  const { secrets = [], volumes = [], tolerations, nodeSelector, affinity, serviceAccountName } = spec;
  const podSpec: JsonObject = {
    initContainers: [reloadContainer("init-config-reloader", reloader, component, configMounts, true)],
    containers: [
      main,
      reloadContainer("config-reloader", reloader, component, [...configMounts, ...ruleMounts], false),
      ...objectsIn(spec["containers"]),
    ],
    volumes: [
      { name: "config", secret: { secretName: secret } },
      { name: "config-out", emptyDir: { medium: "Memory" } },
      ...rules.map((each): JsonObject => ({ name: each, configMap: { name: each } })),
      ...(Array.isArray(secrets)
        ? secrets.map((each): JsonObject => ({ name: `secret-${String(each)}`, secret: { secretName: String(each) } }))
        : []),
      ...objectsIn(volumes),
      ...(hasClaim ? [] : [{ name: data, emptyDir: {} }]),
    ],
    securityContext: objectIn(spec["securityContext"]),
    terminationGracePeriodSeconds: kind === "Prometheus" ? 600 : 120,
    ...defined({ tolerations, nodeSelector, affinity, serviceAccountName }),
  };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: {
      name,
      namespace: namespaceOf(owner),
      labels: { ...objectIn(metadataOf(owner)["labels"]), ...labels },
      ownerReferences: [ownerOf(owner, kind)],
    },
    spec: {
      replicas: Number(spec["replicas"] ?? 1),
      serviceName: `${prefix}-operated`,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { "kubectl.kubernetes.io/default-container": prefix } },
        spec: podSpec,
      },
      ...(hasClaim && { volumeClaimTemplates: [{ ...claim, metadata: { ...metadataOf(claim), name: data } }] }),
    },
  };
}

function defined(values: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const entries = Object.entries(values).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

function reloadContainer(
  name: string,
  image: string,
  component: Component,
  volumeMounts: JsonObject[],
  isInit: boolean,
): JsonObject {
  const { configFile, port } = component;
  const files = [
    `--config-file=${configFolder(component)}/${configFile}`,
    `--config-envsubst-file=${outPath(component)}`,
  ];
  const mode = isInit
    ? ["--watch-interval=0", "--listen-address=:8081"]
    : ["--listen-address=:8080", `--reload-url=http://127.0.0.1:${port}/-/reload`];
  const listens = isInit ? 8081 : 8080;
  return {
    name,
    image,
    args: [...mode, ...files],
    command: ["/bin/prometheus-config-reloader"],
    ports: [{ name: "reloader-web", containerPort: listens, protocol: "TCP" }],
    volumeMounts,
  };
}
