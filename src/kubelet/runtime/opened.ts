/** The processes of the pod that is being synced: opened when they are first needed, saved at the end of the sync. */
import { MAX_STEPS_PER_SYNC } from "../../lib/container-limits.ts";
import type { PodContext } from "../context.ts";
import { outsideOf } from "./outside.ts";
import { PodProcesses } from "./pod-processes.ts";
import { software } from "./software.ts";

const opened = new WeakMap<PodContext, PodProcesses>();

export function processesOf(context: PodContext): PodProcesses {
  const known = opened.get(context);
  if (known) return known;
  const outside = outsideOf(context, () => processes);
  const processes: PodProcesses = new PodProcesses(context, { outside, maxSteps: MAX_STEPS_PER_SYNC });
  opened.set(context, processes);
  // They may change, so the next event must be found again.
  context.state.ahead = undefined;
  return processes;
}

/** The processes if this sync has needed them. */
export function openedProcesses(context: PodContext): PodProcesses | undefined {
  return opened.get(context);
}

/** Memory that the processes of a running container hold, bytes. */
export function memoryOfContainer(context: PodContext, name: string): number {
  const live = processesOf(context).find(name);
  return live ? software().machine.memoryUse(live.run.machine, live.system).totalBytes : 0;
}

/** Saves the processes. They are opened again when they are next needed: their files have changed from outside. */
export function closeProcesses(context: PodContext): void {
  opened.get(context)?.save();
  opened.delete(context);
}
