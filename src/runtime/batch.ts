/**
 * What a batch of requests does to a world, computed without waiting for anything: advance to now, then every request in
 * order on one transaction. Nothing of it counts until the store applied the difference.
 */
import type { ApiRequest } from "../apiserver/request.ts";
import type { Difference } from "../cluster/rows.ts";
import type { World } from "../cluster/world.ts";
import { MAX_CATCH_UP_COMMITS } from "../lib/limits.ts";
import type { Engine, EngineTransaction } from "./engine.ts";
import type { Job, JobAnswer } from "./job.ts";

export interface Batch {
  /** The answers, should the difference be applied. Empty while catching up. */
  answers: ReadonlyMap<Job, JobAnswer>;
  difference: Difference | null;
  transaction: EngineTransaction;
  /** True when the step limit was reached: commit this, then prepare anew. */
  catchingUp: boolean;
}

export interface BatchOptions {
  world: World;
  jobs: readonly Job[];
  /** Real time. */
  nowMs: number;
  /** Commits that this batch has already spent on catching up. */
  catchUps: number;
}

export function prepareBatch(engine: Engine, { world, jobs, nowMs, catchUps }: BatchOptions): Batch {
  const failed = new Map<Job, JobAnswer>();
  for (;;) {
    const transaction = engine.begin(world);
    const { complete } = engine.advance(transaction, nowMs);
    if (!complete && catchUps < MAX_CATCH_UP_COMMITS) {
      return { answers: new Map(), difference: transaction.overlay.difference(), transaction, catchingUp: true };
    }
    if (!complete) engine.postponeOverdue(transaction, nowMs);

    const answers = new Map<Job, JobAnswer>(failed);
    const broken = answerAll(engine, transaction, jobs, answers);
    if (!broken) return { answers, difference: transaction.overlay.difference(), transaction, catchingUp: false };
    // A bug left the transaction half written: once more, without the request that met it.
    failed.set(broken, answers.get(broken)!);
  }
}

/** Answers every job that has no answer yet, in order. Returns the first whose request made the engine throw. */
function answerAll(
  engine: Engine,
  transaction: EngineTransaction,
  jobs: readonly Job[],
  answers: Map<Job, JobAnswer>,
): Job | null {
  for (const job of jobs) {
    if (answers.has(job)) continue;
    try {
      answers.set(job, answerOne(engine, transaction, job.request, job));
    } catch (error) {
      answers.set(job, { type: "failed", error });
      return job;
    }
  }
  return null;
}

function answerOne(
  engine: Engine,
  transaction: EngineTransaction,
  request: ApiRequest | null,
  { provided, task }: Job,
): JobAnswer {
  if (task) return { type: "done", value: task(transaction) };
  if (request === null) return { type: "advanced" };
  // Someone may have advanced the cluster since the request arrived: what counts is the offset it is committed with.
  const { offsetMs } = transaction.overlay;
  return { type: "outcome", outcome: engine.handleRequest(transaction, { ...request, offsetMs }, provided) };
}
