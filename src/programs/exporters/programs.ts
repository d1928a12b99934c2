/**
 * Exporters of nodes, nginx, Redis and PostgreSQL.
 * Source: github.com/prometheus/node_exporter collector, github.com/nginx/nginx-prometheus-exporter collector/nginx.go,
 * github.com/oliver006/redis_exporter exporter, github.com/prometheus-community/postgres_exporter
 */
import { textOfBytes } from "../../lib/bytes.ts";
import type { ProcessView } from "../../shell/program.ts";
import { constant, counter, gauge, type MetricFamily, readPage, wantsPoints } from "../base/metrics/page.ts";
import { contentOf, flagOf } from "../servers/server.ts";
import { exporter, reachable, redisReply, toolkitLines } from "./exporter.ts";

/** The shares of a node's CPU that its own system takes, as its kubelet reports them. */
const NODE_CPU = { user: 0.035, system: 0.027 };

export const nodeExporter = exporter({
  addressFlag: "web.listen-address",
  port: 9100,
  title: "Node Exporter",
  lines: toolkitLines("node_exporter"),
  families: nodeFamilies,
});

function nodeFamilies(process: ProcessView): MetricFamily[] {
  const { host } = process;
  const { bootedAtMs: since, cpus, memoryBytes } = host;
  const root = process.files.mountOf("/");
  const labels = { device: "/dev/vda1", fstype: "ext4", mountpoint: "/" };
  const memory = (name: string, share: number) =>
    gauge(
      `node_memory_${name}_bytes`,
      `Memory information field ${name}_bytes.`,
      constant(Math.round(memoryBytes * share), {}, since),
    );
  const cpuSeries = Array.from({ length: cpus }, (_, cpu) =>
    Object.entries({
      idle: 1 - (NODE_CPU.user + NODE_CPU.system) / cpus,
      user: NODE_CPU.user / cpus,
      system: NODE_CPU.system / cpus,
    }).map(([mode, perSecond]) => ({ labels: { cpu: String(cpu), mode }, points: [[since, 0, perSecond] as const] })),
  ).flat();
  const uname = {
    domainname: "(none)",
    machine: host.architecture,
    nodename: host.nodeName,
    release: host.kernelRelease,
    sysname: "Linux",
  };
  return [
    gauge("node_boot_time_seconds", "Node boot time, in unixtime.", constant(Math.floor(since / 1000), {}, since)),
    counter("node_cpu_seconds_total", "Seconds the CPUs spent in each mode.", ...cpuSeries),
    gauge(
      "node_filesystem_avail_bytes",
      "Filesystem space available to non-root users in bytes.",
      constant(root.sizeBytes - root.usedBytes, labels),
    ),
    gauge("node_filesystem_size_bytes", "Filesystem size in bytes.", constant(root.sizeBytes, labels, since)),
    ...["1", "5", "15"].map((minutes) =>
      gauge(`node_load${minutes}`, `${minutes}m load average.`, constant(0.06, {}, since)),
    ),
    memory("MemTotal", 1),
    memory("MemFree", 0.6),
    memory("MemAvailable", 0.8),
    gauge("node_time_seconds", "System time in seconds since epoch (1970).", { points: [[since, since / 1000, 1]] }),
    gauge(
      "node_uname_info",
      "Labeled system information as provided by the uname system call.",
      constant(1, uname, since),
    ),
  ];
}

export const nginxExporter = exporter({
  addressFlag: "web.listen-address",
  port: 9113,
  title: "NGINX Prometheus Exporter",
  lines: toolkitLines("nginx-prometheus-exporter"),
  families(process, headers) {
    const uri =
      flagOf(process.argv, "nginx.scrape-uri") ?? process.env["SCRAPE_URI"] ?? "http://127.0.0.1:8080/stub_status";
    const [, host = "", port = "80", path = "/"] = /^https?:\/\/([^:/]+)(?::(\d+))?(\/.*)?$/.exec(uri) ?? [];
    const accept = wantsPoints(headers) ? headers["accept"]! : "*/*";
    const sent = { host: `${host}:${port}`, accept, "user-agent": "NGINX-Prometheus-Exporter/v1.5.1" };
    const question = {
      type: "http",
      scheme: "http",
      host,
      port: Number(port),
      method: "GET",
      path,
      headers: sent,
      body: "",
    } as const;
    const answer = process.ask(question);
    const isUp = answer?.type === "http" && answer.status === 200;
    const up = reachable("nginx_up", "Status of the last metric scrape", isUp);
    if (!isUp) return [up];
    const connections = gauge("nginx_connections_active", "Active client connections", constant(1));
    const type = answer.headers["content-type"] ?? "";
    if (!type.startsWith("text/plain")) return [up, connections, ...readPage(textOfBytes(answer.body), type).families];
    const requests = Number(/^ \d+ \d+ (\d+)/m.exec(answer.body)?.[1] ?? 0);
    return [up, connections, counter("nginx_http_requests_total", "Total http requests", constant(requests))];
  },
});

export const redisExporter = exporter({
  addressFlag: "web.listen-address",
  port: 9121,
  title: "Redis Exporter",
  lines: toolkitLines("redis_exporter"),
  families(process) {
    const { argv, env } = process;
    const address = flagOf(argv, "redis.addr") ?? env["REDIS_ADDR"] ?? "redis://localhost:6379";
    const reply = redisReply(process, address, ["INFO"], flagOf(argv, "redis.password") ?? env["REDIS_PASSWORD"]);
    const up = reachable("redis_up", "Information about the Redis instance", typeof reply === "string");
    if (typeof reply !== "string") return [up];
    const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(reply)?.[1] ?? "";
    const figure = (metric: string, name: string) => gauge(metric, `${metric} metric`, constant(Number(field(name))));
    const databases = [...reply.matchAll(/^(db\d+):keys=(\d+),expires=(\d+)/gm)];
    const instance = { redis_version: field("redis_version"), redis_mode: field("redis_mode"), role: field("role") };
    return [
      up,
      gauge("redis_instance_info", "Information about the Redis instance", constant(1, instance)),
      figure("redis_connected_clients", "connected_clients"),
      figure("redis_memory_used_bytes", "used_memory"),
      figure("redis_memory_max_bytes", "maxmemory"),
      gauge(
        "redis_db_keys",
        "Total number of keys by DB",
        ...databases.map(([, db, keys]) => constant(Number(keys), { db: db! })),
      ),
      gauge(
        "redis_db_keys_expiring",
        "Total number of expiring keys by DB",
        ...databases.map(([, db, , expiring]) => constant(Number(expiring), { db: db! })),
      ),
    ];
  },
});

export const postgresExporter = exporter({
  addressFlag: "web.listen-address",
  port: 9187,
  title: "Postgres Exporter",
  lines: toolkitLines("postgres_exporter"),
  families(process) {
    const { env } = process;
    const file = contentOf(process, env["DATA_SOURCE_URI_FILE"])?.trim();
    const source = env["DATA_SOURCE_NAME"] ?? env["DATA_SOURCE_URI"] ?? file ?? "";
    const [, host = "localhost", port = "5432"] =
      /^(?:postgres(?:ql)?:\/\/)?(?:[^@/]*@)?([^:/?]+)(?::(\d+))?/.exec(source) ?? [];
    const answer = process.ask({ type: "connect", protocol: "tcp", host, port: Number(port), timeoutMs: 10_000 });
    const isUp = answer?.type === "connected";
    const server = { server: `${host}:${port}` };
    const up = reachable(
      "pg_up",
      "Whether the last scrape of metrics from PostgreSQL was able to connect to the server (1 for yes, 0 for no).",
      isUp,
    );
    if (!isUp) return [up];
    return [up, gauge("pg_settings_max_connections", "Server Parameter: max_connections", constant(100, server))];
  },
});
