/**
 * Validation of CronJobs.
 *
 * Kubernetes: pkg/apis/batch/validation/validation.go (ValidateCronJobCreate, ValidateCronJobUpdate)
 */
import { CronError, parseCron } from "../../lib/cron.ts";
import { isTimeZone } from "../../lib/time-zones.ts";
import type { CronJob } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, negativeProblem, notSupported, required } from "../validation/field-errors.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { validateJobTemplate } from "./job.validation.ts";

/** Names of Jobs are eleven characters longer than their CronJob's. */
const LONGEST_NAME = 52;
const NOT_EXPLICIT = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";

/** Kubernetes: pkg/apis/batch/validation/validation.go, ValidateCronJobCreate. */
export function validateCronJob(cronJob: CronJob): FieldError[] {
  const errors = [...validateObjectMeta(cronJob, { namespaced: true }), ...validateSpec(cronJob.spec, undefined)];
  if ((cronJob.metadata.name?.length ?? 0) > LONGEST_NAME) {
    errors.push(invalid("metadata.name", cronJob.metadata.name, `must be no more than ${LONGEST_NAME} characters`));
  }
  return errors;
}

/** Accepts an unchanged time zone: an older time zone database may have had it. */
export function validateCronJobUpdate(cronJob: CronJob, old: CronJob): FieldError[] {
  return [...validateObjectMetaUpdate(cronJob, old), ...validateSpec(cronJob.spec, old.spec)];
}

function validateSpec(spec: CronJob["spec"], old: CronJob["spec"] | undefined): FieldError[] {
  const { timeZone, concurrencyPolicy } = spec;
  const errors = scheduleErrors(spec, old);
  errors.push(...negativeProblem("spec.startingDeadlineSeconds", spec.startingDeadlineSeconds));
  if (timeZone !== undefined && timeZone !== old?.timeZone) errors.push(...timeZoneErrors(timeZone));
  if (!concurrencyPolicy) errors.push(required("spec.concurrencyPolicy"));
  else if (!["Allow", "Forbid", "Replace"].includes(concurrencyPolicy)) {
    errors.push(notSupported("spec.concurrencyPolicy", concurrencyPolicy, ["Allow", "Forbid", "Replace"]));
  }
  errors.push(...validateJobTemplate(spec.jobTemplate, "spec.jobTemplate"));
  errors.push(...negativeProblem("spec.successfulJobsHistoryLimit", spec.successfulJobsHistoryLimit));
  errors.push(...negativeProblem("spec.failedJobsHistoryLimit", spec.failedJobsHistoryLimit));
  return errors;
}

function scheduleErrors({ schedule, timeZone }: CronJob["spec"], old: CronJob["spec"] | undefined): FieldError[] {
  if (!schedule) return [required("spec.schedule")];
  const errors: FieldError[] = [];
  const refuse = (problem: string) => errors.push(invalid("spec.schedule", schedule, problem));
  try {
    parseCron(schedule);
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    refuse(error.message);
  }
  if (!schedule.includes("TZ")) return errors;
  const isAllowed = old?.schedule.includes("TZ") ?? false;
  if (!isAllowed) refuse("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
  else if (timeZone !== undefined) refuse("cannot use both timeZone field and TZ or CRON_TZ in schedule");
  return errors;
}

function timeZoneErrors(timeZone: string): FieldError[] {
  const problems: string[] = [];
  if (timeZone === "") problems.push("timeZone must be nil or non-empty string");
  if (timeZone.toLowerCase() === "local") problems.push(NOT_EXPLICIT);
  // Go accepts the local zone in this spelling only.
  if (timeZone !== "" && timeZone !== "Local" && !isTimeZone(timeZone)) problems.push(`unknown time zone ${timeZone}`);
  return problems.map((problem) => invalid("spec.timeZone", timeZone, problem));
}
