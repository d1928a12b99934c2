/**
 * Indexed Jobs with `backoffLimitPerIndex` (KEP-3850) and with `successPolicy` (KEP-3998).
 *
 * Example: completions 4, backoffLimitPerIndex 1. The first failure of index 2 is retried after 10 s (1 failure is not
 * more than 1). The second one fails the index: `failedIndexes` is "2". When `completedIndexes` is "0,1,3", all 4
 * indexes are finished and the Job fails with FailedIndexes. With maxFailedIndexes 0 it fails as soon as index 2 does.
 * Kubernetes: pkg/controller/job/indexed_job_utils.go, pkg/controller/job/success_policy.go
 */
import type { Pod, SuccessPolicyRule } from "../../schema/index.ts";
import { indexOf, isIndexed, type JobRun } from "./context.ts";
import { backoffMs, failsIndex, type Verdict } from "./failure.ts";
import { formatIndexes, parseIndexes } from "./indexes.ts";

export function hasLimitPerIndex({ job }: Pick<JobRun, "job">): boolean {
  return isIndexed(job) && job.spec.backoffLimitPerIndex !== undefined;
}

/** Adds new failures to their indexes, and writes the indexes without further retries to `failedIndexes`. */
export function noteIndexFailures(run: JobRun, failed: readonly Pod[], endedAtMs: (pod: Pod) => number): void {
  if (!hasLimitPerIndex(run)) return;
  const { job, status } = run;
  const indexes = { ...run.backoff.indexes };
  const lost = parseIndexes(status.failedIndexes);
  for (const pod of failed) {
    const index = indexOf(pod);
    if (index === undefined) continue;
    const failures = (indexes[index]?.failures ?? 0) + 1;
    indexes[index] = { failures, lastFailureMs: endedAtMs(pod) };
    if (failures > (job.spec.backoffLimitPerIndex ?? 0) || failsIndex(job, pod)) lost.add(index);
  }
  for (const index of lost) delete indexes[index];
  run.backoff = { ...run.backoff, indexes };
  status.failedIndexes = formatIndexes(lost);
}

/** Why the failed indexes fail the Job; undefined if they do not. */
export function indexVerdict({ job, status }: JobRun): Verdict | undefined {
  const { maxFailedIndexes, completions = 0 } = job.spec;
  const failed = parseIndexes(status.failedIndexes).size;
  if (failed === 0) return undefined;
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes) {
    const message = "Job has exceeded the specified maximal number of failed indexes";
    return { reason: "MaxFailedIndexesExceeded", message };
  }
  const isOver = failed + parseIndexes(status.completedIndexes).size >= completions;
  return isOver ? { reason: "FailedIndexes", message: "Job has failed indexes" } : undefined;
}

/** The rule of the success policy that the completed indexes satisfy; undefined if no rule is satisfied. */
export function successVerdict({ job, status }: JobRun): Verdict | undefined {
  const rules = job.spec.successPolicy?.rules ?? [];
  if (rules.length === 0 || !isIndexed(job)) return undefined;
  const succeeded = parseIndexes(status.completedIndexes);
  const at = rules.findIndex((rule) => isMet(rule, succeeded));
  return at === -1 ? undefined : { reason: "SuccessPolicy", message: `Matched rules at index ${at}` };
}

/** When the back-off of an index ends, ms; undefined if a pod may be created now. */
export function indexBackoffEndMs({ backoff, nowMs }: JobRun, index: number): number | undefined {
  const known = backoff.indexes?.[index];
  const endMs = known ? known.lastFailureMs + backoffMs(known.failures) : nowMs;
  return endMs > nowMs ? endMs : undefined;
}

/** How often pods of the index have failed. */
export function failuresOf({ backoff }: JobRun, index: number): number {
  return backoff.indexes?.[index]?.failures ?? 0;
}

function isMet({ succeededIndexes, succeededCount }: SuccessPolicyRule, succeeded: ReadonlySet<number>): boolean {
  if (succeededIndexes === undefined) return succeeded.size >= (succeededCount ?? Number.POSITIVE_INFINITY);
  const named = [...parseIndexes(succeededIndexes)];
  const found = named.filter((index) => succeeded.has(index)).length;
  return found >= (succeededCount ?? named.length);
}
