/** Types of columns: names, aliases, and values from and to texts and stored JSON. */
import { Decimal } from "./decimal.ts";
import { SqlError } from "./errors.ts";
import { momentFrom } from "./moments.ts";
import type { SqlType, Stored } from "./sql-type.ts";
import { INTEGER_LIMITS, isIntegerType } from "./type-names.ts";
import {
  decimalOf,
  Float,
  Interval,
  isNumeric,
  Json,
  List,
  Moment,
  type MomentKind,
  numberOf,
  textOf,
  type Value,
} from "./values.ts";

/** Whether psql aligns the column to the right. */
export function isRightAligned({ name, isArray }: SqlType): boolean {
  return !isArray && (isIntegerType(name) || ["numeric", "real", "double precision"].includes(name));
}

/** `character varying(20)`, `numeric(10,2)`, `integer[]` */
export function typeText({ name, length, precision, scale, isArray }: SqlType): string {
  const size =
    length !== undefined
      ? `(${length})`
      : precision !== undefined && name === "numeric"
        ? `(${precision},${scale})`
        : "";
  return `${name}${size}${isArray ? "[]" : ""}`;
}

/** Parts of a conversion that differ between dialects. */
export interface Casting {
  /** Assignments are stricter than explicit casts: too long texts fail. */
  isAssignment?: boolean;
  column?: string;
  nowMs: number;
  isMySql?: boolean;
}

/** The value as the type. @throws SqlError `badInput`, `outOfRange`, `tooLong` */
export function castTo(value: Value, type: SqlType, casting: Casting): Value {
  if (value === null) return null;
  if (type.isArray) return castList(value, type, casting);
  const { name } = type;
  if (isIntegerType(name)) return castInteger(value, type, casting);
  switch (name) {
    case "numeric":
      return castNumeric(value, type, casting);
    case "real":
    case "double precision":
      return castFloat(value, type, casting);
    case "boolean":
      return castBoolean(value, casting);
    case "date":
      return castMoment(value, "date", type, casting);
    case "time without time zone":
      return castMoment(value, "time", type, casting);
    case "timestamp without time zone":
      return castMoment(value, "timestamp", type, casting);
    case "timestamp with time zone":
      return castMoment(value, "timestamptz", type, casting);
    case "json":
    case "jsonb":
      return castJson(value, name);
    case "uuid": {
      const text = textOf(value).toLowerCase();
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) throw badInput("uuid", value, casting);
      return text;
    }
    case "interval":
      return value instanceof Interval ? value : parseInterval(textOf(value), casting);
    case "regclass":
      return textOf(value).replace(/^public\./, "");
    case "bytea":
      return casting.isMySql ? textOfValue(value) : byteaText(textOfValue(value));
    default:
      return castText(value, type, casting);
  }
}

function badInput(type: string, value: Value, { column }: Casting): SqlError {
  return new SqlError({ kind: "badInput", type, text: textOf(value), ...(column !== undefined && { column }) });
}

/** A number, or a decimal if a double cannot hold the integer. */
function castInteger(value: Value, type: SqlType, casting: Casting): number | Decimal {
  let result: Decimal;
  const isText = !isNumeric(value) && typeof value !== "boolean";
  if (typeof value === "number" && Number.isSafeInteger(value) && Math.abs(value) < 2 ** 15) return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (isNumeric(value)) {
    if (value instanceof Float && !Number.isFinite(value.value)) throw outOfRange(type.name, casting);
    result = value instanceof Float ? Decimal.of(evenRounded(value.value)) : decimalOf(value).round(0);
  } else {
    if (!/^\s*[+-]?\d+\s*$/.test(textOf(value))) throw badInput(type.name, value, casting);
    result = Decimal.parse(textOf(value)) ?? new Decimal(0n, 0);
  }
  const limit = BigInt(INTEGER_LIMITS[type.name] ?? 2 ** 31);
  if (result.units >= limit || result.units < -limit) {
    if (isText) throw outOfText(type.name, value, casting);
    throw outOfRange(type.name, casting);
  }
  const number = result.toNumber();
  return Number.isSafeInteger(number) ? number : result;
}

/** Halves go to the even neighbour: floating point is rounded as the processor does it. */
function evenRounded(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function outOfText(type: string, value: Value, casting: Casting): SqlError {
  const message = `value "${textOf(value).trim()}" is out of range for type ${type}`;
  if (casting.column !== undefined) return outOfRange(type, casting);
  return new SqlError({ kind: "placed", message, code: "22003", number: 1264 });
}

function outOfRange(type: string, { column }: Casting, detail?: string): SqlError {
  const more = { ...(column !== undefined && { column }), ...(detail !== undefined && { detail }) };
  return new SqlError({ kind: "outOfRange", type, ...more });
}

function castNumeric(value: Value, { precision, scale = 0 }: SqlType, casting: Casting): Decimal {
  const parsed = isNumeric(value) ? decimalOf(value) : Decimal.parse(textOf(value));
  if (!parsed) throw badInput("numeric", value, casting);
  if (precision === undefined) return parsed;
  const rounded = parsed.round(scale);
  const limit = 10n ** BigInt(precision);
  if (rounded.units >= limit || rounded.units <= -limit) {
    const bound = precision === scale ? "1" : `10^${precision - scale}`;
    const detail = `A field with precision ${precision}, scale ${scale} must round to an absolute value less than ${bound}.`;
    throw outOfRange("numeric", casting, detail);
  }
  return rounded;
}

function castFloat(value: Value, { name }: SqlType, casting: Casting): Float {
  const given = isNumeric(value) ? numberOf(value) : floatFrom(textOf(value));
  if (given === undefined) throw badInput(name, value, casting);
  return new Float(name === "real" ? Number(Math.fround(given).toPrecision(7)) : given);
}

function floatFrom(text: string): number | undefined {
  if (/^\s*[+-]?(inf|infinity)\s*$/i.test(text)) return text.includes("-") ? -Infinity : Infinity;
  if (/^\s*nan\s*$/i.test(text)) return Number.NaN;
  return Decimal.parse(text) ? Number(text) : undefined;
}

function castBoolean(value: Value, casting: Casting): boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  const text = textOf(value).trim().toLowerCase();
  if (text !== "" && ["true", "yes"].some((word) => word.startsWith(text))) return true;
  if (text !== "" && ["false", "no"].some((word) => word.startsWith(text))) return false;
  if (text === "on" || text === "1") return true;
  if (text === "off" || text === "of" || text === "0") return false;
  throw badInput("boolean", value, casting);
}

const DAY_MS = 86_400_000;

function castMoment(value: Value, kind: MomentKind, type: SqlType, casting: Casting): Moment {
  if (value instanceof Moment) {
    const { ms } = value;
    if (kind === "date") return new Moment(kind, Math.floor(ms / DAY_MS) * DAY_MS);
    if (kind === "time") return new Moment(kind, ((ms % DAY_MS) + DAY_MS) % DAY_MS);
    return new Moment(kind, ms);
  }
  const found = momentFrom(textOf(value), kind, casting.nowMs);
  if (found === undefined) {
    throw badInput(type.shown?.replace(/\(.*/, "") ?? type.name.replace(/ with(out)? time zone/, ""), value, casting);
  }
  return new Moment(kind, found);
}

function castJson(value: Value, name: string): Json {
  const text = textOf(value);
  try {
    const parsed: unknown = JSON.parse(text);
    return new Json(name === "jsonb" ? jsonText(parsed) : text);
  } catch {
    throw new SqlError({ kind: "badInput", type: "json", text, ...jsonProblem(text) });
  }
}

/** The first token that JSON does not have, in PostgreSQL's words. */
function jsonProblem(text: string): { detail: string; context?: string } {
  const token =
    /^(?:\s*(?:"(?:[^"\\]|\\.)*"|[-\d.eE+]+|true\b|false\b|null\b|[{}[\],:]))*\s*([A-Za-z_]\w*|'[^\s,}]*|.)?/s.exec(
      text,
    );
  const [consumed = "", found] = token ?? [];
  if (found === undefined)
    return { detail: "The input string ended unexpectedly.", context: `JSON data, line 1: ${text}` };
  return { detail: `Token "${found}" is invalid.`, context: `JSON data, line 1: ${consumed.split("\n").at(-1)}...` };
}

/** jsonb's form: a blank after colons and commas, keys by length and then by bytes. */
export function jsonText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonText).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}: ${jsonText(each)}`).join(", ")}}`;
  }
  return JSON.stringify(value);
}

const UNITS: Readonly<Record<string, Interval>> = {
  year: new Interval(12, 0, 0),
  mon: new Interval(1, 0, 0),
  month: new Interval(1, 0, 0),
  week: new Interval(0, 7, 0),
  day: new Interval(0, 1, 0),
  hour: new Interval(0, 0, 3_600_000),
  minute: new Interval(0, 0, 60_000),
  min: new Interval(0, 0, 60_000),
  second: new Interval(0, 0, 1000),
  sec: new Interval(0, 0, 1000),
};

/** `1 day 2 hours`, `3 days 04:05:06`. MySQL's `INTERVAL 1 DAY` gives the same text. */
export function parseInterval(text: string, casting: Casting): Interval {
  let total = new Interval(0, 0, 0);
  let rest = text.trim().toLowerCase();
  if (rest === "") throw badInput("interval", text, casting);
  while (rest !== "") {
    const clock = /^([+-]?)(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?(?:\s+|$)/.exec(rest);
    const counted = /^([+-]?\d+(?:\.\d+)?)\s*([a-z]+?)s?(?:\s+|$)/.exec(rest);
    if (clock) {
      const ms = Number(clock[2]) * 3_600_000 + Number(clock[3]) * 60_000 + Number(clock[4] ?? 0) * 1000;
      total = new Interval(total.months, total.days, total.ms + (clock[1] === "-" ? -ms : ms));
    } else if (counted && Object.hasOwn(UNITS, counted[2] ?? "")) {
      const unit = UNITS[counted[2] ?? ""] ?? total;
      const count = Number(counted[1]);
      total = new Interval(
        total.months + unit.months * count,
        total.days + unit.days * count,
        total.ms + unit.ms * count,
      );
    } else throw badInput("interval", text, casting);
    rest = rest.slice((clock ?? counted)?.[0].length);
  }
  return total;
}

function castList(value: Value, type: SqlType, casting: Casting): List {
  const { isArray: _isArray, ...item } = type;
  if (value instanceof List) return new List(value.items.map((each) => castTo(each, item, casting)));
  const text = textOf(value).trim();
  if (!text.startsWith("{") || !text.endsWith("}")) {
    throw new SqlError({
      kind: "other",
      code: "22P02",
      number: 1064,
      message: `malformed array literal: "${text}"`,
      detail: 'Array value must start with "{" or dimension information.',
    });
  }
  const items = [...text.slice(1, -1).matchAll(/\s*(?:"((?:[^"\\]|\\.)*)"|([^,"]+))\s*(?:,|$)/g)];
  return new List(
    items.map(([, quoted, plain = ""]) => {
      if (quoted === undefined && /^\s*null\s*$/i.test(plain)) return null;
      return castTo(quoted?.replace(/\\(.)/g, "$1") ?? plain.trim(), item, casting);
    }),
  );
}

/** A bytea is kept as PostgreSQL shows it: `\x` and hexadecimal digits. */
function byteaText(text: string): string {
  if (/^\\x(?:[0-9a-f]{2})*$/i.test(text)) return text.toLowerCase();
  return `\\x${[...text].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("")}`;
}

function castText(value: Value, type: SqlType, casting: Casting): string {
  const text = textOfValue(value);
  const { length, name, values } = type;
  if (values && !values.includes(text)) {
    const found = type.isCustom ? undefined : values.find((each) => each.toLowerCase() === text.toLowerCase());
    if (found !== undefined) return found;
    throw badInput(type.isCustom ? `enum ${type.name}` : "enum", value, casting);
  }
  if (length === undefined) return text;
  const size = characterCount(text);
  if (size > length) {
    const cut = text.slice(0, length);
    if (casting.isAssignment && text.slice(length).trim() !== "") {
      throw new SqlError({ kind: "tooLong", type: typeText(type), column: casting.column ?? "" });
    }
    return cut;
  }
  return name === "character" && !type.shown ? text + " ".repeat(length - size) : text;
}

/** A value as the text functions take it: booleans are words. */
export function textOfValue(value: Value): string {
  return typeof value === "boolean" ? String(value) : textOf(value);
}

/** Characters of a UTF-8 byte string. */
export function characterCount(bytes: string): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if ((bytes.charCodeAt(i) & 0xc0) !== 0x80) count++;
  return count;
}

/** As JSON in a table's file. */
export function toStored(value: Value): Stored {
  if (value === null || typeof value === "boolean" || typeof value === "number") return value;
  if (value instanceof Float && Number.isFinite(value.value)) return value.value;
  return textOf(value);
}

export function fromStored(stored: Stored, type: SqlType): Value {
  if (stored === null) return null;
  if (typeof stored === "number") {
    if (isIntegerType(type.name)) return stored;
    if (type.name === "bytea") return String(stored);
    return type.name === "numeric" ? Decimal.of(stored) : new Float(stored);
  }
  if (typeof stored === "boolean") return stored;
  if (type.name === "character" || type.values) return stored;
  const { length: _length, precision: _precision, ...open } = type;
  return castTo(stored, open, { nowMs: 0 });
}
