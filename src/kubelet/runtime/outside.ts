/**
 * The world outside a pod, as its processes reach it: names and Services of the cluster, and processes of other pods,
 * which are brought to the present before they answer.
 */
import { nodeKind } from "../../kinds/core/node.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { faultOf } from "../../kinds/faults.ts";
import { objectKey } from "../../kinds/kind.ts";
import { cloneJson } from "../../lib/json.ts";
import { answerQuestion, type Deliver } from "../../network/answer.ts";
import type { Pod } from "../../schema/index.ts";
import type { Answer, Question } from "../../shell/question.ts";
import type { PodContext } from "../context.ts";
import { ProbeTimeline } from "../probes/timeline.ts";
import { KUBELET, type PodState } from "../state.ts";
import { advanceProcesses } from "./advance.ts";
import { ROOT } from "./container-files.ts";
import type { LiveContainer } from "./live.ts";
import { type Outside, PodProcesses } from "./pod-processes.ts";

/** Pods that one request may pass through: a proxy asks a server, which asks a database. */
const MAX_DEPTH = 4;

type Chain = ReadonlyMap<string, () => PodProcesses>;

/** Answers the questions of a pod's processes. `self` gives the processes that ask. */
export function outsideOf(context: PodContext, self: () => PodProcesses, chain: Chain = new Map()): Outside {
  const passed = new Map(chain).set(context.pod.metadata.uid ?? "", self);
  const deliver: Deliver = (pod, request) => {
    const open = passed.get(pod.metadata.uid ?? "");
    if (open) return open().serveLater(request);
    if (passed.size > MAX_DEPTH) return { type: "failed", why: "timeout", afterMs: 0 };
    return deliverTo(context, pod, request, passed);
  };
  return (live: LiveContainer, question: Question): Answer => {
    const files = live.files.filesFor(ROOT);
    const textOf = (path: string) => {
      const entry = files.find(path);
      return entry?.type === "file" ? entry.content : "";
    };
    const address = context.state.podIp ?? "";
    const { nowMs: atMs } = live.run.machine;
    const asker = { address, atMs, resolvConf: textOf("/etc/resolv.conf"), hosts: textOf("/etc/hosts") };
    return answerQuestion(context.tx, question, asker, deliver);
  };
}

function deliverTo(from: PodContext, pod: Pod, request: Parameters<Deliver>[1], chain: Chain): ReturnType<Deliver> {
  const { tx, nowMs } = from;
  const key = objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
  const stored = tx.privateState<PodState>(key, KUBELET);
  const node = tx.get(nodeKind, "", pod.spec.nodeName ?? "");
  if (!stored || !node) return undefined;
  if (faultOf(tx, pod.spec.nodeName ?? "")) return { type: "failed", why: "timeout", afterMs: 0 };
  const state = cloneJson(stored);
  const context: PodContext = { tx, pod, node, state, nowMs };
  const processes: PodProcesses = new PodProcesses(context, { outside: outsideOf(context, () => processes, chain) });
  const probes = new ProbeTimeline(context, processes);
  // Its own kubelet handles what has happened: it is woken below.
  advanceProcesses({ processes, probes, onHappening: () => "stop", onNews: () => "stop" }, nowMs);
  const { answer, happenings } = processes.serve(request, nowMs);
  processes.leave([...happenings, ...processes.takeLate()]);
  processes.save();
  if (answer !== undefined) {
    state.ahead = undefined;
    tx.setPrivateState(key, KUBELET, state);
    tx.requeue(KUBELET, key, nowMs);
  }
  return answer;
}
