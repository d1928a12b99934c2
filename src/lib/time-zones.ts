/**
 * Offsets of time zones from UTC. The table is generated from the time zone database, because runtimes have different
 * releases of it, and the same inputs must give the same cluster. Names are case-sensitive, as on a Linux disk.
 */
import { TIME_ZONE_LINES } from "./generated/time-zones.ts";
import { type YearlyChange, yearlyChangeMs } from "./time-zone-rule.ts";

interface History {
  /** Minutes east of UTC before the first change. */
  readonly offset: number;
  readonly changes: readonly { readonly atMs: number; readonly offset: number }[];
  /** Applies after the last change. */
  readonly rule: readonly [YearlyChange, YearlyChange] | undefined;
}

const MINUTE_MS = 60_000;

let lineOfName: ReadonlyMap<string, string> | undefined;
/** Parsed lines of the table, so its size is bounded by the table's. */
const histories = new Map<string, History>();

/** Whether the time zone database has this name. */
export function isTimeZone(name: string): boolean {
  return lines().has(name);
}

/** All names, in no particular order. */
export function timeZoneNames(): string[] {
  return [...lines().keys()];
}

/** Offset of the zone from UTC at an instant, ms; undefined for an unknown name. */
export function zoneOffsetMs(name: string, atMs: number): number | undefined {
  const line = lines().get(name);
  if (line === undefined) return undefined;
  const history = histories.get(line) ?? parseHistory(line);
  histories.set(line, history);
  return offsetAt(history, atMs) * MINUTE_MS;
}

function offsetAt({ offset, changes, rule }: History, atMs: number): number {
  const past = changes.findLast((change) => change.atMs <= atMs);
  const isAfterChanges = past === changes.at(-1);
  if (!rule || !isAfterChanges) return past?.offset ?? offset;
  const standing = past?.offset ?? offset;
  const year = new Date(atMs + standing * MINUTE_MS).getUTCFullYear();
  const [first, second] = rule;
  if (atMs < yearlyChangeMs(first, year, second.offset)) return second.offset;
  return atMs < yearlyChangeMs(second, year, first.offset) ? first.offset : second.offset;
}

function lines(): ReadonlyMap<string, string> {
  lineOfName ??= new Map(
    TIME_ZONE_LINES.trim()
      .split("\n")
      .flatMap((line) =>
        line
          .slice(line.lastIndexOf("|") + 1)
          .split(" ")
          .map((name) => [name, line] as const),
      ),
  );
  return lineOfName;
}

function parseHistory(line: string): History {
  const [offset = "", changes = "", rule = ""] = line.split("|");
  const yearly = wordsOf(rule).map(parseYearly);
  return {
    offset: Number(offset),
    changes: wordsOf(changes).map((text) => {
      const [minute = "", to = ""] = text.split(":");
      return { atMs: Number.parseInt(minute, 36) * MINUTE_MS, offset: Number.parseInt(to, 36) };
    }),
    rule: yearly.length === 2 ? (yearly as [YearlyChange, YearlyChange]) : undefined,
  };
}

function parseYearly(text: string): YearlyChange {
  const [month = 0, week = 0, weekday = 0, minutes = 0, offset = 0] = text.split(/[./:]/).map(Number);
  return { month, week, weekday, minutes, offset };
}

function wordsOf(text: string): string[] {
  return text === "" ? [] : text.split(" ");
}
