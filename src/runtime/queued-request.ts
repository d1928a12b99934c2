/** One request on its way through a commit, and what became of it. */
import type { ApiOutcome, ApiRequest, Provided } from "../apiserver/request.ts";
import { MAX_CATCH_UP_WORK } from "../lib/limits.ts";
import type { Parts } from "../lib/parts.ts";
import type { ClusterAccess } from "../storage/store.ts";
import type { EngineTransaction } from "./engine.ts";

/** What ends with the request: work that must go on after its client went away is handed to `waitUntil`. */
export interface RequestScope {
  waitUntil(work: Promise<unknown>): void;
  /** Aborted when the client goes away. */
  signal?: AbortSignal;
}

export type QueuedAnswer =
  /** `behindMs`: how far the state lies behind the present, 0 when everything due has happened. */
  | { type: "outcome"; outcome: ApiOutcome; behindMs: number }
  /** A job without a request: time is where it should be. */
  | { type: "advanced" }
  /** What a task gave. */
  | { type: "done"; value: unknown; behindMs: number }
  /** Only to who waits for the present: it was not reached with the work that the job may spend. Nothing was done for it. */
  | { type: "behind"; behindMs: number }
  /** The credential was revoked, or the cluster deleted, meanwhile. */
  | { type: "unauthorized" }
  | { type: "failed"; error: unknown };

export type Task = (transaction: EngineTransaction) => Parts<unknown>;

/** What a request may still spend on work that is overdue, in units of lib/work.ts. */
export interface Budget {
  left: number;
}

export function newBudget(left = MAX_CATCH_UP_WORK): Budget {
  return { left };
}

/**
 * What becomes of a job when there is more overdue than it may spend work on: a read is answered from the newest committed
 * instant; a write moves the rest to the present, so that it is not older than what follows it; who waits is told `behind`.
 */
export type WhenBehind = "answer" | "postpone" | "wait";

export interface QueuedRequest {
  access: ClusterAccess;
  /** Null: only bring time up to now. */
  request: ApiRequest | null;
  provided: Provided;
  /** Instead of a request: work of the platform's own, once time is where it should be. Repeated if the commit loses a race. */
  task: Task | null;
  /** The store has confirmed the credential, and the copy was up to date, after the request arrived. */
  isAuthenticated: boolean;
  whenBehind: WhenBehind;
  budget: Budget;
  answer: QueuedAnswer | null;
}

export interface JobOptions {
  isAuthenticated: boolean;
  whenBehind: WhenBehind;
  budget?: Budget;
  provided?: Provided;
  task?: Task | null;
}

export function queuedRequest(
  access: ClusterAccess,
  request: ApiRequest | null,
  { isAuthenticated, whenBehind, budget = newBudget(), provided = new Map(), task = null }: JobOptions,
): QueuedRequest {
  return { access, request, provided, task, isAuthenticated, whenBehind, budget, answer: null };
}

/** The bytes that count for a batch. */
export function queuedBytes(queued: QueuedRequest): number {
  return queued.request?.body.length ?? 0;
}
