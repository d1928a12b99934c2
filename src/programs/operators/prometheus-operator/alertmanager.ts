/**
 * An Alertmanager object: a Secret with its configuration, a Service and a StatefulSet.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/alertmanager/operator.go, statefulset.go
 */
import { textOfBytes } from "../../../lib/bytes.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { find, metadataOf, nameOf, namespaceOf } from "../objects.ts";
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
import { dataMount, serverSet, webConfigMount } from "./stateful-set.ts";
import { writeStatus } from "./status.ts";
import { ensureData, ensureService, ensureStatefulSet, MANAGED } from "./writes.ts";
import { packedText } from "./yaml.ts";

const FOLDER = "/etc/alertmanager";
const OUT_FILE = `${FOLDER}/config_out/alertmanager.env.yaml`;
const DATA = "/alertmanager";
const PORT = 9093;
const MESH_PORT = 9094;
const GRACE_SECONDS = 120;
const DEFAULT_CONFIGURATION = "route:\n  receiver: 'null'\nreceivers:\n- name: 'null'";

export function* reconcileAlertmanager(api: Api, alertmanager: JsonObject): Steps<void> {
  const spec = objectIn(alertmanager["spec"]);
  if (metadataOf(alertmanager)["deletionTimestamp"] !== undefined || spec["paused"] === true) return;
  const name = `alertmanager-${nameOf(alertmanager)}`;
  const secret = (each: string, data: JsonObject) =>
    ensureData(api, alertmanager, { plural: "secrets", name: `${name}-${each}`, data });
  yield* secret("generated", yield* configurationOf(api, alertmanager));
  yield* secret("tls-assets-0", {});
  yield* secret("web-config", { "web-config.yaml": btoa("") });
  const portName = String(spec["portName"] ?? "web");
  yield* ensureService(api, alertmanager, {
    name: "alertmanager-operated",
    labels: { "operated-alertmanager": "true" },
    spec: {
      clusterIP: "None",
      publishNotReadyAddresses: true,
      ports: [
        { name: portName, port: PORT, targetPort: portName, protocol: "TCP" },
        { name: "tcp-mesh", port: MESH_PORT, targetPort: "mesh-tcp", protocol: "TCP" },
        { name: "udp-mesh", port: MESH_PORT, targetPort: "mesh-udp", protocol: "UDP" },
      ],
      selector: { "app.kubernetes.io/name": "alertmanager" },
    },
  });
  const set = yield* ensureStatefulSet(api, alertmanager, statefulSet(api, alertmanager));
  yield* writeStatus(api, alertmanager, {
    plural: "alertmanagers",
    statefulSets: [set],
    expectedReplicas: Number(spec["replicas"] ?? 1),
    selector: podLabels(alertmanager),
    hasShards: false,
    reconciled: { status: "True" },
  });
}

/** The Secret that the user made, with its configuration compressed; without one, alerts go nowhere. */
function* configurationOf({ client }: Api, alertmanager: JsonObject): Steps<JsonObject> {
  const { configSecret } = objectIn(alertmanager["spec"]);
  const source =
    typeof configSecret === "string" && configSecret !== "" ? configSecret : `alertmanager-${nameOf(alertmanager)}`;
  const given = yield* find(client, `/api/v1/namespaces/${namespaceOf(alertmanager)}/secrets/${source}`);
  const { "alertmanager.yaml": stored, ...others } = objectIn(given?.["data"]);
  const text = typeof stored === "string" && stored !== "" ? textOfBytes(atob(stored)) : DEFAULT_CONFIGURATION;
  return { ...others, "alertmanager.yaml.gz": packedText(text) };
}

function podLabels(alertmanager: JsonObject): JsonObject {
  const name = nameOf(alertmanager);
  const labels = { "app.kubernetes.io/name": "alertmanager", "app.kubernetes.io/instance": name };
  return { ...MANAGED, ...labels, alertmanager: name };
}

function statefulSet(api: Api, alertmanager: JsonObject): JsonObject {
  const spec = objectIn(alertmanager["spec"]);
  const name = `alertmanager-${nameOf(alertmanager)}`;
  const labels = podLabels(alertmanager);
  const data = dataVolume(spec["storage"], `${name}-db`, "alertmanager-db");
  const named = namedVolumes(spec, FOLDER);
  const web = webConfigMount(FOLDER);
  const options: ReloaderOptions = {
    ...{ configFile: `${FOLDER}/config/alertmanager.yaml.gz`, outFile: OUT_FILE },
    url: `http://${localHost(api)}:${PORT}${routePath(spec, "/-/reload")}`,
    watchedFolders: named.mounts.map(({ mountPath }) => String(mountPath)),
    mounts: [
      { name: "config-volume", mountPath: `${FOLDER}/config`, readOnly: true },
      { name: "config-out", mountPath: `${FOLDER}/config_out` },
      ...named.mounts,
      web,
    ],
  };
  const server = serverContainer(api, alertmanager, [
    { name: "config-volume", mountPath: `${FOLDER}/config` },
    { name: "config-out", readOnly: true, mountPath: `${FOLDER}/config_out` },
    { name: "tls-assets", readOnly: true, mountPath: `${FOLDER}/certs` },
    dataMount(data, DATA),
    ...named.mounts,
    ...objectsIn(spec["volumeMounts"]),
    web,
  ]);
  const volumes = [
    { name: "config-volume", secret: { secretName: `${name}-generated` } },
    { name: "tls-assets", projected: { sources: [{ secret: { name: `${name}-tls-assets-0` } }] } },
    { name: "config-out", emptyDir: { medium: "Memory" } },
    ...named.volumes,
    { name: "web-config", secret: { secretName: `${name}-web-config` } },
    ...data.volumes,
    ...objectsIn(spec["volumes"]),
  ];
  return serverSet(api, spec, {
    ...{ name, labels, podLabels: labels, server, reloader: options, volumes, data, graceSeconds: GRACE_SECONDS },
    serviceName: "alertmanager-operated",
    annotations: {
      ...objectIn(objectIn(spec["podMetadata"])["annotations"]),
      "kubectl.kubernetes.io/default-container": "alertmanager",
    },
  });
}

function serverContainer(api: Api, alertmanager: JsonObject, volumeMounts: JsonObject[]): JsonObject {
  const spec = objectIn(alertmanager["spec"]);
  const replicas = Number(spec["replicas"] ?? 1);
  const portName = String(spec["portName"] ?? "web");
  const image = {
    ...{ flag: "alertmanager-default-base-image", repository: "quay.io/prometheus/alertmanager" },
    defaultVersion: "v0.29.0",
  };
  const probe = (path: string, more: JsonObject): JsonObject => ({
    httpGet: { path: routePath(spec, path), port: portName },
    ...{ timeoutSeconds: 3, failureThreshold: 10, ...more },
  });
  const isAlone = replicas === 1 && spec["forceEnableClusterMode"] !== true;
  const name = `alertmanager-${nameOf(alertmanager)}`;
  const peers = Array.from(
    { length: replicas },
    (_, i) => `--cluster.peer=${name}-${i}.alertmanager-operated:${MESH_PORT}`,
  );
  const { externalUrl, logLevel, logFormat } = spec;
  const args = argumentsOf(
    {
      "config.file": OUT_FILE,
      "storage.path": DATA,
      "data.retention": String(spec["retention"] ?? "120h"),
      "web.listen-address": `:${PORT}`,
      "web.external-url": externalUrl || undefined,
      "web.route-prefix": String(spec["routePrefix"] ?? "/"),
      "log.level": logLevel === "info" ? undefined : logLevel || undefined,
      "log.format": logFormat === "logfmt" ? undefined : logFormat || undefined,
      "cluster.label": `${namespaceOf(alertmanager)}/${nameOf(alertmanager)}`,
      "cluster.reconnect-timeout": "5m",
      "web.config.file": `${FOLDER}/web_config/web-config.yaml`,
    },
    spec["additionalArgs"],
  );
  const mesh = isAlone ? "--cluster.listen-address=" : `--cluster.listen-address=[$(POD_IP)]:${MESH_PORT}`;
  const { requests, ...resources } = objectIn(spec["resources"]);
  return {
    name: "alertmanager",
    image: imageOf(api, spec, image),
    ...(typeof spec["imagePullPolicy"] === "string" && { imagePullPolicy: spec["imagePullPolicy"] }),
    args: [...args, mesh, ...peers],
    env: [{ name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }],
    ports: [
      { name: portName, containerPort: PORT, protocol: "TCP" },
      { name: "mesh-tcp", containerPort: MESH_PORT, protocol: "TCP" },
      { name: "mesh-udp", containerPort: MESH_PORT, protocol: "UDP" },
    ],
    volumeMounts,
    livenessProbe: probe("/-/healthy", {}),
    readinessProbe: probe("/-/ready", { initialDelaySeconds: 3, periodSeconds: 5 }),
    resources: { ...resources, requests: { memory: "200Mi", ...objectIn(requests) } },
    terminationMessagePolicy: "FallbackToLogsOnError",
    securityContext: UNPRIVILEGED,
  };
}
