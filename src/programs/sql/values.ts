/** Values of SQL while a statement runs, their order, and their texts. */
import { Decimal } from "./decimal.ts";
import type { SqlType } from "./sql-type.ts";

/** An integer is a `number`; other numbers have classes of their own, because SQL treats them differently. */
export type Value = null | boolean | number | string | Decimal | Float | Moment | Interval | Json | List | Row;

export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export type MomentKind = "date" | "time" | "timestamp" | "timestamptz";

/** A date, a time of day, or both. `ms` counts from 1970 in UTC, or from midnight. */
export class Moment {
  readonly kind: MomentKind;
  readonly ms: number;
  constructor(kind: MomentKind, ms: number) {
    this.kind = kind;
    this.ms = ms;
  }
}

export class Interval {
  readonly months: number;
  readonly days: number;
  readonly ms: number;
  constructor(months: number, days: number, ms: number) {
    this.months = months;
    this.days = days;
    this.ms = ms;
  }
}

/** JSON as text: as given (json), or in normal form (jsonb). */
export class Json {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class List {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** A row as a value: `ROW(1, 'a')`, or a source's name. */
export class Row {
  readonly items: readonly Value[];
  readonly names: readonly string[];
  constructor(items: readonly Value[], names: readonly string[] = items.map((_item, i) => `f${i + 1}`)) {
    this.items = items;
    this.names = names;
  }
}

export function isNumeric(value: Value): value is number | Decimal | Float {
  return typeof value === "number" || value instanceof Decimal || value instanceof Float;
}

export function numberOf(value: Value): number {
  if (typeof value === "number") return value;
  if (value instanceof Decimal) return value.toNumber();
  if (value instanceof Float) return value.value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return Number.parseFloat(textOf(value)) || 0;
}

export function decimalOf(value: Value): Decimal {
  if (value instanceof Decimal) return value;
  return Decimal.of(numberOf(value));
}

/** The order of two values of one kind: negative, 0 or positive. */
export function compareValues(left: Value, right: Value): number {
  if (isNumeric(left) && isNumeric(right)) {
    if (left instanceof Decimal || right instanceof Decimal) {
      if (!(left instanceof Float || right instanceof Float)) return decimalOf(left).compare(decimalOf(right));
    }
    return order(numberOf(left), numberOf(right));
  }
  if (left instanceof Moment && right instanceof Moment) return order(left.ms, right.ms);
  if (left instanceof Interval && right instanceof Interval) return order(lengthMs(left), lengthMs(right));
  if (typeof left === "boolean" && typeof right === "boolean") return order(Number(left), Number(right));
  if ((left instanceof List && right instanceof List) || (left instanceof Row && right instanceof Row)) {
    for (let i = 0; i < Math.min(left.items.length, right.items.length); i++) {
      const found = compareValues(left.items[i] ?? null, right.items[i] ?? null);
      if (found !== 0) return found;
    }
    return left.items.length - right.items.length;
  }
  return order(textOf(left), textOf(right));
}

const DAY_MS = 86_400_000;

function lengthMs({ months, days, ms }: Interval): number {
  return (months * 30 + days) * DAY_MS + ms;
}

function order<T extends number | string>(left: T, right: T): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A key under which equal values are equal: for groups, DISTINCT and unique constraints. */
export function keyOf(value: Value): string {
  if (value === null) return "n";
  if (isNumeric(value)) {
    return `#${value instanceof Float ? String(value.value) : decimalOf(value).trimmed().toString()}`;
  }
  if (value instanceof Moment) return `m${value.ms}`;
  if (value instanceof List || value instanceof Row) return `[${value.items.map((item) => keyOf(item)).join(",")}]`;
  return `s${textOf(value)}`;
}

/** PostgreSQL's text of a value. */
export function textOf(value: Value): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "t" : "f";
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Moment) return momentText(value);
  if (value instanceof Interval) return intervalText(value);
  if (value instanceof Json) return value.text;
  if (value instanceof List) return `{${value.items.map(listItem).join(",")}}`;
  if (value instanceof Row) return `(${value.items.map(rowItem).join(",")})`;
  return String(value);
}

function rowItem(value: Value): string {
  const text = textOf(value);
  if (value !== null && (text === "" || /[(),"\\\s]/.test(text))) return `"${text.replace(/["\\]/g, "$&$&")}"`;
  return text;
}

function listItem(value: Value): string {
  if (value === null) return "NULL";
  if (value instanceof List) return textOf(value);
  const text = textOf(value);
  return text === "" || /[{}",\\\s]|^null$/i.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : text;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}

/** `2026-01-31 13:05:09.12+00`: the fraction has no zeros at its end. */
function momentText({ kind, ms }: Moment): string {
  const iso = new Date(ms).toISOString();
  const clock = iso.slice(11, 23).replace(/\.?0+$/, (zeros) => (zeros.startsWith(".") ? "" : zeros));
  const time = iso.slice(11, 23).endsWith(".000") ? iso.slice(11, 19) : clock.replace(/0+$/, "");
  if (kind === "date") return iso.slice(0, 10);
  if (kind === "time") return time;
  return `${iso.slice(0, 10)} ${time}${kind === "timestamptz" ? "+00" : ""}`;
}

/** `1 year 2 mons 3 days 04:05:06` */
function intervalText({ months, days, ms }: Interval): string {
  const years = Math.trunc(months / 12);
  const rest = months % 12;
  const parts: string[] = [];
  if (years !== 0) parts.push(`${years} year${years === 1 ? "" : "s"}`);
  if (rest !== 0) parts.push(`${rest} mon${rest === 1 ? "" : "s"}`);
  if (days !== 0) parts.push(`${days} day${days === 1 ? "" : "s"}`);
  if (ms !== 0 || parts.length === 0) {
    const total = Math.abs(ms);
    const hours = String(Math.floor(total / 3_600_000)).padStart(2, "0");
    const rest = new Date(total % 3_600_000)
      .toISOString()
      .slice(14, 23)
      .replace(/\.000$/, "");
    parts.push(`${ms < 0 ? "-" : ""}${hours}:${rest.includes(".") ? rest.replace(/0+$/, "") : rest}`);
  }
  return parts.join(" ");
}

/** Integers that a double cannot hold are decimals without a fraction. */
function isBigInteger({ units }: Decimal): boolean {
  const size = units < 0n ? -units : units;
  return size > BigInt(Number.MAX_SAFE_INTEGER) && size < 2n ** 63n;
}

/** The name of a value's own type, for messages and columns without a declared type. */
export function typeOf(value: Value): SqlType {
  if (typeof value === "number") return { name: Math.abs(value) < 2 ** 31 ? "integer" : "bigint" };
  if (value instanceof Decimal && value.scale === 0 && isBigInteger(value)) return { name: "bigint" };
  if (typeof value === "boolean") return { name: "boolean" };
  if (value instanceof Decimal) return { name: "numeric" };
  if (value instanceof Float) return { name: "double precision" };
  if (value instanceof Interval) return { name: "interval" };
  if (value instanceof Json) return { name: "jsonb" };
  if (value instanceof Row) return { name: "record" };
  if (value instanceof List) return { ...typeOf(value.items[0] ?? null), isArray: true };
  if (value instanceof Moment) {
    const names = {
      date: "date",
      time: "time without time zone",
      timestamp: "timestamp without time zone",
      timestamptz: "timestamp with time zone",
    } as const;
    return { name: names[value.kind] };
  }
  return { name: value === null ? "unknown" : "text" };
}
