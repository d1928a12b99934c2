/**
 * Changes of running containers: exits, outcomes of probes, kills after a change of the image.
 * Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_manager.go, pkg/kubelet/kuberuntime/kuberuntime_container.go
 */

import { earliest } from "../lib/time.ts";
import type { Parts } from "../lib/work.ts";
import { containersOf, mayRestart, type PodContainer, type PodContext, restartsAfterExit } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { handleHappenings } from "./happenings.ts";
import { hookOutcome } from "./hooks.ts";
import { isRefreshDue, refreshFiles } from "./mounts/shown-files.ts";
import { takeObjectChanges } from "./object-watches.ts";
import { applyOutcome } from "./probes/apply.ts";
import { type News, ProbeTimeline } from "./probes/timeline.ts";
import { restartsAll } from "./restart-rules.ts";
import { backOffAfterExit } from "./retry.ts";
import { startAdopted } from "./runtime/adopted.ts";
import { advanceInParts } from "./runtime/advance.ts";
import { closeProcesses, processesOf } from "./runtime/opened.ts";
import { beginStopping, continueStopping, endPreStop } from "./stopping.ts";
import { terminate } from "./termination.ts";

/** Records what happened to the containers up to now. Returns when the next change is due, ms. */
export function* settleContainers(context: PodContext): Parts<number | undefined> {
  yield* bringUp(context);
  // A pod that is being stopped ends as a whole (`ending.ts`).
  if (context.state.stop) return undefined;
  let dueAtMs: number | undefined;
  for (const container of containersOf(context)) {
    if (container.record.shows !== "running") continue;
    dueAtMs = earliest(dueAtMs, settleContainer(context, container));
  }
  return dueAtMs;
}

function settleContainer(context: PodContext, container: PodContainer): number | undefined {
  const { spec, record, role } = container;
  const isChanged = record.image !== undefined && record.image !== spec.image && role !== "ephemeral";
  if (isChanged && !record.end && !record.restarts) {
    podEvent(context, messages.changed(spec.name), spec.name);
    kill(context, container, { restarts: true });
  }
  const stepMs = continueStopping(context, container);
  const { end } = record;
  if (!end) return stepMs;
  if (end.noticedAtMs > context.nowMs) return end.noticedAtMs;
  recordExit(context, container);
  return undefined;
}

/** Lets the processes and probes of the pod go on up to now, if something is due. */
function* bringUp(context: PodContext, { force = false } = {}): Parts<void> {
  const { state, nowMs } = context;
  const objectsChanged = takeObjectChanges(context.tx, context.pod);
  const isDue =
    force ||
    state.filesChanged ||
    objectsChanged !== undefined ||
    state.ahead === undefined ||
    (state.ahead.dueAtMs ?? Number.POSITIVE_INFINITY) <= nowMs;
  if (!isDue || !containersOf(context).some(hasProcesses)) return;
  const processes = processesOf(context);
  const probes = new ProbeTimeline(context, processes);
  handleHappenings(context, processes.takeLate());
  const advanced = yield* advanceInParts(
    {
      processes,
      probes,
      onHappening: (happening) => {
        handleHappenings(context, [happening]);
        return undefined;
      },
      onNews: (news) => {
        if (applyOutcome(context, news)) killUnhealthy(context, news);
        return undefined;
      },
    },
    nowMs,
  );
  // The program gets less time on the processor than it could use: time passes for it all the same.
  if (advanced.type === "spent") processes.fallBehind(nowMs);
  if (state.filesChanged) handleHappenings(context, processes.touchAll(nowMs));
  state.filesChanged = undefined;
  if (objectsChanged) {
    processes.awaited.wake(objectsChanged);
    handleHappenings(context, processes.touchAll(nowMs));
  }
  for (const container of containersOf(context)) endHook(context, container);
}

/**
 * Shows changes of ConfigMaps and Secrets in the pod's volumes. Its processes first reach the present with the files as
 * they were. Returns the time of the next change, ms.
 */
export function* followSources(context: PodContext): Parts<number | undefined> {
  if (!isRefreshDue(context) || !containersOf(context).some(hasProcesses)) return refreshFiles(context);
  for (const container of containersOf(context))
    handleHappenings(context, startAdopted(processesOf(context), container) ?? []);
  yield* bringUp(context, { force: true });
  closeProcesses(context);
  const nextAtMs = refreshFiles(context);
  handleHappenings(context, processesOf(context).touchAll(context.nowMs));
  return nextAtMs;
}

/** Containers without probes count as started and ready from the beginning; see `startedState`. */
function hasProcesses({ record }: PodContainer): boolean {
  return record.shows === "running" && record.end === undefined;
}

function killUnhealthy(context: PodContext, { container, type, probe }: News): void {
  const restarts = mayRestart(container, context.pod);
  podEvent(context, messages.failedProbe(container.spec.name, type, restarts), container.spec.name);
  kill(context, container, { restarts, graceSeconds: probe.terminationGracePeriodSeconds });
}

function endHook(context: PodContext, container: PodContainer): void {
  const { record, spec } = container;
  const end = record.hookEnd;
  if (!end) return;
  record.hookEnd = undefined;
  const { work } = context.state;
  const { preStop, postStart } = spec.lifecycle ?? {};
  if (end.purpose === "preStop" && preStop) {
    endPreStop(context, container, hookOutcome(context, container, preStop, end));
  } else if (end.purpose === "postStart" && postStart && work?.kind === "postStart" && work.container === spec.name) {
    work.outcome = hookOutcome(context, container, postStart, end);
  }
}

/** Stops one container with the pod's grace period, unless the probe has its own. */
export function kill(
  context: PodContext,
  container: PodContainer,
  { restarts, graceSeconds }: { restarts: boolean; graceSeconds?: number | undefined },
): void {
  if (restarts) container.record.restarts = true;
  beginStopping(context, container, graceSeconds ?? context.pod.spec.terminationGracePeriodSeconds ?? 30);
}

/** Records the exit in the status; the restart policy decides whether a restart follows. */
function recordExit(context: PodContext, container: PodContainer): void {
  const { record } = container;
  terminate(context, container);
  if (restartsAll(container)) {
    context.state.restartsAll = true;
    return;
  }
  // Stop and start belong to one sync, so no status between them shows a terminated container. The API refuses such a
  // status with restart policy Never.
  if (record.restarts) context.state.isSyncing = true;
  if (restartsAfterExit(container, context.pod)) {
    backOffAfterExit(context, container);
    if (record.startProblem) {
      record.shows = "waiting";
      record.waiting = record.startProblem;
    }
  }
  record.startProblem = undefined;
  record.isReady = container.role === "init" && record.terminations[0]?.exitCode === 0;
}
