/**
 * The end of a pod: it was deleted, it exceeded its deadline, or its containers are done.
 * Kubernetes: pkg/kubelet/pod_workers.go, pkg/kubelet/active_deadline.go,
 * pkg/kubelet/kuberuntime/kuberuntime_container.go, kuberuntime_termination_order.go
 */
import { earliest } from "../lib/time.ts";
import { containersOf, type PodContainer, type PodContext } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { cleanupMs, stopMs, teardownMs } from "./latency.ts";
import { phaseOf } from "./phase.ts";
import type { Stop } from "./state.ts";
import { beginStopping, continueStopping, shortenStopping } from "./stopping.ts";
import { terminate } from "./termination.ts";

const SECOND_MS = 1000;
const DEFAULT_GRACE_SECONDS = 30;
/** For pods that use too much of the disk. */
const EVICTION_GRACE_SECONDS = 1;

/** Stops the pod if there is a reason. True if it is stopping or has stopped. */
export function stopPod(context: PodContext): boolean {
  const { state, pod, nowMs, tx } = context;
  if (!state.isFinished) {
    const why = reasonToStop(context);
    if (!state.stop && !why) return false;
    if (why && !state.stop) beginStop(context, why);
    else if (why === "deleted") shortenStop(context);
    continueStop(context);
  }
  const isDeleted = pod.metadata.deletionTimestamp !== undefined;
  if (state.isFinished && isDeleted) state.removesAtMs ??= nowMs + cleanupMs(tx);
  return true;
}

/** The instant of `activeDeadlineSeconds`, ms. */
export function deadlineMs({ pod, state }: PodContext): number | undefined {
  const seconds = pod.spec.activeDeadlineSeconds;
  return seconds === undefined ? undefined : state.acceptedAtMs + seconds * SECOND_MS;
}

/** When the next step of the stop is due, ms. The ends of its containers are due by themselves. */
export function stopDueMs(context: PodContext): number | undefined {
  const { stop } = context.state;
  if (!stop) return undefined;
  let dueAtMs = stop.endsAtMs;
  for (const { record } of containersOf(context)) {
    if (record.shows !== "running" || !record.stopping || record.end) continue;
    const { phase, hookEndsAtMs, killAtMs } = record.stopping;
    dueAtMs = earliest(dueAtMs, killAtMs, phase === "preStop" ? hookEndsAtMs : undefined);
  }
  return dueAtMs;
}

function reasonToStop(context: PodContext): Stop["why"] | undefined {
  if (context.pod.metadata.deletionTimestamp !== undefined) return "deleted";
  if ((deadlineMs(context) ?? Number.POSITIVE_INFINITY) <= context.nowMs) return "deadline";
  if ((context.state.eviction?.atMs ?? Number.POSITIVE_INFINITY) <= context.nowMs) return "evicted";
  const phase = phaseOf(context);
  return phase === "Succeeded" || phase === "Failed" ? "completed" : undefined;
}

function graceSeconds({ pod }: PodContext, why: Stop["why"]): number {
  const own = pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
  if (why === "evicted") return EVICTION_GRACE_SECONDS;
  return why === "deleted" ? (pod.metadata.deletionGracePeriodSeconds ?? own) : own;
}

/** Stops all running containers, sidecars after the others. */
function beginStop(context: PodContext, why: Stop["why"]): void {
  const { state, nowMs } = context;
  state.work = undefined;
  state.isSyncing = false;
  state.showsIp = state.hasSandbox;
  state.removesAtMs = undefined;
  state.stop = { why, graceSeconds: graceSeconds(context, why), startedAtMs: nowMs };
  if (why === "deadline") podEvent(context, messages.deadline());
  if (why === "evicted") podEvent(context, messages.evicted(state.eviction?.message ?? ""));
  for (const { spec } of runningContainers(context)) podEvent(context, messages.stopping(spec.name), spec.name);
}

/** A deletion may bring the end of a stop forward. */
function shortenStop(context: PodContext): void {
  const { state, nowMs } = context;
  const { stop } = state;
  if (!stop) return;
  const granted = graceSeconds(context, "deleted");
  stop.why = "deleted";
  if (granted === stop.graceSeconds) return;
  stop.graceSeconds = granted;
  for (const container of runningContainers(context)) shortenStopping(container, granted, nowMs);
}

function continueStop(context: PodContext): void {
  const { state, nowMs, tx } = context;
  const { stop } = state;
  if (!stop) return;
  const running = runningContainers(context);
  for (const container of running) {
    if (isSidecar(container)) continue;
    beginStopping(context, container, stop.graceSeconds);
    continueStopping(context, container);
  }
  if (running.every((container) => isSidecar(container) || hasEnded(container, nowMs))) stopSidecars(context, running);
  if (!running.every((container) => hasEnded(container, nowMs))) return;
  stop.endsAtMs ??= lastEndMs(running, nowMs) + (stop.why === "completed" ? teardownMs(tx) : stopMs(tx));
  if (stop.endsAtMs <= nowMs) endStop(context);
}

/** Sidecars end one after the other, the last one of the spec first, with what is left of the grace period. */
function stopSidecars(context: PodContext, running: readonly PodContainer[]): void {
  const { state, nowMs } = context;
  for (const container of running.filter(isSidecar).toReversed()) {
    const spentSeconds = (nowMs - (state.stop?.startedAtMs ?? nowMs)) / SECOND_MS;
    beginStopping(context, container, Math.max(0, Math.floor((state.stop?.graceSeconds ?? 0) - spentSeconds)));
    continueStopping(context, container);
    if (!hasEnded(container, nowMs)) return;
  }
}

function runningContainers(context: PodContext): PodContainer[] {
  return containersOf(context).filter(({ record }) => record.shows === "running");
}

function hasEnded({ record }: PodContainer, nowMs: number): boolean {
  return record.end !== undefined && record.end.atMs <= nowMs;
}

function lastEndMs(containers: readonly PodContainer[], nowMs: number): number {
  return containers.length === 0 ? nowMs : Math.max(...containers.map(({ record }) => record.end?.atMs ?? nowMs));
}

/** All containers have ended: the phase becomes final. */
function endStop(context: PodContext): void {
  const containers = containersOf(context);
  for (const container of containers) {
    const { record, role } = container;
    if (record.shows === "running") terminate(context, container);
    else if (record.terminations.length > 0) record.shows = "terminated";
    else if (role === "main" && !isWaitingForInit(containers)) markUnknown(container);
  }
  context.state.isFinished = true;
}

/** An init container has not succeeded, so no main container has run. */
function isWaitingForInit(containers: readonly PodContainer[]): boolean {
  return containers.some(({ role, record }) => role === "init" && record.terminations[0]?.exitCode !== 0);
}

/** The status of a container that the kubelet expected to find and did not. */
function markUnknown({ record }: PodContainer): void {
  record.shows = "terminated";
  record.terminations.unshift({
    exitCode: 137,
    reason: "ContainerStatusUnknown",
    message: "The container could not be located when the pod was terminated",
    startedAtMs: 0,
    finishedAtMs: 0,
    containerId: "",
  });
}

function isSidecar({ role }: PodContainer): boolean {
  return role === "sidecar";
}
