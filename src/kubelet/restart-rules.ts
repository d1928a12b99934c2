/**
 * Restarts of all containers together.
 * Kubernetes: pkg/kubelet/container/helpers.go (`ShouldAllContainersRestart`); KEP-5307, KEP-5532
 */
import { restartsAllContainers } from "../kinds/core/pod-spec/restart-rules.ts";
import { containersOf, type PodContainer, type PodContext } from "./context.ts";
import { handleHappenings } from "./happenings.ts";
import { processesOf } from "./runtime/opened.ts";
import { terminate } from "./termination.ts";

/** True if the exit of this container restarts all of the pod. */
export function restartsAll({ spec, record }: PodContainer): boolean {
  const last = record.terminations[0];
  return last !== undefined && restartsAllContainers(spec, last.exitCode);
}

/** Ends all containers at once, without their hooks; then the pod begins with its init containers again. */
export function restartAll(context: PodContext): void {
  const { state, nowMs } = context;
  const containers = containersOf(context).filter(({ role }) => role !== "ephemeral");
  for (const container of containers) {
    const { record, spec } = container;
    if (record.shows !== "running") continue;
    if (!record.end) handleHappenings(context, processesOf(context).signal(spec.name, "KILL", nowMs));
    record.end ??= { atMs: nowMs, exitCode: 137, noticedAtMs: nowMs };
    terminate(context, container);
  }
  for (const { record } of containers) {
    if (record.terminations.length === 0) continue;
    record.shows = "waiting";
    record.isReset = true;
    record.waiting = record.retry = record.restarts = record.stopping = undefined;
    record.isReady = record.isStarted = false;
  }
  state.restartsAll = undefined;
  state.work = undefined;
}
