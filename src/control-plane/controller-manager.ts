/**
 * Advances a cluster to an instant: processes due work in order of time, each piece at its own instant. Changes wake
 * the controllers that watch them a little later (the latency model).
 */
import { ClusterTransaction, isRefusal } from "../cluster/cluster-transaction.ts";
import { recordEvent } from "../cluster/events.ts";
import { Needed } from "../cluster/needs.ts";
import type { RecordedChange } from "../cluster/object-change.ts";
import { CommitFull } from "../cluster/refusals.ts";
import type { Snapshot } from "../cluster/snapshot.ts";
import type { WritePolicy } from "../cluster/write.ts";
import { WriteSet } from "../cluster/write-set.ts";
import type { Controller, Watch } from "../controllers/controller.ts";
import { type ObjectKey, parseKey, type ResourceId } from "../kinds/kind.ts";
import { assert } from "../lib/assert.ts";
import {
  CATCH_UP_WINDOW_MS,
  MAX_CHANGES_PER_COMMIT,
  MAX_CHANGES_PER_FOLD,
  MAX_COMMIT_BYTES,
  MAX_COMMIT_BYTES_AT_INSTANT,
  MAX_STEPS_PER_COMMIT,
  MAX_STEPS_PER_FOLD,
  MAX_WORK_PER_COMMIT,
  RETRY_BASE_MS,
  RETRY_MAX_MS,
} from "../lib/limits.ts";
import type { Parts } from "../lib/work.ts";
import { runToEnd, WORK } from "../lib/work.ts";
import { ReconcileError, workName } from "./reconcile-error.ts";

/** Default delay between a change and a controller's reaction: the time of a watch, a queue and a request. */
const DEFAULT_LATENCY_MS = 12;
const RETRY_OWNER_PREFIX = "retry/";

/** The limits of one commit; see limits.ts for the defaults. */
export interface StepLimits {
  /** Reconciles. */
  maxSteps?: number;
  /** Units of work, see work.ts. */
  maxWork?: number;
  /** Pieces of work (`workName`) that are postponed because of a bug in a controller. An Event reports each. */
  passOver?: ReadonlySet<string>;
}

export interface Advanced {
  /** True when no work is overdue any more. */
  complete: boolean;
  /** Number of reconciles that were run. */
  steps: number;
}

interface Wakeup {
  controller: Controller;
  watch: Watch;
}

/** A set of controllers, ready to be woken by changes. */
export class ControllerManager {
  readonly #controllers: ReadonlyMap<string, Controller>;
  readonly #wakeups: ReadonlyMap<ResourceId | "*", readonly Wakeup[]>;
  readonly #policy: WritePolicy;

  constructor(controllers: readonly Controller[], policy: WritePolicy) {
    this.#controllers = new Map(controllers.map((controller) => [controller.name, controller]));
    assert(this.#controllers.size === controllers.length, "controller names are unique");
    this.#wakeups = wakeupsByResource(controllers);
    this.#policy = policy;
  }

  /** Opens a transaction at the cluster's committed time. Nothing is processed yet. */
  begin(snapshot: Snapshot): ClusterTransaction {
    const writeSet = new WriteSet(snapshot, snapshot.meta.timeMs);
    const tx = new ClusterTransaction(writeSet, this.#policy, "kube-controller-manager");
    writeSet.onChange = (change) => this.#wake(tx, change);
    return tx;
  }

  /** As `advanceInParts`, without a pause. */
  advance(tx: ClusterTransaction, targetMs: number): Advanced {
    return runToEnd(this.advanceInParts(tx, targetMs));
  }

  /**
   * Processes work that is due up to `targetMs` (cluster time).
   * `complete` is false when a limit of the commit was met: commit, and continue from there. The transaction's time is
   * `targetMs` if complete.
   */
  advanceInParts(tx: ClusterTransaction, targetMs: number, limits: StepLimits = {}): Parts<Advanced> {
    return this.#process(tx, { targetMs, earliestMs: targetMs - CATCH_UP_WINDOW_MS, ...withDefaults(limits) });
  }

  /**
   * Lets the cluster's time run ahead of real time by `deltaMs` more and processes the work that becomes due meanwhile.
   * Each piece happens at its own instant, without the window of `advanceInParts`. `advancedMs` is less than `deltaMs`
   * when a limit of the commit was met: commit, and continue with the rest. Takes a revision before which everything is
   * Expired: watches and paged lists must begin anew, because all times that clients see have moved.
   */
  *advanceTimeInParts(
    tx: ClusterTransaction,
    deltaMs: number,
    limits: StepLimits = {},
  ): Parts<{ advancedMs: number; steps: number }> {
    const { writeSet } = tx;
    yield* writeSet.flushInParts();
    const startMs = writeSet.nowMs;
    const targetMs = startMs + deltaMs;
    const { complete, steps } = yield* this.#process(tx, { targetMs, earliestMs: startMs, ...withDefaults(limits) });
    const advancedMs = complete ? deltaMs : writeSet.nowMs - startMs;
    writeSet.offsetMs += advancedMs;
    writeSet.revision++;
    writeSet.compactedRevision = writeSet.revision;
    return { advancedMs, steps };
  }

  /**
   * Work that was due before `earliestMs` happens at `earliestMs`. A commit ends with an instant. An instant is cut
   * only if it has very many bytes, or as much work again as a whole commit. The cut depends on the instant's own steps
   * alone, so the changes are the same wherever commits end.
   */
  *#process(
    tx: ClusterTransaction,
    {
      targetMs,
      earliestMs,
      maxSteps,
      maxWork,
      passOver,
    }: Required<StepLimits> & Record<"targetMs" | "earliestMs", number>,
  ): Parts<Advanced> {
    const { writeSet } = tx;
    const begunAt = writeSet.work;
    let steps = 0;
    let foldedSteps = 0;
    for (;;) {
      const item = writeSet.nextDue();
      if (!item || item.atMs > targetMs) {
        if (!writeSet.hasPending) break;
        yield* writeSet.flushInParts();
        continue;
      }
      const work = writeSet.work - begunAt;
      const isEnough = steps >= maxSteps || work >= maxWork || isLarge(writeSet);
      const isFull = writeSet.written.bytes >= MAX_COMMIT_BYTES;
      const instantMs = Math.max(item.atMs, writeSet.nowMs, earliestMs);
      if (instantMs > writeSet.nowMs) {
        // The present instant ends first: its changes may wake work that is due before this item.
        if (writeSet.hasPending) {
          yield* writeSet.flushInParts();
          continue;
        }
        if (isEnough) return { complete: false, steps };
        writeSet.nowMs = instantMs;
        foldedSteps = 0;
      } else if (isFull || foldedSteps >= MAX_STEPS_PER_FOLD || writeSet.pendingCount >= MAX_CHANGES_PER_FOLD) {
        yield* writeSet.flushInParts();
        foldedSteps = 0;
        if (isFull || steps >= maxSteps + MAX_STEPS_PER_COMMIT || work >= maxWork + MAX_WORK_PER_COMMIT) {
          return { complete: false, steps };
        }
      }
      yield;
      writeSet.takeDue(item);
      if (passOver.has(workName(item.controller, item.key))) this.#passOver(tx, item.controller, item.key);
      else yield* this.#reconcile(tx, item.controller, item.key);
      writeSet.work += WORK.reconcile;
      steps++;
      foldedSteps++;
    }
    writeSet.nowMs = Math.max(writeSet.nowMs, targetMs);
    return { complete: true, steps };
  }

  /**
   * Moves the transaction's time to the present, so that a write admitted now is not older than the work that follows
   * it. Overdue work keeps its order and its rows, which may be very many. It later happens no earlier than this time.
   */
  postponeOverdue(tx: ClusterTransaction, nowMs: number): void {
    const { writeSet } = tx;
    writeSet.flush();
    writeSet.nowMs = Math.max(writeSet.nowMs, nowMs);
  }

  *#reconcile(tx: ClusterTransaction, name: string, key: ObjectKey): Parts<void> {
    const controller = this.#controllers.get(name);
    // The work belongs to a controller that this version no longer has.
    if (!controller) return;
    const owner = RETRY_OWNER_PREFIX + name;
    tx.writeSet.limitBytes = MAX_COMMIT_BYTES;
    try {
      const run = controller.reconcile(tx.as(controller.manager), key, tx.nowMs);
      const againAtMs = typeof run === "object" ? yield* run : run;
      if (typeof againAtMs === "number") tx.requeue(name, key, againAtMs);
      tx.setPrivateState(key, owner, undefined);
    } catch (error) {
      if (error instanceof CommitFull) {
        tx.requeue(name, key, tx.nowMs);
        return;
      }
      if (error instanceof Needed) throw error;
      if (!isRefusal(error)) throw new ReconcileError(name, key, error);
      const failures = tx.privateState<number>(key, owner) ?? 0;
      tx.setPrivateState(key, owner, failures + 1);
      tx.requeue(name, key, tx.nowMs + Math.min(RETRY_BASE_MS * 2 ** failures, RETRY_MAX_MS));
    } finally {
      tx.writeSet.limitBytes = Number.POSITIVE_INFINITY;
    }
  }

  /** Postpones the work by the longest retry delay and records an Event. */
  #passOver(tx: ClusterTransaction, name: string, key: ObjectKey): void {
    tx.requeue(name, key, tx.nowMs + RETRY_MAX_MS);
    const object = tx.getByKey(key);
    if (!object) return;
    const message = `${name} failed with an internal error and tries again in ${RETRY_MAX_MS / 1000} s`;
    recordEvent(tx, { object, type: "Warning", reason: "InternalError", message, component: name });
  }

  #wake(tx: ClusterTransaction, change: RecordedChange): void {
    const { resource } = parseKey(change.key);
    const wakeups = [...(this.#wakeups.get(resource) ?? []), ...(this.#wakeups.get("*") ?? [])];
    for (const { controller, watch } of wakeups) {
      const atMs = tx.nowMs + (controller.latencyMs ?? DEFAULT_LATENCY_MS);
      for (const key of watch.map(change, tx)) tx.requeue(controller.name, key, atMs);
      if (change.before && !change.after) watch.removed?.(change.before, tx.as(controller.manager));
    }
  }
}

function withDefaults(limits: StepLimits): Required<StepLimits> {
  return { maxSteps: MAX_STEPS_PER_COMMIT, maxWork: MAX_WORK_PER_COMMIT, passOver: new Set(), ...limits };
}

/** True when the commit has reached its limits of changes or bytes. */
function isLarge({ written }: WriteSet): boolean {
  return written.changes >= MAX_CHANGES_PER_COMMIT || written.bytes >= MAX_COMMIT_BYTES_AT_INSTANT;
}

function wakeupsByResource(controllers: readonly Controller[]): Map<ResourceId | "*", Wakeup[]> {
  const wakeups = new Map<ResourceId | "*", Wakeup[]>();
  for (const controller of controllers) {
    for (const watch of controller.watches) {
      const present = wakeups.get(watch.resource) ?? [];
      wakeups.set(watch.resource, [...present, { controller, watch }]);
    }
  }
  return wakeups;
}
