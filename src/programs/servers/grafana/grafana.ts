/**
 * Grafana: its health, its login, data sources from provisioning files and from its API, their proxy, and dashboards.
 * Source: github.com/grafana/grafana pkg/api (health.go, login.go, datasources.go, pluginproxy/ds_proxy.go)
 */
import { parse } from "yaml";
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { goProcessFamilies } from "../../base/metrics/go-process.ts";
import { metricsAnswer } from "../../base/metrics/page.ts";
import { json, parameters, splitPath, text } from "../http.ts";
import { contentOf, type HttpRequest, portOf, server } from "../server.ts";
import { dashboardAnswer, searchAnswer } from "./dashboards.ts";
import { browserPage, loginPage } from "./pages.ts";
import { namesIn, provisioningFolder } from "./provisioning.ts";

const VERSION = "12.3.4";
const MEMORY_BYTES = 110_000_000;

interface DataSource {
  id: number;
  uid: string;
  name: string;
  type: string;
  url: string;
  isDefault: boolean;
  isProvisioned: boolean;
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
  const folder = provisioningFolder(process, "datasources");
  const all = namesIn(process, folder).flatMap((name) => {
    const document = parse(textOfBytes(contentOf(process, `${folder}/${name}`) ?? "")) as JsonValue;
    const list = isJsonObject(document) ? document["datasources"] : undefined;
    return Array.isArray(list) ? list.filter(isJsonObject) : [];
  });
  return all.map((given, i) => sourceOf(given, i + 1));
}

function sourceOf(given: JsonObject, id: number, isProvisioned = true): DataSource {
  const [name, type, url] = [given["name"], given["type"], given["url"]].map((value) => String(value ?? ""));
  const uid = String(given["uid"] ?? `ds${id}`);
  return {
    id,
    uid,
    name: name!,
    type: type!,
    url: url!,
    isDefault: given["isDefault"] === true || id === 1,
    isProvisioned,
  };
}

function administrator({ env }: ProcessView): { user: string; password: string } {
  return {
    user: env["GF_SECURITY_ADMIN_USER"] ?? "admin",
    password: env["GF_SECURITY_ADMIN_PASSWORD"] ?? "admin",
  };
}

/** Whether the request has the credentials of the administrator, or the session of a login. */
function isAdministrator(process: ProcessView, { headers }: HttpRequest): boolean {
  const { user, password } = administrator(process);
  const isOpen = process.env["GF_AUTH_ANONYMOUS_ENABLED"] === "true";
  const session = /(?:^|;\s*)grafana_session=([0-9a-f]+)/.exec(headers["cookie"] ?? "")?.[1];
  const hasSession = session !== undefined && process.state["session"] === session;
  return isOpen || hasSession || headers["authorization"] === `Basic ${btoa(`${user}:${password}`)}`;
}

function login(process: ProcessView, { headers, body }: HttpRequest): ServedAnswer {
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  const form = new Map([...parameters(body)].map(([name, values]) => [name, values[0] ?? ""]));
  const given = isForm ? Object.fromEntries(form) : (parseJsonObject(textOfBytes(body)) ?? {});
  const { user, password } = administrator(process);
  if (given["user"] !== user || given["password"] !== password) {
    return json(401, { message: "Invalid username or password", messageId: "password-auth.failed", traceID: "" });
  }
  const draws = Array.from({ length: 4 }, () => process.random().toString(16).padStart(8, "0"));
  process.state["session"] ??= draws.join("");
  const cookie = `grafana_session=${String(process.state["session"])}; Path=/; HttpOnly; SameSite=Lax`;
  return json(200, { message: "Logged in", redirectUrl: "/" }, { "set-cookie": cookie });
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
  if (path === "/login") return request.method === "POST" ? login(process, request) : loginPage();
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
  return browserPage(process, path);
}

function apiAnswer(process: ProcessView, request: HttpRequest, path: string, query: string): ServedAnswer {
  const sources = sourcesOf(process);
  if (path === "/datasources" && request.method === "GET") return json(200, sources.map(shownSource));
  if (path === "/datasources" && request.method === "POST") return addSource(process, request);
  if (path === "/org") return json(200, { id: 1, name: "Main Org." });
  if (path === "/search") return searchAnswer(process, query);
  const dashboard = dashboardAnswer(process, request, path);
  if (dashboard) return dashboard;
  const reloaded = /^\/admin\/provisioning\/(datasources|dashboards)\/reload$/.exec(path)?.[1];
  if (reloaded !== undefined && request.method === "POST") return reload(process, reloaded);
  const [, kind, id = "", rest = ""] =
    /^\/datasources\/(?:(proxy\/uid|uid|name|proxy)\/)?([^/]+)(\/.*)?$/.exec(path) ?? [];
  const found = sources.find((source) => {
    if (kind === "uid" || kind === "proxy/uid") return source.uid === id;
    return kind === "name" ? source.name === decodeURIComponent(id) : String(source.id) === id;
  });
  if (!path.startsWith("/datasources/")) return json(404, { message: "Not found" });
  if (!found) return json(404, { message: "Data source not found", messageId: "datasource.notFound", traceID: "" });
  if (kind?.startsWith("proxy")) return proxied(process, request, found, `${rest}${query === "" ? "" : `?${query}`}`);
  return json(200, shownSource(found));
}

/** Reads provisioning files again. Dashboards are read at each request. */
function reload(process: ProcessView, what: string): ServedAnswer {
  if (what === "datasources") {
    const files = provisioned(process);
    const own = sourcesOf(process).filter(({ isProvisioned }) => !isProvisioned);
    const sources = [...files, ...own].map((source, i) => ({ ...source, id: i + 1 }));
    process.state["sources"] = sources as unknown as JsonValue;
  }
  return json(200, { message: `${what === "datasources" ? "Datasources" : "Dashboards"} config reloaded` });
}

function shownSource({ isProvisioned, ...source }: DataSource): JsonObject {
  return { ...source, orgId: 1, access: "proxy", readOnly: isProvisioned };
}

function addSource(process: ProcessView, { body }: HttpRequest): ServedAnswer {
  const sources = sourcesOf(process);
  const given = parseJsonObject(textOfBytes(body));
  if (!given?.["name"] || !given["type"]) return json(400, { message: "bad request data" });
  if (sources.some(({ name }) => name === given["name"])) {
    return json(409, { message: "data source with the same name already exists", traceID: "" });
  }
  const added = sourceOf(given, sources.length + 1, false);
  process.state["sources"] = [...sources, added] as unknown as JsonValue;
  return json(200, {
    datasource: shownSource(added),
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
