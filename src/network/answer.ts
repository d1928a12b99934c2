/**
 * Answers what a process asks the world outside its pod: names, connections, exchanges. The kubelet hands in `deliver`,
 * which gives a request to the process that listens.
 */
import type { Transaction } from "../cluster/transaction.ts";
import type { Answer, NetworkFailure, NetworkQuestion, ServedAnswer, ServedRequest } from "../shell/question.ts";
import { choice } from "./balance.ts";
import type { Asker, Delivery } from "./delivery.ts";
import { lookUp } from "./dns/look-up.ts";
import { addressInHosts, parseResolverConfig, type ResolverConfig } from "./dns/resolver-config.ts";
import { healthCheckAnswer } from "./health-check.ts";
import { disturbanceOf } from "./injected.ts";
import { type Route, routeTo } from "./route.ts";

/** Round trip between two pods. */
const ROUND_TRIP_MS = 1;
/** Linux gives up a connection after six retries of its first packet. */
const CONNECT_TIMEOUT_MS = 130_000;
/** The kernel answers so once the neighbour did not. */
const UNREACHABLE_MS = 3_000;
const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

export function answerQuestion(tx: Transaction, question: NetworkQuestion, asker: Asker, delivery: Delivery): Answer {
  const config = parseResolverConfig(asker.resolvConf);
  if (question.type === "resolve") return lookUp(tx, question, config, { asker, delivery });
  const found = addressOf(tx, question.host, config, { asker, delivery });
  if ("why" in found) return withTimeout({ type: "failed", ...found }, question.timeoutMs);
  const protocol = question.type === "connect" ? question.protocol : "tcp";
  const { address } = found;
  const route = routeTo(tx, { address, port: question.port, protocol, source: asker });
  return withTimeout(
    atRoute(tx, question, route, { asker, delivery, address, lookUpMs: found.afterMs }),
    question.timeoutMs,
  );
}

/** The address of a host: itself, from the hosts file, or by DNS. */
function addressOf(
  tx: Transaction,
  host: string,
  config: ResolverConfig,
  { asker, delivery }: { asker: Asker; delivery: Delivery },
): { address: string; afterMs: number } | { why: NetworkFailure; afterMs: number; server?: string } {
  if (ADDRESS.test(host)) return { address: host, afterMs: 0 };
  const { hosts, address, atMs } = asker;
  const own = addressInHosts(hosts, host);
  if (own !== undefined) return { address: own, afterMs: 0 };
  const answer = lookUp(tx, { type: "resolve", name: host, record: "A" }, config, { asker, delivery });
  if (answer.type === "failed") {
    const { why, afterMs, server } = answer;
    return { why, afterMs, ...(server !== undefined && { server }) };
  }
  const records = answer.type === "addresses" ? answer.records.filter(({ record }) => record === "A") : [];
  const chosen = records[choice(`${address}/${atMs}/${host}`, records.length)];
  if (chosen === undefined) return { why: "unknownName", afterMs: answer.afterMs };
  return { address: chosen.value, afterMs: answer.afterMs };
}

function atRoute(
  tx: Transaction,
  question: Exclude<NetworkQuestion, { type: "resolve" }>,
  route: Route,
  { asker, delivery, address, lookUpMs }: { asker: Asker; delivery: Delivery; address: string; lookUpMs: number },
): Answer {
  if (route.type === "failed") return failed(route.why, address, lookUpMs);
  if (question.type === "connect" && question.protocol === "icmp") {
    return { type: "connected", address, data: "", afterMs: lookUpMs + ROUND_TRIP_MS };
  }
  const from = route.from ?? asker.address;
  const isApiServer = route.type === "apiServer";
  const target = route.type === "pod" ? (route.pod.status.podIP ?? route.address) : route.address;
  const { delayMs, failure } = disturbanceOf(tx, question, { target, isApiServer, from });
  const beforeMs = lookUpMs + delayMs;
  if (failure) return { ...failure, address, afterMs: failure.afterMs + beforeMs + ROUND_TRIP_MS } as Answer;
  const served = deliver(tx, route, requestOf(question, route.port, from), delivery);
  if (served === undefined) return failed("refused", address, lookUpMs);
  return answerOf(served, address, beforeMs + ROUND_TRIP_MS);
}

function deliver(
  tx: Transaction,
  route: Exclude<Route, { type: "failed" }>,
  request: ServedRequest,
  delivery: Delivery,
): ServedAnswer | undefined {
  switch (route.type) {
    case "pod":
      return delivery.toPod(route.pod, request);
    case "apiServer":
      return delivery.toApiServer(request);
    case "healthCheck":
      return healthCheckAnswer(tx, route, request);
    case "node":
      for (const pod of route.listeners) {
        const served = delivery.toPod(pod, request);
        if (served) return served;
      }
      return delivery.toKubelet(route.node, request);
  }
}

/** The request as it arrives at a port. */
export function requestOf(
  question: Exclude<NetworkQuestion, { type: "resolve" }>,
  port: number,
  from: string,
): ServedRequest {
  switch (question.type) {
    case "http": {
      const { timeoutMs: _timeoutMs, ...request } = question;
      return { ...request, serverName: question.serverName ?? question.host, port, from };
    }
    case "message": {
      const { type, protocol, body } = question;
      return { type, protocol, body, port, from };
    }
    case "connect": {
      const { type, protocol, data } = question;
      return { type, protocol, ...(data !== undefined && { data }), port, from };
    }
  }
}

/** The answer that the client gets, `beforeMs` being spent on the way. */
export function answerOf(served: ServedAnswer, address: string, beforeMs: number): Answer {
  const afterMs = beforeMs + served.afterMs;
  switch (served.type) {
    case "http": {
      return { ...served, address, afterMs };
    }
    case "message":
      return { type: "message", body: served.body, address, afterMs };
    case "connected":
      return { type: "connected", data: served.data, address, afterMs };
    case "failed":
      return served.why === "timeout"
        ? failed("timeout", address, beforeMs)
        : {
            ...{ type: "failed", why: served.why, address, afterMs },
            ...(served.problem !== undefined && { problem: served.problem }),
            ...(served.flaw !== undefined && { flaw: served.flaw }),
          };
  }
}

function failed(why: "refused" | "timeout" | "unreachable", address: string, beforeMs: number): Answer {
  const durations = { refused: ROUND_TRIP_MS, timeout: CONNECT_TIMEOUT_MS, unreachable: UNREACHABLE_MS };
  return { type: "failed", why, address, afterMs: beforeMs + durations[why] };
}

/** A client that waits less long than the answer takes sees a time-out. */
export function withTimeout(answer: Answer, timeoutMs: number | undefined): Answer {
  if (timeoutMs === undefined || answer.afterMs <= timeoutMs) return answer;
  const address = "address" in answer ? answer.address : undefined;
  return { type: "failed", why: "timeout", ...(address !== undefined && { address }), afterMs: timeoutMs };
}
