/**
 * The end of a pod: it was deleted, it exceeded its deadline, or its containers are done.
 * Kubernetes: pkg/kubelet/pod_workers.go, pkg/kubelet/active_deadline.go,
 * pkg/kubelet/kuberuntime/kuberuntime_container.go
 */
import { stopContainer, terminate } from "./containers.ts";
import { containersOf, type PodContainer, type PodContext } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { cleanupMs, stopMs, teardownMs } from "./latency.ts";
import { phaseOf } from "./phase.ts";
import type { Stop } from "./state.ts";

const SECOND_MS = 1000;
const DEFAULT_GRACE_SECONDS = 30;

/** Stops the pod if there is a reason. True if it is stopping or has stopped. */
export function stopPod(context: PodContext): boolean {
  const { state, pod, nowMs, tx } = context;
  if (!state.isFinished) {
    const why = reasonToStop(context);
    if (!state.stop && !why) return false;
    const wasRefined = why === "deleted" && state.stop?.graceSeconds !== graceSeconds(context, why);
    if (why && (!state.stop || wasRefined)) beginStop(context, why);
    if (state.stop && state.stop.endsAtMs <= nowMs) endStop(context);
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

function reasonToStop(context: PodContext): Stop["why"] | undefined {
  if (context.pod.metadata.deletionTimestamp !== undefined) return "deleted";
  if ((deadlineMs(context) ?? Number.POSITIVE_INFINITY) <= context.nowMs) return "deadline";
  const phase = phaseOf(context);
  return phase === "Succeeded" || phase === "Failed" ? "completed" : undefined;
}

function graceSeconds({ pod }: PodContext, why: Stop["why"]): number {
  const own = pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
  return why === "deleted" ? (pod.metadata.deletionGracePeriodSeconds ?? own) : own;
}

/** Sends SIGTERM to all running containers, sidecars last. A later, shorter grace period brings the end forward. */
function beginStop(context: PodContext, why: Stop["why"]): void {
  const { state, tx, nowMs } = context;
  const grace = graceSeconds(context, why);
  const isFirst = state.stop === undefined;
  state.work = undefined;
  state.isSyncing = false;
  state.showsIp = state.hasSandbox;
  state.removesAtMs = undefined;
  if (why === "deadline" && isFirst) podEvent(context, messages.deadline());
  const running = containersOf(context).filter(({ record }) => record.shows === "running");
  const [sidecars, others] = [running.filter(isSidecar), running.filter((container) => !isSidecar(container))];
  const othersEndMs = askToStop(context, others, { fromMs: nowMs, graceSeconds: grace, isFirst });
  const leftSeconds = Math.max(0, grace - (othersEndMs - nowMs) / SECOND_MS);
  const endMs = askToStop(context, sidecars, { fromMs: othersEndMs, graceSeconds: leftSeconds, isFirst });
  const afterwardsMs = why === "completed" ? teardownMs(tx) : stopMs(tx);
  state.stop = {
    why,
    graceSeconds: grace,
    startedAtMs: state.stop?.startedAtMs ?? nowMs,
    endsAtMs: endMs + afterwardsMs,
  };
}

/** Returns when the last of the containers has ended, ms. */
function askToStop(
  context: PodContext,
  containers: readonly PodContainer[],
  { fromMs, graceSeconds, isFirst }: { fromMs: number; graceSeconds: number; isFirst: boolean },
): number {
  let endMs = fromMs;
  for (const container of containers) {
    if (isFirst) podEvent(context, messages.stopping(container.spec.name), container.spec.name);
    const end = stopContainer(container, graceSeconds, fromMs);
    container.record.end = { ...end, noticedAtMs: end.atMs };
    endMs = Math.max(endMs, end.atMs);
  }
  return endMs;
}

/** All containers have ended: the phase becomes final. */
function endStop(context: PodContext): void {
  const containers = containersOf(context);
  for (const container of containers) {
    const { record, role } = container;
    if (record.shows === "running") terminate(container);
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
