/** The state of a pod's processes as rounds that repeat compare it and move it. */
import { cloneJson, type JsonValue } from "../../lib/json.ts";
import { WORK } from "../../lib/work.ts";
import { skipLines } from "./log.ts";
import type { PodProcesses } from "./pod-processes.ts";
import { type Growth, grow } from "./skip-growth.ts";

/** No command of a hook or probe runs. */
export function isQuiet(processes: PodProcesses): boolean {
  return [...processes.all].every(({ run }) => run.tasks.length === 0);
}

export interface Printed {
  lines: number;
  bytes: number;
}

/** What each container has printed so far. */
export function printedBy(processes: PodProcesses): Printed[] {
  return [...processes.all].map(({ log }) =>
    log ? { lines: log.dropped + log.lines.length, bytes: (log.droppedBytes ?? 0) + log.sizeBytes } : NOTHING,
  );
}

const NOTHING: Printed = { lines: 0, bytes: 0 };

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

/** Moves the numbers of the state by rounds that are equal, and passes over the lines that they print. */
export function move(processes: PodProcesses, growth: Growth, rounds: number, printed: readonly Printed[]): void {
  const all = [...processes.all].map(({ run }) => ({ name: "", machine: run.machine, layers: [] }));
  grow(all as unknown as JsonValue, growth, rounds);
  for (const [i, live] of [...processes.all].entries()) {
    live.isChanged = true;
    const { lines, bytes } = printed[i]!;
    if (live.log) skipLines(live.log, { lines: lines * rounds, bytes: bytes * rounds });
  }
}
