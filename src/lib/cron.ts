/** Cron schedules as CronJobs write them (robfig/cron's standard parser): five fields or a descriptor. */

import { zoneOffsetMs } from "./time-zones.ts";

export interface CronSchedule {
  /** The first instant after `afterMs` that the schedule names, ms; undefined if there is none within five years. */
  next(afterMs: number): number | undefined;
}

/** The text is no schedule, or the time zone none that is known. */
export class CronError extends Error {
  override name = "CronError";
}

interface Field {
  min: number;
  max: number;
  names?: readonly string[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const YEARS_SEARCHED = 5;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const FIELDS: readonly Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: ["", ...MONTHS] },
  { min: 0, max: 6, names: DAYS },
];
const DESCRIPTORS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};
const EVERY_UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: MINUTE_MS, h: HOUR_MS };

/** Reads a schedule. `timeZone`: a name of the time zone database; UTC by default. @throws CronError */
export function parseCron(text: string, timeZone = "UTC"): CronSchedule {
  const every = /^@every\s+(.+)$/.exec(text);
  if (every) return everySchedule(every[1] ?? "");
  const fields = (DESCRIPTORS[text] ?? text).trim().split(/\s+/);
  if (fields.length !== FIELDS.length) {
    throw new CronError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`);
  }
  const sets = fields.map((field, i) => parseField(field, FIELDS[i] as Field));
  const [minutes, hours, days, months, weekdays] = sets as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ];
  const isAny = (field: string | undefined) => field === "*" || field === "?";
  const clock = wallClock(timeZone);
  const matchesDay = (wall: Date) => {
    const [byDate, byWeekday] = [days.has(wall.getUTCDate()), weekdays.has(wall.getUTCDay())];
    // Where both are restricted, either will do.
    return isAny(fields[2]) || isAny(fields[4]) ? byDate && byWeekday : byDate || byWeekday;
  };
  return {
    next(afterMs) {
      let wallMs = clock.toWall((Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS);
      const limitMs = wallMs + YEARS_SEARCHED * 366 * 24 * HOUR_MS;
      while (wallMs < limitMs) {
        const wall = new Date(wallMs);
        const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()];
        if (!months.has(month + 1)) wallMs = Date.UTC(year, month + 1, 1);
        else if (!matchesDay(wall)) wallMs = Date.UTC(year, month, day + 1);
        else if (!hours.has(wall.getUTCHours())) wallMs = (Math.floor(wallMs / HOUR_MS) + 1) * HOUR_MS;
        else if (!minutes.has(wall.getUTCMinutes())) wallMs += MINUTE_MS;
        else {
          const atMs = clock.toInstant(wallMs);
          if (atMs > afterMs) return atMs;
          wallMs += MINUTE_MS;
        }
      }
      return undefined;
    },
  };
}

function everySchedule(text: string): CronSchedule {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smh])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) {
    throw new CronError(`failed to parse duration @every ${text}: time: invalid duration ${JSON.stringify(text)}`);
  }
  const totalMs = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (EVERY_UNITS_MS[unit ?? "s"] ?? 0), 0);
  const stepMs = Math.max(1000, Math.floor(totalMs / 1000) * 1000);
  return { next: (afterMs) => Math.floor(afterMs / 1000) * 1000 + stepMs };
}

/** `*`, `5`, `1-5`, `0/15`, `mon-fri`, and lists of them. */
function parseField(text: string, field: Field): Set<number> {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [range = "", stepText] = part.split("/");
    const step = stepText === undefined ? 1 : Number(stepText);
    if (!Number.isInteger(step) || step < 1) throw new CronError(`step of range should be a positive number: ${part}`);
    const [first, last] = boundsOf(range, field, stepText !== undefined);
    if (first < field.min) throw new CronError(`beginning of range (${first}) below minimum (${field.min}): ${part}`);
    if (last > field.max) throw new CronError(`end of range (${last}) above maximum (${field.max}): ${part}`);
    if (first > last) throw new CronError(`beginning of range (${first}) beyond end of range (${last}): ${part}`);
    for (let value = first; value <= last; value += step) values.add(value);
  }
  return values;
}

function boundsOf(range: string, field: Field, hasStep: boolean): [number, number] {
  if (range === "*" || range === "?") return [field.min, field.max];
  const [firstText = "", lastText] = range.split("-");
  const first = parseValue(firstText, field);
  if (lastText !== undefined) return [first, parseValue(lastText, field)];
  return [first, hasStep ? field.max : first];
}

function parseValue(text: string, { names }: Field): number {
  const named = text === "" ? -1 : (names ?? []).indexOf(text.toLowerCase());
  if (named >= 0) return named;
  if (!/^\d+$/.test(text))
    throw new CronError(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  return Number(text);
}

/** The clock on the wall of a zone, as if it were UTC. */
function wallClock(timeZone: string) {
  const offsetMs = (atMs: number) => zoneOffsetMs(timeZone, atMs) ?? 0;
  if (zoneOffsetMs(timeZone, 0) === undefined) throw new CronError(`unknown time zone ${timeZone}`);
  return {
    toWall: (atMs: number) => atMs + offsetMs(atMs),
    /** Twice, so that a change of the offset in between is seen. */
    toInstant: (wallMs: number) => wallMs - offsetMs(wallMs - offsetMs(wallMs)),
  };
}
