/**
 * What a batch of requests does to a world, computed without waiting for the store: advance to now, then every request in
 * order on one transaction. Nothing of it counts until the store applied the difference. Long work pauses, so that other
 * requests of the isolate get their turn.
 */
import type { Difference } from "../cluster/rows.ts";
import type { World } from "../cluster/world.ts";
import { ReconcileError } from "../control-plane/reconcile-error.ts";
import {
  MAX_COMMIT_BYTES_AT_INSTANT,
  MAX_PASSED_OVER,
  MAX_WORK_PER_COMMIT,
  WORK_BETWEEN_PAUSES,
} from "../lib/limits.ts";
import type { Parts } from "../lib/parts.ts";
import type { Engine, EngineTransaction } from "./engine.ts";
import type { Job, JobAnswer } from "./job.ts";

export interface Batch {
  /** The answers, should the difference be applied. Empty while catching up; jobs that the commit has no room for have none. */
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
  /** False where a commit of due work was refused: then requests are answered without it. */
  advances: boolean;
  /** Told of what stands in the way of due work, for the log. */
  onHindrance(error: unknown): void;
}

/** Null when the world moved while the batch was prepared. */
export async function prepareBatch(engine: Engine, options: BatchOptions): Promise<Batch | null> {
  const { world, jobs, nowMs } = options;
  const { version } = world.meta;
  const failed = new Map<Job, JobAnswer>();
  const passOver = new Set<string>();
  for (;;) {
    // Whoever waits, if only for a promise, lets others go first, and the world may move.
    if (world.meta.version !== version) return null;
    if (!options.advances || (isSpent(jobs) && !jobs.some(isWrite))) return answerBehind(engine, options, failed);
    const advanced = await advance(engine, options, passOver);
    if (advanced === "moved") return null;
    if (advanced === "hindered") return answerBehind(engine, options, failed);
    if (advanced === "again") continue;
    const { transaction, complete } = advanced;
    if (world.meta.version !== version) return null;
    spend(jobs, transaction.overlay.work);
    if (!complete && !isSpent(jobs)) return catchUp(transaction);
    // What is left waits for the writes of this batch. If there are none, the reads wait for nothing.
    if (!complete && !jobs.some(isWrite)) return catchUp(transaction);
    if (!complete) engine.postponeOverdue(transaction, nowMs);

    const answers = new Map<Job, JobAnswer>(failed);
    const broken = await answerAll(engine, transaction, { ...options, isBehind: !complete, answers });
    if (broken === "moved" || world.meta.version !== version) return null;
    if (!broken) return { answers, difference: transaction.overlay.difference(), transaction, catchingUp: false };
    // A bug left the transaction half written: once more, without the request that met it.
    failed.set(broken, answers.get(broken)!);
  }
}

/**
 * Opens a transaction and brings it to the present, or as near as the requests may. A mistake of ours in one piece of work
 * must not stand in the way of the others, nor of any request: `again` without that piece, or `hindered` when that does
 * not help.
 */
async function advance(
  engine: Engine,
  options: BatchOptions,
  passOver: Set<string>,
): Promise<{ transaction: EngineTransaction; complete: boolean } | "moved" | "again" | "hindered"> {
  const { world, jobs, nowMs } = options;
  const transaction = engine.begin(world);
  const maxWork = Math.min(MAX_WORK_PER_COMMIT, workLeft(jobs));
  try {
    const advanced = await inTurns(engine.advanceInParts(transaction, nowMs, { maxWork, passOver }), options);
    return advanced === null ? "moved" : { transaction, complete: advanced.value.complete };
  } catch (error) {
    options.onHindrance(error);
    const isNew = error instanceof ReconcileError && !passOver.has(error.work);
    if (!isNew || passOver.size >= MAX_PASSED_OVER) return "hindered";
    passOver.add(error.work);
    return "again";
  }
}

function catchUp(transaction: EngineTransaction): Batch {
  return { answers: new Map(), difference: transaction.overlay.difference(), transaction, catchingUp: true };
}

/** All answer from the newest committed instant; what waits for the present is told how far away that is. */
async function answerBehind(
  engine: Engine,
  options: BatchOptions,
  failed: ReadonlyMap<Job, JobAnswer>,
): Promise<Batch | null> {
  const answers = new Map(failed);
  const { version } = options.world.meta;
  for (;;) {
    const transaction = engine.begin(options.world);
    engine.postponeOverdue(transaction, options.nowMs);
    const broken = await answerAll(engine, transaction, { ...options, isBehind: true, answers });
    if (broken === "moved" || options.world.meta.version !== version) return null;
    if (!broken) return { answers, difference: transaction.overlay.difference(), transaction, catchingUp: false };
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
 * Answers the jobs that have no answer yet, in order, until the commit is large: at least one. Gives the first whose request
 * made the engine throw, or `moved` when the world did.
 */
async function answerAll(
  engine: Engine,
  transaction: EngineTransaction,
  { jobs, answers, ...context }: Answering,
): Promise<Job | "moved" | null> {
  const { version } = context.world.meta;
  let pausedAt = transaction.overlay.work;
  for (const job of jobs) {
    if (answers.has(job)) continue;
    if (context.world.meta.version !== version) return "moved";
    if (answers.size > 0 && transaction.overlay.written.bytes >= MAX_COMMIT_BYTES_AT_INSTANT) break;
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
