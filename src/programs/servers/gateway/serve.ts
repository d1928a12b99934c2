/** The answer of a Gateway's proxy to one request: listener, route, filters, backend. */
import { GATEWAY_RULES, type GatewayRules, type RouteFilter } from "../../../lib/edge/gateway-rules.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { type HttpAnswer, parameters, splitPath } from "../http.ts";
import { isTrusted } from "../ingress/trust.ts";
import { askUpstream, type UpstreamRequest } from "../ingress/upstream.ts";
import { hostOf } from "../nginx/variables.ts";
import type { HttpRequest } from "../server.ts";
import type { GatewayExchange } from "./exchange.ts";
import { filterOf } from "./filters/registry.ts";
import { type FoundRule, findListener, findRule } from "./match.ts";
import { chooseBackend } from "./weights.ts";

/** The pages of a proxy: 404, 500, 503, 504. */
export type Pages = (status: number) => HttpAnswer;

const TIMEOUT_MS = 15_000;
const TRIES = 2;

/** The rules of the Gateway of this pod. Empty if the API server cannot be reached, or if the pod has no Gateway. */
export function gatewayRulesOf({ env, ask }: Pick<ProcessView, "env" | "ask">): GatewayRules {
  const host = env["KUBERNETES_SERVICE_HOST"];
  if (host === undefined) return { listeners: [] };
  const port = Number(env["KUBERNETES_SERVICE_PORT"] ?? 443);
  const answer = ask({ type: "message", host, port, protocol: GATEWAY_RULES, body: {}, timeoutMs: 10_000 });
  return answer?.type === "message" ? (answer.body as unknown as GatewayRules) : { listeners: [] };
}

export function answerRequest(
  process: ProcessView,
  request: HttpRequest,
  { rules, pages }: { rules: GatewayRules; pages: Pages },
): ServedAnswer {
  const host = hostOf(request);
  const protocol = request.scheme === "https" ? "HTTPS" : "HTTP";
  const here = rules.listeners.filter((one) => one.port === request.port && one.protocol === protocol);
  // Nothing is configured for the port in this protocol, so the connection is closed.
  if (here.length === 0) return { type: "failed", why: "reset", afterMs: 1 };
  const listener = findListener(here, host);
  if (request.scheme === "https" && !isTrusted(request, listener?.certificates)) {
    return { type: "failed", why: "untrusted", afterMs: 1 };
  }
  const { path, query } = splitPath(request.path);
  const { method, headers } = request;
  const found = listener && findRule(listener, { method, host, path, headers, query: parameters(query) });
  if (!listener || !found) return pages(404);
  const exchange = { process, request, listener, match: found.match, host, upstream: upstreamOf(request, found) };
  const answer = throughRule(exchange, found, pages);
  return method === "HEAD" ? { ...answer, body: "" } : answer;
}

function upstreamOf(request: HttpRequest, { rule }: FoundRule): UpstreamRequest {
  const { connection: _connection, "keep-alive": _keepAlive, ...kept } = request.headers;
  const forwarded = [kept["x-forwarded-for"], request.from].filter((one) => one !== undefined).join(",");
  return {
    ...{ scheme: "http", method: request.method, path: request.path, body: request.body, tries: TRIES },
    headers: { ...kept, "x-forwarded-for": forwarded, "x-forwarded-proto": request.scheme },
    ...{ timeoutMs: rule.timeoutMs ?? TIMEOUT_MS, connectTimeoutMs: rule.timeoutMs ?? TIMEOUT_MS },
  };
}

function throughRule(exchange: GatewayExchange, { route, rule }: FoundRule, pages: Pages): HttpAnswer {
  const early = applyFilters(exchange, rule.filters, pages);
  if (early) return finished(early, rule.filters);
  const key = `${route.namespace}/${route.name}/${route.rules.indexOf(rule)}`;
  const chosen = chooseBackend(exchange.process, key, rule.backends);
  // The status that the specification demands for backends that are missing or not permitted.
  if (!chosen?.backend) return pages(500);
  const ofBackend = applyFilters(exchange, chosen.filters, pages);
  if (ofBackend) return finished(ofBackend, rule.filters);
  const outcome = askUpstream(exchange.process, chosen.backend, exchange.upstream);
  const status = { empty: 503, refused: 503, reset: 503, timeout: 504 };
  const answer =
    outcome.type === "answer" ? outcome.answer : { ...pages(status[outcome.why]), afterMs: outcome.afterMs + 1 };
  return finished(finished(answer, chosen.filters), rule.filters);
}

function applyFilters(
  exchange: GatewayExchange,
  filters: readonly RouteFilter[],
  pages: Pages,
): HttpAnswer | undefined {
  for (const filter of filters) {
    const type = filterOf(filter.type);
    if (!type) return pages(500);
    const answer = type.answer?.(exchange, filter);
    if (answer) return answer;
    type.prepare?.(exchange, filter);
  }
  return undefined;
}

function finished(answer: HttpAnswer, filters: readonly RouteFilter[]): HttpAnswer {
  return filters.reduce((given, filter) => filterOf(filter.type)?.finish?.(given, filter) ?? given, answer);
}
