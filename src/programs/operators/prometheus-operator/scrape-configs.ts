/**
 * The configuration of Prometheus for ServiceMonitors and PodMonitors.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/prometheus/promcfg.go
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { nameOf, namespaceOf } from "../objects.ts";

type Rule = JsonObject;

const safe = (name: string) => name.replace(/[^a-zA-Z0-9_]/g, "_");

function keep(sourceLabels: string[], regex: string): Rule {
  return { action: "keep", source_labels: sourceLabels, regex };
}

function copy(source: string, target: string): Rule {
  return { source_labels: [source], target_label: target };
}

/** The scrape configurations of a monitor, one for each endpoint. */
export function scrapeConfigsOf(monitor: JsonObject, kind: "serviceMonitor" | "podMonitor"): JsonObject[] {
  const spec = objectIn(monitor["spec"]);
  const endpoints = objectsIn(spec[kind === "serviceMonitor" ? "endpoints" : "podMetricsEndpoints"]);
  return endpoints.map((endpoint, i) => ({
    job_name: `${kind}/${namespaceOf(monitor)}/${nameOf(monitor)}/${i}`,
    honor_labels: endpoint["honorLabels"] === true,
    kubernetes_sd_configs: [discovery(monitor, kind === "serviceMonitor" ? "endpoints" : "pod")],
    ...optional("scrape_interval", endpoint["interval"]),
    ...optional("scrape_timeout", endpoint["scrapeTimeout"]),
    ...optional("metrics_path", endpoint["path"]),
    ...optional("scheme", endpoint["scheme"]),
    ...optional("params", endpoint["params"]),
    ...optional("bearer_token_file", endpoint["bearerTokenFile"]),
    ...tlsConfig(objectIn(endpoint["tlsConfig"])),
    relabel_configs: [
      ...(kind === "serviceMonitor" ? serviceRules(spec, endpoint) : podRules(spec, endpoint)),
      ...objectsIn(endpoint["relabelings"]).map(relabelling),
    ],
    metric_relabel_configs: objectsIn(endpoint["metricRelabelings"]).map(relabelling),
  }));
}

function optional(name: string, value: JsonValue | undefined): JsonObject {
  return value === undefined || value === "" ? {} : { [name]: value };
}

function tlsConfig(tls: JsonObject): JsonObject {
  if (Object.keys(tls).length === 0) return {};
  const config = {
    ...optional("insecure_skip_verify", tls["insecureSkipVerify"]),
    ...optional("ca_file", tls["caFile"]),
    ...optional("server_name", tls["serverName"]),
  };
  return { tls_config: config };
}

function discovery(monitor: JsonObject, role: string): JsonObject {
  const { any, matchNames } = objectIn(objectIn(monitor["spec"])["namespaceSelector"]);
  if (any === true) return { role };
  const names = Array.isArray(matchNames) && matchNames.length > 0 ? matchNames : [namespaceOf(monitor)];
  return { role, namespaces: { names } };
}

function selectorRules(spec: JsonObject, kind: "service" | "pod"): Rule[] {
  const { matchLabels, matchExpressions } = objectIn(spec["selector"]);
  const meta = (name: string) => `__meta_kubernetes_${kind}_label_${safe(name)}`;
  const byLabel = Object.entries(objectIn(matchLabels)).map(([name, value]) => keep([meta(name)], String(value)));
  const byExpression = objectsIn(matchExpressions).map(({ key, operator, values }): Rule => {
    const listed = Array.isArray(values) ? values.map(String).join("|") : "";
    const isNegative = operator === "NotIn" || operator === "DoesNotExist";
    const regex = operator === "In" || operator === "NotIn" ? listed : ".+";
    return { action: isNegative ? "drop" : "keep", source_labels: [meta(String(key))], regex };
  });
  return [...byLabel, ...byExpression];
}

function serviceRules(spec: JsonObject, endpoint: JsonObject): Rule[] {
  const port = endpoint["port"] ?? endpoint["targetPort"];
  const isName = endpoint["port"] !== undefined;
  const isNumber = typeof endpoint["targetPort"] === "number";
  const label = isName ? "endpoint_port_name" : `pod_container_port_${isNumber ? "number" : "name"}`;
  const jobLabel = typeof spec["jobLabel"] === "string" ? spec["jobLabel"] : "";
  return [
    ...selectorRules(spec, "service"),
    keep([`__meta_kubernetes_${label}`], String(port ?? ".*")),
    copy("__meta_kubernetes_namespace", "namespace"),
    copy("__meta_kubernetes_service_name", "service"),
    copy("__meta_kubernetes_pod_name", "pod"),
    copy("__meta_kubernetes_pod_container_name", "container"),
    { action: "drop", source_labels: ["__meta_kubernetes_pod_phase"], regex: "(Failed|Succeeded)" },
    copy("__meta_kubernetes_service_name", "job"),
    ...(jobLabel === ""
      ? []
      : [{ source_labels: [`__meta_kubernetes_service_label_${safe(jobLabel)}`], target_label: "job", regex: "(.+)" }]),
    { target_label: "endpoint", replacement: String(port ?? "") },
  ];
}

function podRules(spec: JsonObject, endpoint: JsonObject): Rule[] {
  const port = endpoint["port"] ?? endpoint["portNumber"] ?? endpoint["targetPort"];
  const kind = endpoint["port"] === undefined && typeof port === "number" ? "number" : "name";
  return [
    ...selectorRules(spec, "pod"),
    { action: "drop", source_labels: ["__meta_kubernetes_pod_phase"], regex: "(Failed|Succeeded)" },
    keep([`__meta_kubernetes_pod_container_port_${kind}`], String(port ?? ".*")),
    copy("__meta_kubernetes_namespace", "namespace"),
    copy("__meta_kubernetes_pod_container_name", "container"),
    copy("__meta_kubernetes_pod_name", "pod"),
    {
      source_labels: ["__meta_kubernetes_namespace", "__meta_kubernetes_pod_name"],
      separator: "/",
      target_label: "job",
    },
    { target_label: "endpoint", replacement: String(port ?? "") },
  ];
}

/** A rule of a monitor with the names of fields that Prometheus has. */
function relabelling(rule: JsonObject): Rule {
  return {
    ...optional("source_labels", rule["sourceLabels"]),
    ...optional("separator", rule["separator"]),
    ...optional("target_label", rule["targetLabel"]),
    ...optional("regex", rule["regex"]),
    ...optional("modulus", rule["modulus"]),
    ...optional("replacement", rule["replacement"]),
    ...optional("action", typeof rule["action"] === "string" ? rule["action"].toLowerCase() : undefined),
  };
}
