/**
 * The next instant of a cron schedule on the clock of a time zone. The order of the steps, and so the behaviour at
 * clock changes, is that of Kubernetes' library: github.com/robfig/cron/v3 spec.go.
 */
import { zoneOffsetMs } from "./time-zones.ts";

export interface CronFields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  /** 1 to 12. */
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Day and weekday must both match; otherwise one match is enough. */
  readonly needsBothDays: boolean;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEARS_SEARCHED = 5;

/** The first matching instant after `afterMs`, ms; undefined without a match within five years. */
export function nextMatch(fields: CronFields, zone: string, afterMs: number): number | undefined {
  const { minutes, hours, months } = fields;
  if (minutes.size === 0 || hours.size === 0 || months.size === 0) return undefined;
  const time = new ZonedTime(zone, Math.floor(afterMs / SECOND_MS) * SECOND_MS + SECOND_MS);
  const lastYear = time.wall.getUTCFullYear() + YEARS_SEARCHED;
  let isAtStart = false;
  /** Before the first step of a unit, all smaller units are set to their start. */
  const startAt = (set: () => void) => {
    if (!isAtStart) set();
    isAtStart = true;
  };

  search: while (time.wall.getUTCFullYear() <= lastYear) {
    while (!months.has(time.month + 1)) {
      startAt(() => time.setWall(time.year, time.month, 1));
      time.setWall(time.year, time.month + 1, time.day, time.timeOfDayMs);
      if (time.month === 0) continue search;
    }
    while (!matchesDay(fields, time.wall)) {
      startAt(() => time.setWall(time.year, time.month, time.day));
      toNextDay(time);
      if (time.day === 1) continue search;
    }
    while (!hours.has(time.hour)) {
      startAt(() => time.setWall(time.year, time.month, time.day, time.hour * HOUR_MS));
      time.add(HOUR_MS);
      if (time.hour === 0) continue search;
    }
    while (!minutes.has(time.wall.getUTCMinutes())) {
      startAt(() => time.truncate(MINUTE_MS));
      time.add(MINUTE_MS);
      if (time.wall.getUTCMinutes() === 0) continue search;
    }
    const seconds = time.wall.getUTCSeconds();
    if (seconds === 0) return time.atMs;
    isAtStart = true;
    time.add(MINUTE_MS - seconds * SECOND_MS);
  }
  return undefined;
}

function matchesDay({ days, weekdays, needsBothDays }: CronFields, wall: Date): boolean {
  const [byDay, byWeekday] = [days.has(wall.getUTCDate()), weekdays.has(wall.getUTCDay())];
  return needsBothDays ? byDay && byWeekday : byDay || byWeekday;
}

/** Midnight of the next day. Where a change of the clock skips midnight, Go returns 23 or 1 o'clock; both are corrected. */
function toNextDay(time: ZonedTime): void {
  time.setWall(time.year, time.month, time.day + 1, time.timeOfDayMs);
  if (time.hour === 0) return;
  time.add((time.hour > 12 ? 24 - time.hour : -time.hour) * HOUR_MS);
}

/** An instant and its local date and time in the zone. Follows Go's time.Time at clock changes. */
class ZonedTime {
  /** The local date and time, as if it were UTC. */
  wall = new Date(0);
  atMs = 0;
  private readonly zone: string;

  constructor(zone: string, atMs: number) {
    this.zone = zone;
    this.moveTo(atMs);
  }

  get year(): number {
    return this.wall.getUTCFullYear();
  }
  /** 0 is January. */
  get month(): number {
    return this.wall.getUTCMonth();
  }
  get day(): number {
    return this.wall.getUTCDate();
  }
  get hour(): number {
    return this.wall.getUTCHours();
  }
  get timeOfDayMs(): number {
    return ((this.wall.getTime() % DAY_MS) + DAY_MS) % DAY_MS;
  }

  /** If two instants have this local time, or none has, the result is that of Go's time.Date. */
  setWall(year: number, month: number, day: number, timeOfDayMs = 0): void {
    const wallMs = Date.UTC(year, month, day) + timeOfDayMs;
    this.moveTo(wallMs - this.offsetMs(wallMs - this.offsetMs(wallMs)));
  }

  add(ms: number): void {
    this.moveTo(this.atMs + ms);
  }

  truncate(unitMs: number): void {
    this.moveTo(Math.floor(this.atMs / unitMs) * unitMs);
  }

  private moveTo(atMs: number): void {
    this.atMs = atMs;
    this.wall = new Date(atMs + this.offsetMs(atMs));
  }

  private offsetMs(atMs: number): number {
    return zoneOffsetMs(this.zone, atMs) ?? 0;
  }
}
