/** What reading rules costs: a day of evaluations is computed from few reads of the database. */
import { describe, expect, it } from "vitest";
import { readRuleFile } from "../../../src/programs/prometheus/config/rule-files.ts";
import type { Matcher } from "../../../src/programs/prometheus/promql/syntax.ts";
import type { SampleSource, StoredSeries } from "../../../src/programs/prometheus/promql/values.ts";
import { RuledSource } from "../../../src/programs/prometheus/rules/rules.ts";

const DAY_MS = 86_400_000;
const STEP_MS = 60_000;

/** A series `load` that is 1 since `sinceMs` and 0 before. */
class OneSeries implements SampleSource {
  reads = 0;
  readonly #sinceMs: number;

  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  select(matchers: readonly Matcher[], fromMs: number, untilMs: number): readonly StoredSeries[] {
    this.reads++;
    if (!matchers.some(({ name, value }) => name === "__name__" && value === "load")) return [];
    const points: [number, number][] = [];
    for (let atMs = (Math.floor(fromMs / STEP_MS) + 1) * STEP_MS; atMs <= untilMs; atMs += STEP_MS) {
      if (atMs >= 0) points.push([atMs, atMs >= this.#sinceMs ? 1 : 0]);
    }
    return [{ labels: { __name__: "load", pod: "a" }, points }];
  }
}

const RULES = `groups:
- name: own
  rules:
  - {record: "pod:load:sum", expr: "sum by (pod) (load)"}
  - {record: "pod:load:avg1h", expr: "avg_over_time(pod:load:sum[1h])"}
  - {alert: Busy, expr: "pod:load:sum > 0", for: 5m, labels: {severity: info}}
  - {alert: Silenced, expr: 'ALERTS{severity="info"} == 1 unless on (pod) ALERTS{alertname!="Silenced", severity=~"warning|critical"} == 1'}
`;

function ruled(sinceMs: number): { source: RuledSource; reads: () => number } {
  const series = new OneSeries(sinceMs);
  const groups = readRuleFile(RULES, "rules.yaml", STEP_MS);
  return { source: new RuledSource(series, groups, 0), reads: () => series.reads };
}

function alertsAt(source: RuledSource, name: string, atMs: number) {
  const [group] = readRuleFile(RULES, "rules.yaml", STEP_MS);
  return source.alerts(group!.rules.find((rule) => rule.name === name)!, group!, atMs);
}

describe("rules that are read after a day", () => {
  it("know since when an alert is active, from a few reads", () => {
    const { source, reads } = ruled(DAY_MS / 2);
    expect(alertsAt(source, "Busy", DAY_MS)).toMatchObject([{ state: "firing", activeAtMs: DAY_MS / 2 }]);
    expect(reads()).toBeLessThan(30);
  });

  it("record a range of another recorded series from a few reads", () => {
    const { source, reads } = ruled(DAY_MS - 30 * STEP_MS);
    const matchers = [{ name: "__name__", operator: "=", value: "pod:load:avg1h" }] as const;
    const [series] = source.select(matchers, DAY_MS - 3_600_000, DAY_MS);
    expect(series?.points).toHaveLength(60);
    expect(series?.points.at(-1)).toEqual([DAY_MS, 31 / 60]);
    expect(reads()).toBeLessThan(30);
  });

  it("may read alerts, also their own", () => {
    const { source, reads } = ruled(0);
    expect(alertsAt(source, "Silenced", DAY_MS)).toMatchObject([
      { labels: { alertname: "Silenced", severity: "info" } },
    ]);
    expect(reads()).toBeLessThan(100);
  });

  it("have no alert before its condition holds, and a pending one at first", () => {
    const { source } = ruled(DAY_MS - 2 * STEP_MS);
    expect(alertsAt(source, "Busy", DAY_MS - 3 * STEP_MS)).toEqual([]);
    expect(alertsAt(source, "Busy", DAY_MS)).toMatchObject([{ state: "pending", activeAtMs: DAY_MS - 2 * STEP_MS }]);
  });
});
