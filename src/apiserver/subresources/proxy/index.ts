/**
 * Requests through the proxy of a pod or a Service: the API server asks a process of a pod, and hands its answer on.
 *
 * Kubernetes: pkg/registry/core/pod/rest/subresources.go, pkg/registry/core/service/proxy.go,
 * k8s.io/apimachinery/pkg/util/proxy
 */
import { callFailureText } from "../../../cluster/call-failure.ts";
import type { HttpReply, OutgoingAnswer } from "../../../cluster/calls.ts";
import { ApiError } from "../../../lib/api-error.ts";
import { byteString, bytesOfText } from "../../../lib/bytes.ts";
import type { VerbContext } from "../../context.ts";
import type { ApiOutcome, ApiRequest } from "../../request.ts";
import { type Location, podLocation, serviceLocation } from "./location.ts";
import { rewrittenHtml, rewrittenUrl } from "./rewrite.ts";

export function podProxy(context: VerbContext): ApiOutcome {
  return proxied(context, podLocation(context));
}

export function serviceProxy(context: VerbContext): ApiOutcome {
  return proxied(context, serviceLocation(context));
}

/** Headers of one connection (RFC 9110, 7.6.1), and the credentials that were meant for the API server. */
const DROPPED = /^(authorization|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-length)$/;

function proxied(context: VerbContext, location: Location): ApiOutcome {
  const { tx, request } = context;
  const { prefix, rest } = splitPath(request.path);
  const query = request.query.size > 0 ? `?${request.query}` : "";
  if (rest === "" && (request.method === "GET" || request.method === "HEAD")) {
    return outcome(301, { location: `${request.path}/${query}` }, "");
  }
  const path = `${rest === "" ? "/" : rest}${query}`;
  const answer = tx.calls.network({
    ...{ ...location, host: location.address, method: request.method, path, timeoutMs: PROXY_TIMEOUT_MS },
    headers: forwardedHeaders(request, location, `${prefix}${rest}`),
    body: typeof request.body === "string" ? bytesOfText(request.body) : byteString(request.body),
  });
  if (answer.type === "failed") throw unreachable(answer, location);
  return handedOn(answer, { prefix, host: hostOf(location) });
}

/** The API server waits for an answer as long as its client does. */
const PROXY_TIMEOUT_MS = 3_600_000;

/** The proxy's own path, and the path behind it. */
function splitPath(path: string): { prefix: string; rest: string } {
  const [, prefix = path, rest = ""] = /^(.*?\/(?:pods|services)\/[^/]+\/proxy)(\/.*)?$/s.exec(path) ?? [];
  return { prefix, rest };
}

function forwardedHeaders({ headers }: ApiRequest, location: Location, uri: string): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !DROPPED.test(name));
  return { ...Object.fromEntries(kept), host: hostOf(location), "x-forwarded-uri": uri };
}

function hostOf({ scheme, address, port }: Location): string {
  const isDefault = port === (scheme === "http" ? 80 : 443);
  return isDefault ? address : `${address}:${port}`;
}

function handedOn(answer: HttpReply, at: { prefix: string; host: string }): ApiOutcome {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (!DROPPED.test(name.toLowerCase())) headers[name.toLowerCase()] = value;
  }
  if (headers["location"] !== undefined) headers["location"] = rewrittenUrl(headers["location"], at);
  const isPage = headers["content-type"]?.split(";")[0]?.trim().toLowerCase() === "text/html";
  return outcome(answer.status, headers, isPage ? rewrittenHtml(answer.body, at) : answer.body);
}

function outcome(status: number, headers: Record<string, string>, body: string): ApiOutcome {
  return { type: "response", response: { status, headers, body, isBytes: true } };
}

function unreachable(answer: Extract<OutgoingAnswer, { type: "failed" }>, { address, port }: Location): ApiError {
  const target = `${address}:${port}`;
  const why = callFailureText(answer, target, `dial tcp ${target}: i/o timeout`);
  return new ApiError("ServiceUnavailable", `error trying to reach service: ${why}`);
}
