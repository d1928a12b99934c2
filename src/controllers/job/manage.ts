/**
 * Creates and deletes pods of a running Job until the wanted number is active.
 * Kubernetes: pkg/controller/job/job_controller.go (manageJob)
 */
import type { ApiError } from "../../lib/api-error.ts";
import { MAX_POD_CHANGES_PER_RECONCILE } from "../../lib/limits.ts";
import type { Parts } from "../../lib/work.ts";
import type { Pod } from "../../schema/index.ts";
import { isPodReady } from "../lib/pods.ts";
import { inGrowingBatches } from "../lib/slow-start.ts";
import { indexOf, isIndexed, type JobRun } from "./context.ts";
import { backoffMs } from "./failure.ts";
import { parseIndexes } from "./indexes.ts";
import { hasLimitPerIndex, indexBackoffEndMs } from "./per-index.ts";
import { createPod, deletePod } from "./pods.ts";

export interface Managed {
  /** Number of active pods afterwards. */
  active: number;
  ready: number;
  /** Number of deleted pods. */
  removed: number;
  /** When the back-off ends and a pod may be created again, ms. */
  againAtMs?: number;
  /** The refused creation of a pod. */
  refusal?: ApiError;
}

export function* managePods(
  run: JobRun,
  active: readonly Pod[],
  counts: { succeeded: number; terminating: number },
): Parts<Managed> {
  const { job } = run;
  const ready = active.filter(isPodReady).length;
  const wanted = job.spec.suspend ? 0 : wantedPods(run, active.length, counts.succeeded);
  if (active.length > wanted) {
    const surplus = cheapestFirst(active).slice(0, Math.min(active.length - wanted, MAX_POD_CHANGES_PER_RECONCILE));
    for (const pod of surplus) {
      deletePod(run, pod, { counted: false });
      yield;
    }
    const readyLeft = ready - surplus.filter(isPodReady).length;
    return { active: active.length - surplus.length, ready: readyLeft, removed: surplus.length };
  }
  const held = job.spec.podReplacementPolicy === "Failed" ? counts.terminating : 0;
  const missing = Math.min(wanted - active.length - held, MAX_POD_CHANGES_PER_RECONCILE);
  const againAtMs = backoffEndMs(run);
  if (missing <= 0) return { active: active.length, ready, removed: 0 };
  if (againAtMs !== undefined) return { active: active.length, ready, removed: 0, againAtMs };
  const indexes = isIndexed(job) ? pendingIndexes(run, active, missing) : undefined;
  const count = indexes?.pending.length ?? missing;
  const { made, refusal } = yield* inGrowingBatches(count, (i) => createPod(run, indexes?.pending[i]));
  return {
    active: active.length + made,
    ready,
    removed: 0,
    ...(indexes?.againAtMs !== undefined && { againAtMs: indexes.againAtMs }),
    ...(refusal && { refusal }),
  };
}

/**
 * The wanted number of active pods. A work queue (no `completions`) keeps its parallelism until the first success;
 * other Jobs run at most as many pods as completions are missing.
 */
function wantedPods({ job, status }: JobRun, active: number, succeeded: number): number {
  const { parallelism = 1, completions } = job.spec;
  if (completions === undefined) return succeeded > 0 ? Math.min(active, parallelism) : parallelism;
  const lost = parseIndexes(status.failedIndexes).size;
  return Math.max(0, Math.min(completions - succeeded - lost, parallelism));
}

function backoffEndMs(run: JobRun): number | undefined {
  const { failures, lastFailureMs } = run.backoff;
  if (failures === 0 || hasLimitPerIndex(run)) return undefined;
  const endMs = lastFailureMs + backoffMs(failures);
  return endMs > run.nowMs ? endMs : undefined;
}

/**
 * The first `count` indexes that are neither finished nor active, and when the first index in back-off may start, ms.
 */
function pendingIndexes(
  run: JobRun,
  active: readonly Pod[],
  count: number,
): { pending: number[]; againAtMs: number | undefined } {
  const { job, status } = run;
  const taken = parseIndexes(status.completedIndexes);
  for (const index of parseIndexes(status.failedIndexes)) taken.add(index);
  for (const pod of active) taken.add(indexOf(pod) ?? -1);
  const pending: number[] = [];
  let againAtMs: number | undefined;
  for (let index = 0; index < (job.spec.completions ?? 0) && pending.length < count; index++) {
    if (taken.has(index)) continue;
    const endMs = indexBackoffEndMs(run, index);
    if (endMs === undefined) pending.push(index);
    else againAtMs = Math.min(againAtMs ?? endMs, endMs);
  }
  return { pending, againAtMs };
}

/** Pods that have done less work first: not ready and unassigned before ready and assigned. */
function cheapestFirst(pods: readonly Pod[]): Pod[] {
  const started = (pod: Pod) => Number(isPodReady(pod)) + Number(Boolean(pod.spec.nodeName));
  return [...pods].sort((a, b) => started(a) - started(b));
}
