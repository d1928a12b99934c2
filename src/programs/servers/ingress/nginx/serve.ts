/** The answer of ingress-nginx to one request: location, annotations, backend, and the pages of nginx. */
import type { IngressHost, IngressPath, IngressRules } from "../../../../lib/edge/ingress-rules.ts";
import type { ProcessView } from "../../../../shell/program.ts";
import type { ServedAnswer } from "../../../../shell/question.ts";
import { decode, type HttpAnswer, splitPath } from "../../http.ts";
import { httpTime } from "../../log.ts";
import { normalizePath } from "../../nginx/select.ts";
import { hostOf } from "../../nginx/variables.ts";
import type { HttpRequest } from "../../server.ts";
import { hostRules } from "../rules.ts";
import { isTrusted } from "../trust.ts";
import { askUpstream, type UpstreamOutcome } from "../upstream.ts";
import { logAccess } from "./access-log.ts";
import { ANNOTATIONS } from "./annotations/registry.ts";
import { type IngressExchange, isOn, page } from "./exchange.ts";
import { findLocation } from "./locations.ts";

/** Endpoints that one request tries, as by `proxy_next_upstream_tries`. */
const TRIES = 3;
const CONNECT_TIMEOUT_MS = 5_000;
const READ_TIMEOUT_MS = 60_000;
const HSTS = "max-age=31536000; includeSubDomains";

export function answerRequest(process: ProcessView, request: HttpRequest, rules: IngressRules): ServedAnswer {
  const host = hostOf(request);
  const found = hostRules(rules, host);
  if (request.scheme === "https" && !isTrusted(request, found?.tls?.certificates)) {
    return { type: "failed", why: "untrusted", afterMs: 1 };
  }
  const { path } = splitPath(request.path);
  const uri = normalizePath(decode(path.replace(/\+/g, "%2B")));
  const location = locationFor(rules, found, uri);
  if (!location) return finished(process, request, { answer: page(404), upstream: "upstream-default-backend" });
  const exchange = newExchange({ process, request, rules, host, hostRules: found, uri, location });
  const { answer, outcome } = answerOf(exchange);
  const headers = { ...answer.headers, ...exchange.added };
  if (request.scheme === "https" && isOn(exchange, "hsts", true)) headers["strict-transport-security"] = HSTS;
  const { namespace = "", service = "", port = "" } = exchange.backend ?? {};
  const done = { answer: { ...answer, headers }, upstream: `${namespace}-${service}-${port}` };
  return finished(process, request, outcome ? { ...done, outcome } : done);
}

/** The locations of the host, its default backend, and the default backend of the controller. */
function locationFor(rules: IngressRules, host: IngressHost | undefined, uri: string): IngressPath | undefined {
  const own = host && (findLocation(host.paths, uri) ?? usable(host.fallback));
  return own ?? rules.fallback;
}

function usable(path: IngressPath | undefined): IngressPath | undefined {
  return path?.backend ? path : undefined;
}

function newExchange(
  start: Pick<IngressExchange, "process" | "request" | "rules" | "host" | "hostRules" | "uri" | "location">,
): IngressExchange {
  const { request, location, rules, process, host } = start;
  const trustsHeaders = rules.options["use-forwarded-headers"] === "true";
  const forwarded = trustsHeaders ? request.headers["x-forwarded-for"]?.split(",")[0]?.trim() : undefined;
  const client = forwarded || request.from;
  const { connection: _connection, "keep-alive": _keepAlive, ...kept } = request.headers;
  const id = Array.from({ length: 4 }, () => process.random().toString(16).padStart(8, "0")).join("");
  const headers = {
    ...kept,
    ...{ host: request.headers["host"] ?? host, "x-request-id": request.headers["x-request-id"] ?? id },
    ...{ "x-real-ip": client, "x-forwarded-for": client, "x-forwarded-host": request.headers["host"] ?? host },
    ...{ "x-forwarded-port": String(request.port), "x-forwarded-proto": request.scheme },
    ...{ "x-forwarded-scheme": request.scheme, "x-scheme": request.scheme },
  };
  const { method, path, body } = request;
  return {
    ...{ ...start, client, backend: location.backend, annotations: location.annotations, added: {} },
    upstream: {
      ...{ scheme: "http", method, path, headers, body, tries: TRIES },
      ...{ connectTimeoutMs: CONNECT_TIMEOUT_MS, timeoutMs: READ_TIMEOUT_MS },
    },
  };
}

function answerOf(exchange: IngressExchange): { answer: HttpAnswer; outcome?: UpstreamOutcome } {
  for (const annotation of ANNOTATIONS) {
    const early = annotation.answer?.(exchange);
    if (early) return { answer: early };
    annotation.prepare?.(exchange);
  }
  const { backend, process, upstream, annotations } = exchange;
  if (!backend) return { answer: page(503) };
  const isDirect = annotations["service-upstream"] !== "true";
  const outcome = askUpstream(process, backend, upstream, isDirect);
  if (outcome.type === "failed") {
    const status = { empty: 503, refused: 502, reset: 502, timeout: 504 }[outcome.why];
    return { answer: { ...page(status), afterMs: outcome.afterMs + 1 }, outcome };
  }
  const { server: _server, date: _date, connection: _connection, ...headers } = outcome.answer.headers;
  const answer = { ...outcome.answer, headers };
  const changed = ANNOTATIONS.reduce((given, { finish }) => finish?.(exchange, given) ?? given, answer);
  return { answer: changed, outcome };
}

function finished(
  process: ProcessView,
  request: HttpRequest,
  { answer, ...facts }: { answer: HttpAnswer; upstream: string; outcome?: UpstreamOutcome },
): HttpAnswer {
  const headers = { date: httpTime(process.nowMs), ...answer.headers, connection: "keep-alive" };
  logAccess(process, request, { answer, ...facts });
  const body = request.method === "HEAD" ? "" : answer.body;
  return { ...answer, headers, body };
}
