/**
 * Rules, evaluated when they are read. A recording rule is a series whose samples are computed at the instants of the
 * evaluation; an alert is pending since the first instant of the unbroken run of instants at which its condition holds.
 * So nothing is due for rules.
 * Source: github.com/prometheus/prometheus rules/alerting.go, rules/recording.go
 */
import { MAX_RULE_EVALUATIONS, MAX_RULES_WORK } from "../../../lib/container-limits.ts";
import type { Rule, RuleGroup } from "../config/rule-files.ts";
import {
  type Budget,
  type EvaluationRange,
  evaluateAt,
  evaluateRange,
  samplesIn,
  selectorsOf,
} from "../promql/evaluate.ts";
import { matcherTest } from "../promql/matchers.ts";
import { EvaluationError, type Labels, type Matcher } from "../promql/syntax.ts";
import {
  keyOf,
  type Point,
  type Sample,
  type SampleSource,
  type Series,
  type StoredSeries,
  withoutName,
} from "../promql/values.ts";
import { expandText } from "./templates.ts";

export interface Alert {
  labels: Labels;
  annotations: Labels;
  state: "pending" | "firing";
  activeAtMs: number;
  value: number;
}

const MAX_DEPTH = 5;
/** Evaluations before the newest one that are computed at first to find the beginning of an alert. */
const FIRST_LOOK_BACK = 16;

/** The series of a recording rule for all instants after `fromMs`, up to `untilMs`. */
interface RecordedRange {
  fromMs: number;
  untilMs: number;
  series: readonly StoredSeries[];
}

/** State that all sources of one request share. */
interface Shared {
  memo: Map<Rule, RecordedRange[]>;
  /** By the instant of the evaluation. An entry without alerts is being computed. */
  alerts: Map<Rule, Map<number, readonly Alert[]>>;
  budget: Budget;
}

/** The database with the series that rules record, and those of the alerts. */
export class RuledSource implements SampleSource {
  readonly #source: SampleSource;
  readonly #groups: readonly RuleGroup[];
  /** The server began to evaluate rules at this instant. */
  readonly #sinceMs: number;
  readonly #depth: number;
  readonly #shared: Shared;

  constructor(
    source: SampleSource,
    groups: readonly RuleGroup[],
    sinceMs: number,
    depth = 0,
    shared: Shared = { memo: new Map(), alerts: new Map(), budget: { left: MAX_RULES_WORK } },
  ) {
    this.#source = source;
    this.#groups = groups;
    this.#sinceMs = sinceMs;
    this.#depth = depth;
    this.#shared = shared;
  }

  /** Work that all rules of the request may still do. */
  get budget(): Budget {
    return this.#shared.budget;
  }

  select(matchers: readonly Matcher[], fromMs: number, untilMs: number): readonly StoredSeries[] {
    const stored = this.#source.select(matchers, fromMs, untilMs);
    if (this.#depth >= MAX_DEPTH) return stored;
    const fits = matcherTest(matchers);
    const name = matchers.find((each) => each.name === "__name__" && each.operator === "=")?.value;
    const computed = this.#groups.flatMap((group) =>
      group.rules.flatMap((rule) => {
        if (rule.type === "recording" && (name === undefined || rule.name === name)) {
          return this.#recorded(rule, group, fromMs, untilMs);
        }
        const isAsked = name === undefined || /^ALERTS(_FOR_STATE)?$/.test(name);
        if (rule.type === "alerting" && isAsked && mayFit(rule, matchers)) {
          return this.#alertSeries(rule, group, untilMs);
        }
        return [];
      }),
    );
    return [...stored, ...computed.filter(({ labels }) => fits(labels))];
  }

  /** The alerts of a rule at an instant. A rule that reads its own alerts sees none. */
  alerts(rule: Rule, group: RuleGroup, atMs: number): readonly Alert[] {
    const newestMs = Math.floor(atMs / group.intervalMs) * group.intervalMs;
    const known = this.#shared.alerts.get(rule) ?? new Map<number, readonly Alert[]>();
    this.#shared.alerts.set(rule, known);
    const found = known.get(newestMs);
    if (found) return found;
    known.set(newestMs, []);
    const alerts = newestMs < this.#sinceMs ? [] : this.#alertsAt(rule, group, newestMs);
    known.set(newestMs, alerts);
    return alerts;
  }

  #alertsAt(rule: Rule, { intervalMs }: RuleGroup, newestMs: number): Alert[] {
    const inner = this.#inner();
    const active = new Map(
      samplesAt(rule, inner, newestMs, this.budget).map((sample) => [
        keyOf(alertLabels(rule, sample)),
        { sample, sinceMs: newestMs },
      ]),
    );
    const open = new Set(active.keys());
    let endMs = newestMs - intervalMs;
    for (let count = FIRST_LOOK_BACK, looked = 0; open.size > 0 && endMs >= this.#sinceMs; count *= 4) {
      const steps = Math.min(count, MAX_RULE_EVALUATIONS - looked);
      if (steps <= 0) break;
      const startMs = Math.max(endMs - (steps - 1) * intervalMs, Math.ceil(this.#sinceMs / intervalMs) * intervalMs);
      const range = { startMs, endMs, stepMs: intervalMs };
      const held = instantsByAlert(rule, samplesOver(rule, inner, range, this.budget));
      for (let instantMs = endMs; instantMs >= startMs; instantMs -= intervalMs) {
        for (const key of [...open]) {
          if (held.get(key)?.has(instantMs)) active.get(key)!.sinceMs = instantMs;
          else open.delete(key);
        }
      }
      looked += steps;
      endMs = startMs - intervalMs;
    }
    return [...active.values()].map(({ sample, sinceMs }) => ({
      labels: alertLabels(rule, sample),
      annotations: expanded(rule.annotations, sample),
      state: newestMs - sinceMs >= rule.forMs ? "firing" : "pending",
      activeAtMs: sinceMs,
      value: sample.value,
    }));
  }

  /** Selectors of the rules that a selector may read, with those of the rules below them. */
  read(matchers: readonly Matcher[], depth = 0): Matcher[][] {
    const name = matchers.find((each) => each.name === "__name__" && each.operator === "=")?.value;
    if (depth >= MAX_DEPTH) return [];
    const rules = this.#groups
      .flatMap(({ rules: all }) => all)
      .filter((rule) =>
        rule.type === "recording"
          ? name === undefined || rule.name === name
          : name === undefined || /^ALERTS/.test(name),
      );
    return rules.flatMap(({ expression }) =>
      selectorsOf(expression).flatMap(({ matchers: own }) => [[...own], ...this.read(own, depth + 1)]),
    );
  }

  #inner(): RuledSource {
    return new RuledSource(this.#source, this.#groups, this.#sinceMs, this.#depth + 1, this.#shared);
  }

  /** A range that was computed is kept for the request, and a longer one is at least twice as long. */
  #recorded(rule: Rule, { intervalMs }: RuleGroup, fromMs: number, untilMs: number): StoredSeries[] {
    const known = this.#shared.memo.get(rule) ?? [];
    const covering = known.find((range) => range.fromMs <= fromMs && range.untilMs >= untilMs);
    if (covering) return within(covering.series, fromMs, untilMs);
    const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, (untilMs - fromMs) / intervalMs)));
    const steps = Math.min(wanted, MAX_RULE_EVALUATIONS);
    const firstMs = Math.max(untilMs - steps * intervalMs, this.#sinceMs);
    const isWhole = steps < wanted || firstMs === this.#sinceMs;
    const range = {
      startMs: (Math.floor(firstMs / intervalMs) + 1) * intervalMs,
      endMs: Math.floor(untilMs / intervalMs) * intervalMs,
      stepMs: intervalMs,
    };
    const series = recordedSeries(rule, samplesOver(rule, this.#inner(), range, this.budget), range);
    this.#shared.memo.set(rule, [...known, { fromMs: isWhole ? Number.NEGATIVE_INFINITY : firstMs, untilMs, series }]);
    return within(series, fromMs, untilMs);
  }

  #alertSeries(rule: Rule, group: RuleGroup, untilMs: number): StoredSeries[] {
    const atMs = Math.floor(untilMs / group.intervalMs) * group.intervalMs;
    return this.alerts(rule, group, untilMs).flatMap(({ labels, state, activeAtMs }): StoredSeries[] => [
      { labels: { ...labels, alertstate: state, __name__: "ALERTS" }, points: [[atMs, 1] as const] },
      { labels: { ...labels, __name__: "ALERTS_FOR_STATE" }, points: [[atMs, activeAtMs / 1000] as const] },
    ]);
  }
}

/** Whether alerts of the rule may fulfil the matchers: by its name and its labels without templates. */
function mayFit(rule: Rule, matchers: readonly Matcher[]): boolean {
  const constant = Object.entries(rule.labels).filter(([, text]) => !text.includes("{{"));
  const labels: Labels = { ...Object.fromEntries(constant), alertname: rule.name };
  return matcherTest(matchers.filter(({ name }) => name in labels))(labels);
}

/** A rule that cannot be evaluated has no samples; its health says why. */
function samplesAt(rule: Rule, source: SampleSource, atMs: number, budget: Budget): readonly Sample[] {
  try {
    return samplesIn(evaluateAt(rule.expression, source, atMs, budget));
  } catch (error) {
    if (error instanceof EvaluationError) return [];
    throw error;
  }
}

/** The values at all instants of a range. Instants at which the rule cannot be evaluated have none. */
function samplesOver(rule: Rule, source: SampleSource, range: EvaluationRange, budget: Budget): readonly Series[] {
  const { startMs, endMs, stepMs } = range;
  if (endMs < startMs) return [];
  try {
    return evaluateRange(rule.expression, source, range, budget);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    if (startMs === endMs || budget.left <= 0) return [];
    const middleMs = startMs + Math.floor((endMs - startMs) / stepMs / 2) * stepMs;
    const halves = [
      { startMs, endMs: middleMs, stepMs },
      { startMs: middleMs + stepMs, endMs, stepMs },
    ];
    return halves.flatMap((half) => samplesOver(rule, source, half, budget));
  }
}

/** The series as the rule stores them, each ended where it has no value. */
function recordedSeries(rule: Rule, found: readonly Series[], { endMs, stepMs }: EvaluationRange): StoredSeries[] {
  const merged = new Map<string, { labels: Labels; points: Point[] }>();
  for (const { labels, points } of found) {
    const full = { ...withoutName(labels), ...rule.labels, __name__: rule.name };
    const key = keyOf(full);
    const series = merged.get(key) ?? { labels: full, points: [] as Point[] };
    series.points.push(...points);
    merged.set(key, series);
  }
  return [...merged.values()].map(({ labels, points }) => {
    const sorted = points.sort(([a], [b]) => a - b);
    const ended = sorted.flatMap((point, i): (readonly [number, number | null])[] => {
      const nextMs = point[0] + stepMs;
      const isLast = nextMs > endMs || (sorted[i + 1]?.[0] ?? Number.POSITIVE_INFINITY) <= nextMs;
      return isLast ? [point] : [point, [nextMs, null]];
    });
    return { labels, points: ended };
  });
}

function within(series: readonly StoredSeries[], fromMs: number, untilMs: number): StoredSeries[] {
  return series.flatMap(({ labels, points }) => {
    const kept = points.filter(([atMs]) => atMs > fromMs && atMs <= untilMs);
    return kept.length > 0 ? [{ labels, points: kept }] : [];
  });
}

/** The instants at which each alert of the rule was active. */
function instantsByAlert(rule: Rule, series: readonly Series[]): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  const hasTemplates = Object.values(rule.labels).some((text) => text.includes("{{"));
  for (const { labels, points } of series) {
    const shared = hasTemplates ? "" : keyOf(alertLabels(rule, { labels, value: 0 }));
    for (const [atMs, value] of points) {
      const key = hasTemplates ? keyOf(alertLabels(rule, { labels, value })) : shared;
      const instants = found.get(key) ?? new Set();
      instants.add(atMs);
      found.set(key, instants);
    }
  }
  return found;
}

/** The error of a rule at an instant; undefined if it can be evaluated. */
export function problemOf(rule: Rule, source: RuledSource, atMs: number): string | undefined {
  try {
    evaluateAt(rule.expression, source, atMs, source.budget);
    return undefined;
  } catch (error) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
}

function alertLabels(rule: Rule, sample: Sample): Labels {
  return { ...withoutName(sample.labels), ...expanded(rule.labels, sample), alertname: rule.name };
}

function expanded(texts: Labels, sample: Sample): Labels {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, expandText(text, sample)]));
}
