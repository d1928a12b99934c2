/**
 * The world outside a pod, as its processes reach it: names and Services of the cluster, and processes of other pods,
 * which are brought to the present before they answer.
 */

import type { OutgoingAnswer, OutgoingCall } from "../../cluster/calls.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { faultOf } from "../../kinds/faults.ts";
import { objectKey } from "../../kinds/kind.ts";
import { answerQuestion } from "../../network/answer.ts";
import type { Delivery } from "../../network/delivery.ts";
import { clusterZoneAnswer } from "../../network/dns/cluster-zone.ts";
import { edgeRules } from "../../network/edge/edge-rules.ts";
import { nodeRulesAnswer } from "../../network/node-rules.ts";
import { apiServerAddress } from "../../network/services.ts";
import type { Pod } from "../../schema/index.ts";
import { isNameFailure } from "../../shell/network-failure.ts";
import type { Answer, HttpQuestion, Question, ServedAnswer, ServedRequest } from "../../shell/question.ts";
import { containersOf, type PodContext } from "../context.ts";
import { lookContext } from "../look-context.ts";
import { addStream, whileAsking } from "../object-watches.ts";
import { ProbeTimeline } from "../probes/timeline.ts";
import { KUBELET } from "../state.ts";
import { wakeAutoscalers } from "../usage/autoscaler-wake.ts";
import { withoutMeter } from "../usage/request-cost.ts";
import { startAdopted } from "./adopted.ts";
import { advanceProcesses } from "./advance.ts";
import { ROOT } from "./container-files.ts";
import { asHop, type Hop, traceHops } from "./hops.ts";
import type { LiveContainer } from "./live.ts";
import { type Outside, PodProcesses } from "./pod-processes.ts";
import { answerLoad } from "./request-load.ts";

/** Pods and calls of the API server that one request may pass through: a proxy asks a server, which asks a database. */
const MAX_DEPTH = 6;

/** A request to the API server, with its write to etcd. */
const API_CALL_MS = 5;

/** The pods whose processes run at this moment of a transaction, by uid. A request to them may not open them again. */
const openPods = new WeakMap<object, Map<string, () => PodProcesses>>();

/** Answers the questions of a pod's processes. `self` gives the processes that ask. */
export function outsideOf(context: PodContext, self: () => PodProcesses): Outside {
  const { tx, pod, state } = context;
  return (live: LiveContainer, question: Question): Answer => {
    if (question.type === "load") return answerLoad(context, live, question);
    const files = live.files.filesFor(ROOT);
    const textOf = (path: string) => {
      const entry = files.find(path);
      return entry?.type === "file" ? entry.content : "";
    };
    const { nowMs: atMs } = live.run.machine;
    const { nodeName } = pod.spec;
    const source = { address: state.podIp ?? pod.status.hostIP ?? "", pod, ...(nodeName && { nodeName }) };
    const asker = { ...source, atMs, resolvConf: textOf("/etc/resolv.conf"), hosts: textOf("/etc/hosts") };
    const ask = () => answerQuestion(tx, question, asker, deliveryIn(tx));
    const answer = whileOpen(tx, pod, self, () => whileAsking(tx, pod, ask));
    if (answer.type === "http" && answer.open) addStream(tx, pod, answer.open.resources);
    return answer;
  };
}

/** How requests reach pods and the API server in this transaction. */
function deliveryIn(tx: Transaction): Delivery {
  return {
    toPod: (pod, request) =>
      asHop(tx, pod, (): ServedAnswer | undefined => {
        const open = openPods.get(tx.identity);
        const known = open?.get(pod.metadata.uid ?? "");
        if (known) return known().serveLater(request);
        if (open && open.size > MAX_DEPTH) return { type: "failed", why: "timeout", afterMs: 0 };
        return deliverTo(tx, pod, request);
      }),
    toApiServer: (request) => askApiServer(tx, request),
    toKubelet: (node, request) => askKubelet(tx, node, request),
  };
}

function whileOpen<R>(tx: Transaction, { metadata }: Pod, self: () => PodProcesses, work: () => R): R {
  const open = openPods.get(tx.identity) ?? new Map<string, () => PodProcesses>();
  openPods.set(tx.identity, open);
  const uid = metadata.uid ?? "";
  if (open.has(uid)) return work();
  open.set(uid, self);
  try {
    return work();
  } finally {
    open.delete(uid);
  }
}

function deliverTo(tx: Transaction, pod: Pod, request: ServedRequest): ServedAnswer | undefined {
  const { nowMs } = tx;
  const context = lookContext(tx, pod);
  if (!context) return undefined;
  if (faultOf(tx, pod.spec.nodeName ?? "")) return { type: "failed", why: "timeout", afterMs: 0 };
  const { state } = context;
  const processes: PodProcesses = new PodProcesses(context, { outside: outsideOf(context, () => processes) });
  const adopted = containersOf(context).flatMap((container) => startAdopted(processes, container) ?? []);
  processes.leave(adopted);
  const probes = new ProbeTimeline(context, processes);
  // Its own kubelet handles what has happened: it is woken below.
  withoutMeter(tx, () =>
    advanceProcesses({ processes, probes, onHappening: () => "stop", onNews: () => "stop" }, nowMs),
  );
  const { answer, happenings } = processes.serve(request, nowMs);
  processes.steps.countWork();
  processes.leave([...happenings, ...processes.takeLate()]);
  processes.save();
  if (answer !== undefined) {
    const key = objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
    state.ahead = undefined;
    tx.setPrivateState(key, KUBELET, state);
    tx.requeue(KUBELET, key, nowMs);
    wakeAutoscalers(tx, pod.metadata.namespace ?? "");
  }
  return answer;
}

const KUBELET_PORT = 10250;

function askKubelet(tx: Transaction, node: string, request: ServedRequest): ServedAnswer | undefined {
  if (request.port !== KUBELET_PORT) return undefined;
  if (faultOf(tx, node)) return { type: "failed", why: "timeout", afterMs: 0 };
  if (request.type === "message") return { type: "failed", why: "reset", afterMs: 0 };
  if (request.type === "connect") return { type: "connected", data: "", afterMs: 0 };
  const { method, path, headers, body } = request;
  return { type: "http", afterMs: API_CALL_MS, ...tx.calls.kubelet(node, { method, path, headers, body }) };
}

/** The API server speaks HTTPS, with a certificate of the cluster's authority. */
function askApiServer(tx: Transaction, request: ServedRequest): ServedAnswer {
  if (request.type === "message")
    return (
      edgeRules(tx, request) ??
      clusterZoneAnswer(tx, request) ??
      nodeRulesAnswer(tx, request) ?? { type: "failed", why: "reset", afterMs: 0 }
    );
  if (request.type === "connect") return { type: "connected", data: "", afterMs: 0 };
  const { scheme, method, path, headers, body, trusts, resumes, piece } = request;
  if (scheme === "http") {
    const text = "Client sent an HTTP request to an HTTPS server.\n";
    return { type: "http", status: 400, headers: { "content-type": "text/plain" }, body: text, afterMs: 0 };
  }
  if (trusts !== undefined && !trusts.includes(tx.settings.caCertificate.trim())) {
    return { type: "failed", why: "untrusted", afterMs: 0 };
  }
  const open = openPods.get(tx.identity);
  if (open && open.size > MAX_DEPTH) return { type: "failed", why: "timeout", afterMs: 0 };
  const more = { ...(resumes !== undefined && { resumes }), ...(piece && { piece }) };
  return { type: "http", afterMs: API_CALL_MS, ...tx.calls.apiServer({ method, path, headers, body, ...more }) };
}

/** The processes of a pod that are open in this transaction, because one of them waits for an answer just now. */
export function openProcesses(tx: Transaction, { metadata }: Pod): PodProcesses | undefined {
  return openPods.get(tx.identity)?.get(metadata.uid ?? "")?.();
}

/** A call of the API server, which runs on the network of a control-plane node. */
export function callFromNode(tx: Transaction, call: OutgoingCall): OutgoingAnswer {
  const { scheme, address, host, port, method, path, body, timeoutMs, trusts } = call;
  const headers = { host, ...call.headers };
  const question = { type: "http", scheme, host: address, port, method, path, headers, body } as const;
  // It is no pod, so only address blocks of network policies match it.
  const source = { address: apiServerAddress(tx) ?? "", atMs: tx.nowMs, resolvConf: "", hosts: "" };
  const isTrusting = trusts === undefined ? {} : { trusts };
  const answer = answerQuestion(
    tx,
    { ...question, serverName: host, timeoutMs, ...isTrusting },
    source,
    deliveryIn(tx),
  );
  if (answer.type === "http") {
    const { status, headers: received, body: sent, afterMs } = answer;
    return { type: "reply", status, headers: received, body: sent, afterMs };
  }
  if (answer.type !== "failed") return { type: "failed", why: "reset" };
  const { why, problem } = answer;
  return { type: "failed", why: isNameFailure(why) ? "unreachable" : why, ...(problem !== undefined && { problem }) };
}

/**
 * A request of a client outside of the cluster. `at` is the node at which it arrives; absent: a load balancer chooses
 * one. `hops` are the pods that it passed through.
 */
export function requestFromOutside(
  tx: Transaction,
  question: HttpQuestion,
  client: { address: string; nodeName?: string },
): { answer: Answer; hops: readonly Hop[] } {
  const asker = { ...client, isOutside: true, atMs: tx.nowMs, resolvConf: "", hosts: "" };
  const { result, hops } = traceHops(tx, () => answerQuestion(tx, question, asker, deliveryIn(tx)));
  return { answer: result, hops };
}

/** Sends a request as a container's process would; undefined: the container does not run. */
export function requestFromContainer(
  tx: Transaction,
  pod: Pod,
  { container, question }: { container: string; question: HttpQuestion },
): { answer: Answer; hops: readonly Hop[] } | undefined {
  const context = lookContext(tx, pod);
  if (!context) return undefined;
  const processes: PodProcesses = new PodProcesses(context, { outside: () => undefined });
  const live = processes.find(container);
  if (!live) return undefined;
  const { result, hops } = traceHops(tx, () => outsideOf(context, () => processes)(live, question));
  return result && { answer: result, hops };
}
