/**
 * prometheus-example-app: one page and its metrics.
 * Source: github.com/brancz/prometheus-example-app main.go
 */
import type { ProcessView } from "../../shell/program.ts";
import { count, counterFamily, histogramFamily, isCounted, observe } from "../base/metrics/counters.ts";
import { constant, gauge, metricsAnswer } from "../base/metrics/page.ts";
import { splitPath, text } from "./http.ts";
import { flagOf, type HttpRequest, portOf, server } from "./server.ts";

const REQUESTS = { name: "http_requests_total", help: "Count of all HTTP requests" };
const DURATIONS = { name: "http_request_duration_seconds", help: "Duration of all HTTP requests" };

const VERSION_HELP = "Version information about this binary";

export const exampleApp = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "bind"), 8080)],
  startMs: 50,
  memoryBytes: () => 8_000_000,
  begin: (process) => {
    process.state["startedMs"] = process.nowMs;
  },
  http(process, request) {
    const { path } = splitPath(request.path);
    if (path === "/metrics") {
      const since = Number(process.state["startedMs"]);
      const families = [
        gauge("version", VERSION_HELP, constant(0, { version: process.env["APP_VERSION"] ?? "v0.5.0" }, since)),
        counterFamily(process, REQUESTS),
        histogramFamily(process, DURATIONS),
      ].filter(({ series }) => series.length > 0);
      return metricsAnswer({ families, changesWith: [] }, request.headers, process.nowMs);
    }
    if (path === "/err") return counted(process, request, 404, "");
    if (path === "/internal-err") return counted(process, request, 500, "");
    const answer = counted(process, request, 200, "Hello from example application.");
    if (!isCounted(request.headers)) return answer;
    const labels = { code: "200", handler: "found", method: request.method.toLowerCase() };
    observe(process, DURATIONS, labels, answer.afterMs / 1000);
    return answer;
  },
});

function counted(process: ProcessView, { method, headers }: HttpRequest, status: number, body: string) {
  if (isCounted(headers)) count(process, REQUESTS, { code: String(status), method: method.toLowerCase() });
  return text(status, body);
}
