/**
 * The control plane as a pure function: from a cluster's state and a request at an instant follow the next state and
 * the response. The runtime loads the state, calls this, commits the difference and answers.
 */
import { admit, validateAdmission } from "../apiserver/admission/index.ts";
import { handle } from "../apiserver/handle.ts";
import type { ApiOutcome, ApiRequest, Provided } from "../apiserver/request.ts";
import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import type { Snapshot } from "../cluster/snapshot.ts";
import type { Parts } from "../lib/work.ts";
import { type Advanced, ControllerManager, type StepLimits } from "./controller-manager.ts";
import { allControllers } from "./controllers.ts";

export { ControllerManager } from "./controller-manager.ts";

/** The engine with every controller, as production runs it. */
export const engine = new ControllerManager(allControllers, { admit, validateAdmission });

/** Opens a transaction on a copy of a cluster, at the cluster's own time. */
export function begin(snapshot: Snapshot): ClusterTransaction {
  return engine.begin(snapshot);
}

/**
 * Processes what is due up to the instant that `realNowMs` stands for in cluster time. Changes nothing, and makes no
 * difference to commit, when nothing is due. `complete` is false when a limit of the commit was met.
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

/** After an incomplete advance: the time is the present, and what is overdue happens at later requests. */
export function postponeOverdue(tx: ClusterTransaction, realNowMs: number): void {
  engine.postponeOverdue(tx, realNowMs + tx.writeSet.offsetMs);
}

/** Answers one request at the transaction's present. Writes are flushed: the response shows their revisions. */
export function handleRequest(tx: ClusterTransaction, request: ApiRequest, provided: Provided): ApiOutcome {
  const outcome = handle(tx, request, provided);
  tx.flush();
  return outcome;
}
