/**
 * Connections within a pod: its containers share the loopback device and the pod's address.
 * Kubernetes: no counterpart; the kernel does this.
 */
import { answerOf, requestOf, withTimeout } from "../../network/answer.ts";
import type { Answer, NetworkQuestion, ServedAnswer, ServedRequest } from "../../shell/question.ts";

const LOCAL_HOSTS = new Set(["localhost", "127.0.0.1", "::1", "0.0.0.0", "ip6-localhost"]);
/** Time of one exchange within a pod. */
const LOCAL_MS = 1;

export function isLocal(host: string, podIp: string | undefined): boolean {
  return LOCAL_HOSTS.has(host) || host.startsWith("127.") || host === podIp;
}

/** `serve` gives the request to the process that listens; undefined: none does. */
export function answerLocally(
  question: Exclude<NetworkQuestion, { type: "resolve" }>,
  serve: (request: ServedRequest) => ServedAnswer | undefined,
): Answer {
  const address = LOCAL_HOSTS.has(question.host) ? "127.0.0.1" : question.host;
  if (question.type === "connect" && question.protocol === "icmp") {
    return { type: "connected", address, data: "", afterMs: LOCAL_MS };
  }
  const served = serve(requestOf(question, question.port, address));
  if (!served) return { type: "failed", why: "refused", address, afterMs: LOCAL_MS };
  return withTimeout(answerOf(served, address, LOCAL_MS), question.timeoutMs);
}
