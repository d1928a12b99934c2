/** Kubernetes' own components and examples as far as they show in a pod: their start, health and log. */
import type { ProcessView, Program } from "../../shell/program.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import { goProcessFamilies } from "../base/metrics/go-process.ts";
import { metricsAnswer } from "../base/metrics/page.ts";
import { etcdAnswer, openEtcd } from "./etcd.ts";
import { json, splitPath, text } from "./http.ts";
import { isoTime, klog, printLines } from "./log.ts";
import { flagOf, portOf, server } from "./server.ts";

/** The pause container: it waits, and reaps orphans. */
export const pauseContainer = server({
  ports: () => [],
  refuse: ({ argv }) => (argv.includes("-v") ? { lines: ["pause.c"], status: 0 } : undefined),
  stopping: () => ["Shutting down, got signal: Terminated"],
  ignores: ["QUIT"],
});

function noteStart(process: ProcessView): void {
  process.state["startedMs"] = process.nowMs;
}

/** The page of metrics that every program in Go has. */
function ownMetrics(
  process: ProcessView,
  headers: Readonly<Record<string, string>>,
  memoryBytes: number,
): ServedAnswer {
  const startedMs = Number(process.state["startedMs"] ?? process.nowMs);
  const own = goProcessFamilies(process, { startedMs, memoryBytes, cpus: 0.001, goVersion: "go1.25.2" });
  return metricsAnswer({ families: own, changesWith: [] }, headers, process.nowMs);
}

/** A component with health paths, and metrics on the same port. */
export function component(options: {
  port: (process: ProcessView) => number;
  source: string;
  lines: readonly string[];
  metricsPort?: number;
  /** Answers of further paths. */
  paths?: Readonly<Record<string, string>>;
  memoryBytes: number;
}): Program {
  return server({
    ports: (process) => [options.port(process), ...(options.metricsPort ? [options.metricsPort] : [])],
    ready: (process) => options.lines.map((line) => klog(process, options.source, line)),
    startMs: 300,
    memoryBytes: () => options.memoryBytes,
    begin: noteStart,
    http: (process, request) => {
      const { path } = splitPath(request.path);
      if (/^\/(healthz|livez|readyz)/.test(path)) return text(200, "ok");
      if (path === "/metrics") return ownMetrics(process, request.headers, options.memoryBytes);
      return text(options.paths?.[path] === undefined ? 404 : 200, options.paths?.[path] ?? "404 page not found\n");
    },
  });
}

/** etcd: its keys, health and version. */
export const etcd = server({
  ports: ({ argv }) => [
    portOf(flagOf(argv, "listen-client-urls")?.split(",")[0], 2379),
    portOf(flagOf(argv, "listen-peer-urls"), 2380),
  ],
  startMs: 500,
  memoryBytes: () => 40_000_000,
  ready: (process) => {
    const line = (msg: string, more: Record<string, string> = {}) =>
      JSON.stringify({ level: "info", ts: isoTime(process.nowMs), caller: "embed/serve.go:210", msg, ...more });
    return [
      line("starting etcd server", { "local-member-id": "8e9e05c52164694d" }),
      line("8e9e05c52164694d became leader at term 2"),
      line("ready to serve client requests"),
      line("serving client traffic insecurely; this is strongly discouraged!", {
        traffic: "grpc+http",
        address: "127.0.0.1:2379",
      }),
    ];
  },
  begin: openEtcd,
  message: etcdAnswer,
  http: (_process, request) => {
    const { path } = splitPath(request.path);
    if (path === "/health") return json(200, { health: "true", reason: "" });
    if (path === "/version") return json(200, { etcdserver: "3.6.6", etcdcluster: "3.6.0", storage: "3.6.0" });
    return text(404, "404 page not found\n");
  },
});

/** A program of root that is set-user-ID: it runs as root, unless the process may gain no rights. */
export const nonewprivs: Program = {
  run(process) {
    const { uid, hasNoNewPrivileges } = process.credentials;
    printLines(process, 1, [`Effective uid: ${hasNoNewPrivileges ? uid : 0}`]);
    return { type: "exit", status: 0 };
  },
};
