/**
 * Functions of the standard language that are unbounded in the library (backtracking expressions, results as long as
 * the product of their arguments), replaced by bounded ones.
 * Renaming a call before the check is pinned in test/cel/library-contract.test.ts.
 */
import type { Environment } from "@marcbachmann/cel-js";
import { Duration } from "@marcbachmann/cel-js/evaluator";
import { charge } from "../metering.ts";
import { regexMatches } from "./regex.ts";

/** The library's names and the names of their replacements. */
export const OVERRIDDEN: Readonly<Record<string, string>> = {
  matches: "matchesInLinearTime",
  join: "joinWithinBounds",
  duration: "durationWithinBounds",
  timestamp: "timestampOf",
};

const NANOSECONDS: Readonly<Record<string, bigint>> = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  µs: 1_000n,
  ns: 1n,
};
const MAX_DURATION_LENGTH = 64;
const SECOND = 1_000_000_000n;

export function registerOverrides(environment: Environment): void {
  const { matches, join, duration, timestamp } = OVERRIDDEN;
  const TIMESTAMP = "google.protobuf.Timestamp";
  environment
    .registerFunction(`string.${matches}(string): bool`, regexMatches)
    .registerFunction(`${matches}(string, string): bool`, regexMatches)
    .registerFunction(`list.${join}(): string`, (items: unknown[]) => joined(items, ""))
    .registerFunction(`list.${join}(string): string`, joined)
    .registerFunction(`${duration}(string): google.protobuf.Duration`, durationOf)
    .registerFunction(`${duration}(google.protobuf.Duration): google.protobuf.Duration`, (value: Duration) => value)
    .registerFunction(`${timestamp}(${TIMESTAMP}): ${TIMESTAMP}`, (value: Date) => value)
    .registerFunction(`${timestamp}(string): ${TIMESTAMP}`, timestampOf)
    .registerFunction(`${timestamp}(int): ${TIMESTAMP}`, (seconds: bigint) =>
      checkedTime(Number(seconds) * 1000, seconds),
    );
}

function joined(items: readonly unknown[], separator: string): string {
  let length = 0;
  for (const item of items) {
    if (typeof item !== "string") throw new Error("join: the list must hold only strings");
    length += item.length + separator.length;
  }
  charge(length / 10);
  return items.join(separator);
}

/** As Go's time.ParseDuration. */
export function durationOf(text: string): Duration {
  const wrong = () =>
    new Error(`duration: ${JSON.stringify(text.slice(0, MAX_DURATION_LENGTH))} is no duration such as 90s or 1h30m`);
  if (text.length > MAX_DURATION_LENGTH) throw wrong();
  const [, sign, rest = ""] = /^([-+]?)(.*)$/.exec(text) ?? [];
  if (rest === "0") return new Duration(0n);
  const part = /(\d+)(?:\.(\d*))?(h|ms|m|s|us|µs|ns)/y;
  let nanoseconds = 0n;
  for (part.lastIndex = 0; part.lastIndex < rest.length || rest === ""; ) {
    const match = part.exec(rest);
    if (!match) throw wrong();
    const [, whole = "0", fraction = "", unit = ""] = match;
    const scale = 10n ** BigInt(fraction.length);
    nanoseconds += (BigInt(whole + fraction) * NANOSECONDS[unit]!) / scale;
  }
  const seconds = nanoseconds / SECOND;
  const nanos = Number(nanoseconds % SECOND);
  return sign === "-" ? new Duration(-seconds, -nanos) : new Duration(seconds, nanos);
}

/** As RFC 3339 writes times. */
export function timestampOf(text: string): Date {
  const isRfc3339 = text.length <= 40 && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text);
  return checkedTime(isRfc3339 ? Date.parse(text) : Number.NaN, JSON.stringify(text.slice(0, 40)));
}

function checkedTime(atMs: number, given: unknown): Date {
  if (atMs <= 253_402_300_799_999 && atMs >= -62_135_596_800_000) return new Date(atMs);
  throw new Error(`timestamp: ${String(given)} is no time such as 2026-01-31T12:00:00Z`);
}
