/**
 * The number of replicas that a metric of pods asks for. Kubernetes: pkg/controller/podautoscaler/replica_calculator.go
 */
import { parseTime } from "../../lib/time.ts";
import type { Pod } from "../../schema/index.ts";
import type { Reading, Readings } from "./readings.ts";

const CPU_INITIALIZATION_MS = 300_000;
const INITIAL_READINESS_MS = 30_000;

/** Differences from the target that cause no scaling, as a share of the target. */
export interface Tolerances {
  scaleUp: number;
  scaleDown: number;
}

export interface Measured {
  pods: readonly Pod[];
  readings: Readings;
  resource: string;
  nowMs: number;
}

/** How values become a ratio to the target. */
export interface Goal {
  /** Above 1: more replicas are needed. */
  ratioOf(values: ReadonlyMap<string, number>): number;
  /** The value that is assumed for a pod without a measurement when replicas could be removed. */
  fallbackOf(pod: string): number;
}

interface Groups {
  ready: number;
  unready: ReadonlySet<string>;
  missing: ReadonlySet<string>;
}

/** Values of the pods that count, or undefined if none does. */
export function countedValues(measured: Measured): { values: Map<string, number>; groups: Groups } {
  const values = new Map<string, number>();
  const unready = new Set<string>();
  const missing = new Set<string>();
  let ready = 0;
  for (const pod of measured.pods) {
    const { name = "", deletionTimestamp } = pod.metadata;
    if (deletionTimestamp || pod.status.phase === "Failed") continue;
    const reading = measured.readings.get(name);
    if (pod.status.phase === "Pending") unready.add(name);
    else if (!reading) missing.add(name);
    else if (measured.resource === "cpu" && isUnready(pod, reading, measured.nowMs)) unready.add(name);
    else {
      ready++;
      values.set(name, reading.milliValue);
    }
  }
  return { values, groups: { ready, unready, missing } };
}

function isUnready({ status }: Pod, { atMs, windowMs }: Reading, nowMs: number): boolean {
  const condition = status.conditions?.find(({ type }) => type === "Ready");
  if (!condition || !status.startTime) return true;
  const startedAtMs = parseTime(status.startTime);
  const changedAtMs = parseTime(condition.lastTransitionTime ?? status.startTime);
  const isFalse = condition.status === "False";
  if (startedAtMs + CPU_INITIALIZATION_MS > nowMs) return isFalse || atMs < changedAtMs + windowMs;
  return isFalse && startedAtMs + INITIAL_READINESS_MS > changedAtMs;
}

/** `current` if the difference is within the tolerance, or if pods without values could decide otherwise. */
export function replicasFor(
  current: number,
  { values, groups: { ready, unready, missing } }: ReturnType<typeof countedValues>,
  goal: Goal,
  tolerances: Tolerances,
): number {
  const ratio = goal.ratioOf(values);
  const countsUnready = unready.size > 0 && ratio > 1;
  if (!countsUnready && missing.size === 0) {
    return isWithin(ratio, tolerances) ? current : roundUp(ratio * ready);
  }
  const all = new Map(values);
  if (ratio < 1) for (const name of missing) all.set(name, goal.fallbackOf(name));
  else if (ratio > 1) for (const name of missing) all.set(name, 0);
  if (countsUnready) for (const name of unready) all.set(name, 0);
  const second = goal.ratioOf(all);
  if (isWithin(second, tolerances) || (ratio < 1 && second > 1) || (ratio > 1 && second < 1)) return current;
  const replicas = roundUp(second * all.size);
  return (second < 1 && replicas > current) || (second > 1 && replicas < current) ? current : replicas;
}

export function isWithin(ratio: number, { scaleUp, scaleDown }: Tolerances): boolean {
  return ratio >= 1 - scaleDown && ratio <= 1 + scaleUp;
}

/** Sums of decimal fractions do not make one replica more. */
export function roundUp(value: number): number {
  return Math.ceil(Number(value.toFixed(9)));
}
