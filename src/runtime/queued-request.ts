/** One request on its way through a commit, and its answer. */

import type { ApiOutcome, ApiRequest, Provided } from "../apiserver/request.ts";
import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import { MAX_CATCH_UP_WORK } from "../lib/limits.ts";
import type { Parts } from "../lib/work.ts";
import type { ClusterAccess } from "../storage/store.ts";

/** The lifetime of a request. Work that must go on after its client went away is handed to `waitUntil`. */
export interface RequestScope {
  waitUntil(work: Promise<unknown>): void;
  /** Aborted when the client goes away. */
  signal?: AbortSignal;
}

export type QueuedAnswer =
  /** `behindMs`: how far the state lies behind the present, 0 when everything due has happened. */
  | { type: "outcome"; outcome: ApiOutcome; behindMs: number }
  /** Answers an entry without request and task: time is at the present. */
  | { type: "advanced" }
  /** The result of a task. */
  | { type: "done"; value: unknown; behindMs: number }
  /**
   * Only with `whenBehind: "wait"`: the present was not reached, and the task was not run. `hindrance`: the bug that
   * stops the due work; undefined when the budget was spent.
   */
  | { type: "behind"; behindMs: number; hindrance: unknown }
  /** The credential was revoked, or the cluster deleted, meanwhile. */
  | { type: "unauthorized" }
  | { type: "failed"; error: unknown };

export type Task = (transaction: ClusterTransaction) => Parts<unknown>;

/** The overdue work that a request may still run, in units of lib/work.ts. */
export interface Budget {
  left: number;
}

export function newBudget(left = MAX_CATCH_UP_WORK): Budget {
  return { left };
}

/**
 * The behaviour when more is overdue than the budget covers. `answer`: answer from the newest committed instant
 * (reads). `postpone`: move the rest to the present, so that the write is not older than what follows it. `wait`:
 * answer `behind`.
 */
export type WhenBehind = "answer" | "postpone" | "wait";

export interface QueuedRequest {
  access: ClusterAccess;
  /** Null: run the task, or only bring time up to now. */
  request: ApiRequest | null;
  provided: Provided;
  /** Replaces the request: work of the platform's own, at the present. Repeated if the commit loses a race. */
  task: Task | null;
  /** The store has confirmed the credential, and the copy was up to date, after the request arrived. */
  isAuthenticated: boolean;
  whenBehind: WhenBehind;
  budget: Budget;
  answer: QueuedAnswer | null;
}

export interface QueuedRequestOptions {
  isAuthenticated: boolean;
  whenBehind: WhenBehind;
  budget?: Budget;
  provided?: Provided;
  task?: Task | null;
}

export function queuedRequest(
  access: ClusterAccess,
  request: ApiRequest | null,
  { isAuthenticated, whenBehind, budget = newBudget(), provided = new Map(), task = null }: QueuedRequestOptions,
): QueuedRequest {
  return { access, request, provided, task, isAuthenticated, whenBehind, budget, answer: null };
}

/** The bytes that count for a batch. */
export function queuedBytes(queued: QueuedRequest): number {
  return queued.request?.body.length ?? 0;
}
