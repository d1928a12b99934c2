/** Counters and histograms of a program, which the process keeps with their history. */
import { type CounterPoint, type CounterPoints, counterValue } from "../../../shell/counters.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { MetricFamily, MetricSeries } from "./page.ts";

type Labels = Readonly<Record<string, string>>;

export interface CounterFacts {
  name: string;
  help: string;
}

/** Adds to a counter. */
export function count(process: ProcessView, { name }: CounterFacts, labels: Labels = {}, by = 1): void {
  process.count(keyOf(name, labels), by);
}

/** The counter with all its labels. A counter that has not counted has no series. */
export function counterFamily(process: ProcessView, { name, help }: CounterFacts): MetricFamily {
  return { name, help, type: "counter", series: seriesOf(process, name) };
}

/** Upper bounds of Go's client, seconds. */
const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface HistogramFacts extends CounterFacts {
  buckets?: readonly number[];
}

/** Adds an observation to a histogram. */
export function observe(process: ProcessView, facts: HistogramFacts, labels: Labels, value: number): void {
  const { name, buckets = DEFAULT_BUCKETS } = facts;
  const bucket = buckets.findIndex((bound) => value <= bound);
  process.count(keyOf(`${name}/${bucket < 0 ? buckets.length : bucket}`, labels), 1);
  process.count(keyOf(`${name}/sum`, labels), value);
}

/** The histogram with all its labels. */
export function histogramFamily(process: ProcessView, facts: HistogramFacts): MetricFamily {
  const { name, help, buckets = DEFAULT_BUCKETS } = facts;
  const bounds = [...buckets.map(String), "+Inf"];
  const sums = seriesOf(process, `${name}/sum`);
  const counted = bounds.map((_, i) => seriesOf(process, `${name}/${i}`));
  const series = sums.flatMap(({ labels = {}, points }): MetricSeries[] => {
    let below: CounterPoints = [[points[0]![0], 0]];
    const cumulative = bounds.map((le, i): MetricSeries => {
      const own = counted[i]!.find((each) => keyOf("", each.labels ?? {}) === keyOf("", labels));
      if (own) below = sumOfPoints(below, own.points);
      return { suffix: "_bucket", labels: { ...labels, le }, points: below };
    });
    return [...cumulative, { suffix: "_sum", labels, points }, { suffix: "_count", labels, points: below }];
  });
  return { name, help, type: "histogram", series };
}

function keyOf(name: string, labels: Labels): string {
  return JSON.stringify([name, ...Object.entries(labels).flat()]);
}

function seriesOf({ counters }: ProcessView, wanted: string): MetricSeries[] {
  return Object.entries(counters).flatMap(([key, points]) => {
    const [name, ...words] = JSON.parse(key) as string[];
    if (name !== wanted) return [];
    const labels = Object.fromEntries(
      words.flatMap((word, i): [string, string][] => (i % 2 === 0 ? [[word, words[i + 1]!]] : [])),
    );
    return [{ labels, points }];
  });
}

/** The sum of two series, which are 0 before their first points. */
function sumOfPoints(a: CounterPoints, b: CounterPoints): CounterPoints {
  const instants = [...new Set([...a, ...b].map(([atMs]) => atMs))].sort((x, y) => x - y);
  const slopeAt = (points: CounterPoints, atMs: number) => points.findLast(([instant]) => instant <= atMs)?.[2] ?? 0;
  return instants.map((atMs): CounterPoint => {
    const value = (counterValue(a, atMs) ?? 0) + (counterValue(b, atMs) ?? 0);
    const perSecond = slopeAt(a, atMs) + slopeAt(b, atMs);
    return perSecond === 0 ? [atMs, value] : [atMs, value, perSecond];
  });
}

/** Whether a request is counted. Probes are not: their rounds are skipped only where they leave no history. */
export function isCounted(headers: Readonly<Record<string, string>>): boolean {
  return !headers["user-agent"]?.startsWith("kube-probe/");
}
