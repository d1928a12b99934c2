/** Which start of a CronJob is due: the most recent one that was missed, as far back as the starting deadline allows. */
import type { CronSchedule } from "../../lib/cron.ts";
import { parseTime } from "../../lib/time.ts";
import type { CronJob } from "../../schema/index.ts";

const MANY = 100;
/** Starts looked at one by one before the present; schedules are regular enough. */
const STEPS_BACK = 8;

export interface Due {
  atMs: number;
  /** How many were missed, this one included, if too many to be a normal delay. */
  tooMany: number | undefined;
}

export function dueStart(cronJob: CronJob, schedule: CronSchedule, nowMs: number): Due | undefined {
  const { status, metadata, spec } = cronJob;
  let earliestMs = parseTime(status.lastScheduleTime ?? metadata.creationTimestamp ?? "");
  const deadline = spec.startingDeadlineSeconds;
  if (deadline !== undefined) earliestMs = Math.max(earliestMs, nowMs - deadline * 1000);
  const first = schedule.next(earliestMs);
  if (first === undefined || first > nowMs) return undefined;
  const second = schedule.next(first);
  if (second === undefined || second > nowMs) return { atMs: first, tooMany: undefined };
  const gapMs = second - first;
  const missed = Math.floor((nowMs - first) / gapMs) + 1;
  return {
    atMs: latest(schedule, Math.max(earliestMs, nowMs - STEPS_BACK * gapMs), nowMs) ?? first,
    tooMany: missed > MANY ? missed : undefined,
  };
}

function latest(schedule: CronSchedule, fromMs: number, nowMs: number): number | undefined {
  let found: number | undefined;
  for (let atMs = schedule.next(fromMs); atMs !== undefined && atMs <= nowMs; atMs = schedule.next(atMs)) found = atMs;
  return found;
}
