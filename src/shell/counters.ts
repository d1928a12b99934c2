/**
 * Counters of processes with their history: the instants at which they changed, as far back as a scraper of metrics may
 * ask. A flow of requests is no sequence of events, so a counter may also rise at a rate.
 */
import { COUNTER_GRAIN_MS, MAX_COUNTER_POINTS } from "../lib/container-limits.ts";

/** From the instant on (ms) the counter has this value, and rises by `perSecond` (0 if absent) until the next point. */
export type CounterPoint = readonly [atMs: number, value: number, perSecond?: number];

/** In order of time. */
export type CounterPoints = readonly CounterPoint[];

export type Counters = Readonly<Record<string, CounterPoints>>;

interface Counting {
  counters?: Counters;
}

/** The value at an instant; undefined before the first point. */
export function counterValue(points: CounterPoints, atMs: number): number | undefined {
  const point = points.findLast(([instant]) => instant <= atMs);
  if (!point) return undefined;
  const [fromMs, value, perSecond = 0] = point;
  return perSecond === 0 ? value : value + (perSecond * (atMs - fromMs)) / 1000;
}

/** Adds to a counter. Changes within one grain of time are one point. */
export function addToCounter(process: Counting, key: string, by: number, nowMs: number): void {
  const points = process.counters?.[key] ?? [];
  const [lastMs, lastValue, perSecond = 0] = points.at(-1) ?? [Number.NEGATIVE_INFINITY, 0];
  const isSameGrain = Math.floor(lastMs / COUNTER_GRAIN_MS) === Math.floor(nowMs / COUNTER_GRAIN_MS);
  const next = isSameGrain
    ? [...points.slice(0, -1), pointOf(lastMs, lastValue + by, perSecond)]
    : [...points, pointOf(nowMs, (counterValue(points, nowMs) ?? 0) + by, perSecond)];
  process.counters = { ...process.counters, [key]: thinned(next) };
}

/** Counters of the processes of a machine, by pid: changes of a request, or rates for each second. */
export type CounterChanges = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface CountingMachine {
  nowMs: number;
  processes: Readonly<Record<number, Counting>>;
}

/**
 * Programs that scrape counters wait for this as for the objects of a resource: counters began to move after a pause, or
 * to rise at another rate.
 */
export const MOVING_COUNTERS = "sandbar/counters";
/** Counters that move again within this time had no pause. */
const PAUSE_MS = 60_000;

/** The result of some work, the amounts that it added to counters, and whether one of them moved after a pause. */
export interface Counted<R> {
  result: R;
  counts: CounterChanges;
  isAfterPause: boolean;
}

export function counterIncrements<R>(machine: CountingMachine, work: () => R): Counted<R> {
  const before = new Map(Object.entries(machine.processes).map(([pid, { counters = {} }]) => [pid, counters]));
  const result = work();
  const counts: Record<string, Record<string, number>> = {};
  let isAfterPause = false;
  for (const [pid, { counters = {} }] of Object.entries(machine.processes)) {
    const known = before.get(pid) ?? {};
    for (const [key, points] of Object.entries(counters)) {
      if (points === known[key]) continue;
      const [lastMs, value] = points.at(-1)!;
      const added = value - (counterValue(known[key] ?? [], lastMs) ?? 0);
      counts[pid] = { ...counts[pid], [key]: added };
      isAfterPause ||= (known[key]?.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY) < machine.nowMs - PAUSE_MS;
    }
  }
  return { result, counts, isAfterPause };
}

/** Lets counters rise at these rates from now on, and all others not at all. Returns whether that changes anything. */
export function setCounterRates(machine: CountingMachine, rates: CounterChanges): boolean {
  let isChanged = false;
  for (const [pid, process] of Object.entries(machine.processes)) {
    if (setRates(process, rates[pid] ?? {}, machine.nowMs)) isChanged = true;
  }
  return isChanged;
}

function setRates(process: Counting, rates: Readonly<Record<string, number>>, nowMs: number): boolean {
  const changed: Record<string, CounterPoints> = {};
  for (const key of new Set([...Object.keys(process.counters ?? {}), ...Object.keys(rates)])) {
    const points = process.counters?.[key] ?? [];
    const perSecond = rates[key] ?? 0;
    if ((points.at(-1)?.[2] ?? 0) === perSecond) continue;
    changed[key] = thinned([...points, pointOf(nowMs, counterValue(points, nowMs) ?? 0, perSecond)]);
  }
  if (Object.keys(changed).length === 0) return false;
  process.counters = { ...process.counters, ...changed };
  return true;
}

function pointOf(atMs: number, value: number, perSecond: number): CounterPoint {
  return perSecond === 0 ? [atMs, value] : [atMs, value, perSecond];
}

/** Of too many points every second one of the older half is dropped. */
function thinned(points: CounterPoints): CounterPoints {
  const half = MAX_COUNTER_POINTS / 2;
  return points.length <= MAX_COUNTER_POINTS ? points : points.filter((_, i) => i >= half || i % 2 === 1);
}
