/**
 * The Prometheus server.
 * Source: github.com/prometheus/prometheus cmd/prometheus/main.go, web/web.go
 */
import { FileError } from "../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import { metricsAnswer } from "../base/metrics/page.ts";
import { type HttpAnswer, json, parameters, splitPath, text } from "../servers/http.ts";
import { printLines, slogLine } from "../servers/log.ts";
import { exitAfterAnswer, type HttpRequest, hasFlag, server, wakeAfterAnswer } from "../servers/server.ts";
import { sentAlerts } from "./alerting/send.ts";
import { ALERTS_TYPE, sentAlertsBody } from "./alerting/sent-alert.ts";
import { ApiProblem, PROBLEM_STATUS } from "./api/endpoint.ts";
import { ENDPOINTS } from "./api/registry.ts";
import { ConfigError } from "./config/reader.ts";
import { ownMetrics } from "./own-metrics.ts";
import { page } from "./pages.ts";
import { advanceRounds, writeEntries } from "./rounds.ts";
import { flagsOf, type LoadedTexts, loadTexts, storeTexts, VERSION } from "./settings.ts";

const START_MS = 800;

const base = server({
  ports: (process) => [flagsOf(process).port],
  startMs: START_MS,
  memoryBytes: () => 90_000_000,
  refuse: refusal,
  banner: (process) => {
    const line = (source: string, msg: string, more = {}) => slogLine(process.nowMs, "INFO", source, msg, more);
    return [
      line("main.go:768", "Starting Prometheus Server", {
        mode: "server",
        version: `(version=${VERSION}, branch=HEAD)`,
      }),
      line("web.go:660", "Start listening for connections", {
        component: "web",
        address: `0.0.0.0:${flagsOf(process).port}`,
      }),
      line("main.go:1313", "Starting TSDB ..."),
    ];
  },
  begin,
  ready: (process) => {
    const line = (msg: string, more = {}) => slogLine(process.nowMs, "INFO", "main.go:1343", msg, more);
    return [
      line("TSDB started"),
      line("Loading configuration file", { filename: flagsOf(process).configFile }),
      line("Completed loading of configuration file", { filename: flagsOf(process).configFile }),
      line("Server is ready to receive web requests."),
    ];
  },
  signals: { HUP: (process) => void reload(process) },
  stopping: (process, signal) => {
    writeEntries(process, [{ type: "end", atMs: process.nowMs }]);
    const line = (msg: string) => slogLine(process.nowMs, "INFO", "main.go:1024", msg);
    const shown = signal === "TERM" ? "terminated" : "interrupt";
    return [
      slogLine(process.nowMs, "WARN", "main.go:1009", "Received an OS signal, exiting gracefully...", {
        signal: shown,
      }),
      line("Stopping scrape discovery manager..."),
      line("Scrape manager stopped"),
      line("See you next time!"),
    ];
  },
  stop: { ms: 100 },
  inUse: (port) =>
    slogLine(0, "ERROR", "main.go:644", "Unable to start web listener", {
      err: `listen tcp 0.0.0.0:${port}: bind: address already in use`,
    }),
  http: (process, request) => answer(process, request),
});

export const prometheus: Program = {
  ...base,
  run(process): Step {
    const step = base.run(process);
    if (step.type !== "wait" || process.state["phase"] !== "up") return step;
    return { type: "wait", for: [...step.for, ...advanceRounds(process)] };
  },
};

function refusal(process: ProcessView): { lines: readonly string[]; status: number } | undefined {
  const { argv, nowMs, files } = process;
  if (hasFlag(argv, "version")) {
    return {
      lines: [`prometheus, version ${VERSION} (branch: HEAD, revision: d1b56d5fb1ad4b6cf8b14cd6a8b8ce4ab2f71d4d)`],
      status: 0,
    };
  }
  const { configFile, storage } = flagsOf(process);
  let texts: LoadedTexts;
  try {
    texts = loadTexts(process);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const message = `Error loading config (--config.file=${configFile})`;
    const line = slogLine(nowMs, "ERROR", "main.go:644", message, { file: configFile, err: error.message });
    return { lines: [line], status: 2 };
  }
  try {
    for (const folder of [storage, `${storage}/wal`]) if (!files.find(folder)) files.makeDirectory(folder);
    files.write(`${storage}/queries.active`, "");
    storeTexts(process, texts);
    return undefined;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const err = `open ${storage}/queries.active: ${error.message.toLowerCase()}`;
    const line = slogLine(nowMs, "ERROR", "query_logger.go:113", "Error opening query log file", {
      component: "activeQueryTracker",
      file: `${storage}/queries.active`,
      err,
    });
    return { lines: [line, "panic: Unable to create mmap-ed active query log"], status: 2 };
  }
}

function begin(process: ProcessView): void {
  const { state, nowMs } = process;
  state["startedMs"] = nowMs;
  state["loadedMs"] = nowMs;
  writeEntries(process, [{ type: "begin", atMs: nowMs }]);
}

/** Loads the configuration again; the error if it is not valid, and then the former one stays. */
function reload(process: ProcessView): string | undefined {
  const { state, nowMs } = process;
  const { configFile: filename } = flagsOf(process);
  printLines(process, 2, [slogLine(nowMs, "INFO", "main.go:1500", "Loading configuration file", { filename })]);
  try {
    storeTexts(process, loadTexts(process));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    state["reloadFailed"] = true;
    const err = `couldn't load configuration (--config.file=${JSON.stringify(filename)}): ${error.message}`;
    printLines(process, 2, [slogLine(nowMs, "ERROR", "main.go:1207", "Error reloading config", { err })]);
    return err;
  }
  delete state["reloadFailed"];
  state["loadedMs"] = nowMs;
  const line = slogLine(nowMs, "INFO", "main.go:1540", "Completed loading of configuration file", { filename });
  printLines(process, 2, [line]);
  return undefined;
}

function answer(process: ProcessView, request: HttpRequest): ServedAnswer {
  const { prefix, hasLifecycle } = flagsOf(process);
  const { path: whole, query } = splitPath(request.path);
  if (prefix !== "" && !whole.startsWith(prefix)) return text(404, "404 page not found\n");
  const path = whole.slice(prefix.length) || "/";
  const { method } = request;
  switch (path) {
    case "/-/healthy":
      return text(200, "Prometheus Server is Healthy.\n");
    case "/-/ready":
      return text(200, "Prometheus Server is Ready.\n");
    case "/metrics":
      return metricsAnswer(ownMetrics(process), request.headers, process.nowMs);
    case "/-/reload":
    case "/-/quit": {
      if (!hasLifecycle) return text(403, "Lifecycle API is not enabled.");
      if (method !== "POST" && method !== "PUT") return text(405, `Only POST or PUT requests allowed`);
      return path === "/-/reload" ? reloaded(process) : quit(process);
    }
  }
  if (path === "/api/v1/alerts" && request.headers["accept"] === ALERTS_TYPE) {
    return text(200, bytesOfText(sentAlertsBody(sentAlerts(process))), { contentType: ALERTS_TYPE });
  }
  if (path.startsWith("/api/v1/")) return apiAnswer(process, request, path.slice("/api/v1".length), query);
  return page(process, path, query, prefix);
}

function reloaded(process: ProcessView): HttpAnswer {
  const problem = reload(process);
  // Its targets may be others now: a round of scrapes follows.
  wakeAfterAnswer(process);
  return problem === undefined ? text(200, "") : text(500, bytesOfText(`failed to reload config: ${problem}\n`));
}

function quit(process: ProcessView): HttpAnswer {
  writeEntries(process, [{ type: "end", atMs: process.nowMs }]);
  exitAfterAnswer(process, 0);
  return text(200, "Requesting termination... Goodbye!");
}

function apiAnswer(
  process: ProcessView,
  { method, headers, body }: HttpRequest,
  path: string,
  query: string,
): ServedAnswer {
  const found = ENDPOINTS.map((endpoint) => ({ endpoint, groups: endpoint.path.exec(path) })).find(
    ({ groups }) => groups,
  );
  if (!found?.groups) return text(404, "404 page not found\n");
  const { endpoint, groups } = found;
  if (!endpoint.methods.includes(method === "HEAD" ? "GET" : method)) return text(405, "Method Not Allowed\n");
  const isForm = method === "POST" && /^application\/x-www-form-urlencoded/.test(headers["content-type"] ?? "");
  const given = parameters(isForm ? `${query}&${body}` : query);
  const decoded = new Map([...given].map(([name, values]) => [textOfBytes(name), values.map(textOfBytes)]));
  try {
    const data = endpoint.answer({ process, parameters: decoded, groups: groups.slice(1) });
    return json(200, { status: "success", data });
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    return json(PROBLEM_STATUS[error.type], { status: "error", errorType: error.type, error: error.message });
  }
}
