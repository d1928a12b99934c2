/**
 * Evaluates PromQL at one instant or at the steps of a range.
 * Source: github.com/prometheus/prometheus promql/engine.go
 */
import { MAX_PROMQL_WORK } from "../../../lib/container-limits.ts";
import { aggregate } from "./aggregate.ts";
import { scalarOperation, vectorWithScalar, vectorWithVector } from "./binary.ts";
import { FUNCTIONS } from "./functions/registry.ts";
import { EvaluationError, type Expression, type Shift, type VectorSelector } from "./syntax.ts";
import { typeOf } from "./type-check.ts";
import {
  keyOf,
  type Point,
  type Sample,
  type SampleSource,
  type Series,
  type StoredSeries,
  type Value,
  withoutName,
} from "./values.ts";

/** A series without a sample for this time has no value. */
const LOOKBACK_MS = 5 * 60_000;
const DEFAULT_SUBQUERY_STEP_MS = 60_000;

export interface EvaluationRange {
  startMs: number;
  endMs: number;
  stepMs: number;
}

/** Work that evaluations may do together: samples that they read and compute. */
export interface Budget {
  left: number;
}

/** Throws EvaluationError. */
export function evaluateAt(
  expression: Expression,
  source: SampleSource,
  atMs: number,
  budget: Budget = { left: MAX_PROMQL_WORK },
): Value {
  const evaluation = new Evaluation(source, { startMs: atMs, endMs: atMs, stepMs: 0 }, budget);
  return evaluation.value(expression, atMs);
}

/** The values at each step as series. Throws EvaluationError. */
export function evaluateRange(
  expression: Expression,
  source: SampleSource,
  range: EvaluationRange,
  budget: Budget = { left: MAX_PROMQL_WORK },
): Series[] {
  return new Evaluation(source, range, budget).series(expression, range);
}

class Evaluation {
  readonly #source: SampleSource;
  readonly #range: EvaluationRange;
  readonly #selected = new Map<VectorSelector, readonly StoredSeries[]>();
  readonly #budget: Budget;

  constructor(source: SampleSource, range: EvaluationRange, budget: Budget) {
    this.#source = source;
    this.#range = range;
    this.#budget = budget;
  }

  series(expression: Expression, { startMs, endMs, stepMs }: EvaluationRange): Series[] {
    const found = new Map<string, { labels: Sample["labels"]; points: Point[] }>();
    for (let atMs = startMs; atMs <= endMs; atMs += stepMs) {
      const value = this.value(expression, atMs);
      for (const { labels, value: number } of samplesIn(value)) {
        const key = keyOf(labels);
        const series = found.get(key) ?? { labels, points: [] };
        series.points.push([atMs, number]);
        found.set(key, series);
      }
      if (stepMs <= 0) break;
    }
    return [...found.values()];
  }

  value(expression: Expression, atMs: number): Value {
    switch (expression.type) {
      case "number":
        return { type: "scalar", value: expression.value };
      case "string":
        return { type: "string", value: expression.value };
      case "parentheses":
        return this.value(expression.inner, atMs);
      case "selector":
        return { type: "vector", samples: this.#instant(expression, atMs) };
      case "range":
        return this.#window(expression, atMs);
      case "subquery":
        return this.#subquery(expression, atMs);
      case "unary":
        return this.#unary(expression, atMs);
      case "binary":
        return this.#binary(expression, atMs);
      case "aggregation":
        return this.#aggregation(expression, atMs);
      case "call": {
        const { name, args } = expression;
        const values = args.map((arg) => this.value(arg, atMs));
        return unique(FUNCTIONS.get(name)!.apply(values, { atMs, args }));
      }
    }
  }

  /** Throws EvaluationError when the query has looked at too much. */
  #spend(work: number): void {
    this.#budget.left -= work;
    if (this.#budget.left < 0) {
      throw new EvaluationError("query processing would load too many samples into memory in query execution");
    }
  }

  #instantOf(shift: Shift, atMs: number): number {
    const { startMs, endMs } = this.#range;
    const base = shift.at === "start" ? startMs : shift.at === "end" ? endMs : (shift.at ?? atMs);
    return base - shift.offsetMs;
  }

  /** The series of a selector with all samples that the query can read. */
  #select(selector: VectorSelector, beforeMs: number, atMs: number): readonly StoredSeries[] {
    const known = this.#selected.get(selector);
    if (known) return known;
    const { startMs, endMs } = this.#range;
    const fromMs = Math.min(this.#instantOf(selector, startMs), this.#instantOf(selector, atMs)) - beforeMs;
    const untilMs = Math.max(this.#instantOf(selector, endMs), this.#instantOf(selector, atMs));
    const series = this.#source.select(selector.matchers, fromMs, untilMs);
    this.#spend(series.reduce((sum, { points }) => sum + points.length, series.length));
    this.#selected.set(selector, series);
    return series;
  }

  #instant(selector: VectorSelector, atMs: number): Sample[] {
    const instantMs = this.#instantOf(selector, atMs);
    const series = this.#select(selector, LOOKBACK_MS, atMs);
    this.#spend(series.length);
    return series.flatMap(({ labels, points }) => {
      const point = points[lastAt(points, instantMs)];
      const isKnown = point && point[1] !== null && point[0] > instantMs - LOOKBACK_MS;
      return isKnown ? [{ labels, value: point[1]!, atMs: point[0] }] : [];
    });
  }

  #window({ selector, rangeMs }: Extract<Expression, { type: "range" }>, atMs: number): Value {
    const endMs = this.#instantOf(selector, atMs);
    const series = this.#select(selector, rangeMs, atMs).map(({ labels, points }) => {
      const within = points.slice(lastAt(points, endMs - rangeMs) + 1, lastAt(points, endMs) + 1);
      return { labels, points: within.filter((point): point is [number, number] => point[1] !== null) };
    });
    this.#spend(series.reduce((sum, { points }) => sum + points.length + 1, 0));
    return { type: "matrix", series, rangeMs, endMs };
  }

  #subquery(expression: Extract<Expression, { type: "subquery" }>, atMs: number): Value {
    const { inner, rangeMs, stepMs = DEFAULT_SUBQUERY_STEP_MS } = expression;
    const endMs = this.#instantOf(expression, atMs);
    const startMs = (Math.floor((endMs - rangeMs) / stepMs) + 1) * stepMs;
    this.#spend(rangeMs / stepMs);
    const range = { startMs, endMs, stepMs };
    const series = new Evaluation(this.#source, range, this.#budget).series(inner, range);
    return { type: "matrix", series, rangeMs, endMs };
  }

  #unary({ operator, inner }: Extract<Expression, { type: "unary" }>, atMs: number): Value {
    const value = this.value(inner, atMs);
    if (operator === "+") return value;
    if (value.type === "scalar") return { type: "scalar", value: -value.value };
    const negated = samplesIn(value).map(({ labels, value: number }) => ({
      labels: withoutName(labels),
      value: -number,
    }));
    return unique({ type: "vector", samples: negated });
  }

  #binary(expression: Extract<Expression, { type: "binary" }>, atMs: number): Value {
    const [left, right] = [this.value(expression.left, atMs), this.value(expression.right, atMs)];
    if (left.type === "scalar" && right.type === "scalar") {
      return { type: "scalar", value: scalarOperation(expression.operator, left.value, right.value) };
    }
    const [a, b] = [samplesIn(left), samplesIn(right)];
    this.#spend(a.length + b.length);
    if (right.type === "scalar")
      return unique({ type: "vector", samples: vectorWithScalar(a, right.value, expression, false) });
    if (left.type === "scalar")
      return unique({ type: "vector", samples: vectorWithScalar(b, left.value, expression, true) });
    return { type: "vector", samples: vectorWithVector(a, b, expression) };
  }

  #aggregation(expression: Extract<Expression, { type: "aggregation" }>, atMs: number): Value {
    const { inner, parameter } = expression;
    const value = parameter && this.value(parameter, atMs);
    const given = value?.type === "scalar" || value?.type === "string" ? { parameter: value.value } : {};
    const { operator, grouping, isWithout } = expression;
    const samples = samplesIn(this.value(inner, atMs));
    this.#spend(samples.length);
    return { type: "vector", samples: aggregate(samples, { operator, grouping, isWithout, ...given }) };
  }
}

/** A scalar counts as a sample without labels: the steps of a range are series. */
export function samplesIn(value: Value): readonly Sample[] {
  if (value.type === "scalar") return [{ labels: {}, value: value.value }];
  return value.type === "vector" ? value.samples : [];
}

/** Throws EvaluationError if two samples have the same labels. */
function unique(value: Value): Value {
  if (value.type !== "vector") return value;
  const seen = new Set<string>();
  for (const { labels } of value.samples) {
    const key = keyOf(labels);
    if (seen.has(key)) throw new EvaluationError("vector cannot contain metrics with the same labelset");
    seen.add(key);
  }
  return value;
}

/** Index of the last point at or before an instant; -1 if there is none. */
function lastAt(points: readonly (readonly [number, number | null])[], atMs: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]![0] <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** All selectors of an expression, for what it reads. */
export function selectorsOf(expression: Expression): VectorSelector[] {
  switch (expression.type) {
    case "number":
    case "string":
      return [];
    case "selector":
      return [expression];
    case "range":
      return [expression.selector];
    case "call":
      return expression.args.flatMap(selectorsOf);
    case "binary":
      return [...selectorsOf(expression.left), ...selectorsOf(expression.right)];
    case "aggregation":
      return [expression.inner, ...(expression.parameter ? [expression.parameter] : [])].flatMap(selectorsOf);
    default:
      return selectorsOf(expression.inner);
  }
}

/** Whether the steps of a range can be computed: scalars and instant vectors. */
export function isRangeable(expression: Expression): boolean {
  const type = typeOf(expression);
  return type === "scalar" || type === "vector";
}
