/**
 * Starts Jobs by schedule, tracks them in the status, and deletes old ones.
 * Kubernetes: pkg/controller/cronjob/cronjob_controllerv2.go (syncCronJob)
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { cronJobKind } from "../../kinds/batch/cron-job.ts";
import { jobKind } from "../../kinds/batch/job.ts";
import { parseKey } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import { CronError, type CronSchedule, parseCron } from "../../lib/cron.ts";
import { goQuote } from "../../lib/go-quote.ts";
import { cloneJson, equalJson } from "../../lib/json.ts";
import { formatTime, parseTime } from "../../lib/time.ts";
import { isTimeZone } from "../../lib/time-zones.ts";
import type { CronJob, CronJobStatus, Job, ObjectReference } from "../../schema/index.ts";
import { type Controller, controllerOf, ownedBy, self } from "../controller.ts";
import { conditionOf } from "../job/context.ts";
import { controllerReference } from "../lib/pods.ts";
import { dueStart } from "./schedule.ts";

const COMPONENT = "cronjob-controller";
const SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp";
/**
 * The controller runs this long after the scheduled time, as in Kubernetes, to allow for clock skew
 * (nextScheduleDelta).
 */
const DELAY_MS = 100;

interface CronJobRun {
  readonly tx: Transaction;
  readonly nowMs: number;
  readonly cronJob: CronJob;
  readonly jobs: readonly Job[];
  readonly status: CronJobStatus;
}

export const cronJobController: Controller = {
  name: COMPONENT,
  manager: "kube-controller-manager",
  component: COMPONENT,
  watches: [self(cronJobKind), ownedBy(jobKind, cronJobKind)],

  reconcile(tx, key, nowMs) {
    const { namespace, name } = parseKey(key);
    const cronJob = tx.get(cronJobKind, namespace, name);
    if (!cronJob) return undefined;
    const jobs = tx.list(jobKind, namespace).filter((job) => controllerOf(job)?.uid === cronJob.metadata.uid);
    const run: CronJobRun = { tx, nowMs, cronJob, jobs, status: cloneJson(cronJob.status) };
    followJobs(run);
    const againAtMs = startIfDue(run);
    removeOld(run);
    if (!equalJson(run.status, cronJob.status)) {
      tx.updateStatus(cronJobKind, cronJob, (draft) => {
        draft.status = run.status;
      });
    }
    return againAtMs;
  },
};

function recordRunEvent(
  { tx, cronJob }: CronJobRun,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): void {
  recordEvent(tx, { object: cronJob, type, reason, message, component: COMPONENT });
}

/** Removes finished and missing Jobs from the list of active Jobs. */
function followJobs(run: CronJobRun): void {
  const { tx, cronJob, jobs, status } = run;
  for (const job of jobs) {
    const end = endOf(job);
    const isListed = status.active?.some(({ uid }) => uid === job.metadata.uid) ?? false;
    if (end && isListed) {
      forget(status, job.metadata.uid);
      recordRunEvent(run, "Normal", "SawCompletedJob", `Saw completed job: ${job.metadata.name}, condition: ${end}`);
    } else if (!end && !isListed) {
      const message = `Saw a job that the controller did not create or forgot: ${job.metadata.name}`;
      recordRunEvent(run, "Warning", "UnexpectedJob", message);
    }
    const { completionTime } = job.status;
    if (end === "Complete" && completionTime && completionTime > (status.lastSuccessfulTime ?? "")) {
      status.lastSuccessfulTime = completionTime;
    }
  }
  for (const { uid, name } of status.active ?? []) {
    // A Job that still exists stays in the list, even without an owner reference to the CronJob.
    if (tx.get(jobKind, cronJob.metadata.namespace ?? "", name ?? "")) continue;
    forget(status, uid);
    recordRunEvent(run, "Normal", "MissingJob", `Active job went missing: ${name}`);
  }
}

function endOf({ status }: Job): "Complete" | "Failed" | undefined {
  if (conditionOf(status, "Complete")?.status === "True") return "Complete";
  return conditionOf(status, "Failed")?.status === "True" ? "Failed" : undefined;
}

function forget(status: CronJobStatus, uid: string | undefined): void {
  const others = (status.active ?? []).filter((reference) => reference.uid !== uid);
  if (others.length > 0) status.active = others;
  else delete status.active;
}

/** Starts a Job if one is due. Returns when to run again, ms. */
function startIfDue(run: CronJobRun): number | undefined {
  const { cronJob, nowMs, status } = run;
  const { schedule: text, suspend, startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec;
  if (cronJob.metadata.deletionTimestamp || !hasKnownZone(run) || suspend) return undefined;
  const schedule = scheduleOf(run);
  if (!schedule) return undefined;
  const due = dueStart(cronJob, schedule, nowMs);
  if (due.isNever) {
    const problem = "time difference between two schedules is less than 1 second";
    recordRunEvent(run, "Warning", "InvalidSchedule", `invalid schedule: ${text} : ${problem}`);
    return undefined;
  }
  const next = schedule.next(nowMs);
  const againAtMs = next === undefined ? undefined : next + DELAY_MS;
  if (due.atMs === undefined) return againAtMs;
  if (due.isOneOfMany) {
    const hint = "Set or decrease .spec.startingDeadlineSeconds or check clock skew";
    recordRunEvent(run, "Warning", "TooManyMissedTimes", `too many missed start times. ${hint}`);
  }
  if (startingDeadlineSeconds !== undefined && due.atMs + startingDeadlineSeconds * 1000 < nowMs) {
    const time = new Date(due.atMs).toUTCString().replace("GMT", "+0000");
    recordRunEvent(run, "Warning", "MissSchedule", `Missed scheduled time to start a job: ${time}`);
    return againAtMs;
  }
  if (status.lastScheduleTime && parseTime(status.lastScheduleTime) === due.atMs) return againAtMs;
  if (concurrencyPolicy === "Forbid" && (status.active ?? []).length > 0) {
    const message = "Not starting job because prior execution is running and concurrency policy is Forbid";
    recordRunEvent(run, "Normal", "JobAlreadyActive", message);
    return againAtMs;
  }
  if (concurrencyPolicy === "Replace") for (const reference of status.active ?? []) replace(run, reference);
  start(run, due.atMs);
  return againAtMs;
}

/** False, with an Event, for a time zone that the database of this version does not have. */
function hasKnownZone(run: CronJobRun): boolean {
  const { timeZone } = run.cronJob.spec;
  if (timeZone === undefined || isTimeZone(timeZone)) return true;
  recordRunEvent(
    run,
    "Warning",
    "UnknownTimeZone",
    `invalid timeZone: ${goQuote(timeZone)}: unknown time zone ${timeZone}`,
  );
  return false;
}

function scheduleOf(run: CronJobRun): CronSchedule | undefined {
  const { schedule: text, timeZone } = run.cronJob.spec;
  const namesZone = text.includes("TZ");
  if (namesZone) recordRunEvent(run, "Warning", "UnsupportedSchedule", unsupported(text));
  try {
    return parseCron(timeZone === undefined || namesZone ? text : `TZ=${timeZone} ${text}`);
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    recordRunEvent(run, "Warning", "UnparseableSchedule", `unparseable schedule: ${goQuote(text)} : ${error.message}`);
    return undefined;
  }
}

function unsupported(schedule: string): string {
  const page = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/";
  return `CRON_TZ or TZ used in schedule ${goQuote(schedule)} is not officially supported, see ${page} for more details`;
}

function replace(run: CronJobRun, reference: ObjectReference): void {
  const job = run.tx.get(jobKind, run.cronJob.metadata.namespace ?? "", reference.name ?? "");
  if (job) remove(run, job);
  forget(run.status, reference.uid);
}

function remove(run: CronJobRun, job: Job): void {
  run.tx.delete(jobKind, job, { propagation: "Background" });
  recordRunEvent(run, "Normal", "SuccessfulDelete", `Deleted job ${job.metadata.name}`);
}

function start(run: CronJobRun, atMs: number): void {
  const { tx, cronJob, status } = run;
  let job: Job;
  try {
    job = tx.create(jobKind, jobOf(cronJob, atMs));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason === "AlreadyExists") return;
    recordRunEvent(run, "Warning", "FailedCreate", `Error creating job: ${error.message}`);
    throw error;
  }
  recordRunEvent(run, "Normal", "SuccessfulCreate", `Created job ${job.metadata.name}`);
  const { namespace, name, uid, resourceVersion } = job.metadata;
  const { kind, apiVersion } = job;
  const reference = { kind, namespace, name, uid, apiVersion, ...(resourceVersion && { resourceVersion }) };
  status.active = [...(status.active ?? []), reference];
  status.lastScheduleTime = formatTime(atMs);
}

/** The Job for a start. Its name contains the minute, so that a repeated start cannot create a second Job. */
function jobOf(cronJob: CronJob, atMs: number): Job {
  const { metadata, spec } = cloneJson(cronJob.spec.jobTemplate);
  return {
    kind: "Job",
    apiVersion: "batch/v1",
    metadata: {
      name: `${cronJob.metadata.name}-${Math.floor(atMs / 60_000)}`,
      namespace: cronJob.metadata.namespace ?? "",
      ...(metadata?.labels && { labels: metadata.labels }),
      annotations: { ...metadata?.annotations, [SCHEDULED_AT]: formatTime(atMs) },
      ownerReferences: [controllerReference(cronJobKind, cronJob)],
    },
    spec,
    status: {},
  };
}

/** Deletes the oldest finished Jobs beyond the two history limits. */
function removeOld(run: CronJobRun): void {
  const { successfulJobsHistoryLimit: successes = 3, failedJobsHistoryLimit: failures = 1 } = run.cronJob.spec;
  for (const [end, limit] of [["Complete", successes] as const, ["Failed", failures] as const]) {
    const started = (job: Job) => job.status.startTime ?? job.metadata.creationTimestamp ?? "";
    const ended = run.jobs
      .filter((job) => endOf(job) === end && !job.metadata.deletionTimestamp)
      .sort((a, b) => (started(a) < started(b) ? -1 : 1));
    for (const job of ended.slice(0, Math.max(0, ended.length - limit))) remove(run, job);
  }
}
