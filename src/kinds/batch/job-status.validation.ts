/**
 * Validation of a Job's status. A rule applies if the write changes a field that the rule reads, so a status that
 * breaks a rule already can still be updated in other fields.
 *
 * Kubernetes: pkg/apis/batch/validation/validation.go (`validateJobStatus`, `ValidateJobStatusUpdate`),
 * pkg/registry/batch/job/strategy.go (`getStatusValidationOptions`).
 */
import { equalJson } from "../../lib/json.ts";
import { parseTime } from "../../lib/time.ts";
import type { Job, JobStatus } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, invalid, invalidWithoutValue, negativeProblem, required } from "../validation/field-errors.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { countIndexes, firstOverlap } from "./job-indexes.ts";

type ConditionType = "Complete" | "Failed" | "FailureTarget" | "SuccessCriteriaMet";

const CONDITIONS = "status.conditions";

/** A status write: both Jobs, and what it changes. */
interface Step {
  job: Job;
  status: JobStatus;
  old: JobStatus;
  /** True if one of the fields has another value than before. */
  changes(...fields: (keyof JobStatus)[]): boolean;
  /** True if one of the conditions is true now and was not, or the reverse. */
  turns(...types: ConditionType[]): boolean;
  /** True if the Job began or ceased to be finished. */
  turnsFinished: boolean;
}

export function validateJobStatusUpdate(job: Job, old: Job): FieldError[] {
  const step = stepOf(job, old);
  return [
    ...validateObjectMetaUpdate(job, old),
    ...validateCounters(job.status),
    ...validateConditions(step),
    ...validateTimes(step),
    ...validateFinish(step),
    ...validateIndexes(step),
    ...validateRunningPods(step),
    ...validateSuccess(step),
    ...validateTransitions(step),
  ];
}

function stepOf(job: Job, { status: old }: Job): Step {
  const { status } = job;
  return {
    job,
    status,
    old,
    changes: (...fields) => fields.some((field) => !equalJson(status[field] ?? null, old[field] ?? null)),
    turns: (...types) => types.some((type) => is(status, type) !== is(old, type)),
    turnsFinished: isFinished(status) !== isFinished(old),
  };
}

function is({ conditions = [] }: JobStatus, type: ConditionType): boolean {
  return conditions.some((condition) => condition.type === type && condition.status === "True");
}

function isFinished(status: JobStatus): boolean {
  return is(status, "Complete") || is(status, "Failed");
}

function validateCounters(status: JobStatus): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ["active", "succeeded", "failed", "ready", "terminating"] as const) {
    errors.push(...negativeProblem(`status.${field}`, status[field]));
  }
  const seen = new Set<string>();
  for (const list of ["succeeded", "failed"] as const) {
    for (const [i, uid] of (status.uncountedTerminatedPods?.[list] ?? []).entries()) {
      const at = `status.uncountedTerminatedPods.${list}[${i}]`;
      if (uid === "") errors.push(invalid(at, uid, "must not be empty"));
      else if (seen.has(uid)) errors.push(duplicate(at, uid));
      seen.add(uid);
    }
  }
  return errors;
}

function validateConditions({ status, turns }: Step): FieldError[] {
  const errors: FieldError[] = [];
  if (!is(status, "Complete")) return errors;
  if (turns("Complete", "Failed") && is(status, "Failed")) {
    errors.push(invalidWithoutValue(CONDITIONS, "cannot set Complete=True and Failed=true conditions"));
  }
  if (turns("Complete", "FailureTarget") && is(status, "FailureTarget")) {
    errors.push(invalidWithoutValue(CONDITIONS, "cannot set Complete=True and FailureTarget=true conditions"));
  }
  return errors;
}

function validateTimes({ status, changes, turns }: Step): FieldError[] {
  const errors: FieldError[] = [];
  const { startTime, completionTime } = status;
  const field = "status.completionTime";
  if (turns("Complete") || changes("completionTime")) {
    if (completionTime && !is(status, "Complete")) {
      const problem = "cannot set completionTime when there is no Complete=True condition";
      errors.push(invalid(field, completionTime, problem));
    }
    if (!completionTime && is(status, "Complete")) {
      errors.push(required(field, "completionTime is required for Complete jobs"));
    }
  }
  const isEarly = startTime && completionTime && parseTime(completionTime) < parseTime(startTime);
  if (isEarly && changes("startTime", "completionTime")) {
    errors.push(invalid(field, completionTime, "completionTime cannot be set before startTime"));
  }
  return errors;
}

function validateFinish({ job, status, changes, turns, turnsFinished }: Step): FieldError[] {
  const errors: FieldError[] = [];
  if (turns("Failed", "FailureTarget") && is(status, "Failed") && !is(status, "FailureTarget")) {
    const problem = "cannot set Failed=True condition without the FailureTarget=true condition";
    errors.push(invalidWithoutValue(CONDITIONS, problem));
  }
  if (turns("Complete", "SuccessCriteriaMet") && is(status, "Complete") && !is(status, "SuccessCriteriaMet")) {
    const problem = "cannot set Complete=True condition without the SuccessCriteriaMet=true condition";
    errors.push(invalidWithoutValue(CONDITIONS, problem));
  }
  if (!isFinished(status)) return errors;
  const { active = 0, startTime, uncountedTerminatedPods: uncounted } = status;
  if ((turnsFinished || changes("active")) && active > 0) {
    errors.push(invalid("status.active", active, "active>0 is invalid for finished job"));
  }
  // Such a Job is complete before it started.
  const neverStarts = job.spec.suspend === true && job.spec.completions === 0;
  if ((turnsFinished || changes("startTime")) && !startTime && !neverStarts) {
    errors.push(required("status.startTime", "startTime is required for finished job"));
  }
  const { succeeded = [], failed = [] } = uncounted ?? {};
  if ((turnsFinished || changes("uncountedTerminatedPods")) && succeeded.length + failed.length > 0) {
    const value = { Succeeded: uncounted?.succeeded ?? null, Failed: uncounted?.failed ?? null };
    const problem = "uncountedTerminatedPods needs to be empty for finished job";
    errors.push(invalid("status.uncountedTerminatedPods", value, problem));
  }
  return errors;
}

function validateIndexes({ job, status, changes }: Step): FieldError[] {
  const errors: FieldError[] = [];
  const { completions, completionMode, backoffLimitPerIndex } = job.spec;
  const { completedIndexes = "", failedIndexes } = status;
  const check = (field: "completedIndexes" | "failedIndexes", text: string) => {
    const counted = countIndexes(text, completions ?? 0);
    if (!("problem" in counted)) return;
    errors.push(invalid(`status.${field}`, text, `error parsing ${field}: ${counted.problem}`));
  };
  if (changes("completedIndexes") && completions !== undefined) check("completedIndexes", completedIndexes);
  if (changes("failedIndexes") && completions !== undefined && backoffLimitPerIndex !== undefined) {
    check("failedIndexes", failedIndexes ?? "");
  }
  if (changes("completedIndexes") && completedIndexes !== "" && completionMode !== "Indexed") {
    const problem = "cannot set non-empty completedIndexes when non-indexed completion mode";
    errors.push(invalid("status.completedIndexes", completedIndexes, problem));
  }
  if (failedIndexes === undefined) return errors;
  if (changes("failedIndexes") && backoffLimitPerIndex === undefined) {
    const problem = "cannot set non-null failedIndexes when backoffLimitPerIndex is null";
    errors.push(invalid("status.failedIndexes", failedIndexes, problem));
  }
  if (!changes("failedIndexes", "completedIndexes") || completions === undefined) return errors;
  const overlap = firstOverlap(completedIndexes, failedIndexes, completions);
  if (overlap !== undefined) {
    const problem = `failedIndexes and completedIndexes overlap at index: ${overlap}`;
    errors.push(invalid("status.failedIndexes", failedIndexes, problem));
  }
  return errors;
}

function validateRunningPods({ status, changes, turnsFinished }: Step): FieldError[] {
  const errors: FieldError[] = [];
  const { active = 0, ready = 0, terminating = 0 } = status;
  if ((turnsFinished || changes("terminating")) && isFinished(status) && terminating > 0) {
    errors.push(invalid("status.terminating", terminating, "terminating>0 is invalid for finished job"));
  }
  if (changes("ready", "active") && ready > active) {
    errors.push(invalid("status.ready", ready, "cannot set more ready pods than active"));
  }
  return errors;
}

function validateSuccess({ job, status }: Step): FieldError[] {
  const errors: FieldError[] = [];
  const isMet = is(status, "SuccessCriteriaMet");
  for (const type of ["Failed", "FailureTarget"] as const) {
    if (isMet && is(status, type)) {
      errors.push(invalidWithoutValue(CONDITIONS, `cannot set SuccessCriteriaMet=True and ${type}=true conditions`));
    }
  }
  if (job.spec.successPolicy && !isMet && is(status, "Complete")) {
    const problem = "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True";
    errors.push(invalidWithoutValue(CONDITIONS, problem));
  }
  return errors;
}

function validateTransitions({ job, status, old, changes }: Step): FieldError[] {
  const errors: FieldError[] = [];
  for (const type of ["Failed", "Complete", "FailureTarget"] as const) {
    if (is(old, type) && !is(status, type)) {
      errors.push(invalidWithoutValue(CONDITIONS, `cannot disable the terminal ${type}=True condition`));
    }
  }
  const { completionMode, completions, parallelism, suspend } = job.spec;
  // An indexed Job that changes completions together with parallelism may be scaled down.
  const isElastic = completionMode === "Indexed" && completions === parallelism;
  const { failed = 0, succeeded = 0, completionTime } = status;
  if (failed < (old.failed ?? 0)) {
    errors.push(invalid("status.failed", failed, "cannot decrease the failed counter"));
  }
  if (!isElastic && succeeded < (old.succeeded ?? 0)) {
    errors.push(invalid("status.succeeded", succeeded, "cannot decrease the succeeded counter"));
  }
  if (completionTime && old.completionTime && changes("completionTime")) {
    errors.push(invalid("status.completionTime", completionTime, "completionTime cannot be mutated"));
  }
  if (old.startTime && changes("startTime") && !suspend) {
    errors.push(required("status.startTime", "startTime cannot be removed for unsuspended job"));
  }
  const [isMet, wasMet] = [is(status, "SuccessCriteriaMet"), is(old, "SuccessCriteriaMet")];
  if (wasMet && !isMet) {
    errors.push(invalidWithoutValue(CONDITIONS, "cannot disable the SuccessCriteriaMet=True condition"));
  }
  if (is(old, "Complete") && !wasMet && isMet) {
    const problem = "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions";
    errors.push(invalidWithoutValue(CONDITIONS, problem));
  }
  return errors;
}
