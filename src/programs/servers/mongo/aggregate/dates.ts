/** Functions of expressions on dates, in UTC. */
import { isJsonObject, type JsonValue } from "../../../../lib/json.ts";
import { MongoError } from "../errors.ts";
import { bsonTypeOf, dateValue, numberOf, timeOf } from "../values.ts";
import type { ExpressionFunction } from "./function.ts";

function dateOf(value: JsonValue | undefined): Date | undefined {
  const given = isJsonObject(value) && "date" in value ? value["date"] : value;
  if (given === undefined || given === null) return undefined;
  const time = timeOf(given);
  if (time === undefined) throw new MongoError(`can't convert from BSON type ${bsonTypeOf(given)} to Date`);
  return new Date(time);
}

const part =
  (read: (date: Date) => number): ExpressionFunction =>
  ([value]) => {
    const date = dateOf(value);
    return date ? read(date) : null;
  };

const DAY_MS = 86_400_000;
const pad = (value: number, width = 2): string => String(value).padStart(width, "0");
const dayOfYear = (date: Date): number =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1;

const FORMATS: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => pad(date.getUTCFullYear(), 4),
  m: (date) => pad(date.getUTCMonth() + 1),
  d: (date) => pad(date.getUTCDate()),
  H: (date) => pad(date.getUTCHours()),
  M: (date) => pad(date.getUTCMinutes()),
  S: (date) => pad(date.getUTCSeconds()),
  L: (date) => pad(date.getUTCMilliseconds(), 3),
  j: (date) => pad(dayOfYear(date), 3),
  w: (date) => String(date.getUTCDay() + 1),
  u: (date) => String(date.getUTCDay() || 7),
  z: () => "+0000",
  "%": () => "%",
};

/** Units of `$dateAdd`, ms; months and years are of the calendar. */
const UNITS: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: DAY_MS,
  week: 7 * DAY_MS,
};

function added(date: Date, unit: string, amount: number): Date {
  const months = { month: 1, quarter: 3, year: 12 }[unit];
  if (months !== undefined) {
    const moved = new Date(date);
    moved.setUTCMonth(moved.getUTCMonth() + months * amount);
    return moved;
  }
  const ms = UNITS[unit];
  if (ms === undefined) throw new MongoError(`unknown time unit value: ${unit}`);
  return new Date(date.getTime() + ms * amount);
}

const moving =
  (sign: 1 | -1): ExpressionFunction =>
  ([value]) => {
    if (!isJsonObject(value)) throw new MongoError("the argument must be an object");
    const time = timeOf(value["startDate"]);
    if (time === undefined) return null;
    return dateValue(added(new Date(time), String(value["unit"]), sign * (numberOf(value["amount"]) ?? 0)).getTime());
  };

export const DATE_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  $year: part((date) => date.getUTCFullYear()),
  $month: part((date) => date.getUTCMonth() + 1),
  $dayOfMonth: part((date) => date.getUTCDate()),
  $dayOfWeek: part((date) => date.getUTCDay() + 1),
  $dayOfYear: part(dayOfYear),
  $hour: part((date) => date.getUTCHours()),
  $minute: part((date) => date.getUTCMinutes()),
  $second: part((date) => date.getUTCSeconds()),
  $millisecond: part((date) => date.getUTCMilliseconds()),
  $dateToString: ([value]) => {
    const date = dateOf(value);
    if (!date) return null;
    const given = isJsonObject(value) ? value["format"] : undefined;
    const format = typeof given === "string" ? given : "%Y-%m-%dT%H:%M:%S.%LZ";
    return format.replace(/%(.)/g, (all, letter: string) => FORMATS[letter]?.(date) ?? all);
  },
  $toDate: ([value]) => {
    if (value === undefined || value === null) return null;
    const time = timeOf(value) ?? (typeof value === "string" ? Date.parse(value) : numberOf(value));
    if (time === undefined || Number.isNaN(time))
      throw new MongoError(`Error parsing date string '${String(value)}'`, "FailedToParse");
    return dateValue(time);
  },
  $dateAdd: moving(1),
  $dateSubtract: moving(-1),
};
