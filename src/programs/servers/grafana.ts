/**
 * Grafana: its health, its login, data sources from provisioning files and from its API, and their proxy.
 * Source: github.com/grafana/grafana pkg/api (health.go, login.go, datasources.go, pluginproxy/ds_proxy.go)
 */
import { parse } from "yaml";
import { FileError } from "../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import { goProcessFamilies } from "../base/metrics/go-process.ts";
import { metricsAnswer } from "../base/metrics/page.ts";
import { json, splitPath, text } from "./http.ts";
import { contentOf, type HttpRequest, portOf, server } from "./server.ts";

const VERSION = "12.3.4";
const PROVISIONING = "/etc/grafana/provisioning/datasources";
const MEMORY_BYTES = 110_000_000;

interface DataSource {
  id: number;
  uid: string;
  name: string;
  type: string;
  url: string;
  isDefault: boolean;
}

export const grafana = server({
  ports: ({ env }) => [portOf(env["GF_SERVER_HTTP_PORT"], 3000)],
  startMs: 2500,
  logFd: 1,
  memoryBytes: () => MEMORY_BYTES,
  begin: (process) => {
    process.state["startedMs"] = process.nowMs;
    process.state["sources"] = provisioned(process) as unknown as JsonValue;
  },
  ready: (process) => {
    const line = (logger: string, msg: string) =>
      `logger=${logger} t=${new Date(process.nowMs).toISOString()} level=info msg=${JSON.stringify(msg)}`;
    return [
      line("settings", `Starting Grafana version=${VERSION}`),
      line("settings", "Config loaded from file=/usr/share/grafana/conf/defaults.ini"),
      line("sqlstore", "Connecting to DB dbtype=sqlite3"),
      line("migrator", "migrations completed performed=0 skipped=700"),
      line("http.server", "HTTP Server Listen address=[::]:3000 protocol=http subUrl= socket="),
    ];
  },
  http: answer,
});

function sourcesOf({ state }: ProcessView): DataSource[] {
  return (Array.isArray(state["sources"]) ? state["sources"] : []) as unknown as DataSource[];
}

/** Data sources of the files in the provisioning folder. A file that cannot be read has none. */
function provisioned(process: ProcessView): DataSource[] {
  const folder = process.env["GF_PATHS_PROVISIONING"]?.concat("/datasources") ?? PROVISIONING;
  try {
    if (process.files.find(folder)?.type !== "directory") return [];
    const names = process.files.list(folder).filter((name) => /\.ya?ml$/.test(name));
    const all = names.flatMap((name) => {
      const document = parse(textOfBytes(contentOf(process, `${folder}/${name}`) ?? "")) as JsonValue;
      const list = isJsonObject(document) ? document["datasources"] : undefined;
      return Array.isArray(list) ? list.filter(isJsonObject) : [];
    });
    return all.map((given, i) => sourceOf(given, i + 1));
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function sourceOf(given: JsonObject, id: number): DataSource {
  const [name, type, url] = [given["name"], given["type"], given["url"]].map((value) => String(value ?? ""));
  const uid = String(given["uid"] ?? `ds${id}`);
  return { id, uid, name: name!, type: type!, url: url!, isDefault: given["isDefault"] === true || id === 1 };
}

/** Whether the request has the credentials of the administrator; Grafana's own default is admin/admin. */
function isAdministrator({ env }: ProcessView, { headers }: HttpRequest): boolean {
  const user = env["GF_SECURITY_ADMIN_USER"] ?? "admin";
  const password = env["GF_SECURITY_ADMIN_PASSWORD"] ?? "admin";
  const isOpen = env["GF_AUTH_ANONYMOUS_ENABLED"] === "true";
  return isOpen || headers["authorization"] === `Basic ${btoa(`${user}:${password}`)}`;
}

function answer(process: ProcessView, request: HttpRequest): ServedAnswer {
  const { path, query } = splitPath(request.path);
  if (path === "/api/health") return json(200, { database: "ok", version: VERSION, commit: "b6a8a5b" });
  if (path === "/healthz") return text(200, "Ok");
  if (path === "/metrics") {
    const startedMs = Number(process.state["startedMs"]);
    const facts = { startedMs, memoryBytes: MEMORY_BYTES, cpus: 0.003, goVersion: "go1.25.5" };
    return metricsAnswer(
      { families: goProcessFamilies(process, facts), changesWith: [] },
      request.headers,
      process.nowMs,
    );
  }
  if (path === "/login") return loginPage();
  const isApi = path.startsWith("/api/");
  if (!isAdministrator(process, request)) {
    if (isApi)
      return json(401, { message: "Unauthorized", messageId: "auth.unauthorized", statusCode: 401, traceID: "" });
    return text(302, '<a href="/login">Found</a>.\n\n', {
      contentType: "text/html; charset=utf-8",
      headers: { location: "/login" },
    });
  }
  if (isApi) return apiAnswer(process, request, path.slice("/api".length), query);
  return loginPage();
}

function loginPage(): ServedAnswer {
  const form = '<form action="/login" method="post"><input name="user"><input name="password" type="password"></form>';
  const html = `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Grafana</title></head><body><h1>Welcome to Grafana</h1>${form}</body></html>\n`;
  return text(200, html, { contentType: "text/html; charset=UTF-8" });
}

function apiAnswer(process: ProcessView, request: HttpRequest, path: string, query: string): ServedAnswer {
  const sources = sourcesOf(process);
  if (path === "/datasources" && request.method === "GET") return json(200, sources as unknown as JsonValue);
  if (path === "/datasources" && request.method === "POST") return addSource(process, request);
  if (path === "/org") return json(200, { id: 1, name: "Main Org." });
  if (path === "/search") return json(200, []);
  const [, kind, id = "", rest = ""] =
    /^\/datasources\/(?:(proxy\/uid|uid|name|proxy)\/)?([^/]+)(\/.*)?$/.exec(path) ?? [];
  const found = sources.find((source) => {
    if (kind === "uid" || kind === "proxy/uid") return source.uid === id;
    return kind === "name" ? source.name === decodeURIComponent(id) : String(source.id) === id;
  });
  if (!path.startsWith("/datasources/")) return json(404, { message: "Not found" });
  if (!found) return json(404, { message: "Data source not found", messageId: "datasource.notFound", traceID: "" });
  if (kind?.startsWith("proxy")) return proxied(process, request, found, `${rest}${query === "" ? "" : `?${query}`}`);
  return json(200, found as unknown as JsonValue);
}

function addSource(process: ProcessView, { body }: HttpRequest): ServedAnswer {
  const sources = sourcesOf(process);
  const given = parseJsonObject(textOfBytes(body));
  if (!given?.["name"] || !given["type"]) return json(400, { message: "bad request data" });
  if (sources.some(({ name }) => name === given["name"])) {
    return json(409, { message: "data source with the same name already exists", traceID: "" });
  }
  const added = sourceOf(given, sources.length + 1);
  process.state["sources"] = [...sources, added] as unknown as JsonValue;
  return json(200, {
    datasource: added as unknown as JsonValue,
    id: added.id,
    message: "Datasource added",
    name: added.name,
  });
}

/** Hands the request to the server behind the data source. */
function proxied(
  process: ProcessView,
  { method, headers, body }: HttpRequest,
  { url }: DataSource,
  rest: string,
): ServedAnswer {
  const [, scheme = "http", host = "", port, prefix = ""] = /^(https?):\/\/([^:/]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  const isSecure = scheme === "https";
  const { authorization: _own, ...passed } = headers;
  const reply = process.ask({
    type: "http",
    scheme: isSecure ? "https" : "http",
    host,
    port: Number(port ?? (isSecure ? 443 : 80)),
    method,
    path: `${prefix.replace(/\/+$/, "")}${rest}`,
    headers: { ...passed, host: `${host}${port ? `:${port}` : ""}` },
    body,
  });
  if (reply?.type === "http") {
    const { status, headers: received, body: content, afterMs } = reply;
    return { type: "http", status, headers: received, body: content, afterMs };
  }
  return text(502, bytesOfText(""));
}
