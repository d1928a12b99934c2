import type { CronJob } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, negativeProblem, notSupported, required } from "./field-errors.ts";
import { validateJobSpec } from "./job.ts";
import { validateObjectMeta } from "./object-meta.ts";

/** The Jobs' names are eleven characters longer. */
const LONGEST_NAME = 52;
/** The areas of the time zone database; whether a place in one exists is known only where its clock is read. */
const ZONE =
  /^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)\/[A-Za-z0-9_+\-/]+$|^(UTC|GMT|CET|EET|EST|EST5EDT|CST6CDT|HST|MET|MST|MST7MDT|PST8PDT|WET|Cuba|Egypt|Eire|GB|Hongkong|Iceland|Iran|Israel|Jamaica|Japan|Libya|NZ|Navajo|PRC|Poland|Portugal|ROC|ROK|Singapore|Turkey|UCT|Universal|W-SU|Zulu)$/;

export function validateCronJob(cronJob: CronJob): FieldError[] {
  const { metadata, spec } = cronJob;
  const errors = validateObjectMeta(cronJob, { namespaced: true });
  const { schedule, timeZone, concurrencyPolicy } = spec;
  if (!schedule) errors.push(required("spec.schedule"));
  else if (/^(TZ|CRON_TZ)=/.test(schedule)) {
    errors.push(invalid("spec.schedule", schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"));
  } else {
    const problem = scheduleProblem(schedule);
    if (problem) errors.push(invalid("spec.schedule", schedule, problem));
  }
  if (timeZone === "") errors.push(invalid("spec.timeZone", timeZone, "timeZone must be nil or non-empty string"));
  else if (timeZone !== undefined && !ZONE.test(timeZone)) {
    errors.push(invalid("spec.timeZone", timeZone, `unknown time zone ${timeZone}`));
  }
  errors.push(...negativeProblem("spec.startingDeadlineSeconds", spec.startingDeadlineSeconds));
  if (!["Allow", "Forbid", "Replace"].includes(concurrencyPolicy ?? "")) {
    errors.push(notSupported("spec.concurrencyPolicy", concurrencyPolicy ?? "", ["Allow", "Forbid", "Replace"]));
  }
  errors.push(...validateJobSpec(spec.jobTemplate.spec, "spec.jobTemplate.spec"));
  errors.push(...negativeProblem("spec.successfulJobsHistoryLimit", spec.successfulJobsHistoryLimit));
  errors.push(...negativeProblem("spec.failedJobsHistoryLimit", spec.failedJobsHistoryLimit));
  if ((metadata.name?.length ?? 0) > LONGEST_NAME) {
    errors.push(invalid("metadata.name", metadata.name, `must be no more than ${LONGEST_NAME} characters`));
  }
  return errors;
}

/** The number of fields; their contents are the schedule's own business. */
function scheduleProblem(schedule: string): string | undefined {
  if (schedule.startsWith("@")) {
    if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(schedule)) return undefined;
    return schedule.startsWith("@every ") ? undefined : `unrecognized descriptor: ${schedule}`;
  }
  const fields = schedule.trim().split(/\s+/);
  return fields.length === 5 ? undefined : `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`;
}
