/** Questions of the adapter: to Prometheus for series and values, to the API server for names of objects. */
import { textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { contentOf, flagOf } from "../server.ts";
import { metricName, pluralOf, type Rule } from "./config.ts";

const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";
/** Series that had a sample in this time are metrics. `--metrics-max-age` */
const MAX_AGE_S = 1200;

export interface Metric {
  name: string;
  series: string;
  rule: Rule;
  /** The label that names an object of a resource, by the resource's plural name. */
  labels: ReadonlyMap<string, string>;
}

interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** The metrics of rules, each once. Undefined: Prometheus does not answer. */
export function metricsOf(process: ProcessView, rules: readonly Rule[]): Metric[] | undefined {
  const metrics = new Map<string, Metric>();
  for (const rule of rules) {
    const found = prometheus(process, "series", { "match[]": rule.seriesQuery, start: agoOf(process) });
    if (!Array.isArray(found)) return undefined;
    for (const labels of found.filter(isJsonObject)) {
      const series = String(labels["__name__"]);
      const name = metricName(rule, series);
      if (name === undefined) continue;
      const known = metrics.get(name);
      const all = new Map([...(known?.labels ?? []), ...resourcesOf(rule, Object.keys(labels))]);
      metrics.set(name, { name, series, rule, labels: all });
    }
  }
  return [...metrics.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function agoOf({ nowMs }: ProcessView): string {
  return String(nowMs / 1000 - MAX_AGE_S);
}

function resourcesOf({ resources, resourceLabel }: Rule, labels: readonly string[]): [string, string][] {
  return labels.flatMap((label): [string, string][] => {
    const resource = resources.get(label) ?? resourceLabel?.groups(label)?.[1];
    return resource === undefined ? [] : [[pluralOf(resource), label]];
  });
}

/** The samples of an instant query. Undefined: Prometheus does not answer, or refuses the query. */
export function samplesOf(process: ProcessView, query: string): Sample[] | undefined {
  const data = prometheus(process, "query", { query });
  const result = isJsonObject(data) && data["resultType"] === "vector" ? data["result"] : undefined;
  if (!Array.isArray(result)) return undefined;
  return result.filter(isJsonObject).map(({ metric, value }) => ({
    labels: (metric ?? {}) as Record<string, string>,
    value: Number(Array.isArray(value) ? value[1] : Number.NaN),
  }));
}

function prometheus(process: ProcessView, path: string, query: Record<string, string>): JsonValue | undefined {
  const url = flagOf(process.argv, "prometheus-url") ?? "https://localhost";
  const [, scheme = "http", host = "", port, prefix = ""] = /^(https?):\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  const answer = process.ask({
    ...{ type: "http", scheme: scheme === "https" ? "https" : "http", method: "GET", host, body: "" },
    port: Number(port ?? (scheme === "https" ? 443 : 80)),
    path: `${prefix.replace(/\/$/, "")}/api/v1/${path}?${new URLSearchParams(query)}`,
    headers: { host, accept: "application/json" },
  });
  const document = answer?.type === "http" ? parseJsonObject(textOfBytes(answer.body)) : undefined;
  return document?.["status"] === "success" ? document["data"] : undefined;
}

/** Names of the objects of a resource that match a selector. */
export function namesOf(
  process: ProcessView,
  { namespace, resource, group, selector }: Record<"namespace" | "resource" | "group" | "selector", string>,
): string[] {
  const root = group === "" ? "/api/v1" : preferredVersion(process, group);
  const query = selector === "" ? "" : `?${new URLSearchParams({ labelSelector: selector })}`;
  const list =
    root === undefined ? undefined : kubernetes(process, `${root}/namespaces/${namespace}/${resource}${query}`);
  const items = Array.isArray(list?.["items"]) ? list["items"].filter(isJsonObject) : [];
  return items.flatMap(({ metadata }) => (isJsonObject(metadata) ? [String(metadata["name"])] : []));
}

function preferredVersion(process: ProcessView, group: string): string | undefined {
  const preferred = kubernetes(process, `/apis/${group}`)?.["preferredVersion"];
  return isJsonObject(preferred) ? `/apis/${preferred["groupVersion"]}` : undefined;
}

function kubernetes(process: ProcessView, path: string): JsonObject | undefined {
  const host = "kubernetes.default.svc";
  const headers = { host, accept: "application/json", authorization: `Bearer ${contentOf(process, TOKEN) ?? ""}` };
  const question = { type: "http", scheme: "https", method: "GET", host, port: 443, path, headers, body: "" } as const;
  const answer = process.ask(question);
  return answer?.type === "http" && answer.status === 200 ? parseJsonObject(textOfBytes(answer.body)) : undefined;
}
