/** Functions on dates and times. */

import type { Scope } from "./context.ts";
import { Decimal } from "./decimal.ts";
import { SqlError } from "./errors.ts";
import type { SqlFunction } from "./function.ts";
import { formatMoment, formatPercent, momentField, parseMoment, truncateMoment } from "./moments.ts";
import { applyOperator, formatNumber } from "./operators.ts";
import { castTo, parseInterval } from "./types.ts";
import { Interval, isNumeric, Moment, type MomentKind, numberOf, Row, textOf, type Value } from "./values.ts";

const DAY_MS = 86_400_000;

function momentOf(value: Value, { context }: Scope): Moment {
  if (value instanceof Moment) return value;
  return castTo(value, { name: "timestamp without time zone" }, context) as Moment;
}

function nowAs(kind: MomentKind): SqlFunction {
  return (_args, { context }) => {
    const { nowMs, rules } = context;
    // MySQL's times have no fraction unless it is asked for.
    const ms = rules.isMySql ? Math.floor(nowMs / 1000) * 1000 : nowMs;
    if (kind === "date") return new Moment(kind, Math.floor(ms / DAY_MS) * DAY_MS);
    if (kind === "time") return new Moment(kind, ms % DAY_MS);
    return new Moment(rules.isMySql ? "timestamp" : kind, ms);
  };
}

/** `year(t)`, `month(t)`, … of MySQL. */
function part(field: string): SqlFunction {
  return ([value = null], scope) => momentField(field, momentOf(value, scope).ms);
}

const extract: SqlFunction = ([field = "", value = null], scope) => {
  const name = textOf(field);
  if (value instanceof Interval && name === "epoch")
    return Decimal.of((value.months * 30 + value.days) * 86_400 + value.ms / 1000).round(6);
  const ms = momentOf(value, scope).ms;
  const found = momentField(name, ms);
  if (found === undefined) {
    const message = `unit "${name}" not recognized for type timestamp without time zone`;
    throw new SqlError({ kind: "other", message, code: "22023", number: 1064 });
  }
  if (scope.context.rules.isMySql) return Math.floor(found);
  return name === "second" || name === "epoch" ? Decimal.of(found).round(6) : new Decimal(BigInt(found), 0);
};

const add = (sign: "+" | "-"): SqlFunction => {
  return ([value = null, interval = null], scope) => {
    const { rules, nowMs } = scope.context;
    const isDate = typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value);
    const moment = isDate ? new Moment("date", momentOf(value, scope).ms) : momentOf(value, scope);
    const span = interval instanceof Interval ? interval : new Interval(0, numberOf(interval), 0);
    return applyOperator(sign, moment, span, { rules, nowMs, leftIsLiteral: false, rightIsLiteral: false });
  };
};

export const DATE_FUNCTIONS: Readonly<Record<string, SqlFunction>> = {
  now: nowAs("timestamptz"),
  sysdate: nowAs("timestamptz"),
  current_timestamp: nowAs("timestamptz"),
  transaction_timestamp: nowAs("timestamptz"),
  statement_timestamp: nowAs("timestamptz"),
  clock_timestamp: nowAs("timestamptz"),
  utc_timestamp: nowAs("timestamp"),
  localtimestamp: nowAs("timestamp"),
  current_date: nowAs("date"),
  curdate: nowAs("date"),
  current_time: nowAs("time"),
  curtime: nowAs("time"),
  localtime: nowAs("time"),
  timezone: ([, value = null], scope) => {
    const moment = momentOf(value, scope);
    return new Moment(moment.kind === "timestamptz" ? "timestamp" : "timestamptz", moment.ms);
  },
  extract,
  date_part: extract,
  date_trunc: ([field = "", value = null], scope) => {
    const moment = momentOf(value, scope);
    const ms = truncateMoment(textOf(field), moment.ms);
    return ms === undefined ? undefined : new Moment(moment.kind === "date" ? "timestamptz" : moment.kind, ms);
  },
  age: ([left = null, right], scope) => {
    const a = momentOf(left, scope).ms;
    const today = Math.floor(scope.context.nowMs / DAY_MS) * DAY_MS;
    return right === undefined ? span(today, a) : span(a, momentOf(right, scope).ms);
  },
  to_char: ([value = null, pattern = ""]) => {
    if (value instanceof Moment) return formatMoment(value.ms, textOf(pattern));
    return isNumeric(value) ? formatNumber(value, textOf(pattern)) : undefined;
  },
  to_timestamp: ([value = null, pattern]) => {
    if (pattern !== undefined) return new Moment("timestamptz", parseMoment(textOf(value), textOf(pattern)));
    return isNumeric(value) ? new Moment("timestamptz", numberOf(value) * 1000) : undefined;
  },
  to_date: ([value = null, pattern = ""], { context }) => {
    if (pattern === "") return castTo(value, { name: "date" }, context);
    return new Moment("date", Math.floor(parseMoment(textOf(value), textOf(pattern)) / DAY_MS) * DAY_MS);
  },
  to_number: ([value = null]) => Decimal.parse(textOf(value).replace(/[^-\d.]/g, "")) ?? null,
  isfinite: () => true,
  justify_hours: ([value = null]) => {
    if (!(value instanceof Interval)) return undefined;
    const days = Math.trunc(value.ms / DAY_MS);
    return new Interval(value.months, value.days + days, value.ms - days * DAY_MS);
  },
  justify_days: ([value = null]) => {
    if (!(value instanceof Interval)) return undefined;
    const months = Math.trunc(value.days / 30);
    return new Interval(value.months + months, value.days - months * 30, value.ms);
  },
  make_time: ([hour = 0, minute = 0, second = 0]) =>
    new Moment("time", (numberOf(hour) * 3600 + numberOf(minute) * 60 + numberOf(second)) * 1000),
  make_timestamp: ([year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0]) => {
    const date = Date.UTC(numberOf(year), numberOf(month) - 1, numberOf(day));
    return new Moment("timestamp", date + (numberOf(hour) * 3600 + numberOf(minute) * 60 + numberOf(second)) * 1000);
  },
  make_date: ([year = 0, month = 1, day = 1]) =>
    new Moment("date", Date.UTC(numberOf(year), numberOf(month) - 1, numberOf(day))),
  date: ([value = null], scope) => new Moment("date", Math.floor(momentOf(value, scope).ms / DAY_MS) * DAY_MS),
  make_interval: ([count = 0, unit = "", ...rest], { context }) => {
    const named = [count, unit, ...rest].filter((arg) => arg instanceof Row);
    if (named.length === 0) return parseInterval(`${numberOf(count)} ${textOf(unit)}`, context);
    const parts = named.map(
      ({ items }) => `${textOf(items[1] ?? 0)} ${textOf(items[0] ?? "").replace(/^secs$/, "seconds")}`,
    );
    return parseInterval(parts.join(" "), context);
  },
  date_add: add("+"),
  adddate: add("+"),
  date_sub: add("-"),
  subdate: add("-"),
  datediff: ([left = null, right = null], scope) =>
    Math.floor(momentOf(left, scope).ms / DAY_MS) - Math.floor(momentOf(right, scope).ms / DAY_MS),
  date_format: ([value = null, pattern = ""], scope) => formatPercent(momentOf(value, scope).ms, textOf(pattern)),
  unix_timestamp: ([value], scope) =>
    Math.floor((value === undefined ? scope.context.nowMs : momentOf(value, scope).ms) / 1000),
  from_unixtime: ([value = null]) => new Moment("timestamp", numberOf(value) * 1000),
  year: part("year"),
  month: part("month"),
  day: part("day"),
  dayofmonth: part("day"),
  hour: part("hour"),
  minute: part("minute"),
  dayname: ([value = null], scope) => formatPercent(momentOf(value, scope).ms, "%W"),
  monthname: ([value = null], scope) => formatPercent(momentOf(value, scope).ms, "%M"),
};

/** The difference in months, days and time. */
function span(laterMs: number, earlierMs: number): Interval {
  if (laterMs < earlierMs) {
    const { months, days, ms } = span(earlierMs, laterMs);
    return new Interval(-months, -days, -ms);
  }
  const [later, earlier] = [new Date(laterMs), new Date(earlierMs)];
  let months = (later.getUTCFullYear() - earlier.getUTCFullYear()) * 12 + later.getUTCMonth() - earlier.getUTCMonth();
  let days = later.getUTCDate() - earlier.getUTCDate();
  let ms = (laterMs % DAY_MS) - (earlierMs % DAY_MS);
  if (ms < 0) {
    ms += DAY_MS;
    days--;
  }
  if (days < 0) {
    months--;
    days += new Date(Date.UTC(later.getUTCFullYear(), later.getUTCMonth(), 0)).getUTCDate();
  }
  return new Interval(months, days, ms);
}
