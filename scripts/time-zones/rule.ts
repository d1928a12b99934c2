/** Finds the yearly rule behind a zone's changes, in the terms of a POSIX TZ text: the n-th weekday of a month. */
import { type YearlyChange, yearlyChangeMs } from "../../src/lib/time-zone-rule.ts";
import type { Change } from "./source.ts";

const DAY_MINUTES = 24 * 60;
/** Rules name a day up to three days before the change, such as the Thursday before the last Friday but one. */
const DAYS_BEFORE = [0, -1, 1, 2, -2, 3, -3];

/** A change of each year and the offset before it, in minutes. */
interface Instance extends Change {
  before: number;
}

/** The two changes of each year, if the last ten years follow a rule. */
export function findRule(changes: readonly Change[], before: number): YearlyChange[] | undefined {
  const instances = changes.map((change, i) => ({ ...change, before: changes[i - 1]?.offset ?? before }));
  const years = new Set(instances.map(({ atMs }) => new Date(atMs).getUTCFullYear()));
  const recent = instances.slice(-20);
  if (recent.length < 20 || years.size < 10) return undefined;
  const [even, odd] = [recent.filter((_, i) => i % 2 === 0), recent.filter((_, i) => i % 2 === 1)];
  const rule = [ruleOf(even), ruleOf(odd)];
  return rule.every((change) => change !== undefined) ? rule : undefined;
}

function ruleOf(instances: readonly Instance[]): YearlyChange | undefined {
  const [first] = instances;
  if (!first) return undefined;
  for (const daysBefore of DAYS_BEFORE) {
    for (const week of [5, 1, 2, 3, 4]) {
      const day = new Date(first.atMs + first.before * 60_000 - daysBefore * DAY_MINUTES * 60_000);
      const candidate: YearlyChange = {
        month: day.getUTCMonth() + 1,
        week,
        weekday: day.getUTCDay(),
        minutes: day.getUTCHours() * 60 + day.getUTCMinutes() + daysBefore * DAY_MINUTES,
        offset: first.offset,
      };
      if (instances.every((instance) => follows(candidate, instance))) return candidate;
    }
  }
  return undefined;
}

export function follows(rule: YearlyChange, { atMs, before, offset }: Instance): boolean {
  const year = new Date(atMs).getUTCFullYear();
  return rule.offset === offset && yearlyChangeMs(rule, year, before) === atMs;
}
