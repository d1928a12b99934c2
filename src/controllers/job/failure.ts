/**
 * When a Job fails: its back-off limit, its deadline, or a rule of its pod failure policy.
 * Kubernetes: pkg/controller/job/job_controller.go, pkg/controller/job/pod_failure_policy.go,
 * pkg/controller/job/backoff_utils.go
 */
import { parseTime } from "../../lib/time.ts";
import type { Job, Pod, PodFailurePolicyRule } from "../../schema/index.ts";
import { hasFailed, type JobRun } from "./context.ts";

const FIRST_BACKOFF_MS = 10_000;
const LAST_BACKOFF_MS = 600_000;
const UNLIMITED = 2_147_483_647;

export interface Verdict {
  reason: string;
  message: string;
}

/** Why the Job has failed; undefined if it has not. `failed`: the number of failed pods, counted and new. */
export function failureVerdict(run: JobRun, failed: number): Verdict | undefined {
  const { job, pods, nowMs } = run;
  const byPolicy = pods.map((pod) => failsJob(job, pod)).find((message) => message !== undefined);
  if (byPolicy) return { reason: "PodFailurePolicy", message: byPolicy };
  if (failed > (job.spec.backoffLimit ?? UNLIMITED) || restartsTooOften(job, pods)) {
    return { reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" };
  }
  const deadlineMs = deadlineOf(run);
  if (deadlineMs === undefined || nowMs < deadlineMs) return undefined;
  return { reason: "DeadlineExceeded", message: "Job was active longer than specified deadline" };
}

/** When `activeDeadlineSeconds` is over, ms. */
export function deadlineOf({ job, status }: JobRun): number | undefined {
  const { activeDeadlineSeconds, suspend } = job.spec;
  if (activeDeadlineSeconds === undefined || suspend || !status.startTime) return undefined;
  return parseTime(status.startTime) + activeDeadlineSeconds * 1000;
}

/** False if a rule of the failure policy ignores the pod's failure. */
export function isCounted(job: Job, pod: Pod): boolean {
  return ruleFor(job, pod)?.rule.action !== "Ignore";
}

/** Restarts in place count towards the back-off limit, too (pastBackoffLimitOnFailure). */
function restartsTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec.restartPolicy !== "OnFailure") return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status.phase !== "Running" && status.phase !== "Pending") continue;
    const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const { restartCount } of containers) restarts += restartCount;
  }
  const limit = spec.backoffLimit ?? UNLIMITED;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** Delay after failures in a row: 10 s, 20 s, 40 s, … at most 600 s. */
export function backoffMs(failures: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LAST_BACKOFF_MS);
}

/** True if a rule of the failure policy fails the pod's index. */
export function failsIndex(job: Job, pod: Pod): boolean {
  return ruleFor(job, pod)?.rule.action === "FailIndex";
}

function failsJob(job: Job, pod: Pod): string | undefined {
  const match = ruleFor(job, pod);
  return match?.rule.action === "FailJob" ? match.message : undefined;
}

/** The first rule of the failure policy that matches a failed pod, and the message that names the match. */
function ruleFor(job: Job, pod: Pod): { rule: PodFailurePolicyRule; message: string } | undefined {
  if (!job.spec.podFailurePolicy || !hasFailed(job, pod) || pod.status.phase !== "Failed") return undefined;
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  for (const [index, rule] of job.spec.podFailurePolicy.rules.entries()) {
    const suffix = `matching ${rule.action} rule at index ${index}`;
    const exited = exitMatching(rule, pod);
    if (exited) {
      const message = `Container ${exited.name} for pod ${name} failed with exit code ${exited.exitCode} ${suffix}`;
      return { rule, message };
    }
    const met = (rule.onPodConditions ?? []).find((wanted) =>
      pod.status.conditions?.some(({ type, status }) => type === wanted.type && status === (wanted.status ?? "True")),
    );
    if (met) return { rule, message: `Pod ${name} has condition ${met.type} ${suffix}` };
  }
  return undefined;
}

function exitMatching({ onExitCodes }: PodFailurePolicyRule, { status }: Pod) {
  if (!onExitCodes) return undefined;
  const { containerName, operator, values } = onExitCodes;
  for (const { name, state } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const exitCode = state.terminated?.exitCode;
    if (exitCode === undefined || exitCode === 0 || (containerName && containerName !== name)) continue;
    if (values.includes(exitCode) === (operator === "In")) return { name, exitCode };
  }
  return undefined;
}
