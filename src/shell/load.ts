/** CPU time that processes take continuously, without steps of the machine. */
import type { Machine, Process, QuotaTime } from "./machine-state.ts";
import type { HostFacts } from "./program.ts";

export interface CpuTimes extends QuotaTime {
  usedMs: number;
}

/** CPU time of the present load of a process until `atMs`, ms. */
export function loadMs({ load }: Process, atMs: number): number {
  return load ? load.cpus * Math.max(0, atMs - load.sinceMs) : 0;
}

/**
 * Replaces the load of a process; the time of the one before is counted as used. It gets at most its limit, or all CPUs
 * of the machine.
 */
export function setLoad(machine: Machine, process: Process, wantedCpus: number, host?: HostFacts): void {
  const { nowMs } = machine;
  const usedMs = loadMs(process, nowMs);
  if (usedMs > 0) {
    process.cpuMs += usedMs;
    machine.usedCpuMs = (machine.usedCpuMs ?? 0) + usedMs;
  }
  if (process.load?.isLimited) machine.quota = sumOf(machine.quota, quotaOfLoad(process.load, nowMs));
  delete process.load;
  const { cpuLimit, cpus = wantedCpus } = host ?? {};
  const given = Math.min(wantedCpus, cpuLimit ?? cpus);
  if (given <= 0) return;
  const lostCpus = Math.min(wantedCpus, cpus) - given;
  process.load = {
    ...{ cpus: given, sinceMs: nowMs },
    ...(cpuLimit !== undefined && { isLimited: true }),
    ...(lostCpus > 0 && { lostCpus }),
  };
}

/** Counts work of one process under a limit: below one CPU it takes `passedMs` instead of `workMs`. */
export function countQuota(machine: Machine, workMs: number, passedMs: number): void {
  const lostMs = passedMs - workMs;
  const throttledMs = lostMs > 0 ? passedMs : 0;
  machine.quota = sumOf(machine.quota, { activeMs: passedMs, throttledMs, lostMs });
}

/** CPU time of all processes since the start of the container, and its time under the limit, at the machine's time. */
export function cpuTimesOf(machine: Machine): CpuTimes {
  let quota = machine.quota ?? NO_TIME;
  for (const { load } of Object.values(machine.processes)) {
    if (load?.isLimited) quota = sumOf(quota, quotaOfLoad(load, machine.nowMs));
  }
  return { usedMs: cpuTimeOf(machine, machine.nowMs), ...quota };
}

const NO_TIME: QuotaTime = { activeMs: 0, throttledMs: 0, lostMs: 0 };

function quotaOfLoad({ sinceMs, lostCpus = 0 }: NonNullable<Process["load"]>, atMs: number): QuotaTime {
  const activeMs = Math.max(0, atMs - sinceMs);
  return { activeMs, throttledMs: lostCpus > 0 ? activeMs : 0, lostMs: Math.round(activeMs * lostCpus) };
}

function sumOf(a: QuotaTime = NO_TIME, b: QuotaTime): QuotaTime {
  return {
    activeMs: a.activeMs + b.activeMs,
    throttledMs: a.throttledMs + b.throttledMs,
    lostMs: a.lostMs + b.lostMs,
  };
}

/** CPU time of all processes since the start of the container, as it is at `atMs`, ms. Never before the machine's time. */
export function cpuTimeOf(machine: Machine, atMs: number): number {
  let totalMs = machine.usedCpuMs ?? 0;
  for (const process of Object.values(machine.processes)) totalMs += loadMs(process, atMs);
  return totalMs;
}

/** CPUs that processes keep busy now: by their loads, or by endless work. */
export function busyCpus(machine: Machine): number {
  let cpus = 0;
  for (const { load, waits, busyUntilMs, isStopped } of Object.values(machine.processes)) {
    const isSpinning = !isStopped && waits === undefined && (busyUntilMs ?? 0) >= machine.nowMs;
    cpus += (load?.cpus ?? 0) + (isSpinning ? 1 : 0);
  }
  return cpus;
}
