/**
 * prometheus-operator: StatefulSets of Prometheus and Alertmanager for their custom resources, and the configuration that
 * monitors and rules ask for.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/prometheus/server/operator.go
 */
import { stringify } from "yaml";
import { bytesOfText } from "../../../lib/bytes.ts";
import { fnv1a32 } from "../../../lib/hash.ts";
import { equalJson, type JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { text } from "../../servers/http.ts";
import { slogLine } from "../../servers/log.ts";
import { flagOf } from "../../servers/server.ts";
import { type Api, controllerProgram } from "../controller-program.ts";
import { create, find, list, metadataOf, nameOf, namespaceOf, replace } from "../objects.ts";
import { reconcileKubelets } from "./kubelets.ts";
import { compressedConfiguration } from "./reloader.ts";
import { scrapeConfigsOf } from "./scrape-configs.ts";
import { GROUP, selected } from "./selection.ts";
import { type Component, outPath, ownerOf, rulesFolder, statefulSetFor } from "./stateful-sets.ts";

/** Equal parts are written again instead of by an alias. */
const AS_WRITTEN = { aliasDuplicateObjects: false } as const;
const INPUT_HASH = "prometheus-operator-input-hash";
const KINDS = ["prometheuses", "alertmanagers", "servicemonitors", "podmonitors", "prometheusrules"];

export const prometheusOperator = controllerProgram({
  agent: "PrometheusOperator",
  line: (process, level, message) =>
    slogLine(process.nowMs, level === "error" ? "ERROR" : "INFO", "operator.go:480", message),
  resources: [
    ...KINDS.map((plural) => `monitoring.coreos.com/${plural}` as const),
    "apps/statefulsets",
    "core/namespaces",
    "core/nodes",
  ],
  server: {
    ports: (process) => [...new Set([8080, ...(process.host.declaredPorts ?? [])])],
    startMs: 800,
    memoryBytes: () => 40_000_000,
    ready: (process) =>
      ["Starting Prometheus Operator", "Starting insecure server on [::]:8080", "successfully synced all caches"].map(
        (message) => slogLine(process.nowMs, "INFO", "main.go:220", message),
      ),
    http: (_process, { path }) =>
      /^\/(healthz|metrics)/.test(path) ? text(200, "ok") : text(404, "404 page not found\n"),
  },
  *reconcile(api) {
    yield* reconcileKubelets(api);
    for (const each of yield* list(api.client, `${GROUP}/prometheuses`)) yield* reconcilePrometheus(api, each);
    for (const each of yield* list(api.client, `${GROUP}/alertmanagers`)) yield* reconcileAlertmanager(api, each);
    return undefined;
  },
});

function imageOf({ process }: Api, owner: JsonObject, flag: string, repository: string, version: string): string {
  const spec = objectIn(owner["spec"]);
  if (typeof spec["image"] === "string") return spec["image"];
  const named = flagOf(process.argv, flag) ?? repository;
  return `${named}:${typeof spec["version"] === "string" ? spec["version"] : version}`;
}

function* reconcilePrometheus(api: Api, owner: JsonObject): Steps<void> {
  const prometheus: JsonObject = { ...owner, apiVersion: "monitoring.coreos.com/v1", kind: "Prometheus" };
  if (metadataOf(prometheus)["deletionTimestamp"] !== undefined) return;
  const spec = objectIn(prometheus["spec"]);
  const name = `prometheus-${nameOf(prometheus)}`;
  const ruleMap = `${name}-rulefiles-0`;
  const select = (plural: string, prefix: string) =>
    selected(api, prometheus, {
      plural,
      selector: `${prefix}Selector`,
      namespaceSelector: `${prefix}NamespaceSelector`,
    });
  const rules = yield* select("prometheusrules", "rule");
  const services = yield* select("servicemonitors", "serviceMonitor");
  const pods = yield* select("podmonitors", "podMonitor");
  const config = {
    global: {
      scrape_interval: spec["scrapeInterval"] ?? "30s",
      evaluation_interval: spec["evaluationInterval"] ?? "30s",
      external_labels: {
        prometheus: `${namespaceOf(prometheus)}/${nameOf(prometheus)}`,
        prometheus_replica: `${name}-0`,
      },
    },
    rule_files: [`${rulesFolder("prometheus", ruleMap)}/*.yaml`],
    scrape_configs: [
      ...services.flatMap((each) => scrapeConfigsOf(each, "serviceMonitor")),
      ...pods.flatMap((each) => scrapeConfigsOf(each, "podMonitor")),
    ],
  };
  const component: Component = {
    kind: "Prometheus",
    prefix: "prometheus",
    port: 9090,
    image: imageOf(api, prometheus, "prometheus-default-base-image", "quay.io/prometheus/prometheus", "v3.8.1"),
    secret: name,
    configFile: "prometheus.yaml.gz",
    outFile: "prometheus.env.yaml",
    dataPath: "/prometheus",
    rules: [ruleMap],
    args: [],
  };
  const args = [
    `--config.file=${outPath(component)}`,
    "--web.enable-lifecycle",
    ...(typeof spec["externalUrl"] === "string" ? [`--web.external-url=${spec["externalUrl"]}`] : []),
    `--web.route-prefix=${typeof spec["routePrefix"] === "string" ? spec["routePrefix"] : "/"}`,
    `--storage.tsdb.retention.time=${typeof spec["retention"] === "string" ? spec["retention"] : "24h"}`,
    "--storage.tsdb.path=/prometheus",
  ];
  yield* ensureData(api, prometheus, "secrets", name, {
    "prometheus.yaml.gz": btoa(compressedConfiguration(bytesOfText(stringify(config, AS_WRITTEN)))),
  });
  yield* ensureData(api, prometheus, "configmaps", ruleMap, Object.fromEntries(rules.map(ruleFile)));
  yield* ensureService(api, prometheus, "prometheus-operated", component);
  yield* ensureStatefulSet(api, prometheus, { ...component, args });
}

function ruleFile(rule: JsonObject): [string, string] {
  const { groups } = objectIn(rule["spec"]);
  const name = `${namespaceOf(rule)}-${nameOf(rule)}-${String(metadataOf(rule)["uid"])}.yaml`;
  return [name, stringify({ groups: objectsIn(groups) }, AS_WRITTEN)];
}

function* reconcileAlertmanager(api: Api, owner: JsonObject): Steps<void> {
  const alertmanager: JsonObject = { ...owner, apiVersion: "monitoring.coreos.com/v1", kind: "Alertmanager" };
  if (metadataOf(alertmanager)["deletionTimestamp"] !== undefined) return;
  const { configSecret } = objectIn(alertmanager["spec"]);
  const name = `alertmanager-${nameOf(alertmanager)}`;
  const source = typeof configSecret === "string" ? configSecret : name;
  const given = yield* find(api.client, `/api/v1/namespaces/${namespaceOf(alertmanager)}/secrets/${source}`);
  const stored = objectIn(given?.["data"])["alertmanager.yaml"];
  const config = typeof stored === "string" ? atob(stored) : "route:\n  receiver: 'null'\nreceivers:\n- name: 'null'\n";
  const component: Component = {
    kind: "Alertmanager",
    prefix: "alertmanager",
    port: 9093,
    image: imageOf(api, alertmanager, "alertmanager-default-base-image", "quay.io/prometheus/alertmanager", "v0.29.0"),
    secret: `${name}-generated`,
    configFile: "alertmanager.yaml.gz",
    outFile: "alertmanager.env.yaml",
    dataPath: "/alertmanager",
    rules: [],
    args: [],
  };
  yield* ensureData(api, alertmanager, "secrets", component.secret, {
    "alertmanager.yaml.gz": btoa(compressedConfiguration(config)),
  });
  yield* ensureService(api, alertmanager, "alertmanager-operated", component);
  const args = [`--config.file=${outPath(component)}`, "--storage.path=/alertmanager", "--data.retention=120h"];
  yield* ensureStatefulSet(api, alertmanager, { ...component, args });
}

/** A Secret or a ConfigMap with this data. */
function* ensureData(
  { client }: Api,
  owner: JsonObject,
  plural: "secrets" | "configmaps",
  name: string,
  data: Readonly<Record<string, string>>,
): Steps<void> {
  const path = `/api/v1/namespaces/${namespaceOf(owner)}/${plural}`;
  const known = yield* find(client, `${path}/${name}`);
  if (known && equalJson(objectIn(known["data"]), data)) return;
  const metadata = { name, namespace: namespaceOf(owner), ownerReferences: [ownerOf(owner, String(owner["kind"]))] };
  const object = { apiVersion: "v1", kind: plural === "secrets" ? "Secret" : "ConfigMap", metadata, data };
  if (known) yield* replace(client, `${path}/${name}`, { ...known, data });
  else yield* create(client, path, object);
}

/** The Service without an address that governs the StatefulSets. */
function* ensureService({ client }: Api, owner: JsonObject, name: string, { prefix, port }: Component): Steps<void> {
  const path = `/api/v1/namespaces/${namespaceOf(owner)}/services`;
  if (yield* find(client, `${path}/${name}`)) return;
  const labels = { "managed-by": "prometheus-operator", [`operated-${prefix}`]: "true" };
  const ports = [{ name: "web", port, targetPort: "web" }];
  const spec = { clusterIP: "None", selector: { "app.kubernetes.io/name": prefix }, ports };
  const metadata = {
    name,
    namespace: namespaceOf(owner),
    labels,
    ownerReferences: [ownerOf(owner, String(owner["kind"]))],
  };
  yield* create(client, path, { apiVersion: "v1", kind: "Service", metadata, spec });
}

/** The StatefulSet as its owner asks for it. Its annotation has the hash of what it was made from. */
function* ensureStatefulSet(api: Api, owner: JsonObject, component: Component): Steps<void> {
  const { client, process } = api;
  const reloader =
    flagOf(process.argv, "prometheus-config-reloader") ??
    "quay.io/prometheus-operator/prometheus-config-reloader:v0.88.0";
  const wanted = statefulSetFor(owner, component, reloader);
  const hash = fnv1a32(JSON.stringify(wanted)).toString();
  const metadata = { ...metadataOf(wanted), annotations: { [INPUT_HASH]: hash } };
  const path = `/apis/apps/v1/namespaces/${namespaceOf(owner)}/statefulsets`;
  const known = yield* find(client, `${path}/${nameOf(wanted)}`);
  if (!known) {
    yield* create(client, path, { ...wanted, metadata });
    return;
  }
  if (objectIn(metadataOf(known)["annotations"])[INPUT_HASH] === hash) return;
  const { resourceVersion } = metadataOf(known);
  yield* replace(client, `${path}/${nameOf(wanted)}`, {
    ...wanted,
    metadata: { ...metadata, resourceVersion: resourceVersion! },
  });
}
