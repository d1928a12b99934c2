/**
 * The state of one run of the Job controller, and predicates of Jobs and their pods.
 * Kubernetes: pkg/controller/job/job_controller.go (syncJobCtx)
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { parseInt64 } from "../../lib/integers.ts";
import type { Job, JobCondition, JobStatus, Pod } from "../../schema/index.ts";

export const COMPONENT = "job-controller";
/** Finalizer that keeps a pod until the Job has counted it. */
export const TRACKING = "batch.kubernetes.io/job-tracking";
export const INDEX = "batch.kubernetes.io/job-completion-index";
/** Annotation: how often the index had failed when the pod was created. */
export const INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count";

/** Failures since the last success; they delay the creation of new pods. */
export interface Backoff {
  failures: number;
  lastFailureMs: number;
  /** Failures by completion index, for Jobs with `backoffLimitPerIndex`. */
  indexes?: Readonly<Record<number, { failures: number; lastFailureMs: number }>>;
}

export interface JobRun {
  readonly tx: Transaction;
  readonly nowMs: number;
  readonly job: Job;
  /** The claimed pods at the start of the run. */
  readonly pods: readonly Pod[];
  /** Becomes the Job's status. */
  readonly status: JobStatus;
  backoff: Backoff;
}

export function isTracked(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(TRACKING) ?? false;
}

export function isIndexed(job: Job): boolean {
  return job.spec.completionMode === "Indexed";
}

export function indexOf(pod: Pod): number | undefined {
  const index = parseInt64(pod.metadata.annotations?.[INDEX]);
  return index === undefined || index < 0n ? undefined : Number(index);
}

/** True if the pod counts as failed. A pod that is being deleted does, unless the Job waits until it has stopped. */
export function hasFailed(job: Job, pod: Pod): boolean {
  if (pod.status.phase === "Failed") return true;
  if (job.spec.podReplacementPolicy === "Failed" || job.spec.podFailurePolicy) return false;
  return pod.metadata.deletionTimestamp !== undefined && pod.status.phase !== "Succeeded";
}

export function conditionOf(status: JobStatus, type: string): JobCondition | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

export function isFinished({ status }: Job): boolean {
  return ["Complete", "Failed"].some((type) => conditionOf(status, type)?.status === "True");
}

export function recordRunEvent({ tx, job }: JobRun, type: "Normal" | "Warning", reason: string, message: string): void {
  recordEvent(tx, { object: job, type, reason, message, component: COMPONENT });
}
