/** Containers that run by their status although their processes never ran here: of the base, or of another kubelet. */
import type { PodContainer } from "../context.ts";
import type { Happening } from "./happening.ts";
import type { PodProcesses } from "./pod-processes.ts";
import { loadRun } from "./run.ts";

/**
 * Starts the processes of an adopted container at the instant in its status. Undefined: it is not one, its processes
 * exist, or they cannot start.
 */
export function startAdopted(processes: PodProcesses, container: PodContainer): Happening[] | undefined {
  const { context } = processes;
  const { record, spec } = container;
  if (record.shows !== "running" || record.end || processes.find(spec.name)) return undefined;
  if (loadRun(context.tx, context.pod, spec.name)?.start === record.starts) return undefined;
  const started = processes.start(container, record.startedAtMs ?? context.nowMs);
  return "problem" in started ? undefined : started.happenings;
}
