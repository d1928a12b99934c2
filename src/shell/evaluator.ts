/** One step of a shell process. */
import type { System } from "./contract.ts";
import type { Machine, Process } from "./machine-state.ts";
import { endProcess } from "./processes.ts";

export function stepShell(machine: Machine, process: Process, _system: System): void {
  endProcess(machine, process, { status: process.shell?.status ?? 0 });
}
