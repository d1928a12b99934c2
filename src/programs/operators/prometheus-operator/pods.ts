/**
 * Parts that the pods of Prometheus and of Alertmanager share.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/operator/config_reloader.go, pkg/prometheus/common.go
 */
import { equalJson, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { flagOf } from "../../servers/server.ts";
import type { Api } from "../controller-program.ts";
import { metadataOf } from "../objects.ts";
import { present } from "./monitors/monitor.ts";

export const UNPRIVILEGED: JsonObject = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/** The image of a component: `spec.image`, or the default repository with `spec.version`. */
export function imageOf(
  { process }: Api,
  { image, version }: JsonObject,
  { flag, repository, defaultVersion }: { flag: string; repository: string; defaultVersion: string },
): string {
  if (typeof image === "string" && image !== "") return image;
  return `${flagOf(process.argv, flag) ?? repository}:${typeof version === "string" ? version : defaultVersion}`;
}

export interface ReloaderOptions {
  configFile: string;
  outFile: string;
  /** Asked to load the configuration again. */
  url: string;
  watchedFolders: readonly string[];
  mounts: readonly JsonObject[];
  /** Of a Prometheus. */
  shard?: number;
}

/** The container that writes the configuration for the server and tells it about changes; or writes it once, before. */
export function reloaderContainer({ process }: Api, isInit: boolean, options: ReloaderOptions): JsonObject {
  const { configFile, outFile, url, watchedFolders, mounts, shard } = options;
  const image =
    flagOf(process.argv, "prometheus-config-reloader") ??
    "quay.io/prometheus-operator/prometheus-config-reloader:v0.86.0";
  const port = isInit ? 8081 : 8080;
  const folder = configFile.slice(0, configFile.lastIndexOf("/"));
  return {
    name: isInit ? "init-config-reloader" : "config-reloader",
    image,
    command: ["/bin/prometheus-config-reloader"],
    args: [
      ...(isInit ? ["--watch-interval=0"] : []),
      `--listen-address=:${port}`,
      ...(isInit ? [] : [`--reload-url=${url}`]),
      `--config-file=${configFile}`,
      `--config-envsubst-file=${outFile}`,
      ...[...new Set([...watchedFolders, folder])].map((each) => `--watched-dir=${each}`),
    ],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      ...(shard === undefined ? [] : [{ name: "SHARD", value: String(shard) }]),
    ],
    ports: [{ name: isInit ? "reloader-init" : "reloader-web", containerPort: port, protocol: "TCP" }],
    volumeMounts: [...mounts],
    resources: reloaderResources(process.argv),
    terminationMessagePolicy: "FallbackToLogsOnError",
    securityContext: UNPRIVILEGED,
  };
}

/** Zero is no request. */
function reloaderResources(argv: readonly string[]): JsonObject {
  const amount = (what: string, kind: string, standard: string) => {
    const given = flagOf(argv, `config-reloader-${what}-${kind}`) ?? standard;
    return given === "0" ? undefined : given;
  };
  const of = (kind: string) => present({ cpu: amount("cpu", kind, "10m"), memory: amount("memory", kind, "50Mi") });
  const [requests, limits] = [of("request"), of("limit")];
  return { ...(Object.keys(requests).length > 0 && { requests }), ...(Object.keys(limits).length > 0 && { limits }) };
}

export interface DataVolume {
  name: string;
  subPath?: string;
  volumes: JsonObject[];
  claims: JsonObject[];
}

/** The volume with the server's data: `spec.storage`, or an empty directory. */
export function dataVolume(storage: JsonValue | undefined, name: string, subPath: string): DataVolume {
  if (storage === undefined) return { name, volumes: [{ name, emptyDir: {} }], claims: [] };
  const { emptyDir, ephemeral, volumeClaimTemplate, disableMountSubPath } = objectIn(storage);
  const within = disableMountSubPath === true ? {} : { subPath };
  if (emptyDir !== undefined) return { name, ...within, volumes: [{ name, emptyDir }], claims: [] };
  if (ephemeral !== undefined) return { name, ...within, volumes: [{ name, ephemeral }], claims: [] };
  const template = objectIn(volumeClaimTemplate);
  const given = metadataOf(template);
  const claimName = String(given["name"] ?? name);
  const spec = { accessModes: ["ReadWriteOnce"], ...objectIn(template["spec"]) };
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { ...given, name: claimName }, spec };
  return { name: claimName, ...within, volumes: [], claims: [claim] };
}

/** Secrets or ConfigMaps of `spec.secrets` and `spec.configMaps`, with their mounts below the folder. */
export function namedVolumes(spec: JsonObject, folder: string): { volumes: JsonObject[]; mounts: JsonObject[] } {
  const names = (value: JsonValue | undefined) => (Array.isArray(value) ? value.map(String) : []);
  const all = [
    ...names(spec["secrets"]).map((name) => ({ name, kind: "secret", source: { secret: { secretName: name } } })),
    ...names(spec["configMaps"]).map((name) => ({ name, kind: "configmap", source: { configMap: { name } } })),
  ];
  const volumeName = (kind: string, name: string) => `${kind}-${name.replace(/[^a-z0-9-]/g, "-")}`.slice(0, 63);
  return {
    volumes: all.map(({ name, kind, source }) => ({ name: volumeName(kind, name), ...source })),
    mounts: all.map(({ name, kind }) => ({
      name: volumeName(kind, name),
      ...{ readOnly: true, mountPath: `${folder}/${kind}s/${name}` },
    })),
  };
}

/** Containers with those of the specification: one with the same name is merged, others are added. */
export function mergedContainers(own: readonly JsonObject[], given: JsonValue | undefined): JsonObject[] {
  const patches = objectsIn(given);
  const merged = own.map((each) => {
    const patch = patches.find(({ name }) => name === each["name"]);
    return patch ? mergedContainer(each, patch) : each;
  });
  return [...merged, ...patches.filter(({ name }) => !own.some((each) => each["name"] === name))];
}

/** Lists of named parts are merged by their names, other lists replace the former ones. */
function mergedContainer(own: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...own };
  for (const [field, value] of Object.entries(patch)) {
    const before = own[field];
    const key = field === "volumeMounts" ? "mountPath" : "name";
    if (Array.isArray(before) && Array.isArray(value) && ["env", "volumeMounts", "ports"].includes(field)) {
      const added = objectsIn(value);
      const kept = objectsIn(before).filter(
        (each) => !added.some((other) => equalJson(other[key] ?? null, each[key] ?? null)),
      );
      result[field] = [...kept, ...added];
    } else result[field] = value;
  }
  return result;
}

const PASSED = [
  ...["securityContext", "serviceAccountName", "nodeSelector", "schedulerName", "priorityClassName", "tolerations"],
  ...[
    "affinity",
    "topologySpreadConstraints",
    "hostAliases",
    "hostUsers",
    "imagePullSecrets",
    "dnsConfig",
    "dnsPolicy",
  ],
  ...["enableServiceLinks"],
];

/** Fields of the specification that the pods get as they are. */
export function passedFields(spec: JsonObject): JsonObject {
  const passed = present(Object.fromEntries(PASSED.map((name) => [name, spec[name]])));
  const onHost = spec["hostNetwork"] === true ? { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" } : {};
  return { ...onHost, ...passed, automountServiceAccountToken: spec["automountServiceAccountToken"] !== false };
}

/** `--name=value` for each argument that has a value, with `additionalArgs`; `--name` for an empty one. */
export function argumentsOf(
  fields: Readonly<Record<string, JsonValue | undefined>>,
  additional: JsonValue | undefined,
): string[] {
  const given = Object.fromEntries(objectsIn(additional).map(({ name, value }) => [String(name), value ?? ""]));
  return Object.entries({ ...fields, ...given }).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    return [value === "" ? `--${name}` : `--${name}=${String(value)}`];
  });
}

/** The version that the user names, as a label of pods. */
export function versionLabel({ version }: JsonObject): JsonObject {
  return typeof version === "string" ? { "app.kubernetes.io/version": version.replace(/^v/, "") } : {};
}

/** The name of the pod's own address. */
export function localHost({ process }: Api): string {
  return flagOf(process.argv, "localhost") ?? "localhost";
}

/** A path of the server below its prefix. */
export function routePath({ routePrefix }: JsonObject, path: string): string {
  return `${String(routePrefix ?? "/").replace(/\/+$/, "")}${path}`;
}
