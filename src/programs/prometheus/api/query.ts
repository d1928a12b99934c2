/** `/query` and `/query_range`. */
import type { JsonValue } from "../../../lib/json.ts";
import { evaluateAt, evaluateRange, isRangeable, selectorsOf } from "../promql/evaluate.ts";
import { EvaluationError, type Expression, TYPE_NAMES } from "../promql/syntax.ts";
import { typeOf } from "../promql/type-check.ts";
import { keyOf, type Point, printValue, type Series, type Value } from "../promql/values.ts";
import { openView, type View } from "../view.ts";
import { type ApiCall, ApiProblem, durationOf, type Endpoint, expressionOf, sortedLabels, timeOf } from "./endpoint.ts";

/** Points of each series of one answer, as in Prometheus. */
const MAX_POINTS = 11_000;

export const query: Endpoint = {
  path: /^\/query$/,
  methods: ["GET", "POST"],
  answer(call) {
    const atMs = timeOf(call, "time", call.process.nowMs);
    const expression = expressionOf(call);
    const value = evaluated(call, expression, ({ source }) => evaluateAt(expression, source, atMs));
    return { resultType: value.type, result: resultOf(value, atMs, isSorted(expression)) };
  },
};

export const queryRange: Endpoint = {
  path: /^\/query_range$/,
  methods: ["GET", "POST"],
  answer(call) {
    const [startMs, endMs] = [timeOf(call, "start"), timeOf(call, "end")];
    const refuse = (name: string, why: string) =>
      new ApiProblem("bad_data", `invalid parameter ${JSON.stringify(name)}: ${why}`);
    if (endMs < startMs) throw refuse("end", "end timestamp must not be before start time");
    const stepMs = durationOf(call, "step");
    if (stepMs <= 0)
      throw refuse("step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
    if ((endMs - startMs) / stepMs > MAX_POINTS) {
      throw new ApiProblem(
        "bad_data",
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
      );
    }
    const expression = expressionOf(call);
    if (!isRangeable(expression)) {
      const found = JSON.stringify(TYPE_NAMES[typeOf(expression)]);
      throw refuse("query", `invalid expression type ${found} for range query, must be Scalar or instant Vector`);
    }
    const series = evaluated(call, expression, ({ source }) =>
      evaluateRange(expression, source, { startMs, endMs, stepMs }),
    );
    return { resultType: "matrix", result: ordered(series).map(seriesJson) };
  },
};

function evaluated<R>({ process }: ApiCall, expression: Expression, evaluate: (view: View) => R): R {
  try {
    return evaluate(
      openView(
        process,
        selectorsOf(expression).map(({ matchers }) => matchers),
      ),
    );
  } catch (error) {
    if (error instanceof EvaluationError) throw new ApiProblem("execution", error.message);
    throw error;
  }
}

/** Functions and aggregations whose result has an order of its own. */
function isSorted(expression: Expression): boolean {
  if (expression.type === "call") return expression.name.startsWith("sort");
  return expression.type === "aggregation" && /^(topk|bottomk)$/.test(expression.operator);
}

function resultOf(value: Value, atMs: number, keepsOrder: boolean): JsonValue {
  switch (value.type) {
    case "scalar":
      return pointJson([atMs, value.value]);
    case "string":
      return [atMs / 1000, value.value];
    case "matrix":
      return ordered(value.series.filter(({ points }) => points.length > 0)).map(seriesJson);
    case "vector": {
      const samples = keepsOrder ? value.samples : ordered(value.samples);
      return samples.map(({ labels, value: number }) => ({
        metric: sortedLabels(labels),
        value: pointJson([atMs, number]),
      }));
    }
  }
}

function ordered<T extends { labels: Series["labels"] }>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: keyOf(item.labels) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}

function seriesJson({ labels, points }: Series): JsonValue {
  return { metric: sortedLabels(labels), values: points.map(pointJson) };
}

function pointJson([atMs, value]: Point): JsonValue {
  return [atMs / 1000, printValue(value)];
}
