/** The platform's work in one cluster: in a commit of its queue, after all due work, as far as the budget allows. */
import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import { MAX_CATCH_UP_WORK, MAX_QUERY_ROUNDS, WORK_BETWEEN_PAUSES } from "../lib/limits.ts";
import { inOnePart, type Parts } from "../lib/work.ts";
import type { ClusterAccess, Stores } from "../storage/store.ts";
import type { Clock } from "./clock.ts";
import type { ClusterCache } from "./cluster-cache.ts";
import type { ClusterContext } from "./cluster-context.ts";
import type { ClusterState, Engine } from "./engine.ts";
import { type Budget, newBudget, queuedRequest, type RequestScope, type WhenBehind } from "./queued-request.ts";
import { failureOfRead } from "./unavailable.ts";

/** The result of a query. */
export interface QueryResult<R> {
  value: R;
  /** How far the state lies behind the present: 0, unless the query's budget did not cover the overdue work. */
  behindMs: number;
  /** The bug because of which the state lies behind. */
  hindrance?: unknown;
}

/** The present was not reached. `hindrance`: the bug that stops the due work; undefined when the budget was spent. */
export interface Behind {
  type: "behind";
  hindrance: unknown;
}

export function isBehind(done: QueryResult<unknown> | Behind | null): done is Behind {
  return done !== null && "type" in done;
}

/** Must be pure: it is called again when a commit lost a race. An exception is a bug. */
export type ClusterQuery<R> = (state: ClusterState) => R;

/** Changes a cluster. Must be pure, as `ClusterQuery`; throws ApiError where the cluster refuses the change. */
export type ClusterChange<R> = (transaction: ClusterTransaction) => R;

export interface QueryContext {
  cache: ClusterCache;
  engine: Engine;
  clock: Clock;
  stores: Stores;
  scope: RequestScope;
}

/** Work in one cluster, by one request. */
export interface ClusterVisit {
  cluster: ClusterContext;
  access: ClusterAccess;
  /** The copy is up to date and the access is valid. */
  isAuthenticated: boolean;
  context: QueryContext;
}

/** Queries the cluster at the present, or behind it once `total` is spent. */
export async function queryNow<R>(
  query: ClusterQuery<R>,
  visit: ClusterVisit,
  total: Budget,
): Promise<QueryResult<R> | null> {
  const { cluster, isAuthenticated, context } = visit;
  const { engine, clock } = context;
  if (isAuthenticated && !cluster.cached.isDue) {
    const transaction = engine.begin(cluster.cached.snapshot);
    engine.advance(transaction, clock.now());
    return { value: query(transaction), behindMs: 0 };
  }
  return waitAndQuery(taskOf(query), visit, total).catch((error: unknown) => {
    throw failureOfRead(error);
  });
}

/** Works in rounds, so that requests that arrived meanwhile need not wait for all overdue work. */
async function waitAndQuery<R>(task: TaskOf<R>, visit: ClusterVisit, total: Budget): Promise<QueryResult<R> | null> {
  for (let rounds = 0; rounds < MAX_QUERY_ROUNDS && total.left >= WORK_BETWEEN_PAUSES; rounds++) {
    const budget = newBudget(Math.min(total.left, MAX_CATCH_UP_WORK));
    const given = budget.left;
    const done = await runTask(task, visit, { whenBehind: "wait", budget });
    total.left -= given - budget.left;
    if (!isBehind(done)) return done;
    // More rounds would end at the same bug.
    if (done.hindrance !== undefined) {
      const seen = await readBehind(task, visit);
      return seen && { ...seen, hindrance: done.hindrance };
    }
  }
  return readBehind(task, visit);
}

/** Runs the task on the newest committed instant. */
function readBehind<R>(task: TaskOf<R>, visit: ClusterVisit): Promise<QueryResult<R> | null> {
  return runTask(task, visit, { whenBehind: "answer", budget: newBudget(0) });
}

/** A task that never pauses. */
export function taskOf<R>(work: ClusterChange<R>): TaskOf<R> {
  return (transaction) => inOnePart(() => work(transaction));
}

export type TaskOf<R> = (transaction: ClusterTransaction) => Parts<R>;

/** Runs a task in a commit, after all due work. `Behind` only with `whenBehind: "wait"`. */
export async function runTask<R, W extends WhenBehind>(
  task: TaskOf<R>,
  { cluster, access, isAuthenticated, context: { stores, scope } }: ClusterVisit,
  options: { whenBehind: W; budget?: Budget },
): Promise<QueryResult<R> | null | (W extends "wait" ? Behind : never)> {
  const queued = queuedRequest(access, null, { isAuthenticated, task, ...options });
  const answer = await cluster.queue.submit(queued, stores.cluster(access), scope);
  if (answer.type === "failed") throw answer.error;
  if (answer.type === "behind") {
    return { type: "behind", hindrance: answer.hindrance } as W extends "wait" ? Behind : never;
  }
  return answer.type === "done" ? { value: answer.value as R, behindMs: answer.behindMs } : null;
}
