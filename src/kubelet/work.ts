/**
 * The end of an operation: creation of a sandbox, a pull, a start.
 * Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_manager.go, pkg/kubelet/kuberuntime/kuberuntime_container.go
 * (`startContainer`)
 */

import { parseImage } from "../images/reference.ts";
import { assert } from "../lib/assert.ts";
import { digestOf } from "../lib/hash.ts";
import { programAtStart } from "./containers.ts";
import { containerNamed, type PodContainer, type PodContext, restartsAfterExit } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { exitNoticeMs } from "./latency.ts";
import { backOffAfterExit, backOffAfterPull } from "./retry.ts";
import { createContainer, imageSizeBytes } from "./starting.ts";
import { START_ERROR, type Work } from "./state.ts";
import { writeStatus } from "./status.ts";

/** Records the outcome of the operation that has just ended. */
export function finishWork(context: PodContext): void {
  const { state } = context;
  const { work } = state;
  assert(work, "there is work to finish");
  state.work = undefined;
  if (work.kind === "sandbox") {
    state.hasSandbox = true;
    // Watchers see the condition PodReadyToStartContainers before the address.
    writeStatus(context);
  } else if (work.kind === "pull") {
    finishPull(context, work);
  } else {
    finishStart(context, work);
  }
}

function finishPull(context: PodContext, work: Extract<Work, { kind: "pull" }>): void {
  const container = containerNamed(context, work.container);
  if (!container) return;
  const image = container.record.image ?? "";
  if (work.problem !== undefined) {
    podEvent(context, messages.pullFailed(image, work.problem), work.container);
    podEvent(context, messages.failed("ErrImagePull"), work.container);
    backOffAfterPull(context, container, work.problem);
    return;
  }
  const reference = parseImage(image);
  assert(!("problem" in reference), "only images with a name are pulled");
  const tookMs = work.endsAtMs - work.startedAtMs;
  podEvent(context, messages.pulled(image, tookMs, imageSizeBytes(reference)), work.container);
  container.record.pullBackOff = undefined;
  createContainer(context, container);
}

function finishStart(context: PodContext, work: Extract<Work, { kind: "start" }>): void {
  const { tx, pod, nowMs } = context;
  const container = containerNamed(context, work.container);
  if (!container) return;
  const { record, role, spec } = container;
  const { durationMs, exitCode, problem } = programAtStart(context, container);
  record.starts++;
  record.id = `containerd://${digestOf(`${pod.metadata.uid}/${spec.name}/${record.starts}`)}`;
  record.shows = "running";
  record.resources = spec.resources;
  record.waiting = record.restarts = undefined;
  record.startedAtMs = nowMs;
  record.isStarted = role === "ephemeral" ? false : !spec.startupProbe;
  record.isReady = (role === "main" || role === "sidecar") && record.isStarted && !spec.readinessProbe;
  if (problem !== undefined) {
    failToStart(context, container, problem);
    return;
  }
  if (durationMs !== undefined) {
    const atMs = nowMs + durationMs;
    record.end = { atMs, exitCode, noticedAtMs: Math.max(atMs + exitNoticeMs(tx), nowMs + 1) };
  }
  podEvent(context, messages.created(), spec.name);
  podEvent(context, messages.started(), spec.name);
}

/** The container was created, but the runtime could not start its program. The kubelet counts it as ended. */
function failToStart(context: PodContext, container: PodContainer, message: string): void {
  const { nowMs, tx, pod } = context;
  const { record, spec } = container;
  podEvent(context, messages.created(), spec.name);
  podEvent(context, messages.failed(message), spec.name);
  const failure = { exitCode: 128, reason: START_ERROR, message, startedAtMs: 0, finishedAtMs: nowMs };
  record.terminations = [{ ...failure, containerId: record.id ?? "" }, ...record.terminations.slice(0, 1)];
  record.isReady = record.isStarted = false;
  record.shows = "terminated";
  if (!restartsAfterExit(container, pod)) return;
  backOffAfterExit(context, container);
  record.shows = "waiting";
  record.waiting = { reason: "RunContainerError", message };
  // The first restart needs no pause, but the kubelet must notice the exit first.
  const retryAtMs = nowMs + exitNoticeMs(tx);
  record.retry ??= { cause: "config", allowedAtMs: retryAtMs, syncAtMs: retryAtMs, syncs: 0, waiting: record.waiting };
}
