/** Aggregations of one series over a range. */
import { quantileOf, varianceOf } from "../statistics.ts";
import { absentLabels } from "./absent.ts";
import { type Call, numberOf, overRange, type PromqlFunction, vectorOf } from "./function.ts";

const numbers = ({ points }: { points: readonly (readonly [number, number])[] }) => points.map(([, value]) => value);
const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);

export const OVER_TIME: Readonly<Record<string, PromqlFunction>> = {
  avg_over_time: overRange((window) => sum(numbers(window)) / window.points.length),
  sum_over_time: overRange((window) => sum(numbers(window))),
  min_over_time: overRange((window) => Math.min(...numbers(window))),
  max_over_time: overRange((window) => Math.max(...numbers(window))),
  count_over_time: overRange(({ points }) => points.length),
  last_over_time: overRange(({ points }) => points.at(-1)?.[1], { keepsName: true }),
  present_over_time: overRange(() => 1),
  stddev_over_time: overRange((window) => Math.sqrt(varianceOf(numbers(window)))),
  stdvar_over_time: overRange((window) => varianceOf(numbers(window))),
  quantile_over_time: overRange((window, args) => quantileOf(numberOf(args[0]), numbers(window)), {
    parameters: ["scalar", "matrix"],
    rangeAt: 1,
  }),
  absent_over_time: {
    parameters: ["matrix"],
    returns: "vector",
    apply([range], { args }: Call) {
      const isPresent = range?.type === "matrix" && range.series.some(({ points }) => points.length > 0);
      return vectorOf(isPresent ? [] : [{ labels: absentLabels(args[0]), value: 1 }]);
    },
  },
};
