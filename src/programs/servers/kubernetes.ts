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
  /** Printed for `--version`. */
  version: string;
  /** Answers of further paths. */
  paths?: Readonly<Record<string, string>>;
  memoryBytes: number;
}): Program {
  return server({
    ports: (process) => [options.port(process), ...(options.metricsPort ? [options.metricsPort] : [])],
    refuse: ({ argv }) => (argv.includes("--version") ? { lines: [options.version], status: 0, fd: 1 } : undefined),
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

const ETCD_MEMORY_BYTES = 40_000_000;

const ETCD_VERSION = ["etcd Version: 3.6.6", "Git SHA: d2809cf00", "Go Version: go1.24.10", "Go OS/Arch: linux/amd64"];

/** The ports of the URLs of a flag, or the standard port. */
function portsOf({ argv }: ProcessView, flag: string, standard?: number): number[] {
  const urls = flagOf(argv, flag)?.split(",") ?? [];
  if (urls.length === 0) return standard === undefined ? [] : [standard];
  return urls.map((url) => portOf(url, standard ?? 0));
}

/** etcd: its keys, health, metrics and version. */
export const etcd = server({
  ports: (process) => {
    const clients = portsOf(process, "listen-client-urls", 2379);
    const [peers, metrics] = [portsOf(process, "listen-peer-urls", 2380), portsOf(process, "listen-metrics-urls")];
    return [...new Set([...clients, ...peers, ...metrics])];
  },
  refuse: ({ argv }) => (argv.includes("--version") ? { lines: ETCD_VERSION, status: 0, fd: 1 } : undefined),
  startMs: 500,
  memoryBytes: () => ETCD_MEMORY_BYTES,
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
  begin: (process) => {
    noteStart(process);
    openEtcd(process);
  },
  message: etcdAnswer,
  http: (process, request) => {
    const { path } = splitPath(request.path);
    if (path === "/livez" || path === "/readyz") return text(200, "ok\n");
    if (path === "/metrics") return ownMetrics(process, request.headers, ETCD_MEMORY_BYTES);
    if (path === "/health") return json(200, { health: "true", reason: "" });
    if (/^\/(livez|readyz)(\/|$)/.test(path)) return text(200, "ok\n");
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
