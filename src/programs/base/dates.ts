/** Dates that people type, as `date -d` and `touch -d` read them (gnulib's parse-datetime, the forms in use). */
import { DAY_NAMES, instantOf, localTime, MONTH_NAMES } from "./clock.ts";

interface Reading {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  hasTime: boolean;
  hasDate: boolean;
  /** The last item was a time. */
  wasTime: boolean;
  /** Minutes east of UTC, if the text names a zone. */
  offsetMinutes?: number;
  weekday?: { day: number; ordinal: number };
  shift: Record<"year" | "month" | "day" | "second", number>;
}

const UNITS: Readonly<Record<string, ["year" | "month" | "day" | "second", number]>> = {
  year: ["year", 1],
  month: ["month", 1],
  fortnight: ["day", 14],
  week: ["day", 7],
  day: ["day", 1],
  hour: ["second", 3600],
  minute: ["second", 60],
  min: ["second", 60],
  second: ["second", 1],
  sec: ["second", 1],
};

const ORDINALS: Readonly<Record<string, number>> = { last: -1, this: 0, next: 1, first: 1, third: 3, a: 1, an: 1 };
const ZONES: Readonly<Record<string, number>> = {
  utc: 0,
  gmt: 0,
  z: 0,
  ut: 0,
  est: -300,
  edt: -240,
  cst: -360,
  pst: -480,
  pdt: -420,
  cet: 60,
  cest: 120,
};

/** The instant that a text means, ms; undefined if it is no date. `zone` is the value of TZ. */
export function parseDate(text: string, nowMs: number, zone: string | undefined): number | undefined {
  const trimmed = text.trim().toLowerCase();
  const seconds = /^@(-?\d+)(?:\.(\d{1,9}))?$/.exec(trimmed);
  if (seconds) return Number(seconds[1]) * 1000 + Math.floor(Number(`0.${seconds[2] ?? "0"}`) * 1000);
  const named = /^tz="([^"]*)"\s*(.*)$/i.exec(text.trim());
  if (named) return parseDate(named[2] ?? "", nowMs, named[1]);
  const reading = startingNow(nowMs, zone);
  let rest = trimmed;
  while (rest !== "") {
    const taken = takeItem(rest, reading);
    if (taken === 0) return undefined;
    rest = rest.slice(taken).replace(/^[\s,]+/, "");
  }
  return evaluate(reading, zone);
}

function startingNow(nowMs: number, zone: string | undefined): Reading {
  const now = localTime(nowMs, zone);
  const { year, month, day, hour, minute, second, millisecond } = now;
  const shift = { year: 0, month: 0, day: 0, second: 0 };
  return { year, month, day, hour, minute, second, millisecond, hasTime: false, hasDate: false, wasTime: false, shift };
}

type Item = [RegExp, (reading: Reading, match: RegExpExecArray) => boolean];

const MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\\.?";
const ITEMS: readonly Item[] = [
  [
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:t(?=\d))?/,
    (reading, [, y, m, d]) => setDate(reading, Number(y), Number(m), Number(d)),
  ],
  [/^(\d{4})(\d\d)(\d\d)(?=$|[\st])t?/, (reading, [, y, m, d]) => setDate(reading, Number(y), Number(m), Number(d))],
  [
    /^(\d{1,2})\/(\d{1,2})(?:\/(\d{2,4}))?/,
    (reading, [, m, d, y]) => setDate(reading, y === undefined ? reading.year : fullYear(y), Number(m), Number(d)),
  ],
  [
    /^(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(am|pm)?/,
    (reading, [, h, m, s = "0", fraction = "0", half]) =>
      setTime(reading, hourOf(Number(h), half), Number(m), Number(s), Number(`0.${fraction}`) * 1000),
  ],
  // A number with a sign directly behind a time is a zone, also in `10:00 +2 hours`, where `hours` adds one hour.
  [
    /^(?<zone>[+-])(\d{1,2}):?(\d\d)?(?!\d)/,
    (reading, [, sign, h, m = "0"]) => setOffset(reading, (sign === "-" ? -1 : 1) * (Number(h) * 60 + Number(m))),
  ],
  [/^(\d{1,2})\s*(am|pm)\b/, (reading, [, h, half]) => setTime(reading, hourOf(Number(h), half), 0, 0, 0)],
  [
    new RegExp(`^${MONTH}\\s+(\\d{1,2})(?:st|nd|rd|th)?(?:,?\\s+(\\d{4})(?!:))?(?!\\d|:)`),
    (reading, [, m, d, y]) => setDate(reading, y === undefined ? reading.year : Number(y), monthOf(m!), Number(d)),
  ],
  [
    new RegExp(`^(\\d{1,2})[\\s-]+${MONTH}(?:[\\s,-]+(\\d{4})(?!:))?`),
    (reading, [, d, m, y]) => setDate(reading, y === undefined ? reading.year : Number(y), monthOf(m!), Number(d)),
  ],
  [/^(now|today)\b/, () => true],
  [/^yesterday\b/, (reading) => addShift(reading, "day", -1)],
  [/^tomorrow\b/, (reading) => addShift(reading, "day", 1)],
  [/^(midnight)\b/, (reading) => setTime(reading, 0, 0, 0, 0)],
  [
    /^([+-]?)\s*(\d+)\s*(year|month|fortnight|week|day|hour|minute|min|second|sec)s?\b(\s+ago\b)?/,
    (reading, [, sign, count, unit, ago]) =>
      shiftBy(reading, (sign === "-" ? -1 : 1) * (ago ? -1 : 1) * Number(count), unit!),
  ],
  [
    /^(last|this|next|first|third|a|an)\s+(year|month|fortnight|week|day|hour|minute|min|second|sec)\b(\s+ago\b)?/,
    (reading, [, ordinal, unit, ago]) => shiftBy(reading, (ago ? -1 : 1) * ORDINALS[ordinal!]!, unit!),
  ],
  [
    /^(year|month|fortnight|week|day|hour|minute|second)s?\b(\s+ago\b)?/,
    (reading, [, unit, ago]) => shiftBy(reading, ago ? -1 : 1, unit!),
  ],
  [
    /^(?:(last|this|next)\s+)?(sun|mon|tue|wed|thu|fri|sat)[a-z]*\b\.?/,
    (reading, [, ordinal, name]) => setWeekday(reading, name!, ORDINALS[ordinal ?? "this"]!),
  ],
  [
    /^(?:utc|gmt)?([+-])(\d{1,2}):?(\d\d)?(?!\d)/,
    (reading, [, sign, h, m = "0"]) => setOffset(reading, (sign === "-" ? -1 : 1) * (Number(h) * 60 + Number(m))),
  ],
  [/^(utc|gmt|ut|z|est|edt|cst|pst|pdt|cet|cest)\b/, (reading, [, name]) => setOffset(reading, ZONES[name!]!)],
  [/^(\d{4})\b/, (reading, [, y]) => setYearOrTime(reading, y!)],
];

function takeItem(text: string, reading: Reading): number {
  const isBehindTime = reading.wasTime;
  reading.wasTime = false;
  for (const [pattern, apply] of ITEMS) {
    const match = pattern.exec(text);
    if (match?.groups?.zone !== undefined && !isBehindTime) continue;
    if (match && match[0].length > 0) return apply(reading, match) ? match[0].length : 0;
  }
  return 0;
}

/** Four digits are a year behind a date, and otherwise hours and minutes. */
function setYearOrTime(reading: Reading, digits: string): boolean {
  const number = Number(digits);
  if (!reading.hasDate) return setTime(reading, Math.floor(number / 100), number % 100, 0, 0);
  reading.year = number;
  return true;
}

function fullYear(text: string): number {
  const year = Number(text);
  return text.length > 2 ? year : year + (year < 69 ? 2000 : 1900);
}

function monthOf(name: string): number {
  return MONTH_NAMES.findIndex((month) => month.toLowerCase().startsWith(name.slice(0, 3))) + 1;
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return (hour % 12) + (half === "pm" ? 12 : 0);
}

function setDate(reading: Reading, year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return false;
  Object.assign(reading, { year, month: month - 1, day, hasDate: true });
  return true;
}

function setTime(reading: Reading, hour: number, minute: number, second: number, millisecond: number): boolean {
  if (hour > 24 || minute > 59 || second > 60) return false;
  Object.assign(reading, { hour, minute, second, millisecond: Math.floor(millisecond), hasTime: true, wasTime: true });
  return true;
}

function setOffset(reading: Reading, offsetMinutes: number): boolean {
  if (Math.abs(offsetMinutes) > 24 * 60) return false;
  reading.offsetMinutes = offsetMinutes;
  return true;
}

function addShift(reading: Reading, unit: keyof Reading["shift"], count: number): boolean {
  reading.shift[unit] += count;
  return true;
}

function shiftBy(reading: Reading, count: number, unit: string): boolean {
  const [field, factor] = UNITS[unit]!;
  return addShift(reading, field, count * factor);
}

function setWeekday(reading: Reading, name: string, ordinal: number): boolean {
  const day = DAY_NAMES.findIndex((known) => known.toLowerCase().startsWith(name));
  reading.weekday = { day, ordinal };
  return true;
}

function evaluate(reading: Reading, zone: string | undefined): number {
  const { shift, weekday, offsetMinutes } = reading;
  let { hour, minute, second, millisecond } = reading;
  const startsAtMidnight = !reading.hasTime && (reading.hasDate || weekday !== undefined);
  if (startsAtMidnight) [hour, minute, second, millisecond] = [0, 0, 0, 0];
  let day = reading.day + shift.day;
  if (weekday && !reading.hasDate) {
    const today = new Date(Date.UTC(reading.year, reading.month, reading.day)).getUTCDay();
    const ahead = (weekday.day - today + 7) % 7;
    day += ahead + 7 * (weekday.ordinal - (weekday.ordinal > 0 && ahead !== 0 ? 1 : 0));
  }
  const fields = { year: reading.year + shift.year, month: reading.month + shift.month, day, hour, minute, second };
  const at =
    offsetMinutes === undefined
      ? instantOf(fields, zone)
      : Date.UTC(fields.year, fields.month, day, hour, minute, second) - offsetMinutes * 60_000;
  return at + millisecond + shift.second * 1000;
}
