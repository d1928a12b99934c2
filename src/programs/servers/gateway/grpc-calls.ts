/**
 * Calls of gRPC through the proxy of a Gateway. A method is the path of a request of HTTP, so HTTPRoutes serve it, too.
 * Source: kubernetes-sigs/gateway-api apis/v1/grpcroute_types.go
 */
import type { GatewayRules } from "../../../lib/edge/gateway-rules.ts";
import type { JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { GRPC_PROTOCOL, type GrpcReply, grpcCallOf } from "../grpc.ts";
import { targetsOf, turnOf } from "../ingress/upstream.ts";
import type { MessageRequest } from "../server.ts";
import { findListener, findRule } from "./match.ts";
import { chooseBackend } from "./weights.ts";

/** Undefined: the request is not gRPC, or nothing listens for HTTP there. */
export function answerGrpc(
  process: ProcessView,
  { protocol, port, body }: MessageRequest,
  { listeners }: GatewayRules,
): ServedAnswer | undefined {
  const call = protocol === GRPC_PROTOCOL ? grpcCallOf(body) : undefined;
  const here = listeners.filter((one) => one.port === port && one.protocol === "HTTP");
  if (!call || here.length === 0) return undefined;
  const host = call.authority.replace(/:\d+$/, "");
  const path = `/${call.service}/${call.method}`;
  const listener = findListener(here, host);
  const asked = { method: "POST", host, path, headers: call.headers, query: new Map() };
  const found = listener && findRule(listener, asked);
  // The client reads a status of HTTP that is no answer of gRPC.
  const notFound = "unexpected HTTP status code received from server: 404 (Not Found)";
  if (!found) return reply({ code: "Unimplemented", text: notFound });
  const { route, rule } = found;
  const key = `${route.namespace}/${route.name}/${route.rules.indexOf(rule)}`;
  const backend = chooseBackend(process, key, rule.backends)?.backend;
  const targets = backend ? targetsOf(backend, true) : [];
  const target = backend && targets[turnOf(process, backend, targets.length)];
  if (!target) return reply({ code: "Unavailable", text: "no healthy upstream" });
  const answer = process.ask({ type: "message", ...target, protocol, body, timeoutMs: 15_000 });
  if (answer?.type !== "message") return reply({ code: "Unavailable", text: "upstream connect error" });
  return { type: "message", body: answer.body, afterMs: answer.afterMs };
}

function reply(content: GrpcReply): ServedAnswer {
  return { type: "message", body: content as JsonValue, afterMs: 1 };
}
