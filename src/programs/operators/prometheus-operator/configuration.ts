/**
 * The configuration of a Prometheus.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/prometheus/promcfg.go (`GenerateServerConfiguration`)
 */
import { parse } from "yaml";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { nameOf, namespaceOf } from "../objects.ts";
import { type Assets, Rejection } from "./assets.ts";
import { authorization, basicAuth, tlsSettings } from "./monitors/client-settings.ts";
import { present } from "./monitors/monitor.ts";
import { MONITORS } from "./monitors/registry.ts";
import { keep, ownRules } from "./monitors/relabelling.ts";
import { tellRejection } from "./rejections.ts";
import { keyOf, selected } from "./selection.ts";
import { yamlText } from "./yaml.ts";

/** `ruleMaps`: the ConfigMaps with rules that are mounted below `rulesFolder`. Throws Rejection. */
export function* configurationOf(
  api: Api,
  prometheus: JsonObject,
  { assets, rulesFolder, ruleMaps }: { assets: Assets; rulesFolder: string; ruleMaps: readonly string[] },
): Steps<string> {
  const spec = objectIn(prometheus["spec"]);
  const scrapeConfigs = yield* scrapeConfigsOf(api, prometheus, assets);
  const additional = yield* additionalList(spec["additionalScrapeConfigs"], prometheus, assets);
  const hasRules = spec["ruleSelector"] !== undefined && spec["ruleSelector"] !== null;
  return yamlText({
    global: present({
      scrape_interval: spec["scrapeInterval"] ?? "30s",
      scrape_timeout: spec["scrapeTimeout"],
      external_labels: externalLabels(prometheus),
      evaluation_interval: spec["evaluationInterval"] ?? "30s",
      query_log_file: spec["queryLogFile"],
    }),
    ...(hasRules && { rule_files: ruleMaps.map((name) => `${rulesFolder}/${name}/*.yaml`) }),
    scrape_configs: [...scrapeConfigs, ...additional],
    ...storageSettings(spec),
    ...(yield* alertingSettings(prometheus, assets)),
    ...remoteSettings(spec),
  });
}

/** A monitor that cannot become configuration is left out. */
function* scrapeConfigsOf(api: Api, prometheus: JsonObject, assets: Assets): Steps<JsonObject[]> {
  const configs: JsonObject[] = [];
  for (const kind of MONITORS) {
    for (const monitor of yield* selected(api, prometheus, kind)) {
      try {
        configs.push(...(yield* kind.scrapeConfigs(monitor, { assets, prometheus })));
      } catch (error) {
        if (!(error instanceof Rejection)) throw error;
        yield* tellRejection(api, monitor, JSON.stringify(keyOf(monitor)), error.message);
      }
    }
  }
  return configs;
}

function externalLabels(prometheus: JsonObject): JsonObject {
  const spec = objectIn(prometheus["spec"]);
  const own = String(spec["prometheusExternalLabelName"] ?? "prometheus");
  const replica = replicaLabel(spec);
  const labels: JsonObject = {
    ...objectIn(spec["externalLabels"]),
    ...(own !== "" && { [own]: `${namespaceOf(prometheus)}/${nameOf(prometheus)}` }),
    ...(replica !== "" && { [replica]: "$(POD_NAME)" }),
  };
  return present(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function replicaLabel(spec: JsonObject): string {
  return String(spec["replicaExternalLabelName"] ?? "prometheus_replica");
}

function storageSettings(spec: JsonObject): JsonObject {
  const window = objectIn(spec["tsdb"])["outOfOrderTimeWindow"];
  const { maxSize } = objectIn(spec["exemplars"]);
  const storage = present({
    exemplars: maxSize === undefined ? undefined : { max_exemplars: maxSize },
    tsdb: window === undefined ? undefined : { out_of_order_time_window: window },
  });
  return Object.keys(storage).length === 0 ? {} : { storage };
}

/** Servers elsewhere are written down and not reached. */
function remoteSettings(spec: JsonObject): JsonObject {
  const writes = objectsIn(spec["remoteWrite"]).map(({ url, name }) => present({ url, name }));
  return writes.length === 0 ? {} : { remote_write: writes };
}

function* alertingSettings(prometheus: JsonObject, assets: Assets): Steps<JsonObject> {
  const spec = objectIn(prometheus["spec"]);
  const { alerting, additionalAlertRelabelConfigs, additionalAlertManagerConfigs } = spec;
  const moreRules = yield* additionalList(additionalAlertRelabelConfigs, prometheus, assets);
  const moreServers = yield* additionalList(additionalAlertManagerConfigs, prometheus, assets);
  if (alerting === undefined && moreRules.length === 0 && moreServers.length === 0) return {};
  const servers: JsonObject[] = [];
  for (const each of objectsIn(objectIn(alerting)["alertmanagers"])) {
    servers.push(yield* alertmanagerSettings(each, prometheus, assets));
  }
  const replica = replicaLabel(spec);
  const own = replica === "" ? [] : [{ action: "labeldrop", regex: replica.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") }];
  return { alerting: { alert_relabel_configs: [...own, ...moreRules], alertmanagers: [...servers, ...moreServers] } };
}

function* alertmanagerSettings(given: JsonObject, prometheus: JsonObject, assets: Assets): Steps<JsonObject> {
  const { name = "", port, scheme, pathPrefix, timeout, apiVersion, tlsConfig, bearerTokenFile } = given;
  const own = namespaceOf(prometheus);
  const namespace = String(given["namespace"] ?? own);
  const portRule =
    typeof port === "number"
      ? keep("__meta_kubernetes_pod_container_port_number", String(port))
      : keep("__meta_kubernetes_endpoint_port_name", String(port ?? ""));
  const alertRules = ownRules(given["alertRelabelings"]);
  return present({
    scheme: typeof scheme === "string" ? scheme.toLowerCase() : undefined,
    path_prefix: pathPrefix,
    timeout,
    tls_config: tlsConfig === undefined ? undefined : yield* tlsSettings(objectIn(tlsConfig), own, assets),
    kubernetes_sd_configs: [{ role: "endpoints", namespaces: { names: [namespace] } }],
    bearer_token_file: bearerTokenFile,
    basic_auth: yield* basicAuth(given["basicAuth"], own, assets),
    authorization: yield* authorization(given["authorization"], own, assets),
    api_version: typeof apiVersion === "string" ? apiVersion.toLowerCase() : undefined,
    relabel_configs: [keep("__meta_kubernetes_service_name", name), portRule, ...ownRules(given["relabelings"])],
    alert_relabel_configs: alertRules.length > 0 ? alertRules : undefined,
  });
}

/** A list in YAML from a Secret's entry. Throws Rejection. */
function* additionalList(
  reference: JsonValue | undefined,
  prometheus: JsonObject,
  assets: Assets,
): Steps<JsonObject[]> {
  if (reference === undefined) return [];
  const text = yield* assets.secret(namespaceOf(prometheus), reference);
  let content: JsonValue;
  try {
    content = parse(text) as JsonValue;
  } catch {
    throw new Rejection("unmarshalling additional scrape configs failed");
  }
  return Array.isArray(content) ? content.filter(isJsonObject) : [];
}
