/**
 * Kyverno's functions of times. Only the layout of RFC 3339 is read.
 * Source: github.com/kyverno/kyverno pkg/engine/jmespath/time.go
 */
import { formatGoDuration, GoDurationError, parseGoDuration } from "../../../../../lib/duration.ts";
import { formatTime, parseTime } from "../../../../../lib/time.ts";
import type { Value } from "../values.ts";
import type { Functions } from "./function.ts";
import { functionError } from "./text.ts";

function time(name: string, value: Value | undefined): number {
  const ms = /^\d{4}-\d\d-\d\dT/.test(String(value)) ? parseTime(String(value)) : Number.NaN;
  if (Number.isNaN(ms)) throw functionError(name, `parsing time ${JSON.stringify(value)} as RFC 3339 failed`);
  return ms;
}

function duration(name: string, value: Value | undefined): number {
  try {
    return parseGoDuration(String(value));
  } catch (error) {
    if (error instanceof GoDurationError) throw functionError(name, error.message);
    throw error;
  }
}

function cronOf(ms: number): string {
  const at = new Date(ms);
  return `${at.getUTCMinutes()} ${at.getUTCHours()} ${at.getUTCDate()} ${at.getUTCMonth() + 1} ${at.getUTCDay()}`;
}

export const TIME_FUNCTIONS: Functions = {
  time_add: {
    args: ["string", "string"],
    call: ([at, by]) => formatTime(time("time_add", at) + duration("time_add", by)),
  },
  time_after: { args: ["string", "string"], call: ([a, b]) => time("time_after", a) > time("time_after", b) },
  time_before: { args: ["string", "string"], call: ([a, b]) => time("time_before", a) < time("time_before", b) },
  time_between: {
    args: ["string", "string", "string"],
    call([at, from, to]) {
      const name = "time_between";
      return time(name, at) > time(name, from) && time(name, at) < time(name, to);
    },
  },
  time_diff: {
    args: ["string", "string"],
    call: ([from, to]) => formatGoDuration(time("time_diff", to) - time("time_diff", from)),
  },
  time_now: { args: [], call: (_args, { host }) => formatTime(host.nowMs) },
  time_now_utc: { args: [], call: (_args, { host }) => formatTime(host.nowMs) },
  time_parse: {
    args: ["string", "string"],
    call([layout, value]) {
      // A layout of digits is a number of seconds since 1970.
      if (/^\d+$/.test(String(layout))) return formatTime(Number(value) * 1000);
      return formatTime(time("time_parse", value));
    },
  },
  time_since: {
    args: ["string", "string", "string"],
    call([, from, to], { host }) {
      const end = to === "" ? host.nowMs : time("time_since", to);
      return formatGoDuration(end - time("time_since", from));
    },
  },
  time_to_cron: { args: ["string"], call: ([at]) => cronOf(time("time_to_cron", at)) },
  time_truncate: {
    args: ["string", "string"],
    call([at, by]) {
      const step = duration("time_truncate", by);
      return formatTime(Math.floor(time("time_truncate", at) / step) * step);
    },
  },
  time_utc: { args: ["string"], call: ([at]) => formatTime(time("time_utc", at)) },
};
