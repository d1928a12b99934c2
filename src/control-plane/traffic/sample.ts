/**
 * How requests of a flow are answered now, learned from some requests that are tried and undone: they leave no line in a
 * log and take no turn of a Service.
 */
import { ClusterTransaction } from "../../cluster/cluster-transaction.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { injectedFaults } from "../../kinds/injected/state.ts";
import { meterRequests, type RequestCost } from "../../kubelet/usage/request-cost.ts";
import { assert } from "../../lib/assert.ts";
import { MAX_FLOW_SAMPLES } from "../../lib/container-limits.ts";
import { type AnsweringPod, answerOutside, type OutsideFailure, type OutsideRequest } from "../outside/request.ts";

/** Requests with the same outcome. */
export interface Sample {
  /** Part of the requests, 0 to 1. */
  share: number;
  pod: AnsweringPod | null;
  outcome: number | OutsideFailure;
  afterMs: number;
  /** What one of them costs the containers on its way. */
  costs: readonly RequestCost[];
}

type Tried = Omit<Sample, "share"> & { name: string };

/** Between two requests, ms: faults with a rate decide anew at each instant. */
const SPACING_MS = 1;

/** The outcomes of the flow's requests at this instant, each once. */
export function sampleRequests(tx: Transaction, request: OutsideRequest): Sample[] {
  assert(tx instanceof ClusterTransaction, "flows run in a cluster's transaction");
  const hasFaults = injectedFaults(tx).length > 0;
  const tried: Tried[] = [];
  tx.attempt(() => {
    do {
      tried.push(tryOnce(tx, request));
      tx.writeSet.nowMs += SPACING_MS;
    } while (tried.length < MAX_FLOW_SAMPLES && (hasFaults || !repeats(tried)));
  });
  const groups = new Map<string, Tried[]>();
  for (const each of tried) groups.set(each.name, [...(groups.get(each.name) ?? []), each]);
  return [...groups.values()].map((group) => ({ ...group[0]!, share: group.length / tried.length }));
}

/** Whether the second half has the outcomes of the first one: servers that take turns have had two. */
function repeats(tried: readonly Tried[]): boolean {
  if (tried.length % 2 !== 0) return false;
  const half = tried.length / 2;
  return tried.slice(half).every(({ name }, index) => name === tried[index]!.name);
}

function tryOnce(tx: Transaction, request: OutsideRequest): Tried {
  const { result: answer, costs } = meterRequests(tx, () => answerOutside(tx, request));
  // The target was deleted: its name leads nowhere.
  if (answer.type === "invalid") return { name: "gone", pod: null, outcome: "unknown_host", afterMs: 0, costs: [] };
  const { pod, proxy, afterMs } = answer;
  const outcome = answer.type === "answer" ? answer.status : answer.why;
  const name = [pod, proxy].map((each) => (each ? `${each.namespace}/${each.name}` : "")).join(" ");
  return { name: `${name} ${outcome}`, pod, outcome, afterMs, costs };
}
