/**
 * `prometheus.yml`.
 * Source: github.com/prometheus/prometheus config/config.go
 */
import type { Labels } from "../promql/syntax.ts";
import { ConfigError, type Value, YamlReader } from "./reader.ts";
import { type RelabelRule, readRelabelRule } from "./relabel.ts";

export type KubernetesRole = "pod" | "endpoints" | "endpointslice" | "service" | "node" | "ingress";

export interface KubernetesDiscovery {
  role: KubernetesRole;
  /** Empty: all namespaces. */
  namespaces: readonly string[];
  ownNamespace: boolean;
  selectors: readonly { role: string; label: string; field: string }[];
}

export interface ScrapeConfig {
  jobName: string;
  intervalMs: number;
  timeoutMs: number;
  metricsPath: string;
  scheme: string;
  params: Readonly<Record<string, readonly string[]>>;
  honorLabels: boolean;
  /** The credentials: a text, or a file that is read at each scrape. */
  bearerToken?: string;
  bearerTokenFile?: string;
  basicAuth?: { username: string; password: string };
  /** The authorities of targets over HTTPS; absent: those of the system. */
  caFile?: string;
  skipsVerification: boolean;
  serverName?: string;
  staticConfigs: readonly { targets: readonly string[]; labels: Labels }[];
  kubernetes: readonly KubernetesDiscovery[];
  relabelRules: readonly RelabelRule[];
  metricRelabelRules: readonly RelabelRule[];
}

export interface PrometheusConfig {
  scrapeIntervalMs: number;
  evaluationIntervalMs: number;
  externalLabels: Labels;
  ruleFiles: readonly string[];
  scrapeConfigs: readonly ScrapeConfig[];
  /** The Alertmanagers, each as a job whose path takes alerts. */
  alertmanagers: readonly ScrapeConfig[];
  alertRelabelRules: readonly RelabelRule[];
}

const MINUTE_MS = 60_000;
const DEFAULT_TIMEOUT_MS = 10_000;

const TOP = [
  ...["global", "runtime", "alerting", "rule_files", "scrape_configs", "scrape_config_files", "storage", "tracing"],
  ...["remote_write", "remote_read", "otlp"],
];
const GLOBAL = [
  ...["scrape_interval", "scrape_timeout", "scrape_protocols", "evaluation_interval", "rule_query_offset"],
  ...[
    "query_log_file",
    "scrape_failure_log_file",
    "external_labels",
    "body_size_limit",
    "sample_limit",
    "target_limit",
  ],
  ...["label_limit", "label_name_length_limit", "label_value_length_limit", "keep_dropped_targets"],
  ...["metric_name_validation_scheme", "metric_name_escaping_scheme", "always_scrape_classic_histograms"],
  ...["convert_classic_histograms_to_nhcb", "scrape_native_histograms"],
];
const HTTP = [
  ...["basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file", "tls_config", "follow_redirects"],
  ...["enable_http2", "proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header", "http_headers"],
];
const SCRAPE = [
  ...["job_name", "scrape_interval", "scrape_timeout", "scrape_protocols", "metrics_path", "scheme", "params"],
  ...["honor_labels", "honor_timestamps", "track_timestamps_staleness", "enable_compression", "relabel_configs"],
  ...["metric_relabel_configs", "static_configs", "kubernetes_sd_configs", "file_sd_configs", "http_sd_configs"],
  ...["dns_sd_configs", "consul_sd_configs", "ec2_sd_configs", "fallback_scrape_protocol", ...GLOBAL.slice(8), ...HTTP],
];

/** `name` stands in errors. Throws ConfigError. */
export function readConfig(text: string, name: string): PrometheusConfig {
  try {
    return configOf(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`parsing YAML file ${name}: ${error.message}`);
  }
}

function configOf(text: string): PrometheusConfig {
  const reader = new YamlReader();
  const root = reader.read(text).fields("config.plain", TOP);
  const global = root["global"]?.fields("config.plain", GLOBAL) ?? {};
  const scrapeIntervalMs = global["scrape_interval"]?.duration() ?? MINUTE_MS;
  const evaluationIntervalMs = global["evaluation_interval"]?.duration() ?? MINUTE_MS;
  const timeoutMs = global["scrape_timeout"]?.duration() ?? Math.min(DEFAULT_TIMEOUT_MS, scrapeIntervalMs);
  if (timeoutMs > scrapeIntervalMs) throw new ConfigError("global scrape timeout greater than scrape interval");
  const scrapeConfigs = (root["scrape_configs"]?.items("[]*config.ScrapeConfig") ?? []).map((each) =>
    readScrapeConfig(each, { intervalMs: scrapeIntervalMs, timeoutMs }),
  );
  const alerting = root["alerting"]?.fields("config.plain", ["alert_relabel_configs", "alertmanagers"]) ?? {};
  const alertmanagers = (alerting["alertmanagers"]?.items("[]*config.AlertmanagerConfig") ?? []).map(readAlertmanager);
  const alertRelabelRules = (alerting["alert_relabel_configs"]?.items("[]*relabel.Config") ?? []).map(readRelabelRule);
  reader.finish();
  const names = new Set<string>();
  for (const { jobName } of scrapeConfigs) {
    if (names.has(jobName)) {
      throw new ConfigError(`found multiple scrape configs with job name ${JSON.stringify(jobName)}`);
    }
    names.add(jobName);
  }
  return {
    scrapeIntervalMs,
    evaluationIntervalMs,
    externalLabels: global["external_labels"]?.pairs() ?? {},
    ruleFiles: root["rule_files"]?.texts() ?? [],
    scrapeConfigs,
    alertmanagers,
    alertRelabelRules,
  };
}

function readScrapeConfig(value: Value, defaults: { intervalMs: number; timeoutMs: number }): ScrapeConfig {
  const fields = value.fields("config.plain", SCRAPE);
  const jobName = fields["job_name"]?.text() ?? "";
  if (jobName === "") throw new ConfigError("job_name is empty");
  const intervalMs = fields["scrape_interval"]?.duration() ?? defaults.intervalMs;
  const timeoutMs = fields["scrape_timeout"]?.duration() ?? Math.min(defaults.timeoutMs, intervalMs);
  if (timeoutMs > intervalMs) {
    const text = `scrape timeout greater than scrape interval for scrape config with job name ${JSON.stringify(jobName)}`;
    throw new ConfigError(text);
  }
  const params = fields["params"]?.fields("url.Values") ?? {};
  const relabelRules = (fields["relabel_configs"]?.items("[]*relabel.Config") ?? []).map(readRelabelRule);
  const discoveries = discoverySettings(fields);
  // Rules may make an address of a URL.
  const wrong = discoveries.staticConfigs.flatMap(({ targets }) => targets).find((target) => target.includes("/"));
  if (wrong !== undefined && relabelRules.length === 0) {
    throw new ConfigError(`${JSON.stringify(wrong)} is not a valid hostname`);
  }
  return {
    jobName,
    intervalMs,
    timeoutMs,
    metricsPath: fields["metrics_path"]?.text() || "/metrics",
    scheme: fields["scheme"]?.text() || "http",
    params: Object.fromEntries(Object.entries(params).map(([name, each]) => [name, each.texts()])),
    honorLabels: fields["honor_labels"]?.flag() ?? false,
    ...clientSettings(fields),
    ...discoveries,
    relabelRules,
    metricRelabelRules: (fields["metric_relabel_configs"]?.items("[]*relabel.Config") ?? []).map(readRelabelRule),
  };
}

const ALERTMANAGER = [
  ...["path_prefix", "scheme", "timeout", "api_version", "sigv4", "relabel_configs", "alert_relabel_configs"],
  ...[...SCRAPE.filter((name) => /^(static|\w+_sd)_configs$/.test(name)), ...HTTP],
];
const ALERTS_PATH = "/api/v2/alerts";

function readAlertmanager(value: Value, index: number): ScrapeConfig {
  const fields = value.fields("config.plain", ALERTMANAGER);
  const timeoutMs = fields["timeout"]?.duration() ?? DEFAULT_TIMEOUT_MS;
  return {
    ...{ jobName: `config-${index}`, intervalMs: timeoutMs, timeoutMs, params: {}, honorLabels: false },
    metricsPath: `${(fields["path_prefix"]?.text() ?? "").replace(/\/+$/, "")}${ALERTS_PATH}`,
    scheme: fields["scheme"]?.text() || "http",
    ...clientSettings(fields),
    ...discoverySettings(fields),
    relabelRules: (fields["relabel_configs"]?.items("[]*relabel.Config") ?? []).map(readRelabelRule),
    metricRelabelRules: [],
  };
}

function discoverySettings(fields: Readonly<Record<string, Value>>) {
  return {
    staticConfigs: (fields["static_configs"]?.items("[]*targetgroup.Group") ?? []).map(readStaticConfig),
    kubernetes: (fields["kubernetes_sd_configs"]?.items("[]*kubernetes.SDConfig") ?? []).map(readKubernetes),
  };
}

function clientSettings(fields: Readonly<Record<string, Value>>) {
  const authorization = fields["authorization"]?.fields("config.Authorization", [
    "type",
    "credentials",
    "credentials_file",
  ]);
  const tls = fields["tls_config"]?.fields("config.plain") ?? {};
  const basic = fields["basic_auth"]?.fields("config.BasicAuth") ?? undefined;
  const bearerToken = (authorization?.["credentials"] ?? fields["bearer_token"])?.text();
  const bearerTokenFile = (authorization?.["credentials_file"] ?? fields["bearer_token_file"])?.text();
  const [caFile, serverName] = [tls["ca_file"]?.text(), tls["server_name"]?.text()];
  return {
    skipsVerification: tls["insecure_skip_verify"]?.flag() ?? false,
    ...(bearerToken && { bearerToken }),
    ...(bearerTokenFile && { bearerTokenFile }),
    ...(caFile && { caFile }),
    ...(serverName && { serverName }),
    ...(basic && {
      basicAuth: { username: basic["username"]?.text() ?? "", password: basic["password"]?.text() ?? "" },
    }),
  };
}

function readStaticConfig(value: Value) {
  const fields = value.fields("struct", ["targets", "labels"]);
  return { targets: fields["targets"]?.texts() ?? [], labels: fields["labels"]?.pairs() ?? {} };
}

const ROLES: readonly KubernetesRole[] = ["pod", "endpoints", "endpointslice", "service", "node", "ingress"];
const KUBERNETES = ["api_server", "role", "kubeconfig_file", "namespaces", "selectors", "attach_metadata", ...HTTP];

function readKubernetes(value: Value): KubernetesDiscovery {
  const fields = value.fields("kubernetes.plain", KUBERNETES);
  const role = fields["role"]?.text() ?? "";
  if (role === "") {
    throw new ConfigError("role missing (one of: pod, service, endpoints, endpointslice, node, ingress)");
  }
  if (!ROLES.includes(role as KubernetesRole)) {
    throw new ConfigError(`unknown Kubernetes SD role ${JSON.stringify(role)}`);
  }
  const namespaces = fields["namespaces"]?.fields("kubernetes.plain", ["names", "own_namespace"]) ?? {};
  const selectors = fields["selectors"]?.items("[]kubernetes.SelectorConfig") ?? [];
  return {
    role: role as KubernetesRole,
    namespaces: namespaces["names"]?.texts() ?? [],
    ownNamespace: namespaces["own_namespace"]?.flag() ?? false,
    selectors: selectors.map((each) => {
      const { role: of, label, field } = each.fields("kubernetes.SelectorConfig", ["role", "label", "field"]);
      return { role: of?.text() ?? "", label: label?.text() ?? "", field: field?.text() ?? "" };
    }),
  };
}
