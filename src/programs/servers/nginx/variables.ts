/** Variables of nginx in one request. */

import { textOfBytes } from "../../../lib/bytes.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { parameters } from "../http.ts";
import { accessTime, httpTime, isoTime } from "../log.ts";
import type { HttpRequest } from "../server.ts";

/** A request while nginx works on it. */
export interface Exchange {
  process: ProcessView;
  request: HttpRequest;
  /** The path that internal redirects and rewrites change; without the query. */
  uri: string;
  args: string;
  serverName: string;
  root: string;
  /** Values of `set` and of captures `$1`, and facts of the answer. */
  values: Record<string, string>;
}

/** The text with its variables replaced. An unknown variable is empty. */
export function interpolate(text: string, exchange: Exchange): string {
  if (!text.includes("$")) return text;
  return text.replace(/\$\{(\w+)\}|\$(\w+)/g, (_, braced?: string, plain?: string) =>
    lookUp(braced ?? plain ?? "", exchange),
  );
}

export function hostOf({ headers, host }: Pick<HttpRequest, "headers" | "host">): string {
  return (headers["host"] ?? host).replace(/:\d+$/, "").toLowerCase();
}

function lookUp(name: string, exchange: Exchange): string {
  const own = exchange.values[name];
  if (own !== undefined) return own;
  const { process, request } = exchange;
  if (name.startsWith("http_")) return request.headers[name.slice(5).replace(/_/g, "-")] ?? "";
  if (name.startsWith("arg_")) return parameters(exchange.args).get(name.slice(4))?.[0] ?? "";
  if (name.startsWith("cookie_")) return cookieOf(request, name.slice(7));
  return VALUES[name]?.(exchange, process) ?? "";
}

function cookieOf({ headers }: HttpRequest, name: string): string {
  const cookies = (headers["cookie"] ?? "").split(/;\s*/).map((cookie) => cookie.split("="));
  return cookies.find(([key]) => key === name)?.[1] ?? "";
}

const VALUES: Readonly<Record<string, (exchange: Exchange, process: ProcessView) => string>> = {
  args: ({ args }) => args,
  query_string: ({ args }) => args,
  is_args: ({ args }) => (args === "" ? "" : "?"),
  uri: ({ uri }) => uri,
  document_uri: ({ uri }) => uri,
  request_uri: ({ request }) => request.path,
  request: ({ request }) => `${request.method} ${request.path} HTTP/1.1`,
  request_method: ({ request }) => request.method,
  request_body: ({ request }) => textOfBytes(request.body),
  request_length: ({ request }) => String(request.path.length + request.body.length + 60),
  request_time: () => "0.000",
  request_id: ({ process }) => [0, 1, 2, 3].map(() => process.random().toString(16).padStart(8, "0")).join(""),
  scheme: ({ request }) => request.scheme,
  https: ({ request }) => (request.scheme === "https" ? "on" : ""),
  host: ({ request }) => hostOf(request),
  hostname: (_, { host }) => host.hostname,
  remote_addr: ({ request }) => request.from,
  binary_remote_addr: ({ request }) => request.from,
  remote_port: () => "40000",
  remote_user: () => "",
  proxy_add_x_forwarded_for: ({ request }) =>
    [request.headers["x-forwarded-for"], request.from].filter((value) => value).join(", "),
  proxy_host: ({ values }) => values["proxy_host"] ?? "",
  server_addr: (_, { host }) => host.podAddresses[0] ?? "",
  server_port: ({ request }) => String(request.port),
  server_name: ({ serverName }) => serverName,
  server_protocol: () => "HTTP/1.1",
  document_root: ({ root }) => root,
  realpath_root: ({ root }) => root,
  request_filename: ({ root, uri }) => `${root}${uri}`,
  content_type: ({ request }) => request.headers["content-type"] ?? "",
  content_length: ({ request }) => request.headers["content-length"] ?? "",
  time_local: (_, { nowMs }) => accessTime(nowMs),
  time_iso8601: (_, { nowMs }) => `${isoTime(nowMs).slice(0, 19)}+00:00`,
  date_gmt: (_, { nowMs }) => httpTime(nowMs),
  date_local: (_, { nowMs }) => httpTime(nowMs),
  msec: (_, { nowMs }) => (nowMs / 1000).toFixed(3),
  connection: ({ process }) => String(process.state["connections"] ?? 1),
  connection_requests: () => "1",
  nginx_version: (_, { env }) => env["NGINX_VERSION"] ?? "",
  pid: () => "29",
  pipe: () => ".",
  ssl_protocol: ({ request }) => (request.scheme === "https" ? "TLSv1.3" : ""),
};
