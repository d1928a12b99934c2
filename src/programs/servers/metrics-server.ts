/**
 * metrics-server: the group metrics.k8s.io from the measurements of the kubelets. It asks the API server and the
 * kubelets with its own token when it is asked, so its RBAC counts. A kubelet answers with both ends of the window.
 * sigs.k8s.io/metrics-server: pkg/api, pkg/scraper, cmd/metrics-server/app/options
 */
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { isJsonObject, type JsonObject, parseJson } from "../../lib/json.ts";
import { formatTime } from "../../lib/time.ts";
import type { ProcessView } from "../../shell/program.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import { answerOpenApi } from "./api-group/openapi.ts";
import { groupDocument, resourceList } from "./api-group/resources.ts";
import { json, parameters, splitPath, text } from "./http.ts";
import { klog } from "./log.ts";
import { GROUP, METRICS, METRICS_VERSION, VERSION } from "./metrics-group.ts";
import { contentOf, flagOf, type HttpRequest, portOf, server } from "./server.ts";

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token";
const KUBELET_PORT = 10250;
const NANO = 1e9;

export const metricsServer = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "secure-port"), 443)],
  startMs: 400,
  banner: (process) => [
    klog(process, "serving.go:380", "Generated self-signed cert (/tmp/apiserver.crt, /tmp/apiserver.key)"),
  ],
  ready: (process) => [
    klog(
      process,
      "secure_serving.go:211",
      `Serving securely on [::]:${portOf(flagOf(process.argv, "secure-port"), 443)}`,
    ),
  ],
  memoryBytes: () => 22_000_000,
  http: (process, request) => {
    const { path, query } = splitPath(request.path);
    if (/^\/(healthz|livez|readyz)/.test(path)) return text(200, "ok");
    const openApi = answerOpenApi([METRICS], request);
    if (openApi) return openApi;
    const [root, group, version, ...rest] = path.split("/").filter((part) => part !== "");
    if (root !== "apis" || (group !== undefined && group !== GROUP)) return text(404, "404 page not found\n");
    if (version === undefined) return json(200, groupDocument(METRICS));
    if (version !== VERSION) return text(404, "404 page not found\n");
    if (rest.length === 0) return json(200, resourceList(METRICS, METRICS_VERSION));
    return metrics(process, request, rest, query);
  },
});

function metrics(process: ProcessView, request: HttpRequest, rest: readonly string[], query: string): ServedAnswer {
  const isInNamespace = rest[0] === "namespaces";
  const [resource, name] = isInNamespace ? rest.slice(2) : rest;
  const kind = KINDS[resource ?? ""];
  if (!kind || (resource === "nodes" && isInNamespace)) return text(404, "404 page not found\n");
  if (request.method !== "GET") return text(405, "405 method not allowed\n");
  const base = isInNamespace ? `/api/v1/namespaces/${rest[1]}/${resource}` : `/api/v1/${resource}`;
  const selectors = [...parameters(query)].filter(([key]) => key === "labelSelector" || key === "fieldSelector");
  const passed = new URLSearchParams(selectors.map(([key, values]) => [key, values[0] ?? ""]));
  const found = objectsAt(process, name === undefined ? `${base}?${passed}` : `${base}/${name}`);
  if (!Array.isArray(found)) return found;
  const samples = scrape(process, kind.nodesOf(process, found));
  const items = found.flatMap((object) => kind.itemOf(object, samples));
  const wantsTable = /as=Table/.test(request.headers["accept"] ?? "");
  if (name !== undefined && items.length === 0)
    return notMeasured(kind.message, kind.singular, isInNamespace ? `${rest[1]}/${name}` : name);
  if (wantsTable) return json(200, tableOf(items, resource === "pods"));
  if (name !== undefined) return json(200, { kind: kind.kind, apiVersion: `${GROUP}/${VERSION}`, ...items[0] });
  return json(200, { kind: `${kind.kind}List`, apiVersion: `${GROUP}/${VERSION}`, metadata: {}, items });
}

interface MetricsKind {
  kind: string;
  singular: string;
  message: string;
  nodesOf: (process: ProcessView, objects: readonly JsonObject[]) => readonly JsonObject[];
  itemOf: (object: JsonObject, samples: Samples) => JsonObject[];
}

const KINDS: Readonly<Record<string, MetricsKind>> = {
  nodes: {
    kind: "NodeMetrics",
    singular: "nodes",
    message: "nodemetrics.metrics.k8s.io",
    nodesOf: (_process, objects) => objects,
    itemOf(object, samples) {
      const usage = samples.get(`node/${nameOf(object)}`);
      return usage ? [{ metadata: metadataOf(object, usage), ...windowOf(usage), usage: quantities(usage) }] : [];
    },
  },
  pods: {
    kind: "PodMetrics",
    singular: "pods",
    message: "podmetrics.metrics.k8s.io",
    nodesOf(process, objects) {
      const names = new Set(objects.map((pod) => (isJsonObject(pod["spec"]) ? pod["spec"]["nodeName"] : undefined)));
      const nodes = objectsAt(process, "/api/v1/nodes");
      return Array.isArray(nodes) ? nodes.filter((node) => names.has(nameOf(node))) : [];
    },
    itemOf(object, samples) {
      const { namespace = "" } = object["metadata"] as JsonObject;
      const spec = isJsonObject(object["spec"]) ? object["spec"] : {};
      const all = Array.isArray(spec["containers"]) ? spec["containers"].filter(isJsonObject) : [];
      const found = all.flatMap(({ name }) => {
        const usage = samples.get(`${namespace}/${nameOf(object)}/${name}`);
        return usage ? [{ name: String(name), usage }] : [];
      });
      const [first] = found;
      // A pod of which one container was not measured is left out, so that no sum is too small.
      if (!first || found.length < all.length) return [];
      const containers = found.map(({ name, usage }) => ({ name, usage: quantities(usage) }));
      return [{ metadata: metadataOf(object, first.usage), ...windowOf(first.usage), containers }];
    },
  },
};

function nameOf(object: JsonObject): string {
  const { metadata } = object;
  return isJsonObject(metadata) ? String(metadata["name"]) : "";
}

function metadataOf(object: JsonObject, { atMs }: Usage): JsonObject {
  const { name, namespace, labels } = object["metadata"] as JsonObject;
  const created = { creationTimestamp: formatTime(atMs) };
  return { name: name!, ...(namespace && { namespace }), ...created, ...(labels && { labels }) };
}

function windowOf({ atMs, windowMs }: Usage): JsonObject {
  return { timestamp: formatTime(atMs), window: `${windowMs / 1000}s` };
}

function quantities({ cpuCores, memoryBytes }: Usage): JsonObject {
  return { cpu: `${Math.round(cpuCores * NANO)}n`, memory: `${Math.floor(memoryBytes / 1024)}Ki` };
}

function tableOf(items: readonly JsonObject[], isNamespaced: boolean): JsonObject {
  const column = (name: string, type = "string") => ({
    name,
    type,
    format: name === "Name" ? "name" : "",
    description: "",
    priority: 0,
  });
  const rows = items.map((item) => {
    const containers = Array.isArray(item["containers"]) ? item["containers"].filter(isJsonObject) : [item];
    const sum = (key: string) =>
      containers.reduce((total, { usage }) => total + Number.parseInt(String((usage as JsonObject)[key]), 10), 0);
    const shown = { kind: isNamespaced ? "PodMetrics" : "NodeMetrics", apiVersion: `${GROUP}/${VERSION}`, ...item };
    return { cells: [nameOf(item), `${sum("cpu")}n`, `${sum("memory")}Ki`, item["window"]!], object: shown };
  });
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: {},
    columnDefinitions: [column("Name"), column("cpu"), column("memory"), column("Window")],
    rows,
  };
}

function notMeasured(resource: string, _plural: string, name: string): ServedAnswer {
  const message = `${resource} ${JSON.stringify(name)} not found`;
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason: "NotFound" };
  return json(404, { ...status, details: { name, group: GROUP, kind: resource.split(".")[0] ?? "" }, code: 404 });
}

/** Objects of a list, or one object, or the API server's refusal. */
function objectsAt(process: ProcessView, path: string): JsonObject[] | ServedAnswer {
  const answer = asked(process, { host: "kubernetes.default.svc", port: 443, path });
  if (!answer) return text(503, "service unavailable\n");
  const document = parseJson(textOfBytes(answer.body));
  if (answer.status !== 200 || !isJsonObject(document)) {
    return text(answer.status, answer.body, { contentType: "application/json" });
  }
  const { items } = document;
  return Array.isArray(items) ? items.filter(isJsonObject) : [document];
}

function asked(process: ProcessView, { host, port, path }: { host: string; port: number; path: string }) {
  const token = contentOf(process, ACCOUNT) ?? "";
  const headers = { host, accept: "application/json", authorization: `Bearer ${token}` };
  const answer = process.ask({ type: "http", scheme: "https", method: "GET", host, port, path, headers, body: "" });
  return answer?.type === "http" ? answer : undefined;
}

interface Usage {
  atMs: number;
  windowMs: number;
  cpuCores: number;
  memoryBytes: number;
}

/** By `node/<name>` or `<namespace>/<pod>/<container>`. */
type Samples = ReadonlyMap<string, Usage>;

function scrape(process: ProcessView, nodes: readonly JsonObject[]): Samples {
  const samples = new Map<string, Usage>();
  for (const node of nodes) {
    const status = isJsonObject(node["status"]) ? node["status"] : {};
    const addresses = Array.isArray(status["addresses"]) ? status["addresses"].filter(isJsonObject) : [];
    const host = addresses.find(({ type }) => type === "InternalIP")?.["address"];
    if (typeof host !== "string") continue;
    const answer = asked(process, { host, port: KUBELET_PORT, path: "/metrics/resource?window=15s" });
    if (answer?.status !== 200) {
      const why = answer ? `request failed, status: "${answer.status}"` : "dial tcp: connect: no route to host";
      process.write(
        2,
        bytesOfText(
          `${klog(process, "scraper.go:149", `"Failed to scrape node" err="${why}" node="${nameOf(node)}"`)}\n`,
        ),
      );
      continue;
    }
    readSamples(textOfBytes(answer.body), nameOf(node), samples);
  }
  return samples;
}

const LINE = /^(\w+?)(?:\{(.*)\})? (\S+) (\d+)$/;

/** The mean of two samples of the CPU time, and the newest size of the memory. */
function readSamples(page: string, node: string, into: Map<string, Usage>): void {
  const first = new Map<string, { seconds: number; atMs: number }>();
  for (const line of page.split("\n")) {
    const [, metric, labels = "", value, stamp] = LINE.exec(line) ?? [];
    const named = metric?.startsWith("container_") ? containerOf(labels) : `node/${node}`;
    if (!metric || metric.startsWith("pod_") || named === undefined) continue;
    const atMs = Number(stamp);
    if (metric.endsWith("cpu_usage_seconds_total")) {
      const before = first.get(named);
      if (!before) first.set(named, { seconds: Number(value), atMs });
      else {
        const windowMs = atMs - before.atMs;
        const cpuCores = ((Number(value) - before.seconds) * 1000) / windowMs;
        into.set(named, { atMs, windowMs, cpuCores, memoryBytes: 0 });
      }
    } else if (metric.endsWith("memory_working_set_bytes")) {
      const usage = into.get(named);
      if (usage) usage.memoryBytes = Number(value);
    }
  }
}

function containerOf(labels: string): string | undefined {
  const labelOf = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1];
  const [namespace, pod, container] = [labelOf("namespace"), labelOf("pod"), labelOf("container")];
  return container === undefined ? undefined : `${namespace}/${pod}/${container}`;
}
