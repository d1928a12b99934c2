/**
 * Rules, evaluated when they are read. A recording rule is a series whose samples are computed at the instants of the
 * evaluation; an alert is pending since the first instant of the unbroken run of instants at which its condition holds.
 * So nothing is due for rules.
 * Source: github.com/prometheus/prometheus rules/alerting.go, rules/recording.go
 */
import { MAX_RULE_EVALUATIONS } from "../../../lib/container-limits.ts";
import type { Rule, RuleGroup } from "../config/rule-files.ts";
import { evaluateAt, selectorsOf } from "../promql/evaluate.ts";
import { matcherTest } from "../promql/matchers.ts";
import { EvaluationError, type Labels, type Matcher } from "../promql/syntax.ts";
import { keyOf, printValue, type Sample, type SampleSource, type StoredSeries, withoutName } from "../promql/values.ts";

export interface Alert {
  labels: Labels;
  annotations: Labels;
  state: "pending" | "firing";
  activeAtMs: number;
  value: number;
}

const MAX_DEPTH = 5;

/** The database with the series that rules record, and those of the alerts. */
export class RuledSource implements SampleSource {
  readonly #source: SampleSource;
  readonly #groups: readonly RuleGroup[];
  /** The server began to evaluate rules at this instant. */
  readonly #sinceMs: number;
  readonly #depth: number;

  constructor(source: SampleSource, groups: readonly RuleGroup[], sinceMs: number, depth = 0) {
    this.#source = source;
    this.#groups = groups;
    this.#sinceMs = sinceMs;
    this.#depth = depth;
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
        if (rule.type === "alerting" && (name === undefined || /^ALERTS(_FOR_STATE)?$/.test(name))) {
          return this.#alertSeries(rule, group, untilMs);
        }
        return [];
      }),
    );
    return [...stored, ...computed.filter(({ labels }) => fits(labels))];
  }

  /** The alerts of a rule at an instant. */
  alerts(rule: Rule, { intervalMs }: RuleGroup, atMs: number): Alert[] {
    const newestMs = Math.floor(atMs / intervalMs) * intervalMs;
    if (newestMs < this.#sinceMs) return [];
    const inner = this.#inner();
    const active = new Map(
      samplesAt(rule, inner, newestMs).map((sample) => [
        keyOf(alertLabels(rule, sample)),
        { sample, sinceMs: newestMs },
      ]),
    );
    const open = new Set(active.keys());
    let instantMs = newestMs - intervalMs;
    for (
      let i = 0;
      i < MAX_RULE_EVALUATIONS && open.size > 0 && instantMs >= this.#sinceMs;
      i++, instantMs -= intervalMs
    ) {
      const held = new Set(samplesAt(rule, inner, instantMs).map((sample) => keyOf(alertLabels(rule, sample))));
      for (const key of [...open]) {
        if (held.has(key)) active.get(key)!.sinceMs = instantMs;
        else open.delete(key);
      }
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
    return new RuledSource(this.#source, this.#groups, this.#sinceMs, this.#depth + 1);
  }

  #recorded(rule: Rule, { intervalMs }: RuleGroup, fromMs: number, untilMs: number): StoredSeries[] {
    const inner = this.#inner();
    const found = new Map<string, { labels: Labels; points: [number, number | null][] }>();
    const firstMs = Math.max(fromMs, this.#sinceMs, untilMs - MAX_RULE_EVALUATIONS * intervalMs);
    for (let atMs = (Math.floor(firstMs / intervalMs) + 1) * intervalMs; atMs <= untilMs; atMs += intervalMs) {
      const present = new Set<string>();
      for (const { labels, value } of samplesAt(rule, inner, atMs)) {
        const full = { ...withoutName(labels), ...rule.labels, __name__: rule.name };
        const key = keyOf(full);
        const series = found.get(key) ?? { labels: full, points: [] as [number, number | null][] };
        series.points.push([atMs, value]);
        found.set(key, series);
        present.add(key);
      }
      for (const [key, { points }] of found) {
        if (!present.has(key) && points.at(-1)![1] !== null) points.push([atMs, null]);
      }
    }
    return [...found.values()];
  }

  #alertSeries(rule: Rule, group: RuleGroup, untilMs: number): StoredSeries[] {
    const atMs = Math.floor(untilMs / group.intervalMs) * group.intervalMs;
    return this.alerts(rule, group, untilMs).flatMap(({ labels, state, activeAtMs }): StoredSeries[] => [
      { labels: { ...labels, alertstate: state, __name__: "ALERTS" }, points: [[atMs, 1] as const] },
      { labels: { ...labels, __name__: "ALERTS_FOR_STATE" }, points: [[atMs, activeAtMs / 1000] as const] },
    ]);
  }
}

/** A rule that cannot be evaluated has no samples; its health says why. */
function samplesAt(rule: Rule, source: SampleSource, atMs: number): readonly Sample[] {
  try {
    const value = evaluateAt(rule.expression, source, atMs);
    if (value.type === "scalar") return [{ labels: {}, value: value.value }];
    return value.type === "vector" ? value.samples : [];
  } catch (error) {
    if (error instanceof EvaluationError) return [];
    throw error;
  }
}

/** The error of a rule at an instant; undefined if it can be evaluated. */
export function problemOf(rule: Rule, source: SampleSource, atMs: number): string | undefined {
  try {
    evaluateAt(rule.expression, source, atMs);
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

/**
 * The templates that rules use: `{{ $labels.x }}`, `{{ $value }}`, and these through `humanize`, `humanizePercentage`,
 * `humanizeDuration` and `printf`. Others stay as they are.
 */
function expandText(text: string, { labels, value }: Sample): string {
  return text.replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (whole, inner: string) => {
    const [first = "", ...filters] = inner.split(/\s*\|\s*/);
    const [, format, formatted = first] = /^printf\s+"([^"]*)"\s+(\S+)$/.exec(first) ?? [];
    const read = (word: string) => {
      const label = /^\$labels\.(\w+)$|^index \$labels "(\w+)"$|^\.Labels\.(\w+)$/.exec(word);
      if (label) return labels[label[1] ?? label[2] ?? label[3] ?? ""] ?? "";
      return word === "$value" || word === ".Value" ? printValue(value) : undefined;
    };
    let result = read(formatted);
    if (result === undefined) return whole;
    if (format !== undefined) result = printfText(format, result);
    for (const filter of filters) {
      const pattern = /^printf\s+"([^"]*)"$/.exec(filter)?.[1];
      result = pattern === undefined ? (FILTERS[filter]?.(Number(result)) ?? result) : printfText(pattern, result);
    }
    return result;
  });
}

function printfText(format: string, text: string): string {
  return format.replace(/%(?:\.(\d+))?([fgvsd%])/g, (_, digits: string | undefined, verb: string) => {
    if (verb === "%") return "%";
    return verb === "f" ? Number(text).toFixed(digits === undefined ? 6 : Number(digits)) : text;
  });
}

const four = (value: number) => String(Number(value.toPrecision(4)));

const FILTERS: Readonly<Record<string, (value: number) => string>> = {
  humanize(value) {
    if (value === 0 || !Number.isFinite(value)) return four(value);
    const prefixes = Math.abs(value) >= 1 ? ["", "k", "M", "G", "T", "P"] : ["", "m", "u", "n"];
    const factor = Math.abs(value) >= 1 ? 1 / 1000 : 1000;
    let [shown, i] = [value, 0];
    while (i < prefixes.length - 1 && (factor < 1 ? Math.abs(shown) >= 1000 : Math.abs(shown) < 1)) {
      shown *= factor;
      i++;
    }
    return `${four(shown)}${prefixes[i]}`;
  },
  humanizePercentage: (value) => `${four(value * 100)}%`,
  humanizeDuration(value) {
    const seconds = Math.floor(Math.abs(value));
    const [days, hours, minutes] = [
      Math.floor(seconds / 86_400),
      Math.floor(seconds / 3600) % 24,
      Math.floor(seconds / 60) % 60,
    ];
    const sign = value < 0 ? "-" : "";
    if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${seconds % 60}s`;
    if (hours > 0) return `${sign}${hours}h ${minutes}m ${seconds % 60}s`;
    if (minutes > 0) return `${sign}${minutes}m ${seconds % 60}s`;
    return `${sign}${four(Math.abs(value))}s`;
  },
};
