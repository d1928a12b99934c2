/** Exporters: servers whose page of metrics is read from another server at each request. */
import { isJsonObject } from "../../lib/json.ts";
import type { ProcessView, Program } from "../../shell/program.ts";
import { goProcessFamilies } from "../base/metrics/go-process.ts";
import { constant, gauge, type MetricFamily, metricsAnswer } from "../base/metrics/page.ts";
import { splitPath, text } from "../servers/http.ts";
import { slogLine } from "../servers/log.ts";
import { flagOf, portOf, server } from "../servers/server.ts";
import { htmlPage } from "../servers/service.ts";

export interface Exporter {
  /** Flag of the address, and the port without it. */
  addressFlag: string;
  port: number;
  title: string;
  lines: (process: ProcessView, port: number) => readonly string[];
  families: (process: ProcessView, headers: Readonly<Record<string, string>>) => readonly MetricFamily[];
  memoryBytes?: number;
}

export function exporter({
  addressFlag,
  port: usual,
  title,
  lines,
  families,
  memoryBytes = 14_000_000,
}: Exporter): Program {
  const portOfProcess = ({ argv }: ProcessView) => portOf(flagOf(argv, addressFlag), usual);
  return server({
    ports: (process) => [portOfProcess(process)],
    startMs: 100,
    memoryBytes: () => memoryBytes,
    begin: (process) => {
      process.state["startedMs"] = process.nowMs;
    },
    ready: (process) => lines(process, portOfProcess(process)),
    http(process, request) {
      const { path } = splitPath(request.path);
      if (path === "/-/healthy" || path === "/health") return text(200, "ok");
      if (path !== (flagOf(process.argv, "web.telemetry-path") ?? "/metrics")) return htmlPage(title)(process, request);
      const startedMs = Number(process.state["startedMs"]);
      const own = goProcessFamilies(process, { startedMs, memoryBytes, cpus: 0.001, goVersion: "go1.25.5" });
      const all = [...own, ...families(process, request.headers)];
      return metricsAnswer({ families: all, changesWith: [] }, request.headers, process.nowMs);
    },
  });
}

/** The lines of an exporter that uses the toolkit of Prometheus. */
export function toolkitLines(name: string): Exporter["lines"] {
  return (process, port) => [
    slogLine(process.nowMs, "INFO", "main.go:200", `Starting ${name}`),
    slogLine(process.nowMs, "INFO", "tls_config.go:354", "Listening on", { address: `[::]:${port}` }),
    slogLine(process.nowMs, "INFO", "tls_config.go:357", "TLS is disabled.", {
      http2: "false",
      address: `[::]:${port}`,
    }),
  ];
}

/** `<name> 1` if the server behind the exporter answers, otherwise 0. */
export function reachable(name: string, help: string, isUp: boolean): MetricFamily {
  return gauge(name, help, constant(Number(isUp)));
}

/** A command to a Redis server; undefined if it does not answer. */
export function redisReply(process: ProcessView, address: string, args: readonly string[], password?: string): unknown {
  const [, host = "localhost", port = "6379"] = /^(?:redis:\/\/)?(?:[^@]*@)?([^:/]+)(?::(\d+))?/.exec(address) ?? [];
  const body = { args: [...args], ...(password !== undefined && { password }) };
  const question = { type: "message", host, port: Number(port), protocol: "redis", body, timeoutMs: 10_000 } as const;
  const answer = process.ask(question);
  return answer?.type === "message" && isJsonObject(answer.body) ? answer.body["reply"] : undefined;
}
