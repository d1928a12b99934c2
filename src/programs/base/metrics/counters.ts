/**
 * Counters of a program with their history: the instants at which they changed, as far back as a scraper may ask. They
 * are part of the process's state.
 */
import { COUNTER_GRAIN_MS, MAX_COUNTER_POINTS } from "../../../lib/container-limits.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { type MetricFamily, type MetricPoint, type MetricSeries, valueAt } from "./page.ts";

type Labels = Readonly<Record<string, string>>;

export interface CounterFacts {
  name: string;
  help: string;
}

/** Adds to a counter. */
export function count(process: ProcessView, { name }: CounterFacts, labels: Labels = {}, by = 1): void {
  addTo(process, keyOf(name, labels), by);
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
  addTo(process, keyOf(`${name}/${bucket < 0 ? buckets.length : bucket}`, labels), 1);
  addTo(process, keyOf(`${name}/sum`, labels), value);
}

/** The histogram with all its labels. */
export function histogramFamily(process: ProcessView, facts: HistogramFacts): MetricFamily {
  const { name, help, buckets = DEFAULT_BUCKETS } = facts;
  const bounds = [...buckets.map(String), "+Inf"];
  const sums = seriesOf(process, `${name}/sum`);
  const counted = bounds.map((_, i) => seriesOf(process, `${name}/${i}`));
  const series = sums.flatMap(({ labels = {}, points }): MetricSeries[] => {
    let below: readonly MetricPoint[] = [[points[0]![0], 0]];
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

function countersOf({ state }: ProcessView): JsonObject {
  const known = state["counters"];
  if (isJsonObject(known)) return known;
  const made: JsonObject = {};
  state["counters"] = made;
  return made;
}

/** Points within one grain of time are one point, and of too many points every second of the older half is dropped. */
function addTo(process: ProcessView, key: string, by: number): void {
  const counters = countersOf(process);
  const points = (counters[key] ?? []) as unknown as [number, number][];
  const last = points.at(-1);
  const value = (last?.[1] ?? 0) + by;
  const grain = (atMs: number) => Math.floor(atMs / COUNTER_GRAIN_MS);
  if (last && grain(last[0]) === grain(process.nowMs)) last[1] = value;
  else points.push([process.nowMs, value]);
  const half = MAX_COUNTER_POINTS / 2;
  const kept = points.length <= MAX_COUNTER_POINTS ? points : points.filter((_, i) => i >= half || i % 2 === 1);
  counters[key] = kept as unknown as JsonValue;
}

function seriesOf(process: ProcessView, wanted: string): MetricSeries[] {
  return Object.entries(countersOf(process)).flatMap(([key, points]) => {
    const [name, ...words] = JSON.parse(key) as string[];
    if (name !== wanted) return [];
    const labels = Object.fromEntries(
      words.flatMap((word, i): [string, string][] => (i % 2 === 0 ? [[word, words[i + 1]!]] : [])),
    );
    const own = points as unknown as MetricPoint[];
    return [{ labels, points: own }];
  });
}

/** The sum of two series, which are 0 before their first points. */
function sumOfPoints(a: readonly MetricPoint[], b: readonly MetricPoint[]): readonly MetricPoint[] {
  const instants = [...new Set([...a, ...b].map(([atMs]) => atMs))].sort((x, y) => x - y);
  const slopeAt = (points: readonly MetricPoint[], atMs: number) =>
    points.findLast(([instant]) => instant <= atMs)?.[2] ?? 0;
  return instants.map((atMs): MetricPoint => {
    const value = (valueAt(a, atMs) ?? 0) + (valueAt(b, atMs) ?? 0);
    const perSecond = slopeAt(a, atMs) + slopeAt(b, atMs);
    return perSecond === 0 ? [atMs, value] : [atMs, value, perSecond];
  });
}
