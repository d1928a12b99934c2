/** CPU time that processes take continuously, without steps of the machine. */
import type { Machine, Process } from "./machine-state.ts";

/** CPU time of the present load of a process until `atMs`, ms. */
export function loadMs({ load }: Process, atMs: number): number {
  return load ? load.cpus * Math.max(0, atMs - load.sinceMs) : 0;
}

/** Replaces the load of a process; the time of the one before is counted as used. */
export function setLoad(machine: Machine, process: Process, cpus: number): void {
  const { nowMs } = machine;
  const usedMs = loadMs(process, nowMs);
  if (usedMs > 0) {
    process.cpuMs += usedMs;
    machine.usedCpuMs = (machine.usedCpuMs ?? 0) + usedMs;
  }
  delete process.load;
  if (cpus > 0) process.load = { cpus, sinceMs: nowMs };
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
