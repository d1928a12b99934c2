/** Symptoms of injected faults on the network: lost packets, names without an answer, slow and failing Services. */
import type { Transaction } from "../cluster/transaction.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { serviceKind } from "../kinds/core/service.ts";
import type { PartitionSide } from "../kinds/injected/specs.ts";
import { actingFaults, hits } from "../kinds/injected/state.ts";
import { formatTime } from "../lib/time.ts";
import type { Pod } from "../schema/index.ts";
import type { Answer, Question } from "../shell/question.ts";
import { endpointsOf } from "./services.ts";
import type { Source } from "./source.ts";

interface End {
  address: string;
  pod?: Pod;
  nodeName?: string;
}

/** Whether a partition lies between the two ends of a connection. */
export function isPartitioned(tx: Transaction, from: End, to: End): boolean {
  return actingFaults(tx, "partition").some(({ spec }) => {
    const [one = {}, other = {}] = spec.between;
    const isOn = (side: PartitionSide, end: End) => isOnSide(tx, side, end);
    return (isOn(one, from) && isOn(other, to)) || (isOn(other, from) && isOn(one, to));
  });
}

function isOnSide(tx: Transaction, { namespace, podLabels, nodes }: PartitionSide, end: End): boolean {
  const { pod } = end;
  if (nodes && !nodes.includes(pod?.spec.nodeName ?? end.nodeName ?? nodeWith(tx, end.address))) return false;
  if (namespace === undefined && !podLabels) return true;
  if (!pod || (namespace !== undefined && pod.metadata.namespace !== namespace)) return false;
  return Object.entries(podLabels ?? {}).every(([name, value]) => pod.metadata.labels?.[name] === value);
}

/** The name of the node with this address; empty: none. */
function nodeWith(tx: Transaction, address: string): string {
  const nodes = tx.list(nodeKind);
  const found = nodes.find(({ status }) => status.addresses?.some((one) => one.address === address));
  return found?.metadata.name ?? "";
}

/** Whether a question to cluster DNS stays without an answer. */
export function isDnsSilent(tx: Transaction, name: string, { address, pod }: Source): boolean {
  return actingFaults(tx, "dns-down").some((fault) => {
    const { namespace, name: only, rate = 1 } = fault.spec;
    if (namespace !== undefined && pod?.metadata.namespace !== namespace) return false;
    if (only !== undefined && name !== only && !name.endsWith(`.${only}`)) return false;
    return hits(fault, rate, `${address}/${tx.nowMs}/${name}`);
  });
}

/** How the faults of a Service change a request to one of its pods. */
export interface Disturbance {
  delayMs: number;
  /** The client gets this instead of the program's answer. */
  failure?: Answer;
}

const UNDISTURBED: Disturbance = { delayMs: 0 };

/** `target` is the endpoint: a pod, or the API server if `isApiServer`. */
export function disturbanceOf(
  tx: Transaction,
  question: Exclude<Question, { type: "resolve" }>,
  { target, isApiServer, from }: { target: string; isApiServer: boolean; from: string },
): Disturbance {
  const expired = expiredCertificate(tx, question, target, isApiServer);
  if (expired) return { delayMs: 0, failure: expired };
  let disturbance = UNDISTURBED;
  for (const fault of actingFaults(tx, "service-slow")) {
    const { namespace, service, latencyMs = 0, errorRate = 0, status } = fault.spec;
    if (!isEndpoint(tx, { namespace, name: service }, target)) continue;
    const what = question.type === "http" ? `${question.method} ${question.path}` : question.type;
    const hasFailed = hits(fault, errorRate, `${from}/${target}/${tx.nowMs}/${what}`);
    disturbance = {
      delayMs: disturbance.delayMs + latencyMs,
      ...(hasFailed && { failure: failureOf(question, target, status) }),
      ...(disturbance.failure && { failure: disturbance.failure }),
    };
  }
  return disturbance;
}

function failureOf(question: Question, address: string, status: number | undefined): Answer {
  if (question.type !== "http" || status === undefined) return { type: "failed", why: "reset", address, afterMs: 0 };
  const body = `${TEXTS[status] ?? "error"}\n`;
  const headers = { "content-type": "text/plain", "content-length": String(body.length) };
  return { type: "http", address, status, headers, body, afterMs: 0 };
}

const TEXTS: Readonly<Record<number, string>> = {
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

function expiredCertificate(
  tx: Transaction,
  question: Question,
  target: string,
  isApiServer: boolean,
): Answer | undefined {
  if (question.type !== "http" || question.scheme !== "https" || question.trusts === undefined) return undefined;
  const fault = actingFaults(tx, "certificate-expired").find(({ spec: { service } }) =>
    service ? isEndpoint(tx, service, target) : isApiServer,
  );
  if (!fault) return undefined;
  const times = `current time ${formatTime(tx.nowMs)} is after ${formatTime(fault.fromMs)}`;
  const problem = `x509: certificate has expired or is not yet valid: ${times}`;
  return { type: "failed", why: "untrusted", address: target, problem, flaw: "expired", afterMs: 1 };
}

function isEndpoint(
  tx: Transaction,
  { namespace, name }: { namespace: string; name: string },
  address: string,
): boolean {
  const service = tx.get(serviceKind, namespace, name);
  return service !== undefined && endpointsOf(tx, service).some((endpoint) => endpoint.address === address);
}
