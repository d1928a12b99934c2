/**
 * How requests of a flow are answered now, learned from some requests that are tried and undone: they leave no line in a
 * log and take no turn of a Service.
 */
import { ClusterTransaction } from "../../cluster/cluster-transaction.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { faultOf } from "../../kinds/faults.ts";
import { injectedFaults } from "../../kinds/injected/state.ts";
import { requestFromContainer } from "../../kubelet/runtime/outside.ts";
import { meterRequests, type RequestCost } from "../../kubelet/usage/request-cost.ts";
import type { RestingLoop } from "../../kubelet/usage/request-loops.ts";
import { assert } from "../../lib/assert.ts";
import { MAX_FLOW_SAMPLES } from "../../lib/container-limits.ts";
import type { Pod } from "../../schema/index.ts";
import { clientErrorOf } from "../../shell/network-failure.ts";
import { type AnsweringPod, answerOutside, type OutsideFailure, type OutsideRequest } from "../outside/request.ts";

/** Requests with the same outcome. */
export interface Sample {
  /** Part of the requests, 0 to 1. */
  share: number;
  pod: AnsweringPod | null;
  outcome: number | OutsideFailure;
  afterMs: number;
  /** CPU time that one of them takes of the containers on its way. */
  costs: readonly RequestCost[];
}

interface Tried extends Omit<Sample, "share"> {
  /** Equal for requests with the same outcome. */
  name: string;
}

/** Between two requests, ms: faults with a rate decide anew at each instant. */
const SPACING_MS = 1;

/** The outcomes of requests from outside at this instant, each once. */
export function sampleRequests(tx: Transaction, request: OutsideRequest): Sample[] {
  return sample(tx, () => {
    const { result: answer, costs } = meterRequests(tx, () => answerOutside(tx, request));
    // The target was deleted: its name leads nowhere.
    if (answer.type === "invalid") return { name: "gone", pod: null, outcome: "unknown_host", afterMs: 0, costs: [] };
    const { pod, proxy, afterMs } = answer;
    const outcome = answer.type === "answer" ? answer.status : answer.why;
    const name = [pod, proxy].map((each) => (each ? `${each.namespace}/${each.name}` : "")).join(" ");
    return { name: `${name} ${outcome}`, pod, outcome, afterMs, costs };
  });
}

/** The outcomes of the requests of a loop, each once; none where its node is down. */
export function sampleLoop(tx: Transaction, { pod: key, container, question }: RestingLoop): Sample[] {
  const client = tx.getByKey(key) as Pod | undefined;
  if (!client || faultOf(tx, client.spec.nodeName ?? "")) return [];
  return sample(tx, () => {
    const { result, costs } = meterRequests(tx, () => requestFromContainer(tx, client, { container, question }));
    const names = result?.hops.map(({ pod, depth }) => `${depth} ${pod.metadata.namespace}/${pod.metadata.name}`);
    const answer = result?.answer ?? ({ type: "failed", why: "refused", afterMs: 0 } as const);
    const outcome = answer.type === "http" ? answer.status : clientErrorOf(answer);
    return { name: `${names?.join(" ")} ${outcome}`, pod: null, outcome, afterMs: answer.afterMs, costs };
  });
}

function sample(tx: Transaction, tryOnce: () => Tried): Sample[] {
  assert(tx instanceof ClusterTransaction, "flows run in a cluster's transaction");
  const hasFaults = injectedFaults(tx).length > 0;
  const tried: Tried[] = [];
  tx.attempt(() => {
    do {
      tried.push(tryOnce());
      tx.writeSet.nowMs += SPACING_MS;
    } while (tried.length < MAX_FLOW_SAMPLES && (hasFaults || !repeats(tried)));
  });
  const groups = new Map<string, Tried[]>();
  for (const each of tried) groups.set(each.name, [...(groups.get(each.name) ?? []), each]);
  return [...groups.values()].map((group) => {
    const { pod, outcome, afterMs, costs } = group[0]!;
    return { share: group.length / tried.length, pod, outcome, afterMs, costs };
  });
}

/** Whether the second half has the outcomes of the first one: servers that take turns have had two. */
function repeats(tried: readonly Tried[]): boolean {
  if (tried.length % 2 !== 0) return false;
  const half = tried.length / 2;
  return tried.slice(half).every(({ name }, index) => name === tried[index]!.name);
}
