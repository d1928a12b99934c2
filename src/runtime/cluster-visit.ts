/** How the platform works in one cluster: in a commit of its queue, after all that is due, as far as that can be waited for. */
import { MAX_CATCH_UP_WORK, MAX_QUERY_ROUNDS, WORK_BETWEEN_PAUSES } from "../lib/limits.ts";
import type { Parts } from "../lib/parts.ts";
import type { ClusterAccess, Stores } from "../storage/store.ts";
import type { Clock } from "./clock.ts";
import type { ClusterCache } from "./cluster-cache.ts";
import type { ClusterContext } from "./cluster-context.ts";
import type { ClusterState, Engine, EngineTransaction } from "./engine.ts";
import { type Budget, newBudget, queuedRequest, type RequestScope, type WhenBehind } from "./queued-request.ts";
import { failureOfRead } from "./unavailable.ts";

/** What a look saw. */
export interface QueryResult<R> {
  value: R;
  /** How far the state lies behind the present: 0, unless so much was overdue that the look could not wait for it. */
  behindMs: number;
}

/** Must be pure: it is called again when a commit lost a race, and what it throws is a bug. */
export type ClusterQuery<R> = (state: ClusterState) => R;

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
  /** The copy is up to date and the access good. */
  isAuthenticated: boolean;
  context: QueryContext;
}

/** Waits until the cluster is at the present, as long as there is something left of `total`. */
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
  return waitAndQuery(inOnePart(query), visit, total).catch((error: unknown) => {
    throw failureOfRead(error);
  });
}

/** In rounds, so that requests that came meanwhile need not wait for all of it. */
async function waitAndQuery<R>(task: TaskOf<R>, visit: ClusterVisit, total: Budget): Promise<QueryResult<R> | null> {
  for (let rounds = 0; rounds < MAX_QUERY_ROUNDS && total.left >= WORK_BETWEEN_PAUSES; rounds++) {
    const budget = newBudget(Math.min(total.left, MAX_CATCH_UP_WORK));
    const given = budget.left;
    const done = await runTask(task, visit, { whenBehind: "wait", budget });
    total.left -= given - budget.left;
    if (done !== "behind") return done;
  }
  return runTask(task, visit, { whenBehind: "answer", budget: newBudget(0) });
}

/** A task that never pauses. */
export function inOnePart<R>(work: (transaction: EngineTransaction) => R): TaskOf<R> {
  // biome-ignore lint/correctness/useYield: it has no place to pause at
  return function* (transaction) {
    return work(transaction);
  };
}

export type TaskOf<R> = (transaction: EngineTransaction) => Parts<R>;

/** Runs a task in a commit, after all that is due. `behind` only where it waits for that. */
export async function runTask<R, W extends WhenBehind>(
  task: TaskOf<R>,
  { cluster, access, isAuthenticated, context: { stores, scope } }: ClusterVisit,
  options: { whenBehind: W; budget?: Budget },
): Promise<QueryResult<R> | null | (W extends "wait" ? "behind" : never)> {
  const queued = queuedRequest(access, null, { isAuthenticated, task, ...options });
  const answer = await cluster.queue.submit(queued, stores.cluster(access), scope);
  if (answer.type === "failed") throw answer.error;
  if (answer.type === "behind") return "behind" as W extends "wait" ? "behind" : never;
  return answer.type === "done" ? { value: answer.value as R, behindMs: answer.behindMs } : null;
}
