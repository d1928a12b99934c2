/** An Ingress controller whose proxy follows the rules of the API alone, without annotations of its own. */
import type { IngressController } from "../../../lib/edge/ingress-controller.ts";
import type { IngressHost, IngressPath, IngressRules } from "../../../lib/edge/ingress-rules.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { type HttpAnswer, splitPath, text } from "../http.ts";
import { hostOf } from "../nginx/variables.ts";
import { type HttpRequest, hasFlag, type Lines, server } from "../server.ts";
import { bestMatch } from "./match.ts";
import { hostRules, rulesOf } from "./rules.ts";
import { isTrusted } from "./trust.ts";
import { askUpstream } from "./upstream.ts";

export interface IngressProxy {
  controller: IngressController;
  /** Ports of the proxy. */
  ports: (process: ProcessView) => readonly number[];
  /** Ports with health and metrics. */
  healthPorts: (process: ProcessView) => readonly number[];
  ready: Lines;
  /** Flags with which the executable does a task and ends with success. */
  tasks?: readonly string[];
  logFd: 1 | 2;
  /** The proxy's own pages. */
  page: (status: number) => HttpAnswer;
  /** Status where a backend has no ready endpoint. */
  emptyStatus: 502 | 503;
  /** A line of the access log; absent: there is none by default. */
  accessLine?: (process: ProcessView, request: HttpRequest, answer: HttpAnswer) => string;
  memoryBytes: number;
}

const HEALTH = /^\/(ping|healthz?|livez|readyz|nginx-ready|status|status\/ready)$/;
const TIMEOUT_MS = 60_000;

export function ingressProxy(facts: IngressProxy): Program {
  return server({
    ports: (process) => [...new Set([...facts.ports(process), ...facts.healthPorts(process)])],
    startMs: 1200,
    logFd: facts.logFd,
    refuse: ({ argv }) => (facts.tasks?.some((task) => hasFlag(argv, task)) ? { lines: [], status: 0 } : undefined),
    ready: facts.ready,
    stop: { ms: 500 },
    memoryBytes: () => facts.memoryBytes,
    http: (process, request) => {
      const { path } = splitPath(request.path);
      const isProxy = facts.ports(process).includes(request.port);
      if (!isProxy) {
        if (HEALTH.test(path)) return text(200, "OK");
        return path === "/metrics" ? text(200, "", { contentType: "text/plain; version=0.0.4" }) : facts.page(404);
      }
      return served(process, request, facts);
    },
  });
}

function served(process: ProcessView, request: HttpRequest, facts: IngressProxy): ServedAnswer {
  const rules = rulesOf(process, facts.controller);
  const host = hostOf(request);
  const found = hostRules(rules, host);
  if (request.scheme === "https" && !isTrusted(request, found?.tls?.certificates)) {
    return { type: "failed", why: "untrusted", afterMs: 1 };
  }
  const { path } = splitPath(request.path);
  const rule = ruleFor(rules, found, path);
  const answer = rule?.backend ? forwarded(process, request, rule, facts) : facts.page(404);
  const line = facts.accessLine?.(process, request, answer);
  if (line !== undefined) process.write(1, `${line}\n`);
  return request.method === "HEAD" ? { ...answer, body: "" } : answer;
}

/** Rules of the host, then those for all hosts, then default backends. */
function ruleFor(rules: IngressRules, host: IngressHost | undefined, path: string): IngressPath | undefined {
  const all = Object.hasOwn(rules.hosts, "") ? rules.hosts[""] : undefined;
  const match = (one: IngressHost | undefined) => one && bestMatch(one.paths, path);
  return match(host) ?? match(all) ?? host?.fallback ?? all?.fallback ?? rules.fallback;
}

function forwarded(process: ProcessView, request: HttpRequest, rule: IngressPath, facts: IngressProxy): HttpAnswer {
  const { connection: _connection, ...kept } = request.headers;
  const outcome = askUpstream(process, rule.backend!, {
    ...{ scheme: "http", method: request.method, path: request.path, body: request.body, tries: 2 },
    ...{ connectTimeoutMs: TIMEOUT_MS, timeoutMs: TIMEOUT_MS },
    headers: {
      ...{ ...kept, "x-forwarded-for": request.from, "x-real-ip": request.from },
      ...{ "x-forwarded-host": request.headers["host"] ?? "", "x-forwarded-port": String(request.port) },
      ...{ "x-forwarded-proto": request.scheme, "x-forwarded-server": process.host.hostname },
    },
  });
  if (outcome.type === "answer") return outcome.answer;
  const status = outcome.why === "empty" ? facts.emptyStatus : outcome.why === "timeout" ? 504 : 502;
  return { ...facts.page(status), afterMs: outcome.afterMs + 1 };
}
