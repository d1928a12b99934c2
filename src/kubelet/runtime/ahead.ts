/**
 * Finds when the processes of a pod next do something that others see, by running a copy ahead in virtual time. A pod
 * whose processes wait for events from outside is never due.
 */

import { podKind } from "../../kinds/core/pod.ts";
import { objectKey } from "../../kinds/kind.ts";
import { FIRST_AHEAD_STEPS, MAX_AHEAD_STEPS, MAX_STEPS_PER_LOOK } from "../../lib/container-limits.ts";
import { cloneJson } from "../../lib/json.ts";
import { WORK } from "../../lib/work.ts";
import { containersOf, type PodContext } from "../context.ts";
import { ProbeTimeline } from "../probes/timeline.ts";
import { advanceProcesses } from "./advance.ts";
import { openedProcesses } from "./opened.ts";
import { PodProcesses } from "./pod-processes.ts";

/** Shortest pause after a run ahead that met its limit of steps; it doubles with each one. */
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 3_600_000;

/** Saves the processes of this sync. Returns the next instant that is due, ms; undefined if none is. */
export function lookAhead(context: PodContext): number | undefined {
  const { state, tx, pod } = context;
  const processes = openedProcesses(context);
  if (processes && !tx.getByKey(objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "")))
    return undefined;
  if (processes) {
    tx.spend((MAX_STEPS_PER_LOOK - processes.stepsLeft) * WORK.step);
    processes.save();
  }
  const runs = containersOf(context).some(({ record }) => record.shows === "running" && record.end === undefined);
  if (!runs || state.isFinished) {
    state.ahead = undefined;
    return undefined;
  }
  state.ahead ??= find(context);
  return state.ahead.dueAtMs;
}

function find(context: PodContext): { dueAtMs?: number } {
  const { state, nowMs, tx } = context;
  const longRuns = state.longRuns ?? 0;
  const maxSteps = Math.min(FIRST_AHEAD_STEPS * 2 ** longRuns, MAX_AHEAD_STEPS);
  const copy: PodContext = { ...context, state: cloneJson(state) };
  const processes = new PodProcesses(copy, { outside: () => undefined, maxSteps });
  const probes = new ProbeTimeline(copy, processes);
  const advanced = advanceProcesses(
    { processes, probes, onHappening: () => "stop", onNews: () => "stop" },
    Number.POSITIVE_INFINITY,
  );
  tx.spend((maxSteps - processes.stepsLeft) * WORK.step);
  if (advanced.type !== "spent") delete state.longRuns;
  switch (advanced.type) {
    case "never":
    case "over":
      return {};
    case "stopped":
      return { dueAtMs: Math.max(advanced.atMs, nowMs + 1) };
    case "spent": {
      state.longRuns = longRuns + 1;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** longRuns, MAX_PAUSE_MS);
      return { dueAtMs: Math.max(advanced.atMs, nowMs + pauseMs) };
    }
  }
}
