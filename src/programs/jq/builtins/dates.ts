/** Builtins on times: seconds since 1970 and "broken down" times, which are lists of numbers. */
import { DAY_NAMES, formatTime, localTime, MONTH_NAMES } from "../../base/clock.ts";
import { JqError, type Value } from "../values.ts";
import type { Natives } from "./native.ts";

/** Year, month (0 to 11), day, hour, minute, second, weekday, day of the year. */
function brokenDown(seconds: number, zone: string | undefined): Value {
  const time = localTime(Math.floor(seconds) * 1000, zone);
  const { year, month, day, hour, minute, second, weekday } = time;
  const fraction = seconds - Math.floor(seconds);
  return [year, month, day, hour, minute, second + fraction, weekday, dayOfYear(year, month, day)];
}

function dayOfYear(year: number, month: number, day: number): number {
  return (Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / 86_400_000;
}

function secondsOf(value: Value, name: string): number {
  const [year, month, day, hour, minute, second] = partsOf(value, `${name} requires parsed datetime inputs`);
  return Date.UTC(year!, month, day, hour, minute, Math.floor(second!)) / 1000;
}

function partsOf(value: Value, problem: string): number[] {
  if (!Array.isArray(value) || value.length < 6 || !value.every((part) => typeof part === "number")) {
    throw new JqError(problem);
  }
  return value as number[];
}

function number(value: Value, name: string): number {
  if (typeof value !== "number") throw new JqError(`${name} requires a number`);
  return value;
}

function formatted(value: Value, format: Value | undefined, name: string, zone: string | undefined): Value {
  if (typeof value !== "number" && !Array.isArray(value)) throw new JqError(`${name} requires parsed datetime inputs`);
  const seconds = typeof value === "number" ? Math.floor(value) : secondsOf(value, name);
  if (typeof format !== "string") throw new JqError(`${name} requires a string format`);
  return formatTime(format, localTime(seconds * 1000, zone));
}

interface Reading {
  parts: Record<string, number>;
  at: number;
}

/** The number of a letter: field, digits, what is added. */
const NUMBERS: Readonly<Record<string, readonly [string, number, number]>> = {
  Y: ["year", 4, 0],
  m: ["month", 2, -1],
  d: ["day", 2, 0],
  e: ["day", 2, 0],
  H: ["hour", 2, 0],
  k: ["hour", 2, 0],
  I: ["hour12", 2, 0],
  l: ["hour12", 2, 0],
  M: ["minute", 2, 0],
  S: ["second", 2, 0],
  j: ["yearDay", 3, 0],
  y: ["shortYear", 2, 0],
  s: ["epoch", 20, 0],
  u: ["weekday", 1, 0],
  w: ["weekday", 1, 0],
};
const COMPOSED: Readonly<Record<string, string>> = {
  T: "%H:%M:%S",
  D: "%m/%d/%y",
  F: "%Y-%m-%d",
  R: "%H:%M",
  r: "%I:%M:%S %p",
  c: "%a %b %e %H:%M:%S %Y",
};

/** strptime(3). @returns false if the text does not follow the format */
function read(text: string, format: string, reading: Reading): boolean {
  for (let i = 0; i < format.length; i++) {
    const character = format[i]!;
    if (/\s/.test(character)) {
      while (/\s/.test(text[reading.at] ?? "")) reading.at++;
    } else if (character !== "%") {
      if (text[reading.at++] !== character) return false;
    } else if (!readField(text, format[++i] ?? "", reading)) return false;
  }
  return true;
}

function readField(text: string, letter: string, reading: Reading): boolean {
  const { parts } = reading;
  const composed = COMPOSED[letter];
  if (composed !== undefined) return read(text, composed, reading);
  const rest = text.slice(reading.at);
  const take = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(rest)?.[0];
    if (found !== undefined) reading.at += found.length;
    return found?.trim();
  };
  const field = NUMBERS[letter];
  if (field) {
    const [name, digits, shift] = field;
    const found = take(new RegExp(`^\\s*[+-]?\\d{1,${digits}}`));
    if (found === undefined) return false;
    parts[name] = Number(found) + shift;
    return isInRange(name, parts[name]!);
  }
  if (letter === "b" || letter === "B" || letter === "h") return takeName(take, MONTH_NAMES, parts, "month");
  if (letter === "a" || letter === "A") return takeName(take, DAY_NAMES, parts, "weekday");
  if (letter === "p") {
    const half = take(/^[AaPp][Mm]/);
    if (half === undefined) return false;
    parts.isAfternoon = /^p/i.test(half) ? 1 : 0;
    return true;
  }
  if (letter === "Z") return take(/^[A-Za-z]+/) !== undefined;
  if (letter === "z") return take(/^(?:Z|[+-]\d{2}:?(?:\d{2})?)/) !== undefined;
  if (letter === "n" || letter === "t") return take(/^\s*/) !== undefined;
  if (letter === "%") return take(/^%/) !== undefined;
  return false;
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  month: [0, 11],
  day: [1, 31],
  hour: [0, 23],
  hour12: [1, 12],
  minute: [0, 59],
  second: [0, 61],
  yearDay: [1, 366],
};

function isInRange(name: string, value: number): boolean {
  const range = RANGES[name];
  return !range || (value >= range[0] && value <= range[1]);
}

function takeName(
  take: (pattern: RegExp) => string | undefined,
  names: readonly string[],
  parts: Record<string, number>,
  field: string,
): boolean {
  const found = take(new RegExp(`^(?:${names.join("|")}|${names.map((name) => name.slice(0, 3)).join("|")})`, "i"));
  if (found === undefined) return false;
  parts[field] = names.findIndex((name) => name.slice(0, 3).toLowerCase() === found.slice(0, 3).toLowerCase());
  return true;
}

function parsedTime(value: Value, format: Value): Value {
  if (typeof value !== "string") throw new JqError(`strptime/1 requires string inputs and arguments`);
  if (typeof format !== "string") throw new JqError("strptime/1 requires string inputs and arguments");
  const reading: Reading = { parts: {}, at: 0 };
  if (!read(value, format, reading) || reading.at < value.length) {
    throw new JqError(`date "${value}" does not match format "${format}"`);
  }
  const { parts } = reading;
  if (parts.epoch !== undefined) return brokenDown(parts.epoch, undefined);
  const shortYear = parts.shortYear ?? 0;
  const year = parts.year ?? (parts.shortYear === undefined ? 1900 : shortYear + (shortYear < 69 ? 2000 : 1900));
  const half = parts.hour12 === undefined ? 0 : (parts.hour12 % 12) + (parts.isAfternoon ? 12 : 0);
  const month = parts.month ?? 0;
  const day = parts.day ?? (parts.yearDay === undefined ? 0 : parts.yearDay);
  const date = new Date(Date.UTC(year, month, day));
  const hour = parts.hour ?? half;
  const yearDay = dayOfYear(year, month, day);
  return [year, month, day, hour, parts.minute ?? 0, parts.second ?? 0, date.getUTCDay(), yearDay];
}

export const DATES: Natives = {
  "gmtime/0": (value) => brokenDown(number(value, "gmtime()"), undefined),
  "localtime/0": (value, _args, { surroundings }) => brokenDown(number(value, "localtime()"), surroundings.zone),
  "mktime/0": (value) => {
    if (!Array.isArray(value)) throw new JqError("mktime requires array inputs");
    return secondsOf(value, "mktime");
  },
  "strflocaltime/1": (value, [format], { surroundings }) =>
    formatted(value, format, "strflocaltime/1", typeof value === "number" ? surroundings.zone : undefined),
  "strftime/1": (value, [format]) => formatted(value, format, "strftime/1", undefined),
  "strptime/1": (value, [format]) => parsedTime(value, format!),
};
