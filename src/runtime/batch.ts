/**
 * Computes the effect of a batch of requests on a snapshot, without waiting for the store: advance to now, then run the
 * requests in order on one transaction. The result is valid only once the store has applied the difference. Long work
 * pauses, so that other requests of the isolate get their turn.
 */
import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import { installSigningKey } from "../cluster/issuer/issuer.ts";
import { Needed } from "../cluster/needs.ts";
import type { Difference } from "../cluster/rows.ts";
import type { Snapshot } from "../cluster/snapshot.ts";
import { ReconcileError } from "../control-plane/reconcile-error.ts";
import type { OwnImage } from "../lib/image-document.ts";
import {
  MAX_COMMIT_BYTES_AT_INSTANT,
  MAX_PASSED_OVER,
  MAX_UNSKIPPED_CATCH_UP_MS,
  MAX_WORK_PER_COMMIT,
  WORK_BETWEEN_PAUSES,
} from "../lib/limits.ts";
import type { SigningKey } from "../lib/signing/jwt.ts";
import { type Parts, Turns } from "../lib/work.ts";
import type { Engine } from "./engine.ts";
import type { QueuedAnswer, QueuedRequest } from "./queued-request.ts";

export interface Batch {
  /**
   * Valid once the difference is applied. Empty while catching up; requests that did not fit the commit are missing.
   */
  answers: ReadonlyMap<QueuedRequest, QueuedAnswer>;
  difference: Difference | null;
  transaction: ClusterTransaction;
  /** True when the present is not reached yet: commit this difference, then prepare the batch again. */
  catchingUp: boolean;
}

export interface BatchOptions {
  snapshot: Snapshot;
  requests: readonly QueuedRequest[];
  /** Real time. */
  nowMs: number;
  /**
   * Lets other requests take a turn after this much work. False when the snapshot has moved meanwhile: the batch is then
   * discarded.
   */
  pause(work: number): Promise<boolean>;
  /** False after a commit of due work was refused: requests are then answered without due work. */
  advances: boolean;
  /** Loads the code that due work or a query asked for. */
  loadContainers(part?: string): Promise<void>;
  /** Installs a built-in OpenAPI document that a program asked for. */
  loadDocument(name: string): Promise<void>;
  /** A new key for due work that signs, such as a program that reads its token. */
  newSigningKey(): Promise<SigningKey>;
  /** The organization's images in a repository, for due work that pulls one. */
  loadImages(repository: string): Promise<readonly OwnImage[]>;
  /** Receives errors that stop due work, for the log. */
  onHindrance(error: unknown): void;
}

/** Null when the snapshot moved while the batch was prepared. */
export async function prepareBatch(engine: Engine, options: BatchOptions): Promise<Batch | null> {
  const { snapshot, requests, nowMs } = options;
  const { version } = snapshot.meta;
  const failed = new Map<QueuedRequest, QueuedAnswer>();
  const passOver = new Set<string>();
  const provided: Provided = { images: new Map() };
  for (;;) {
    // Every await lets other requests run, so the snapshot may have moved.
    if (snapshot.meta.version !== version) return null;
    if (!options.advances || (isSpent(requests) && !requests.some(isWrite)))
      return answerBehind(engine, { ...options, provided }, failed);
    const advanced = await advance(engine, options, { passOver, provided });
    if (advanced === "moved") return null;
    if (advanced === "again") continue;
    if ("hindrance" in advanced)
      return answerBehind(engine, { ...options, provided, hindrance: advanced.hindrance }, failed);
    const { transaction, turns, complete } = advanced;
    if (snapshot.meta.version !== version) return null;
    spend(requests, transaction.writeSet.work);
    if (!complete && !isSpent(requests)) return whole(advanced, options, { answers: new Map(), catchingUp: true });
    // Overdue work is postponed as a whole only for the sake of a write. A batch of reads keeps catching up.
    if (!complete && !requests.some(isWrite)) {
      skipHalf(engine, transaction, nowMs);
      return whole(advanced, options, { answers: new Map(), catchingUp: true });
    }
    if (!complete) engine.postponeOverdue(transaction, nowMs);

    const answers = new Map<QueuedRequest, QueuedAnswer>(failed);
    const answering = { ...options, provided, isBehind: !complete, answers };
    const broken = await answerAll(engine, { transaction, turns }, answering);
    if (broken === "moved" || snapshot.meta.version !== version) return null;
    if (broken === "again") continue;
    if (!broken) return whole(advanced, options, { answers, catchingUp: false });
    // A bug left the transaction half written: run the batch again without the request that met it.
    failed.set(broken, answers.get(broken)!);
  }
}

/** A transaction, and when its work pauses. */
interface Work {
  transaction: ClusterTransaction;
  turns: Turns;
}

/** Answers to needs of due work and of tasks, for the next attempt. */
interface Provided {
  key?: SigningKey;
  images: Map<string, readonly OwnImage[]>;
}

function begin(engine: Engine, snapshot: Snapshot, { key, images }: Provided): Work {
  const transaction = engine.begin(snapshot);
  transaction.writeSet.images.provided = images;
  if (key) installSigningKey(transaction, key);
  return { transaction, turns: new Turns(transaction.writeSet) };
}

/**
 * The batch of a finished transaction; null when the snapshot moved meanwhile. To compute the rows of a large commit and
 * to write them takes as long as parts of the work, so each of the two gets a turn of its own.
 */
async function whole(
  { transaction, turns }: Work,
  { pause }: BatchOptions,
  { answers, catchingUp }: Pick<Batch, "answers" | "catchingUp">,
): Promise<Batch | null> {
  const { writeSet } = transaction;
  const isLong = writeSet.work >= WORK_BETWEEN_PAUSES;
  if (isLong && !(await pause(turns.over()))) return null;
  const difference = writeSet.difference();
  if (isLong && difference && !(await pause(0))) return null;
  return { answers, difference, transaction, catchingUp };
}

/**
 * Opens a transaction and brings it to the present, or as near as the requests' budgets allow. A bug in one piece of
 * work must stop neither the other work nor any request. `again`: run again without that piece. `hindrance`: the bug,
 * where passing over pieces did not help.
 */
async function advance(
  engine: Engine,
  options: BatchOptions,
  { passOver, provided }: { passOver: Set<string>; provided: Provided },
): Promise<(Work & { complete: boolean }) | { hindrance: unknown } | "moved" | "again"> {
  const { snapshot, requests, nowMs } = options;
  const work = begin(engine, snapshot, provided);
  const { transaction } = work;
  const maxWork = Math.min(MAX_WORK_PER_COMMIT, workLeft(requests));
  try {
    const parts = engine.advanceInParts(transaction, nowMs, { maxWork, passOver });
    const advanced = await inTurns(parts, work, options);
    return advanced === null ? "moved" : { ...work, complete: advanced.value.complete };
  } catch (error) {
    if (await isProvided(error, options, provided)) return "again";
    options.onHindrance(error);
    const isNew = error instanceof ReconcileError && !passOver.has(error.work);
    if (!isNew || passOver.size >= MAX_PASSED_OVER) return { hindrance: error };
    passOver.add(error.work);
    return "again";
  }
}

/** Provides what was asked for. False for other errors, and if the same answer was provided before: it did not help. */
async function isProvided(error: unknown, options: BatchOptions, provided: Provided): Promise<boolean> {
  if (!(error instanceof Needed)) return false;
  const { need } = error;
  switch (need.type) {
    case "containers":
      await options.loadContainers(need.part);
      return true;
    case "document":
      await options.loadDocument(need.name);
      return true;
    case "signingKey":
      if (provided.key) return false;
      provided.key = await options.newSigningKey();
      return true;
    case "images":
      if (provided.images.has(need.repository)) return false;
      provided.images.set(need.repository, await options.loadImages(need.repository));
      return true;
    default:
      return false;
  }
}

/**
 * Ends a long catch-up after a few requests: each one that spent its budget halves the time that is left, as if the
 * controllers had been down meanwhile. Work of the skipped time happens at its end; CronJobs count missed starts.
 */
function skipHalf(engine: Engine, transaction: ClusterTransaction, nowMs: number): void {
  const { offsetMs, nowMs: reachedMs } = transaction.writeSet;
  const behindMs = nowMs + offsetMs - reachedMs;
  if (behindMs > MAX_UNSKIPPED_CATCH_UP_MS) engine.postponeOverdue(transaction, nowMs - Math.floor(behindMs / 2));
}

/**
 * Answers all requests from the newest committed instant. Requests that wait for the present get the distance to it.
 */
async function answerBehind(
  engine: Engine,
  options: BatchOptions & { hindrance?: unknown; provided: Provided },
  broken: ReadonlyMap<QueuedRequest, QueuedAnswer>,
): Promise<Batch | null> {
  const failed = new Map(broken);
  const { version } = options.snapshot.meta;
  for (;;) {
    const work = begin(engine, options.snapshot, options.provided);
    engine.postponeOverdue(work.transaction, options.nowMs);
    // Answers of a transaction that was dropped do not count.
    const answers = new Map(failed);
    const next = await answerAll(engine, work, { ...options, isBehind: true, answers });
    if (next === "moved" || options.snapshot.meta.version !== version) return null;
    if (next === "again") continue;
    if (!next) return whole(work, options, { answers, catchingUp: false });
    failed.set(next, answers.get(next)!);
  }
}

// ---- Work

/** True when less than one pause's worth of work remains in the requests' budgets. */
function isSpent(requests: readonly QueuedRequest[]): boolean {
  return workLeft(requests) < WORK_BETWEEN_PAUSES;
}

/** Requests of one batch share the work: the largest budget counts. */
function workLeft(requests: readonly QueuedRequest[]): number {
  return Math.max(0, ...requests.map(({ budget }) => budget.left));
}

function spend(requests: readonly QueuedRequest[], work: number): void {
  for (const budget of new Set(requests.map((queued) => queued.budget))) budget.left -= work;
}

function isWrite({ whenBehind }: QueuedRequest): boolean {
  return whenBehind === "postpone";
}

/** Runs the parts, with pauses in between; null when the snapshot moved meanwhile. */
async function inTurns<R>(
  parts: Parts<R>,
  { turns }: Work,
  { pause }: Pick<BatchOptions, "pause">,
): Promise<{ value: R } | null> {
  for (;;) {
    const step = parts.next();
    if (step.done) return { value: step.value };
    const work = turns.over();
    if (work > 0 && !(await pause(work))) return null;
  }
}

// ---- Answers

interface Answering extends BatchOptions {
  isBehind: boolean;
  provided: Provided;
  /** The bug that stops the due work. */
  hindrance?: unknown;
  /** The answers so far; answers are added to it. */
  answers: Map<QueuedRequest, QueuedAnswer>;
}

/**
 * Answers the requests that have no answer yet, in order: at least one, and no more once the commit is large. Returns
 * the first request that made the engine throw, `moved` when the snapshot moved, or `again` when code or data was
 * provided and the batch must begin again.
 */
async function answerAll(
  engine: Engine,
  work: Work,
  { requests, answers, ...context }: Answering,
): Promise<QueuedRequest | "moved" | "again" | null> {
  const { transaction, turns } = work;
  const { version } = context.snapshot.meta;
  for (const queued of requests) {
    if (answers.has(queued)) continue;
    if (context.snapshot.meta.version !== version) return "moved";
    if (answers.size > 0 && transaction.writeSet.written.bytes >= MAX_COMMIT_BYTES_AT_INSTANT) break;
    const done = turns.over();
    if (done > 0 && !(await context.pause(done))) return "moved";
    try {
      const answer = await answerOne(engine, work, queued, context);
      if (answer === null) return "moved";
      answers.set(queued, answer);
    } catch (error) {
      if (await isProvided(error, { ...context, requests }, context.provided)) return "again";
      answers.set(queued, { type: "failed", error });
      return queued;
    }
  }
  return null;
}

async function answerOne(
  engine: Engine,
  work: Work,
  { request, provided, task, whenBehind }: QueuedRequest,
  { isBehind, snapshot, hindrance, ...context }: Omit<Answering, "requests" | "answers" | "provided">,
): Promise<QueuedAnswer | null> {
  const { transaction } = work;
  const behindMs = isBehind ? Math.max(1, transaction.nowMs - snapshot.meta.timeMs) : 0;
  if (isBehind && whenBehind === "wait") return { type: "behind", behindMs, hindrance };
  if (task) {
    const done = await inTurns(task(transaction), work, context);
    return done && { type: "done", value: done.value, behindMs };
  }
  if (request === null) return { type: "advanced" };
  // Another request may have advanced the cluster since this one arrived: the offset of the commit counts.
  const { offsetMs } = transaction.writeSet;
  const handled = await inTurns(engine.handleInParts(transaction, { ...request, offsetMs }, provided), work, context);
  return handled && { type: "outcome", outcome: handled.value, behindMs };
}
