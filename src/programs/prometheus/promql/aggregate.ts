/**
 * Aggregations of an instant vector.
 * Source: github.com/prometheus/prometheus promql/engine.go (`aggregation`)
 */
import { quantileOf, varianceOf } from "./statistics.ts";
import type { Labels } from "./syntax.ts";
import { keyOf, onlyLabels, printValue, type Sample, withoutLabels } from "./values.ts";

export interface Aggregation {
  operator: string;
  grouping: readonly string[];
  isWithout: boolean;
  /** The number of `topk`, the quantile, or the label of `count_values`. */
  parameter?: number | string;
}

const REDUCE: Readonly<Record<string, (values: readonly number[], parameter: number) => number>> = {
  sum: (values) => values.reduce((sum, each) => sum + each, 0),
  avg: (values) => values.reduce((sum, each) => sum + each, 0) / values.length,
  min: (values) => values.reduce((least, each) => (each < least || Number.isNaN(least) ? each : least)),
  max: (values) => values.reduce((most, each) => (each > most || Number.isNaN(most) ? each : most)),
  count: (values) => values.length,
  group: () => 1,
  stddev: (values) => Math.sqrt(varianceOf(values)),
  stdvar: varianceOf,
  quantile: (values, phi) => quantileOf(phi, values),
};

export function aggregate(samples: readonly Sample[], aggregation: Aggregation): Sample[] {
  const { operator, parameter } = aggregation;
  const groups = new Map<string, { labels: Labels; members: Sample[] }>();
  for (const sample of samples) {
    const labels = groupLabels(sample.labels, aggregation);
    const key = keyOf(labels);
    const group = groups.get(key) ?? { labels, members: [] };
    group.members.push(sample);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ labels, members }) => {
    if (operator === "topk" || operator === "bottomk") return extremes(members, operator, Number(parameter));
    if (operator === "count_values") return countValues(labels, members, String(parameter));
    const values = members.map(({ value }) => value);
    return [{ labels, value: REDUCE[operator]!(values, Number(parameter)) }];
  });
}

function groupLabels(labels: Labels, { grouping, isWithout }: Aggregation): Labels {
  return isWithout ? withoutLabels(labels, [...grouping, "__name__"]) : onlyLabels(labels, grouping);
}

function extremes(members: readonly Sample[], operator: "topk" | "bottomk", count: number): Sample[] {
  const order = operator === "topk" ? -1 : 1;
  const rank = ({ value }: Sample) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : order * value);
  return [...members].sort((a, b) => rank(a) - rank(b)).slice(0, Math.max(0, Math.trunc(count)));
}

function countValues(labels: Labels, members: readonly Sample[], label: string): Sample[] {
  const counts = new Map<string, number>();
  for (const { value } of members) counts.set(printValue(value), (counts.get(printValue(value)) ?? 0) + 1);
  return [...counts].map(([text, value]) => ({ labels: { ...labels, [label]: text }, value }));
}
