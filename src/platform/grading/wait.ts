/**
 * Waits for a cluster in real time, so that a question right after a change is answered once the change has taken effect.
 * The cluster's own clock is not moved. The cluster is read when its next work is due, and at growing intervals for changes
 * by clients. The intervals grow, so the number of readings is bounded.
 */
import { FIRST_WAIT_GAP_MS, MAX_WAIT_GAP_MS, WAIT_GAP_GROWTH } from "../../lib/limits.ts";
import type { ClusterState } from "../../runtime/engine.ts";
import type { RequestScope, Runtime } from "../../runtime/runtime.ts";

export interface Wait {
  seconds: number;
}

export interface WaitContext {
  runtime: Pick<Runtime, "pause">;
  scope: RequestScope;
  /** Real time, ms. */
  now(): number;
}

/** What one reading of the cluster found. */
export interface Seen<R> {
  result: R;
  /** `done`: the result is final. `change`: only a client can change it. Else the time until work is due, ms. */
  waitsFor: "done" | "change" | { dueInMs: number };
}

/** Gets the result of the reading before, and how much real time is left. */
type ReadOnce<R, S> = (previous: R | null, leftMs: number) => Promise<S>;

/**
 * Reads until there is nothing to wait for or the time is over, and resolves to the last result. Ends with null as soon as
 * `readOnce` does.
 */
export function repeatQuery<R>(
  readOnce: ReadOnce<R, Seen<R>>,
  wait: Wait | undefined,
  context: WaitContext,
): Promise<R>;
export function repeatQuery<R>(
  readOnce: ReadOnce<R, Seen<R> | null>,
  wait: Wait | undefined,
  context: WaitContext,
): Promise<R | null>;
export async function repeatQuery<R>(
  readOnce: ReadOnce<R, Seen<R> | null>,
  wait: Wait | undefined,
  { runtime, scope, now }: WaitContext,
): Promise<R | null> {
  const endMs = now() + (wait?.seconds ?? 0) * 1000;
  let previous: R | null = null;
  for (let gapMs = FIRST_WAIT_GAP_MS; ; gapMs = Math.min(gapMs * WAIT_GAP_GROWTH, MAX_WAIT_GAP_MS)) {
    const seen = await readOnce(previous, Math.max(0, endMs - now()));
    if (!seen) return null;
    const { result, waitsFor } = seen;
    const leftMs = endMs - now();
    if (waitsFor === "done" || leftMs <= 0 || scope.signal?.aborted) return result;
    const dueInMs = waitsFor === "change" ? MAX_WAIT_GAP_MS : Math.min(waitsFor.dueInMs, MAX_WAIT_GAP_MS);
    await runtime.pause(Math.min(Math.max(dueInMs, gapMs), leftMs), scope);
    previous = result;
  }
}

/** Milliseconds until work is due in a cluster, in real time; null: never. */
export function dueInMs({ nextDueAtMs, nowMs }: ClusterState): number | null {
  return nextDueAtMs === null ? null : Math.max(0, nextDueAtMs - nowMs);
}
