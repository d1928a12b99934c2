/**
 * The targets of a configuration: discovered, relabelled, and with the defaults of their job.
 * Source: github.com/prometheus/prometheus scrape/target.go (`PopulateLabels`)
 */

import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { Client, serverError } from "../../kubectl/core/client.ts";
import { objectsIn } from "../../kubectl/core/parts.ts";
import { Failure, type Session, type Steps } from "../../kubectl/core/session.ts";
import { podTarget } from "../../operators/pod-target.ts";
import type { KubernetesDiscovery, PrometheusConfig, ScrapeConfig } from "../config/config.ts";
import { relabel } from "../config/relabel.ts";
import { formatDuration } from "../promql/durations.ts";
import type { Labels } from "../promql/syntax.ts";
import { keyOf } from "../promql/values.ts";
import { ROLES } from "./registry.ts";
import type { Resource } from "./role.ts";

export interface Target {
  job: ScrapeConfig;
  /** Labels of its series. */
  labels: Labels;
  /** Labels before relabelling. */
  discovered: Labels;
  scheme: string;
  host: string;
  port: number;
  /** Path and query. */
  path: string;
}

export interface Discovery {
  targets: Target[];
  /** Targets that relabelling dropped, with the labels that were discovered. */
  dropped: { job: string; discovered: Labels }[];
  /** Resources whose changes may change the targets. */
  resources: string[];
  /** Lines about what could not be listed. */
  problems: string[];
}

/** Asks the API server for the objects of all roles, each list once. */
export function* discover(session: Session, config: Pick<PrometheusConfig, "scrapeConfigs">): Steps<Discovery> {
  const lists = new Map<string, readonly JsonObject[]>();
  const discovery: Discovery = { targets: [], dropped: [], resources: ["core/pods"], problems: [] };
  const seen = new Set<string>();
  for (const job of config.scrapeConfigs) {
    const found: Labels[] = job.staticConfigs.flatMap(({ targets, labels }) =>
      targets.map((address) => ({ ...labels, __address__: address })),
    );
    for (const each of job.kubernetes) found.push(...(yield* inKubernetes(session, each, lists, discovery)));
    for (const labels of found) place(job, labels, discovery, seen);
  }
  discovery.resources = [...new Set(discovery.resources)];
  return discovery;
}

function* inKubernetes(
  session: Session,
  { role: name, namespaces, ownNamespace, selectors }: KubernetesDiscovery,
  lists: Map<string, readonly JsonObject[]>,
  discovery: Discovery,
): Steps<Labels[]> {
  const role = ROLES[name];
  const target = podTarget(session, "Prometheus/3.8.1");
  if (!target) {
    discovery.problems.push(
      "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined",
    );
    return [];
  }
  const client = new Client(target, () => {});
  const spaces = ownNamespace ? [...namespaces, target.namespace ?? "default"] : namespaces;
  const found = new Map<string, readonly JsonObject[]>();
  for (const resource of role.resources) {
    discovery.resources.push(resource.resource);
    const selector = selectors.find(
      (each) => each.role === resource.plural.replace(/s$/, "") || each.role === resource.plural,
    );
    const query = {
      ...(selector?.label && { labelSelector: selector.label }),
      ...(selector?.field && { fieldSelector: selector.field }),
    };
    const items: JsonObject[] = [];
    for (const space of spaces.length > 0 && resource.isNamespaced ? spaces : [""]) {
      const path =
        space === ""
          ? `${resource.base}/${resource.plural}`
          : `${resource.base}/namespaces/${space}/${resource.plural}`;
      const key = `${path}?${JSON.stringify(query)}`;
      if (!lists.has(key)) lists.set(key, yield* list(client, path, { query, resource, discovery }));
      items.push(...lists.get(key)!);
    }
    found.set(resource.resource, items);
  }
  return role.targets(found);
}

function* list(
  client: Client,
  path: string,
  { query, resource, discovery }: { query: Record<string, string>; resource: Resource; discovery: Discovery },
): Steps<readonly JsonObject[]> {
  try {
    const reply = yield* client.fetch(path, { query });
    if (reply.status >= 400) throw serverError(reply);
    const document = reply.json;
    return document && typeof document === "object" && "items" in document ? objectsIn(document["items"]) : [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const why = "statusMessage" in error ? String(error.statusMessage) : error.message;
    discovery.problems.push(`Failed to watch: failed to list ${resource.type}: ${why}`);
    return [];
  }
}

function place(job: ScrapeConfig, given: Labels, discovery: Discovery, seen: Set<string>): void {
  const params = Object.entries(job.params).map(([name, values]) => [`__param_${name}`, values[0] ?? ""]);
  const discovered: Labels = {
    job: job.jobName,
    __scheme__: job.scheme,
    __metrics_path__: job.metricsPath,
    __scrape_interval__: formatDuration(job.intervalMs),
    __scrape_timeout__: formatDuration(job.timeoutMs),
    ...Object.fromEntries(params),
    ...given,
  };
  const relabelled = relabel(discovered, job.relabelRules);
  const address = relabelled?.["__address__"] ?? "";
  if (!relabelled || address === "") {
    discovery.dropped.push({ job: job.jobName, discovered });
    return;
  }
  const [, host = address, portText = ""] = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
  const scheme = relabelled["__scheme__"] ?? "http";
  const shown = Object.entries({ instance: address, ...relabelled }).filter(
    ([name, value]) => !name.startsWith("__") && value !== "",
  );
  const labels: Labels = Object.fromEntries(shown);
  const query = Object.entries(relabelled)
    .filter(([name]) => name.startsWith("__param_"))
    .map(([name, value]) => `${name.slice(8)}=${encodeURIComponent(value)}`);
  const path = `${relabelled["__metrics_path__"] ?? "/metrics"}${query.length > 0 ? `?${query.join("&")}` : ""}`;
  const target: Target = {
    job,
    labels,
    discovered,
    scheme,
    host,
    port: Number(portText) || (scheme === "https" ? 443 : 80),
    path,
  };
  const key = keyOf({ ...labels, __url__: `${scheme}://${address}${path}` });
  if (seen.has(key)) return;
  seen.add(key);
  discovery.targets.push(target);
}

/** A discovery as JSON: jobs by their names. */
export function storedDiscovery({ targets, resources, problems }: Discovery): JsonObject {
  const stored = targets.map(({ job, ...target }) => ({ ...target, job: job.jobName }));
  return { targets: stored, resources, problems } as JsonObject;
}

/** Reads `storedDiscovery`, without the targets that were dropped. */
export function readDiscovery(
  stored: JsonValue | undefined,
  { scrapeConfigs }: Pick<PrometheusConfig, "scrapeConfigs">,
): Discovery {
  const { targets, resources, problems } = stored as unknown as Omit<Discovery, "targets"> & {
    targets: (Omit<Target, "job"> & { job: string })[];
  };
  const read = targets.flatMap((target) => {
    const job = scrapeConfigs.find(({ jobName }) => jobName === target.job);
    return job ? [{ ...target, job }] : [];
  });
  return { targets: read, dropped: [], resources, problems };
}

/** The address that is scraped. */
export function urlOf({ scheme, host, port, path }: Target): string {
  return `${scheme}://${host}:${port}${path}`;
}
