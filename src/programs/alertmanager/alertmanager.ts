/**
 * The Alertmanager server. It shows alerts, groups and silences; it notifies no receiver.
 * Source: github.com/prometheus/alertmanager cmd/alertmanager/main.go, ui/web.go
 */
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { ProcessView } from "../../shell/program.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import { goProcessFamilies } from "../base/metrics/go-process.ts";
import { constant, gauge, type MetricFamily, metricsAnswer } from "../base/metrics/page.ts";
import { ConfigError } from "../prometheus/config/reader.ts";
import { splitPath, text } from "../servers/http.ts";
import { printLines, slogLine } from "../servers/log.ts";
import { contentOf, flagOf, type HttpRequest, hasFlag, portOf, server } from "../servers/server.ts";
import { currentAlerts } from "./alerts.ts";
import { type ApiCall, apiAnswer, VERSION } from "./api.ts";
import { readAlertmanagerConfig } from "./config.ts";

const MEMORY_BYTES = 25_000_000;
const START_MS = 400;

const configFile = ({ argv }: ProcessView) => flagOf(argv, "config.file") ?? "alertmanager.yml";

export const alertmanager = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "web.listen-address"), 9093)],
  startMs: START_MS,
  memoryBytes: () => MEMORY_BYTES,
  refuse: refusal,
  begin: (process) => {
    process.state["startedMs"] = process.nowMs;
    process.state["config"] = textOfBytes(contentOf(process, configFile(process)) ?? "");
  },
  ready: (process) => [
    slogLine(process.nowMs, "INFO", "main.go:182", "Starting Alertmanager", {
      version: `(version=${VERSION}, branch=HEAD)`,
    }),
    ...loadingLines(process),
    slogLine(process.nowMs, "INFO", "tls_config.go:354", "Listening on", {
      address: `[::]:${portOf(flagOf(process.argv, "web.listen-address"), 9093)}`,
    }),
  ],
  signals: { HUP: (process) => void reload(process) },
  stopping: (process) => [
    slogLine(process.nowMs, "INFO", "main.go:618", "Received SIGTERM, exiting gracefully...", {}),
  ],
  stop: { ms: 50 },
  http: answer,
});

function loadingLines(process: ProcessView): string[] {
  const file = { component: "configuration", file: configFile(process) };
  const line = (message: string) => slogLine(process.nowMs, "INFO", "coordinator.go:112", message, file);
  return [line("Loading configuration file"), line("Completed loading of configuration file")];
}

function refusal(process: ProcessView): { lines: readonly string[]; status: number } | undefined {
  if (hasFlag(process.argv, "version")) {
    return { lines: [`alertmanager, version ${VERSION} (branch: HEAD, revision: c3b5f8e0d6)`], status: 0 };
  }
  const err = problemOf(process);
  if (err === undefined) return undefined;
  const file = { component: "configuration", file: configFile(process), err };
  return {
    lines: [slogLine(process.nowMs, "ERROR", "coordinator.go:117", "Loading configuration file failed", file)],
    status: 1,
  };
}

/** The error of the configuration file; undefined if it is valid. */
function problemOf(process: ProcessView): string | undefined {
  const content = contentOf(process, configFile(process));
  if (content === undefined) return `open ${configFile(process)}: no such file or directory`;
  try {
    readAlertmanagerConfig(textOfBytes(content));
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** Loads the configuration again; the error if it is not valid, and then the former one stays. */
function reload(process: ProcessView): string | undefined {
  const problem = problemOf(process);
  const file = { component: "configuration", file: configFile(process) };
  if (problem === undefined) {
    process.state["config"] = textOfBytes(contentOf(process, configFile(process)) ?? "");
    printLines(process, 2, loadingLines(process));
    return undefined;
  }
  const more = { ...file, err: problem };
  printLines(process, 2, [
    slogLine(process.nowMs, "ERROR", "coordinator.go:117", "Loading configuration file failed", more),
  ]);
  return problem;
}

function answer(process: ProcessView, request: HttpRequest): ServedAnswer {
  const { path: whole, query } = splitPath(request.path);
  const prefix = (flagOf(process.argv, "web.route-prefix") ?? "").replace(/\/+$/, "");
  if (!whole.startsWith(prefix)) return text(404, "404 page not found\n");
  const path = whole.slice(prefix.length) || "/";
  switch (path) {
    case "/-/healthy":
    case "/-/ready":
      return text(200, "OK");
    case "/metrics":
      return metricsAnswer({ families: families(process), changesWith: [] }, request.headers, process.nowMs);
    case "/-/reload": {
      if (request.method !== "POST") return text(405, "Method Not Allowed\n");
      const problem = reload(process);
      return problem === undefined ? text(200, "") : text(500, bytesOfText(`failed to reload config: ${problem}\n`));
    }
  }
  const original = String(process.state["config"]);
  const call = { process, config: readAlertmanagerConfig(original), original, request, query };
  if (path.startsWith("/api/v2/")) return apiAnswer(call, path.slice("/api/v2".length));
  return path === "/" ? page(call) : text(404, "404 page not found\n");
}

function families(process: ProcessView): MetricFamily[] {
  const startedMs = Number(process.state["startedMs"]);
  const labels = { branch: "HEAD", goversion: "go1.25.5", revision: "c3b5f8e0d6", version: VERSION };
  return [
    gauge("alertmanager_build_info", "A metric with a constant '1' value labeled by version.", constant(1, labels)),
    gauge(
      "alertmanager_config_last_reload_successful",
      "Whether the last configuration reload attempt was successful.",
      constant(1),
    ),
    gauge("alertmanager_cluster_members", "Number indicating current number of members in cluster.", constant(1)),
    ...goProcessFamilies(process, { startedMs, memoryBytes: MEMORY_BYTES, cpus: 0.002, goVersion: "go1.25.5" }),
  ];
}

const escaped = (value: string) =>
  value.replace(/[&<>"]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char]!);

/** A plain page with the alerts. */
function page({ process, config }: ApiCall): ServedAnswer {
  const rows = currentAlerts(process, config).map(({ labels, silencedBy, inhibitedBy }) => {
    const state = silencedBy.length + inhibitedBy.length > 0 ? " (suppressed)" : "";
    const shown = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    return `<li>${escaped(shown.join(" "))}${state}</li>`;
  });
  const list = rows.length === 0 ? "<p>No alert groups found</p>" : `<ul>${rows.join("\n")}</ul>`;
  const head = '<head><meta charset="utf-8"><title>Alertmanager</title></head>';
  const html = `<!DOCTYPE html>\n<html lang="en">${head}<body><h1>Alertmanager</h1>${list}</body></html>\n`;
  return text(200, bytesOfText(html), { contentType: "text/html; charset=utf-8" });
}
