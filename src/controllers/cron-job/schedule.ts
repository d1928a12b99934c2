/**
 * Which start of a CronJob is due: the most recent missed one, at most `startingDeadlineSeconds` old.
 *
 * Example: every 5 minutes, last start 10:00, now 10:58. The first missed start is 10:05, the interval 5 minutes, so
 * floor((58 - 5) / 5) + 1 = 11 starts were missed, 10:05 to 10:55. Due is 10:55. With startingDeadlineSeconds 60 the
 * search begins at 10:57, and no start is due before 11:00. More than 100 missed starts are reported in an Event.
 * Kubernetes: pkg/controller/cronjob/utils.go (mostRecentScheduleTime)
 */
import type { CronSchedule } from "../../lib/cron.ts";
import { parseTime } from "../../lib/time.ts";
import type { CronJob } from "../../schema/index.ts";

const MANY = 100;
const STEPS = 8;
const SHORTEST_GAP_MS = 1000;

export interface Due {
  /** The start that is due, if there is one. */
  readonly atMs?: number;
  /** More than 100 starts were missed. */
  readonly isOneOfMany?: boolean;
  /** The schedule has no instant at all, such as the 31st of February. */
  readonly isNever?: boolean;
}

export function dueStart(cronJob: CronJob, schedule: CronSchedule, nowMs: number): Due {
  const { status, metadata, spec } = cronJob;
  let earliestMs = parseTime(status.lastScheduleTime ?? metadata.creationTimestamp ?? "");
  const deadline = spec.startingDeadlineSeconds;
  if (deadline !== undefined) earliestMs = Math.max(earliestMs, nowMs - deadline * 1000);
  const first = schedule.next(earliestMs);
  if (first === undefined) return { isNever: true };
  if (first > nowMs) return {};
  const second = schedule.next(first);
  if (second === undefined || second > nowMs) return { atMs: first };
  const gapMs = second - first;
  const missed = Math.floor((nowMs - first) / gapMs) + 1;
  const latestMs = latest(schedule, first + (missed - 2) * gapMs, nowMs);
  return { ...(latestMs !== undefined && { atMs: latestMs }), isOneOfMany: missed > MANY };
}

/** The last start after `fromMs` and not after `nowMs`: a few single steps, then bisection if starts are dense. */
function latest(schedule: CronSchedule, fromMs: number, nowMs: number): number | undefined {
  let found: number | undefined;
  let lowMs = fromMs;
  for (let step = 0; step < STEPS; step++) {
    const atMs = schedule.next(lowMs);
    if (atMs === undefined || atMs > nowMs) return found;
    lowMs = found = atMs;
  }
  const isPast = (ms: number) => (schedule.next(ms) ?? Number.POSITIVE_INFINITY) <= nowMs;
  if (!isPast(lowMs)) return found;
  for (let highMs = nowMs; highMs - lowMs > SHORTEST_GAP_MS; ) {
    const middleMs = Math.floor((lowMs + highMs) / 2);
    if (isPast(middleMs)) lowMs = middleMs;
    else highMs = middleMs;
  }
  return schedule.next(lowMs);
}
