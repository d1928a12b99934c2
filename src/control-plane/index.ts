/**
 * The control plane as a pure function: it maps a cluster's state, a request and an instant to the next state and the
 * response. The runtime loads the state, calls this function, commits the difference and answers.
 */
import type { Services } from "../apiserver/context.ts";
import { handleInParts as answerInParts } from "../apiserver/handle.ts";
import type { ApiOutcome, ApiRequest, Provided } from "../apiserver/request.ts";
import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import type { Snapshot } from "../cluster/snapshot.ts";
import { type Parts, runToEnd } from "../lib/work.ts";
import { type Advanced, ControllerManager, type StepLimits } from "./controller-manager.ts";
import { allControllers } from "./controllers.ts";
import { SERVICES, writePolicy } from "./policy.ts";

/** The engine with every controller, as production runs it. */
const engine = new ControllerManager(allControllers, writePolicy);

/** Opens a transaction on a copy of a cluster, at the cluster's own time. */
export function begin(snapshot: Snapshot): ClusterTransaction {
  return engine.begin(snapshot);
}

/**
 * Processes work that is due up to the cluster time of `realNowMs`. When nothing is due, there is nothing to commit.
 * `complete` is false when a limit of the commit was met.
 */
export function advance(tx: ClusterTransaction, realNowMs: number): Advanced {
  return engine.advance(tx, realNowMs + tx.writeSet.offsetMs);
}

/** As `advance`, with pauses. */
export function advanceInParts(tx: ClusterTransaction, realNowMs: number, limits: StepLimits): Parts<Advanced> {
  return engine.advanceInParts(tx, realNowMs + tx.writeSet.offsetMs, limits);
}

/** See `Engine.advanceTimeInParts`. */
export function advanceTimeInParts(
  tx: ClusterTransaction,
  deltaMs: number,
): Parts<{ advancedMs: number; steps: number }> {
  return engine.advanceTimeInParts(tx, deltaMs);
}

/** To be called after an incomplete advance: sets the time to the present; overdue work runs at later requests. */
export function postponeOverdue(tx: ClusterTransaction, realNowMs: number): void {
  engine.postponeOverdue(tx, realNowMs + tx.writeSet.offsetMs);
}

/** Answers one request at the transaction's present. Writes are flushed: the response shows their revisions. */
export function handleRequest(
  tx: ClusterTransaction,
  request: ApiRequest,
  provided: Provided,
  services: Services = SERVICES,
): ApiOutcome {
  return runToEnd(handleInParts(tx, request, provided, services));
}

/** As `handleRequest`, with pauses. */
export function* handleInParts(
  tx: ClusterTransaction,
  request: ApiRequest,
  provided: Provided,
  services: Services = SERVICES,
): Parts<ApiOutcome> {
  const outcome = yield* answerInParts(tx, request, provided, services);
  yield* tx.flushInParts();
  return outcome;
}
