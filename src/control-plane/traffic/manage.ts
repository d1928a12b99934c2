/** Begins and ends flows, and shows what became of their requests. */
import { ClusterTransaction } from "../../cluster/cluster-transaction.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import type { PrivateReader } from "../../kinds/kind.ts";
import { FLOWS_KEY, TRAFFIC } from "../../kubelet/usage/request-loops.ts";
import { assert } from "../../lib/assert.ts";
import { MAX_FLOWS } from "../../lib/container-limits.ts";
import { answerOutside, type OutsideRequest } from "../outside/request.ts";
import { storeFlows } from "./controller.ts";
import { type Creation, type Flow, flowsOf, isRunning } from "./flow.ts";
import { NO_REQUESTS } from "./totals.ts";

export interface NewFlow {
  request: OutsideRequest;
  /** Requests in a second. */
  rate: number;
  durationMs: number;
  creation?: Creation | undefined;
}

export type Begun =
  | { type: "begun"; flow: Flow }
  /** The request names something that the cluster does not have. */
  | { type: "invalid"; field: string; message: string }
  | { type: "limit"; limit: number }
  /** The key of the creation belongs to another request. */
  | { type: "mismatch" }
  /** The creation is a retry, and its flow was deleted. */
  | { type: "gone"; id: string };

/** Creations that are remembered. */
const MAX_CREATIONS = 100;
const DAY_MS = 24 * 3600 * 1000;

export function beginFlow(tx: Transaction, { request, rate, durationMs, creation }: NewFlow): Begun {
  const known = flowsOf(tx);
  const creations = known.creations.filter(({ atMs }) => atMs > tx.nowMs - DAY_MS);
  const before = creation && creations.find(({ key }) => key === creation.key);
  if (before) {
    const made = known.flows.find(({ id }) => id === before.id);
    if (before.requestHash !== creation.requestHash) return { type: "mismatch" };
    return made ? { type: "begun", flow: made } : { type: "gone", id: before.id };
  }
  if (known.flows.length >= MAX_FLOWS) return { type: "limit", limit: MAX_FLOWS };
  assert(tx instanceof ClusterTransaction, "flows run in a cluster's transaction");
  const answer = tx.attempt(() => answerOutside(tx, request));
  if (answer.type === "invalid") return answer;
  const { nowMs } = tx;
  const flow: Flow = {
    id: `flow-${known.count + 1}`,
    spec: { request, rate, fromMs: nowMs, untilMs: nowMs + durationMs },
    ...{ totals: NO_REQUESTS, sinceMs: nowMs, shares: [] },
  };
  storeFlows(tx, {
    ...known,
    count: known.count + 1,
    creations: [...creations, ...(creation ? [{ ...creation, id: flow.id, atMs: nowMs }] : [])].slice(-MAX_CREATIONS),
    flows: [...known.flows, flow],
  });
  tx.requeue(TRAFFIC, FLOWS_KEY, nowMs);
  return { type: "begun", flow };
}

/** Ends a flow and forgets its counts. False: no such flow. */
export function endFlow(tx: Transaction, id: string): boolean {
  const known = flowsOf(tx);
  const flow = known.flows.find((each) => each.id === id);
  if (!flow) return false;
  storeFlows(tx, { ...known, flows: known.flows.filter((each) => each !== flow) });
  if (isRunning(flow, tx.nowMs)) tx.requeue(TRAFFIC, FLOWS_KEY, tx.nowMs);
  return true;
}

/** All flows in the order in which they were begun. */
export function allFlows(reader: PrivateReader): readonly Flow[] {
  return flowsOf(reader).flows;
}
