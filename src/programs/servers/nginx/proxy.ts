/** `proxy_pass`: asks an upstream and gives its answer. */
import { bytesOfText } from "../../../lib/bytes.ts";
import { isNameFailure } from "../../../shell/network-failure.ts";
import { decode, type HttpAnswer } from "../http.ts";
import { all, type Directive } from "./config.ts";
import { type Exchange, hostOf, interpolate } from "./variables.ts";

export interface ProxyOptions {
  /** The argument of `proxy_pass` with its variables replaced, and as it is written. */
  target: string;
  written: string;
  prefix: string;
  headers: readonly Directive[];
  upstreams: readonly Directive[];
  exchange: Exchange;
}

const URL = /^(https?):\/\/([^/:]+|\[[^\]]+\])(?::(\d+))?(\/.*)?$/;

/** The upstream's answer, or the status with the message for the error log. */
export function proxy(options: ProxyOptions): { answer: HttpAnswer } | { status: number; error: string } {
  const { target, exchange } = options;
  const { request, process } = exchange;
  const [, scheme = "http", name = "", port, path] = URL.exec(target) ?? [];
  if (name === "") return { status: 500, error: `invalid URL prefix in "${target}"` };
  const server = pickServer(options, name) ?? { host: name, port: Number(port ?? (scheme === "https" ? 443 : 80)) };
  const answer = process.ask({
    type: "http",
    scheme: scheme === "https" ? "https" : "http",
    ...server,
    method: request.method,
    path: pathOf(options, path),
    headers: headersOf(options, `${name}${port ? `:${port}` : ""}`),
    body: request.body,
    timeoutMs: 60_000,
  });
  if (answer?.type === "http") {
    const { status, headers, body, afterMs } = answer;
    const { server: _server, date: _date, connection: _connection, ...kept } = headers;
    exchange.values["upstream_addr"] = `${answer.address}:${server.port}`;
    exchange.values["upstream_status"] = String(status);
    return { answer: { type: "http", status, headers: kept, body, afterMs: afterMs + 1 } };
  }
  const why = answer?.type === "failed" ? answer.why : "timeout";
  const upstream = `upstream: "${scheme}://${server.host}:${server.port}${exchange.uri}"`;
  if (why === "timeout") {
    return {
      status: 504,
      error: `upstream timed out (110: Connection timed out) while connecting to upstream, ${upstream}`,
    };
  }
  if (isNameFailure(why)) {
    return { status: 502, error: `${server.host} could not be resolved (3: Host not found)` };
  }
  if (why === "reset") {
    return {
      status: 502,
      error: `upstream prematurely closed connection while reading response header from upstream, ${upstream}`,
    };
  }
  return { status: 502, error: `connect() failed (111: Connection refused) while connecting to upstream, ${upstream}` };
}

/** A server of the upstream block with that name, in turn. */
function pickServer({ upstreams, exchange }: ProxyOptions, name: string): { host: string; port: number } | undefined {
  const upstream = upstreams.find(({ args }) => args[0] === name);
  const usable = all(upstream?.block, "server").filter(
    ({ args }) => !args.includes("down") && !args.includes("backup"),
  );
  if (usable.length === 0) return undefined;
  const { state } = exchange.process;
  const key = `upstream ${name}`;
  const turn = Number(state[key] ?? 0);
  const weighted = usable.flatMap((server) => {
    const weight = server.args.map((arg) => /^weight=(\d+)$/.exec(arg)?.[1]).find((value) => value !== undefined);
    return new Array<Directive>(Math.min(Number(weight ?? 1), 100)).fill(server);
  });
  state[key] = (turn + 1) % weighted.length;
  const [host = "", port] = (weighted[turn % weighted.length]?.args[0] ?? "").split(":");
  return { host, port: Number(port ?? 80) };
}

/** A path in `proxy_pass` replaces the location's prefix; with variables it is the whole path. */
function pathOf({ written, prefix, exchange }: ProxyOptions, path: string | undefined): string {
  const { uri, args, request } = exchange;
  if (path === undefined)
    return exchange.uri === decode(request.path.split("?")[0] ?? "") ? request.path : withArgs(uri, args);
  if (written.includes("$")) return path;
  return withArgs(`${path}${uri.slice(prefix.length)}`, args);
}

function withArgs(path: string, args: string): string {
  return args === "" ? path : `${path}?${args}`;
}

function headersOf({ headers, exchange }: ProxyOptions, host: string): Record<string, string> {
  const { connection: _connection, "keep-alive": _keepAlive, ...kept } = exchange.request.headers;
  const sent: Record<string, string> = { ...kept, host };
  exchange.values["proxy_host"] = host;
  for (const { args } of headers) {
    const name = (args[0] ?? "").toLowerCase();
    const value = bytesOfText(interpolate(args[1] ?? "", exchange));
    if (value === "") delete sent[name];
    else sent[name] = value;
  }
  // `$host` of the client stays visible to upstreams that name it.
  sent["host"] ||= hostOf(exchange.request);
  return sent;
}
