/**
 * The end of an operation: creation of a sandbox, a pull, a start.
 * Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_manager.go, pkg/kubelet/kuberuntime/kuberuntime_container.go
 * (`startContainer`)
 */

import { imageOnNode } from "../images/find.ts";
import { fullName, parseImage } from "../images/reference.ts";
import { assert } from "../lib/assert.ts";
import { digestOf } from "../lib/hash.ts";
import { kill } from "./containers.ts";
import { containerNamed, type PodContainer, type PodContext, restartsAfterExit } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { handleHappenings } from "./happenings.ts";
import { beginHook } from "./hooks.ts";
import { exitNoticeMs } from "./latency.ts";
import { recordOwnDigest } from "./node-state.ts";
import { keptImage } from "./own-images.ts";
import { backOffAfterExit, backOffAfterPull } from "./retry.ts";
import { processesOf } from "./runtime/opened.ts";
import { createContainer } from "./starting.ts";
import { type PullWork, START_ERROR, type Work } from "./state.ts";
import { writeStatus } from "./status.ts";

/** Whether the operation has ended. */
export function isWorkOver(work: Work, nowMs: number): boolean {
  if (work.kind === "postStart")
    return work.outcome !== undefined || (work.endsAtMs ?? Number.POSITIVE_INFINITY) <= nowMs;
  return work.endsAtMs <= nowMs;
}

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
  } else if (work.kind === "start") {
    finishStart(context, work);
  } else {
    finishPostStart(context, work);
  }
}

function finishPull(context: PodContext, work: PullWork): void {
  const { tx, node } = context;
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
  recordOwnDigest(tx, node, fullName(reference), work.ownImage);
  const { sizeBytes } = keptImage(tx, reference, work.ownImage) ?? imageOnNode(reference, {});
  podEvent(context, messages.pulled(image, tookMs, sizeBytes), work.container);
  container.record.pullBackOff = undefined;
  createContainer(context, container);
}

function finishStart(context: PodContext, work: Extract<Work, { kind: "start" }>): void {
  const { pod, nowMs } = context;
  const container = containerNamed(context, work.container);
  if (!container) return;
  const { record, role, spec } = container;
  record.starts++;
  record.id = `containerd://${digestOf(`${pod.metadata.uid}/${spec.name}/${record.starts}`)}`;
  record.shows = "running";
  record.resources = spec.resources;
  record.waiting = record.restarts = record.isReset = record.stopping = record.hookEnd = undefined;
  record.startedAtMs = nowMs;
  record.isStarted = role === "ephemeral" ? false : !spec.startupProbe;
  record.isReady = (role === "main" || role === "sidecar") && record.isStarted && !spec.readinessProbe;
  const outcome = processesOf(context).start(container, nowMs);
  if ("problem" in outcome) {
    failToStart(context, container, outcome.problem);
    return;
  }
  podEvent(context, messages.created(), spec.name);
  podEvent(context, messages.started(), spec.name);
  handleHappenings(context, outcome.happenings);
  runPostStart(context, container);
}

/** The container counts as running once its postStart hook has ended. */
function runPostStart(context: PodContext, container: PodContainer): void {
  const { spec } = container;
  const handler = spec.lifecycle?.postStart;
  if (!handler) return;
  const begun = beginHook(context, container, { handler, purpose: "postStart" });
  context.state.work = {
    kind: "postStart",
    container: spec.name,
    ...(begun.type === "sleeps" && { endsAtMs: begun.endsAtMs }),
    ...(begun.type === "ended" && { outcome: begun.outcome }),
  };
  handleHappenings(context, begun.happenings);
}

/** A hook that failed ends the container. */
function finishPostStart(context: PodContext, work: Extract<Work, { kind: "postStart" }>): void {
  const container = containerNamed(context, work.container);
  const problem = work.outcome?.problem;
  if (!container || problem === undefined) return;
  const { record, spec } = container;
  podEvent(context, messages.postStartFailed(), spec.name);
  podEvent(context, messages.killedByHook(), spec.name);
  record.isReady = record.isStarted = false;
  record.startProblem = { reason: "PostStartHookError", message: problem };
  kill(context, container, { restarts: false });
}

/** The container was created, but the runtime could not start its program. The kubelet counts it as ended. */
function failToStart(context: PodContext, container: PodContainer, message: string): void {
  const { nowMs, tx, pod } = context;
  const { record, spec } = container;
  podEvent(context, messages.created(), spec.name);
  podEvent(context, messages.failed(message), spec.name);
  const failure = { exitCode: 128, reason: START_ERROR, message, startedAtMs: 0, finishedAtMs: nowMs };
  const ended = { ...failure, containerId: record.id ?? "", start: record.starts };
  record.terminations = [ended, ...record.terminations.slice(0, 1)];
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
