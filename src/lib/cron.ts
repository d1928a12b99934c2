/**
 * Cron schedules of CronJobs: five fields or a descriptor, with the error texts of Kubernetes. The validation of
 * CronJobs and their controller both read schedules here, so an accepted schedule always runs.
 * Kubernetes: github.com/robfig/cron/v3 parser.go (the standard parser)
 */
import { type CronFields, nextMatch } from "./cron-next.ts";
import { GoDurationError, parseGoDuration } from "./duration.ts";
import { goQuote } from "./go-quote.ts";
import { parseInteger } from "./integers.ts";
import { isTimeZone } from "./time-zones.ts";

export interface CronSchedule {
  /** The first instant after `afterMs` that matches the schedule, ms; undefined without a match within five years. */
  next(afterMs: number): number | undefined;
}

/** An invalid schedule, or an unknown time zone. The message is that of Kubernetes. */
export class CronError extends Error {
  override name = "CronError";
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names: readonly string[];
}

const MINUTES: Bounds = { min: 0, max: 59, names: [] };
const HOURS: Bounds = { min: 0, max: 23, names: [] };
const DAYS: Bounds = { min: 1, max: 31, names: [] };
const MONTHS: Bounds = {
  min: 1,
  max: 12,
  names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const WEEKDAYS: Bounds = { min: 0, max: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };
const FIELD_COUNT = 5;

const DESCRIPTORS: ReadonlyMap<string, string> = new Map([
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
  ["@monthly", "0 0 1 * *"],
  ["@weekly", "0 0 * * 0"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@hourly", "0 * * * *"],
]);
const EVERY = "@every ";
const ZONE_PREFIX = /^(?:CRON_)?TZ=/;
/** Go's unicode.IsSpace. */
const WHITE_SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** Reads a schedule, with or without a `TZ=<zone> ` prefix. Without one it follows UTC. @throws CronError */
export function parseCron(text: string): CronSchedule {
  if (text === "") throw new CronError("empty spec string");
  const { zone, rest } = splitZone(text);
  if (rest.startsWith(EVERY)) return everySchedule(rest);
  const spec = rest.startsWith("@") ? DESCRIPTORS.get(rest) : rest;
  if (spec === undefined) throw new CronError(`unrecognized descriptor: ${rest}`);
  const fields = parseFields(spec);
  return { next: (afterMs) => nextMatch(fields, zone, afterMs) };
}

function splitZone(text: string): { zone: string; rest: string } {
  const prefix = ZONE_PREFIX.exec(text)?.[0];
  if (prefix === undefined) return { zone: "UTC", rest: text };
  const space = text.indexOf(" ");
  const zone = text.slice(prefix.length, space < 0 ? undefined : space);
  if (space < 0 || (zone !== "" && zone !== "Local" && !isTimeZone(zone))) {
    throw new CronError(`provided bad location ${zone}: unknown time zone ${zone}`);
  }
  const isUtc = zone === "" || zone === "Local";
  return { zone: isUtc ? "UTC" : zone, rest: wordsOf(text.slice(space)).join(" ") };
}

function wordsOf(text: string): string[] {
  return text.split(WHITE_SPACE).filter((word) => word !== "");
}

function parseFields(spec: string): CronFields {
  const fields = wordsOf(spec);
  if (fields.length !== FIELD_COUNT) {
    throw new CronError(`expected exactly ${FIELD_COUNT} fields, found ${fields.length}: [${fields.join(" ")}]`);
  }
  const [minutes, hours, days, months, weekdays] = [MINUTES, HOURS, DAYS, MONTHS, WEEKDAYS].map((bounds, i) =>
    parseField(fields[i] as string, bounds),
  ) as [Field, Field, Field, Field, Field];
  return {
    minutes: minutes.values,
    hours: hours.values,
    days: days.values,
    months: months.values,
    weekdays: weekdays.values,
    needsBothDays: days.hasStar || weekdays.hasStar,
  };
}

/** A delay below a second, or a negative one, counts as one second. Fractions of seconds are cut off. */
function everySchedule(descriptor: string): CronSchedule {
  try {
    const delayMs = Math.floor(Math.max(1000, parseGoDuration(descriptor.slice(EVERY.length))) / 1000) * 1000;
    return { next: (afterMs) => Math.floor(afterMs / 1000) * 1000 + delayMs };
  } catch (error) {
    if (!(error instanceof GoDurationError)) throw error;
    throw new CronError(`failed to parse duration ${descriptor}: ${error.message}`);
  }
}

interface Field {
  readonly values: ReadonlySet<number>;
  /** The field has a `*` or `?` without a step above 1. */
  readonly hasStar: boolean;
}

/** A list of ranges. Empty items are skipped, so `,` is a field without a value. */
function parseField(text: string, bounds: Bounds): Field {
  const values = new Set<number>();
  let hasStar = false;
  for (const part of text.split(",").filter((item) => item !== "")) {
    const range = parseRange(part, bounds);
    for (let value = range.first; value <= range.last; value += range.step) values.add(value);
    hasStar ||= range.isStar;
  }
  return { values, hasStar };
}

/** `*`, `5`, `1-5`, `mon-fri`, each with or without a step: `0/15`, `1-5/2`. */
function parseRange(text: string, bounds: Bounds) {
  const [range = "", stepText, ...more] = text.split("/");
  const [firstText = "", lastText, ...tooMany] = range.split("-");
  const isStar = firstText === "*" || firstText === "?";
  let [first, last] = [BigInt(bounds.min), BigInt(bounds.max)];
  if (!isStar) {
    first = parseValue(firstText, bounds);
    if (tooMany.length > 0) throw new CronError(`too many hyphens: ${text}`);
    last = lastText === undefined ? first : parseValue(lastText, bounds);
  }
  if (more.length > 0) throw new CronError(`too many slashes: ${text}`);
  const step = stepText === undefined ? 1n : parseNatural(stepText);
  if (stepText !== undefined && lastText === undefined) last = BigInt(bounds.max);
  if (first < bounds.min) throw new CronError(`beginning of range (${first}) below minimum (${bounds.min}): ${text}`);
  if (last > bounds.max) throw new CronError(`end of range (${last}) above maximum (${bounds.max}): ${text}`);
  if (first > last) throw new CronError(`beginning of range (${first}) beyond end of range (${last}): ${text}`);
  if (step === 0n) throw new CronError(`step of range should be a positive number: ${text}`);
  return { first: Number(first), last: Number(last), step: Number(step), isStar: isStar && step === 1n };
}

function parseValue(text: string, { min, names }: Bounds): bigint {
  const place = names.indexOf(text.toLowerCase());
  return place < 0 ? parseNatural(text) : BigInt(place + min);
}

/** Go's strconv.Atoi, without negative numbers. */
function parseNatural(text: string): bigint {
  const value = parseInteger(text, { bits: 64 });
  if (typeof value !== "bigint") {
    throw new CronError(`failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: ${value}`);
  }
  if (value < 0n) throw new CronError(`negative number (${value}) not allowed: ${text}`);
  return value;
}
