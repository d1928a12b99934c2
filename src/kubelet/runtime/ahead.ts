/**
 * Finds when the processes of a pod next do something that others see, by running a copy ahead in virtual time. A pod
 * whose processes wait for events from outside is never due.
 */

import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { objectKey } from "../../kinds/kind.ts";
import { FIRST_AHEAD_STEPS, MAX_AHEAD_STEPS } from "../../lib/container-limits.ts";
import { cloneJson } from "../../lib/json.ts";
import { type Parts, WORK } from "../../lib/work.ts";
import type { Pod } from "../../schema/index.ts";
import { containersOf, type PodContext } from "../context.ts";
import { noteHeldLeases } from "../held-leases.ts";
import { sharersOf } from "../mounts/sharing.ts";
import { noteObjectWatches, noteStreams } from "../object-watches.ts";
import { ProbeTimeline } from "../probes/timeline.ts";
import { KUBELET, type PodState } from "../state.ts";
import { advanceInParts } from "./advance.ts";
import { openedProcesses } from "./opened.ts";
import { PodProcesses } from "./pod-processes.ts";
import { loadRun } from "./run.ts";

/** Shortest pause after a run ahead that met its limit of steps; it doubles with each one. */
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 3_600_000;

/** Saves the processes of this sync. Returns the next instant that is due, ms; undefined if none is. */
export function* lookAhead(context: PodContext): Parts<number | undefined> {
  const { state, tx, pod } = context;
  const processes = openedProcesses(context);
  if (processes && !tx.getByKey(objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "")))
    return undefined;
  if (processes) {
    processes.steps.countWork();
    processes.save();
    noteStreams(tx, pod, processes.awaited.streamed);
    wakeFileWaiters(tx, pod);
  }
  const runs = containersOf(context).some(({ record }) => record.shows === "running" && record.end === undefined);
  if (!runs || state.isFinished) {
    state.ahead = undefined;
    noteObjectWatches(tx, pod, []);
    noteStreams(tx, pod, []);
    noteHeldLeases(tx, pod, []);
    return undefined;
  }
  state.ahead ??= yield* find(context);
  return state.ahead.dueAtMs;
}

function* find(context: PodContext): Parts<{ dueAtMs?: number }> {
  const { state, nowMs, tx } = context;
  const longRuns = state.longRuns ?? 0;
  const maxSteps = Math.min(FIRST_AHEAD_STEPS * 2 ** longRuns, MAX_AHEAD_STEPS);
  const copy: PodContext = { ...context, state: cloneJson(state) };
  tx.spend(WORK.lookAhead);
  const processes = new PodProcesses(copy, { outside: () => undefined, maxSteps });
  const probes = new ProbeTimeline(copy, processes);
  for (const live of processes.all) processes.awaited.note(live);
  const heldNow = processes.awaited.heldLeases;
  // Other pods see the files of these processes at each instant, so the run ahead ends at the next one.
  const soonMs = sharersOf(tx, context.pod).length > 0 ? processes.nextMs : undefined;
  const advanced = yield* advanceInParts(
    { processes, probes, onHappening: () => "stop", onNews: () => "stop" },
    soonMs ?? Number.POSITIVE_INFINITY,
  );
  processes.steps.countWork();
  // Includes resources of waits that begin before the next instant that is due.
  noteObjectWatches(tx, context.pod, processes.awaited.all);
  // A process that goes on by itself may hold its Lease only at the end of the run ahead, or no longer there.
  noteHeldLeases(tx, context.pod, [...heldNow, ...processes.awaited.heldLeases]);
  if (advanced.type !== "spent") delete state.longRuns;
  switch (advanced.type) {
    case "never":
    case "over":
      return soonMs === undefined ? {} : { dueAtMs: Math.max(soonMs, nowMs + 1) };
    case "stopped":
      return { dueAtMs: Math.max(advanced.atMs, nowMs + 1) };
    case "spent": {
      state.longRuns = longRuns + 1;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** longRuns, MAX_PAUSE_MS);
      return { dueAtMs: Math.max(advanced.atMs, nowMs + pauseMs) };
    }
  }
}

/** Processes of other pods that wait for a change of a shared file look at it again. */
function wakeFileWaiters(tx: Transaction, pod: Pod): void {
  for (const key of sharersOf(tx, pod)) {
    const other = tx.getByKey(key) as Pod | undefined;
    const state = tx.privateState<PodState>(key, KUBELET);
    if (!other || !state || !waitsForFiles(tx, other)) continue;
    tx.setPrivateState(key, KUBELET, { ...state, filesChanged: true } satisfies PodState);
    tx.requeue(KUBELET, key, tx.nowMs);
  }
}

function waitsForFiles(tx: Transaction, pod: Pod): boolean {
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  return [...initContainers, ...containers, ...ephemeralContainers].some(({ name }) =>
    Object.values(loadRun(tx, pod, name)?.machine.processes ?? {}).some((process) =>
      process.waits?.some(({ type }) => type === "file"),
    ),
  );
}
