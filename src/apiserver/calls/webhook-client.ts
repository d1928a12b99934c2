/**
 * Posts a review to a webhook: at a Service of the cluster, or at a URL.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/util/webhook/client.go
 */
import { callFailureText } from "../../cluster/call-failure.ts";
import type { HttpReply } from "../../cluster/calls.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { bytesOfBase64, bytesOfText } from "../../lib/bytes.ts";
import { callService } from "./service-call.ts";

/** The client configuration of admission and conversion webhooks. */
export interface WebhookClientConfig {
  url?: string;
  service?: { namespace: string; name: string; port?: number; path?: string };
  caBundle?: string;
}

const DEFAULT_PORT = 443;
const HEADERS = { "content-type": "application/json", accept: "application/json, */*" };
/** The name server of a control-plane node. */
const NODE_RESOLVER = "127.0.0.53:53";

/** The reply, or why there is none: `Post "https://…": …`. */
export function postReview(
  tx: Transaction,
  config: WebhookClientConfig,
  { review, timeoutSeconds }: { review: object; timeoutSeconds: number },
): HttpReply | { problem: string } {
  const timeout = `timeout=${timeoutSeconds}s`;
  const call = { method: "POST", headers: HEADERS, body: bytesOfText(JSON.stringify(review)) };
  const timeoutMs = timeoutSeconds * 1000;
  const { service, url = "", caBundle } = config;
  if (service) {
    const { namespace, name, port = DEFAULT_PORT, path = "" } = service;
    const trusts = caBundle === undefined ? {} : { caBundle };
    const target = { namespace, name, port };
    const reply = callService(tx, target, { ...call, path: `${path || "/"}?${timeout}`, timeoutMs, ...trusts });
    return "problem" in reply
      ? failed(`https://${name}.${namespace}.svc:${port}${path}?${timeout}`, reply.problem)
      : reply;
  }
  const full = `${url}${url.includes("?") ? "&" : "?"}${timeout}`;
  const { hostname, port, pathname, search } = new URL(full);
  // The API server is no pod: the name server of its node does not know the names of the cluster.
  if (!/^[\d.]+$/.test(hostname)) return failed(full, `dial tcp: lookup ${hostname} on ${NODE_RESOLVER}: no such host`);
  const number = port === "" ? DEFAULT_PORT : Number(port);
  const answer = tx.calls.network({
    ...{
      ...call,
      scheme: "https",
      address: hostname,
      host: hostname,
      port: number,
      path: pathname + search,
      timeoutMs,
    },
    trusts: bytesOfBase64(caBundle ?? ""),
  });
  if (answer.type === "reply") return answer;
  return failed(full, callFailureText(answer, `${hostname}:${number}`, "context deadline exceeded"));
}

function failed(url: string, why: string): { problem: string } {
  return { problem: `Post ${JSON.stringify(url)}: ${why}` };
}

/** Errors of client-go for answers without a Status; undefined for success. */
export function statusProblem({ status, body }: { status: number; body: string }): string | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 404) return "the server could not find the requested resource";
  return `an error on the server (${JSON.stringify(body.trim() || "unknown")}) has prevented the request from succeeding`;
}
