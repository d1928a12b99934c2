/** Texts of dates and times, and their parts. */
import type { MomentKind } from "./values.ts";

const DAY_MS = 86_400_000;
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** Milliseconds that the text stands for; undefined if it is no such text. */
export function momentFrom(text: string, kind: MomentKind, nowMs: number): number | undefined {
  const trimmed = text.trim().toLowerCase();
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const words: Record<string, number> = {
    now: nowMs,
    today,
    yesterday: today - DAY_MS,
    tomorrow: today + DAY_MS,
    epoch: 0,
  };
  if (Object.hasOwn(words, trimmed)) {
    const ms = words[trimmed] ?? 0;
    return kind === "date" ? Math.floor(ms / DAY_MS) * DAY_MS : kind === "time" ? ms % DAY_MS : ms;
  }
  const clockOnly = clockFrom(trimmed);
  if (kind === "time") return clockOnly ?? clockFrom(trimmed.replace(/^\S+[ t]/, ""));
  const [, dateText = "", clockText] =
    /^(\d[\d/.-]*|[a-z]{3,9} \d{1,2},? \d{4}|\d{1,2} [a-z]{3,9} \d{4})(?:[ t](.*))?$/.exec(trimmed) ?? [];
  const date = dateFrom(dateText);
  if (date === undefined) return undefined;
  if (kind === "date" || clockText === undefined || clockText === "") return date;
  const [, clock = "", zone = ""] = /^([\d:.]+)\s*(z|utc|gmt|[+-]\d{1,2}(?::?\d\d)?)?$/.exec(clockText) ?? [];
  const time = clockFrom(clock);
  if (time === undefined) return undefined;
  return date + time - (kind === "timestamptz" ? zoneOffsetMs(zone) : 0);
}

function dateFrom(text: string): number | undefined {
  const numeric = /^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})$/.exec(text);
  if (numeric) return dateOf(Number(numeric[1]), Number(numeric[2]), Number(numeric[3]));
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (american) return dateOf(Number(american[3]), Number(american[1]), Number(american[2]));
  const named = /^([a-z]{3,9}) (\d{1,2}),? (\d{4})$/.exec(text);
  const reversed = /^(\d{1,2}) ([a-z]{3,9}) (\d{4})$/.exec(text);
  const month = MONTHS.indexOf((named?.[1] ?? reversed?.[2] ?? "").slice(0, 3)) + 1;
  if (month === 0) return undefined;
  return dateOf(Number(named?.[3] ?? reversed?.[3]), month, Number(named?.[2] ?? reversed?.[1]));
}

function dateOf(year: number, month: number, day: number): number | undefined {
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? ms : undefined;
}

function clockFrom(text: string): number | undefined {
  const [, hours, minutes, seconds = "0"] = /^(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/.exec(text) ?? [];
  if (hours === undefined || Number(hours) > 24 || Number(minutes) > 59 || Number(seconds) >= 60) return undefined;
  return Math.floor(Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000);
}

function zoneOffsetMs(zone: string): number {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d{1,2}):?(\d\d)?$/.exec(zone) ?? [];
  if (hours === undefined) return 0;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** Adds calendar months; the day is at most the last of the month. */
export function addMonths(ms: number, months: number): number {
  const date = new Date(ms);
  const day = date.getUTCDate();
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate();
  return first + (Math.min(day, last) - 1) * DAY_MS + (((ms % DAY_MS) + DAY_MS) % DAY_MS);
}

/** `extract(year from …)`; undefined: there is no such field. */
export function momentField(field: string, ms: number): number | undefined {
  const date = new Date(ms);
  switch (field) {
    case "year":
      return date.getUTCFullYear();
    case "month":
      return date.getUTCMonth() + 1;
    case "day":
      return date.getUTCDate();
    case "hour":
      return date.getUTCHours();
    case "minute":
      return date.getUTCMinutes();
    case "second":
      return date.getUTCSeconds() + date.getUTCMilliseconds() / 1000;
    case "dow":
      return date.getUTCDay();
    case "isodow":
      return date.getUTCDay() || 7;
    case "doy":
      return Math.floor((ms - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1;
    case "quarter":
      return Math.floor(date.getUTCMonth() / 3) + 1;
    case "week":
      return weekOf(ms);
    case "isoyear":
      return new Date(ms - (((date.getUTCDay() + 6) % 7) - 3) * DAY_MS).getUTCFullYear();
    case "decade":
      return Math.floor(date.getUTCFullYear() / 10);
    case "century":
      return Math.ceil(date.getUTCFullYear() / 100);
    case "milliseconds":
      return date.getUTCSeconds() * 1000 + date.getUTCMilliseconds();
    case "epoch":
      return ms / 1000;
    default:
      return undefined;
  }
}

/** The week of ISO 8601: the first one has the year's first Thursday. */
function weekOf(ms: number): number {
  const thursday = new Date(ms - (((new Date(ms).getUTCDay() + 6) % 7) - 3) * DAY_MS);
  return Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * DAY_MS)) + 1;
}

/** The time that a text stands for in a form of `to_char`. Parts that the form lacks are those of the year 1. */
export function parseMoment(text: string, pattern: string): number {
  const parts: Record<string, number> = { YYYY: 1, MM: 1, DD: 1, HH24: 0, MI: 0, SS: 0 };
  let rest = text.trim();
  for (const [token] of pattern.matchAll(/YYYY|YY|MM|Month|Mon|MON|DD|HH24|HH12|HH|MI|SS|AM|PM|[^A-Za-z]+|[A-Za-z]/g)) {
    if (!/^[A-Za-z]/.test(token)) rest = rest.replace(/^[^A-Za-z0-9]+/, "");
    else if (/^Mon/i.test(token)) {
      const month = MONTHS.indexOf(rest.slice(0, 3).toLowerCase()) + 1;
      parts["MM"] = month || 1;
      rest = rest.replace(/^[A-Za-z]+/, "");
    } else if (/^[AP]M$/.test(token)) {
      if (/^p/i.test(rest) && (parts["HH24"] ?? 0) < 12) parts["HH24"] = (parts["HH24"] ?? 0) + 12;
      if (/^a/i.test(rest) && parts["HH24"] === 12) parts["HH24"] = 0;
      rest = rest.slice(2);
    } else {
      const digits = new RegExp(`^\\d{1,${token === "YYYY" ? 4 : 2}}`).exec(rest)?.[0] ?? "";
      const name = token === "HH12" || token === "HH" ? "HH24" : token === "YY" ? "YYYY" : token;
      if (digits !== "") parts[name] = Number(digits) + (token === "YY" ? 2000 : 0);
      rest = rest.slice(digits.length);
    }
  }
  const { YYYY = 1, MM = 1, DD = 1, HH24 = 0, MI = 0, SS = 0 } = parts;
  return Date.UTC(YYYY, MM - 1, DD, HH24, MI, SS);
}

/** `date_trunc('month', …)`; undefined: there is no such field. */
export function truncateMoment(field: string, ms: number): number | undefined {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  const day = Math.floor(ms / DAY_MS) * DAY_MS;
  switch (field) {
    case "year":
      return Date.UTC(year, 0, 1);
    case "quarter":
      return Date.UTC(year, Math.floor(date.getUTCMonth() / 3) * 3, 1);
    case "month":
      return Date.UTC(year, date.getUTCMonth(), 1);
    case "week":
      return day - ((date.getUTCDay() + 6) % 7) * DAY_MS;
    case "day":
      return day;
    case "hour":
      return Math.floor(ms / 3_600_000) * 3_600_000;
    case "minute":
      return Math.floor(ms / 60_000) * 60_000;
    case "second":
      return Math.floor(ms / 1000) * 1000;
    default:
      return undefined;
  }
}

const DAY_NAMES = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const MONTH_NAMES = "January February March April May June July August September October November December".split(" ");

/** PostgreSQL's `to_char` of a time. */
export function formatMoment(ms: number, pattern: string): string {
  const date = new Date(ms);
  const iso = date.toISOString();
  const month = MONTH_NAMES[date.getUTCMonth()] ?? "";
  const day = DAY_NAMES[date.getUTCDay()] ?? "";
  const hour12 = date.getUTCHours() % 12 || 12;
  const parts: Record<string, string> = {
    YYYY: iso.slice(0, 4),
    YY: iso.slice(2, 4),
    MM: iso.slice(5, 7),
    Month: month.padEnd(9),
    FMMonth: month,
    Mon: month.slice(0, 3),
    MON: month.slice(0, 3).toUpperCase(),
    DD: iso.slice(8, 10),
    Day: day.padEnd(9),
    FMDay: day,
    Dy: day.slice(0, 3),
    HH24: iso.slice(11, 13),
    HH12: String(hour12).padStart(2, "0"),
    HH: String(hour12).padStart(2, "0"),
    MI: iso.slice(14, 16),
    SS: iso.slice(17, 19),
    MS: iso.slice(20, 23),
    US: `${iso.slice(20, 23)}000`,
    AM: date.getUTCHours() < 12 ? "AM" : "PM",
    PM: date.getUTCHours() < 12 ? "AM" : "PM",
    TZ: "UTC",
  };
  return pattern.replace(
    /"([^"]*)"|YYYY|YY|FMMonth|Month|Mon|MON|MM|MI|MS|FMDay|Day|Dy|DD|HH24|HH12|HH|SS|US|AM|PM|TZ/g,
    (word, literal: string | undefined) => literal ?? parts[word] ?? word,
  );
}

/** MySQL's `DATE_FORMAT`. */
export function formatPercent(ms: number, pattern: string): string {
  const date = new Date(ms);
  const iso = date.toISOString();
  const month = MONTH_NAMES[date.getUTCMonth()] ?? "";
  const day = DAY_NAMES[date.getUTCDay()] ?? "";
  const parts: Record<string, string> = {
    Y: iso.slice(0, 4),
    y: iso.slice(2, 4),
    m: iso.slice(5, 7),
    c: String(date.getUTCMonth() + 1),
    M: month,
    b: month.slice(0, 3),
    d: iso.slice(8, 10),
    e: String(date.getUTCDate()),
    W: day,
    a: day.slice(0, 3),
    H: iso.slice(11, 13),
    i: iso.slice(14, 16),
    s: iso.slice(17, 19),
    S: iso.slice(17, 19),
    T: iso.slice(11, 19),
    "%": "%",
  };
  return pattern.replace(/%(.)/g, (_all, letter: string) => parts[letter] ?? letter);
}
