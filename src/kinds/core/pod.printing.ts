/**
 * The READY, STATUS and RESTARTS columns of Pods.
 *
 * Kubernetes: pkg/printers/internalversion/printers.go (printPod)
 */
import { parseTime } from "../../lib/time.ts";
import type { Container, ContainerStatus, Pod } from "../../schema/index.ts";
import { ageOf } from "../printing/columns.ts";

export interface PodSummary {
  ready: number;
  total: number;
  status: string;
  restarts: number;
  /** Time at which the last restarted container had ended; undefined if unknown. */
  lastRestart: string | undefined;
}

export function summarizePod(pod: Pod): PodSummary {
  const { status } = pod;
  const summary: PodSummary = {
    ready: 0,
    total: (pod.spec.containers ?? []).length + (pod.spec.initContainers ?? []).filter(isSidecar).length,
    status: status.reason || status.phase || "",
    restarts: 0,
    lastRestart: undefined,
  };
  if (status.conditions?.some(({ type, reason }) => type === "PodScheduled" && reason === "SchedulingGated")) {
    summary.status = "SchedulingGated";
  }
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const isInitializing = summarizeInitContainers(pod, sidecars, summary);
  if (!isInitializing || hasCondition(pod, "Initialized")) summarizeContainers(pod, sidecars, summary);

  if (pod.metadata.deletionTimestamp) {
    if (status.reason === "NodeLost") summary.status = "Unknown";
    else if (status.phase !== "Succeeded" && status.phase !== "Failed") summary.status = "Terminating";
  }
  return summary;
}

/** `3 (5s ago)`. */
export function formatRestarts({ restarts, lastRestart }: PodSummary, nowMs: number): string {
  return restarts > 0 && lastRestart ? `${restarts} (${ageOf(lastRestart, nowMs)} ago)` : `${restarts}`;
}

/** Adds the init containers to the summary. Returns true while they have not finished. */
function summarizeInitContainers(pod: Pod, sidecars: ReadonlySet<string>, summary: PodSummary): boolean {
  const statuses = pod.status.initContainerStatuses ?? [];
  for (const [i, container] of statuses.entries()) {
    countRestarts(container, summary);
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecars.has(container.name) && container.started) {
      if (container.ready) summary.ready++;
      continue;
    }
    if (terminated) summary.status = `Init:${terminated.reason || signalOrExitCode(terminated)}`;
    else if (waiting?.reason && waiting.reason !== "PodInitializing") summary.status = `Init:${waiting.reason}`;
    else summary.status = `Init:${i}/${(pod.spec.initContainers ?? []).length}`;
    return true;
  }
  return false;
}

function summarizeContainers(pod: Pod, sidecars: ReadonlySet<string>, summary: PodSummary): void {
  summary.restarts = 0;
  summary.lastRestart = undefined;
  for (const container of pod.status.initContainerStatuses ?? []) {
    if (sidecars.has(container.name)) countRestarts(container, summary);
  }
  let hasRunning = false;
  // From the last to the first: the first container's reason wins.
  for (const container of (pod.status.containerStatuses ?? []).toReversed()) {
    countRestarts(container, summary);
    const { waiting, terminated, running } = container.state ?? {};
    if (waiting?.reason) summary.status = waiting.reason;
    else if (terminated) summary.status = terminated.reason || signalOrExitCode(terminated);
    else if (container.ready && running) {
      hasRunning = true;
      summary.ready++;
    }
  }
  if (summary.status === "Completed" && hasRunning) {
    summary.status = hasCondition(pod, "Ready") ? "Running" : "NotReady";
  }
}

function countRestarts(container: ContainerStatus, summary: PodSummary): void {
  summary.restarts += container.restartCount;
  const ended = container.lastState?.terminated?.finishedAt;
  if (ended && (!summary.lastRestart || parseTime(summary.lastRestart) < parseTime(ended))) summary.lastRestart = ended;
}

function signalOrExitCode({ signal, exitCode }: { signal?: number; exitCode: number }): string {
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

function hasCondition(pod: Pod, type: string): boolean {
  return pod.status.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;
}

/** A sidecar: an init container that runs for the pod's whole life. */
function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}
