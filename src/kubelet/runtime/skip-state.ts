/** The state of a pod's processes as rounds that repeat compare it and move it. */
import { cloneJson, type JsonValue } from "../../lib/json.ts";
import { WORK } from "../../lib/work.ts";
import type { PodProcesses } from "./pod-processes.ts";
import { type Growth, grow } from "./skip-growth.ts";

/** No command of a hook or probe runs. */
export function isQuiet(processes: PodProcesses): boolean {
  return [...processes.all].every(({ run }) => run.tasks.length === 0);
}

/** Lines that all containers have printed. */
export function linesOf(processes: PodProcesses): number {
  return [...processes.all].reduce((lines, { log }) => lines + (log ? log.dropped + log.lines.length : 0), 0);
}

/** The state that decides about all that follows, in a copy. Output that was printed does not. */
export function stateOf(processes: PodProcesses): JsonValue {
  processes.context.tx.spend(WORK.comparedState);
  const all = [...processes.all].map((live) => ({
    name: live.container.spec.name,
    machine: live.run.machine,
    layers: processes.trees.changed,
  }));
  return cloneJson(all) as unknown as JsonValue;
}

/** Moves the numbers of the state by rounds that are equal. */
export function move(processes: PodProcesses, growth: Growth, rounds: number): void {
  const all = [...processes.all].map(({ run }) => ({ name: "", machine: run.machine, layers: [] }));
  grow(all as unknown as JsonValue, growth, rounds);
  for (const live of processes.all) live.isChanged = true;
}
