/**
 * Pushgateway: metrics that jobs push, kept by group until they are deleted.
 * Source: github.com/prometheus/pushgateway handler/push.go, handler/delete.go, storage/diskmetricstore.go
 */
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { MAX_PUSHED_SERIES } from "../../lib/container-limits.ts";
import { isJsonObject, type JsonValue } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import { type CounterFacts, count, counterFamily } from "../base/metrics/counters.ts";
import { goProcessFamilies } from "../base/metrics/go-process.ts";
import { gauge, type MetricFamily, MetricsSyntaxError, metricsAnswer, readPage } from "../base/metrics/page.ts";
import { type HttpAnswer, splitPath, text } from "./http.ts";
import { slogLine } from "./log.ts";
import { flagOf, type HttpRequest, portOf, server } from "./server.ts";

const MEMORY_BYTES = 14_000_000;
const REQUESTS: CounterFacts = {
  name: "pushgateway_http_requests_total",
  help: "Total HTTP requests processed by the Pushgateway, excluding scrapes.",
};

/** The metrics that were pushed under one set of labels. */
interface Group {
  labels: Record<string, string>;
  families: MetricFamily[];
  pushedAtMs: number;
}

export const pushgateway = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "web.listen-address"), 9091)],
  startMs: 150,
  memoryBytes: () => MEMORY_BYTES,
  begin: (process) => {
    process.state["startedMs"] = process.nowMs;
  },
  ready: (process) => [
    slogLine(process.nowMs, "INFO", "main.go:82", "starting pushgateway", { version: "(version=1.11.2, branch=HEAD)" }),
    slogLine(process.nowMs, "INFO", "tls_config.go:354", "Listening on", { address: "[::]:9091" }),
  ],
  http: answer,
});

function groupsOf({ state }: ProcessView): Group[] {
  const { groups } = state;
  return (Array.isArray(groups) ? groups.filter(isJsonObject) : []) as unknown as Group[];
}

function keep(process: ProcessView, groups: readonly Group[]): void {
  process.state["groups"] = groups as unknown as JsonValue;
}

function answer(process: ProcessView, request: HttpRequest): ServedAnswer {
  const { path } = splitPath(request.path);
  if (path === "/-/ready" || path === "/-/healthy") return text(200, "OK");
  if (path === "/metrics") {
    return metricsAnswer({ families: families(process), changesWith: [] }, request.headers, process.nowMs);
  }
  if (path === "/") {
    const html = "<html><head><title>Prometheus Pushgateway</title></head><body><h1>Pushgateway</h1></body></html>\n";
    return text(200, html, { contentType: "text/html; charset=utf-8" });
  }
  const labels = groupLabels(path);
  if (!labels) return text(404, "404 page not found\n");
  if (labels === "odd") return text(400, "odd number of components in label string\n");
  // A counter that moves lets Prometheus scrape soon, so that it sees which series are gone.
  count(process, REQUESTS, { method: request.method.toLowerCase() });
  switch (request.method) {
    case "PUT":
    case "POST":
      return push(process, request, labels);
    case "DELETE":
      keep(
        process,
        groupsOf(process).filter((group) => !isSame(group.labels, labels)),
      );
      return text(202, "");
    default:
      return text(405, "Method Not Allowed\n");
  }
}

/** The labels of `/metrics/job/<job>/<name>/<value>…`; undefined for other paths. */
function groupLabels(path: string): Record<string, string> | "odd" | undefined {
  const [, job, rest = ""] = /^\/metrics\/job\/([^/]+)((?:\/[^/]+)*)\/?$/.exec(path) ?? [];
  if (job === undefined) return undefined;
  const parts = rest.split("/").slice(1).map(decodeURIComponent);
  if (parts.length % 2 === 1) return "odd";
  const labels: Record<string, string> = { job: decodeURIComponent(job) };
  for (let i = 0; i < parts.length; i += 2) labels[parts[i]!] = parts[i + 1]!;
  return labels;
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** PUT replaces the whole group, POST only the metrics with the same names. */
function push(process: ProcessView, request: HttpRequest, labels: Record<string, string>): HttpAnswer {
  const { nowMs } = process;
  let pushed: readonly MetricFamily[];
  try {
    pushed = readPage(request.body, "text/plain").families;
  } catch (error) {
    if (!(error instanceof MetricsSyntaxError)) throw error;
    return text(400, bytesOfText(`text format parsing error: ${textOfBytes(error.message)}\n`));
  }
  const families = pushed.map((family) => ({
    ...family,
    series: family.series.map((series) => ({
      ...series,
      labels: { ...series.labels, ...labels },
      points: [[nowMs, series.points[0]?.[1] ?? 0] as const],
    })),
  }));
  const groups = groupsOf(process);
  const known = groups.find((group) => isSame(group.labels, labels));
  const names = new Set(families.map(({ name }) => name));
  const kept = request.method === "POST" ? (known?.families ?? []).filter(({ name }) => !names.has(name)) : [];
  const group = { labels, families: [...kept, ...families], pushedAtMs: nowMs };
  const all = [...groups.filter((each) => each !== known), group];
  const size = all.flatMap(({ families: each }) => each).reduce((sum, { series }) => sum + series.length, 0);
  if (size > MAX_PUSHED_SERIES) return text(413, "too many series\n");
  keep(process, all);
  return text(200, "");
}

/** The families of all groups, each once. */
function families(process: ProcessView): MetricFamily[] {
  const groups = groupsOf(process);
  const merged = new Map<string, MetricFamily>();
  for (const family of groups.flatMap((group) => group.families)) {
    const known = merged.get(family.name);
    merged.set(family.name, known ? { ...known, series: [...known.series, ...family.series] } : family);
  }
  const pushTimes = groups.map(({ labels, pushedAtMs }) => ({
    labels,
    points: [[pushedAtMs, pushedAtMs / 1000] as const],
  }));
  const help = "Last Unix time when changing this group in the Pushgateway succeeded.";
  const facts = {
    startedMs: Number(process.state["startedMs"]),
    memoryBytes: MEMORY_BYTES,
    cpus: 0.001,
    goVersion: "go1.25.5",
  };
  const requests = counterFamily(process, REQUESTS);
  return [
    ...merged.values(),
    requests,
    gauge("push_time_seconds", help, ...pushTimes),
    ...goProcessFamilies(process, facts),
  ];
}
