/**
 * One sync of a pod: records past changes, writes the status, begins the next operation. A sync starts the sandbox and
 * the containers one after the other. It writes the status at its beginning and at its end, as watchers of a real
 * kubelet see it.
 * Kubernetes: pkg/kubelet/kubelet.go (`SyncPod`), pkg/kubelet/kuberuntime/kuberuntime_manager.go (`SyncPod`)
 */
import { podKind } from "../kinds/core/pod.ts";
import { assert } from "../lib/assert.ts";
import { MAX_POD_STEPS_PER_INSTANT } from "../lib/limits.ts";
import { earliest } from "../lib/time.ts";
import { type Parts, WORK } from "../lib/work.ts";
import { followSources, settleContainers } from "./containers.ts";
import type { PodContext } from "./context.ts";
import { deadlineMs, stopDueMs, stopPod } from "./ending.ts";
import { messages, podEvent } from "./events.ts";
import { sandboxMs } from "./latency.ts";
import { mountVolumes } from "./mounting.ts";
import { hostnameProblem } from "./mounts/hostname.ts";
import { resolverProblems } from "./mounts/resolver-file.ts";
import { allocateAddress } from "./node-state.ts";
import { resizeDueMs, resizePod } from "./resize.ts";
import { restartAll } from "./restart-rules.ts";
import { showBackOffs } from "./retry.ts";
import { forgetContainers } from "./runtime/run.ts";
import { startNext } from "./starting.ts";
import { writeStatus } from "./status.ts";
import { finishWork, isWorkOver } from "./work.ts";

/** Does all that is possible at this instant. Returns the next sync, ms. */
export function* syncPod(context: PodContext): Parts<number | undefined> {
  const { state } = context;
  let dueAtMs: number | undefined;
  for (let steps = 0; ; steps++) {
    assert(steps < MAX_POD_STEPS_PER_INSTANT, "a pod comes to rest within an instant");
    context.tx.spend(WORK.podStep);
    if (steps > 0) yield;
    if (state.removesAtMs !== undefined) return remove(context);
    dueAtMs = yield* settleContainers(context);
    if (stopPod(context)) return writeAndWait(context);
    dueAtMs = earliest(dueAtMs, deadlineMs(context));
    if (state.restartsAll) {
      // Watchers see the condition before the containers start again.
      writeStatus(context);
      restartAll(context);
      continue;
    }
    if (state.work) {
      if (!isWorkOver(state.work, context.nowMs)) return earliest(dueAtMs, state.work.endsAtMs);
      finishWork(context);
      continue;
    }
    const progress = yield* act(context);
    if (progress === "again") continue;
    return earliest(dueAtMs, progress);
  }
}

/** Begins the next operation. Returns `again` if it began one, otherwise the time of the next possible one, ms. */
function* act(context: PodContext): Parts<"again" | number | undefined> {
  const { state } = context;
  let resizedAtMs: number | undefined;
  if (!state.isSyncing) {
    showBackOffs(context);
    resizedAtMs = resizePod(context);
    writeStatus(context);
  }
  const waitMs = mountVolumes(context);
  if (waitMs !== undefined) return waitMs;
  const refreshedAtMs = yield* followSources(context);
  if (!state.hasSandbox) return makeSandbox(context);
  const next = startNext(context);
  if (next === "again") {
    state.isSyncing = true;
    return "again";
  }
  state.isSyncing = false;
  state.showsIp = true;
  writeStatus(context);
  return earliest(next, resizedAtMs ?? resizeDueMs(context), refreshedAtMs);
}

function makeSandbox(context: PodContext): "again" | number | undefined {
  const { tx, pod, node, state, nowMs } = context;
  const problem = hostnameProblem(pod, node);
  if (problem !== undefined) {
    // The hostname of a pod never changes.
    podEvent(context, messages.sandboxFailed(problem));
    return undefined;
  }
  if (!pod.spec.hostNetwork) state.podIp = allocateAddress(tx, node);
  // No address is free. The runtime fails again and again until a pod of the node is removed.
  if (!pod.spec.hostNetwork && state.podIp === undefined) return nowMs + 10_000;
  for (const problem of resolverProblems(pod)) podEvent(context, messages.resolverCut(problem));
  state.work = { kind: "sandbox", endsAtMs: nowMs + sandboxMs(tx) };
  state.isSyncing = true;
  return "again";
}

/** The pod is stopping: the status shows it, and the rest follows when its containers have ended. */
function writeAndWait(context: PodContext): number | undefined {
  const { state } = context;
  writeStatus(context);
  if (state.isFinished) return state.removesAtMs;
  return stopDueMs(context);
}

function remove(context: PodContext): number | undefined {
  const { tx, pod, state, nowMs } = context;
  if (state.removesAtMs !== undefined && state.removesAtMs > nowMs) return state.removesAtMs;
  forgetContainers(tx, pod);
  tx.delete(podKind, pod, { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } });
  return undefined;
}
