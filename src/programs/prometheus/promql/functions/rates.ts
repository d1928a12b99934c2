/**
 * Changes of series within a range.
 * Source: github.com/prometheus/prometheus promql/functions.go (`extrapolatedRate`, `instantValue`, `linearRegression`)
 */
import type { Point } from "../values.ts";
import { numberOf, overRange, type PromqlFunction, type Window } from "./function.ts";

/** The difference between the ends of the range, extrapolated to the whole range unless the series began within it. */
function extrapolated(
  { points, fromMs, untilMs }: Window,
  { isCounter, isRate }: { isCounter: boolean; isRate: boolean },
) {
  const [first, last] = [points[0]!, points.at(-1)!];
  if (points.length < 2) return undefined;
  const difference = last[1] - first[1] + (isCounter ? lostByResets(points) : 0);
  const sampledMs = last[0] - first[0];
  const averageMs = sampledMs / (points.length - 1);
  const thresholdMs = averageMs * 1.1;
  let toStartMs = first[0] - fromMs;
  let toEndMs = untilMs - last[0];
  if (toStartMs >= thresholdMs) toStartMs = averageMs / 2;
  // A counter was not negative before its first sample.
  if (isCounter && difference > 0 && first[1] >= 0)
    toStartMs = Math.min(toStartMs, sampledMs * (first[1] / difference));
  if (toEndMs >= thresholdMs) toEndMs = averageMs / 2;
  const whole = difference * ((sampledMs + toStartMs + toEndMs) / sampledMs);
  return isRate ? whole / ((untilMs - fromMs) / 1000) : whole;
}

function lostByResets(points: readonly Point[]): number {
  return points.reduce((sum, [, value], i) => {
    const before = points[i - 1]?.[1];
    return before !== undefined && value < before ? sum + before : sum;
  }, 0);
}

function betweenLastTwo({ points }: Window, isRate: boolean): number | undefined {
  const [before, last] = [points.at(-2), points.at(-1)];
  if (!before || !last || last[0] === before[0]) return undefined;
  const difference = isRate && last[1] < before[1] ? last[1] : last[1] - before[1];
  return isRate ? difference / ((last[0] - before[0]) / 1000) : difference;
}

/** Slope for each second, and value at `atMs`, of the line with the least squares. */
function regression(points: readonly Point[], atMs: number): { slope: number; value: number } {
  const n = points.length;
  let [sumX, sumY, sumXY, sumXX] = [0, 0, 0, 0];
  for (const [pointMs, y] of points) {
    const x = (pointMs - atMs) / 1000;
    sumX += x;
    sumY += y;
    sumXY += x * y;
    sumXX += x * x;
  }
  const covariance = sumXY - (sumX * sumY) / n;
  const variance = sumXX - (sumX * sumX) / n;
  const slope = covariance / variance;
  return { slope, value: sumY / n - (slope * sumX) / n };
}

export const RATES: Readonly<Record<string, PromqlFunction>> = {
  rate: overRange((window) => extrapolated(window, { isCounter: true, isRate: true })),
  increase: overRange((window) => extrapolated(window, { isCounter: true, isRate: false })),
  delta: overRange((window) => extrapolated(window, { isCounter: false, isRate: false })),
  irate: overRange((window) => betweenLastTwo(window, true)),
  idelta: overRange((window) => betweenLastTwo(window, false)),
  deriv: overRange(({ points }) => (points.length < 2 ? undefined : regression(points, points[0]![0]).slope)),
  predict_linear: overRange(
    ({ points }, args, { atMs }) => {
      if (points.length < 2) return undefined;
      const { slope, value } = regression(points, atMs);
      return value + slope * numberOf(args[1]);
    },
    { parameters: ["matrix", "scalar"] },
  ),
  changes: overRange(
    ({ points }) => points.filter(([, value], i) => i > 0 && !Object.is(value, points[i - 1]![1])).length,
  ),
  resets: overRange(({ points }) => points.filter(([, value], i) => i > 0 && value < points[i - 1]![1]).length),
};
