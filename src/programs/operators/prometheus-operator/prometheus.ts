/**
 * A Prometheus object: Secrets with its configuration, ConfigMaps with its rules, a Service, and a StatefulSet for each
 * shard.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/prometheus/server/operator.go, statefulset.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { metadataOf, nameOf } from "../objects.ts";
import { Assets, Rejection } from "./assets.ts";
import { configurationOf } from "./configuration.ts";
import { MONITORS } from "./monitors/registry.ts";
import {
  argumentsOf,
  dataVolume,
  imageOf,
  localHost,
  namedVolumes,
  type ReloaderOptions,
  routePath,
  UNPRIVILEGED,
} from "./pods.ts";
import { ensureRules } from "./rules.ts";
import { dataMount, serverSet, webConfigMount } from "./stateful-set.ts";
import { type StatusFields, writeStatus } from "./status.ts";
import { ensureData, ensureService, ensureStatefulSet, MANAGED } from "./writes.ts";
import { packedText } from "./yaml.ts";

const FOLDER = "/etc/prometheus";
const CONFIG_FILE = `${FOLDER}/config/prometheus.yaml.gz`;
const OUT_FILE = `${FOLDER}/config_out/prometheus.env.yaml`;
const CERTIFICATES = `${FOLDER}/certs`;
const RULES = `${FOLDER}/rules`;
const DATA = "/prometheus";
const PORT = 9090;
const GRACE_SECONDS = 600;
const DEFAULT_RETENTION = "24h";
const UNMANAGED =
  "No ServiceMonitor, PodMonitor, Probe, ScrapeConfig selector is defined: the configuration isn't managed.";

export function* reconcilePrometheus(api: Api, prometheus: JsonObject): Steps<void> {
  const spec = objectIn(prometheus["spec"]);
  if (metadataOf(prometheus)["deletionTimestamp"] !== undefined || spec["paused"] === true) return;
  const shards = Math.max(1, Number(spec["shards"] ?? 1));
  const replicas = Number(spec["replicas"] ?? 1);
  const common = { plural: "prometheuses", expectedReplicas: shards * replicas, hasShards: true };
  const selector = podLabels(prometheus);
  try {
    const statefulSets = yield* ensureAll(api, prometheus, shards);
    yield* writeStatus(api, prometheus, { ...common, selector, statefulSets, reconciled: reconciled(spec) });
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    api.log("error", `sync "${nameOf(prometheus)}" failed: ${error.message}`);
    const failure = { status: "False", reason: "ReconciliationFailed", message: error.message } as const;
    yield* writeStatus(api, prometheus, { ...common, selector, statefulSets: [], reconciled: failure });
  }
}

function reconciled(spec: JsonObject): StatusFields["reconciled"] {
  return isManaged(spec) ? { status: "True" } : { status: "True", reason: "PrometheusIsUnmanaged", message: UNMANAGED };
}

function isManaged(spec: JsonObject): boolean {
  return MONITORS.some(({ field }) => spec[`${field}Selector`] !== undefined);
}

/** Returns the StatefulSets of the shards. Throws Rejection. */
function* ensureAll(api: Api, prometheus: JsonObject, shards: number): Steps<JsonObject[]> {
  const spec = objectIn(prometheus["spec"]);
  const name = `prometheus-${nameOf(prometheus)}`;
  const assets = new Assets(api.client, CERTIFICATES);
  const ruleMaps = yield* ensureRules(api, prometheus);
  const text = yield* configurationOf(api, prometheus, { assets, rulesFolder: RULES, ruleMaps });
  const configuration = { "prometheus.yaml.gz": packedText(text) };
  const secret = (each: string, data: JsonObject) =>
    ensureData(api, prometheus, { plural: "secrets", name: each, data });
  // Without a selector the configuration is the user's own.
  if (isManaged(spec)) yield* secret(name, configuration);
  yield* secret(`${name}-tls-assets-0`, Object.fromEntries(assets.files));
  yield* secret(`${name}-web-config`, { "web-config.yaml": btoa("") });
  if (spec["serviceName"] === undefined) {
    const portName = String(spec["portName"] ?? "web");
    yield* ensureService(api, prometheus, {
      name: "prometheus-operated",
      labels: { "operated-prometheus": "true" },
      spec: {
        clusterIP: "None",
        ports: [{ name: portName, port: PORT, targetPort: portName }],
        selector: { "app.kubernetes.io/name": "prometheus" },
      },
    });
  }
  const sets: JsonObject[] = [];
  for (let shard = 0; shard < shards; shard++) {
    sets.push(yield* ensureStatefulSet(api, prometheus, statefulSet(api, prometheus, { shard, ruleMaps })));
  }
  return sets;
}

function podLabels(prometheus: JsonObject): JsonObject {
  const name = nameOf(prometheus);
  return {
    ...MANAGED,
    "app.kubernetes.io/name": "prometheus",
    "app.kubernetes.io/instance": name,
    "operator.prometheus.io/name": name,
    prometheus: name,
  };
}

function statefulSet(
  api: Api,
  prometheus: JsonObject,
  { shard, ruleMaps }: { shard: number; ruleMaps: readonly string[] },
): JsonObject {
  const spec = objectIn(prometheus["spec"]);
  const name = `prometheus-${nameOf(prometheus)}`;
  const labels = { ...podLabels(prometheus), "operator.prometheus.io/shard": String(shard) };
  const data = dataVolume(spec["storage"], `${name}-db`, "prometheus-db");
  const named = namedVolumes(spec, FOLDER);
  const rules = ruleMaps.map((each): JsonObject => ({ name: each, mountPath: `${RULES}/${each}` }));
  const options: ReloaderOptions = {
    ...{ configFile: CONFIG_FILE, outFile: OUT_FILE, shard },
    url: `http://${localHost(api)}:${PORT}${routePath(spec, "/-/reload")}`,
    watchedFolders: ruleMaps.map((each) => `${RULES}/${each}`),
    mounts: [
      { name: "config", mountPath: `${FOLDER}/config` },
      { name: "config-out", mountPath: `${FOLDER}/config_out` },
      ...rules,
    ],
  };
  const mounts = [
    { name: "config-out", readOnly: true, mountPath: `${FOLDER}/config_out` },
    { name: "tls-assets", readOnly: true, mountPath: CERTIFICATES },
    dataMount(data, DATA),
    ...objectsIn(spec["volumeMounts"]),
    ...named.mounts,
    ...rules.map((each) => ({ ...each, readOnly: true })),
    webConfigMount(FOLDER),
  ];
  const server = serverContainer(api, spec, mounts);
  const volumes = [
    { name: "config", secret: { secretName: name } },
    { name: "tls-assets", projected: { sources: [{ secret: { name: `${name}-tls-assets-0` } }] } },
    { name: "config-out", emptyDir: { medium: "Memory" } },
    ...named.volumes,
    ...ruleMaps.map((each): JsonObject => ({ name: each, configMap: { name: each, optional: true } })),
    { name: "web-config", secret: { secretName: `${name}-web-config` } },
    ...data.volumes,
    ...objectsIn(spec["volumes"]),
  ];
  return serverSet(api, spec, {
    ...{ podLabels: labels, server, reloader: options, volumes, data, graceSeconds: GRACE_SECONDS },
    name: shard === 0 ? name : `${name}-shard-${shard}`,
    labels: { ...labels, "operator.prometheus.io/mode": "server" },
    serviceName: "prometheus-operated",
    annotations: {
      "kubectl.kubernetes.io/default-container": "prometheus",
      ...objectIn(objectIn(spec["podMetadata"])["annotations"]),
    },
  });
}

function serverContainer(api: Api, spec: JsonObject, volumeMounts: JsonObject[]): JsonObject {
  const portName = String(spec["portName"] ?? "web");
  const { externalUrl, logLevel, logFormat, enableFeatures } = spec;
  const image = {
    flag: "prometheus-default-base-image",
    repository: "quay.io/prometheus/prometheus",
    defaultVersion: "v3.8.1",
  };
  const probe = (path: string, more: JsonObject): JsonObject => ({
    httpGet: { path: routePath(spec, path), port: portName },
    ...{ timeoutSeconds: 3, ...more },
  });
  const hasRetention = spec["retention"] === undefined && spec["retentionSize"] !== undefined;
  const args = argumentsOf(
    {
      "config.file": OUT_FILE,
      "web.enable-lifecycle": "",
      "enable-feature": Array.isArray(enableFeatures) ? enableFeatures.join(",") : undefined,
      "web.external-url": externalUrl || undefined,
      "web.route-prefix": String(spec["routePrefix"] ?? "/"),
      "log.level": logLevel === "info" ? undefined : logLevel || undefined,
      "log.format": logFormat === "logfmt" ? undefined : logFormat || undefined,
      "storage.tsdb.retention.time": hasRetention ? undefined : (spec["retention"] ?? DEFAULT_RETENTION),
      "storage.tsdb.retention.size": spec["retentionSize"],
      "storage.tsdb.path": DATA,
      "web.enable-admin-api": spec["enableAdminAPI"] === true ? "" : undefined,
      "web.config.file": `${FOLDER}/web_config/web-config.yaml`,
    },
    spec["additionalArgs"],
  );
  return {
    name: "prometheus",
    image: imageOf(api, spec, image),
    ...(typeof spec["imagePullPolicy"] === "string" && { imagePullPolicy: spec["imagePullPolicy"] }),
    args,
    ports: [{ name: portName, containerPort: PORT, protocol: "TCP" }],
    volumeMounts,
    startupProbe: probe("/-/ready", { periodSeconds: 15, failureThreshold: 60 }),
    readinessProbe: probe("/-/ready", { periodSeconds: 5, failureThreshold: 3 }),
    livenessProbe: probe("/-/healthy", { periodSeconds: 5, failureThreshold: 6 }),
    resources: objectIn(spec["resources"]),
    terminationMessagePolicy: "FallbackToLogsOnError",
    securityContext: UNPRIVILEGED,
  };
}
