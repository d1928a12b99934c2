/**
 * blackbox_exporter: probes of other servers over HTTP, TCP, ICMP and DNS.
 * Source: github.com/prometheus/blackbox_exporter prober/handler.go, prober/http.go, prober/tcp.go
 */
import { parse } from "yaml";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import type { Answer, Question, ServedAnswer } from "../../shell/question.ts";
import { goProcessFamilies } from "../base/metrics/go-process.ts";
import { metricsAnswer } from "../base/metrics/page.ts";
import { objectIn } from "../kubectl/core/parts.ts";
import { parameters, splitPath, text } from "./http.ts";
import { slogLine } from "./log.ts";
import { contentOf, flagOf, type HttpRequest, portOf, server } from "./server.ts";

const MEMORY_BYTES = 18_000_000;
const DEFAULT_TIMEOUT_MS = 9_500;

/** The modules of the image's own configuration. */
const OWN_MODULES: JsonObject = {
  http_2xx: { prober: "http" },
  http_post_2xx: { prober: "http", http: { method: "POST" } },
  tcp_connect: { prober: "tcp" },
  icmp: { prober: "icmp" },
};

/** The outcome of a probe: whether it succeeded, how long it took, and what it found. */
interface Probe {
  isSuccess: boolean;
  afterMs: number;
  metrics: readonly (readonly [name: string, help: string, value: number])[];
}

export const blackboxExporter = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "web.listen-address"), 9115)],
  startMs: 200,
  memoryBytes: () => MEMORY_BYTES,
  refuse: (process) => {
    const problem = modulesOf(process);
    if (typeof problem !== "string") return undefined;
    return {
      lines: [slogLine(process.nowMs, "ERROR", "main.go:140", "Error loading config", { err: problem })],
      status: 1,
    };
  },
  begin: (process) => {
    process.state["startedMs"] = process.nowMs;
  },
  ready: (process) => [
    slogLine(process.nowMs, "INFO", "main.go:88", "Starting blackbox_exporter", {
      version: "(version=0.28.0, branch=HEAD)",
    }),
    slogLine(process.nowMs, "INFO", "main.go:144", "Loaded config file"),
    slogLine(process.nowMs, "INFO", "tls_config.go:354", "Listening on", { address: "[::]:9115" }),
  ],
  http: answer,
});

/** The modules by name, or the problem of the configuration file. */
function modulesOf(process: ProcessView): JsonObject | string {
  const path = flagOf(process.argv, "config.file");
  const content = contentOf(process, path);
  if (path !== undefined && content === undefined) {
    return `error reading config file: open ${path}: no such file or directory`;
  }
  if (content === undefined) return OWN_MODULES;
  try {
    const document = parse(textOfBytes(content)) as JsonValue;
    return isJsonObject(document) ? objectIn(document["modules"]) : {};
  } catch (error) {
    return `error parsing config file: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function answer(process: ProcessView, request: HttpRequest): ServedAnswer {
  const { path, query } = splitPath(request.path);
  switch (path) {
    case "/-/healthy":
      return text(200, "Healthy");
    case "/metrics": {
      const facts = {
        startedMs: Number(process.state["startedMs"]),
        memoryBytes: MEMORY_BYTES,
        cpus: 0.001,
        goVersion: "go1.25.5",
      };
      const page = { families: goProcessFamilies(process, facts), changesWith: [] };
      return metricsAnswer(page, request.headers, process.nowMs);
    }
    case "/probe":
      return probe(process, parameters(query));
    case "/":
      return text(
        200,
        "<html><head><title>Blackbox Exporter</title></head><body><h1>Blackbox Exporter</h1></body></html>\n",
        {
          contentType: "text/html; charset=UTF-8",
        },
      );
    default:
      return text(404, "404 page not found\n");
  }
}

function probe(process: ProcessView, given: ReadonlyMap<string, readonly string[]>): ServedAnswer {
  const [name = "http_2xx", target] = [given.get("module")?.[0], given.get("target")?.[0]];
  const modules = modulesOf(process);
  const module = typeof modules === "string" ? undefined : modules[name];
  if (!isJsonObject(module)) return text(400, bytesOfText(`Unknown module ${JSON.stringify(name)}\n`));
  if (!target) return text(400, "Target parameter is missing\n");
  const prober = PROBERS[String(module["prober"])];
  if (!prober) return text(400, bytesOfText(`Unknown prober ${JSON.stringify(module["prober"] ?? "")}\n`));
  const { isSuccess, afterMs, metrics } = prober(process, target, module);
  const all = [
    ...metrics,
    ["probe_duration_seconds", "Returns how long the probe took to complete in seconds", afterMs / 1000],
    ["probe_success", "Displays whether or not the probe was a success", isSuccess ? 1 : 0],
  ] as const;
  const lines = all.flatMap(([metric, help, value]) => [
    `# HELP ${metric} ${help}`,
    `# TYPE ${metric} gauge`,
    `${metric} ${value}`,
  ]);
  return text(200, `${lines.join("\n")}\n`, { contentType: "text/plain; version=0.0.4; charset=utf-8", afterMs });
}

type Prober = (process: ProcessView, target: string, module: JsonObject) => Probe;

const PROBERS: Readonly<Record<string, Prober>> = {
  http: probeHttp,
  tcp: (process, target) => {
    const [, host = target, port = ""] = /^(.*):(\d+)$/.exec(target) ?? [];
    if (port === "") return { isSuccess: false, afterMs: 0, metrics: [] };
    return connected(process, { type: "connect", protocol: "tcp", host, port: Number(port) });
  },
  icmp: (process, host) => connected(process, { type: "connect", protocol: "icmp", host, port: 0 }),
  dns: (process, target, module) => {
    const { query_name: name = "", query_type: record = "A" } = objectIn(module["dns"]);
    const [serverName = target] = target.split(":");
    const question = {
      type: "resolve",
      name: `${String(name)}.`,
      record: String(record) as "A",
      server: serverName,
    } as const;
    const reply = process.ask(question);
    return { isSuccess: reply?.type === "addresses", afterMs: reply?.afterMs ?? 0, metrics: [] };
  },
};

function connected(process: ProcessView, question: Question): Probe {
  const reply = process.ask(question);
  return { isSuccess: reply?.type === "connected", afterMs: reply?.afterMs ?? 0, metrics: [] };
}

const MAX_REDIRECTS = 10;

function probeHttp(process: ProcessView, target: string, module: JsonObject): Probe {
  const settings = objectIn(module["http"]);
  const { method = "GET", headers = {}, body = "", follow_redirects: follows = true } = settings;
  let url = /^https?:\/\//.test(target) ? target : `http://${target}`;
  let [redirects, afterMs] = [0, 0];
  let reply: Answer | undefined;
  for (;;) {
    const [, scheme = "http", host = "", port, path = "/"] =
      /^(https?):\/\/([^:/?#]+)(?::(\d+))?(\/[^#]*)?/.exec(url) ?? [];
    const isSecure = scheme === "https";
    const given = Object.entries(objectIn(headers)).map(([name, value]) => [name.toLowerCase(), String(value)]);
    reply = process.ask({
      ...{ type: "http", scheme: isSecure ? "https" : "http", host, port: Number(port ?? (isSecure ? 443 : 80)), path },
      ...{ method: String(method), body: bytesOfText(String(body)), timeoutMs: DEFAULT_TIMEOUT_MS },
      headers: {
        host: port ? `${host}:${port}` : host,
        "user-agent": "Blackbox Exporter/0.28.0",
        ...Object.fromEntries(given),
      },
    });
    afterMs += reply?.afterMs ?? 0;
    const location = reply?.type === "http" ? reply.headers["location"] : undefined;
    const isRedirect = reply?.type === "http" && reply.status >= 300 && reply.status < 400 && location !== undefined;
    if (!isRedirect || follows === false || redirects >= MAX_REDIRECTS) break;
    redirects++;
    url = location.startsWith("/") ? url.replace(/^(https?:\/\/[^/]+).*$/, `$1${location}`) : location;
  }
  const found = reply?.type === "http" ? { status: reply.status, length: reply.body.length } : { status: 0, length: 0 };
  const wanted = Array.isArray(settings["valid_status_codes"]) ? settings["valid_status_codes"].map(Number) : [];
  const isValid = wanted.length > 0 ? wanted.includes(found.status) : found.status >= 200 && found.status < 300;
  const metrics = [
    ["probe_http_content_length", "Length of http content response", found.length],
    ["probe_http_redirects", "The number of redirects", redirects],
    ["probe_http_ssl", "Indicates if SSL was used for the final redirect", url.startsWith("https:") ? 1 : 0],
    ["probe_http_status_code", "Response HTTP status code", found.status],
    ["probe_http_version", "Returns the version of HTTP of the probe response", found.status === 0 ? 0 : 1.1],
    ["probe_ip_protocol", "Specifies whether probe ip protocol is IP4 or IP6", found.status === 0 ? 0 : 4],
  ] as const;
  return { isSuccess: found.status !== 0 && isValid, afterMs, metrics };
}
