/** Asks the endpoints of a backend in turn. An endpoint that refuses or does not answer is followed by the next one. */
import type { IngressBackend } from "../../../lib/edge/ingress-rules.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { isTemporaryNameFailure } from "../../../shell/network-failure.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { HttpAnswer } from "../http.ts";

export interface UpstreamRequest {
  scheme: "http" | "https";
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  connectTimeoutMs: number;
  timeoutMs: number;
  /** Chooses the endpoint among `count` instead of its turn. */
  choose?: (count: number) => number;
  /** Endpoints that one request may try. */
  tries: number;
}

export type UpstreamOutcome =
  | { type: "answer"; answer: HttpAnswer; server: string }
  /** `empty`: the backend has no endpoint. */
  | { type: "failed"; why: "empty" | "refused" | "timeout" | "reset"; server: string; afterMs: number };

export function askUpstream(
  process: ProcessView,
  backend: IngressBackend,
  request: UpstreamRequest,
  isDirect = true,
): UpstreamOutcome {
  const targets = targetsOf(backend, isDirect);
  if (targets.length === 0) return { type: "failed", why: "empty", server: "", afterMs: 0 };
  const first = request.choose?.(targets.length) ?? turnOf(process, backend, targets.length);
  let failure: UpstreamOutcome | undefined;
  let waitedMs = 0;
  for (let i = 0; i < Math.min(request.tries, targets.length); i++) {
    const target = targets[(first + i) % targets.length]!;
    const outcome = askOne(process, target, request);
    if (outcome.type === "answer") {
      const { answer } = outcome;
      return { ...outcome, answer: { ...answer, afterMs: answer.afterMs + waitedMs } };
    }
    waitedMs += outcome.afterMs;
    failure = { ...outcome, afterMs: waitedMs };
  }
  return failure!;
}

interface Target {
  host: string;
  port: number;
}

export function targetsOf({ external, virtual, endpoints }: IngressBackend, isDirect: boolean): Target[] {
  if (external) return [external];
  if (!isDirect && virtual) return endpoints.length === 0 ? [] : [{ host: virtual.address, port: virtual.port }];
  return endpoints.map(({ address, port }) => ({ host: address, port }));
}

function askOne(process: ProcessView, { host, port }: Target, request: UpstreamRequest): UpstreamOutcome {
  const { scheme, method, path, headers, body, timeoutMs, connectTimeoutMs } = request;
  const server = `${host}:${port}`;
  const answer = process.ask({ type: "http", scheme, host, port, method, path, headers, body, timeoutMs });
  if (answer?.type === "http") {
    const { status, headers: received, body: sent, afterMs } = answer;
    return { type: "answer", server, answer: { type: "http", status, headers: received, body: sent, afterMs } };
  }
  const why = answer?.type === "failed" ? answer.why : "timeout";
  if (why === "timeout" || why === "unreachable" || isTemporaryNameFailure(why)) {
    return { type: "failed", why: "timeout", server, afterMs: Math.min(answer?.afterMs ?? 0, connectTimeoutMs) };
  }
  return { type: "failed", why: why === "reset" ? "reset" : "refused", server, afterMs: 1 };
}

/** Endpoints take turns, so that any number of requests is even within one. */
export function turnOf(process: ProcessView, { namespace, service, port }: IngressBackend, count: number): number {
  const turns = (process.state["turns"] ?? {}) as JsonObject;
  const name = `${namespace}/${service}:${port}`;
  const turn = Number(turns[name] ?? 0);
  process.state["turns"] = { ...turns, [name]: (turn + 1) % (count * 1000) };
  return turn % count;
}
