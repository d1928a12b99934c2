/**
 * Changes of running containers: exits, probe results, kills after a change of the image.
 * Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_manager.go, pkg/kubelet/kuberuntime/kuberuntime_container.go
 */

import { parseImage } from "../images/reference.ts";
import { containersOf, mayRestart, type PodContainer, type PodContext, restartsAfterExit } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { UNKNOWN_IMAGE } from "./images/catalogue.ts";
import { imageOnNode } from "./images/pull.ts";
import { exitNoticeMs, restartMs } from "./latency.ts";
import type { ProbeTarget } from "./probes/outcome.ts";
import { runProbes } from "./probes/probing.ts";
import { asTask, type Program, programOf } from "./programs/program.ts";
import { backOffAfterExit } from "./retry.ts";

const SECOND_MS = 1000;
/** Exit code 128 + 9 (SIGKILL), as shells report it. */
const KILLED = 137;

/** Records what happened to the containers up to now. Returns when the next change is due, ms. */
export function settleContainers(context: PodContext): number | undefined {
  // A pod that is being stopped ends as a whole (`ending.ts`).
  if (context.state.stop) return undefined;
  let dueAtMs: number | undefined;
  const consider = (atMs: number | undefined) => {
    if (atMs !== undefined && (dueAtMs === undefined || atMs < dueAtMs)) dueAtMs = atMs;
  };
  for (const container of containersOf(context)) {
    if (container.record.shows !== "running") continue;
    consider(watchContainer(context, container));
    const { end } = container.record;
    if (!end) continue;
    if (end.noticedAtMs > context.nowMs) consider(end.noticedAtMs);
    else recordExit(context, container);
  }
  return dueAtMs;
}

/** Probes the container and compares it with its spec. Both may kill it. */
function watchContainer(context: PodContext, container: PodContainer): number | undefined {
  const { spec, record } = container;
  const isDying = record.restarts === true || (record.end !== undefined && record.end.atMs <= context.nowMs);
  if (isDying) return undefined;
  if (record.image !== undefined && record.image !== spec.image && container.role !== "ephemeral") {
    podEvent(context, messages.changed(spec.name), spec.name);
    kill(context, container, { restarts: true });
    return undefined;
  }
  if (container.role === "init" || container.role === "ephemeral") {
    record.isStarted = true;
    return undefined;
  }
  const { nextAtMs, kills } = runProbes(context, container, targetOf(context, container));
  if (kills) {
    const { terminationGracePeriodSeconds } = (kills === "startup" ? spec.startupProbe : spec.livenessProbe) ?? {};
    const restarts = mayRestart(container, context.pod);
    podEvent(context, messages.failedProbe(spec.name, kills, restarts), spec.name);
    kill(context, container, { restarts, graceSeconds: terminationGracePeriodSeconds });
  }
  return nextAtMs;
}

/** Stops one container with the pod's grace period, unless the probe has its own. */
function kill(
  context: PodContext,
  container: PodContainer,
  { restarts, graceSeconds }: { restarts: boolean; graceSeconds?: number | undefined },
): void {
  const { record } = container;
  const granted = graceSeconds ?? context.pod.spec.terminationGracePeriodSeconds ?? 30;
  const end = stopContainer(container, granted, context.nowMs);
  record.end = { ...end, noticedAtMs: end.atMs + (restarts ? restartMs(context.tx) : exitNoticeMs(context.tx)) };
  if (restarts) record.restarts = true;
}

/**
 * When and how a container ends after SIGTERM: by itself, by its program's reaction, or by SIGKILL after
 * `graceSeconds`.
 */
export function stopContainer(
  { spec, record }: PodContainer,
  graceSeconds: number,
  fromMs: number,
): { atMs: number; exitCode: number } {
  if (record.end && record.end.atMs <= fromMs) return record.end;
  const { stop } = programOfContainer({ spec });
  const preStopMs = Math.min(preStopOf(spec), graceSeconds * SECOND_MS);
  const killAtMs = fromMs + graceSeconds * SECOND_MS;
  const ownAtMs = stop ? fromMs + preStopMs + stop.ms : Number.POSITIVE_INFINITY;
  const asked =
    stop && ownAtMs <= killAtMs ? { atMs: ownAtMs, exitCode: stop.exitCode } : { atMs: killAtMs, exitCode: KILLED };
  return record.end && record.end.atMs <= asked.atMs ? record.end : asked;
}

/** Length of a preStop hook, ms. Hooks of unknown length take no time. */
function preStopOf({ lifecycle }: PodContainer["spec"]): number {
  const { sleep, exec } = lifecycle?.preStop ?? {};
  if (sleep) return sleep.seconds * SECOND_MS;
  if (!exec?.command) return 0;
  return programOf({ command: exec.command }, UNKNOWN_IMAGE).durationMs ?? Number.POSITIVE_INFINITY;
}

/** Records the exit in the status; the restart policy decides whether a restart follows. */
function recordExit(context: PodContext, container: PodContainer): void {
  const { record } = container;
  terminate(container);
  // Stop and start belong to one sync, so no status between them shows a terminated container. The API refuses such a
  // status with restart policy Never.
  if (record.restarts) context.state.isSyncing = true;
  if (restartsAfterExit(container, context.pod)) backOffAfterExit(context, container);
  record.isReady = container.role === "init" && record.terminations[0]?.exitCode === 0;
}

/** Moves the container from running to terminated with the exit code and times of `end`. */
export function terminate({ record, spec }: PodContainer): void {
  const { end, startedAtMs = 0, id = "" } = record;
  const exitCode = end?.exitCode ?? 0;
  const finishedAtMs = end?.atMs ?? startedAtMs;
  const reason = exitCode === 0 ? "Completed" : "Error";
  const message = terminationMessage(spec, finishedAtMs - startedAtMs);
  record.terminations = [
    { exitCode, reason, ...(message && { message }), startedAtMs, finishedAtMs, containerId: id },
    ...record.terminations.slice(0, 1),
  ];
  record.shows = "terminated";
  record.isReady = record.isStarted = false;
  record.end = undefined;
}

/** The text that the program left in the file of `terminationMessagePath`. */
function terminationMessage(spec: PodContainer["spec"], ranMs: number): string | undefined {
  const path = spec.terminationMessagePath ?? "/dev/termination-log";
  const { files } = programOfContainer({ spec });
  return files.filter((file) => file.path === path && file.atMs <= ranMs).at(-1)?.text;
}

function programOfContainer({ spec }: Pick<PodContainer, "spec">): Program {
  return programOf(spec, imageOf(spec));
}

/** The program of a container that starts now. */
export function programAtStart({ pod }: Pick<PodContext, "pod">, container: PodContainer): Program {
  const program = programOfContainer(container);
  const isOfJob = pod.metadata.ownerReferences?.some(({ kind, controller }) => controller && kind === "Job") ?? false;
  return container.role === "init" || (container.role === "main" && isOfJob) ? asTask(program) : program;
}

function imageOf({ image = "" }: PodContainer["spec"]) {
  const reference = parseImage(image);
  return "problem" in reference ? UNKNOWN_IMAGE : imageOnNode(reference);
}

function targetOf({ state, pod, node }: PodContext, { spec }: PodContainer): ProbeTarget {
  const hostIp = node.status.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "";
  const podIp = pod.spec.hostNetwork ? hostIp : (state.podIp ?? "");
  return { container: spec, program: programOfContainer({ spec }), image: imageOf(spec), podIp };
}
