/**
 * What a batch of requests does to a world, computed without waiting for the store: advance to now, then every request in
 * order on one transaction. Nothing of it counts until the store applied the difference. Long work pauses, so that other
 * requests of the isolate get their turn.
 */
import type { Difference } from "../cluster/rows.ts";
import type { World } from "../cluster/world.ts";
import { MAX_WORK_PER_COMMIT, WORK_BETWEEN_PAUSES } from "../lib/limits.ts";
import type { Parts } from "../lib/parts.ts";
import type { Engine, EngineTransaction } from "./engine.ts";
import type { Job, JobAnswer } from "./job.ts";

export interface Batch {
  /** The answers, should the difference be applied. Empty while catching up. */
  answers: ReadonlyMap<Job, JobAnswer>;
  difference: Difference | null;
  transaction: EngineTransaction;
  /** True when the present is not reached yet: commit this, then prepare anew. */
  catchingUp: boolean;
}

export interface BatchOptions {
  world: World;
  jobs: readonly Job[];
  /** Real time. */
  nowMs: number;
  /** Lets others take a turn. False when the world has moved meanwhile, so that the batch is worth nothing. */
  pause(): Promise<boolean>;
}

/** Null when the world moved while the batch was prepared. */
export async function prepareBatch(engine: Engine, options: BatchOptions): Promise<Batch | null> {
  const { world, jobs, nowMs } = options;
  const failed = new Map<Job, JobAnswer>();
  for (;;) {
    if (isSpent(jobs) && !jobs.some(isWrite)) return answerBehind(engine, options, failed);
    const transaction = engine.begin(world);
    const maxWork = Math.min(MAX_WORK_PER_COMMIT, workLeft(jobs));
    const advanced = await inTurns(engine.advanceInParts(transaction, nowMs, { maxWork }), options);
    if (advanced === null) return null;
    spend(jobs, transaction.overlay.work);
    const { complete } = advanced.value;
    if (!complete && !isSpent(jobs)) return catchUp(transaction);
    // What is left waits for the writes of this batch. If there are none, the reads wait for nothing.
    if (!complete && !jobs.some(isWrite)) return catchUp(transaction);
    if (!complete) engine.postponeOverdue(transaction, nowMs);

    const answers = new Map<Job, JobAnswer>(failed);
    const broken = await answerAll(engine, transaction, { ...options, isBehind: !complete, answers });
    if (broken === "moved") return null;
    if (!broken) return { answers, difference: transaction.overlay.difference(), transaction, catchingUp: false };
    // A bug left the transaction half written: once more, without the request that met it.
    failed.set(broken, answers.get(broken)!);
  }
}

function catchUp(transaction: EngineTransaction): Batch {
  return { answers: new Map(), difference: transaction.overlay.difference(), transaction, catchingUp: true };
}

/** Reads answer from the newest committed instant; what waits for the present is told how far away that is. */
async function answerBehind(
  engine: Engine,
  options: BatchOptions,
  failed: ReadonlyMap<Job, JobAnswer>,
): Promise<Batch | null> {
  const answers = new Map(failed);
  for (;;) {
    const transaction = engine.begin(options.world);
    engine.skipTo(transaction, options.nowMs);
    const broken = await answerAll(engine, transaction, { ...options, isBehind: true, answers });
    if (broken === "moved") return null;
    if (!broken) return { answers, difference: null, transaction, catchingUp: false };
  }
}

// ---- Work

/** True when hardly any of what the requests may spend on overdue work is left. */
function isSpent(jobs: readonly Job[]): boolean {
  return workLeft(jobs) < WORK_BETWEEN_PAUSES;
}

/** Requests of one batch share the work: the one that may spend most decides. */
function workLeft(jobs: readonly Job[]): number {
  return Math.max(0, ...jobs.map(({ budget }) => budget.left));
}

function spend(jobs: readonly Job[], work: number): void {
  for (const budget of new Set(jobs.map((job) => job.budget))) budget.left -= work;
}

function isWrite({ whenBehind }: Job): boolean {
  return whenBehind === "postpone";
}

/** Runs the parts, with a turn for others in between; null when the world moved meanwhile. */
async function inTurns<R>(parts: Parts<R>, { pause }: Pick<BatchOptions, "pause">): Promise<{ value: R } | null> {
  for (;;) {
    const step = parts.next();
    if (step.done) return { value: step.value };
    if (!(await pause())) return null;
  }
}

// ---- Answers

interface Answering extends BatchOptions {
  isBehind: boolean;
  /** Of the requests so far. */
  answers: Map<Job, JobAnswer>;
}

/**
 * Answers every job that has no answer yet, in order. Gives the first whose request made the engine throw, or `moved` when the
 * world did.
 */
async function answerAll(
  engine: Engine,
  transaction: EngineTransaction,
  { jobs, answers, ...context }: Answering,
): Promise<Job | "moved" | null> {
  let pausedAt = transaction.overlay.work;
  for (const job of jobs) {
    if (answers.has(job)) continue;
    if (transaction.overlay.work - pausedAt >= WORK_BETWEEN_PAUSES) {
      if (!(await context.pause())) return "moved";
      pausedAt = transaction.overlay.work;
    }
    try {
      const answer = await answerOne(engine, transaction, job, context);
      if (answer === null) return "moved";
      answers.set(job, answer);
    } catch (error) {
      answers.set(job, { type: "failed", error });
      return job;
    }
  }
  return null;
}

async function answerOne(
  engine: Engine,
  transaction: EngineTransaction,
  { request, provided, task, whenBehind }: Job,
  { isBehind, world, ...context }: Omit<Answering, "jobs" | "answers">,
): Promise<JobAnswer | null> {
  const behindMs = isBehind ? Math.max(1, transaction.nowMs - world.meta.timeMs) : 0;
  if (isBehind && whenBehind === "wait") return { type: "behind", behindMs };
  if (task) {
    const done = await inTurns(task(transaction), context);
    return done && { type: "done", value: done.value, behindMs };
  }
  if (request === null) return { type: "advanced" };
  // Someone may have advanced the cluster since the request arrived: what counts is the offset it is committed with.
  const { offsetMs } = transaction.overlay;
  const outcome = engine.handleRequest(transaction, { ...request, offsetMs }, provided);
  return { type: "outcome", outcome, behindMs };
}
