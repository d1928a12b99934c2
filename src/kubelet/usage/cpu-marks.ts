/**
 * CPU time of a container at the instants at which it is measured, so that a mean does not depend on looks.
 * Kubernetes: pkg/kubelet/stats/cri_stats_provider.go
 */
import { cpuTimeOf } from "../../shell/load.ts";
import type { Machine } from "../../shell/machine-state.ts";

/** Measurements are taken at multiples of this. metrics-server: `--metric-resolution` */
export const MEASURE_PERIOD_MS = 15_000;
/** Newest marks that are kept. */
const KEPT_MARKS = 3;

/** The part of a container's run that is measured. */
export interface MeasuredRun {
  machine: Machine;
  cpuMarks?: CpuMark[];
}

/** Instant and CPU time until then, ms. */
export type CpuMark = [atMs: number, cpuMs: number];

export function measuredAtMs(atMs: number): number {
  return Math.floor(atMs / MEASURE_PERIOD_MS) * MEASURE_PERIOD_MS;
}

/** Called before the machine's time moves to `atMs`: keeps the CPU time at the measurements that it passes. */
export function passMarks(run: MeasuredRun, atMs: number): void {
  const { machine } = run;
  const passed = measurementsBetween(machine.nowMs, atMs);
  keepMarks(
    run,
    passed.map((instant): CpuMark => [instant, cpuTimeOf(machine, instant)]),
  );
}

/**
 * Called after the machine's time moved over rounds that were computed: keeps the marks that the rounds would have left.
 * `cpuMsPerRound`: CPU time that each round took, at its end.
 */
export function passMarksOfRounds(
  run: MeasuredRun,
  { startMs, periodMs, rounds, cpuMsPerRound }: Record<"startMs" | "periodMs" | "rounds" | "cpuMsPerRound", number>,
): void {
  const { machine } = run;
  const marks = measurementsBetween(startMs, machine.nowMs).map((instant): CpuMark => {
    const roundsBefore = Math.ceil((instant - startMs) / periodMs) - 1;
    return [instant, cpuTimeOf(machine, instant) - (rounds - roundsBefore) * cpuMsPerRound];
  });
  keepMarks(run, marks);
}

/** The newest measurements after one instant, up to another one; as many as are kept. */
function measurementsBetween(afterMs: number, untilMs: number): number[] {
  const newestMs = measuredAtMs(untilMs);
  const newest = Array.from({ length: KEPT_MARKS }, (_, index) => newestMs - index * MEASURE_PERIOD_MS);
  return newest.reverse().filter((instant) => instant > afterMs);
}

function keepMarks(run: MeasuredRun, marks: readonly CpuMark[]): void {
  if (marks.length > 0) run.cpuMarks = [...(run.cpuMarks ?? []), ...marks].slice(-KEPT_MARKS);
}

/** CPU time until `atMs`, which is a measurement, ms. */
export function cpuTimeAt({ machine, cpuMarks = [] }: MeasuredRun, atMs: number): number {
  if (atMs >= machine.nowMs) return cpuTimeOf(machine, atMs);
  const before = cpuMarks.findLast(([instant]) => instant <= atMs);
  return before?.[1] ?? 0;
}
