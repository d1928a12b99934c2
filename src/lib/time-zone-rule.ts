/** A yearly change of a zone's offset, as in a POSIX TZ text (`M3.5.0/2`). */
export interface YearlyChange {
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 4: the n-th such weekday of the month; 5: the last one. */
  readonly week: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /**
   * Minutes from the day's midnight on the clock before the change. A neighbouring day has a negative value or more
   * than a day.
   */
  readonly minutes: number;
  /** Minutes east of UTC after the change. */
  readonly offset: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The instant of the change in a year, ms. `offsetBefore`: minutes east of UTC before it. */
export function yearlyChangeMs(change: YearlyChange, year: number, offsetBefore: number): number {
  const { month, week, weekday, minutes } = change;
  const firstMs = Date.UTC(year, month - 1, 1);
  const firstWeekday = new Date(firstMs).getUTCDay();
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  let day = ((weekday - firstWeekday + 7) % 7) + (week - 1) * 7;
  while (day >= daysInMonth) day -= 7;
  return firstMs + day * DAY_MS + (minutes - offsetBefore) * MINUTE_MS;
}
