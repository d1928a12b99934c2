/** Date. The container's time zone is UTC. */
import { toNumber, toPrimitive, toText } from "../conversions.ts";
import { defineClass, natives } from "../intrinsics.ts";
import { JsDate, type Value } from "../objects.ts";
import { get } from "../properties.ts";
import type { NativeFunction, Vm } from "../vm.ts";
import { prototypeFor } from "./objects.ts";

const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const MONTHS = "January February March April May June July August September October November December".split(" ");
const two = (value: number) => String(value).padStart(2, "0");

export const nowOf = (vm: Vm): number => Math.floor(vm.nowMs);

function clip(timeMs: number): number {
  return Math.abs(timeMs) <= 8.64e15 ? Math.trunc(timeMs) : Number.NaN;
}

/** Reads a date; texts without a zone are in UTC. */
function parse(text: string): number {
  const isIso = /^[+-]?\d{4,6}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?)?)?$/.test(text);
  if (isIso) return Date.parse(text.includes("T") ? `${text}Z` : text);
  const hasZone = /(?:Z|UTC|GMT(?:[+-]\d{4})?|[+-]\d\d:?\d\d)\s*(?:\(.*\))?$/i.test(text);
  return Date.parse(hasZone ? text : `${text} UTC`);
}

function fromParts(vm: Vm, args: readonly Value[]): number {
  const [year = 1970, month = 0, day = 1, ...rest] = args.map((each) => toNumber(vm, each));
  const full = year >= 0 && year <= 99 ? 1900 + Math.trunc(year) : year;
  return clip(Date.UTC(full, month, day, ...rest));
}

defineClass("Date", (vm, _self, args, { newTarget }) => {
  if (!newTarget) return textOf(nowOf(vm));
  const made = new JsDate(prototypeFor(vm, newTarget, "Date.prototype"), nowOf(vm));
  const [first] = args;
  if (args.length === 1 && first instanceof JsDate) made.timeMs = first.timeMs;
  else if (args.length === 1) {
    const primitive = toPrimitive(vm, first);
    made.timeMs = typeof primitive === "string" ? parse(primitive) : clip(toNumber(vm, primitive));
  } else if (args.length > 1) made.timeMs = fromParts(vm, args);
  return made;
});
natives("Date", {
  now: (vm) => nowOf(vm),
  parse: (vm, _self, [text]) => parse(toText(vm, text)),
  UTC: (vm, _self, args) => fromParts(vm, args),
});

const dateOf = (vm: Vm, self: Value): JsDate =>
  self instanceof JsDate ? self : vm.fail("TypeError", "this is not a Date object.");

/** `Fri Jan 02 2026` */
function dayText(date: Date): string {
  const year = String(date.getUTCFullYear()).padStart(4, "0");
  return `${DAYS[date.getUTCDay()]!.slice(0, 3)} ${MONTHS[date.getUTCMonth()]!.slice(0, 3)} ${two(date.getUTCDate())} ${year}`;
}

const clockText = (date: Date) =>
  `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;

export function textOf(timeMs: number): string {
  if (Number.isNaN(timeMs)) return "Invalid Date";
  const date = new Date(timeMs);
  return `${dayText(date)} ${clockText(date)} GMT+0000 (Coordinated Universal Time)`;
}

const PARTS = ["FullYear", "Month", "Date", "Hours", "Minutes", "Seconds", "Milliseconds"] as const;
const functions: Record<string, NativeFunction> = {};
for (const part of [...PARTS, "Day"] as const) {
  const read: NativeFunction = (vm, self) => new Date(dateOf(vm, self).timeMs)[`getUTC${part}`]();
  functions[`get${part}`] = read;
  functions[`getUTC${part}`] = read;
}
for (const part of PARTS) {
  const write: NativeFunction = (vm, self, args) => {
    const made = dateOf(vm, self);
    const date = new Date(made.timeMs);
    const numbers = args.map((each) => toNumber(vm, each)) as [number, number, number, number];
    made.timeMs = clip((date[`setUTC${part}`] as (...values: number[]) => number).call(date, ...numbers));
    return made.timeMs;
  };
  functions[`set${part}`] = write;
  functions[`setUTC${part}`] = write;
}
natives("Date.prototype", functions);

function clock12(date: Date, hasSeconds = true): string {
  const hours = date.getUTCHours();
  const seconds = hasSeconds ? `:${two(date.getUTCSeconds())}` : "";
  return `${hours % 12 || 12}:${two(date.getUTCMinutes())}${seconds} ${hours < 12 ? "AM" : "PM"}`;
}

const dayOf = (date: Date) => `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;

/** `en-US`, with the options that choose the parts of a day in words. */
function localDay(vm: Vm, date: Date, options: Value): string {
  if (options === undefined) return dayOf(date);
  const option = (name: string) => {
    const value = get(vm, options, name);
    return value === undefined ? undefined : toText(vm, value);
  };
  const month = option("month");
  const isShort = month === "short";
  if (month !== "long" && !isShort) return dayOf(date);
  const name = MONTHS[date.getUTCMonth()]!;
  const weekday = option("weekday");
  const dayName = DAYS[date.getUTCDay()]!;
  const head = weekday === "long" ? `${dayName}, ` : weekday === "short" ? `${dayName.slice(0, 3)}, ` : "";
  const day = option("day") ? ` ${date.getUTCDate()}` : "";
  const year = option("year") ? `${day === "" ? " " : ", "}${date.getUTCFullYear()}` : "";
  return `${head}${isShort ? name.slice(0, 3) : name}${day}${year}`;
}

type DateText = (date: Date, vm: Vm, args: readonly Value[]) => string;

/** Functions of a valid date; others give the text of an invalid one. */
function texts(made: {
  readonly [name: string]: DateText | undefined;
  readonly toString?: DateText;
  readonly toLocaleString?: DateText;
}): void {
  const natively: Record<string, NativeFunction> = {};
  for (const [name, of] of Object.entries(made)) {
    if (!of) continue;
    natively[name] = (vm, self, args) => {
      const { timeMs } = dateOf(vm, self);
      return Number.isNaN(timeMs) ? "Invalid Date" : of(new Date(timeMs), vm, args);
    };
  }
  natives("Date.prototype", natively);
}

texts({
  toString: (date) => textOf(date.getTime()),
  toDateString: dayText,
  toTimeString: (date) => `${clockText(date)} GMT+0000 (Coordinated Universal Time)`,
  toUTCString: (date) => date.toUTCString(),
  toLocaleString: (date) => `${dayOf(date)}, ${clock12(date)}`,
  toLocaleDateString: (date, vm, [, options]) => localDay(vm, date, options),
  toLocaleTimeString: (date) => clock12(date),
});
natives("Date.prototype", {
  toISOString(vm, self) {
    const { timeMs } = dateOf(vm, self);
    return Number.isNaN(timeMs) ? vm.fail("RangeError", "Invalid time value") : new Date(timeMs).toISOString();
  },
  toJSON(vm, self) {
    const { timeMs } = dateOf(vm, self);
    return Number.isNaN(timeMs) ? null : new Date(timeMs).toISOString();
  },
  getTime: (vm, self) => dateOf(vm, self).timeMs,
  valueOf: ((vm, self) => dateOf(vm, self).timeMs) as NativeFunction,
  setTime(vm, self, [time]) {
    dateOf(vm, self).timeMs = clip(toNumber(vm, time));
    return dateOf(vm, self).timeMs;
  },
  getTimezoneOffset: () => 0,
  getYear: (vm, self) => new Date(dateOf(vm, self).timeMs).getUTCFullYear() - 1900,
  "@@toPrimitive": (vm, self, [hint]) =>
    hint === "number" ? dateOf(vm, self).timeMs : textOf(dateOf(vm, self).timeMs),
});
