/** Functions of one row, and aggregates. */

import { isoTime } from "../log.ts";
import { type Dialect, SqlError, type SqlValue } from "./ast.ts";
import { textOf } from "./types.ts";

/** What functions may ask about the session. */
export interface Session {
  dialect: Dialect;
  nowMs: number;
  database: string;
  user: string;
  version: string;
  random(): number;
  /** Sleeps of the statement, ms: they lengthen the answer. */
  sleptMs: number;
}

type Work = (args: readonly SqlValue[], session: Session) => SqlValue;

const text = (value: SqlValue | undefined): string => String(value ?? "");
const number = (value: SqlValue | undefined): number => Number(value ?? 0);

function round(args: readonly SqlValue[]): SqlValue {
  const factor = 10 ** number(args[1]);
  const value = number(args[0]);
  const rounded = (Math.sign(value) * Math.round(Math.abs(value) * factor + 1e-9)) / factor;
  return number(args[1]) > 0 ? rounded.toFixed(number(args[1])) : rounded;
}

function now({ nowMs, dialect }: Session): string {
  const iso = isoTime(nowMs);
  return dialect === "mysql" ? iso.slice(0, 19).replace("T", " ") : `${iso.slice(0, 23).replace("T", " ")}+00`;
}

function substring(args: readonly SqlValue[]): SqlValue {
  const value = text(args[0]);
  const from = number(args[1]);
  const start = from > 0 ? from - 1 : Math.max(0, value.length + from);
  return args[2] === undefined ? value.slice(start) : value.slice(start, start + number(args[2]));
}

function generic(pick: (a: number, b: number) => boolean): Work {
  return (args) => {
    const known = args.filter((arg) => arg !== null);
    return known.reduce<SqlValue>((best, arg) => (best === null || pick(number(arg), number(best)) ? arg : best), null);
  };
}

function extract([field, at]: readonly SqlValue[]): SqlValue {
  const [date = "", clock = "00:00:00"] = text(at).split(" ");
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  const [hour = 0, minute = 0, second = 0] = clock
    .replace(/[+-]\d+$/, "")
    .split(":")
    .map(Number);
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const parts: Record<string, number> = {
    year,
    month,
    day,
    hour,
    minute,
    second,
    epoch: ms / 1000,
    dow: new Date(ms).getUTCDay(),
  };
  return parts[text(field).toLowerCase()] ?? null;
}

/** Functions whose result is null if an argument is null. */
const STRICT: Readonly<Record<string, Work>> = {
  upper: ([a]) => text(a).toUpperCase(),
  ucase: ([a]) => text(a).toUpperCase(),
  lower: ([a]) => text(a).toLowerCase(),
  lcase: ([a]) => text(a).toLowerCase(),
  length: ([a]) => [...text(a)].length,
  char_length: ([a]) => [...text(a)].length,
  trim: ([a]) => text(a).trim(),
  ltrim: ([a]) => text(a).trimStart(),
  rtrim: ([a]) => text(a).trimEnd(),
  substr: substring,
  substring,
  left: ([a, b]) => text(a).slice(0, number(b)),
  right: ([a, b]) => text(a).slice(-number(b)),
  replace: ([a, b, c]) => text(a).split(text(b)).join(text(c)),
  reverse: ([a]) => [...text(a)].reverse().join(""),
  repeat: ([a, b]) => {
    if (number(b) * text(a).length > 100_000) throw new SqlError("54000", "requested length too large");
    return text(a).repeat(Math.max(0, number(b)));
  },
  lpad: ([a, b, c]) =>
    text(a)
      .padStart(Math.min(number(b), 100_000), c === undefined ? " " : text(c))
      .slice(0, number(b)),
  rpad: ([a, b, c]) =>
    text(a)
      .padEnd(Math.min(number(b), 100_000), c === undefined ? " " : text(c))
      .slice(0, number(b)),
  position: ([a, b]) => text(b).indexOf(text(a)) + 1,
  strpos: ([a, b]) => text(a).indexOf(text(b)) + 1,
  instr: ([a, b]) => text(a).indexOf(text(b)) + 1,
  initcap: ([a]) =>
    text(a)
      .toLowerCase()
      .replace(/\b\w/g, (letter) => letter.toUpperCase()),
  split_part: ([a, b, c]) => text(a).split(text(b))[number(c) - 1] ?? "",
  abs: ([a]) => Math.abs(number(a)),
  ceil: ([a]) => Math.ceil(number(a)),
  ceiling: ([a]) => Math.ceil(number(a)),
  floor: ([a]) => Math.floor(number(a)),
  round,
  trunc: ([a]) => Math.trunc(number(a)),
  sqrt: ([a]) => Math.sqrt(number(a)),
  power: ([a, b]) => number(a) ** number(b),
  mod: ([a, b]) => number(a) % number(b),
  sign: ([a]) => Math.sign(number(a)),
  extract,
  date_part: extract,
  year: ([a]) => extract(["year", a ?? null]),
  month: ([a]) => extract(["month", a ?? null]),
  date: ([a]) => text(a).slice(0, 10),
  date_trunc: ([a, b]) =>
    `${text(b).slice(0, { year: 4, month: 7, day: 10, hour: 13, minute: 16 }[text(a)] ?? 19)}${{ year: "-01-01 00:00:00", month: "-01 00:00:00", day: " 00:00:00", hour: ":00:00", minute: ":00" }[text(a)] ?? ""}`,
  pg_size_pretty: ([a]) => (number(a) < 10_240 ? `${number(a)} bytes` : `${Math.round(number(a) / 1024)} kB`),
  to_char: ([a]) => text(a),
};

/** Functions that see null, and functions of the session. */
const OTHERS: Readonly<Record<string, Work>> = {
  coalesce: (args) => args.find((arg) => arg !== null) ?? null,
  ifnull: ([a, b]) => (a === null ? (b ?? null) : (a ?? null)),
  nullif: ([a, b]) => (a === b ? null : (a ?? null)),
  if: ([a, b, c]) => (a && a !== "0" ? (b ?? null) : (c ?? null)),
  greatest: generic((a, b) => a > b),
  least: generic((a, b) => a < b),
  concat: (args, { dialect }) =>
    dialect === "mysql" && args.includes(null) ? null : args.map((arg) => textOf(arg, dialect)).join(""),
  concat_ws: ([separator, ...args]) =>
    args
      .filter((arg) => arg !== null)
      .map(text)
      .join(text(separator)),
  now: (_, session) => now(session),
  current_timestamp: (_, session) => now(session),
  localtimestamp: (_, session) => now(session).replace("+00", ""),
  sysdate: (_, session) => now(session),
  current_date: (_, session) => now(session).slice(0, 10),
  curdate: (_, session) => now(session).slice(0, 10),
  current_time: (_, session) => now(session).slice(11),
  curtime: (_, session) => now(session).slice(11),
  unix_timestamp: (_, { nowMs }) => Math.floor(nowMs / 1000),
  random: (_, session) => session.random() / 0x1_0000_0000,
  rand: (_, session) => session.random() / 0x1_0000_0000,
  gen_random_uuid: (_, session) => uuid(session),
  uuid: (_, session) => uuid(session),
  version: (_, { version }) => version,
  current_database: (_, { database }) => database,
  database: (_, { database }) => database || null,
  schema: (_, { database }) => database || null,
  current_schema: () => "public",
  current_user: (_, { user, dialect }) => (dialect === "mysql" ? `${user}@%` : user),
  session_user: (_, { user }) => user,
  user: (_, { user, dialect }) => (dialect === "mysql" ? `${user}@localhost` : user),
  connection_id: () => 8,
  pg_is_in_recovery: () => false,
  pg_backend_pid: () => 62,
  pg_postmaster_start_time: (_, session) => now(session),
  inet_server_addr: () => null,
  pg_sleep: ([a], session) => sleep(session, number(a)),
  sleep: ([a], session) => {
    sleep(session, number(a));
    return 0;
  },
};

function sleep(session: Session, seconds: number): SqlValue {
  session.sleptMs += Math.max(0, seconds) * 1000;
  return "";
}

function uuid({ random }: Session): string {
  const hex = [0, 1, 2, 3].map(() => random().toString(16).padStart(8, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The value of a function. @throws SqlError if there is no such function */
export function callFunction(name: string, args: readonly SqlValue[], session: Session): SqlValue {
  const strict = Object.hasOwn(STRICT, name) ? STRICT[name] : undefined;
  if (strict) return args.includes(null) ? null : strict(args, session);
  const other = Object.hasOwn(OTHERS, name) ? OTHERS[name] : undefined;
  if (other) return other(args, session);
  if (session.dialect === "mysql")
    throw new SqlError("42000", `FUNCTION ${session.database}.${name} does not exist`, { number: 1305 });
  const types = args.map((arg) =>
    typeof arg === "number" ? "integer" : typeof arg === "boolean" ? "boolean" : "unknown",
  );
  throw new SqlError("42883", `function ${name}(${types.join(", ")}) does not exist`);
}

const AGGREGATES: Readonly<Record<string, (values: readonly SqlValue[], rest: readonly SqlValue[]) => SqlValue>> = {
  count: (values) => values.length,
  sum: (values) => (values.length === 0 ? null : clean(values.reduce<number>((sum, value) => sum + number(value), 0))),
  avg: (values) => (values.length === 0 ? null : average(values)),
  min: (values) => extreme(values, (a, b) => compareValues(a, b) < 0),
  max: (values) => extreme(values, (a, b) => compareValues(a, b) > 0),
  string_agg: (values, [separator]) => (values.length === 0 ? null : values.map(text).join(text(separator))),
  group_concat: (values, [separator]) =>
    values.length === 0 ? null : values.map(text).join(separator === undefined ? "," : text(separator)),
  array_agg: (values) => `{${values.map(text).join(",")}}`,
  bool_and: (values) => values.every(Boolean),
  bool_or: (values) => values.some(Boolean),
};

/** Sums of decimals without the noise of binary fractions. */
function clean(value: number): number {
  return Number(value.toPrecision(15));
}

function average(values: readonly SqlValue[]): SqlValue {
  const value = values.reduce<number>((sum, each) => sum + number(each), 0) / values.length;
  return value.toFixed(Math.abs(value) >= 10_000 ? 12 : 16);
}

function extreme(values: readonly SqlValue[], isBetter: (a: SqlValue, b: SqlValue) => boolean): SqlValue {
  return values.reduce<SqlValue>((best, value) => (best === null || isBetter(value, best) ? value : best), null);
}

export function isAggregate(name: string): boolean {
  return Object.hasOwn(AGGREGATES, name);
}

/** `values` has no nulls. */
export function aggregate(name: string, values: readonly SqlValue[], rest: readonly SqlValue[]): SqlValue {
  return AGGREGATES[name]?.(values, rest) ?? null;
}

/** Order of two values that are not null. */
export function compareValues(a: SqlValue, b: SqlValue): number {
  const areNumbers = (typeof a === "number" || isNumeric(a)) && (typeof b === "number" || isNumeric(b));
  if (areNumbers) return Number(a) - Number(b);
  if (typeof a === "boolean" || typeof b === "boolean") return Number(a) - Number(b);
  const [left, right] = [text(a), text(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function isNumeric(value: SqlValue): boolean {
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value);
}
