/**
 * Connections that the proxy of a Gateway hands on as they are: listeners for TCP, UDP and TLS. The name in a TLS
 * handshake chooses the route; of several routes for TCP or UDP, the oldest serves.
 * Source: kubernetes-sigs/gateway-api apis/v1/tlsroute_types.go, tcproute_types.go, udproute_types.go
 */
import type { GatewayListener, GatewayRules } from "../../../lib/edge/gateway-rules.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { Answer, NetworkQuestion, ServedAnswer, ServedRequest } from "../../../shell/question.ts";
import { isTrusted } from "../ingress/trust.ts";
import { targetsOf, turnOf } from "../ingress/upstream.ts";
import { findListener, findRule } from "./match.ts";
import { chooseBackend } from "./weights.ts";

const STREAMS = ["TLS", "TCP", "UDP"];
const RESET: ServedAnswer = { type: "failed", why: "reset", afterMs: 1 };

/** Undefined: the port has no listener of this sort. */
export function forwarded(
  process: ProcessView,
  request: ServedRequest,
  { listeners }: GatewayRules,
): ServedAnswer | undefined {
  const isUdp = request.type === "connect" && request.protocol === "udp";
  const here = listeners.filter(
    ({ port, protocol }) => port === request.port && STREAMS.includes(protocol) && (protocol === "UDP") === isUdp,
  );
  if (here.length === 0) return undefined;
  const name = serverNameOf(request);
  const listener = findListener(here, name ?? "");
  // Without a handshake there is no name, so a connection to a listener for TLS ends.
  if (!listener || (listener.protocol === "TLS" && name === undefined)) return RESET;
  return throughListener(process, request, { listener, name: name ?? "" });
}

/** The name in the TLS handshake; undefined without TLS. */
function serverNameOf(request: ServedRequest): string | undefined {
  if (request.type !== "http" || request.scheme !== "https") return undefined;
  return request.serverName ?? request.host;
}

function throughListener(
  process: ProcessView,
  request: ServedRequest,
  { listener, name }: { listener: GatewayListener; name: string },
): ServedAnswer {
  const found = findRule(listener, { method: "", host: name, path: "/", headers: {}, query: new Map() });
  const isTerminated = listener.protocol === "TLS" && !listener.isPassedThrough;
  if (isTerminated && request.type === "http" && !isTrusted(request, listener.certificates)) {
    return { type: "failed", why: "untrusted", afterMs: 1 };
  }
  if (!found) return RESET;
  const { route, rule } = found;
  const key = `${route.namespace}/${route.name}/${route.rules.indexOf(rule)}`;
  const backend = chooseBackend(process, key, rule.backends)?.backend;
  const targets = backend ? targetsOf(backend, true) : [];
  const target = backend && targets[turnOf(process, backend, targets.length)];
  if (!target) return RESET;
  return servedFrom(process.ask(questionTo(request, target, isTerminated)));
}

function questionTo(
  request: ServedRequest,
  { host, port }: { host: string; port: number },
  isTerminated: boolean,
): NetworkQuestion {
  const { from: _from, ...kept } = request;
  if (kept.type !== "http") return { ...kept, host, port };
  const plain = isTerminated ? { scheme: "http" as const } : {};
  return { ...kept, serverName: kept.serverName ?? kept.host, host, port, ...plain };
}

function servedFrom(answer: Answer | undefined): ServedAnswer {
  if (!answer || answer.type === "addresses" || answer.type === "load") return RESET;
  if (answer.type !== "failed") {
    const { address: _address, ...served } = answer;
    return served;
  }
  const { why, afterMs, problem, flaw } = answer;
  const told = why === "untrusted" || why === "timeout" ? why : "reset";
  return { type: "failed", why: told, afterMs, ...(problem !== undefined && { problem }), ...(flaw && { flaw }) };
}
