/**
 * prometheus-adapter: the groups custom.metrics.k8s.io and external.metrics.k8s.io from queries of a Prometheus server.
 * Its rules are read, and its metrics are discovered, when it is asked, because nothing runs between two requests.
 * sigs.k8s.io/prometheus-adapter: pkg/custom-provider, pkg/external-provider, pkg/naming
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { parseLabelSelector } from "../../../lib/selectors.ts";
import { formatTime } from "../../../lib/time.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { json, parameters, splitPath, text } from "../http.ts";
import { klog } from "../log.ts";
import { contentOf, flagOf, type HttpRequest, portOf, server } from "../server.ts";
import { type AdapterConfig, filled, readConfig } from "./config.ts";
import { type Metric, metricsOf, namesOf, samplesOf } from "./source.ts";

const CUSTOM = "custom.metrics.k8s.io";
const EXTERNAL = "external.metrics.k8s.io";
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  [CUSTOM]: ["v1beta1", "v1beta2"],
  [EXTERNAL]: ["v1beta1"],
};

const portOfAdapter = ({ argv }: ProcessView) => portOf(flagOf(argv, "secure-port"), 443);

export const prometheusAdapter = server({
  ports: (process) => [portOfAdapter(process)],
  refuse(process) {
    const path = flagOf(process.argv, "config");
    const problem =
      path === undefined ? "no metrics discovery configuration file specified" : configProblem(process, path);
    if (problem === undefined) return undefined;
    const line = klog(process, "adapter.go:303", `unable to load metrics discovery config: ${problem}`);
    return { lines: [line.replace(/^I/, "F")], status: 1 };
  },
  startMs: 600,
  ready: (process) => [klog(process, "secure_serving.go:213", `Serving securely on [::]:${portOfAdapter(process)}`)],
  memoryBytes: () => 28_000_000,
  http(process, request) {
    const { path, query } = splitPath(request.path);
    if (/^\/(healthz|livez|readyz)/.test(path)) return text(200, "ok");
    const [root, group = "", version, ...rest] = path.split("/").filter((part) => part !== "");
    const versions = VERSIONS[group];
    if (root !== "apis" || !versions) return text(404, "404 page not found\n");
    if (version === undefined) return json(200, groupDocument(group, versions));
    if (!versions.includes(version)) return text(404, "404 page not found\n");
    const config = configOf(process);
    if (!config) return text(500, "unable to load metrics discovery config\n");
    const rules = group === CUSTOM ? config.rules : config.externalRules;
    const metrics = metricsOf(process, rules) ?? [];
    const groupVersion = `${group}/${version}`;
    if (rest.length === 0) return json(200, resourceList(groupVersion, metrics));
    const values = group === CUSTOM ? customValues : externalValues;
    return values(process, { request, rest, query, metrics, groupVersion });
  },
});

/** The rules of the file that a flag names; undefined: they cannot be read. */
function configOf(process: ProcessView): AdapterConfig | undefined {
  try {
    return readConfig(contentOf(process, flagOf(process.argv, "config")) ?? "");
  } catch {
    return undefined;
  }
}

function configProblem(process: ProcessView, path: string): string | undefined {
  const content = contentOf(process, path);
  if (content === undefined)
    return `unable to load metrics discovery config file: open ${path}: no such file or directory`;
  return configOf(process) ? undefined : "unable to parse metrics discovery config";
}

function groupDocument(name: string, versions: readonly string[]): JsonObject {
  const all = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { kind: "APIGroup", apiVersion: "v1", name, versions: all, preferredVersion: all[0]! };
}

function resourceList(groupVersion: string, metrics: readonly Metric[]): JsonObject {
  const isExternal = groupVersion.startsWith(EXTERNAL);
  const entry = (name: string, kind: string, isNamespaced = true): JsonValue => ({
    ...{ name, singularName: "", namespaced: isNamespaced, kind, verbs: ["get"] },
  });
  const resources = metrics.flatMap(({ name, labels }) =>
    isExternal
      ? [entry(name, "ExternalMetricValueList")]
      : [...labels.keys()].sort().map((of) => entry(`${of}/${name}`, "MetricValueList", of !== "namespaces")),
  );
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}

interface Call {
  request: HttpRequest;
  /** Parts of the path below the group's version. */
  rest: readonly string[];
  query: string;
  metrics: readonly Metric[];
  groupVersion: string;
}

/** `namespaces/<namespace>/<resource>/<name or *>/<metric>`, or `namespaces/<name>/metrics/<metric>`. */
function customValues(process: ProcessView, { rest, query, metrics, groupVersion }: Call): ServedAnswer {
  const [root, namespace = "", ...parts] = rest;
  const isOfNamespace = parts[0] === "metrics";
  const [qualified = "", name = "", metricNamed = ""] = isOfNamespace ? ["namespaces", namespace, parts[1]] : parts;
  if (root !== "namespaces" || metricNamed === "") return text(404, "404 page not found\n");
  const [resource = "", ...groupParts] = qualified.split(".");
  const group = groupParts.join(".");
  const metric = metrics.find((each) => each.name === metricNamed && each.labels.has(resource));
  if (!metric) return notFound(`the server could not find the metric ${metricNamed} for ${qualified}`);
  const given = parameters(query);
  const selector = given.get("labelSelector")?.[0] ?? "";
  const names = name === "*" ? namesOf(process, { namespace, resource, group, selector }) : [name];
  const label = metric.labels.get(resource)!;
  const namespaceLabel = isOfNamespace ? undefined : metric.labels.get("namespaces");
  const matchers = [
    ...(namespaceLabel === undefined ? [] : [`${namespaceLabel}=${JSON.stringify(namespace)}`]),
    names.length === 1 ? `${label}=${JSON.stringify(names[0])}` : `${label}=~${JSON.stringify(names.join("|"))}`,
    ...matchersOf(given.get("metricLabelSelector")?.[0] ?? ""),
  ];
  const found = valuesOf(process, metric, { matchers, groupBy: label });
  const items = found.flatMap(({ labels, value }): JsonObject[] => {
    const object = labels[label];
    if (object === undefined || !names.includes(object)) return [];
    return [customValue(process, { groupVersion, resource, group, namespace, object, metric: metricNamed, value })];
  });
  if (items.length === 0 && name !== "*") {
    return notFound(`the server could not find the metric ${metricNamed} for ${qualified} ${name}`);
  }
  return json(200, { kind: "MetricValueList", apiVersion: groupVersion, metadata: {}, items });
}

interface CustomValue {
  groupVersion: string;
  resource: string;
  group: string;
  namespace: string;
  object: string;
  metric: string;
  value: number;
}

function customValue({ nowMs }: ProcessView, found: CustomValue): JsonObject {
  const { groupVersion, resource, group, namespace, object, metric, value } = found;
  const singular = resource.replace(/(ss)es$|s$/, "$1");
  const kind = `${singular[0]?.toUpperCase()}${singular.slice(1)}`;
  const isNamespace = resource === "namespaces";
  const described = { kind, ...(!isNamespace && { namespace }), name: object, apiVersion: `${group}/v1` };
  const named = groupVersion.endsWith("v1beta1")
    ? { metricName: metric, timestamp: formatTime(nowMs), value: quantity(value), selector: null }
    : { metric: { name: metric, selector: null }, timestamp: formatTime(nowMs), value: quantity(value) };
  return { describedObject: described, ...named };
}

/** `namespaces/<namespace>/<metric>`. */
function externalValues(process: ProcessView, { rest, query, metrics, groupVersion }: Call): ServedAnswer {
  const [root, namespace = "", metricNamed = ""] = rest;
  if (root !== "namespaces" || metricNamed === "") return text(404, "404 page not found\n");
  const metric = metrics.find(({ name }) => name === metricNamed);
  if (!metric) return notFound(`unable to find external metric ${metricNamed}`);
  const selector = parameters(query).get("labelSelector")?.[0] ?? "";
  const label = metric.labels.get("namespaces");
  const matchers = [...(label === undefined ? [] : [`${label}=${JSON.stringify(namespace)}`]), ...matchersOf(selector)];
  const groupBy = parseLabelSelector(selector).map(({ key }) => key);
  const found = valuesOf(process, metric, { matchers, groupBy: groupBy.join(",") });
  const items = found.map(({ labels, value }) => ({
    ...{ metricName: metricNamed, metricLabels: { ...labels }, timestamp: formatTime(process.nowMs) },
    value: quantity(value),
  }));
  return json(200, { kind: "ExternalMetricValueList", apiVersion: groupVersion, metadata: {}, items });
}

function valuesOf(
  process: ProcessView,
  { rule, series }: Metric,
  { matchers, groupBy }: { matchers: readonly string[]; groupBy: string },
) {
  const query = filled(rule.metricsQuery, { series, matchers: matchers.join(","), groupBy });
  return (samplesOf(process, query) ?? []).filter(({ value }) => Number.isFinite(value));
}

/** A selector of labels as matchers of PromQL. */
function matchersOf(selector: string): string[] {
  return parseLabelSelector(selector).map(({ key, operator, values }) => {
    const pattern = JSON.stringify(values.join("|"));
    switch (operator) {
      case "!=":
      case "notin":
        return `${key}!~${pattern}`;
      case "exists":
        return `${key}!=""`;
      case "!":
        return `${key}=""`;
      default:
        return values.length === 1 ? `${key}=${pattern}` : `${key}=~${pattern}`;
    }
  });
}

/** Whole numbers, else thousandths. */
function quantity(value: number): string {
  const milliValue = Math.round(value * 1000);
  return milliValue % 1000 === 0 ? String(milliValue / 1000) : `${milliValue}m`;
}

function notFound(message: string): ServedAnswer {
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message };
  return json(404, { ...status, reason: "NotFound", code: 404 });
}
