/** stefanprodan/podinfo: its API as far as exercises call it. */
import type { ProcessView } from "../../shell/program.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import { count, counterFamily, histogramFamily, isCounted, observe } from "../base/metrics/counters.ts";
import { goProcessFamilies } from "../base/metrics/go-process.ts";
import { type MetricPage, metricsAnswer } from "../base/metrics/page.ts";
import { json, splitPath, text } from "./http.ts";
import { isoTime } from "./log.ts";
import { exitAfterAnswer, flagOf, type HttpRequest, portOf, server } from "./server.ts";

function portsOf({ argv, env }: ProcessView): number[] {
  return [portOf(flagOf(argv, "port") ?? env["PODINFO_PORT"], 9898), 9999];
}

function facts({ env, host, argv }: ProcessView) {
  return {
    hostname: host.hostname,
    version: env["PODINFO_VERSION"] ?? "6.9.2",
    revision: "e86405a8674ecab990d0a389824c7ebbd82973b5",
    color: flagOf(argv, "ui-color") ?? env["PODINFO_UI_COLOR"] ?? "#34577c",
    logo: "https://raw.githubusercontent.com/stefanprodan/podinfo/gh-pages/cuddle_clap.gif",
    message:
      flagOf(argv, "ui-message") ??
      env["PODINFO_UI_MESSAGE"] ??
      `greetings from podinfo v${env["PODINFO_VERSION"] ?? "6.9.2"}`,
    goos: "linux",
    goarch: "amd64",
    runtime: "go1.25.1",
    num_goroutine: "8",
    num_cpu: String(host.cpus),
  };
}

export const podinfo = server({
  ports: portsOf,
  logFd: 1,
  ready: (process) => {
    const { version, revision } = facts(process);
    const line = (caller: string, msg: string, more: Record<string, string> = {}) =>
      JSON.stringify({ level: "info", ts: isoTime(process.nowMs), caller, msg, ...more });
    const port = String(portsOf(process)[0]);
    return [
      line("podinfo/main.go:153", "Starting podinfo", { version, revision, port }),
      line("http/server.go:224", "Starting HTTP Server.", { addr: `:${port}` }),
    ];
  },
  stopping: (process) => [
    JSON.stringify({
      level: "info",
      ts: isoTime(process.nowMs),
      caller: "signals/shutdown.go:53",
      msg: "Shutting down HTTP server",
      timeout: "3s",
    }),
  ],
  stop: { ms: 3000 },
  begin: (process) => {
    process.state["startedMs"] = process.nowMs;
  },
  http: (process, request) => {
    const { path } = splitPath(request.path);
    if (path === "/metrics") return metricsAnswer(metricsOf(process), request.headers, process.nowMs);
    const answer = respond(process, request, path);
    if (answer.type !== "http" || !isCounted(request.headers)) return answer;
    countRequest(process, request.method, path, answer.status, answer.afterMs);
    return answer;
  },
});

const REQUESTS = { name: "http_requests_total", help: "The total number of HTTP requests." };
const DURATIONS = { name: "http_request_duration_seconds", help: "Seconds spent serving HTTP requests." };

/** Paths are counted by their route: `/status/404` is `status`. */
function countRequest(process: ProcessView, method: string, path: string, status: number, afterMs: number): void {
  const route = /^\/([^/]*)/.exec(path)?.[1] || "root";
  count(process, REQUESTS, { status: String(status) });
  observe(process, DURATIONS, { method, path: route, status: String(status) }, afterMs / 1000);
}

function metricsOf(process: ProcessView): MetricPage {
  const startedMs = Number(process.state["startedMs"]);
  return {
    families: [
      ...goProcessFamilies(process, { startedMs, memoryBytes: 22_000_000, cpus: 0.001, goVersion: "go1.25.1" }),
      counterFamily(process, REQUESTS),
      histogramFamily(process, DURATIONS),
    ],
    changesWith: [],
  };
}

function respond(process: ProcessView, request: HttpRequest, path: string): ServedAnswer {
  const [, head = "", rest = ""] = /^\/([^/]*)\/?(.*)$/.exec(path) ?? [];
  switch (head) {
    case "":
      return json(200, facts(process));
    case "healthz":
    case "readyz": {
      if (rest === "enable" || rest === "disable") {
        process.state["isDisabled"] = rest === "disable";
        return text(202, "", { contentType: "text/plain" });
      }
      const isUp = head === "healthz" || process.state["isDisabled"] !== true;
      return isUp ? json(200, { status: "OK" }) : text(503, "");
    }
    case "version":
      return json(200, { commit: facts(process).revision, version: facts(process).version });
    case "env":
      return json(
        200,
        Object.entries(process.env).map(([name, value]) => `${name}=${value}`),
      );
    case "headers":
      return json(200, { ...request.headers });
    case "status":
      return json(Number(rest) || 400, { status: Number(rest) || 400 });
    case "delay":
      return { ...json(200, { delay: Number(rest) || 0 }), afterMs: (Number(rest) || 0) * 1000 };
    case "echo":
      return text(202, request.body);
    case "panic":
      exitAfterAnswer(process, 255);
      return { type: "failed", why: "reset", afterMs: 0 };
    default:
      return text(404, "404 page not found\n");
  }
}
