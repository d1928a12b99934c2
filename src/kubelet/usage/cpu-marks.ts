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
  const newestMs = measuredAtMs(atMs);
  const { machine } = run;
  if (newestMs <= machine.nowMs) return;
  const passed = [newestMs - MEASURE_PERIOD_MS, newestMs].filter((instant) => instant > machine.nowMs);
  const marks = passed.map((instant): CpuMark => [instant, cpuTimeOf(machine, instant)]);
  run.cpuMarks = [...(run.cpuMarks ?? []), ...marks].slice(-KEPT_MARKS);
}

/** CPU time until `atMs`, which is a measurement, ms. */
export function cpuTimeAt({ machine, cpuMarks = [] }: MeasuredRun, atMs: number): number {
  if (atMs >= machine.nowMs) return cpuTimeOf(machine, atMs);
  const before = cpuMarks.findLast(([instant]) => instant <= atMs);
  return before?.[1] ?? 0;
}
