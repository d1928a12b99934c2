/**
 * The end of a container in its status: exit code, reason, termination message.
 * Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container.go (`getTerminationMessage`)
 */
import { textOfBytes } from "../lib/bytes.ts";
import type { PodContainer, PodContext } from "./context.ts";
import { lastLines } from "./runtime/log.ts";
import { openedProcesses } from "./runtime/opened.ts";
import { loadLog } from "./runtime/run.ts";
import type { ContainerEnd } from "./state.ts";

const MAX_LOG_MESSAGE = { maxLines: 80, maxBytes: 2048 };

/** Moves the container from running to terminated with the exit code and times of `end`. */
export function terminate(context: PodContext, container: PodContainer): void {
  const { record } = container;
  const { end, startedAtMs = 0, id = "" } = record;
  const exitCode = end?.exitCode ?? 0;
  const finishedAtMs = end?.atMs ?? startedAtMs;
  const reason = end?.wasOomKilled ? "OOMKilled" : exitCode === 0 ? "Completed" : "Error";
  const message = end && messageOf(context, container, end);
  record.terminations = [
    { exitCode, reason, ...(message && { message }), startedAtMs, finishedAtMs, containerId: id, start: record.starts },
    ...record.terminations.slice(0, 1),
  ];
  record.shows = "terminated";
  record.isReady = record.isStarted = false;
  record.end = record.stopping = record.hookEnd = undefined;
}

/** The text of the message's file, or the last lines of the log of a container that failed. */
function messageOf(context: PodContext, { spec, record }: PodContainer, end: ContainerEnd): string | undefined {
  if (end.message) return textOfBytes(end.message);
  const usesLog = spec.terminationMessagePolicy === "FallbackToLogsOnError" && end.exitCode !== 0;
  if (!usesLog) return undefined;
  openedProcesses(context)?.save();
  const log = loadLog(context.tx, context.pod, spec.name, record.starts);
  return log && textOfBytes(lastLines(log, MAX_LOG_MESSAGE));
}
